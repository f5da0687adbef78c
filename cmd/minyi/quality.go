package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"minyi/indicators/fault"
	"minyi/survey/quality"
	"minyi/web/view"
)

// qualityFlags are the flags of one run.
type qualityFlags struct {
	out, units string
	reversed   []string
	attention  int
	rules      bool
}

func qualityCommand() *cobra.Command {
	var f qualityFlags
	cmd := &cobra.Command{
		Use:  "quality RESPONSES.csv --out FLAGS.csv",
		Args: func(cmd *cobra.Command, args []string) error { return f.check(cmd, args) },
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	cmd.Flags().StringVar(&f.out, "out", "", "")
	cmd.Flags().StringVar(&f.units, "units", "", "")
	cmd.Flags().StringSliceVar(&f.reversed, "reversed", nil, "")
	cmd.Flags().IntVar(&f.attention, "attention", 0, "")
	cmd.Flags().BoolVar(&f.rules, "rules", false, "")
	return cmd
}

// check is about the use of the command.
func (f *qualityFlags) check(cmd *cobra.Command, args []string) error {
	if f.rules {
		return nil
	}
	if err := cobra.ExactArgs(1)(cmd, args); err != nil {
		return usageError{err}
	}
	if f.out == "" {
		return usageError{errors.New(`required flag "out" not set`)}
	}
	const most = 99
	if f.attention < 0 || f.attention > most {
		return usageError{fmt.Errorf("invalid argument %d for --attention: 0 to %d", f.attention, most)}
	}
	return nil
}

func (f *qualityFlags) run(cmd *cobra.Command, args []string) error {
	texts, err := view.LoadTexts()
	if err != nil {
		return err
	}
	if f.rules {
		printRules(cmd.OutOrStdout(), texts, operatorLang(cmd))
		return nil
	}
	options := quality.Options{NameReverse: cmd.Flags().Changed("reversed"), Right: quality.NoAnswer}
	for _, name := range f.reversed {
		options.Reversed = append(options.Reversed, strings.ToLower(strings.TrimSpace(name)))
	}
	if cmd.Flags().Changed("attention") {
		options.Right = int8(f.attention)
	}
	report, err := reviewFile(args[0], f, options)
	if err != nil {
		return inWords(cmd, err)
	}
	printSummary(cmd.OutOrStdout(), texts, operatorLang(cmd), report)
	return nil
}

// reviewFile reviews the responses of one file and writes the results.
func reviewFile(path string, f *qualityFlags, options quality.Options) (*quality.Report, error) {
	if err := distinct(path, f.out, f.units); err != nil {
		return nil, err
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	survey, err := quality.Read(in, options)
	if err != nil {
		return nil, err
	}
	report, err := quality.Review(survey)
	if err != nil {
		return nil, err
	}
	if err := writeTo(f.out, report.WriteFlags); err != nil {
		return nil, err
	}
	if f.units != "" {
		err = writeTo(f.units, report.WriteUnits)
	}
	return report, err
}

// distinct refuses an output that would overwrite the input or another output.
func distinct(paths ...string) error {
	seen := map[string]bool{}
	for _, path := range paths {
		if path == "" {
			continue
		}
		full, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		if real, err := filepath.EvalSymlinks(full); err == nil {
			full = real
		}
		if seen[full] {
			return fault.New(fault.Invalid, "quality.same_file", "path", path)
		}
		seen[full] = true
	}
	return nil
}

// writeTo writes a file as a whole.
func writeTo(path string, write func(io.Writer) error) error {
	const ownerOnly = 0o600
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, ownerOnly)
	if err != nil {
		return err
	}
	if err := write(out); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}

// printSummary says how many responses are flagged, and what each rule marks.
func printSummary(w io.Writer, texts *view.Texts, lang view.Lang, report *quality.Report) {
	flagged := 0
	for _, f := range report.Findings {
		if f.Flag {
			flagged++
		}
	}
	reversed, right := strings.Join(report.Reversed, ", "), texts.Say(lang, "quality.none", nil)
	if reversed == "" {
		reversed = right
	}
	if report.Right != quality.NoAnswer {
		right = strconv.Itoa(int(report.Right))
	}
	fmt.Fprintln(w, texts.Say(lang, "quality.summary", fault.Params{
		"responses": strconv.Itoa(len(report.Findings)), "flagged": strconv.Itoa(flagged), "reversed": reversed, "right": right,
	}))
	fmt.Fprintln(w, texts.Say(lang, "quality.rules", nil))
	for _, rule := range quality.Rules() {
		if rule.Cap > 0 {
			fmt.Fprintf(w, "%8d  %-16s %s\n", report.Fired[rule.Code], rule.Code, texts.Say(lang, "quality.rule."+string(rule.Code), nil))
		}
	}
}

// printRules prints the table of rules.
func printRules(w io.Writer, texts *view.Texts, lang view.Lang) {
	fmt.Fprintln(w, texts.Say(lang, "quality.rules_long", nil))
	for _, rule := range quality.Rules() {
		key := "quality.rule." + string(rule.Code)
		fmt.Fprintf(w, "\n%s  %s\n", rule.Code, texts.Say(lang, key, nil))
		for _, part := range []string{"formula", "source"} {
			fmt.Fprintf(w, "    %s: %s\n", texts.Say(lang, "quality."+part, nil), texts.Say(lang, key+"."+part, nil))
		}
	}
}
