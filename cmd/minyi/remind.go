package main

import (
	"context"
	"errors"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/reminder"
	"minyi/indicators/roster"
	"minyi/survey"
)

// remind tells everybody what has become due by the programme clock, and catches up
// announcements that a crash cut short. Asked twice it says nothing twice.
func (h *house) remind(ctx context.Context) error {
	rounds, err := h.roster.Rounds(ctx)
	for i := range rounds {
		err = errors.Join(err, h.steps.Announce(ctx, &rounds[i]))
	}
	now := h.now()
	err = errors.Join(err, reminder.NewService(h.roster, due{h}, h.inbox).Remind(ctx, now))
	return errors.Join(err, h.supervision.Remind(ctx, now), h.naming.Remind(ctx, now), h.after.recommendation.Remind(ctx, now))
}

// deliverEvery is how often the outbox is looked at.
const deliverEvery = 15 * time.Second

// deliver hands over what the outbox holds until the context ends, then closes the
// channel. Without a server named by the operator there is nothing to do.
func (h *house) deliver(ctx context.Context) <-chan struct{} {
	return h.repeat(ctx, deliverEvery, turnDelivery, func(ctx context.Context) error {
		if h.inbox.Mail == nil && h.inbox.Gateway == nil {
			return nil
		}
		_, err := h.inbox.Deliver(ctx)
		return err
	})
}

// due tells the reminders what is done in a round and what is not.
type due struct{ h *house }

// Unfiled implements reminder.Facts.
func (d due) Unfiled(ctx context.Context, round int) (out []string, err error) {
	dossiers, err := d.h.programme.Dossiers(ctx, round)
	if err != nil {
		return nil, err
	}
	filed := map[string]bool{}
	for _, x := range dossiers {
		filed[string(x.Unit)] = filed[string(x.Unit)] || x.State == application.Filed
	}
	accounts, err := d.h.programme.Accounts(ctx)
	for _, a := range accounts {
		if a.Role == access.Applicant && !a.Disabled && !filed[a.Unit] {
			filed[a.Unit] = true // once a unit, however many its accounts are
			out = append(out, a.Unit)
		}
	}
	return out, err
}

// Sheets implements reminder.Facts.
func (d due) Sheets(ctx context.Context, round int) (out []reminder.Sheets, err error) {
	all, err := d.h.programme.Assignments(ctx, round)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i := range all {
		a := &all[i]
		if !a.Counts() || a.Sheet.Submitted() {
			continue
		}
		n, ok := at[a.Assessor]
		if !ok {
			n, at[a.Assessor] = len(out), len(out)
			out = append(out, reminder.Sheets{Account: a.Assessor})
		}
		if a.Declaration.Interest == "" {
			out[n].Interests++
		}
		out[n].Sheets++
	}
	return out, nil
}

// Surveys implements reminder.Facts.
func (d due) Surveys(ctx context.Context, round int) (out []reminder.Survey, err error) {
	all, err := d.h.surveys.Surveys(ctx, access.Actor{Name: access.Command("reminder").Name, Role: access.Agency})
	for _, f := range all {
		if f.Survey.Round == round {
			out = append(out, reminder.Survey{
				Unit: string(f.Survey.Unit), Window: f.Survey.Window,
				Asking: f.Survey.State == survey.Open, Released: f.Survey.State == survey.Released,
			})
		}
	}
	return out, err
}

// Visits implements reminder.Facts.
func (d due) Visits(ctx context.Context, round int) (out []string, err error) {
	p, err := d.h.programme.Proceeding(ctx, round)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, v := range p.Verifications {
		if !v.Closed() {
			out = append(out, string(v.Unit))
		}
	}
	return out, nil
}

// Posted implements reminder.Facts.
func (d due) Posted(ctx context.Context, round int) (notice, named bool, err error) {
	p, err := d.h.programme.Proceeding(ctx, round)
	if fault.KindOf(err) == fault.NotFound {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	return p.Notice != nil, p.Decision != nil, nil
}

// daysClock is a clock that lets the house do what a day brings whenever it comes to
// another one, so that a demo's inboxes and logs look as if the days had passed.
type daysClock struct {
	*programmeClock
	day func() error
}

// Forward moves the clock to a later time.
func (c daysClock) Forward(to time.Time) error {
	before := roster.DateOf(c.Now())
	if err := c.programmeClock.Forward(to); err != nil {
		return err
	}
	if roster.DateOf(to) == before {
		return nil
	}
	return c.day()
}

// daily is the demo's clock with its reminders, and with what goes into the logs.
func (d *demo) daily() daysClock {
	return daysClock{d.clock, func() error {
		ctx := d.lifetime
		return errors.Join(d.house.remind(ctx), d.house.tendEvents(ctx), d.house.logs.Tend(ctx))
	}}
}
