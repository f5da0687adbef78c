package survey

import (
	"context"
	"maps"
	"slices"

	"minyi/indicators/access"
	"minyi/survey/contact"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// Outcomes are the final dispositions of the one-time links of a survey and the
// rates that follow, by AAPOR's Standard Definitions for mixed modes: a link whose
// sheet came counts as its sheet says, however it was filled in; one that was
// called without success as its calls say; any other is unknown.
type Outcomes struct {
	All    contact.Counts
	Rates  contact.Rates
	Strata []StratumOutcomes    // in the order of their names
	Calls  contact.Counts       // of the links with a telephone number alone that were called
	Codes  map[contact.Code]int // final dispositions of the calls
	Cases  int                  // links with a telephone number
	Waves  []Wave               // of reminders
}

// StratumOutcomes are those of one stratum.
type StratumOutcomes struct {
	Stratum string         `json:"stratum"`
	Counts  contact.Counts `json:"counts"`
}

// Rates are the rates of the stratum.
func (s StratumOutcomes) Rates() contact.Rates { return s.Counts.Rates() }

// Outcomes returns the final dispositions of a survey as they stand now.
func (s *Service) Outcomes(ctx context.Context, by access.Actor, id ID) (*Outcomes, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if s.Contacts == nil {
		return s.outcomes(l, &desk{number: l.survey.Number}), nil
	}
	d, err := s.desk(ctx, l)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return s.outcomes(l, d), nil
}

// outcomes counts the links of a survey, whose desk is locked.
func (s *Service) outcomes(l *live, d *desk) *Outcomes {
	out := &Outcomes{Codes: map[contact.Code]int{}, Cases: len(d.cases), Waves: d.plan.Waves}
	if done, gone := d.erased(); gone {
		out.Cases, out.Calls, out.Strata, out.Codes = done.Cases, done.Calls, done.Strata, maps.Clone(done.Codes)
		out.sum()
		return out
	}
	strata := map[string]*contact.Counts{}
	tally := s.Intake.Tally(l.survey.Number)
	for _, b := range l.survey.Batches {
		if b.Kind != invite.OneTime {
			continue
		}
		if strata[b.Stratum] == nil {
			strata[b.Stratum] = &contact.Counts{}
		}
		back := returned(tally[b.Number], strata[b.Stratum])
		s.unreturned(l.survey.Number, d, b, back, strata[b.Stratum])
	}
	for _, name := range slices.Sorted(maps.Keys(strata)) {
		out.Strata = append(out.Strata, StratumOutcomes{name, *strata[name]})
	}
	d.called(out)
	out.sum()
	return out
}

func (o *Outcomes) sum() {
	for _, one := range o.Strata {
		o.All = o.All.Plus(one.Counts)
	}
	o.Rates = o.All.Rates()
}

// returned counts the sheets of a batch that came back, by what became of them, and
// says how many there were.
func returned(tally map[questionnaire.Disposition]int, to *contact.Counts) (n int) {
	for outcome, count := range tally {
		to.Add(classOf(outcome), count)
		n += count
	}
	return n
}

// classOf is the class of a sheet: a break-off is a refusal (2.12), a filled cell
// of the quota is not eligible (4.80).
func classOf(outcome questionnaire.Disposition) contact.Class {
	switch outcome {
	case questionnaire.Complete:
		return contact.Interview
	case questionnaire.Partial:
		return contact.PartIn
	case questionnaire.ScreenedOut, questionnaire.QuotaFull:
		return contact.Ineligible
	case questionnaire.BreakOff, questionnaire.Refused:
	}
	return contact.Refused
}

// unreturned counts the links of a batch whose sheet did not come: by their calls,
// or as unknown.
func (s *Service) unreturned(number uint16, d *desk, b invite.Batch, back int, to *contact.Counts) {
	left := int(b.Count) - back
	for serial := b.First; serial <= b.Last() && left > 0; serial++ {
		c := d.by[serial]
		if c == nil || len(c.Attempts) == 0 || s.Intake.Spent(number, serial) {
			continue
		}
		to.Add(c.Outcome().In(d.plan.Rules.Numbers), 1)
		left--
	}
	to.Add(contact.UnknownHome, max(left, 0)) // 3.1: nothing came back
}

// called counts the cases that were called. A link whose sheet came without an
// interview, as its person answered alone, is left to its calls.
func (d *desk) called(out *Outcomes) {
	for _, c := range d.cases {
		if len(c.Attempts) == 0 {
			continue
		}
		what := c.Outcome()
		out.Codes[what.Code]++
		out.Calls.Add(what.In(d.plan.Rules.Numbers), 1)
	}
}

// interviews counts the interviews by telephone, with or without the cases.
func (s *Service) interviews(ctx context.Context, l *live) (int, error) {
	if s.Contacts == nil {
		return 0, nil
	}
	d, err := s.desk(ctx, l)
	if err != nil {
		return 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if done, gone := d.erased(); gone {
		return done.Calls.I + done.Calls.P, nil
	}
	out := &Outcomes{Codes: map[contact.Code]int{}}
	d.called(out)
	return out.Calls.I + out.Calls.P, nil
}
