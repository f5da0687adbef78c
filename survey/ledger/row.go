package ledger

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Row is what a commitment is made to: the answers and where they count. Nothing
// of a device, a time or a token is in it.
type Row struct {
	Answers map[string][]string // codes by question id, texts as typed
	Unit    string              // code of the evaluated body
	Stratum string              // of the drawn sample, empty for a poster
	Channel string              // "sampled" or "poster"
	Paper   string              // hash of the questionnaire's version
	Outcome string              // "complete", "partial", "screened_out", …
}

// Canonical writes the row as canonical JSON (RFC 8785): members by name, no
// space, the shortest escapes. Question ids are ASCII, so that bytes sort as
// UTF-16 units do.
func (r Row) Canonical() []byte {
	out := append(make([]byte, 0, 512), `{"answers":{`...)
	for i, id := range slices.Sorted(maps.Keys(r.Answers)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(quote(out, id), ':', '[')
		for k, value := range r.Answers[id] {
			if k > 0 {
				out = append(out, ',')
			}
			out = quote(out, value)
		}
		out = append(out, ']')
	}
	out = append(out, '}')
	for _, m := range [][2]string{
		{"channel", r.Channel}, {"outcome", r.Outcome}, {"paper", r.Paper}, {"stratum", r.Stratum}, {"unit", r.Unit},
	} {
		out = append(quote(append(out, ','), m[0]), ':')
		out = quote(out, m[1])
	}
	return append(out, '}')
}

// quote appends a JSON string with the escapes of RFC 8785, section 3.2.2.2.
func quote(out []byte, s string) []byte {
	out = append(out, '"')
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
