package fault

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words is one field of a form as it came in: how many characters it may have,
// whether it must be there, and whether it may have line breaks.
type Words struct {
	Field  string
	Value  *string
	Most   int
	Needed bool
	Lines  bool
}

// Words trims the fields and refuses what is missing (words.missing), too long
// (words.long), or holds control or direction marks or broken encoding
// (words.marks).
func (l *List) Words(fields ...Words) {
	for _, f := range fields {
		*f.Value = strings.TrimSpace(strings.ReplaceAll(*f.Value, "\r\n", "\n"))
		switch n := utf8.RuneCountInString(*f.Value); {
		case n == 0 && f.Needed:
			l.Add(New(Invalid, "words.missing").At(f.Field))
		case n > f.Most:
			l.Add(New(Invalid, "words.long", "most", strconv.Itoa(f.Most)).At(f.Field))
		case strings.ContainsFunc(*f.Value, func(r rune) bool { return unprintable(r, f.Lines) }):
			l.Add(New(Invalid, "words.marks").At(f.Field))
		}
	}
}

func unprintable(r rune, lines bool) bool {
	if lines && (r == '\n' || r == '\t') {
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
}
