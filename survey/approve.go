package survey

import (
	"context"
	"encoding/json"
	"strconv"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
	"minyi/survey/release"
	"minyi/survey/tabulate"
)

// Propose puts the result of a closed survey before the signers: a document with
// every figure and what it rests on. Proposing again starts anew. It is refused
// with release.bookclosed once the survey part of the round is closed.
func (s *Service) Propose(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if err := l.survey.in(Closed); err != nil {
		return nil, err
	}
	closed, err := s.Book.Closed(ctx, l.survey.Round)
	if err != nil {
		return nil, err
	}
	if _, over := closed[scorebook.Survey]; over {
		return nil, fault.New(fault.Closed, "release.bookclosed")
	}
	result, err := s.tabulate(l)
	if err != nil {
		return nil, err
	}
	fig, err := overall(result)
	if err != nil {
		return nil, err
	}
	document, err := s.document(l, result).Canonical()
	if err != nil {
		return nil, err
	}
	digest := release.Digest(document)
	return s.update(ctx, id, s.entry(by, "survey.propose", id), func(sv *Survey) error { return sv.Propose(document, digest, fig) })
}

// document is the result as it is signed.
func (s *Service) document(l *live, result *tabulate.Result) release.Document {
	sv := l.survey
	d := release.Document{
		Round: sv.Round, Unit: string(sv.Unit), UnitName: release.Name{Zh: sv.UnitName.Zh, En: sv.UnitName.En},
		Survey: string(sv.ID), Rehearsal: sv.Rehearsal, ClosedAt: sv.ClosedAt, Software: s.Software, Result: result,
		Questionnaire: release.Questionnaire{ID: l.paper.ID(), Version: l.paper.Number(), Hash: sv.Paper.Hash},
	}
	if sv.Sample != nil {
		d.Sample = &release.Sample{
			FrameHash: sv.Sample.FrameHash, Seed: strconv.FormatUint(sv.Sample.Plan.Seed, 10), Links: sv.Sample.Links(),
		}
	}
	return d
}

// Approve is one account's approval of the digest that it was shown. With the
// second account's the service's key signs the document, and the finding goes to
// the scorebook (S14). When only that last step fails, the survey is released
// all the same, and File or the next start brings it there.
func (s *Service) Approve(ctx context.Context, by access.Actor, id ID, digest string) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	sv, err := s.update(ctx, id, s.entry(by, "survey.approve", id), func(sv *Survey) error {
		enough, err := sv.Approve(by, digest, s.Now())
		if err != nil || !enough {
			return err
		}
		signature, err := release.Sign(s.Key, sv.Draft.Document)
		if err != nil {
			return err
		}
		return sv.Release(signature.KeyID, signature.Bytes, s.Now())
	})
	if err != nil || sv.State != Released {
		return sv, err
	}
	return sv, s.file(ctx, by, sv)
}

// File brings a released result to the scorebook again, where that was cut
// short. Doing it twice changes nothing.
func (s *Service) File(ctx context.Context, by access.Actor, id ID) error {
	if err := by.Require(access.Agency); err != nil {
		return err
	}
	l, err := s.get(id)
	if err != nil {
		return err
	}
	if err := l.survey.in(Released); err != nil {
		return err
	}
	return s.file(ctx, by, l.survey)
}

// EndRound says that the survey will file no more in the round.
func (s *Service) EndRound(ctx context.Context, by access.Actor, round int) error {
	if err := by.Require(access.Agency); err != nil {
		return err
	}
	return s.Book.CloseInstrument(ctx, by, round, scorebook.Survey)
}

// Release is a signed result with what is needed to check it.
type Release struct {
	Survey    *Survey
	Document  *release.Document
	PublicKey []byte // Ed25519, 32 bytes
}

// Released returns the signed result, checked against its signature. The agency
// and, from the release on, the office may read it; each reading is an entry in
// the trail (C97).
func (s *Service) Released(ctx context.Context, by access.Actor, id ID) (*Release, error) {
	if err := by.Require(access.Agency, access.Office); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if l.survey.State != Released {
		return nil, fault.New(fault.NotFound, "release.none")
	}
	draft := l.survey.Draft
	document, err := release.Verify(s.public(), draft.Document, release.Signature{KeyID: draft.KeyID, Bytes: draft.Signature})
	if err != nil {
		return nil, err
	}
	if err := s.Store.Record(ctx, s.entry(by, "survey.release.read", id)); err != nil {
		return nil, err
	}
	return &Release{Survey: l.survey, Document: document, PublicKey: s.public()}, nil
}

// detail is what the scorebook keeps beside the mark: the result item by item,
// for the feedback to the unit after the notice (C49) and for indicators with a
// threshold (C129).
func detail(result *tabulate.Result) (json.RawMessage, error) {
	return json.Marshal(struct {
		N         int                  `json:"n"`
		Index     tabulate.Estimate    `json:"index"`
		Satisfied tabulate.Estimate    `json:"satisfied"`
		Items     []tabulate.ItemTable `json:"items"`
		Notes     []string             `json:"notes"`
	}{result.Sampled.N, result.Sampled.Index, result.Sampled.Satisfied, result.Sampled.Items, result.Notes})
}
