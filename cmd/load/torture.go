package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"minyi/cmd/load/disk"
	"minyi/cmd/load/drill"
	"minyi/indicators/fault"
)

// trial is a drill with its name.
type trial struct {
	name string
	do   func(context.Context, drill.Options, *drill.Outcome) error
}

// sizes are how much a drill does.
type sizes struct {
	short               bool
	kills, trials, slow int
	requests            int
}

// The full and the short form, which CI runs.
const (
	fullKills, shortKills       = 100, 20
	fullTrials, shortTrials     = 1000, 100
	slowConnections             = 10_000
	fullRequests, shortRequests = 1_000_000, 20_000
)

// short takes the short form for what was not given.
func (s *sizes) fill(cmd *cobra.Command) {
	for name, f := range map[string]struct {
		to    *int
		short int
	}{
		"kills": {&s.kills, shortKills}, "trials": {&s.trials, shortTrials}, "requests": {&s.requests, shortRequests},
	} {
		if flag := cmd.Flags().Lookup(name); flag != nil && s.short && !flag.Changed {
			*f.to = f.short
		}
	}
}

func (p *program) tortureCommand() *cobra.Command {
	var s sizes
	var only []string
	cmd := p.shared(&cobra.Command{Use: "torture"})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s.fill(cmd)
		all, err := chosen(only, []trial{
			{"kill", drill.Kill(s.kills)},
			{"full", drill.Disk(disk.Full)},
			{"readonly", drill.Disk(disk.ReadOnly)},
			{"fsync", drill.Disk(disk.Unsynced)},
			{"network", drill.Network(s.trials)},
			{"slow", drill.Slow(s.slow, !s.short)},
		})
		if err != nil {
			return usageError{err}
		}
		return p.drills(cmd, all)
	}
	f := cmd.Flags()
	f.BoolVar(&s.short, "short", false, "")
	f.StringSliceVar(&only, "only", nil, "")
	f.IntVar(&s.kills, "kills", fullKills, "")
	f.IntVar(&s.trials, "trials", fullTrials, "")
	f.IntVar(&s.slow, "slow", slowConnections, "")
	return cmd
}

func (p *program) fuzzCommand() *cobra.Command {
	var s sizes
	cmd := p.shared(&cobra.Command{Use: "fuzz"})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s.fill(cmd)
		return p.drills(cmd, []trial{{"fuzz", drill.Fuzz(s.requests)}})
	}
	cmd.Flags().BoolVar(&s.short, "short", false, "")
	cmd.Flags().IntVar(&s.requests, "requests", fullRequests, "")
	return cmd
}

// errNoDrill is a name that no drill has.
var errNoDrill = errors.New("no such drill")

// chosen are the drills with these names, all of them when none is given.
func chosen(names []string, all []trial) ([]trial, error) {
	if len(names) == 0 {
		return all, nil
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
	lines := []string{fmt.Sprintf("%s  %-8s  %s", p.say("load.verdict."+string(o.Verdict), nil), o.Drill, p.say(key, params))}
	for _, w := range o.Wrong {
		lines = append(lines, "    "+w)
	}
	return strings.Join(lines, "\n")
}
