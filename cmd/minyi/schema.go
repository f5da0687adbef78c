package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"minyi/cmd/internal/keep"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
)

// copiesFolder holds copies of both databases as they were before their schema was
// changed. They lie with the data, under the same rights.
const copiesFolder = "before-migration"

const (
	copiesKept = 2                   // so many are enough
	copiesTerm = 30 * 24 * time.Hour // what has been erased since must go from them too
)

// halfOf is one of the two databases of a folder.
type halfOf struct {
	half  db.Half
	file  string
	steps fs.FS
}

func bothHalves() []halfOf {
	return []halfOf{{db.Programme, programmeFile, store.Migrations()}, {db.Survey, surveyFile, surveystore.Migrations()}}
}

// schemaPlan is how the schema of a folder stands.
type schemaPlan struct {
	steps map[string][]db.Step // by file
}

// planOf reads how the schema of a folder stands and changes nothing.
func planOf(ctx context.Context, dir string) (p schemaPlan, err error) {
	p.steps = map[string][]db.Step{}
	for _, h := range bothHalves() {
		if p.steps[h.file], err = db.Plan(ctx, h.half, filepath.Join(dir, h.file), h.steps); err != nil {
			return p, err
		}
	}
	return p, nil
}

// known refuses a folder that a newer program has written.
func (p schemaPlan) known() error {
	var errs []error
	for _, h := range bothHalves() {
		errs = append(errs, db.Known(p.steps[h.file]))
	}
	return errors.Join(errs...)
}

// pending counts the steps that are to be run, and those that were.
func (p schemaPlan) pending() (todo, done int) {
	for _, steps := range p.steps {
		n := len(db.Pending(steps))
		todo, done = todo+n, done+len(steps)-n
	}
	return todo, done
}

// inOrder refuses a folder whose schema is not this program's: commands that look at
// a folder, or change a little in it, leave its schema alone. A new folder is in order.
func inOrder(ctx context.Context, dir string) error {
	p, err := planOf(ctx, dir)
	if err != nil {
		return err
	}
	if err := p.known(); err != nil {
		return err
	}
	if todo := p.behind(); todo > 0 {
		return fault.New(fault.Conflict, "schema.pending", "steps", fmt.Sprint(todo))
	}
	return behind(ctx, dir)
}

// behind counts the steps that are to be run on databases that have had some: one that
// is not there yet, as the survey half after the first account was made, is not behind.
func (p schemaPlan) behind() (todo int) {
	for _, steps := range p.steps {
		if n := len(db.Pending(steps)); n < len(steps) {
			todo += n
		}
	}
	return todo
}

// advance brings a folder's schema up to date. Where there are data, both databases
// are copied first, the steps are tried on a second copy, and that is checked as
// doctor checks: only then is the folder itself changed. It returns the folder of the
// copy, empty where none was made. The caller holds the lock.
func advance(ctx context.Context, dir string, now time.Time) (copied string, err error) {
	p, err := planOf(ctx, dir)
	if err != nil {
		return "", err
	}
	if err := errors.Join(p.known(), behind(ctx, dir)); err != nil {
		return "", err
	}
	if todo, done := p.pending(); todo == 0 || done == 0 { // a new folder gets its schema when it is opened
		return "", nil
	}
	if copied, err = copyAside(ctx, dir, now); err != nil {
		return "", err
	}
	_, err = upgrade(ctx, dir)
	return copied, err
}

// copyAside copies both databases and tries the upgrade on a copy of the copy. A
// folder of that name is whole: it gets its name when all has been checked.
func copyAside(ctx context.Context, dir string, now time.Time) (_ string, err error) {
	all := filepath.Join(dir, copiesFolder)
	if err := os.MkdirAll(all, 0o700); err != nil {
		return "", fmt.Errorf("copy before the migration: %w", err)
	}
	if err := sweepCopies(dir, copiesKept-1, now); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(all, halfDone)
	if err != nil {
		return "", fmt.Errorf("copy before the migration: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	kept, tried := filepath.Join(work, "kept"), filepath.Join(work, "tried")
	if err := errors.Join(os.Mkdir(kept, 0o700), os.Mkdir(tried, 0o700)); err != nil {
		return "", fmt.Errorf("copy before the migration: %w", err)
	}
	for _, to := range []string{kept, tried} {
		if err := snapshots(ctx, dir, to); err != nil {
			return "", err
		}
	}
	wrong, err := tryUpgrade(ctx, kept, tried)
	if err != nil {
		return "", fmt.Errorf("the migration was tried on a copy, nothing was changed: %w", err)
	}
	if len(wrong) > 0 {
		return "", fault.New(fault.Conflict, "schema.unsound", "what", wrong[0])
	}
	to := freeCopy(all, now.UTC())
	if err := keep.Folder(kept, to); err != nil {
		return "", fmt.Errorf("copy before the migration: %w", err)
	}
	return to, nil
}

// freeCopy is the name of a copy that is not there yet: after a stop, the next try may
// come within the same second, and takes the next one's name.
func freeCopy(all string, at time.Time) string {
	for ; ; at = at.Add(time.Second) {
		to := filepath.Join(all, at.Format(copyName))
		if _, err := os.Lstat(to); err != nil { // most often: it is not there
			return to
		}
	}
}

// tryUpgrade looks over the copies as they are, then runs what is pending on others
// and looks over those: an upgrade counts the tables anew, so that what was changed by
// hand shows before it only.
func tryUpgrade(ctx context.Context, kept, tried string) (wrong []string, err error) {
	if wrong, err = lookOver(ctx, kept, examineWhole); err != nil {
		return nil, err
	}
	lines, err := upgrade(ctx, tried)
	return append(wrong, lines...), err
}

// lookOver has the copies of both databases in a folder examined.
func lookOver(ctx context.Context, dir string, examine func(context.Context, string, *db.DB) ([]string, error)) (wrong []string, err error) {
	for _, h := range bothHalves() {
		path := filepath.Join(dir, h.file)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		d, err := db.Look(h.half, path)
		if err != nil {
			return nil, err
		}
		lines, err := examine(ctx, h.file, d)
		if err := errors.Join(err, d.Close()); err != nil {
			return nil, err
		}
		wrong = append(wrong, lines...)
	}
	return wrong, nil
}

// examineWhole looks a half over as doctor does, unless an upgrade of it was cut short:
// then its figures wait to be counted.
func examineWhole(ctx context.Context, file string, d *db.DB) ([]string, error) {
	short, err := d.CutShort(ctx)
	if err != nil || short {
		return nil, err
	}
	return examineHalf(ctx, file, d)
}

// snapshots copies both databases into another folder, each as it stands at one
// moment. The programme's comes first: what the survey's half has filed after that, it
// files again when it is started.
func snapshots(ctx context.Context, dir, to string) error {
	for _, h := range bothHalves() {
		from := filepath.Join(dir, h.file)
		if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := db.Snapshot(ctx, from, filepath.Join(to, h.file)); err != nil {
			return err
		}
		if err := os.Chmod(filepath.Join(to, h.file), 0o600); err != nil {
			return fmt.Errorf("copy of %s: %w", h.file, err)
		}
	}
	return nil
}

// upgrade runs what is pending in a folder, and returns a line for everything that is
// wrong with its databases and their trails afterwards.
func upgrade(ctx context.Context, dir string) (wrong []string, err error) {
	for _, h := range bothHalves() {
		d, err := db.Open(ctx, h.half, filepath.Join(dir, h.file), h.steps)
		if err != nil {
			return nil, err
		}
		lines, err := examineHalf(ctx, h.file, d)
		if err := errors.Join(err, d.Close()); err != nil {
			return nil, err
		}
		wrong = append(wrong, lines...)
	}
	return wrong, nil
}

const (
	halfDone = ".half-done-"      // begins the name of a folder that is being made
	copyName = "20060102T150405Z" // the moment of a copy
)

// sweepCopies deletes copies that are past their term or more than so many, and what
// a stop has left half done.
func sweepCopies(dir string, most int, now time.Time) error {
	all := filepath.Join(dir, copiesFolder)
	entries, err := os.ReadDir(all) // in the order of their names, so of their times
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("copies before migrations: %w", err)
	}
	var errs []error
	for i, e := range entries {
		made, err := time.Parse(copyName, e.Name())
		if err != nil || now.Sub(made) > copiesTerm || len(entries)-i > most {
			errs = append(errs, os.RemoveAll(filepath.Join(all, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// print prints a line for every step: of the pending and unknown ones, or of all.
func (p schemaPlan) print(out io.Writer, all bool) (err error) {
	for _, h := range bothHalves() {
		for _, s := range p.steps[h.file] {
			state := "pending"
			switch {
			case s.File == "":
				s.File, state = fmt.Sprintf("%05d", s.Version), "unknown"
			case s.Applied:
				state = "applied"
			}
			if !all && state == "applied" {
				continue
			}
			_, wrote := fmt.Fprintf(out, "%s  %-9s  %s  %s\n", h.file, s.Set, state, s.File)
			err = errors.Join(err, wrote)
		}
	}
	return err
}
