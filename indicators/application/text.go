package application

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// shape says what a text may hold.
type shape bool

const (
	line      shape = false // one line: no control character at all
	paragraph shape = true  // line breaks and tabs too
)

// checkText refuses broken encoding, control and direction-changing characters
// and more than most characters.
func checkText(list *fault.List, field, s string, most int, allowed shape) {
	switch {
	case !utf8.ValidString(s):
		list.Add(fault.New(fault.Invalid, "text.encoding").At(field))
	case hasMarks(s, allowed):
		list.Add(fault.New(fault.Invalid, "text.marks").At(field))
	case utf8.RuneCountInString(s) > most:
		list.Add(fault.New(fault.Invalid, "text.long", "most", strconv.Itoa(most)).At(field))
	}
}

func hasMarks(s string, allowed shape) bool {
	for _, r := range s {
		breaks := r == '\n' || r == '\t' || r == '\r'
		if breaks && allowed == paragraph {
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return true
		}
	}
	return false
}
