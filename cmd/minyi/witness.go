package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/publiclog"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// witnessing is one turn of a witness.
type witnessing struct {
	base, key, name, state, keys string
	out, mirror                  string
	logs                         []string
	post                         bool
}

// witnessCommand watches public logs for somebody who does not run them.
func witnessCommand() *cobra.Command {
	var o witnessing
	cmd := &cobra.Command{
		Use:  "witness",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.base == "" || o.key == "" && o.mirror == "" {
				return usageError{errors.New("--url, --key | --mirror")}
			}
			w, err := wordsOf(cmd)
			if err != nil {
				return err
			}
			return inWords(cmd, o.run(cmd.Context(), w))
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.base, "url", "", "")
	f.StringSliceVar(&o.logs, "log", nil, "")
	f.StringVar(&o.key, "key", "", "")
	f.StringVar(&o.name, "name", "", "")
	f.StringVar(&o.state, "state", "witness.json", "")
	f.StringVar(&o.keys, "keys", "", "")
	f.StringVar(&o.out, "out", "", "")
	f.StringVar(&o.mirror, "mirror", "", "")
	f.BoolVar(&o.post, "post", false, "")
	return cmd
}

func (o *witnessing) run(ctx context.Context, w *words) (err error) {
	if len(o.logs) == 0 {
		if o.logs, err = publiclog.Names(ctx, o.base); err != nil {
			return err
		}
	}
	if o.mirror != "" {
		return o.copy(ctx, w)
	}
	signer, line, err := publiclog.LoadSigner(o.key, o.name, time.Now)
	if err != nil {
		return err
	}
	if err := w.say("witness.key", "line", line); err != nil {
		return err
	}
	state, err := publiclog.LoadState(o.state)
	if err != nil {
		return err
	}
	failed := false
	for _, name := range o.logs {
		if err := o.one(ctx, w, state, name, signer); err != nil {
			failed = true
			if err := w.say("witness.refused", "log", name, "why", w.why(err)); err != nil {
				return err
			}
		}
	}
	if failed {
		return exitError{exitNo}
	}
	return nil
}

// one looks at one log. What was seen is on the disk before anybody gets a signature.
func (o *witnessing) one(ctx context.Context, w *words, state publiclog.State, name string, signer ledger.Signer) error {
	keys, err := o.pinned()
	if err != nil {
		return err
	}
	from := publiclog.SiteOf(o.base, name)
	at := string(from)
	signed, next, err := publiclog.Witness(ctx, from, keys, state[at], signer)
	if err != nil {
		return err
	}
	before := state[at].Size
	state[at] = next
	if err := state.Save(o.state); err != nil {
		return err
	}
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o700); err != nil {
			return err //nolint:wrapcheck // names the folder
		}
		if err := os.WriteFile(filepath.Join(o.out, name+".checkpoint"), signed, 0o600); err != nil {
			return err
		}
	}
	if o.post {
		if err := from.Post(ctx, signed); err != nil {
			return err
		}
	}
	return w.say("witness.signed", "log", name, "size", next.Size, "before", before)
}

// pinned reads the keys that were given.
func (o *witnessing) pinned() (string, error) {
	if o.keys == "" {
		return "", nil
	}
	raw, err := os.ReadFile(o.keys)
	return string(raw), err
}

// copy copies the logs into a folder: one into it, several below it.
func (o *witnessing) copy(ctx context.Context, w *words) error {
	for _, name := range o.logs {
		from, dir := publiclog.SiteOf(o.base, name), o.mirror
		if len(o.logs) > 1 {
			dir = filepath.Join(o.mirror, name)
		}
		keys, err := w.keys(ctx, from, o.keys)
		if err != nil {
			return err
		}
		n, err := publiclog.Mirror(ctx, from, dir, keys)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := w.say("witness.copied", "log", name, "files", n, "dir", dir); err != nil {
			return err
		}
	}
	return nil
}

// why is a refusal in words.
func (w *words) why(err error) string {
	var all []string
	for _, r := range fault.All(err) {
		all = append(all, w.texts.Refusal(w.lang, r))
	}
	if len(all) == 0 {
		return err.Error()
	}
	return strings.Join(all, " ")
}
