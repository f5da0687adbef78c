package application

import (
	"context"
	"fmt"

	"minyi/indicators"
	"minyi/indicators/access"
)

func (s *Service) editor(by access.Actor) Editor { return Editor{By: by.Name, At: s.Now()} }

// SaveSelf keeps claims on some or all indicators. seen is the count of edits
// that the form was made from.
func (s *Service) SaveSelf(ctx context.Context, by access.Actor, k Key, seen int, claims map[indicators.Number]Claim) error {
	terms, entry, err := s.begin(ctx, by, k, "dossier.self")
	if err != nil {
		return err
	}
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		was, _ := d.Count(terms.Applicable)
		entry.Before = counts(was)
		if err := d.SetClaims(seen, claims, terms.Applicable, s.editor(by)); err != nil {
			return err
		}
		whole, _ := d.Count(terms.Applicable)
		entry.After = counts(whole)
		return nil
	})
}

// SaveReport keeps the report.
func (s *Service) SaveReport(ctx context.Context, by access.Actor, k Key, seen int, report map[Part]string) error {
	terms, entry, err := s.begin(ctx, by, k, "dossier.report")
	if err != nil {
		return err
	}
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		entry.Before = fmt.Sprintf(`{"characters":%d}`, d.ReportLength(terms.Round.Settings))
		if err := d.SetReport(seen, report, terms.Round.Settings, s.editor(by)); err != nil {
			return err
		}
		entry.After = fmt.Sprintf(`{"characters":%d}`, d.ReportLength(terms.Round.Settings))
		return nil
	})
}

// SaveProfile keeps project, leader and declaration.
func (s *Service) SaveProfile(ctx context.Context, by access.Actor, k Key, seen int, h Head) error {
	_, entry, err := s.begin(ctx, by, k, "dossier.profile")
	if err != nil {
		return err
	}
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		entry.Before = fmt.Sprintf(`{"declared":%t}`, d.Declared())
		if err := d.SetProfile(seen, h, s.editor(by)); err != nil {
			return err
		}
		entry.After = fmt.Sprintf(`{"declared":%t}`, d.Declared())
		return nil
	})
}

// counts is what the trail says of a self-assessment.
func counts(t Tally) string {
	return fmt.Sprintf(`{"met":%d,"applicable":%d,"open":%d}`, t.Met, t.Applicable(), t.Open)
}
