package supervision

import (
	"context"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/roster"
)

// Seen is what everybody may know of a check: the unit, and what was confirmed.
type Seen struct {
	Unit     roster.UnitCode
	State    string
	Deadline roster.Date
	Ended    time.Time
}

// PublicSpot is a draw that was made, with what became of its checks.
type PublicSpot struct {
	Spot
	Checks []Seen
}

// PublicSpots lists the draws that were made to everybody, newest first, without who
// made them: anyone can make them again (C42).
func (s *Service) PublicSpots(ctx context.Context) ([]PublicSpot, error) {
	spots, err := s.Store.Spots(ctx)
	if err != nil {
		return nil, err
	}
	checks, err := s.Store.Checks(ctx)
	if err != nil {
		return nil, err
	}
	var out []PublicSpot
	for _, x := range spots {
		if !x.Done() {
			continue
		}
		x.By, x.DrawnBy = "", ""
		one := PublicSpot{Spot: x}
		for _, c := range checks {
			if c.Year != x.Year {
				continue
			}
			seen := Seen{Unit: c.Unit, State: c.State()}
			if last := c.Last(); last != nil {
				seen.Deadline, seen.Ended = last.Deadline, last.EndedAt
			}
			one.Checks = append(one.Checks, seen)
		}
		out = append(out, one)
	}
	return out, nil
}

// OwnChecks lists the spot checks of the actor's own unit, newest first.
func (s *Service) OwnChecks(ctx context.Context, by access.Actor) ([]Check, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	all, err := s.Store.Checks(ctx)
	return slices.DeleteFunc(all, func(c Check) bool { return string(c.Unit) != by.Unit }), err
}

// failed reports whether a check of the name was closed as failed (C47).
func failed(checks []Check, name string) bool {
	return slices.ContainsFunc(checks, func(c Check) bool {
		return c.Closed() && c.Last().Result == Failed && slices.Contains(c.Names, name)
	})
}

// FailedCheck reports to the office whether a failed spot check of the name is on
// record, without which the third ground cannot be chosen (C47).
func (s *Service) FailedCheck(ctx context.Context, by access.Actor, name string) (bool, error) {
	all, err := s.Checks(ctx, by)
	return failed(all, name), err
}
