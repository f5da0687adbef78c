package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"minyi/stats/analysis"
)

// exitError ends the process with a status and no further words: the command
// has said all there is to say. run in main.go maps it.
type exitError struct{ code int }

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

func estimateCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "estimate ANALYSIS.json",
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.ExactArgs(1)(cmd, args); err != nil {
				return usageError{err}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return estimateFile(args[0], out, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "")
	return cmd
}

// estimateFile runs one analysis file. What is wrong with it stands in the
// printed document; the error is the exit status, or a file that cannot be
// written.
func estimateFile(path, out string, stdout io.Writer) error {
	document := analyse(path)
	text, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("write the estimates: %w", err)
	}
	text = append(text, '\n')
	if out == "" {
		_, err = stdout.Write(text)
	} else {
		err = os.WriteFile(out, text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write the estimates: %w", err)
	}
	if document.Failed() {
		return exitError{exitNo}
	}
	return nil
}

func analyse(path string) *analysis.Document {
	in, err := os.Open(path)
	if err != nil {
		return analysis.Failure(err)
	}
	defer in.Close()
	file, err := analysis.Parse(in)
	if err != nil {
		return analysis.Failure(err)
	}
	dir := filepath.Dir(path)
	return analysis.Run(file, func(name string) (io.ReadCloser, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return os.Open(name)
	})
}
