package main

import (
	"github.com/spf13/cobra"

	"minyi/cmd/load/baseline"
	"minyi/cmd/load/disk"
)

// baselineCommand is a process that the product is measured against.
func (p *program) baselineCommand() *cobra.Command {
	var c baseline.Config
	cmd := &cobra.Command{
		Use: "baseline", Hidden: true, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return baseline.Serve(cmd.Context(), c) },
	}
	cmd.Flags().StringVar(&c.Listen, "listen", "", "")
	cmd.Flags().StringVar(&c.Page, "page", "", "")
	cmd.Flags().StringVar(&c.Store, "store", "", "")
	return cmd
}

// watchCommand becomes a server whose disk can be made to fail.
func (p *program) watchCommand() *cobra.Command {
	return &cobra.Command{
		Use: disk.Word, Hidden: true, Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return disk.Become(args) },
	}
}
