package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
)

func doctorCommand() *cobra.Command {
	var data, reason string
	cmd := &cobra.Command{
		Use:  "doctor",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := filepath.Abs(data)
			if err != nil {
				return fmt.Errorf("data folder: %w", err)
			}
			if reason != "" {
				err = errors.Join(isDataFolder(dir), acceptLoss(cmd.Context(), dir, reason, time.Now()))
			}
			if err != nil {
				return inWords(cmd, err)
			}
			return inWords(cmd, doctor(cmd.Context(), dir, cmd.OutOrStdout(), cmd.ErrOrStderr()))
		},
	}
	cmd.Flags().StringVar(&data, "data", defaultData, "")
	cmd.Flags().StringVar(&reason, "accept-loss", "", "")
	return cmd
}

// doctor prints a line for everything that is wrong, and ends with status 1
// when there is any. How far it has come with many files goes to progress.
func doctor(ctx context.Context, dir string, out, progress io.Writer) (err error) {
	if err := isDataFolder(dir); err != nil {
		return err
	}
	if err := inOrder(ctx, dir); err != nil {
		return err
	}
	h := &house{setup: setup{dir: dir, now: time.Now}}
	defer func() { err = errors.Join(err, h.Close()) }()
	if h.programme, err = store.Open(ctx, filepath.Join(dir, programmeFile)); err != nil {
		return err
	}
	if h.survey, err = db.Open(ctx, db.Survey, filepath.Join(dir, surveyFile), surveystore.Migrations()); err != nil {
		return err
	}
	if h.key, err = openKey(dir); err != nil {
		return err
	}
	if err := errors.Join(h.openKeys(), h.openProgramme(), h.openAfter()); err != nil {
		return err
	}
	if err := h.openLogs(); err != nil {
		return err
	}
	if err := h.openEvents(); err != nil {
		return err
	}
	wrong, err := h.examine(ctx, progress)
	if err != nil {
		return err
	}
	return list(out, wrong)
}

// isDataFolder says whether the files are there that every data folder has.
func isDataFolder(dir string) error {
	for _, name := range []string{programmeFile, surveyFile, keyFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("%w: %w", fault.New(fault.NotFound, "folder.none", "dir", dir), err)
		}
	}
	return nil
}

// half is a database with its trail.
type half interface {
	Check(ctx context.Context) ([]string, error)
	CheckTrail(ctx context.Context) error
}

// examine returns a line for everything that is wrong.
func (h *house) examine(ctx context.Context, progress io.Writer) (wrong []string, err error) {
	for name, half := range map[string]half{programmeFile: h.programme, surveyFile: h.survey} {
		lines, err := examineHalf(ctx, name, half)
		if err != nil {
			return nil, err
		}
		wrong = append(wrong, lines...)
	}
	decided, err := h.examineDecisions(ctx)
	if err != nil {
		return nil, err
	}
	logs, err := h.examineLogs(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := h.examineKeys(ctx)
	if err != nil {
		return nil, err
	}
	exhibits, err := h.examineExhibits(ctx, progress)
	return slices.Concat(wrong, decided, logs, keys, exhibits), err
}

// examineDecisions checks the digests that decisions rest on: of rankings and of what
// was known when something was decided, of yearly reports that were handed in, and of
// the papers that were issued.
func (h *house) examineDecisions(ctx context.Context) (wrong []string, err error) {
	rounds, err := h.roster.Rounds(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		acts, err := h.naming.Altered(ctx, r.Year)
		if err != nil {
			return nil, err
		}
		sheets, err := h.evaluation.Altered(ctx, r.Year)
		if err != nil {
			return nil, err
		}
		wrong = slices.Concat(wrong, acts, sheets)
	}
	papers, err := register.NewService(register.Config{Store: h.programme}).Altered(ctx)
	if err != nil {
		return nil, err
	}
	reports, err := h.supervision.Altered(ctx)
	return slices.Concat(wrong, papers, reports), err
}

// examineHalf looks over one database and its trail.
func examineHalf(ctx context.Context, name string, half half) (wrong []string, err error) {
	lines, err := half.Check(ctx)
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		wrong = append(wrong, name+": "+line)
	}
	var broken *audit.Break
	if err := half.CheckTrail(ctx); errors.As(err, &broken) {
		wrong = append(wrong, fmt.Sprintf("%s: trail: entry %d was %s", name, broken.Seq, broken.What))
	} else if err != nil {
		return nil, err
	}
	return wrong, nil
}

// examineExhibits checks the seals of all rounds, and every file that a dossier
// or a contract with an institution rests on.
func (h *house) examineExhibits(ctx context.Context, progress io.Writer) (wrong []string, err error) {
	rounds, err := h.roster.Rounds(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		seals, err := h.application.CheckSeals(ctx, r.Year)
		if err != nil {
			return nil, err
		}
		for _, p := range seals {
			wrong = append(wrong, fmt.Sprintf("dossier %s: %s %s is missing or altered", p.Dossier.ID(), p.What, p.Digest))
		}
	}
	list, err := h.digests(ctx, rounds)
	if err != nil {
		return nil, err
	}
	files, err := examineFiles(ctx, h.application.Evidence.CheckOne, evidenceFolder, slices.Compact(list), progress)
	if err != nil {
		return nil, err
	}
	wrong = append(wrong, files...)
	if list, err = h.naming.Digests(ctx); err != nil {
		return nil, err
	}
	files, err = examineFiles(ctx, h.objections.CheckOne, objectionFolder, slices.Compact(list), progress)
	return append(wrong, files...), err
}

// digests are those of every file in the folder of evidence that something rests on,
// in order.
func (h *house) digests(ctx context.Context, rounds []roster.Round) ([]evidence.Digest, error) {
	list, err := h.application.Digests(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		scans, err := h.evaluation.ScanDigests(ctx, r.Year)
		if err != nil {
			return nil, err
		}
		photographs, err := h.verification.Digests(ctx, r.Year)
		if err != nil {
			return nil, err
		}
		list = slices.Concat(list, scans, photographs)
	}
	practices, err := h.after.practices.Digests(ctx)
	if err != nil {
		return nil, err
	}
	applications, err := h.after.recommendation.Digests(ctx)
	if err != nil {
		return nil, err
	}
	supervised, err := h.supervision.Digests(ctx)
	if err != nil {
		return nil, err
	}
	list = slices.Concat(list, practices, applications, supervised)
	slices.Sort(list)
	return list, nil
}

// examineFiles reads every file of a folder, one after the other.
func examineFiles(ctx context.Context, check func(context.Context, evidence.Digest) (string, error), folder string,
	list []evidence.Digest, progress io.Writer,
) (wrong []string, err error) {
	const told = 100 // files between two lines
	for n, digest := range list {
		what, err := check(ctx, digest)
		if err != nil {
			return nil, err
		}
		if what != "" {
			wrong = append(wrong, fmt.Sprintf("%s %s: %s", folder, digest, what))
		}
		if done := n + 1; done%told == 0 || done == len(list) && done > told {
			if _, err := fmt.Fprintf(progress, "%s: %d / %d\n", folder, done, len(list)); err != nil {
				return nil, err
			}
		}
	}
	return wrong, nil
}
