// Package release makes the document of a survey's result: canonical JSON that
// names the questionnaire, the sample, the margins, the fieldwork and every
// estimate; its digest; the signature under it; and the check that anyone can
// make with the public key alone.
//
// It computes no estimate, knows no account (who approves a digest is survey's
// business) and keeps nothing.
package release

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/tabulate"
)

// Schema is the format of the documents that this package writes and reads.
const Schema = "minyi-release/1"

// Name is a name in both languages.
type Name struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// Questionnaire names the paper that the residents saw.
type Questionnaire struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Hash    string `json:"hash"` // SHA-256 of its canonical JSON, hexadecimal
}

// Sample names the draw: it can be redone from the frame with that hash.
type Sample struct {
	FrameHash string `json:"frame_hash"`
	Seed      string `json:"seed"`
	Links     int    `json:"links"`
}

// Document is the result of one survey as it is signed. Revision counts the
// releases of the same survey from 1; Supersedes has the digest of the one
// before, empty for the first. Excluded counts answers that the review left out,
// by reason code. ClosedAt is in UTC, to the second.
type Document struct {
	Schema        string           `json:"schema"`
	Revision      int              `json:"revision"`
	Supersedes    string           `json:"supersedes,omitempty"`
	Round         int              `json:"round"`
	Unit          string           `json:"unit"`
	UnitName      Name             `json:"unit_name"`
	Survey        string           `json:"survey"`
	Rehearsal     bool             `json:"rehearsal"`
	ClosedAt      time.Time        `json:"closed_at"`
	Software      string           `json:"software"`
	Questionnaire Questionnaire    `json:"questionnaire"`
	Sample        *Sample          `json:"sample"` // nil when nothing was drawn
	Excluded      map[string]int   `json:"excluded"`
	Result        *tabulate.Result `json:"result"`
}

// Canonical returns the document's bytes: what is hashed and signed. It refuses
// with release.incomplete a document without unit, survey, questionnaire hash
// or result.
func (d Document) Canonical() ([]byte, error) {
	if d.Unit == "" || d.Survey == "" || d.Round == 0 || d.Questionnaire.Hash == "" || d.Result == nil || d.ClosedAt.IsZero() {
		return nil, fault.New(fault.Invalid, "release.incomplete")
	}
	d.Schema = Schema
	d.Revision = max(1, d.Revision)
	d.ClosedAt = d.ClosedAt.UTC().Truncate(time.Second)
	if d.Excluded == nil {
		d.Excluded = map[string]int{}
	}
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("release: write the document: %w", err)
	}
	return Canonicalize(text)
}

// Digest names a document: the SHA-256 of its bytes, hexadecimal.
func Digest(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}

// Parse reads a document. It refuses with release.unreadable what is no such
// document of this schema, and with release.not_canonical one whose bytes are
// not the canonical ones: then two texts could pass for one result.
func Parse(document []byte) (*Document, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	d := &Document{}
	if err := decoder.Decode(d); err != nil || d.Schema != Schema || d.Result == nil {
		return nil, fault.New(fault.Invalid, "release.unreadable")
	}
	again, err := d.Canonical()
	if err != nil {
		return nil, fault.New(fault.Invalid, "release.unreadable")
	}
	if !bytes.Equal(again, document) {
		return nil, fault.New(fault.Invalid, "release.not_canonical")
	}
	return d, nil
}
