package evidence

import (
	"path"
	"strings"
	"unicode"
)

const (
	longestName = 120 // characters of a file's name that are kept
	longestExt  = 10
)

// CleanName returns the last part of a file's name without control,
// direction-changing and invisible characters, at most 120 characters with the
// extension kept. It is text to show and to offer when saving.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r),
			strings.ContainsRune(`<>:"|?*`, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	ext := path.Ext(name)
	if len(ext) > longestExt {
		ext = ""
	}
	stem := []rune(strings.TrimSuffix(name, ext))
	if most := longestName - len([]rune(ext)); len(stem) > most {
		stem = stem[:most]
	}
	return string(stem) + ext
}
