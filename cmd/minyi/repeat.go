package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// repeat does something at once and then every so often until the context ends; then
// it closes the channel. What fails, or panics (F17), is told to the log and counted,
// and tried again at the next turn.
func (h *house) repeat(ctx context.Context, every time.Duration, what string, do func(context.Context) error) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			if err := guarded(ctx, do); err != nil && ctx.Err() == nil {
				h.meters.failed(what)
				h.log.WarnContext(ctx, what+" failed", slog.Any("error", err))
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return done
}

// guarded turns a panic of do into its error.
func guarded(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return do(ctx)
}
