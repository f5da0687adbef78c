package register

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"

	"minyi/indicators/canonical"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// ListSchema is the format of the signed list of valid names.
const ListSchema = "minyi-named/1"

// Valid is the list of the names that were valid on a day, for other offices (C56).
type Valid struct {
	Schema    string      `json:"schema"`
	Issuer    string      `json:"issuer"`  // address of the service
	On        roster.Date `json:"on"`      // the day, in Asia/Shanghai
	MadeOn    roster.Date `json:"made_on"` // what was recorded later is not in it
	Rehearsal bool        `json:"rehearsal"`
	Names     []ValidName `json:"names"`
}

// ValidName is one of them.
type ValidName struct {
	ID       string          `json:"id"`
	Unit     roster.UnitCode `json:"unit"`
	UnitName string          `json:"unit_name"`
	Kind     roster.UnitKind `json:"kind"`
	Track    roster.Track    `json:"track"`
	Title    string          `json:"title"`
	Round    int             `json:"round"`
	Decision string          `json:"decision"`
	Date     roster.Date     `json:"date"`
	Standing naming.Standing `json:"standing"` // valid, or under check: such a name stands until it is revoked
	Since    roster.Date     `json:"since"`
	Address  string          `json:"address"`
}

// Signature stands under a file: Ed25519 (RFC 8032) over its bytes.
type Signature struct {
	Algorithm string `json:"algorithm"`
	KeyID     string `json:"key_id"` // the first 8 bytes of the key's SHA-256, hexadecimal
	PublicKey []byte `json:"public_key"`
	Digest    string `json:"sha256"` // of the file, hexadecimal
	Signature []byte `json:"signature"`
}

// Valid writes the list of the names that stand on a day: valid ones and those
// under check, as a check takes nothing away; none that is revoked. The same
// register gives the same bytes.
func (s *Service) Valid(ctx context.Context, day roster.Date) ([]byte, error) {
	all, err := s.all(ctx, day)
	if err != nil {
		return nil, err
	}
	out := Valid{Schema: ListSchema, Issuer: s.Base, On: day, MadeOn: roster.DateOf(s.Now()), Rehearsal: s.Rehearsal, Names: []ValidName{}}
	for _, e := range all {
		if e.Standing == naming.Revoked {
			continue
		}
		out.Names = append(out.Names, ValidName{
			ID: e.ID, Unit: e.Target.Unit, UnitName: e.UnitName, Kind: e.Kind, Track: e.Target.Track, Title: e.Title, Round: e.Round,
			Decision: e.Decision, Date: e.Date, Standing: e.Standing, Since: e.Since, Address: e.Address,
		})
	}
	return Canonical(out)
}

// Canonical writes a file of the register in the one form of its JSON.
func Canonical(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("register: file: %w", err)
	}
	if raw, err = canonical.JSON(raw); err != nil {
		return nil, fmt.Errorf("register: file: %w", err)
	}
	return raw, nil
}

// Sign signs a file of the register.
func (s *Service) Sign(file []byte) Signature {
	sum := sha256.Sum256(file)
	key := s.Public()
	return Signature{
		Algorithm: "Ed25519", KeyID: KeyID(key), PublicKey: key, Digest: hex.EncodeToString(sum[:]), Signature: ed25519.Sign(s.Key, file),
	}
}

// Public is the key that lists are checked with.
func (s *Service) Public() ed25519.PublicKey {
	key, _ := s.Key.Public().(ed25519.PublicKey)
	return key
}

// PEM is that key as other programs read it (RFC 8410).
func (s *Service) PEM() ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(s.Public())
	if err != nil {
		return nil, fmt.Errorf("register: key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// KeyID names a public key: the first 8 bytes of its SHA-256, hexadecimal.
func KeyID(key ed25519.PublicKey) string {
	const named = 8
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:named])
}

// Check checks a list with the public key alone and returns it. It refuses with
// list.other_key a signature by another key, with list.forged one that does not fit
// the bytes, with list.unreadable what is no such list.
func Check(key ed25519.PublicKey, file []byte, s Signature) (*Valid, error) {
	sum := sha256.Sum256(file)
	switch {
	case s.KeyID != KeyID(key):
		return nil, fault.New(fault.Invalid, "list.other_key")
	case s.Digest != hex.EncodeToString(sum[:]) || !ed25519.Verify(key, file, s.Signature):
		return nil, fault.New(fault.Invalid, "list.forged")
	}
	out := &Valid{}
	if err := json.Unmarshal(file, out); err != nil || out.Schema != ListSchema {
		return nil, fault.New(fault.Invalid, "list.unreadable")
	}
	return out, nil
}
