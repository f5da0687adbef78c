package drill

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing/fstest"
	"time"

	"minyi/cmd/load/stage"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
)

// Migration kills the change of an old folder's schema at random moments (F12): the
// next one finishes it, every entry of both trails is there, and doctor finds nothing.
func Migration(kills int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		unfinished := 0
		var whole time.Duration
		for n := range kills + 1 {
			dir := filepath.Join(o.Dir, fmt.Sprint(n))
			if err := older(ctx, dir); err != nil {
				return err
			}
			args, begin := []string{"migrate", "apply", "--data", dir}, time.Now()
			s := &site{Options: o}
			if n == 0 { // how long it takes
				s.command(ctx, out, args, "")
				whole = time.Since(begin)
			} else {
				b := &saving{site: s, out: out}
				b.cut(ctx, args, time.Duration(s.chance(uint64(n)).Int64N(int64(whole))))
			}
			if exec.CommandContext(ctx, o.Binary, "migrate", "status", "--data", dir).Run() != nil { //nolint:gosec // the program under load
				unfinished++
				s.command(ctx, out, args, "")
			}
			s.command(ctx, out, []string{"migrate", "status", "--data", dir}, "")
			if err := stage.Doctor(ctx, o.Binary, dir); err != nil {
				out.wrong("after kill %d: %v", n, err)
			}
			if err := errors.Join(keptTrails(ctx, out, dir), os.RemoveAll(dir)); err != nil {
				return err
			}
		}
		out.count("kills", kills)
		out.count("unfinished", unfinished)
		out.time("whole", whole)
		return nil
	}
}

// entries are so many of each trail.
const entries = 40

func halves() map[db.Half]struct {
	file  string
	steps fs.FS
} {
	return map[db.Half]struct {
		file  string
		steps fs.FS
	}{db.Programme: {"programme.db", store.Migrations()}, db.Survey: {"survey.db", surveystore.Migrations()}}
}

// older makes a data folder of the schema of some steps ago, with trails.
func older(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	key := make([]byte, 32)
	if err := os.WriteFile(filepath.Join(dir, "master.key"), key, 0o600); err != nil {
		return err
	}
	for half, of := range halves() {
		names, err := fs.Glob(of.steps, "*.sql")
		if err != nil {
			return err
		}
		slices.Sort(names)
		const ago = 4
		early := fstest.MapFS{}
		for _, name := range names[:len(names)-ago] {
			raw, err := fs.ReadFile(of.steps, name)
			if err != nil {
				return err
			}
			early[name] = &fstest.MapFile{Data: raw}
		}
		d, err := db.Open(ctx, half, filepath.Join(dir, of.file), early)
		if err != nil {
			return err
		}
		for n := range entries {
			err = errors.Join(err, d.Record(ctx, audit.Entry{At: time.UnixMilli(int64(n)), Actor: "drill", Action: "drill.entry"}))
		}
		if err := errors.Join(err, d.Close()); err != nil {
			return err
		}
	}
	return nil
}

// keptTrails counts the entries and checks the chains.
func keptTrails(ctx context.Context, out *Outcome, dir string) error {
	for half, of := range halves() {
		d, err := db.Open(ctx, half, filepath.Join(dir, of.file), of.steps)
		if err != nil {
			return err
		}
		list, err := d.Trail(ctx, 0, 2*entries)
		if err == nil {
			err = d.CheckTrail(ctx)
		}
		if err != nil || len(list) != entries {
			out.wrong("%s: %d entries of the trail, want %d; %v", of.file, len(list), entries, err)
		}
		if err := d.Close(); err != nil {
			return err
		}
	}
	return nil
}
