package keyring

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Mark begins every token, so that a table can be searched for them.
const Mark = "mys1."

// Token is a sealed value as it is stored: text that names its algorithm, its key,
// what it is for and what it belongs to, and then the value. It may stand anywhere
// in a text or a JSON document.
type Token struct {
	Algorithm Algorithm
	Key       ID
	Purpose   string
	Bound     string
	sealed    []byte // nonce and ciphertext
}

// ID names a key of the ring.
type ID uint32

// String writes the id as tokens and lists have it.
func (id ID) String() string { return fmt.Sprintf("%08x", uint32(id)) }

// MarshalText writes the id as String does.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(text []byte) error {
	const hexadecimal, bits = 16, 32
	n, err := strconv.ParseUint(string(text), hexadecimal, bits)
	if err != nil {
		return errDamaged
	}
	*id = ID(n)
	return nil
}

const tokenParts = 6

// pattern finds tokens in a text.
func pattern() *regexp.Regexp {
	return regexp.MustCompile(`mys1\.(?:aes|sm4)\.[0-9a-f]{8}\.[a-z-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+`)
}

// IsToken reports whether a stored text is a token.
func IsToken(s string) bool { return strings.HasPrefix(s, Mark) }

// head is all that the cipher binds the value to.
func (t Token) head() string {
	return Mark + string(t.Algorithm) + "." + t.Key.String() + "." + t.Purpose + "." + base64.RawURLEncoding.EncodeToString([]byte(t.Bound)) + "."
}

func (t Token) String() string { return t.head() + base64.RawURLEncoding.EncodeToString(t.sealed) }

// ParseToken reads a token.
func ParseToken(s string) (t Token, err error) {
	parts := strings.Split(s, ".")
	if len(parts) != tokenParts || !IsToken(s) {
		return t, errDamaged
	}
	var id ID
	if err := id.UnmarshalText([]byte(parts[2])); err != nil {
		return t, err
	}
	bound, err := base64.RawURLEncoding.DecodeString(parts[4])
	if err != nil {
		return t, errDamaged
	}
	t = Token{Algorithm: Algorithm(parts[1]), Key: id, Purpose: parts[3], Bound: string(bound)}
	if t.sealed, err = base64.RawURLEncoding.DecodeString(parts[5]); err != nil || t.String() != s {
		return t, errDamaged
	}
	return t, nil
}

// Tokens returns the tokens of a text, in their order.
func Tokens(text string) []string {
	if !strings.Contains(text, Mark) {
		return nil
	}
	return pattern().FindAllString(text, -1)
}
