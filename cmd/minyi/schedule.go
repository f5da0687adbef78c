package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"filippo.io/age"
	"github.com/spf13/pflag"

	"minyi/cmd/internal/backup"
	"minyi/indicators/access"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// scheduled are the settings of backups by the clock.
type scheduled struct {
	saveTo     string        // folder; empty: none are made
	saveEvery  time.Duration // from one to the next
	saveKeep   int           // so many are kept
	saveLock   []string      // public keys of age
	savePhrase string        // file with a passphrase
}

const (
	everyDay  = 24 * time.Hour
	savedKept = 14
)

func (s *scheduled) scheduleFlags(f *pflag.FlagSet) {
	f.StringVar(&s.saveTo, "backup-folder", "", "")
	f.DurationVar(&s.saveEvery, "backup-every", everyDay, "")
	f.IntVar(&s.saveKeep, "backup-keep", savedKept, "")
	f.StringSliceVar(&s.saveLock, "backup-recipient", nil, "")
	f.StringVar(&s.savePhrase, "backup-passphrase-file", "", "")
}

// checkSchedule says what of them cannot hold.
func (s *scheduled) checkSchedule() error {
	if s.saveTo == "" {
		return nil
	}
	if s.saveEvery < time.Minute || s.saveKeep < 1 {
		return errors.New("backup-every is at least 1m and backup-keep at least 1")
	}
	if info, err := os.Stat(s.saveTo); err != nil || !info.IsDir() {
		return fmt.Errorf("backup-folder: %s is no folder: %w", s.saveTo, errors.Join(err, fs.ErrInvalid))
	}
	_, err := s.lock()
	return err
}

// lock is what backups are encrypted to.
func (s *scheduled) lock() (backup.Lock, error) {
	l := backup.Lock{Recipients: s.saveLock}
	if len(s.saveLock) == 0 {
		phrase, err := readPassphrase(s.savePhrase)
		if err != nil {
			return l, err
		}
		l.Passphrase = phrase
	}
	return l, l.Check()
}

// saver makes backups by the clock, and looks whether each can be restored.
type saver struct {
	*house
	wall     func() time.Time
	last     atomic.Int64 // the newest that was restored and sound: seconds since 1970
	failures atomic.Int64
}

// savedName is what the file of a backup is called; what has another name in its
// folder is left alone.
const (
	savedBegin = "minyi-"
	savedEnd   = ".age"
	doubtful   = ".doubtful" // added to the name of one that could not be restored whole
)

// saved are the backups in the folder with their moments, oldest first.
func (s *saver) saved() (names []string, at []time.Time, err error) {
	entries, err := os.ReadDir(s.saveTo) // in the order of names, so of moments
	if err != nil {
		return nil, nil, fmt.Errorf("backups: %w", err)
	}
	for _, e := range entries {
		middle, begins := strings.CutPrefix(e.Name(), savedBegin)
		middle, ends := strings.CutSuffix(middle, savedEnd)
		moment, err := time.Parse(copyName, middle)
		if begins && ends && err == nil {
			names, at = append(names, e.Name()), append(at, moment)
		}
	}
	return names, at, nil
}

// turn makes a backup when the last one is old enough. After one that failed it waits
// for an hour, or as long as lies between two.
func (s *saver) turn(ctx context.Context) error {
	now := s.wall()
	_, at, err := s.saved()
	if err != nil {
		return s.failed(ctx, now, err)
	}
	if len(at) > 0 {
		newest := at[len(at)-1]
		if s.last.Load() == 0 {
			s.last.Store(newest.Unix())
		}
		if wait := now.Sub(newest); wait >= 0 && wait < s.saveEvery {
			return nil
		}
	}
	if err := s.save(ctx, now); err != nil {
		return s.failed(ctx, now, err)
	}
	s.last.Store(now.Unix())
	return nil
}

// errDoubtful means that a backup was made and its restored copy is not sound.
var errDoubtful = errors.New("the backup was made, but its restored copy is not sound")

// save makes a backup, restores it beside, lets the doctor look at the copy, and only
// then deletes what is more than enough.
func (s *saver) save(ctx context.Context, now time.Time) error {
	if err := s.sweep(now); err != nil {
		return err
	}
	lock, err := s.lock()
	if err != nil {
		return err
	}
	key := backup.Key{Passphrase: lock.Passphrase}
	if lock.Passphrase == "" { // this machine cannot open it: so one more key, which is never written down
		pair, err := age.GenerateX25519Identity()
		if err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		lock.Recipients = append(slices.Clone(lock.Recipients), pair.Recipient().String())
		key = backup.Key{Identities: pair.String()}
	}
	file := filepath.Join(s.saveTo, savedBegin+now.UTC().Format(copyName)+savedEnd)
	made := file + doubtful
	wrong, err := (&backingUp{dir: s.dir, lock: lock, now: s.wall}).run(ctx, made)
	if err != nil {
		return err
	}
	said, err := s.restorable(ctx, made, key)
	if err != nil {
		return errors.Join(errDoubtful, err)
	}
	if wrong = append(wrong, said...); len(wrong) > 0 {
		return fmt.Errorf("%w: %s", errDoubtful, strings.Join(wrong, "; "))
	}
	if err := os.Rename(made, file); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return s.rotate()
}

// restorable restores a backup beside it and returns what the doctor finds there.
func (s *saver) restorable(ctx context.Context, file string, key backup.Key) (wrong []string, err error) {
	work, err := os.MkdirTemp(s.saveTo, workBegin)
	if err != nil {
		return nil, fmt.Errorf("check of a backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	dir := filepath.Join(work, "data")
	if err := restore(ctx, file, dir, key, s.wall); err != nil {
		return nil, err
	}
	var said strings.Builder
	err = doctor(ctx, dir, &said, &strings.Builder{})
	var found exitError
	if errors.As(err, &found) {
		return strings.Split(strings.TrimSpace(said.String()), "\n"), nil
	}
	return nil, err
}

// rotate deletes the oldest backups that are more than enough.
func (s *saver) rotate() error {
	names, _, err := s.saved()
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names[:max(0, len(names)-s.saveKeep)] {
		errs = append(errs, os.Remove(filepath.Join(s.saveTo, name)))
	}
	return errors.Join(errs...)
}

// sweep deletes what a stop has left of earlier backups, and doubtful ones of a week
// ago.
func (s *saver) sweep(now time.Time) error {
	entries, err := os.ReadDir(s.saveTo)
	if err != nil {
		return fmt.Errorf("backups: %w", err)
	}
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		left := e.IsDir() && strings.HasPrefix(e.Name(), workBegin)
		old := strings.HasSuffix(e.Name(), savedEnd+doubtful) && err == nil && now.Sub(info.ModTime()) > 7*everyDay
		if left || old {
			errs = append(errs, os.RemoveAll(filepath.Join(s.saveTo, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// failed counts, and tells the system administrators once a day.
func (s *saver) failed(ctx context.Context, now time.Time, err error) error {
	s.failures.Add(1)
	day := roster.DateOf(now).String()
	return errors.Join(err, s.inbox.Post(ctx, inbox.Message{
		Code: "service.backup", Params: map[string]string{"backup_date": day}, To: inbox.ToRole(access.Sysadmin),
		Link: "/inbox", Key: "service.backup/" + day,
	}))
}

// saves makes backups by the clock until the context ends, where a folder is named.
func (h *house) saves(ctx context.Context) <-chan struct{} {
	if h.saveTo == "" {
		done := make(chan struct{})
		close(done)
		return done
	}
	const look = 10 // looks between two backups
	return h.repeat(ctx, min(h.saveEvery/look, time.Hour), turnBackup, h.saver.turn)
}
