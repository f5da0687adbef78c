package evaluation

import (
	"context"
	"errors"
	"io"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
)

// mine returns the actor's assignment; any other dossier looks as if it did not
// exist.
func (s *Service) mine(ctx context.Context, by access.Actor, k application.Key) (*Assignment, error) {
	if err := by.Require(access.Assessor); err != nil {
		return nil, err
	}
	a, err := s.Store.Assignment(ctx, k, by.Name)
	if err == nil && a.gone() {
		return nil, fault.New(fault.NotFound, "assignment.unknown")
	}
	return a, err
}

// Mine returns the actor's assignments, newest round first.
func (s *Service) Mine(ctx context.Context, by access.Actor) ([]Assignment, error) {
	if err := by.Require(access.Assessor); err != nil {
		return nil, err
	}
	all, err := s.Store.AssignmentsOf(ctx, by.Name)
	all = slices.DeleteFunc(all, func(a Assignment) bool { return a.gone() })
	slices.SortStableFunc(all, func(a, b Assignment) int { return b.Dossier.Round - a.Dossier.Round })
	return all, err
}

// Work is an assignment with what its assessor may see of the dossier.
type Work struct {
	Assignment *Assignment
	Terms      Terms
	Missing    int // applicants about whom the assessor has not declared yet
}

// Open returns the actor's assignment. Before interests are declared with every
// applicant of the round, this one's without a conflict, it holds no dossier (C95). Where the round hides them, the unit's own verdicts
// are left out.
func (s *Service) Open(ctx context.Context, by access.Actor, k application.Key) (*Work, error) {
	a, err := s.mine(ctx, by, k)
	if err != nil {
		return nil, err
	}
	w := &Work{Assignment: a}
	missing, err := s.Missing(ctx, by, k.Round)
	if w.Missing = len(missing); err != nil || w.Missing > 0 || a.ready() != nil {
		return w, err
	}
	w.Terms, err = s.terms(ctx, k)
	return w, err
}

// Shown returns the claim that the assessor may see on a line.
func (t Terms) Shown(l Line) application.Claim {
	c := t.Claim(l)
	if !t.Round.Settings.ShowSelfMarks && c.Verdict != application.Inapplicable {
		c.Verdict = ""
	}
	return c
}

func (s *Service) terms(ctx context.Context, k application.Key) (Terms, error) {
	d, terms, err := s.Dossiers.Sealed(ctx, k)
	if err != nil {
		return Terms{}, err
	}
	scheme, err := s.Roster.Scheme(ctx, k.Round)
	if err != nil {
		return Terms{}, err
	}
	return Terms{Terms: terms, Scheme: *scheme, Dossier: d}, nil
}

// Exhibit gives the bytes of an exhibit of a dossier assigned to the actor.
func (s *Service) Exhibit(ctx context.Context, by access.Actor, k application.Key, id application.ExhibitID) (application.Exhibit, io.ReadSeekCloser, error) {
	a, err := s.mine(ctx, by, k)
	if err != nil {
		return application.Exhibit{}, nil, err
	}
	if err := a.ready(); err != nil {
		return application.Exhibit{}, nil, err
	}
	if missing, err := s.Missing(ctx, by, k.Round); err != nil || len(missing) > 0 {
		return application.Exhibit{}, nil, errors.Join(err, unsaid(len(missing)))
	}
	d, _, err := s.Dossiers.Sealed(ctx, k)
	if err != nil {
		return application.Exhibit{}, nil, err
	}
	return s.Dossiers.OpenExhibit(ctx, d, id)
}
