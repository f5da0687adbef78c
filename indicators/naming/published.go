package naming

import (
	"context"

	"minyi/indicators"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// PublicTotal is the total of a named unit, in the ranking that the naming rests on.
type PublicTotal struct {
	Target
	Group   roster.Group           `json:"group"`
	Total   indicators.Mark        `json:"total"`
	Missing []scorebook.Instrument `json:"missing,omitempty"` // parts that the total is without (C30)
}

// PublicTotals returns the totals of the named to everybody, in the order of the
// decision's ranking by track, group and unit: once the round has named, and only
// where its settings say so. By default none is public (C97): a total holds
// assessors' judgement, and places that the data cannot tell apart would be read as
// exact.
func (s *Service) PublicTotals(ctx context.Context, round int) ([]PublicTotal, error) {
	r, err := s.rounds.Round(ctx, round)
	if err != nil || !r.Settings.PublishTotals {
		return nil, err
	}
	p, err := s.store.Proceeding(ctx, round)
	if err != nil || p.Decision == nil {
		return nil, err
	}
	given, err := s.store.Named(ctx)
	if err != nil {
		return nil, err
	}
	named := map[Target]bool{}
	for _, n := range given {
		named[n.Target] = named[n.Target] || n.Round == round
	}
	all, err := s.store.Rankings(ctx, round)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if one.ID == p.Decision.Snapshot {
			return totals(one.Ranking, named), nil
		}
	}
	return nil, nil
}

func totals(r Ranking, named map[Target]bool) (out []PublicTotal) {
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			if target := (Target{row.Unit, t.Track}); named[target] {
				out = append(out, PublicTotal{target, t.Group, row.Total, row.Missing()})
			}
		}
	}
	return out
}
