package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"minyi/cmd/internal/speech"
	"minyi/cmd/load/drill"
	"minyi/cmd/load/measure"
	"minyi/web/view"
)

func TestEveryCommandAndFlagHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range view.Langs() {
		root := (&program{texts: texts, lang: lang}).root()
		speech.Fill(root, texts, lang)
		seen := 0
		var walk func(c *cobra.Command)
		walk = func(c *cobra.Command) {
			seen++
			if c.Short == "" || strings.Contains(c.Short+c.Long, "⟦") {
				t.Errorf("%s: %s has no words", lang, c.CommandPath())
			}
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if f.Usage == "" || strings.Contains(f.Usage, "⟦") {
					t.Errorf("%s: %s --%s has no words: %q", lang, c.CommandPath(), f.Name, f.Usage)
				}
			})
			for _, sub := range c.Commands() {
				walk(sub)
			}
		}
		walk(root)
		if seen < len([]string{"load", "run", "torture", "fuzz"}) {
			t.Errorf("%s: only %d commands were seen", lang, seen)
		}
	}
}

func TestEveryTargetAndDrillHasWords(t *testing.T) {
	t.Parallel()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{texts: texts, lang: view.English}
	var turns []measure.Turn
	for _, who := range []measure.Contender{
		measure.Door, measure.Page, measure.Full, measure.Bare, measure.Open, measure.None, measure.Each, measure.PocketBase,
	} {
		for _, conns := range []int{64, 512} {
			turns = append(turns, measure.Turn{Who: who, Conns: conns, Rate: 1, P99: 1, CPU: 1, Peak: 1})
		}
	}
	var out strings.Builder
	rows := measure.Judge(turns)
	if err := (&residents{program: p}).table(&out, rows); err != nil || strings.Contains(out.String(), "⟦") {
		t.Errorf("got %v\n%s", err, out.String())
	}
	const targets = 17
	if len(rows) != targets {
		t.Errorf("got %d targets, want all %d", len(rows), targets)
	}
	names := []string{"fuzz"}
	for _, t := range (&sizes{}).all() {
		names = append(names, t.name)
	}
	for _, name := range names {
		for _, verdict := range []drill.Verdict{drill.Passed, drill.Failed, drill.NotRun} {
			line := p.line(drill.Outcome{Drill: name, Verdict: verdict, Counts: map[string]string{"needs": "more"}, Wrong: []string{"what is wrong"}})
			if strings.Contains(line, "⟦") || !strings.Contains(line, "what is wrong") {
				t.Errorf("got %q", line)
			}
		}
	}
}

func TestWrongUseEndsWithStatusTwo(t *testing.T) {
	t.Parallel()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"nothing"},
		{"run", "--nothing"},
		{"run", "--connections", "0"},
		{"run", "--url", "http://127.0.0.1:1"},
		{"run", "--rounds", "0"},
		{"torture", "--only", "nothing"},
		{"torture", "--binary", "/does/not/exist"},
		{"fuzz", "--requests", "many"},
	} {
		root := (&program{texts: texts, lang: view.English}).root()
		root.SetArgs(args)
		if got := run(t.Context(), root); got != exitUsage {
			t.Errorf("%v: got status %d, want %d", args, got, exitUsage)
		}
	}
}
