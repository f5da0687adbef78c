package naming

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/fault"
)

const (
	nameMost = 100  // characters of a name, medium, document number
	textMost = 2000 // characters of an opinion, objection, answer
)

// text is one field of a form as it came in.
type text struct {
	field  string
	value  *string
	most   int
	needed bool
	lines  bool // line breaks are allowed
}

// checkTexts trims the fields and refuses what is missing, too long, or holds
// control or direction marks.
func checkTexts(list *fault.List, fields ...text) {
	for _, f := range fields {
		*f.value = strings.TrimSpace(strings.ReplaceAll(*f.value, "\r\n", "\n"))
		switch n := utf8.RuneCountInString(*f.value); {
		case n == 0 && f.needed:
			list.Add(fault.New(fault.Invalid, "words.missing").At(f.field))
		case n > f.most:
			list.Add(fault.New(fault.Invalid, "words.long", "most", strconv.Itoa(f.most)).At(f.field))
		case strings.ContainsFunc(*f.value, func(r rune) bool { return unprintable(r, f.lines) }):
			list.Add(fault.New(fault.Invalid, "words.marks").At(f.field))
		}
	}
}

func unprintable(r rune, lines bool) bool {
	if lines && (r == '\n' || r == '\t') {
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
}
