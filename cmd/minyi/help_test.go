package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"minyi/cmd/internal/speech"
	"minyi/web/view"
)

func TestEveryCommandAndFlagHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range view.Langs() {
		root := rootCommand()
		speech.Fill(root, texts, lang)
		commands := 0
		var walk func(c *cobra.Command)
		walk = func(c *cobra.Command) {
			commands++
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
		if commands < len([]string{"minyi", "serve", "demo", "account", "estimate", "doctor"}) {
			t.Errorf("%s: only %d commands were seen", lang, commands)
		}
	}
}

func TestHelpSpeaksTheChosenLanguage(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"serve", "--help"}, "正式运行"},
		{[]string{"serve", "--help", "--lang", "en"}, "Run the real service"},
		{[]string{"serve", "--lang=en", "--help"}, "Run the real service"},
	} {
		root := rootCommand()
		speech.Fill(root, texts, speech.Lang(speech.Chosen(c.args)))
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetArgs(c.args)
		if status := run(t.Context(), root); status != 0 || !strings.Contains(out.String(), c.want) {
			t.Errorf("%v: got %d\n%s", c.args, status, out.String())
		}
	}
}
