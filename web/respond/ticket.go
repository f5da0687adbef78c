package respond

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"strconv"
	"strings"
	"time"
)

// ticket is the hidden field _form: the key that makes sending idempotent, the
// time the form was made, and a MAC that binds both to the link. The seed of the
// order shown comes from the same MAC, so it can neither be chosen nor tell
// anything about the link. It never expires: residents have no time limit.
type ticket struct {
	text string // as it stands in the form
	key  string
	seed uint64

	issued time.Time // to the second
	name   [paceBound]byte
}

// fresh makes the ticket of a new form for a link.
func (d *Door) fresh(token string) ticket {
	return d.sign(token, d.deps.NewID(), strconv.FormatInt(d.deps.Now().Unix(), 36))
}

// signed reads a ticket back; false when it is not one of ours for this link.
func (d *Door) signed(token, text string) (ticket, bool) {
	key, rest, _ := strings.Cut(text, ".")
	issued, proof, whole := strings.Cut(rest, ".")
	if !whole || key == "" || strings.Contains(proof, ".") || len(text) > 128 {
		return ticket{}, false
	}
	want := d.sign(token, key, issued)
	return want, hmac.Equal([]byte(want.text), []byte(text))
}

func (d *Door) sign(token, key, issued string) ticket {
	sum := d.mac("minyi/form/v1\n", canonical(token), "\n", key, "\n", issued)
	return ticket{
		text: key + "." + issued + "." + base64.RawURLEncoding.EncodeToString(sum[:16]),
		key:  key,
		seed: binary.BigEndian.Uint64(sum[16:24]),

		issued: issuedAt(issued),
		name:   [paceBound]byte(sum[24:]),
	}
}

// reckoner is an HMAC with room for what goes into it.
type reckoner struct {
	hash hash.Hash
	text []byte
}

// mac is the HMAC-SHA256 of the parts under the door's secret. The first part says
// what it is for.
func (d *Door) mac(parts ...string) (out [sha256.Size]byte) {
	r, ok := d.macs.Get().(*reckoner)
	if !ok {
		panic("respond: pool holds something that is not a hash")
	}
	defer d.macs.Put(r)
	r.text = r.text[:0]
	for _, part := range parts {
		r.text = append(r.text, part...)
	}
	r.hash.Reset()
	r.hash.Write(r.text)
	r.text = r.hash.Sum(r.text[:0])
	copy(out[:], r.text)
	return out
}

// canonical writes a token as it is printed, however it was typed.
func canonical(token string) string {
	if strings.Trim(token, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == "" {
		return token
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ':
			return -1
		case 'i', 'I', 'l', 'L':
			return '1'
		case 'o', 'O':
			return '0'
		}
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, token)
}
