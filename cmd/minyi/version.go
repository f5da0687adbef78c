package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:  "version",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), software())
			return err
		},
	}
}

// software names this program as releases and the version command do.
func software() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "minyi"
	}
	return fmt.Sprintf("minyi %s %s", info.Main.Version, info.GoVersion)
}
