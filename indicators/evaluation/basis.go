package evaluation

import (
	"context"
	"slices"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// basis is what each sheet that counts reached, heading by heading: with it naming
// adds the indicators that a survey feeds, which this package never learns (C29).
// A single project has no headings.
func (s *Service) basis(ctx context.Context, k application.Key, r Result) ([]scorebook.Basis, error) {
	if k.Track == roster.Single {
		return nil, nil
	}
	terms, err := s.terms(ctx, k)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Assignments(ctx, k.Round)
	if err != nil {
		return nil, err
	}
	var out []scorebook.Basis
	for _, a := range all {
		if a.Dossier != k || !slices.Contains(r.Counted, a.Assessor) {
			continue
		}
		reached, err := terms.reached(&a.Sheet)
		if err != nil {
			return nil, err
		}
		out = append(out, scorebook.Basis{Total: a.Sheet.Total, Reached: reached})
	}
	return out, nil
}

// reached adds up a submitted sheet of the comprehensive track.
func (t Terms) reached(s *Sheet) (indicators.Reached, error) {
	marks := map[indicators.Number]indicators.Mark{}
	var applicable []indicators.Number
	for _, l := range t.Lines() {
		v := s.Verdicts[l.Item]
		if l.Needed && !v.Excused {
			applicable = append(applicable, l.Indicator.Number)
		}
		if v.Given {
			marks[l.Indicator.Number] = v.Mark
		}
	}
	return indicators.Reach(t.Scheme, t.Catalogue, applicable, marks)
}
