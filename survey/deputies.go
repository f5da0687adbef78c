package survey

import (
	"cmp"
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
	"minyi/survey/questionnaire"
	"minyi/survey/release"
)

// leastDeputies is the fewest answers behind a figure of deputies that is told: the
// lists are short, and an applicant knows everybody on its own.
const leastDeputies = 5

// Deputies runs the small surveys of all deputies and committee members whose
// suggestions a unit handled (C122): create, list, open, close, sign. Nothing is
// drawn, reviewed for quality or weighted; who did not answer is taken to be as
// those who did. Only the agency runs them.
type Deputies struct{ s *Service }

// NewDeputies returns the small surveys of a service.
func NewDeputies(s *Service) *Deputies { return &Deputies{s} }

// Create sets up the survey of one unit in one round, with the built-in short
// questionnaire; edition and terms of the order are left out of account. Its window
// must lie in the round's evaluation window (C84).
func (d *Deputies) Create(ctx context.Context, by access.Actor, o Order) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	s := d.s
	o.Terms = Terms{}
	unit, err := s.ordered(ctx, &o)
	if err != nil {
		return nil, err
	}
	filling := o.filling(unit)
	filling.Areas = nil // nobody is asked where he lives
	paper, err := NewPaper(questionnaire.Deputies(), filling)
	if err != nil {
		return nil, err
	}
	paper.Origin = Origin{Hash: paper.Hash}
	sv := &Survey{
		ID: ID(s.NewID()), Round: o.Round, Unit: o.Unit, UnitName: Text{Zh: unit.Name, En: unit.Label("en")}, Audience: OfDeputies,
		State: Planned, Window: o.Window, Rehearsal: s.Rehearsal, Paper: paper, Least: leastDeputies,
	}
	entry := d.entry(by, "create", sv.ID)
	entry.Reason = o.Reason
	if err := s.Store.Create(ctx, sv, entry); err != nil {
		return nil, err
	}
	return sv, s.keep(sv)
}

// All returns every such survey with its counts, the newest round first, by unit.
func (d *Deputies) All(_ context.Context, by access.Actor) ([]*Fieldwork, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	all := d.s.allOf(OfDeputies)
	slices.SortFunc(all, func(a, b *Survey) int {
		return cmp.Or(cmp.Compare(b.Round, a.Round), cmp.Compare(a.Unit, b.Unit))
	})
	out := make([]*Fieldwork, len(all))
	for i, sv := range all {
		out[i] = d.s.count(sv)
	}
	return out, nil
}

// One returns one survey with its counts.
func (d *Deputies) One(_ context.Context, by access.Actor, id ID) (*Fieldwork, error) {
	l, err := d.get(by, id)
	if err != nil {
		return nil, err
	}
	return d.s.count(l.survey), nil
}

// Open opens a survey for answers; the window still decides when they are taken.
func (d *Deputies) Open(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	l, err := d.get(by, id)
	if err != nil {
		return nil, err
	}
	if err := d.s.announce(ctx, by, l.survey, d.s.starting); err != nil {
		return nil, err
	}
	return d.update(ctx, by, id, "open", d.s.starting)
}

// Close ends a survey for good.
func (d *Deputies) Close(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return d.s.end(ctx, by, OfDeputies, id)
}

// Propose puts the result of a closed survey before the signers. It is refused
// with release.noresult where nobody answered, and with release.bookclosed once the
// survey part of the round is closed.
func (d *Deputies) Propose(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	l, err := d.get(by, id)
	if err != nil {
		return nil, err
	}
	if err := l.survey.in(Closed); err != nil {
		return nil, err
	}
	closed, err := d.s.Book.Closed(ctx, l.survey.Round)
	if err != nil {
		return nil, err
	}
	if _, over := closed[scorebook.Survey]; over {
		return nil, fault.New(fault.Closed, "release.bookclosed")
	}
	draft, err := d.draft(l)
	if err != nil {
		return nil, err
	}
	return d.update(ctx, by, id, "propose", func(sv *Survey) error { return sv.Propose(*draft) })
}

// Approve is one account's approval of the digest that it was shown. With the
// second account's the service's key signs the document, and the finding goes to
// the scorebook (S14); File or the next start makes up for a filing cut short.
func (d *Deputies) Approve(ctx context.Context, by access.Actor, id ID, digest string) (*Survey, error) {
	second, err := by.Second(ctx, d.s.People)
	if err != nil {
		return nil, err
	}
	sv, err := d.update(ctx, by, id, "approve", func(sv *Survey) error {
		enough, err := sv.Approve(by, second, digest, d.s.Now())
		if err != nil || !enough {
			return err
		}
		signature, err := release.SignCensus(d.s.Key, sv.Pending().Document)
		if err != nil {
			return err
		}
		return sv.Release(signature.KeyID, signature.Bytes, d.s.Now())
	})
	if err != nil || sv.State != Released {
		return sv, err
	}
	return sv, d.s.file(ctx, by, sv)
}

// File brings a released result to the scorebook again; twice changes nothing.
func (d *Deputies) File(ctx context.Context, by access.Actor, id ID) error {
	l, err := d.get(by, id)
	if err != nil {
		return err
	}
	if err := l.survey.in(Released); err != nil {
		return err
	}
	return d.s.file(ctx, by, l.survey)
}

func (d *Deputies) get(by access.Actor, id ID) (*live, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return d.s.getOf(OfDeputies, id)
}

func (d *Deputies) update(ctx context.Context, by access.Actor, id ID, verb string, rule func(*Survey) error) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return d.s.updateOf(ctx, OfDeputies, id, d.entry(by, verb, id), rule)
}
