package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"minyi/survey/release"
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

// code is what a release says of the program that made its figures, as the build
// recorded it.
func code() release.Code {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release.Code{}
	}
	c := release.Code{Version: info.Main.Version, Go: info.GoVersion}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			c.Revision = s.Value
		case "vcs.modified":
			c.Modified = s.Value == "true"
		}
	}
	return c
}
