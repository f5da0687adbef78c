package keyring

import (
	"crypto/rand"
	"fmt"
	"strings"
)

// Seal returns the token of a value under the current key, bound to what it belongs
// to: the same token is of no use at another place. Nothing sealed stays nothing.
func (b *Box) Seal(plain []byte, bound string) (string, error) {
	if len(plain) == 0 {
		return "", nil
	}
	id, algorithm, err := b.module.Current()
	if err != nil {
		return "", err
	}
	t := Token{Algorithm: algorithm, Key: id, Purpose: b.purpose, Bound: bound}
	with, err := b.module.AEAD(id, algorithm, b.purpose)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, with.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	t.sealed = with.Seal(nonce, nonce, plain, []byte(t.head()))
	return t.String(), nil
}

// Open returns the value of a token of this purpose that belongs there; the empty
// token is nothing. A token of elsewhere, a changed one and one whose key is gone
// are errors.
func (b *Box) Open(token, bound string) ([]byte, error) {
	if token == "" {
		return nil, nil
	}
	t, err := ParseToken(token)
	if err != nil {
		return nil, err
	}
	if t.Purpose != b.purpose || t.Bound != bound {
		return nil, errDamaged
	}
	return open(b.module, t)
}

func open(m Module, t Token) ([]byte, error) {
	with, err := m.AEAD(t.Key, t.Algorithm, t.Purpose)
	if err != nil {
		return nil, err
	}
	n := with.NonceSize()
	if len(t.sealed) < n {
		return nil, errDamaged
	}
	plain, err := with.Open(nil, t.sealed[:n], t.sealed[n:], []byte(t.head()))
	if err != nil {
		return nil, fmt.Errorf("%w of key %s", errDamaged, t.Key)
	}
	return plain, nil
}

// Reseal returns a text with every token in it that is not under the current key and
// algorithm sealed anew, and how many these were. The values are not seen by anybody.
func (r *Ring) Reseal(text string) (string, int, error) {
	id, algorithm, err := r.module.Current()
	if err != nil {
		return text, 0, err
	}
	n := 0
	for _, token := range Tokens(text) {
		t, err := ParseToken(token)
		if err != nil || t.Key == id && t.Algorithm == algorithm {
			continue // what only looks like one is somebody's words
		}
		plain, err := open(r.module, t)
		if err != nil {
			return text, n, err
		}
		fresh, err := r.Box(t.Purpose).Seal(plain, t.Bound)
		if err != nil {
			return text, n, err
		}
		text, n = strings.Replace(text, token, fresh, 1), n+1
	}
	return text, n, nil
}

// Opens returns nil where every token of a text opens, whatever is in it; else what
// stands in the way of the first that does not.
func (r *Ring) Opens(text string) error {
	for _, token := range Tokens(text) {
		t, err := ParseToken(token)
		if err != nil {
			return err
		}
		if _, err := open(r.module, t); err != nil {
			return err
		}
	}
	return nil
}

// Count adds to counts how many tokens of a text are under which key.
func Count(counts map[ID]int, text string) {
	for _, token := range Tokens(text) {
		if t, err := ParseToken(token); err == nil {
			counts[t.Key]++
		}
	}
}
