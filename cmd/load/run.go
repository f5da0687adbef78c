package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"minyi/cmd/load/measure"
	"minyi/cmd/load/stage"
)

// residents is what `load run` was asked for.
type residents struct {
	*program
	measure.Options
	bare    bool   // measure a build without commitments too
	profile string // folder for profiles; empty: none
	url     string // a service that runs already; empty: one of our own
	links   string // file with that service's links
	pid     int
}

func (p *program) runCommand() *cobra.Command {
	r := &residents{program: p}
	cmd := p.shared(&cobra.Command{Use: "run"})
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return r.run(cmd) }
	f := cmd.Flags()
	f.IntSliceVar(&r.Conns, "connections", []int{64, 512}, "")
	f.IntVar(&r.Rounds, "rounds", 3, "")
	f.IntVar(&r.Submissions, "submissions", 30_000, "")
	f.IntVar(&r.Pages, "pages", 30_000, "")
	f.IntVar(&r.Comment, "comment", 50, "")
	f.IntVar(&r.Stored, "stored", 0, "")
	f.StringVar(&r.PocketBase, "pocketbase", "", "")
	f.BoolVar(&r.Plain, "plain", false, "")
	f.BoolVar(&r.bare, "bare", false, "")
	f.StringVar(&r.profile, "profile", "", "")
	f.StringVar(&r.url, "url", "", "")
	f.StringVar(&r.links, "links", "", "")
	f.IntVar(&r.pid, "pid", 0, "")
	return cmd
}

// check refuses a wrong use.
func (r *residents) check() error {
	const most = 100_000
	bad := slices.ContainsFunc(r.Conns, func(n int) bool { return n < 1 || n > most })
	switch {
	case bad || len(r.Conns) == 0:
		return usageError{errors.New("--connections: not numbers of connections")}
	case r.Rounds < 1 || r.Submissions < 10 || r.Pages < 0 || r.Comment < 0 || r.Stored < 0:
		return usageError{errors.New("--rounds, --submissions, --pages, --comment, --stored: too small")}
	case (r.url == "") != (r.links == ""):
		return usageError{errors.New("--url and --links belong together")}
	}
	return nil
}

func (r *residents) run(cmd *cobra.Command) error {
	if err := r.check(); err != nil {
		return err
	}
	r.Say = func(line string) { fmt.Fprintln(cmd.ErrOrStderr(), line) }
	r.Seed = r.seed
	if r.url != "" {
		return r.remote(cmd)
	}
	build := plain
	if r.profile != "" {
		build = stage.BuildProfiled
	}
	return r.scratch(cmd.Context(), build, func(dir, binary, self string) error {
		r.Dir, r.Binary, r.Self = dir, binary, self
		if r.profile != "" {
			return r.profiles(cmd)
		}
		if err := r.buildBare(cmd.Context()); err != nil {
			return err
		}
		turns, err := measure.Run(cmd.Context(), r.Options)
		return errors.Join(err, r.report(cmd.OutOrStdout(), turns))
	})
}

// buildBare builds the service without commitments, where it is to be measured.
func (r *residents) buildBare(ctx context.Context) (err error) {
	if !r.bare {
		return nil
	}
	folder := filepath.Join(r.Dir, "bare-build")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	r.Bare, err = stage.BuildBare(ctx, folder)
	return err
}

// remote loads a service that runs already.
func (r *residents) remote(cmd *cobra.Command) error {
	base, err := url.Parse(r.url)
	if err != nil || base.Host == "" || base.Scheme != "http" {
		return usageError{fmt.Errorf("--url %s: not an http address", r.url)}
	}
	raw, err := os.ReadFile(r.links)
	if err != nil {
		return usageError{err}
	}
	// The agency's own list, or any file with a link a line.
	var paths []string
	for _, m := range regexp.MustCompile(`(?m)^.*?(/[qQ]/[0-9A-Za-z]+)`).FindAllSubmatch(raw, -1) {
		paths = append(paths, string(m[1]))
	}
	turns, err := measure.Remote(cmd.Context(), r.Options, base.Host, r.pid, paths)
	return errors.Join(err, r.report(cmd.OutOrStdout(), turns))
}

// result is what --json prints.
type result struct {
	Turns []measure.Turn `json:"turns"`
	Rows  []measure.Row  `json:"rows"`
}

// report prints the targets and how they stand; a figure under its floor is a
// no.
func (r *residents) report(out io.Writer, turns []measure.Turn) error {
	rows := measure.Judge(turns)
	if r.json {
		if err := printJSON(out, result{turns, rows}); err != nil {
			return err
		}
	} else if err := r.table(out, rows); err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(row measure.Row) bool { return row.Verdict == measure.Under }) {
		return errNo
	}
	return nil
}

func (r *residents) table(out io.Writer, rows []measure.Row) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.say("load.row", nil), r.say("load.got", nil),
		r.say("load.goal", nil), r.say("load.floor", nil), r.say("load.verdict", nil))
	for _, row := range rows {
		sign := "≥"
		if row.Most {
			sign = "≤"
		}
		fmt.Fprintf(w, "%s\t%s\t%s %s\t%s %s\t%s\n", r.say("load.row."+row.Key, nil), figure(row.Got), sign, figure(row.Goal),
			sign, figure(row.Floor), r.say("load.verdict."+string(row.Verdict), nil))
	}
	return w.Flush()
}

// figure writes a number with three significant digits or so.
func figure(v float64) string {
	const large, middle = 100, 10
	switch {
	case v >= large:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= middle:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// profiles writes CPU profiles of the door and prints where the time goes.
func (r *residents) profiles(cmd *cobra.Command) error {
	folder, err := filepath.Abs(r.profile)
	if err != nil {
		return usageError{err}
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return usageError{err}
	}
	files, err := measure.Profile(cmd.Context(), r.Options, folder)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := r.top(cmd.Context(), cmd.OutOrStdout(), f); err != nil {
			return err
		}
	}
	return nil
}

func (r *residents) top(ctx context.Context, out io.Writer, file string) error {
	const lines = 60
	top, err := measure.Top(ctx, file, lines)
	if err == nil {
		_, err = fmt.Fprintf(out, "%s\n%s\n\n", filepath.Base(file), top)
	}
	return err
}
