package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"github.com/emmansun/gmsm/sm2"
	"golang.org/x/mod/sumdb/note"

	"minyi/indicators/fault"
)

// Signer signs notes for one key.
type Signer = note.Signer

// Verifier checks what a Signer signed.
type Verifier = note.Verifier

// Key types of C2SP signed-note. Types of one's own follow 0xff by a name that is
// long enough to be nobody else's.
const (
	algEd25519  = "\x01"
	algCosigner = "\x04"
	algSM2      = "\xffminyi.example/sm2-sm3/v1\x00"
)

// keyHash names a key in a note: the first four bytes of
// SHA-256(name LF type key).
func keyHash(name, key string) uint32 {
	sum := sha256.Sum256([]byte(name + "\n" + key))
	return binary.BigEndian.Uint32(sum[:4])
}

// key is a note.Signer and note.Verifier; one without sign only verifies.
type key struct {
	name   string
	hash   uint32
	kind   string // of a verifier: what AlgorithmOf says
	sign   func(msg []byte) ([]byte, error)
	verify func(msg, sig []byte) bool
}

func (k *key) Name() string                    { return k.name }
func (k *key) KeyHash() uint32                 { return k.hash }
func (k *key) Sign(msg []byte) ([]byte, error) { return k.sign(msg) }
func (k *key) Verify(msg, sig []byte) bool     { return k.verify(msg, sig) }

// NewEd25519 returns the signer of a log's name with a key of crypto/ed25519, and
// the line that its verifier is made from.
func NewEd25519(name string, private ed25519.PrivateKey) (note.Signer, string, error) {
	public, ok := private.Public().(ed25519.PublicKey)
	if !ok {
		return nil, "", fmt.Errorf("ledger: no Ed25519 key")
	}
	line, err := note.NewEd25519VerifierKey(name, public)
	if err != nil {
		return nil, "", fmt.Errorf("ledger: %w", err)
	}
	s := &key{name: name, hash: keyHash(name, algEd25519+string(public))}
	s.sign = func(msg []byte) ([]byte, error) { return ed25519.Sign(private, msg), nil }
	return s, line, nil
}

// NewSM2 returns the signer of a log's name by SM2 with SM3 (GB/T 32918.2-2016,
// the default user id) and the line that its verifier is made from. secret is the
// private number, 32 bytes; random is the source of the signature's nonce.
func NewSM2(name string, secret []byte, random io.Reader) (note.Signer, string, error) {
	private, err := sm2.NewPrivateKey(secret)
	if err != nil {
		return nil, "", fmt.Errorf("ledger: SM2 key: %w", err)
	}
	pair, err := private.ECDH()
	if err != nil {
		return nil, "", fmt.Errorf("ledger: SM2 key: %w", err)
	}
	public := pair.PublicKey().Bytes() // uncompressed point, 65 bytes
	s := &key{name: name, hash: keyHash(name, algSM2+string(public))}
	s.sign = func(msg []byte) ([]byte, error) { return sm2.SignASN1(random, private, msg, sm2.DefaultSM2SignerOpts) }
	return s, verifierLine(s, algSM2+string(public)), nil
}

func verifierLine(k *key, encoded string) string {
	return fmt.Sprintf("%s+%08x+%s", k.name, k.hash, base64.StdEncoding.EncodeToString([]byte(encoded)))
}

// NewVerifier reads a verifier's line: name, hash and key, joined by plus signs.
// It knows Ed25519, SM2 and the cosignatures of witnesses; all else is
// ledger.key.
func NewVerifier(line string) (note.Verifier, error) {
	wrong := fault.New(fault.Invalid, "ledger.key")
	parts := strings.SplitN(line, "+", 3)
	if len(parts) != 3 || parts[0] == "" || strings.ContainsAny(parts[0], " \t\n") {
		return nil, wrong
	}
	encoded, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || fmt.Sprintf("%08x", keyHash(parts[0], string(encoded))) != parts[1] {
		return nil, wrong
	}
	k := &key{name: parts[0], hash: keyHash(parts[0], string(encoded))}
	if k.verify = check(encoded); k.verify == nil {
		return nil, wrong
	}
	k.kind = "Ed25519"
	if bytes.HasPrefix(encoded, []byte(algSM2)) {
		k.kind = "SM2"
	}
	return k, nil
}

// AlgorithmOf names the algorithm of a verifier that NewVerifier has read, Ed25519 or
// SM2; empty for any other.
func AlgorithmOf(v note.Verifier) string {
	if k, ok := v.(*key); ok {
		return k.kind
	}
	return ""
}

// check returns the check of signatures by an encoded key, nil for a key of no
// known kind.
func check(encoded []byte) func(msg, sig []byte) bool {
	if rest, ok := bytes.CutPrefix(encoded, []byte(algSM2)); ok {
		public, err := sm2.NewPublicKey(rest)
		if err != nil {
			return nil
		}
		return func(msg, sig []byte) bool { return sm2.VerifyASN1WithSM2(public, nil, msg, sig) }
	}
	if len(encoded) != 1+ed25519.PublicKeySize {
		return nil
	}
	switch public := ed25519.PublicKey(encoded[1:]); encoded[0] {
	case algEd25519[0]:
		return func(msg, sig []byte) bool { return ed25519.Verify(public, msg, sig) }
	case algCosigner[0]:
		return func(msg, sig []byte) bool { return cosigned(public, msg, sig) }
	}
	return nil
}
