package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"minyi/indicators/db"
	surveystore "minyi/survey/store"
)

// Holdings are what the database of a stopped server holds.
type Holdings struct {
	Stored int             // answers
	Spent  map[uint16]int  // one-time links that were used, by survey
	Wrong  []string        // what the database's own check says, trail included
	spent  func(Link) bool // whether one link was used
}

// Has reports whether the link is spent.
func (h *Holdings) Has(l Link) bool { return h.spent(l) }

// SpentLinks counts the spent links of all surveys.
func (h *Holdings) SpentLinks() int {
	n := 0
	for _, one := range h.Spent {
		n += one
	}
	return n
}

// Examine reads what a data folder holds. No server may run on it.
func (f *Folder) Examine(ctx context.Context, dir string) (h *Holdings, err error) {
	half, err := db.Open(ctx, db.Survey, filepath.Join(dir, surveyFile), surveystore.Migrations())
	if err != nil {
		return nil, fmt.Errorf("examine: %w", err)
	}
	defer func() { err = errors.Join(err, half.Close()) }()
	h = &Holdings{Spent: map[uint16]int{}}
	if h.Wrong, err = half.Check(ctx); err != nil {
		return nil, fmt.Errorf("examine: %w", err)
	}
	if err := half.CheckTrail(ctx); err != nil {
		h.Wrong = append(h.Wrong, err.Error())
	}
	intake, err := surveystore.StartIntake(ctx, half)
	if err != nil {
		return nil, fmt.Errorf("examine: %w", err)
	}
	defer func() { err = errors.Join(err, intake.Close()) }()
	used := map[Link]bool{}
	for _, sv := range f.Surveys {
		for _, outcomes := range intake.Tally(sv.Number) {
			for _, n := range outcomes {
				h.Stored += n
			}
		}
		for _, b := range sv.Batches {
			for serial := b.First; serial <= b.Last(); serial++ {
				if intake.Spent(sv.Number, serial) {
					used[Link{Survey: sv.Number, Serial: serial}] = true
					h.Spent[sv.Number]++
				}
			}
		}
	}
	h.spent = func(l Link) bool { return used[Link{Survey: l.Survey, Serial: l.Serial}] }
	return h, nil
}

// Snapshot copies the survey half of a folder whose server was killed, with its log
// and the mark of what was on the disk, so that it can be examined while the server
// starts on the original.
func (f *Folder) Snapshot(to string) error {
	for _, name := range []string{surveyFile, surveyFile + "-wal", surveyFile + "-stand"} {
		if err := duplicate(filepath.Join(f.Dir, name), filepath.Join(to, name)); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
	}
	return nil
}

func duplicate(from, to string) error {
	in, err := os.Open(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Doctor runs `minyi doctor` on the folder of a stopped server and returns what
// it says when anything is wrong.
func Doctor(ctx context.Context, binary, dir string) error {
	if said, err := exec.CommandContext(ctx, binary, "doctor", "--data", dir).CombinedOutput(); err != nil { //nolint:gosec // the program under load
		return fmt.Errorf("doctor: %w: %s", err, said)
	}
	return nil
}
