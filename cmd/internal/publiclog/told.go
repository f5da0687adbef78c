package publiclog

import (
	"bytes"
	"fmt"
	"strings"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// signedBy names what is wrong with the signatures of a note: no key is known of its log
// (ledger.nokey), or those that are missing or do not fit (ledger.unsigned).
func signedBy(note []byte, origin string, own []ledger.Verifier) error {
	if len(own) == 0 {
		return fault.New(fault.Invalid, "ledger.nokey", "origin", origin)
	}
	var bad []string
	for _, v := range own {
		if _, ok := ledger.SignatureOf(note, v); !ok {
			bad = append(bad, fmt.Sprintf("%s %08x", ledger.AlgorithmOf(v), v.KeyHash()))
		}
	}
	if len(bad) > 0 {
		return fault.New(fault.Invalid, "ledger.unsigned", "origin", origin, "keys", strings.Join(bad, ", "))
	}
	return nil
}

// Mended takes back what editors, mail and chat programs do to a signed text: the mark
// before it, other ends of lines, spaces around lines and empty lines at the end. What
// is signed has none of it, so nothing that counts is lost.
func Mended(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\r", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return []byte(strings.Trim(strings.Join(lines, "\n"), "\n") + "\n")
}
