package main

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
)

// savingHouse is a house with backups by a clock that the test moves.
func savingHouse(t *testing.T) (s *saver, tick func(time.Duration)) {
	t.Helper()
	h := newHouse(t)
	staff(t, h)
	pair, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	h.scheduled = scheduled{saveTo: t.TempDir(), saveEvery: everyDay, saveKeep: 2, saveLock: []string{pair.Recipient().String()}}
	if err := h.checkSchedule(); err != nil {
		t.Fatal(err)
	}
	now := testNow()
	s = &saver{house: h, wall: func() time.Time { return now }}
	return s, func(d time.Duration) { now = now.Add(d) }
}

func (s *saver) names(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(s.saveTo)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// F12: a backup is made when the last is old enough, is restored and looked over
// before it counts, and the oldest go only then. This machine cannot open them.
func TestF12BackupsByTheClockAreRestoredBeforeTheyCount(t *testing.T) {
	t.Parallel()
	s, tick := savingHouse(t)
	stranger := filepath.Join(s.saveTo, "minyi-of-mine.age")
	left := filepath.Join(s.saveTo, workBegin+"1")
	if err := errors.Join(os.WriteFile(stranger, nil, 0o600), os.Mkdir(left, 0o700)); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		wait time.Duration
		want []string
	}{
		{0, []string{"minyi-20200815T010000Z.age"}},
		{23 * time.Hour, []string{"minyi-20200815T010000Z.age"}},
		{time.Hour, []string{"minyi-20200815T010000Z.age", "minyi-20200816T010000Z.age"}},
		{25 * time.Hour, []string{"minyi-20200816T010000Z.age", "minyi-20200817T020000Z.age"}},
	} {
		tick(step.wait)
		if err := s.turn(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, want := s.names(t), append(step.want, "minyi-of-mine.age"); !slices.Equal(got, want) {
			t.Errorf("after %v: got %v, want %v", step.wait, got, want)
		}
	}
	if got, want := time.Unix(s.last.Load(), 0).UTC(), s.wall(); !got.Equal(want) {
		t.Errorf("last: got %v, want %v", got, want)
	}
}

// A backup whose restored copy is not sound does not count, takes no older one's place,
// and the system administrators are told once a day.
func TestF12ABackupThatIsNotSoundIsTold(t *testing.T) {
	t.Parallel()
	s, tick := savingHouse(t)
	if err := s.turn(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := s.survey.Write(t.Context(), func(tx *sql.Tx) error { // by hand, past the program
		_, err := tx.ExecContext(t.Context(), `UPDATE content SET rows = rows + 1 WHERE name = 'survey'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	tick(everyDay)
	for range 2 {
		if err := s.turn(t.Context()); !errors.Is(err, errDoubtful) && !errors.Is(err, fault.New(fault.Conflict, "backup.there")) {
			t.Errorf("got %v, want that it is not sound", err)
		}
	}
	if got, want := s.names(t), []string{"minyi-20200815T010000Z.age", "minyi-20200816T010000Z.age.doubtful"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := s.failures.Load(); got != 2 {
		t.Errorf("failures: got %d, want 2", got)
	}
	copies, n, err := s.inbox.Inbox(t.Context(), access.Actor{Name: "a-sysadmin", Role: access.Sysadmin}, inbox.Filter{Limit: 10})
	if err != nil || n != 1 || copies[0].Code != "service.backup" {
		t.Errorf("the system administrator's inbox: got %d messages, %v, want one", n, err)
	}
}

func TestSettingsOfBackupsThatCannotHoldAreNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, s := range map[string]scheduled{
		"no such folder": {saveTo: filepath.Join(dir, "no"), saveEvery: everyDay, saveKeep: 1, saveLock: []string{"age1"}},
		"too often":      {saveTo: dir, saveEvery: time.Second, saveKeep: 1},
		"none kept":      {saveTo: dir, saveEvery: everyDay},
		"no key":         {saveTo: dir, saveEvery: everyDay, saveKeep: 1, saveLock: []string{"age1nobody"}},
	} {
		if err := s.checkSchedule(); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// F17: what the service does by the clock goes on after a turn that panics.
func TestF17APanicBesideARequestEndsOneTurn(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	h := &house{setup: setup{log: slog.New(slog.NewTextHandler(&log, nil))}, meters: newMeters()}
	ctx, end := context.WithCancel(t.Context())
	turns := 0
	<-h.repeat(ctx, time.Millisecond, "trial", func(context.Context) error {
		if turns++; turns == 1 {
			panic("in the first turn")
		}
		end()
		return nil
	})
	if turns < 2 || !strings.Contains(log.String(), "in the first turn") || !strings.Contains(log.String(), "repeat.go") {
		t.Errorf("got %d turns and the log\n%s", turns, &log)
	}
}

// F04: readiness ends while the data folder cannot be written, and comes back by
// itself; the last word counts for a second.
func TestF04ReadinessFollowsTheDisk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	now := testNow()
	gone := filepath.Join(t.TempDir(), "data")
	h.probe = &probe{dir: gone, now: func() time.Time { return now }}
	b := newBrowser(t, h)
	if got := b.get("/readyz").status; got != 503 {
		t.Errorf("a folder that cannot be written: got %d, want 503", got)
	}
	if got := b.get("/healthz").status; got != 200 {
		t.Errorf("the process: got %d, want 200", got)
	}
	if err := os.Mkdir(gone, 0o700); err != nil {
		t.Fatal(err)
	}
	now = now.Add(probeRest)
	if got := b.get("/readyz").status; got != 200 {
		t.Errorf("when it can be written again: got %d, want 200", got)
	}
	if left, err := os.ReadDir(gone); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
