package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"minyi/cmd/load/disk"
	"minyi/cmd/load/drill"
	"minyi/indicators/fault"
)

// trial is a drill with its number in the checklist of the service, and its name.
type trial struct {
	id, name string
	do       func(context.Context, drill.Options, *drill.Outcome) error
}

// sizes are how much a drill does; 0 means what its form has.
type sizes struct {
	short               bool
	kills, trials, slow int
	requests            int
	soak                time.Duration
}

// form is how much the drills do: in full, and in the short form that CI runs.
type form struct {
	kills, trials, slow, requests  int
	cuts, copies, forms, stops     int
	backups, backupKills, upgrades int
	every                          time.Duration // between two backups
	edits, sheets                  int
	longer                         time.Duration // a write on a slow disk
}

func (s *sizes) form() form {
	f := form{
		kills: 100, trials: 1000, slow: 10_000, requests: 1_000_000, cuts: 20, copies: 50, forms: 100, stops: 20,
		backups: 12, backupKills: 20, upgrades: 40, every: 10 * time.Second, edits: 1000, longer: 200 * time.Millisecond, sheets: 40,
	}
	if s.short {
		f = form{
			kills: 20, trials: 50, slow: 2000, requests: 20_000, cuts: 2, copies: 4, forms: 6, stops: 2,
			backups: 1, backupKills: 1, upgrades: 2, edits: 30, longer: 30 * time.Millisecond, sheets: 2,
		}
	}
	for to, given := range map[*int]int{&f.kills: s.kills, &f.trials: s.trials, &f.slow: s.slow, &f.requests: s.requests} {
		if given > 0 {
			*to = given
		}
	}
	return f
}

// all are all drills, in the order of the checklist.
func (s *sizes) all() []trial {
	f := s.form()
	return []trial{
		{"F01", "kill", drill.Kill(f.kills)},
		{"F01", "marks", drill.Marks(f.sheets)},
		{"F02", "power", drill.Power(f.cuts)},
		{"F03", "copies", drill.Copies(f.copies)},
		{"F04", "full", drill.Disk(disk.Full)},
		{"F05", "fsync", drill.Disk(disk.Unsynced)},
		{"F06", "readonly", drill.Disk(disk.ReadOnly)},
		{"F06", "limit", drill.Limited},
		{"F06", "unread", drill.Disk(disk.Unread)},
		{"F06", "slowdisk", drill.SlowDisk(f.longer)},
		{"F07", "descriptors", drill.Descriptors},
		{"F08", "slow", drill.Slow(f.slow, !s.short)},
		{"F09", "network", drill.Network(f.trials)},
		{"F09", "line", drill.Line(f.trials / 5)},
		{"F10", "twice", drill.Twice(f.forms)},
		{"F11", "beside", drill.Beside},
		{"F12", "backup", drill.Backup(f.backups, f.backupKills, f.every)},
		{"F12", "migration", drill.Migration(f.upgrades)},
		{"F15", "bytes", drill.Bytes(f.edits)},
		{"F16", "soak", drill.Soak(s.soak)},
		{"S30", "exports", drill.Exports(f.forms * 15)},
		{"-", "mail", drill.Mail(s.short)},
		{"-", "stop", drill.Stop(f.stops)},
	}
}

// apart are the drills that the short form leaves out unless they are named: they need
// root and loop devices, or minutes in which little is done, which a check spends
// beside other work.
func apart() []string { return []string{"marks", "power", "copies", "soak", "mail", "exports", "line"} }

func (p *program) tortureCommand() *cobra.Command {
	var s sizes
	var only []string
	cmd := p.shared(&cobra.Command{Use: "torture"})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		all, err := chosen(only, &s)
		if err != nil {
			return usageError{err}
		}
		return p.drills(cmd, all)
	}
	f := cmd.Flags()
	f.BoolVar(&s.short, "short", false, "")
	f.StringSliceVar(&only, "only", nil, "")
	f.IntVar(&s.kills, "kills", 0, "")
	f.IntVar(&s.trials, "trials", 0, "")
	f.IntVar(&s.slow, "slow", 0, "")
	f.DurationVar(&s.soak, "for", 3*time.Minute, "")
	return cmd
}

func (p *program) fuzzCommand() *cobra.Command {
	var s sizes
	cmd := p.shared(&cobra.Command{Use: "fuzz"})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.drills(cmd, []trial{{"S19", "fuzz", drill.Fuzz(s.form().requests)}})
	}
	cmd.Flags().BoolVar(&s.short, "short", false, "")
	cmd.Flags().IntVar(&s.requests, "requests", 0, "")
	return cmd
}

// errNoDrill is a name that no drill has.
var errNoDrill = errors.New("no such drill")

// chosen are the drills with these names, those of the form when none is given.
func chosen(names []string, s *sizes) ([]trial, error) {
	all := s.all()
	if len(names) == 0 {
		return slices.DeleteFunc(all, func(t trial) bool { return s.short && slices.Contains(apart(), t.name) }), nil
	}
	var out []trial
	for _, name := range names {
		i := slices.IndexFunc(all, func(t trial) bool { return t.name == name })
		if i < 0 {
			return nil, fmt.Errorf("--only %s: %w", name, errNoDrill)
		}
		out = append(out, all[i])
	}
	return out, nil
}

// drills runs drills one after the other and prints a line for each.
func (p *program) drills(cmd *cobra.Command, all []trial) error {
	var outcomes []drill.Outcome
	err := p.scratch(cmd.Context(), plain, func(dir, binary, self string) error {
		o := drill.Options{Dir: dir, Binary: binary, Self: self, Seed: p.seed}
		for _, t := range all {
			out := drill.Run(cmd.Context(), o, t.name, t.do)
			out.ID = t.id
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			outcomes = append(outcomes, out)
			if !p.json {
				fmt.Fprintln(cmd.OutOrStdout(), p.line(out))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if p.json {
		if err := printJSON(cmd.OutOrStdout(), outcomes); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(outcomes, func(o drill.Outcome) bool { return o.Verdict != drill.Passed }) {
		return errNo
	}
	return nil
}

// line is what a drill came to, in words, with what is wrong below it.
func (p *program) line(o drill.Outcome) string {
	params := fault.Params{"seconds": fmt.Sprintf("%.1f", o.Took)}
	for name, value := range o.Counts {
		params[name] = value
	}
	key := "load.drill." + o.Drill
	switch {
	case o.Verdict == drill.NotRun:
		key = "load.notrun"
	case len(o.Counts) == 0:
		key = "load.stopped" // before there was anything to count
	}
	lines := []string{fmt.Sprintf("%s  %-3s  %-11s  %s", p.say("load.verdict."+string(o.Verdict), nil), o.ID, o.Drill, p.say(key, params))}
	for _, w := range o.Wrong {
		lines = append(lines, "    "+w)
	}
	return strings.Join(lines, "\n")
}
