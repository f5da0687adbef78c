package application

import (
	"context"
	"strconv"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Bar is a name that was revoked because it was got by improper means (C46).
type Bar struct {
	Since    roster.Date  // of the revocation
	Track    roster.Track // of the name
	Document string       // number of the decision document
}

// Bars gives the bars of a unit.
type Bars interface {
	Bars(ctx context.Context, unit roster.UnitCode) ([]Bar, error)
}

// bars reports whether a revocation bars the unit from a round: the first one whose
// filing is not over on its date, on both tracks where the round says so. The round
// after is open again (C99).
func (b Bar) bars(k Key, settings roster.Settings, rounds []roster.Round) bool {
	if settings.Filing.To.Before(b.Since) || b.Track != k.Track && !settings.BarAnyTrack {
		return false
	}
	for _, r := range rounds {
		if r.Year < k.Round && !r.Settings.Filing.To.Before(b.Since) {
			return false
		}
	}
	return true
}

// unbarred refuses a unit whose name was revoked for fraud in the round that this
// bars.
func (s *Service) unbarred(ctx context.Context, k Key, settings roster.Settings, rounds []roster.Round) error {
	if s.Revoked == nil {
		return nil
	}
	all, err := s.Revoked.Bars(ctx, k.Unit)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.bars(k, settings, rounds) {
			return fault.New(fault.Forbidden, "dossier.revoked_bar", "since", b.Since.String(), "document", b.Document, "until", strconv.Itoa(k.Round))
		}
	}
	return nil
}
