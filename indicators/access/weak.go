package access

import (
	"crypto/sha256"
	_ "embed" // the list of common passwords
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/fault"
)

//go:embed data/common.bin
var commonDigests string

const (
	minPassword = 12
	maxPassword = 128
)

// checkPassword refuses a password that is too short or long, that holds the
// account's name, or that guessing would begin with; where the scheme of the third
// level is set, one of fewer than three of the four classes of signs too.
func checkPassword(name, password string, level3 bool) error {
	n := utf8.RuneCountInString(password)
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	const enough = 5
	switch {
	case !utf8.ValidString(password) || n < minPassword || n > maxPassword:
		return fault.New(fault.Invalid, "password.length").At("new")
	case strings.Contains(Fold(password), Fold(name)):
		return fault.New(fault.Invalid, "password.name").At("new")
	case len(different) < enough || isRun(password) || isRepeat(password) || isCommon(password):
		return fault.New(fault.Invalid, "password.simple").At("new")
	case level3 && classes(password) < 3:
		return fault.New(fault.Invalid, "password.classes").At("new")
	}
	return nil
}

// classes counts which of capital letters, other letters, digits and other signs a
// password holds. Characters without capitals, as Chinese ones, are other letters.
func classes(password string) int {
	var upper, letter, digit, sign int
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLetter(r):
			letter = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			sign = 1
		}
	}
	return upper + letter + digit + sign
}

// isRun reports whether a password walks along the alphabet, the digits, a row or a
// column of the keyboard, in either direction, for most of its length.
func isRun(password string) bool {
	const rows = "01234567890 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl; zxcvbnm,./ " +
		"1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm !qaz @wsx #edc $rfv"
	folded := Fold(password)
	steps, total := 0, 0
	for i := 0; i+2 <= len(folded); i++ {
		pair := folded[i : i+2]
		if strings.Contains(rows, pair) || strings.Contains(rows, pair[1:]+pair[:1]) {
			steps++
		}
		total++
	}
	const most = 3 // of four
	return 4*steps >= most*total
}

// signs are what people put at the ends of a password.
const signs = " !@#$%^&*()-_=+.,?~"

// isRepeat reports whether a password is one piece again and again.
func isRepeat(password string) bool {
	folded := []rune(strings.Trim(Fold(password), signs))
	for size := 1; 2*size <= len(folded); size++ {
		same := true
		for i := size; i < len(folded) && same; i++ {
			same = folded[i] == folded[i-size]
		}
		if same {
			return true
		}
	}
	return false
}

// isCommon reports whether the letters of a password are a common one, two of them
// in a row, or a short phrase in pinyin; digits and signs around or between the
// letters, and digits in the place of letters, change nothing.
func isCommon(password string) bool {
	folded := Fold(password)
	if listed(folded) {
		return true
	}
	middle := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, text := range []string{folded, plain().Replace(middle)} {
		core := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return -1
		}, text)
		const few = 4 // letters that are too few to be a word of one's own
		if utf8.RuneCountInString(core) < few || listed(core) || pair(core) || isPinyin(core) {
			return true
		}
	}
	return false
}

// plain turns signs that stand for letters into these.
func plain() *strings.Replacer {
	return strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")
}

// pair reports whether a text is two common words, one behind the other.
func pair(text string) bool {
	const least = 3
	for i := least; i+least <= len(text); i++ {
		if listed(text[:i]) && listed(text[i:]) {
			return true
		}
	}
	return false
}

// listed reports whether a word is on the list of common passwords.
func listed(word string) bool {
	const size = 8
	sum := sha256.Sum256([]byte(word))
	key, n := string(sum[:size]), len(commonDigests)/size
	at := func(i int) string { return commonDigests[i*size : (i+1)*size] }
	i := sort.Search(n, func(i int) bool { return at(i) >= key })
	return i < n && at(i) == key
}

// isPinyin reports whether a text is up to five syllables of pinyin.
func isPinyin(text string) bool {
	const phrase, longest = 5, 6
	if len(text) > phrase*longest {
		return false
	}
	least := make([]int, len(text)+1) // syllables that the text up to here takes; 0: it is none
	for end := 1; end <= len(text); end++ {
		for from := max(0, end-longest); from < end; from++ {
			if from > 0 && least[from] == 0 || !syllable(text[from:end]) {
				continue
			}
			if n := least[from] + 1; least[end] == 0 || n < least[end] {
				least[end] = n
			}
		}
	}
	n := least[len(text)]
	return n > 0 && n <= phrase
}

// syllable reports whether a text is a syllable of pinyin: an initial and a final.
// It takes some pairs that Chinese does not have.
func syllable(text string) bool {
	const alone = " a o e ai ei ao ou er an en ang eng "
	const initials = " b p m f d t n l g k h j q x zh ch sh r z c s y w "
	const finals = " a o e i u v ai ei ui ao ou iu ie ue ve an en in un ang eng ing ong ian iang iao ia iong ua uo uai uan uang "
	if strings.Contains(alone, " "+text+" ") {
		return true
	}
	for i := 1; i <= 2 && i < len(text); i++ {
		if strings.Contains(initials, " "+text[:i]+" ") && strings.Contains(finals, " "+text[i:]+" ") {
			return true
		}
	}
	return false
}
