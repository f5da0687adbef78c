package main

import (
	"context"
	"errors"
	"time"
)

// tendEvery is how often the house does what is due by the clock.
const tendEvery = time.Hour

// tend deletes what has reached the end of its term, at once and then every hour
// until the context ends; then it closes the channel.
func (h *house) tend(ctx context.Context) <-chan struct{} {
	return h.repeat(ctx, tendEvery, "tending", func(ctx context.Context) error {
		return errors.Join(h.surveys.Tend(ctx), h.jobs.Tend(ctx), h.papers.Tend(ctx), h.application.TendUploads(ctx), h.remind(ctx),
			h.issue(ctx), h.naming.Tend(ctx), h.events.Tend(ctx), h.logs.Tend(ctx), h.tendKeys(ctx), h.rights().Tend(ctx),
			sweepCopies(h.dir, copiesKept, time.Now()))
	})
}
