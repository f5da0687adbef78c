package main

import (
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"minyi/survey/typeset"
)

// licencesCommand prints what goes with the program wherever it goes: the licence
// of the font inside it, and the modules that it is built from.
func licencesCommand() *cobra.Command {
	return &cobra.Command{
		Use:  "licences",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return licences(cmd.OutOrStdout()) },
	}
}

func licences(to io.Writer) error {
	if _, err := fmt.Fprintf(to, "Noto Sans CJK SC\n\n%s\n", typeset.Licence()); err != nil {
		return err
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		if _, err := fmt.Fprintf(to, "https://pkg.go.dev/%s@%s?tab=licenses\n", m.Path, m.Version); err != nil {
			return err
		}
	}
	return nil
}
