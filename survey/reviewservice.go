package survey

import (
	"context"
	"errors"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/survey/tabulate"
)

// Proposal is an act of the review as somebody proposes it.
type Proposal struct {
	Kind      ActKind
	Rule      string // the code of a rule; empty for a reason in words only
	Reason    string // in words, up to 500 characters; empty where the rule says it
	Group     string // how the answers were chosen, where many were
	Responses []int64
}

// ProposeAct puts an act of the review before a second person, with the list of
// the answers that it is about. The refusals are those of Survey.ProposeAct, and
// review.unknown for an answer that the survey does not have.
func (s *Service) ProposeAct(ctx context.Context, by access.Actor, id ID, p Proposal) (*Survey, error) {
	a := &Act{Kind: p.Kind, Rule: p.Rule, Reason: p.Reason, Group: p.Group, Responses: slices.Clone(p.Responses)}
	entry := s.entry(by, "survey.review."+string(p.Kind), id)
	entry.Reason = p.Rule
	if p.Reason != "" {
		entry.Reason = p.Rule + " " + p.Reason
	}
	return s.decide(ctx, by, id, entry, func(sv *Survey, d *Docket) error { return sv.ProposeAct(d, a, s.stamp(by)) })
}

// DecideAct is the second person's word on an act (ActConfirmed or ActRefused), or
// the first one's ActWithdrawn, with a note. The refusals are those of
// Survey.DecideAct.
func (s *Service) DecideAct(ctx context.Context, by access.Actor, id ID, number int, to ActState, note string) (*Survey, error) {
	second, err := by.Second(ctx, s.People)
	if err != nil {
		return nil, err
	}
	entry := s.entry(by, "survey.review."+string(to), id)
	entry.Reason = note
	return s.decide(ctx, by, id, entry, func(sv *Survey, d *Docket) error {
		if err := sv.DecideAct(d, number, to, note, s.stamp(by)); err != nil || to == ActWithdrawn {
			return err
		}
		return d.apart(number, second)
	})
}

// ProposeReviewEnd is the first person's word that the review is done, with
// nothing where there is nothing to exclude. The refusals are those of
// Survey.ProposeReviewEnd.
func (s *Service) ProposeReviewEnd(ctx context.Context, by access.Actor, id ID, nothing bool) (*Survey, error) {
	return s.decide(ctx, by, id, s.entry(by, "survey.review.propose_end", id), func(sv *Survey, _ *Docket) error {
		return sv.ProposeReviewEnd(s.stamp(by), nothing)
	})
}

// EndReview is the second person's word that the review is done; seal is
// Review.Seal as that person was shown it. From then on nothing is decided any
// more, and results may be seen.
func (s *Service) EndReview(ctx context.Context, by access.Actor, id ID, seal string) (*Survey, error) {
	second, err := by.Second(ctx, s.People)
	if err != nil {
		return nil, err
	}
	return s.decide(ctx, by, id, s.entry(by, "survey.review.end", id), func(sv *Survey, _ *Docket) error {
		return sv.EndReview(s.stamp(by), second, seal)
	})
}

// GoOnReviewing takes the first person's word to end the review back.
func (s *Service) GoOnReviewing(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	return s.decide(ctx, by, id, s.entry(by, "survey.review.go_on", id), func(sv *Survey, _ *Docket) error {
		return sv.GoOnReviewing()
	})
}

func (s *Service) decide(ctx context.Context, by access.Actor, id ID, entry audit.Entry, rule func(*Survey, *Docket) error) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	sv, err := s.Store.Decide(ctx, id, entry, rule)
	if err != nil {
		return nil, err
	}
	return sv, errors.Join(s.keep(sv), s.leaveOut(ctx, sv))
}

func (s *Service) stamp(by access.Actor) Approval {
	return Approval{Account: by.Name, At: s.Now().UTC()}
}

// Acts returns the acts of a survey's review in their order, with the answers of
// those that wait.
func (s *Service) Acts(ctx context.Context, by access.Actor, id ID) ([]*Act, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	if _, err := s.get(id); err != nil {
		return nil, err
	}
	return s.Store.Acts(ctx, id)
}

// ActResponses returns the answers that an act is about, ascending.
func (s *Service) ActResponses(ctx context.Context, by access.Actor, id ID, act int) ([]int64, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	out, err := s.Store.ActResponses(ctx, id, act)
	if err == nil && len(out) == 0 {
		err = fault.New(fault.NotFound, "review.noact")
	}
	return out, err
}

// Comparison is the official result, which leaves the excluded answers out, beside
// that of all answers that came back. Both are weighted in the same way.
type Comparison struct {
	Official *tabulate.Result // without the excluded
	All      *tabulate.Result // with them
	Excluded int              // answers that stand between the two
}

// WithAndWithout makes the results without and with the excluded answers. Before
// the review is closed it is refused with review.open. Who read them is an entry
// in the trail (C97).
func (s *Service) WithAndWithout(ctx context.Context, by access.Actor, id ID) (*Comparison, error) {
	l, err := s.readReviewed(ctx, by, id, "survey.read")
	if err != nil {
		return nil, err
	}
	return s.compare(l)
}

// compare makes both results of a survey.
func (s *Service) compare(l *live) (*Comparison, error) {
	official, err := s.tabulate(l)
	if err != nil {
		return nil, err
	}
	return s.compareTo(l, official)
}

// compareTo puts the result with the excluded answers beside the official one.
func (s *Service) compareTo(l *live, official *tabulate.Result) (*Comparison, error) {
	out := &Comparison{Official: official, All: official}
	if l.survey.Review == nil || l.survey.Review.Excluded == 0 {
		return out, nil
	}
	out.Excluded = l.survey.Review.Excluded
	in, err := s.inputOf(l, everything)
	if err != nil {
		return nil, err
	}
	out.All, err = in.Tabulate()
	return out, err
}

// readReviewed is readClosed for what may be seen after the review only.
func (s *Service) readReviewed(ctx context.Context, by access.Actor, id ID, action string) (*live, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.closed(id)
	if err != nil {
		return nil, err
	}
	if err := l.survey.reviewed(); err != nil {
		return nil, err
	}
	return s.seen(ctx, by, l, action)
}
