package frame

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Person is a person or household of a list. It identifies people: it is never
// stored but sealed, never in a trail or a log.
type Person struct {
	Code    string `json:"c,omitempty"` // the list's own number
	Name    string `json:"n,omitempty"`
	Phone   string `json:"p,omitempty"`
	Address string `json:"a,omitempty"`
}

// Key is what two entries of one person have in common: the list's own number or,
// without one, everything that is said of the person.
func (p Person) Key() string {
	if p.Code != "" {
		return "code\x00" + p.Code
	}
	return "said\x00" + p.Name + "\x00" + p.Phone + "\x00" + p.Address
}

// canonical is the text by which people of a PSU are ordered and hashed.
func (p Person) canonical() string {
	return fmt.Sprintf("%q,%q,%q,%q\n", p.Code, p.Name, p.Phone, p.Address)
}

// Sort brings people into the canonical order, in which a draw counts them.
func Sort(people []Person) {
	slices.SortFunc(people, func(a, b Person) int {
		if c := strings.Compare(a.Code, b.Code); c != 0 {
			return c
		}
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		if c := strings.Compare(a.Phone, b.Phone); c != 0 {
			return c
		}
		return strings.Compare(a.Address, b.Address)
	})
}

// Roll hashes a list of people PSU by PSU, in the order of the frame.
type Roll struct {
	text  [sha256.Size]byte // of all PSUs so far
	count int
}

// Add takes the people of the next PSU, in their canonical order.
func (r *Roll) Add(stratum, psu string, people []Person) {
	h := sha256.New()
	h.Write(r.text[:])
	fmt.Fprintf(h, "psu,%q,%q,%d\n", stratum, psu, len(people))
	for _, p := range people {
		h.Write([]byte(p.canonical()))
	}
	h.Sum(r.text[:0])
	r.count += len(people)
}

// Hash is the SHA-256 chained over all PSUs, hexadecimal. Whoever has the list can
// make it; from it alone no list can be found.
func (r *Roll) Hash() string { return hex.EncodeToString(r.text[:]) }

// Count is how many people were added.
func (r *Roll) Count() int { return r.count }
