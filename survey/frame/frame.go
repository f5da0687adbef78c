package frame

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// MaxRows is the largest sampling frame, in PSUs.
const MaxRows = 100_000

// maxErrors is how many bad rows an import names before it stops.
const maxErrors = 50

// maxText is the longest stratum, code or name, in characters.
const maxText = 60

// PSU is a primary sampling unit: a village or a residents' committee.
type PSU struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Size int64  `json:"size"` // adults or residents; the same measure in all of a frame
}

// Stratum is a part of the population that is sampled on its own. Domain is the
// larger part that it belongs to, where results are wanted for such parts and the
// sample is sized for each.
type Stratum struct {
	Name   string `json:"name"`
	Domain string `json:"domain,omitempty"`
	PSUs   []PSU  `json:"psus"`
}

// Population is the size of the stratum: the sum over its PSUs.
func (s Stratum) Population() int64 {
	var n int64
	for _, p := range s.PSUs {
		n += p.Size
	}
	return n
}

// Frame is the list that a sample is drawn from. Strata are sorted by name and
// PSUs by code, so that the order of an imported file never matters. People is nil
// where the frame lists areas only; where it lists people, the size of a PSU is
// their number, and they themselves are kept elsewhere, sealed.
type Frame struct {
	Strata []Stratum `json:"strata"`
	People *People   `json:"people,omitempty"`
}

// People says what is known of a list of people without naming them.
type People struct {
	Count int    `json:"count"`
	Hash  string `json:"hash"` // SHA-256 of the canonical list, hexadecimal; see Roll.Hash
	Flat  bool   `json:"flat"` // the list names no PSUs: people are drawn from their stratum directly
}

// Population is the size of the whole frame.
func (f Frame) Population() int64 {
	var n int64
	for _, s := range f.Strata {
		n += s.Population()
	}
	return n
}

// Hash is the SHA-256 of the frame's canonical text, hexadecimal: the draw can be
// redone from it and the seed.
func (f Frame) Hash() string {
	h := sha256.New()
	for _, s := range f.Strata {
		for _, p := range s.PSUs {
			fmt.Fprintf(h, "%q,%q,%q,%d\n", s.Name, p.Code, p.Name, p.Size)
		}
		if s.Domain != "" {
			fmt.Fprintf(h, "domain,%q,%q\n", s.Name, s.Domain)
		}
	}
	if f.People != nil {
		fmt.Fprintf(h, "people,%d,%s,%t\n", f.People.Count, f.People.Hash, f.People.Flat)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ReadCSV reads a frame with the columns stratum, psu, size and, if there, name;
// other columns are ignored, so that nothing is kept that was not asked for. It
// refuses with a fault.List that names row (the header is row 1) and column of
// each mistake, at most 50 of them.
func ReadCSV(r io.Reader) (Frame, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return Frame{}, bad("frame.header", 1, "")
	}
	columns, err := find(header)
	if err != nil {
		return Frame{}, err
	}
	im := &importer{columns: columns, seen: map[string]int{}, strata: map[string][]PSU{}}
	for row := 2; ; row++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if row > MaxRows+1 {
			return Frame{}, fault.New(fault.TooLarge, "frame.rows", "max", strconv.Itoa(MaxRows))
		}
		im.take(row, record, err)
		if len(im.faults) >= maxErrors {
			break
		}
	}
	return im.frame()
}

type columns struct{ stratum, psu, size, name int }

// find places the columns by their header; name may be missing (-1).
func find(header []string) (columns, error) {
	at := func(name string) int {
		return slices.IndexFunc(header, func(h string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")), name)
		})
	}
	c := columns{stratum: at("stratum"), psu: at("psu"), size: at("size"), name: at("name")}
	if c.stratum < 0 || c.psu < 0 || c.size < 0 {
		return c, bad("frame.header", 1, "")
	}
	return c, nil
}

type importer struct {
	columns columns
	seen    map[string]int // PSU code to row
	strata  map[string][]PSU
	faults  fault.List
}

// take reads one row; what is wrong with it is kept for the person to mend.
func (im *importer) take(row int, record []string, err error) {
	if err != nil {
		im.faults.Add(bad("frame.row", row, ""))
		return
	}
	stratum, ok := text(record[im.columns.stratum])
	if !ok || stratum == "" {
		im.faults.Add(bad("frame.text", row, "stratum"))
		return
	}
	code, ok := text(record[im.columns.psu])
	if !ok || code == "" {
		im.faults.Add(bad("frame.text", row, "psu"))
		return
	}
	name := code
	if im.columns.name >= 0 {
		if name, ok = text(record[im.columns.name]); !ok {
			im.faults.Add(bad("frame.text", row, "name"))
			return
		}
	}
	size, err := strconv.ParseInt(strings.TrimSpace(record[im.columns.size]), 10, 64)
	if err != nil || size < 1 || size > 100_000_000 {
		im.faults.Add(bad("frame.size", row, "size"))
		return
	}
	if first, ok := im.seen[code]; ok {
		refusal := bad("frame.twice", row, "psu")
		refusal.Params["first"] = strconv.Itoa(first)
		im.faults.Add(refusal)
		return
	}
	im.seen[code] = row
	im.strata[stratum] = append(im.strata[stratum], PSU{Code: code, Name: name, Size: size})
}

func (im *importer) frame() (Frame, error) {
	if err := im.faults.Err(); err != nil {
		return Frame{}, err
	}
	if len(im.strata) == 0 {
		return Frame{}, fault.New(fault.Invalid, "frame.empty").At("frame")
	}
	var f Frame
	for name, psus := range im.strata {
		slices.SortFunc(psus, func(a, b PSU) int { return strings.Compare(a.Code, b.Code) })
		f.Strata = append(f.Strata, Stratum{Name: name, PSUs: psus})
	}
	slices.SortFunc(f.Strata, func(a, b Stratum) int { return strings.Compare(a.Name, b.Name) })
	return f, nil
}

// text trims a cell and refuses broken UTF-8, control and direction marks, and
// what is too long.
func text(cell string) (string, bool) {
	s := strings.TrimSpace(cell)
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxText {
		return "", false
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || (r >= 0x200e && r <= 0x200f) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
			return "", false
		}
	}
	return s, true
}

func bad(code string, row int, column string) *fault.Refusal {
	return fault.New(fault.Invalid, code, "row", strconv.Itoa(row), "column", column).At("frame")
}
