package application

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"minyi/indicators/canonical"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// ReceiptSchema is the form of receipts.
const ReceiptSchema = "minyi-receipt/1"

// Receipt is what a unit holds in its hand after filing (C75): which manifest the
// service took in, when, and under which code. The service's key signs its
// canonical JSON.
type Receipt struct {
	Schema   string    `json:"schema"`
	Round    int       `json:"round"`
	Unit     string    `json:"unit"`
	Track    string    `json:"track"`
	Code     string    `json:"code"`
	Manifest string    `json:"manifest"` // SHA-256, hexadecimal
	FiledAt  time.Time `json:"filed_at"` // UTC, to the millisecond
	Local    string    `json:"filed_at_local"`
}

// Signed is a receipt as it is handed out: the receipt, the Ed25519 signature
// (RFC 8032) of its canonical bytes, and the public key, both hexadecimal.
type Signed struct {
	Receipt   Receipt `json:"receipt"`
	Key       string  `json:"public_key"`
	Signature string  `json:"signature"`
}

// localForm writes a moment in Asia/Shanghai with its offset, to the millisecond.
const localForm = "2006-01-02T15:04:05.000-07:00"

// Receipt returns the receipt of a seal of the dossier.
func (d *Dossier) Receipt(s Seal) Receipt {
	return Receipt{
		Schema: ReceiptSchema, Round: d.Round, Unit: string(d.Unit), Track: string(d.Track), Code: s.Receipt(),
		Manifest: s.Digest, FiledAt: s.At.UTC(), Local: s.At.In(roster.Shanghai()).Format(localForm),
	}
}

// Signed returns the receipt of a seal with the signature that it was given; ok is
// false for a seal of a time that signed none.
func (d *Dossier) Signed(s Seal) (_ Signed, ok bool) {
	return Signed{Receipt: d.Receipt(s), Key: s.Key, Signature: s.Signature}, s.Signature != ""
}

func (r Receipt) canonical() ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	return canonical.JSON(text)
}

// sign signs the receipt of a seal and keeps the signature in it.
func (d *Dossier) sign(s *Seal, key ed25519.PrivateKey) error {
	if len(key) != ed25519.PrivateKeySize {
		return errors.New("application: no key to sign receipts with")
	}
	text, err := d.Receipt(*s).canonical()
	if err != nil {
		return err
	}
	public, _ := key.Public().(ed25519.PublicKey)
	s.Key, s.Signature = hex.EncodeToString(public), hex.EncodeToString(ed25519.Sign(key, text))
	return nil
}

// Verify checks the signature of a receipt under a public key. It refuses with
// seal.other_key a receipt of another key and with seal.forged a signature that
// does not fit the words.
func (s Signed) Verify(key ed25519.PublicKey) error {
	if s.Key != hex.EncodeToString(key) {
		return fault.New(fault.Invalid, "seal.other_key")
	}
	text, err := s.Receipt.canonical()
	if err != nil {
		return err
	}
	signature, err := hex.DecodeString(s.Signature)
	if err != nil || !ed25519.Verify(key, text, signature) {
		return fault.New(fault.Invalid, "seal.forged")
	}
	return nil
}

// parseSigned reads a receipt; ok is false for any other text.
func parseSigned(text []byte) (s Signed, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&s)
	return s, err == nil && s.Receipt.Schema == ReceiptSchema
}

// Receipt is the short code on the receipt: the first twelve digits of the
// seal's digest, so that anyone who holds the manifest can work it out.
func (s Seal) Receipt() string {
	const group, groups = 4, 3
	if len(s.Digest) < group*groups {
		return ""
	}
	d := strings.ToUpper(s.Digest)
	return d[:group] + "-" + d[group:2*group] + "-" + d[2*group:3*group]
}
