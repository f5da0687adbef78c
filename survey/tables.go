package survey

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// Tabulate makes the tables of a closed survey from the stored answers. Before
// the close it is refused with survey.state, and before the end of the review of
// quality with review.open: whoever looks early is tempted to stop, or to exclude,
// when the figure pleases. Who read the tables is an entry in the trail (C97).
func (s *Service) Tabulate(ctx context.Context, by access.Actor, id ID) (*tabulate.Result, error) {
	l, err := s.readReviewed(ctx, by, id, "survey.read")
	if err != nil {
		return nil, err
	}
	return s.tabulate(l)
}

// readClosed returns a survey whose answers may be read, and puts the reading
// into the trail as the given action.
func (s *Service) readClosed(ctx context.Context, by access.Actor, id ID, action string) (*live, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if l.survey.State != Closed && l.survey.State != Released {
		return nil, fault.New(fault.Conflict, "survey.state", "state", string(l.survey.State))
	}
	return s.seen(ctx, by, l, action)
}

func (s *Service) tabulate(l *live) (*tabulate.Result, error) {
	in, err := s.input(l)
	if err != nil {
		return nil, err
	}
	return in.Tabulate()
}

// input gathers what a table is made of: each answer that counts with the design
// facts of its batch, and the published population of the unit's own area. While a
// plan of the weights waits it is refused with weigh.pending, so that no plan is chosen
// by what it makes of the result.
func (s *Service) input(l *live) (in tabulate.Survey, err error) {
	return s.settled(l, counting)
}

func (s *Service) settled(l *live, r reach) (in tabulate.Survey, err error) {
	if l.survey.Weighting.Draft != nil {
		return in, fault.New(fault.Conflict, "weigh.pending")
	}
	return s.inputOf(l, r)
}

// inputOf is input for the answers within reach, under the plan in force.
func (s *Service) inputOf(l *live, r reach) (in tabulate.Survey, err error) {
	if in, err = s.unweighed(l, r); err != nil {
		return in, err
	}
	in.Plan = l.survey.Weighting.Plan
	return in.Pooled()
}

// unweighed is what a table is made of before there is a plan.
func (s *Service) unweighed(l *live, r reach) (in tabulate.Survey, err error) {
	unit := string(l.survey.Unit)
	work := l.counted(s.count(l.survey).Sampled, r)
	in = tabulate.Survey{
		Items: items(l.paper), Population: people(unit), Margins: frame.Margins(unit),
		Fieldwork: tabulate.Fieldwork{
			Invited: work.Links, Complete: work.Complete, Partial: work.Partial, BreakOff: work.BreakOff,
			ScreenedOut: work.ScreenedOut + work.QuotaFull, Refused: work.Refused,
		},
	}
	if in.Sampled, in.Posters, err = s.gather(l, r); err != nil {
		return in, err
	}
	s.facts(l.survey, in.Sampled.Units)
	return in, nil
}

// items lists the scored items in the order of the paper.
func items(q *questionnaire.Questionnaire) []tabulate.Item {
	var out []tabulate.Item
	for _, one := range q.Scored() {
		item := tabulate.Item{ID: one.ID, Indicator: q.PrimaryIndicator(one.ID), Valid: q.ValidPoints(one.ID)}
		for _, p := range item.Valid {
			if q.SatisfiedPoint(one.ID, p) {
				item.Satisfied = append(item.Satisfied, p)
			}
		}
		item.DontKnow = q.ReasonPoint(one.ID, questionnaire.DontKnow)
		item.NoAnswer = q.ReasonPoint(one.ID, questionnaire.NoAnswer)
		item.NotApplicable = q.ReasonPoint(one.ID, questionnaire.NotApplicable)
		out = append(out, item)
	}
	return out
}
