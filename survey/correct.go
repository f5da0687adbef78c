package survey

import (
	"context"
	"strings"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/release"
)

// maxReason is the longest reason of a correction, in characters, as the
// scorebook takes it.
const maxReason = 500

// Correct puts a correction of the release in force before the signers: a new
// document, made from what stands now, with its reason. The release in force
// stays so until two accounts have approved the correction, and stays readable
// afterwards. It is refused with reason.needed and words.long, with
// release.unfiled while the release in force has not reached the scorebook, and
// with release.unchanged when nothing differs.
func (s *Service) Correct(ctx context.Context, by access.Actor, id ID, reason string) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	sv := l.survey
	if err := sv.in(Released); err != nil {
		return nil, err
	}
	if reason, err = reasoned(reason); err != nil {
		return nil, err
	}
	if sv.Draft.FiledAt.IsZero() {
		return nil, fault.New(fault.Conflict, "release.unfiled")
	}
	draft, err := s.draft(ctx, l, Draft{Revision: sv.Draft.Number() + 1, Reason: reason})
	if err != nil {
		return nil, err
	}
	if same, err := release.SameContent(sv.Draft.Document, draft.Document); err != nil || same {
		return nil, unchanged(err)
	}
	entry := s.entry(by, "survey.correct", id)
	entry.Reason = reason
	return s.update(ctx, id, entry, func(sv *Survey) error {
		if sv.State != Released || sv.Draft.Number()+1 != draft.Revision {
			return fault.New(fault.Conflict, "release.changed")
		}
		return sv.Propose(*draft)
	})
}

// reasoned is a reason as it is kept.
func reasoned(reason string) (string, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	switch {
	case reason == "":
		return "", fault.New(fault.Invalid, "reason.needed").At("reason")
	case utf8.RuneCountInString(reason) > maxReason || !utf8.ValidString(reason):
		return "", fault.New(fault.Invalid, "words.long").At("reason")
	}
	return reason, nil
}

func unchanged(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "release.unchanged")
}

// Withdraw takes a proposed correction back: the release in force stays so.
func (s *Service) Withdraw(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.correct.withdraw", id), (*Survey).Withdraw)
}

// Release is a signed result with what is needed to check it. Survey is as it
// stands now, Draft the release asked for.
type Release struct {
	Survey    *Survey
	Draft     *Draft
	Document  *release.Document
	PublicKey []byte // Ed25519, 32 bytes
}

// InForce reports whether no correction has taken its place.
func (r *Release) InForce() bool { return r.Draft.Number() == r.Survey.Draft.Number() }

// Released returns the signed result in force, checked against its signature.
// The agency and, from the release on, the office may read it; each reading is an
// entry in the trail (C97).
func (s *Service) Released(ctx context.Context, by access.Actor, id ID) (*Release, error) {
	return s.Revision(ctx, by, id, 0)
}

// Revision is Released for a release of that number, from 1, also one that was
// superseded; 0 is the one in force. It is refused with release.none where there
// is none.
func (s *Service) Revision(ctx context.Context, by access.Actor, id ID, number int) (*Release, error) {
	if err := by.Require(access.Agency, access.Office); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	all := l.survey.Releases()
	if number == 0 {
		number = len(all)
	}
	if number < 1 || number > len(all) {
		return nil, fault.New(fault.NotFound, "release.none")
	}
	draft := all[number-1]
	document, err := release.Verify(s.public(), draft.Document, release.Signature{KeyID: draft.KeyID, Bytes: draft.Signature})
	if err != nil {
		return nil, err
	}
	if err := s.Store.Record(ctx, s.entry(by, "survey.release.read", id)); err != nil {
		return nil, err
	}
	return &Release{Survey: l.survey, Draft: &draft, Document: document, PublicKey: s.public()}, nil
}

// Proposal is the document that the signers have before them: the agency alone
// sees it. It is refused with release.none where nothing is proposed.
func (s *Service) Proposal(ctx context.Context, by access.Actor, id ID) (*Release, error) {
	l, err := s.readClosed(ctx, by, id, "survey.proposal.read")
	if err != nil {
		return nil, err
	}
	draft := l.survey.Pending()
	if draft == nil {
		return nil, fault.New(fault.NotFound, "release.none")
	}
	document, err := release.Parse(draft.Document)
	if err != nil {
		return nil, err
	}
	return &Release{Survey: l.survey, Draft: draft, Document: document, PublicKey: s.public()}, nil
}
