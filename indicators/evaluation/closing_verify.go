package evaluation

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"minyi/indicators/access"
	"minyi/indicators/canonical"
	"minyi/indicators/fault"
)

// SignedOpinion is what anybody may check with the public key alone.
type SignedOpinion struct {
	Document  json.RawMessage `json:"document"`
	Digest    string          `json:"digest"`
	Key       string          `json:"public_key"`
	Signature string          `json:"signature"`
}

// File returns the signed opinion as a file of its own.
func (o Opinion) File() SignedOpinion {
	return SignedOpinion{
		Document: json.RawMessage(o.Signature.Document), Digest: o.Signature.Digest, Key: o.Signature.Key, Signature: o.Signature.Bytes,
	}
}

// VerifyOpinion checks a signed opinion with a public key and returns what was
// signed. It refuses with opinion.other_key a signature by another key and with
// opinion.forged anything that does not fit.
func VerifyOpinion(key ed25519.PublicKey, s SignedOpinion) (*OpinionDocument, error) {
	if s.Key != hex.EncodeToString(key) {
		return nil, fault.New(fault.Invalid, "opinion.other_key")
	}
	forged := fault.New(fault.Invalid, "opinion.forged")
	text, err := canonical.JSON(s.Document) // a file may have been laid out anew
	if err != nil {
		return nil, forged
	}
	signature, err := hex.DecodeString(s.Signature)
	if err != nil || digestOf(text) != s.Digest || !ed25519.Verify(key, text, signature) {
		return nil, forged
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	d := &OpinionDocument{}
	if err := decoder.Decode(d); err != nil || d.Schema != OpinionSchema {
		return nil, forged
	}
	return d, nil
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// ReadOpinion returns a signed opinion by its digest: to the office, and to the
// institution that signed it. What does not fit its signature under the service's
// own key is refused. Each reading is logged (C97).
func (s *Service) ReadOpinion(ctx context.Context, by access.Actor, digest string) (*Opinion, error) {
	if err := by.Require(access.Office, access.Assessor); err != nil {
		return nil, err
	}
	o, err := s.Store.OpinionOf(ctx, digest)
	if err != nil {
		return nil, err
	}
	if by.Role == access.Assessor && by.Institution != o.Institution {
		return nil, fault.New(fault.NotFound, "opinion.unknown")
	}
	public, ok := s.Key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("opinion: the signing key has no public half")
	}
	if _, err := VerifyOpinion(public, o.File()); err != nil {
		return nil, err
	}
	return o, s.Store.Record(ctx, *s.entry(by, "opinion.read", "opinion/"+string(o.Dossier.ID())+"/"+o.Institution))
}
