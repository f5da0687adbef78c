package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	halvesLock = "halves.lock"
	lockEvery  = 20 * time.Millisecond // how often it is asked whether the lock is free
)

// together runs what both halves must be at one moment for, while nobody else of this
// folder does, in this process or another: the log of events lies in one half and what
// accounts for it in the other, so that it is given nothing between the two copies of
// a backup.
func together(ctx context.Context, dir string, do func() error) (err error) {
	l := flock.New(filepath.Join(dir, halvesLock))
	if _, err := l.TryLockContext(ctx, lockEvery); err != nil {
		return fmt.Errorf("lock of both halves: %w", err)
	}
	defer func() { err = errors.Join(err, l.Unlock()) }()
	return do()
}
