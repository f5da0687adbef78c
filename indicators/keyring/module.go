package keyring

import "crypto/cipher"

// Module holds keys and works with them. The ring's own keeps them in a file beside
// the database (File); a certified cryptographic module takes its place where one is
// asked for (GB/T 39786 level 3: 应采用经认证的密码模块). Such a module, reached by
// GM/T 0018 or PKCS #11, keeps its keys inside: AEAD then hands out a cipher whose
// Seal and Open call the module, Make has it generate a key, and Destroy has it
// delete one. Nothing above this interface knows the difference: tokens name the
// key by its id only, and rotation moves every value from one module to another by
// opening under the old key and sealing under the new.
//
// What a module must keep: a key that Make returned is durable before the call
// returns; ids are never used twice; AEAD takes nonces of 12 bytes and makes tags of
// 16, whatever the algorithm.
type Module interface {
	// Current returns the key that new values are sealed under, and its algorithm.
	Current() (ID, Algorithm, error)
	// AEAD returns the cipher of a key for one purpose. A key that is not there, or
	// not any more, is an error.
	AEAD(id ID, a Algorithm, purpose string) (cipher.AEAD, error)
}

// Ring seals values under the keys of a module.
type Ring struct{ module Module }

// New returns the ring of a module.
func New(m Module) *Ring { return &Ring{module: m} }

// Box seals the values of one purpose.
type Box struct {
	module  Module
	purpose string
}

// Box returns the seals of a purpose: lower-case letters and hyphens, never changed
// once values are stored.
func (r *Ring) Box(purpose string) *Box { return &Box{module: r.module, purpose: purpose} }
