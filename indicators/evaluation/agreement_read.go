package evaluation

import (
	"context"
	"fmt"
	"strings"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// RoundAgreement is what the office reads of a round's agreement.
type RoundAgreement struct {
	Round    roster.Round
	Tracks   []TrackAgreement
	Units    map[application.Key]roster.Unit
	Describe func(s indicators.System, i Item) (indicators.Indicator, bool)
}

// Agreement computes how far assessors agree and how lenient each is, from the
// submitted sheets alone and for the office alone. A dossier of which a sheet is
// still open stays out, so that nothing shows before both are in. Each reading is
// logged (C97).
func (s *Service) Agreement(ctx context.Context, by access.Actor, round int) (*RoundAgreement, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	at, err := s.standing(ctx, round)
	if err != nil {
		return nil, err
	}
	out := &RoundAgreement{Round: at.round, Units: at.units, Describe: at.describe}
	for _, t := range roster.Tracks() {
		var sheets []SheetState
		for _, row := range at.rows() {
			if row.Key.Track == t && !row.Open {
				sheets = append(sheets, submitted(at.sheets[row.Key])...)
			}
		}
		if len(sheets) == 0 {
			continue
		}
		one := trackAgreement(t, sheets, at.settings(), at.book())
		one.Results = at.bothNumbers(t, one.Model)
		out.Tracks = append(out.Tracks, one)
	}
	return out, s.Store.Record(ctx, *s.entry(by, "agreement.read", fmt.Sprintf("evaluation/%d", round)))
}

// bothNumbers returns for every dossier whose sheets are there its raw and its
// corrected mark: as closed, or as it would be closed now.
func (at *standing) bothNumbers(t roster.Track, m *Model) (out []Result) {
	for _, row := range at.rows() {
		switch {
		case row.Key.Track != t || row.Open:
		case row.Result != nil:
			out = append(out, *row.Result)
		default:
			if r, err := Combine(at.sheets[row.Key], at.settings(), m); err == nil {
				out = append(out, r)
			}
		}
	}
	return out
}

func (at *standing) book() itemBook {
	return itemBook{
		full: at.full,
		system: func(k application.Key) indicators.System {
			if k.Track == roster.Single {
				return ""
			}
			return at.units[k].System()
		},
		heading: func(s indicators.System, i Item) string {
			if one, ok := at.describe(s, i); ok && one.Kind == indicators.Regular {
				return one.Level1
			}
			return ""
		},
	}
}

// describe finds the indicator behind an item of a system.
func (at *standing) describe(s indicators.System, i Item) (indicators.Indicator, bool) {
	for key, l := range at.terms {
		if strings.HasPrefix(key, string(roster.Comprehensive)) && l.catalogue.System == s {
			return l.catalogue.Find(indicators.Number(i))
		}
	}
	return indicators.Indicator{}, false
}
