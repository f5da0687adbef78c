package survey

import (
	"context"
	"encoding/json"
	"errors"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
	"minyi/survey/release"
	"minyi/survey/tabulate"
)

// Propose puts the result of a closed survey before the signers: a document with
// every figure and what it rests on. Proposing again starts anew. It is refused
// with review.open before the end of the review of quality, and with
// release.bookclosed once the survey part of the round is closed.
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
	if err := l.survey.reviewed(); err != nil {
		return nil, err
	}
	closed, err := s.Book.Closed(ctx, l.survey.Round)
	if err != nil {
		return nil, err
	}
	if _, over := closed[scorebook.Survey]; over {
		return nil, fault.New(fault.Closed, "release.bookclosed")
	}
	draft, err := s.draft(ctx, l, Draft{Revision: 1})
	if err != nil {
		return nil, err
	}
	return s.update(ctx, id, s.entry(by, "survey.propose", id), func(sv *Survey) error { return sv.Propose(*draft) })
}

// Approve is one account's approval of the digest that it was shown. With the
// second account's the service's key signs the document, and the finding goes to
// the scorebook (S14). When only that last step fails, the survey is released
// all the same, and File or the next start brings it there.
func (s *Service) Approve(ctx context.Context, by access.Actor, id ID, digest string) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	second, err := by.Second(ctx, s.People)
	if err != nil {
		return nil, err
	}
	sv, err := s.update(ctx, id, s.entry(by, "survey.approve", id), func(sv *Survey) error {
		enough, err := sv.Approve(by, second, digest, s.Now())
		if err != nil || !enough {
			return err
		}
		signature, err := release.Sign(s.Key, sv.Pending().Document)
		if err != nil {
			return err
		}
		return sv.Release(signature.KeyID, signature.Bytes, s.Now())
	})
	if err != nil || sv.State != Released || sv.Correction != nil {
		return sv, err
	}
	return sv, errors.Join(s.file(ctx, by, sv), s.tell(ctx, by, sv))
}

// tell publishes how the leaves of a released survey's log are counted.
func (s *Service) tell(ctx context.Context, by access.Actor, sv *Survey) error {
	c, err := closingOf(sv.Draft)
	if s.Ledger == nil || fault.KindOf(err) != 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Ledger.Counted(ctx, by, sv, c.Counts())
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

// detail is what the scorebook keeps beside the mark: the result item by item,
// for the feedback to the unit after the notice (C49) and for indicators with a
// threshold (C129), and who answered what with which weight.
func detail(l *live, result *tabulate.Result) (json.RawMessage, error) {
	least, sampled := l.survey.LeastShown(), result.Sampled.Items
	return json.Marshal(struct {
		N         int                      `json:"n"`
		Index     tabulate.Estimate        `json:"index"`
		Satisfied tabulate.Estimate        `json:"satisfied"`
		Items     []tabulate.ItemTable     `json:"items"`
		Notes     []string                 `json:"notes"`
		Fed       []scorebook.Satisfaction `json:"fed,omitempty"`
		Survey    ID                       `json:"survey"`
		Asked     []scorebook.Asked        `json:"asked,omitempty"`
		Answers   []scorebook.Answer       `json:"answers,omitempty"`
	}{
		result.Sampled.N, result.Sampled.Index, result.Sampled.Satisfied, sampled, result.Notes,
		satisfactions(sampled, least), l.survey.ID, asked(l.paper, sampled), answers(l.paper, sampled, least),
	})
}
