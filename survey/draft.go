package survey

import (
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// signers is how many accounts of the agency must approve one digest (S14).
const signers = 2

// Approval is one account's word for one digest.
type Approval struct {
	Account string    `json:"account"`
	At      time.Time `json:"at"`
}

// Draft is a result on its way out: the document that was proposed, its digest,
// who approved it and, once two have, the signature of the service.
type Draft struct {
	Digest    string     `json:"digest"`   // hex SHA-256 of Document
	Document  []byte     `json:"document"` // canonical JSON: what is signed, byte for byte
	Figure    Figure     `json:"figure"`
	Approvals []Approval `json:"approvals"`
	SignedAt  time.Time  `json:"signed_at"`
	KeyID     string     `json:"key_id"`
	Signature []byte     `json:"signature"`
	FiledAt   time.Time  `json:"filed_at"` // when the finding stood in the scorebook; zero before
}

// Propose puts a document before the signers. An earlier proposal and what was
// approved of it fall away.
func (s *Survey) Propose(document []byte, digest string, figure Figure) error {
	if err := s.in(Closed); err != nil {
		return err
	}
	s.Draft = &Draft{Digest: digest, Document: document, Figure: figure}
	return nil
}

// Approve counts one account's approval of a digest and reports whether enough
// accounts have approved it. One account counts once (S14); a digest that is not
// the proposed one is refused, so that nobody signs what he did not see.
func (s *Survey) Approve(actor access.Actor, digest string, now time.Time) (enough bool, err error) {
	if err := s.in(Closed); err != nil {
		return false, err
	}
	if s.Draft == nil {
		return false, fault.New(fault.Conflict, "release.none")
	}
	if s.Draft.Digest != digest {
		return false, fault.New(fault.Conflict, "release.changed")
	}
	for _, a := range s.Draft.Approvals {
		if a.Account == actor.Name {
			return false, fault.New(fault.Conflict, "release.twice")
		}
	}
	s.Draft.Approvals = append(s.Draft.Approvals, Approval{Account: actor.Name, At: now.UTC()})
	return len(s.Draft.Approvals) >= signers, nil
}

// Release sets the service's signature under a result that enough accounts have
// approved.
func (s *Survey) Release(keyID string, signature []byte, now time.Time) error {
	if err := s.in(Closed); err != nil {
		return err
	}
	if s.Draft == nil || len(s.Draft.Approvals) < signers {
		return fault.New(fault.Conflict, "release.signers")
	}
	s.Draft.KeyID, s.Draft.Signature, s.Draft.SignedAt = keyID, signature, now.UTC()
	s.State = Released
	return nil
}
