package survey

import (
	"slices"
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
// who approved it and, once two have, the signature of the service. Revision
// counts the releases of a survey from 1; 0 stands in those from before there
// were corrections.
type Draft struct {
	Digest    string     `json:"digest"`   // hex SHA-256 of Document
	Document  []byte     `json:"document"` // canonical JSON: what is signed, byte for byte
	Figure    Figure     `json:"figure"`
	Approvals []Approval `json:"approvals"`
	SignedAt  time.Time  `json:"signed_at"`
	KeyID     string     `json:"key_id"`
	Signature []byte     `json:"signature"`
	FiledAt   time.Time  `json:"filed_at"` // when the finding stood in the scorebook; zero before
	Revision  int        `json:"revision,omitempty"`
	Reason    string     `json:"reason,omitempty"` // of a correction
	Pack      []byte     `json:"pack,omitempty"`   // the files of its public pack; nil in those from before there were packs
}

// Number is the draft's place among the releases of its survey, from 1.
func (d *Draft) Number() int { return max(1, d.Revision) }

// signingBrief is what the trail keeps of the release of a survey.
type signingBrief struct {
	Result  string   `json:"result,omitempty"`
	Signers []string `json:"approved_by,omitempty"`
	Correct string   `json:"correction,omitempty"`
	Seconds []string `json:"correction_approved_by,omitempty"`
	Method  int      `json:"statement,omitempty"`
}

func (s *Survey) signing() (b signingBrief) {
	b.Result, b.Signers = s.Draft.brief()
	b.Correct, b.Seconds = s.Correction.brief()
	b.Method = s.Statement().Version
	return b
}

// brief is what the trail keeps of a draft: its digest and who approved it, in
// their order; nothing of no draft.
func (d *Draft) brief() (digest string, signers []string) {
	if d == nil {
		return "", nil
	}
	for _, a := range d.Approvals {
		signers = append(signers, a.Account)
	}
	return d.Digest, signers
}

// Pending is what the signers have before them: the first result of a closed
// survey, or the correction of a released one; nil where nothing is proposed.
func (s *Survey) Pending() *Draft {
	switch s.State {
	case Closed:
		return s.Draft
	case Released:
		return s.Correction
	case Planned, Open:
	}
	return nil
}

// Releases lists what was released, oldest first: the last one is in force, the
// others are superseded.
func (s *Survey) Releases() []Draft {
	if s.State != Released || s.Draft == nil {
		return nil
	}
	return append(slices.Clone(s.Superseded), *s.Draft)
}

// Propose puts a document before the signers. An earlier proposal and what was
// approved of it fall away; a release stands until its correction is signed.
func (s *Survey) Propose(d Draft) error {
	switch s.State {
	case Closed:
		s.Draft = &d
	case Released:
		s.Correction = &d
	case Planned, Open:
		return s.in(Closed)
	}
	return nil
}

// Withdraw takes a proposed correction back.
func (s *Survey) Withdraw() error {
	if s.State != Released || s.Correction == nil {
		return fault.New(fault.Conflict, "release.none")
	}
	s.Correction = nil
	return nil
}

// Approve counts one account's approval of a digest and reports whether enough
// accounts have approved it. One account counts once, and so does one person with
// two (S14); a digest that is not the proposed one is refused, so that nobody signs
// what he did not see.
func (s *Survey) Approve(actor access.Actor, second access.Second, digest string, now time.Time) (enough bool, err error) {
	d := s.Pending()
	switch {
	case d == nil && s.State == Closed:
		return false, fault.New(fault.Conflict, "release.none")
	case d == nil:
		return false, s.in(Closed)
	case d.Digest != digest:
		return false, fault.New(fault.Conflict, "release.changed")
	}
	for _, a := range d.Approvals {
		if a.Account == actor.Name {
			return false, fault.New(fault.Conflict, "release.twice")
		}
		if err := second.Apart(a.Account); err != nil {
			return false, err
		}
	}
	d.Approvals = append(d.Approvals, Approval{Account: actor.Name, At: now.UTC()})
	return len(d.Approvals) >= signers, nil
}

// Release sets the service's signature under a result that enough accounts have
// approved. A correction takes the place of the release before it, which is kept.
func (s *Survey) Release(keyID string, signature []byte, now time.Time) error {
	d := s.Pending()
	switch {
	case d == nil && s.State != Closed:
		return s.in(Closed)
	case d == nil || len(d.Approvals) < signers:
		return fault.New(fault.Conflict, "release.signers")
	}
	d.KeyID, d.Signature, d.SignedAt = keyID, signature, now.UTC()
	if s.State == Released {
		s.Superseded = append(s.Superseded, *s.Draft)
		s.Draft, s.Correction = d, nil
	}
	s.State = Released
	return nil
}
