package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"minyi/indicators/fault"
)

// Argon2id with 19 MiB, two passes and one lane: the first choice of the OWASP
// Password Storage Cheat Sheet.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	saltBytes   = 16
	keyBytes    = 32
)

const (
	minPassword = 12
	maxPassword = 128
)

// hashPassword returns the password's Argon2id hash in the PHC string format,
// which names its parameters.
func hashPassword(password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// matches reports whether the password has this hash. It computes with the
// hash's own parameters and compares in constant time.
func matches(hash, password string) bool {
	var version int
	var memory, passes uint32
	var lanes uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) == 0 || passes == 0 || lanes == 0 {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// nobody is the hash that an unknown name is checked against, so that it costs
// the same time as a known one. No password has it.
func nobody() string {
	zero := make([]byte, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		base64.RawStdEncoding.EncodeToString(zero[:saltBytes]), base64.RawStdEncoding.EncodeToString(zero))
}

// checkPassword refuses a password that is too short or long, that holds the
// account's name, or that has fewer than five different characters.
func checkPassword(name, password string) error {
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
	case len(different) < enough || isRun(password) || isCommon(password):
		return fault.New(fault.Invalid, "password.simple").At("new")
	}
	return nil
}

// isRun reports whether a password walks along the alphabet, the digits or a
// row of the keyboard, in either direction, for most of its length.
func isRun(password string) bool {
	const rows = "01234567890 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm"
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

// common are the words that guessing begins with: those at the head of every
// public list of leaked passwords, and those of this place and programme. Longer
// ones come before the words that they contain.
func common() *strings.Replacer {
	const words = "password passw0rd p@ssword p@ssw0rd iloveyou welcome administrator admin letmein monkey dragon " +
		"football baseball sunshine princess superman michael shadow master login test hello secret default changeme " +
		"qwerty asdfgh zxcvbn abc woaini wodemima mima nihao zhongguo ningxia yinchuan minyi fazhi manyidu"
	var pairs []string
	for _, w := range strings.Fields(words) {
		pairs = append(pairs, w, "")
	}
	return strings.NewReplacer(pairs...)
}

// isCommon reports whether little is left of a password without common words,
// digits and punctuation.
func isCommon(password string) bool {
	const own = 6
	rest := common().Replace(Fold(password))
	letters := 0
	for _, r := range rest {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters < own && rest != Fold(password)
}

// oneTime makes a random password of 100 bits, in groups that can be read out.
func oneTime() (string, error) {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789x" // 32 signs, none easily mistaken
	const signs, group = 20, 5
	raw := make([]byte, signs)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	var b strings.Builder
	for i, r := range raw {
		if i > 0 && i%group == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[r%32])
	}
	return b.String(), nil
}
