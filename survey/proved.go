package survey

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"sync"

	"minyi/survey/release"
)

// mostProved is how many documents are kept that were found right: a round has one a
// survey, and those that were corrected. Past that they are looked at anew.
const mostProved = 1024

// proved keeps signed documents that were found right, read: to check and to read one
// takes 2 ms, and the public's lists show those of every unit (S30). What is kept stands
// under the SHA-256 of key, signature and bytes, so that a changed byte is looked at anew.
// Nobody changes a document that was read.
type proved[T any] struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]*T
}

// read is verify, once for equal bytes.
func (p *proved[T]) read(key ed25519.PublicKey, text []byte, s release.Signature, verify func(ed25519.PublicKey, []byte, release.Signature) (*T, error)) (*T, error) {
	h := sha256.New()
	for _, part := range [][]byte{key, []byte(s.KeyID), s.Bytes, text} {
		_ = binary.Write(h, binary.BigEndian, uint64(len(part))) // a hash takes everything
		h.Write(part)
	}
	name := [sha256.Size]byte(h.Sum(nil))
	p.mu.Lock()
	had := p.known[name]
	p.mu.Unlock()
	if had != nil {
		return had, nil
	}
	document, err := verify(key, text, s)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= mostProved {
		p.known = map[[sha256.Size]byte]*T{}
	}
	p.known[name] = document
	return document, nil
}
