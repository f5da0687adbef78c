package survey

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"minyi/indicators/access"
	"minyi/survey/contact"
)

// tendContacts keeps, after the end of a survey, what is to stay of its calls when
// the numbers are erased with the frame. It may be repeated.
func (s *Service) tendContacts(ctx context.Context, sv *Survey) error {
	if s.Contacts == nil || sv.State != Closed && sv.State != Released || !sv.Sampling.Erased.IsZero() {
		return nil
	}
	l, err := s.get(sv.ID)
	if err != nil {
		return err
	}
	d, err := s.desk(ctx, l)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.cases) == 0 {
		return nil
	}
	return s.summarize(ctx, l, d)
}

// summarize stores what is to stay of the calls, where it has changed.
func (s *Service) summarize(ctx context.Context, l *live, d *desk) error {
	o := s.outcomes(l, d)
	sum := &ContactSummary{
		Cases: o.Cases, Strata: slices.Clone(o.Strata), Calls: o.Calls, Codes: maps.Clone(o.Codes), Workers: contact.Works(d.cases, d.plan.Rules, d.spans.Of),
	}
	if reflect.DeepEqual(sum, d.plan.Summary) {
		return nil
	}
	entry := s.entry(access.Command("survey"), "survey.contact.summary", l.survey.ID)
	return s.replan(ctx, l, d, entry, func(p *ContactPlan) (any, error) {
		p.Summary = sum
		return struct {
			Cases int            `json:"cases"`
			Calls contact.Counts `json:"calls"`
		}{sum.Cases, sum.Calls}, nil
	})
}
