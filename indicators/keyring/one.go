package keyring

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// One seals bytes under a single key that somebody else keeps, such as the key of one
// survey, which is destroyed to destroy what is under it. A sealed value begins with
// its algorithm and four bytes by which its key is told from others.
type One struct {
	algorithm Algorithm
	id        [4]byte
	with      map[Algorithm]cipher.AEAD
	older     cipher.AEAD // of values from before they named anything
}

// oneHead is "my", the algorithm and the key's four bytes.
const oneHead = 7

// NewOne returns the seal of a 32-byte key; new values get the algorithm, older ones
// open whatever theirs was. An empty algorithm is AES.
func NewOne(algorithm Algorithm, key []byte) (*One, error) {
	if len(key) != secretBytes {
		return nil, fmt.Errorf("keyring: a key of %d bytes", len(key))
	}
	if algorithm == "" {
		algorithm = AES
	}
	o := &One{algorithm: algorithm, with: map[Algorithm]cipher.AEAD{}}
	sum := sha256.Sum256(append([]byte("minyi/key-id/v1\x00"), key...))
	copy(o.id[:], sum[:])
	for _, a := range Algorithms() {
		with, err := AEAD(a, key, "one")
		if err != nil {
			return nil, err
		}
		o.with[a] = with
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	o.older, err = cipher.NewGCM(block)
	return o, err
}

// ID names the key in lists: four bytes, which tell nothing of it.
func (o *One) ID() string { return fmt.Sprintf("%x", o.id) }

func (o *One) head(a Algorithm) []byte {
	code := byte(1)
	if a == SM4 {
		code = 2
	}
	return append([]byte{'m', 'y', code}, o.id[:]...)
}

// Seal encrypts plain, bound to what it belongs to.
func (o *One) Seal(plain, bound []byte) []byte {
	with, head := o.with[o.algorithm], o.head(o.algorithm)
	n := len(head) + with.NonceSize()
	out := make([]byte, n, n+len(plain)+with.Overhead())
	copy(out, head)
	_, _ = rand.Read(out[len(head):]) // never fails since Go 1.24
	return with.Seal(out, out[len(head):], plain, append(head, bound...))
}

// Open decrypts what Seal made of the same key and bound, or what was sealed with
// AES-256-GCM under the plain key before values named theirs.
func (o *One) Open(sealed, bound []byte) ([]byte, error) {
	for a, with := range o.with {
		head := o.head(a)
		n := len(head) + with.NonceSize()
		if len(sealed) >= n && bytes.HasPrefix(sealed, head) {
			if plain, err := with.Open(nil, sealed[len(head):n], sealed[n:], append(head, bound...)); err == nil {
				return plain, nil
			}
		}
	}
	n := o.older.NonceSize()
	if len(sealed) < n {
		return nil, errDamaged
	}
	plain, err := o.older.Open(nil, sealed[:n], sealed[n:], bound)
	if err != nil {
		return nil, errDamaged
	}
	return plain, nil
}

// Algorithm says by which algorithm a value is sealed that a One made; empty for one
// that names none.
func (o *One) Algorithm(sealed []byte) Algorithm {
	for _, a := range Algorithms() {
		if len(sealed) > oneHead && bytes.HasPrefix(sealed, o.head(a)) {
			return a
		}
	}
	return ""
}
