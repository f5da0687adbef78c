package respond

import (
	"net/url"
	"strings"
	"unicode"
)

// typed reads the code of a link that somebody typed or copied from paper: written
// in full-width letters, with blanks or dashes in it, or with what stood behind it
// in the sentence (a full stop, a slash, a bracket). A code as it is printed comes
// back as it is; what is no code stays none.
func typed(code string) string {
	if strings.IndexFunc(code, outside) < 0 {
		return code
	}
	if plain, err := url.PathUnescape(code); err == nil {
		code = plain
	}
	code = strings.Map(narrow, strings.ToValidUTF8(code, ""))
	return strings.TrimFunc(code, func(r rune) bool { return outside(r) && r != '%' })
}

// outside reports whether a character stands in no code as people may type it.
func outside(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-'
}

// narrow writes full-width letters, digits and marks (U+FF01 to U+FF5E) as those of
// ASCII and drops what separates or cannot be seen.
func narrow(r rune) rune {
	const first, last, apart = '！', '～', '！' - '!'
	switch {
	case r >= first && r <= last:
		r -= apart
	case unicode.Is(unicode.Pd, r), unicode.IsSpace(r), unicode.Is(unicode.Cf, r), strings.ContainsRune("−·・•", r):
		return -1
	}
	return r
}
