package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthCommand asks a running service whether it is ready: what a container or a
// watchdog runs, where no other program is at hand.
func healthCommand() *cobra.Command {
	var url string
	var patience time.Duration
	cmd := &cobra.Command{
		Use:  "health",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), patience)
			defer cancel()
			return health(ctx, strings.TrimSuffix(url, "/"), cmd.OutOrStdout())
		},
	}
	const patient = 5 * time.Second
	cmd.Flags().StringVar(&url, "url", "http://"+defaultListen, "")
	cmd.Flags().DurationVar(&patience, "timeout", patient, "")
	return cmd
}

// health prints what the service says of itself and ends with status 1 unless it
// is ready.
func health(ctx context.Context, base string, out io.Writer) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
	if err != nil {
		return usageError{err}
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	const enough = 1 << 10
	said, err := io.ReadAll(io.LimitReader(res.Body, enough))
	if err != nil {
		return fmt.Errorf("health: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		if _, err := fmt.Fprintf(out, "%d %s\n", res.StatusCode, http.StatusText(res.StatusCode)); err != nil {
			return err
		}
		return exitError{exitNo}
	}
	_, err = out.Write(said)
	return err
}
