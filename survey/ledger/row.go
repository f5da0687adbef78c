package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Row is what a commitment is made to: the answers and where they count. Nothing
// of a device, a time or a token is in it.
type Row struct {
	Answers map[string][]string // codes by question id; what was written freely is not among them
	Texts   string              // TextDigest of what was written freely, empty where nothing was
	Unit    string              // code of the evaluated body
	Stratum string              // of the drawn sample, empty for a poster
	Channel string              // "sampled" or "poster"
	Paper   string              // hash of the questionnaire's version
	Outcome string              // "complete", "partial", "screened_out", …
}

const (
	domainText = "minyi/text/v1\n"

	// BlindSize is the length of what blinds the digest of texts, in bytes.
	BlindSize = 16
)

// TextDigest returns the hex SHA-256 of "minyi/text/v1" LF, blind and the texts of
// a sheet: what a row holds in their place. Texts may be erased one day, and the
// blind with them; the digest then tells nothing, and the row still opens.
func TextDigest(blind [BlindSize]byte, texts string) string {
	h := sha256.New()
	h.Write([]byte(domainText))
	h.Write(blind[:])
	h.Write([]byte(texts))
	return hex.EncodeToString(h.Sum(nil))
}

// Canonical writes the row as canonical JSON (RFC 8785): members by name, no
// space, the shortest escapes. Question ids are ASCII, so that bytes sort as
// UTF-16 units do. The member "texts" is left out where there are none.
func (r Row) Canonical() []byte {
	out := Answers(make([]byte, 0, 512))
	for _, id := range slices.Sorted(maps.Keys(r.Answers)) {
		out = out.Add(id, r.Answers[id])
	}
	return out.End(r)
}

// Answers writes a row without a map: what Canonical writes, in the same bytes.
// Begin with nil, Add the answers by ascending ids, then End.
type Answers []byte

const beforeAnswers = `{"answers":{`

// Add writes the codes of a question; its id is greater than those before.
func (a Answers) Add(id string, codes []string) Answers {
	if len(a) == 0 {
		a = append(a, beforeAnswers...)
	} else {
		a = append(a, ',')
	}
	a = append(quote(a, id), ':', '[')
	for k, code := range codes {
		if k > 0 {
			a = append(a, ',')
		}
		a = quote(a, code)
	}
	return append(a, ']')
}

// End writes the other members of the row and returns it whole.
func (a Answers) End(r Row) []byte {
	if len(a) == 0 {
		a = append(a, beforeAnswers...)
	}
	a = append(a, '}')
	for _, m := range [...][2]string{
		{"channel", r.Channel}, {"outcome", r.Outcome}, {"paper", r.Paper}, {"stratum", r.Stratum}, {"texts", r.Texts}, {"unit", r.Unit},
	} {
		if m[0] == "texts" && m[1] == "" {
			continue
		}
		a = append(quote(append(a, ','), m[0]), ':')
		a = quote(a, m[1])
	}
	return append(a, '}')
}

// quote appends a JSON string with the escapes of RFC 8785, section 3.2.2.2.
func quote(out []byte, s string) []byte {
	out = append(out, '"')
	if plain(s) {
		return append(append(out, s...), '"')
	}
	for _, r := range s {
		k := strings.IndexRune("\b\t\n\f\r\"\\", r)
		switch {
		case k >= 0:
			out = append(out, '\\', `btnfr"\`[k])
		case r < 0x20:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, string(r)...)
		}
	}
	return append(out, '"')
}

// plain reports whether a string is printable ASCII that needs no escape.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
