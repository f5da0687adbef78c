package application

import (
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/roster"
)

// Ours returns all dossiers of the actor's unit, the newest round first.
func (s *Service) Ours(ctx context.Context, by access.Actor) ([]Dossier, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	all, err := s.Store.UnitDossiers(ctx, roster.UnitCode(by.Unit))
	slices.SortStableFunc(all, func(a, b Dossier) int { return b.Round - a.Round })
	return all, err
}
