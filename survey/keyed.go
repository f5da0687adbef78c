package survey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	"minyi/survey/invite"
)

// keyed makes HMACs under one key, with the key's part of the work done once. It
// is safe for concurrent use.
type keyed struct{ pool sync.Pool }

// reckoner is an HMAC with room for what goes into it.
type reckoner struct {
	hash hash.Hash
	text []byte
}

func newKeyed(key []byte) *keyed {
	k := &keyed{}
	k.pool.New = func() any { return &reckoner{hash: hmac.New(sha256.New, key)} }
	return k
}

// sum is the HMAC of what write appends.
func (k *keyed) sum(write func([]byte) []byte) (out [sha256.Size]byte) {
	r, ok := k.pool.Get().(*reckoner)
	if !ok {
		panic("survey: pool holds something that is no HMAC")
	}
	defer k.pool.Put(r)
	r.text = write(r.text[:0])
	r.hash.Reset()
	r.hash.Write(r.text)
	r.text = r.hash.Sum(r.text[:0])
	copy(out[:], r.text)
	return out
}

// mac is the HMAC of a link with parts, each with its length before it.
func (k *keyed) mac(t invite.Token, parts ...string) (out [16]byte) {
	sum := k.sum(func(text []byte) []byte {
		text = appendLink(text, t)
		for _, p := range parts {
			text = append(binary.BigEndian.AppendUint64(text, uint64(len(p))), p...)
		}
		return text
	})
	copy(out[:], sum[:])
	return out
}

// appendLink writes a link in eight bytes.
func appendLink(text []byte, t invite.Token) []byte {
	text = binary.BigEndian.AppendUint32(text, t.Serial)
	return append(binary.BigEndian.AppendUint16(text, t.Survey), 0, 0)
}
