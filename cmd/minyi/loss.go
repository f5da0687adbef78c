package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
)

// behind refuses a folder of which a half is older than what was acknowledged: a state
// that is whole, from before a log was cut, say, that no other check would find (F15).
func behind(ctx context.Context, dir string) error {
	var errs []error
	for _, h := range bothHalves() {
		errs = append(errs, db.Behind(ctx, h.half, filepath.Join(dir, h.file)))
	}
	return errors.Join(errs...)
}

// acceptLoss lets such a folder be served again: the loss and the reason stand in the
// trail of the half that has lost something.
func acceptLoss(ctx context.Context, dir, reason string, now time.Time) (err error) {
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	by := access.Command("doctor")
	for _, h := range bothHalves() {
		entry := audit.Entry{
			At: now, Actor: by.Name, Role: string(by.Role), Action: "data.loss", Object: "data/" + h.file, Reason: reason,
		}
		if _, err := db.Bear(ctx, h.half, filepath.Join(dir, h.file), h.steps, entry); err != nil {
			return err
		}
	}
	return nil
}
