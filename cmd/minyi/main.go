// Command minyi is the whole product in one binary: the service, the demo, and
// the commands for operators and for anyone who wants to check or analyse.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/speech"
	"minyi/web/view"
)

// The exit statuses besides 0.
const (
	exitNo    = 1 // the answer is no, or the data are bad
	exitUsage = 2 // wrong use
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	texts, err := view.LoadTexts()
	if err != nil {
		panic(err) // the language files are embedded
	}
	root := rootCommand()
	speech.Fill(root, texts, speech.Lang(speech.Chosen(os.Args[1:])))
	os.Exit(run(ctx, root))
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "minyi",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.PersistentFlags().String("lang", "", "")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(serveCommand(), accountCommand(), estimateCommand(), qualityCommand(), versionCommand(), licencesCommand(), demoCommand(), doctorCommand(), redrawCommand(), backupCommand(), restoreCommand(), configCommand(), healthCommand(), migrateCommand(), keysCommand(), bomCommand(), verifyCommand(), witnessCommand(), reproduceCommand(), copyCommand())
	strict(root)
	return root
}

// usageError is a wrong use of a command.
type usageError struct{ error }

// Unwrap is what was wrong.
func (u usageError) Unwrap() error { return u.error }

// run executes the command and returns the exit status.
func run(ctx context.Context, root *cobra.Command) int {
	err := root.ExecuteContext(ctx)
	var code exitError
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return code.code
	case errors.As(err, &usage), ctx.Err() == nil && isUnknown(err):
		fmt.Fprintln(root.ErrOrStderr(), "minyi:", toOperator(err))
		return exitUsage
	}
	fmt.Fprintln(root.ErrOrStderr(), "minyi:", toOperator(err))
	return exitNo
}
