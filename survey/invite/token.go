// Package invite makes and reads the links to a survey: tokens that prove
// themselves by a MAC, so that nothing is stored per token, the batches of
// serial numbers that carry what the sample design knows about a link, and the
// QR codes that bring it onto paper. It does not know which tokens are spent.
package invite

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"strings"
	"sync"

	"minyi/indicators/fault"
)

// Length is the number of characters of a token, without separators: 24
// characters of 5 bits hold 40 bits of survey and serial and 80 bits of MAC.
const Length = 24

// MaxSerial is the largest serial number that a token can carry.
const MaxSerial = 1<<24 - 1

const (
	idBytes  = 5  // survey number (16 bits) and serial (24 bits), masked
	macBytes = 10 // HMAC-SHA256, truncated to 80 bits
)

// Token is what a link carries: the survey's number in this installation and the
// serial number of the link within it.
type Token struct {
	Survey uint16
	Serial uint32 // at most MaxSerial
}

// Signer makes tokens and reads them with the key of this installation. It is
// safe for concurrent use.
type Signer struct {
	mac  sync.Pool // *reckoner keyed for the MAC
	mask sync.Pool // *reckoner keyed for the mask

	recent recent
}

// NewSigner derives the keys of the tokens from the installation's key, which
// must have 32 bytes or more.
func NewSigner(key []byte) (*Signer, error) {
	if len(key) < 32 {
		return nil, errors.New("invite: the key must have at least 32 bytes")
	}
	macKey := derive(key, "minyi/invite/mac/v1")
	maskKey := derive(key, "minyi/invite/mask/v1")
	s := &Signer{}
	s.mac.New = func() any { return &reckoner{hash: hmac.New(sha256.New, macKey)} }
	s.mask.New = func() any { return &reckoner{hash: hmac.New(sha256.New, maskKey)} }
	return s, nil
}

func derive(key []byte, label string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(label))
	return h.Sum(nil)
}

// Format writes a token as 24 characters of Crockford base32, upper case. The
// MAC is the synthetic initial value of a mask over survey and serial (the
// construction of RFC 5297), so that a link shows neither how many others there
// are nor which are its neighbours.
func (s *Signer) Format(t Token) string {
	var raw [idBytes + macBytes]byte
	tag := s.tag(t)
	copy(raw[idBytes:], tag[:macBytes])
	id := t.bytes()
	mask := s.stream(raw[idBytes:])
	for i := range idBytes {
		raw[i] = id[i] ^ mask[i]
	}
	return encode(raw[:])
}

// Parse reads a token as people type it: upper or lower case, I and L for 1, O
// for 0, with spaces and hyphens anywhere. It refuses with token.unknown
// whatever this installation has not made; the MAC is compared in constant time.
func (s *Signer) Parse(text string) (Token, error) {
	if t, ok := s.recent.find(text); ok {
		return t, nil
	}
	raw, ok := decode(text)
	if !ok {
		return Token{}, Unknown()
	}
	mask := s.stream(raw[idBytes:])
	var id [idBytes]byte
	for i := range idBytes {
		id[i] = raw[i] ^ mask[i]
	}
	t := Token{
		Survey: binary.BigEndian.Uint16(id[:2]),
		Serial: uint32(id[2])<<16 | uint32(id[3])<<8 | uint32(id[4]),
	}
	if tag := s.tag(t); !hmac.Equal(tag[:macBytes], raw[idBytes:]) {
		return Token{}, Unknown()
	}
	s.recent.keep(text, t)
	return t, nil
}

// Unknown is the refusal of a token that does not exist. It is the same for
// every reason, so that guessing teaches nothing.
func Unknown() *fault.Refusal { return fault.New(fault.NotFound, "token.unknown") }

func (s *Signer) tag(t Token) [sha256.Size]byte {
	id := t.bytes()
	return sum(&s.mac, id[:])
}

func (s *Signer) stream(tag []byte) [sha256.Size]byte { return sum(&s.mask, tag) }

// reckoner is an HMAC with room for what goes in and comes out.
type reckoner struct {
	hash hash.Hash
	text [sha256.Size]byte
}

func sum(pool *sync.Pool, data []byte) [sha256.Size]byte {
	r, ok := pool.Get().(*reckoner)
	if !ok {
		panic("invite: pool holds something that is not a hash")
	}
	defer pool.Put(r)
	r.hash.Reset()
	r.hash.Write(r.text[:copy(r.text[:], data)])
	r.hash.Sum(r.text[:0])
	return r.text
}

func (t Token) bytes() [idBytes]byte {
	if t.Serial > MaxSerial {
		panic("invite: serial number too large")
	}
	return [idBytes]byte{byte(t.Survey >> 8), byte(t.Survey), byte(t.Serial >> 16), byte(t.Serial >> 8), byte(t.Serial)}
}

// Spaced writes a token in groups of four, for those who type it from paper.
func Spaced(token string) string {
	var b strings.Builder
	for i, c := range token {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(c)
	}
	return b.String()
}
