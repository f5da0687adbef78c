package release

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"minyi/indicators/fault"
)

// keyIDBytes is how much of a public key's hash names it.
const keyIDBytes = 8

// Signature is what stands under a document: the Ed25519 signature (RFC 8032)
// of its canonical bytes, and the name of the key.
type Signature struct {
	KeyID string `json:"key_id"`
	Bytes []byte `json:"signature"`
}

// KeyID names a public key: the first 8 bytes of its SHA-256, hexadecimal.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:keyIDBytes])
}

// Sign signs a document. It refuses a document that Parse refuses: nothing else
// is ever signed with this key.
func Sign(key ed25519.PrivateKey, document []byte) (Signature, error) {
	if len(key) != ed25519.PrivateKeySize {
		return Signature{}, fmt.Errorf("release: the signing key has %d bytes, not %d", len(key), ed25519.PrivateKeySize)
	}
	if _, err := Parse(document); err != nil {
		return Signature{}, err
	}
	public, _ := key.Public().(ed25519.PublicKey)
	return Signature{KeyID: KeyID(public), Bytes: ed25519.Sign(key, document)}, nil
}

// Verify checks a signed document with the public key alone and returns it. It
// refuses with release.other_key a signature by another key, with
// release.forged a signature that does not fit the bytes, and with what Parse
// refuses.
func Verify(key ed25519.PublicKey, document []byte, s Signature) (*Document, error) {
	if len(key) != ed25519.PublicKeySize || KeyID(key) != s.KeyID {
		return nil, fault.New(fault.Invalid, "release.other_key", "key", s.KeyID)
	}
	if !ed25519.Verify(key, document, s.Bytes) {
		return nil, fault.New(fault.Invalid, "release.forged")
	}
	return Parse(document)
}
