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

	"minyi/indicators/canonical"
	"minyi/indicators/fault"
)

// Schema is the format of the documents that this package writes. Those of
// schemaBefore, which name no data, weights, code and method, are read as well.
const (
	Schema       = "minyi-release/2"
	schemaBefore = "minyi-release/1"
)

// Canonical returns the document's bytes: what is hashed and signed. It refuses
// with release.incomplete a document without unit, survey, questionnaire hash,
// result, or the digests of its data and weights.
func (d Document) Canonical() ([]byte, error) {
	d.Schema = Schema
	if !d.complete() {
		return nil, fault.New(fault.Invalid, "release.incomplete")
	}
	d.Revision = max(1, d.Revision)
	d.ClosedAt = d.ClosedAt.UTC().Truncate(time.Second)
	if d.Excluded == nil {
		d.Excluded = map[string]int{}
	}
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("release: write the document: %w", err)
	}
	return canonical.JSON(text)
}

func (d *Document) complete() bool {
	named := d.Unit != "" && d.Survey != "" && d.Round != 0 && d.Questionnaire.Hash != "" && !d.ClosedAt.IsZero()
	return named && d.Result != nil && (d.Schema == schemaBefore || d.frozen())
}

// frozen reports whether the document has what came with this schema: what it
// rests on, and of a correction what it corrects and why.
func (d *Document) frozen() bool {
	corrects := d.Revision > 1
	return d.Data != nil && d.Weights != nil && d.Code != nil && d.Method != nil &&
		corrects == (d.Supersedes != "") && corrects == (d.Reason != "")
}

// Digest names a document: the SHA-256 of its bytes, hexadecimal.
func Digest(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}

// Parse reads a document of this schema or of the one before. It refuses with
// release.unreadable what is none, and with release.not_canonical one whose
// bytes are not the canonical ones: then two texts could pass for one result.
func Parse(document []byte) (*Document, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	d := &Document{}
	if err := decoder.Decode(d); err != nil || d.Schema != Schema && d.Schema != schemaBefore || !d.complete() {
		return nil, fault.New(fault.Invalid, "release.unreadable")
	}
	again, err := canonical.JSON(document)
	if err != nil {
		return nil, fault.New(fault.Invalid, "release.unreadable")
	}
	if !bytes.Equal(again, document) {
		return nil, fault.New(fault.Invalid, "release.not_canonical")
	}
	return d, nil
}

// SameContent reports whether two documents say the same but for their place
// among the releases of the survey, the reason, and the pack, which names that place.
func SameContent(a, b []byte) (bool, error) {
	var texts [2][]byte
	for k, one := range [][]byte{a, b} {
		d, err := Parse(one)
		if err != nil {
			return false, err
		}
		d.Schema, d.Revision, d.Supersedes, d.Reason, d.Pack = "", 0, "", "", nil
		if texts[k], err = json.Marshal(d); err != nil {
			return false, fmt.Errorf("release: compare: %w", err)
		}
	}
	return bytes.Equal(texts[0], texts[1]), nil
}
