package verification

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"minyi/indicators"
	"minyi/indicators/canonical"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// SealSchema is the format of a sealed record.
const SealSchema = "minyi-verification/1"

// Seal is the service's signature under a closed record.
type Seal struct {
	Digest   string    `json:"digest"`   // SHA-256 of Document, hexadecimal
	Document string    `json:"document"` // canonical JSON (RFC 8785), the very bytes that are signed
	Key      string    `json:"key"`      // public key, Ed25519 (RFC 8032), hexadecimal
	Bytes    string    `json:"signature"`
	At       time.Time `json:"at"`
}

// Document is what is sealed.
type Document struct {
	Schema     string         `json:"schema"`
	UnitName   string         `json:"unit_name"`
	Project    roster.Project `json:"project"`
	Record     Record         `json:"record"`
	Digest     string         `json:"record_digest"` // what the members signed
	Signatures []Signature    `json:"signatures"`
	Problems   []string       `json:"problems"`
	Outcome    Outcome        `json:"outcome"`
	Mark       int64          `json:"mark"` // hundredths
	Checked    int            `json:"checked"`
	Confirmed  int            `json:"confirmed"`
	ClosedAt   time.Time      `json:"closed_at"`
	ClosedBy   string         `json:"closed_by"`
	Seed       string         `json:"seed"`
	Reopened   int            `json:"reopened"`
}

// close closes the record by the round's rule and seals it.
func (v *Visit) close(t evaluation.Terms, key ed25519.PrivateKey, by string, now time.Time) error {
	if err := v.Lacks(t, now); err != nil {
		return err
	}
	tally := v.Tally(t.Lines(), t.Calendar)
	mark := tally.Mark(t.Round.Settings.VerifyRule)
	v.Mark, v.Outcome, v.ClosedAt, v.ClosedBy = &mark, tally.Outcome(t.Round.Settings), now, by
	digest, err := v.Digest()
	if err != nil {
		return err
	}
	d := Document{
		Schema: SealSchema, UnitName: t.Unit.Name, Project: v.Project, Record: v.Record(), Digest: digest, Signatures: v.Valid(),
		Problems: v.Problems, Outcome: v.Outcome, Mark: int64(mark), Checked: tally.Checked, Confirmed: tally.Confirmed,
		ClosedAt: now, ClosedBy: by, Seed: v.Seed, Reopened: len(v.Reopenings),
	}
	v.Seal, err = seal(d, key, now)
	return err
}

func seal(d Document, key ed25519.PrivateKey, now time.Time) (Seal, error) {
	if len(key) != ed25519.PrivateKeySize {
		return Seal{}, fmt.Errorf("verification: the signing key has %d bytes, not %d", len(key), ed25519.PrivateKeySize)
	}
	text, err := canonicalOf(d)
	if err != nil {
		return Seal{}, err
	}
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return Seal{}, errors.New("verification: the signing key has no public half")
	}
	return Seal{
		Digest: scorebook.Digest(text), Document: string(text), Key: hex.EncodeToString(public),
		Bytes: hex.EncodeToString(ed25519.Sign(key, text)), At: now,
	}, nil
}

// File is a sealed record that anybody may check with the public key alone.
type File struct {
	Document  json.RawMessage `json:"document"`
	Digest    string          `json:"digest"`
	Key       string          `json:"public_key"`
	Signature string          `json:"signature"`
}

// File returns the sealed record as a file of its own.
func (s Seal) File() File {
	return File{Document: json.RawMessage(s.Document), Digest: s.Digest, Key: s.Key, Signature: s.Bytes}
}

// Check checks a sealed record with a public key and returns what was sealed. It
// refuses with verification.other_key a seal by another key and with
// verification.forged anything that does not fit.
func Check(key ed25519.PublicKey, f File) (*Document, error) {
	if f.Key != hex.EncodeToString(key) {
		return nil, fault.New(fault.Invalid, "verification.other_key")
	}
	forged := fault.New(fault.Invalid, "verification.forged")
	text, err := canonical.JSON(f.Document) // a file may have been laid out anew
	if err != nil {
		return nil, forged
	}
	signature, err := hex.DecodeString(f.Signature)
	if err != nil || scorebook.Digest(text) != f.Digest || !ed25519.Verify(key, text, signature) {
		return nil, forged
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	d := &Document{}
	if err := decoder.Decode(d); err != nil || d.Schema != SealSchema {
		return nil, forged
	}
	return d, nil
}

// Full is the mark of a document as a mark.
func (d *Document) Full() indicators.Mark { return indicators.Mark(d.Mark) }
