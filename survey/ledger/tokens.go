package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"minyi/indicators/fault"
)

const (
	domainToken = "minyi/token/v1" //nolint:gosec // names what is hashed, opens nothing
	domainUsed  = "minyi/used/v1"
)

// TokenRoot returns the Merkle root (RFC 6962) over the sorted
// SHA-256("minyi/token/v1" token) of every invitation, published before the
// fieldwork: no invitation can be made afterwards.
func TokenRoot(tokens []string) (Hash, error) {
	hashes := digests(domainToken, tokens)
	leaves := make([]Commitment, len(hashes))
	for i, h := range hashes {
		leaves[i] = h
	}
	g, err := Append(0, leaves, none())
	if err != nil {
		return Hash{}, err
	}
	return Root(g.Size, g.Reader(none()))
}

// none reads a log that has nothing.
func none() Hashes {
	return tlog.HashReaderFunc(func([]int64) ([]Hash, error) {
		return nil, fault.New(fault.NotFound, "ledger.hash")
	})
}

// UsedList returns the list that is published at closing: one
// SHA-256("minyi/used/v1" token) a line, hexadecimal, sorted. Who holds an unused
// invitation sees in it that nobody has answered in his place; nobody else can
// look anyone up.
func UsedList(tokens []string) []byte {
	var out bytes.Buffer
	for _, h := range digests(domainUsed, tokens) {
		out.WriteString(hex.EncodeToString(h[:]) + "\n")
	}
	return out.Bytes()
}

// Used reports whether a list of UsedList has the token.
func Used(list []byte, token string) bool {
	want := digests(domainUsed, []string{token})[0]
	line := []byte(hex.EncodeToString(want[:]))
	for one := range bytes.SplitSeq(list, []byte{'\n'}) {
		if bytes.Equal(one, line) {
			return true
		}
	}
	return false
}

func digests(domain string, tokens []string) [][sha256.Size]byte {
	out := make([][sha256.Size]byte, len(tokens))
	for i, t := range tokens {
		out[i] = sha256.Sum256([]byte(domain + t))
	}
	slices.SortFunc(out, func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	return out
}
