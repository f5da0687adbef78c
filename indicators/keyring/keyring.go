// Package keyring keeps the keys under which personal data are stored, outside the
// database, and seals values under them: with AES-256-GCM, or with SM4-GCM where the
// service is set to (GM/T 0001, GB/T 32907, GB/T 39786). Every value names its
// algorithm, its key, what it is for and what it belongs to, so that keys can be
// changed while the service runs and a value that was moved elsewhere does not open.
//
// It knows no table: whoever stores a value asks a Box for a token, and may find the
// tokens of a text again (Reseal). It keeps no passwords, signs nothing, and is no
// defence against whoever holds database and keys together.
//
// A module that is certified (GB/T 37092) takes the place of the keys in the file:
// it implements Module, and its keys never leave it; see Module.
//
//	what | independent judge | input | tolerance | test
//	SM3, SM4-GCM, SM2 | GB/T 32905 and 32907 (standard vectors), RFC 8998, OpenSSL 3 | the standards' examples and 1,000 random inputs | equal | TestS47SMAgreesWithOpenSSL
//	AES-256-GCM | NIST SP 800-38D vectors (McGrew and Viega, test case 16) | the published case | equal | TestAESGCMIsThatOfTheStandard
//	a sealed value | by its own format | each part of a token changed; another place, another purpose | none opens | TestAValueOpensOnlyWhereItBelongs
//	rotation | a process killed with signal 9 between two values | 300 values, keys changed under way | every value opens, under the new key after the next run | TestS46RotationSurvivesKill
package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"

	"minyi/indicators/fault"
)

// Algorithm is how a value is sealed.
type Algorithm string

// The algorithms, as tokens and settings name them.
const (
	AES Algorithm = "aes" // AES-256-GCM, keys by HKDF-SHA-256
	SM4 Algorithm = "sm4" // SM4-GCM, keys by HKDF-SM3
)

// Algorithms returns those that can be set.
func Algorithms() []Algorithm { return []Algorithm{AES, SM4} }

// ParseAlgorithm reads a setting; others are refused with keys.algorithm.
func ParseAlgorithm(s string) (Algorithm, error) {
	for _, a := range Algorithms() {
		if string(a) == s {
			return a, nil
		}
	}
	return "", fault.New(fault.Invalid, "keys.algorithm", "value", s).At("cipher")
}

// Title is the name that inventories and lists show.
func (a Algorithm) Title() string {
	switch a {
	case AES:
		return "AES-256-GCM"
	case SM4:
		return "SM4-GCM"
	}
	return string(a)
}

const secretBytes = 32

// errDamaged is a value that was not sealed here, or is not what it was.
var errDamaged = errors.New("keyring: a damaged value")

// AEAD is the cipher of an algorithm under a key for one purpose: AES-256-GCM under
// HKDF-SHA-256 (RFC 5869), SM4-GCM under HKDF with SM3.
func AEAD(a Algorithm, secret []byte, purpose string) (cipher.AEAD, error) {
	block, err := cipherOf(a, secret, "minyi/box/v1/"+purpose)
	if err != nil {
		return nil, fmt.Errorf("keyring: %s: %w", a, err)
	}
	return cipher.NewGCM(block)
}

func cipherOf(a Algorithm, secret []byte, info string) (cipher.Block, error) {
	const aesBytes, sm4Bytes = 32, 16
	switch a {
	case AES:
		key, err := hkdf.Key(sha256.New, secret, nil, info, aesBytes)
		if err != nil {
			return nil, err
		}
		return aes.NewCipher(key)
	case SM4:
		key, err := hkdf.Key(sm3.New, secret, nil, info, sm4Bytes)
		if err != nil {
			return nil, err
		}
		return sm4.NewCipher(key)
	}
	return nil, fmt.Errorf("unknown algorithm %q", a)
}
