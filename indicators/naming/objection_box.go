package naming

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/keyring"
)

// box seals what people wrote in objections, bound to the objection and to the part:
// by the keys of the ring, or where there is none by AES-256-GCM under one key, as
// all was before. Its zero value has no key.
type box struct {
	with  cipher.AEAD
	seals *keyring.Box
}

// errNoKey means that something personal was to be kept or read without a key.
var errNoKey = errors.New("naming: no key for what people wrote in objections")

func newBox(key []byte, seals *keyring.Box) (box, error) {
	if len(key) == 0 {
		return box{seals: seals}, nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return box{}, fmt.Errorf("naming: key of objections: %w", err)
	}
	with, err := cipher.NewGCM(block)
	if err != nil {
		return box{}, fmt.Errorf("naming: key of objections: %w", err)
	}
	return box{with, seals}, nil
}

// person is the sealed part that only the case officer opens; written is the part
// that the office reads.
type person struct{ Name, Contact string }

type written struct {
	Text  string `json:"text"`
	Talk  []Word `json:"talk,omitempty"`
	Notes []Note `json:"notes,omitempty"`
}

// seal puts what was written into the sealed parts and empties the open ones.
func (b box) seal(o *Objection) (err error) {
	if o.Name != "" || o.Contact != "" {
		if o.Person, err = b.close(person{o.Name, o.Contact}, o.ID+"/person"); err != nil {
			return err
		}
	}
	if o.Body, err = b.close(written{o.Text, o.Talk, o.Notes}, o.ID+"/body"); err != nil {
		return err
	}
	o.Name, o.Contact, o.Text, o.Talk, o.Notes = "", "", "", nil, nil
	return nil
}

// open fills in what was written, and who wrote it only where that is asked for.
// Objections of before, which were not sealed, are read as they are.
func (b box) open(o *Objection, who bool) error {
	if len(o.Body) > 0 {
		var w written
		if err := b.read(o.Body, o.ID+"/body", &w); err != nil {
			return err
		}
		o.Text, o.Talk, o.Notes = w.Text, w.Talk, w.Notes
	}
	if len(o.Person) > 0 && who {
		var p person
		if err := b.read(o.Person, o.ID+"/person", &p); err != nil {
			return err
		}
		o.Name, o.Contact = p.Name, p.Contact
	}
	if !who {
		o.Name, o.Contact = "", ""
	}
	return nil
}

func (b box) close(v any, of string) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("objection: %w", err)
	}
	if b.seals != nil {
		return b.seals.Seal(plain, of)
	}
	if b.with == nil {
		return "", errNoKey
	}
	nonce := make([]byte, b.with.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("objection: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.with.Seal(nonce, nonce, plain, []byte("minyi/objection/"+of))), nil
}

func (b box) read(sealed, of string, v any) error {
	plain, err := b.plain(sealed, of)
	if err != nil {
		return fmt.Errorf("objection: %w", err)
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("objection: %w", err)
	}
	return nil
}

func (b box) plain(sealed, of string) ([]byte, error) {
	if b.seals != nil && keyring.IsToken(sealed) {
		return b.seals.Open(sealed, of)
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, err
	}
	if b.with == nil || len(raw) < b.with.NonceSize() {
		return nil, errNoKey
	}
	n := b.with.NonceSize()
	return b.with.Open(nil, raw[:n], raw[n:], []byte("minyi/objection/"+of))
}

// opened lets a rule work on an objection whose sealed parts are open, and seals them
// again; an objection whose term has ended is left as it is.
func (s *Service) opened(rule func(*Objection, *Proceeding, *audit.Entry) error) func(*Objection, *Proceeding, *audit.Entry) error {
	return func(o *Objection, p *Proceeding, e *audit.Entry) error {
		gone := !o.Erased.IsZero()
		if !gone {
			if err := s.box.open(o, true); err != nil {
				return err
			}
		}
		if err := rule(o, p, e); err != nil || gone {
			return err
		}
		return s.box.seal(o)
	}
}
