package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"minyi/indicators/fault"
	"minyi/survey/pack"
	"minyi/survey/scrutiny"
	"minyi/web/view"
)

// verifyCommand is what anyone checks with, on a machine of his own.
func verifyCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "verify"}
	cmd.AddCommand(verifyReceiptCommand(), verifyLogCommand(), verifyPackCommand(), verifyFullCommand())
	return cmd
}

// verifyPackCommand checks a results pack whole.
func verifyPackCommand() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:  "pack PACK.zip",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			texts, err := view.LoadTexts()
			if err != nil {
				return err
			}
			report, err := pack.Check(data)
			if err != nil {
				return inWords(cmd, err)
			}
			if key != "" && key != report.KeyID {
				report.Problems = append(report.Problems, pack.Problem{File: pack.SignatureFile, Code: "pack.key", With: []string{"key", report.KeyID, "want", key}})
			}
			return saidOf(cmd.OutOrStdout(), texts, operatorLang(cmd), report)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "")
	return cmd
}

// reproduceCommand computes the figures of a results pack anew and prints them.
func reproduceCommand() *cobra.Command {
	return &cobra.Command{
		Use:  "reproduce PACK.zip",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			report, err := pack.Check(data)
			if err != nil {
				return inWords(cmd, err)
			}
			if report.Figures != nil {
				if _, err := cmd.OutOrStdout().Write(append(report.Figures, '\n')); err != nil {
					return fmt.Errorf("print the figures: %w", err)
				}
			}
			texts, err := view.LoadTexts()
			if err != nil {
				return err
			}
			return saidOf(cmd.ErrOrStderr(), texts, operatorLang(cmd), report)
		},
	}
}

// saidOf prints what a check found, a line a problem, and ends with status 1 where
// there is any.
func saidOf(to io.Writer, texts *view.Texts, lang view.Lang, r *pack.Report) error {
	for _, p := range r.Problems {
		if _, err := fmt.Fprintf(to, "✗ %s: %s\n", p.File, texts.Refusal(lang, fault.New(fault.Invalid, p.Code, p.With...))); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	if len(r.Problems) > 0 {
		return exitError{exitNo}
	}
	for _, line := range []struct{ key, value string }{
		{"pack.said.unit", fmt.Sprintf("%d %s", r.Manifest.Round, r.Manifest.Unit)},
		{"pack.said.digest", r.Digest},
		{"pack.said.key", r.KeyID},
		{"pack.said.root", r.Root},
	} {
		if line.value == "" {
			continue
		}
		if _, err := fmt.Fprintf(to, "%s %s\n", texts.Say(lang, line.key, nil), line.value); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	_, err := fmt.Fprintln(to, texts.Say(lang, "pack.said.good", nil))
	return err
}

// verifyFullCommand compares all openings with a pack, for the examiners.
func verifyFullCommand() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:  "full PACK.zip OPENINGS",
		Args: cobra.ExactArgs(2), //nolint:mnd // the two that are named
		RunE: func(cmd *cobra.Command, args []string) error {
			texts, err := view.LoadTexts()
			if err != nil {
				return err
			}
			report, full, err := examined(args[0], args[1], key)
			if err != nil {
				return inWords(cmd, err)
			}
			report.Problems = append(report.Problems, full.Problems...)
			if err := saidOf(cmd.OutOrStdout(), texts, operatorLang(cmd), report); err != nil {
				return err
			}
			lang := operatorLang(cmd)
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %d\n%s\n\n%s", texts.Say(lang, "full.said.leaves", nil), full.Leaves, texts.Say(lang, "full.said.good", nil),
				scrutiny.Statement(report.Closing.Origin, report.Root, report.Digest))
			return err
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "")
	return cmd
}

// examined checks a pack and the openings of its log.
func examined(zip, openings, key string) (*pack.Report, *scrutiny.Full, error) {
	data, err := os.ReadFile(zip)
	if err != nil {
		return nil, nil, err
	}
	report, err := pack.Check(data)
	if err != nil {
		return nil, nil, err
	}
	if key != "" && key != report.KeyID {
		report.Problems = append(report.Problems, pack.Problem{File: pack.SignatureFile, Code: "pack.key", With: []string{"key", report.KeyID, "want", key}})
	}
	basis, err := pack.BasisOf(data)
	if err != nil {
		return nil, nil, err
	}
	in, err := os.Open(openings)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = in.Close() }() // it was only read
	full, err := scrutiny.Check(report, basis, in)
	return report, full, err
}
