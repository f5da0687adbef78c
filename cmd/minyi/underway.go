package main

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/calendar"
	"minyi/indicators/fault"
	"minyi/survey"
)

// underway tells the calendar what of a round has a window of its own: surveys that
// are prepared or in the field, and the notice that stands. It tells no result.
type underway struct{ h *house }

// Underway implements calendar.Underway.
func (u underway) Underway(ctx context.Context, round int) (out []calendar.Own, err error) {
	surveys, err := u.h.surveys.Surveys(ctx, access.Actor{Name: access.Command("calendar").Name, Role: access.Agency})
	if err != nil {
		return nil, err
	}
	for _, f := range surveys {
		if f.Survey.Round == round && (f.Survey.State == survey.Planned || f.Survey.State == survey.Open) {
			out = append(out, calendar.Own{Name: calendar.Evaluation, Unit: string(f.Survey.Unit), Window: f.Survey.Window})
		}
	}
	p, err := u.h.programme.Proceeding(ctx, round)
	if fault.KindOf(err) == fault.NotFound {
		return out, nil
	}
	if err == nil && p.Notice != nil {
		out = append(out, calendar.Own{Name: calendar.Notice, Window: p.Notice.Window})
	}
	return out, err
}
