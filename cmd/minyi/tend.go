package main

import (
	"context"
	"errors"
	"time"
)

// tendEvery is how often the house does what is due by the clock.
const tendEvery = time.Hour

// tendEvents gives the log of events what is due.
func (h *house) tendEvents(ctx context.Context) error {
	return together(ctx, h.dir, func() error { return h.events.Tend(ctx) })
}

// tend deletes what has reached the end of its term, at once and then every hour
// until the context ends; then it closes the channel.
func (h *house) tend(ctx context.Context) <-chan struct{} {
	return h.repeat(ctx, tendEvery, turnTending, func(ctx context.Context) error {
		return errors.Join(h.surveys.Tend(ctx), h.jobs.Tend(ctx), h.papers.Tend(ctx), h.application.TendUploads(ctx), h.remind(ctx),
			h.issue(ctx), h.naming.Tend(ctx), h.tendEvents(ctx), h.logs.Tend(ctx), h.tendKeys(ctx), h.rights().Tend(ctx),
			sweepCopies(h.dir, copiesKept, time.Now()))
	})
}
