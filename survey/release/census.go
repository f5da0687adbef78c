package release

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"time"

	"minyi/indicators/canonical"
	"minyi/indicators/fault"
	"minyi/survey/tabulate"
)

// CensusSchema is the format of the document of a small survey of everybody on a
// list, such as that of deputies and committee members (C122). It is never read as
// a Document, nor a Document as it.
const CensusSchema = "minyi-census/1"

// Census is the result of such a survey as it is signed. List has the hash of the
// list that all were asked from; the list itself is never released.
type Census struct {
	Schema        string                 `json:"schema"`
	Round         int                    `json:"round"`
	Unit          string                 `json:"unit"`
	UnitName      Name                   `json:"unit_name"`
	Survey        string                 `json:"survey"`
	Rehearsal     bool                   `json:"rehearsal"`
	From          string                 `json:"from"` // days in Asia/Shanghai, both included
	To            string                 `json:"to"`
	ClosedAt      time.Time              `json:"closed_at"` // UTC, to the second
	Sponsor       Name                   `json:"sponsor"`
	Conductor     Name                   `json:"conductor"`
	Software      string                 `json:"software"`
	Code          Code                   `json:"code"`
	Questionnaire Questionnaire          `json:"questionnaire"`
	List          string                 `json:"list"`   // SHA-256 of the list, hexadecimal
	Digest        string                 `json:"digest"` // of the answers: SHA-256 over the packed sheets in ascending order, each with its length before it
	Least         int                    `json:"least"`
	Result        *tabulate.CensusResult `json:"result"`
}

// Canonical returns the document's bytes: what is hashed and signed. It refuses
// with release.incomplete a document without unit, survey, questionnaire, list,
// answers or result.
func (c Census) Canonical() ([]byte, error) {
	c.Schema, c.ClosedAt = CensusSchema, c.ClosedAt.UTC().Truncate(time.Second)
	if !c.complete() {
		return nil, fault.New(fault.Invalid, "release.incomplete")
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("release: write the census: %w", err)
	}
	return canonical.JSON(text)
}

func (c *Census) complete() bool {
	named := c.Unit != "" && c.Survey != "" && c.Round != 0 && c.Questionnaire.Hash != "" && !c.ClosedAt.IsZero()
	return named && c.List != "" && c.Digest != "" && c.Result != nil
}

// ParseCensus reads such a document, with the refusals of Parse.
func ParseCensus(document []byte) (*Census, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	c := &Census{}
	if err := decoder.Decode(c); err != nil || c.Schema != CensusSchema || !c.complete() {
		return nil, fault.New(fault.Invalid, "release.unreadable")
	}
	again, err := canonical.JSON(document)
	if err != nil {
		return nil, fault.New(fault.Invalid, "release.unreadable")
	}
	if !bytes.Equal(again, document) {
		return nil, fault.New(fault.Invalid, "release.not_canonical")
	}
	return c, nil
}

// SignCensus signs such a document, and nothing that ParseCensus refuses.
func SignCensus(key ed25519.PrivateKey, document []byte) (Signature, error) {
	if len(key) != ed25519.PrivateKeySize {
		return Signature{}, fmt.Errorf("release: the signing key has %d bytes, not %d", len(key), ed25519.PrivateKeySize)
	}
	if _, err := ParseCensus(document); err != nil {
		return Signature{}, err
	}
	public, _ := key.Public().(ed25519.PublicKey)
	return Signature{KeyID: KeyID(public), Bytes: ed25519.Sign(key, document)}, nil
}

// VerifyCensus checks a signed document with the public key alone and returns it,
// with the refusals of Verify.
func VerifyCensus(key ed25519.PublicKey, document []byte, s Signature) (*Census, error) {
	if len(key) != ed25519.PublicKeySize || KeyID(key) != s.KeyID {
		return nil, fault.New(fault.Invalid, "release.other_key", "key", s.KeyID)
	}
	if !ed25519.Verify(key, document, s.Bytes) {
		return nil, fault.New(fault.Invalid, "release.forged")
	}
	return ParseCensus(document)
}
