// Command load is many residents, and much bad luck, over HTTP: it measures the
// door of the real service against baselines of its own in the same run, and
// holds the fault drills (kills, failing disks, cut networks, slow connections,
// malformed requests) that anyone can repeat. It is never part of the service.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/speech"
	"minyi/cmd/load/stage"
	"minyi/indicators/fault"
	"minyi/web/view"
)

// The exit statuses besides 0.
const (
	exitNo    = 1 // a target is missed, a drill has failed or could not run
	exitUsage = 2 // wrong use
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	texts, err := view.LoadTexts()
	if err != nil {
		panic(err) // the language files are embedded
	}
	p := &program{texts: texts, lang: speech.Lang(speech.Chosen(os.Args[1:]))}
	root := p.root()
	speech.Fill(root, texts, p.lang)
	os.Exit(run(ctx, root))
}

// program is what all commands share.
type program struct {
	texts *view.Texts
	lang  view.Lang

	binary string // the minyi binary; empty: built here
	dir    string // where the scratch folder is made
	seed   uint64
	json   bool
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{Use: "load", SilenceErrors: true, SilenceUsage: true}
	root.PersistentFlags().String("lang", "", "")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(p.runCommand(), p.tortureCommand(), p.fuzzCommand(), p.baselineCommand(), p.watchCommand())
	return root
}

// shared declares the flags that every visible command has.
func (p *program) shared(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.NoArgs
	cmd.Flags().StringVar(&p.binary, "binary", "", "")
	cmd.Flags().StringVar(&p.dir, "dir", "", "")
	cmd.Flags().Uint64Var(&p.seed, "seed", 1, "")
	cmd.Flags().BoolVar(&p.json, "json", false, "")
	return cmd
}

// usageError is a wrong use of a command.
type usageError struct{ error }

// errNo ends a command whose answer is no: it has said so already.
var errNo = errors.New("no")

// run executes the command and returns the exit status.
func run(ctx context.Context, root *cobra.Command) int {
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errNo):
		return exitNo
	case errors.As(err, &usage), strings.HasPrefix(err.Error(), "unknown command"):
		fmt.Fprintln(os.Stderr, "load:", err)
		return exitUsage
	}
	fmt.Fprintln(os.Stderr, "load:", err)
	return exitNo
}

// scratch makes a folder, builds the service into it unless a binary is named,
// and calls do; the folder is gone afterwards.
func (p *program) scratch(ctx context.Context, build func(context.Context, string) (string, error), do func(dir, binary, self string) error) (err error) {
	if p.dir != "" {
		if err := os.MkdirAll(p.dir, 0o700); err != nil {
			return usageError{err}
		}
	}
	dir, err := os.MkdirTemp(p.dir, "load-")
	if err != nil {
		return usageError{err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	binary := p.binary
	if binary == "" {
		if binary, err = build(ctx, dir); err != nil {
			return err
		}
	} else if _, err := os.Stat(binary); err != nil {
		return usageError{err}
	}
	return do(dir, binary, self)
}

// plain builds the service as it is.
func plain(ctx context.Context, dir string) (string, error) {
	return stage.Build(ctx, "minyi/cmd/minyi", dir)
}

// say is a sentence in the operator's language.
func (p *program) say(key string, params fault.Params) string {
	return p.texts.Say(p.lang, key, params)
}

// printJSON writes a result as one JSON document.
func printJSON(w io.Writer, result any) error {
	raw, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return fmt.Errorf("result: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", raw)
	return err
}
