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

// MayStart reports why the actor's unit may not start a dossier, nil where it
// may: what Start would refuse with, the window apart.
func (s *Service) MayStart(ctx context.Context, by access.Actor, k Key) error {
	if err := own(by, k); err != nil {
		return err
	}
	round, err := s.Roster.Round(ctx, k.Round)
	if err != nil {
		return err
	}
	rounds, err := s.Roster.Rounds(ctx)
	if err != nil {
		return err
	}
	all, err := s.Store.UnitDossiers(ctx, k.Unit)
	if err != nil {
		return err
	}
	return admit(k, round.Settings, rounds, all)
}
