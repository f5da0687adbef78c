package rule

import "strings"

type kind uint8

const (
	sign   kind = iota + 1 // a bracket, comma, operator or bare word
	name                   // ${id}
	quoted                 // 'text' or "text"
	number                 // -12.5
)

type token struct {
	kind kind
	text string // of a name and a quoted text what stands inside
	at   int
}

// scan cuts a condition into tokens.
func scan(text string) ([]token, error) {
	var out []token
	for at := 0; at < len(text); {
		if strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
			continue
		}
		t, size := first(text[at:])
		if size == 0 {
			return nil, &SyntaxError{At: at, Near: clip(text[at:])}
		}
		t.at = at
		out = append(out, t)
		at += size
	}
	return out, nil
}

// first returns the token at the start of s and its length in bytes; 0 where
// there is none.
func first(s string) (token, int) {
	switch c := s[0]; {
	case strings.HasPrefix(s, "${"):
		return reference(s)
	case c == '\'' || c == '"':
		end := strings.IndexByte(s[1:], c)
		if end < 0 {
			return token{}, 0
		}
		return token{kind: quoted, text: s[1 : 1+end]}, end + 2
	case c == '-' || digit(c):
		return span(s, number, func(c byte) bool { return digit(c) || c == '.' })
	case letter(c):
		return span(s, sign, letter)
	}
	for _, op := range []string{"!=", "<=", ">=", "=", "<", ">", "(", ")", ","} {
		if strings.HasPrefix(s, op) {
			return token{kind: sign, text: op}, len(op)
		}
	}
	return token{}, 0
}

func reference(s string) (token, int) {
	id, _, ok := strings.Cut(s[2:], "}")
	if !ok || id == "" || strings.ContainsAny(id, " ${") {
		return token{}, 0
	}
	return token{kind: name, text: id}, len(id) + 3
}

// span returns the first character with all that follow of its kind.
func span(s string, k kind, more func(c byte) bool) (token, int) {
	size := 1
	for size < len(s) && more(s[size]) {
		size++
	}
	return token{kind: k, text: s[:size]}, size
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// clip keeps the first characters of a text that cannot be read.
func clip(s string) string {
	const most = 12
	for i := range s {
		if i >= most {
			return s[:i]
		}
	}
	return s
}
