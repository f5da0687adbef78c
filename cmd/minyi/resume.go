package main

import (
	"context"
	"log/slog"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	ledgerkeeper "minyi/survey/ledger/keeper"
)

// unfinished is how old an upload that never ended must be to be swept away.
const unfinished = time.Hour

// resume finishes what a stop cut short: self-assessments that were sealed but
// not yet filed, papers of names that were not issued, and uploads that never ended. The survey service does the same
// for its own half.
func (h *house) resume(ctx context.Context) error {
	rounds, err := h.roster.Rounds(ctx)
	if err != nil {
		return err
	}
	for _, r := range rounds {
		err := h.application.FileAgain(ctx, access.Command("resume"), r.Year)
		if fault.KindOf(err) != 0 { // the book will not take it: no reason to stay shut
			h.log.WarnContext(ctx, "self-assessment not filed", slog.Int("round", r.Year), slog.Any("error", err))
		} else if err != nil {
			return err
		}
	}
	if err := h.issue(ctx); err != nil {
		return err
	}
	if _, err := h.logs.Open(ctx, 0, ledgerkeeper.Events); err != nil { // so that reading its page writes nothing
		return err
	}
	return h.application.Evidence.Sweep(time.Now().Add(-unfinished))
}
