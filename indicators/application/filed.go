package application

import (
	"context"

	"minyi/indicators/access"
)

// FiledDossier gives the office a dossier that was filed, with the terms of its round.
// One that is a draft looks as if it did not exist.
func (s *Service) FiledDossier(ctx context.Context, by access.Actor, k Key) (*Dossier, Terms, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, Terms{}, err
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return nil, Terms{}, err
	}
	if d.State == Draft {
		return nil, Terms{}, unknown()
	}
	terms, err := s.Terms(ctx, k)
	return d, terms, err
}
