package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"minyi/indicators/supervision"
)

// redrawCommand makes a draw of spot checks again from its document, as anyone may
// who has got it (C42): the units that it draws, one a line, or status 1 where list,
// number and result do not agree.
func redrawCommand() *cobra.Command {
	return &cobra.Command{
		Use:  "redraw FILE",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := os.Open(args[0])
			if err != nil {
				return usageError{err}
			}
			defer func() { _ = file.Close() }() // was only read
			x, err := supervision.Redraw(file)
			if err != nil {
				return err
			}
			for _, unit := range x.Drawn {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), unit); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
