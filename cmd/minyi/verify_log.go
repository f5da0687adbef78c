package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/publiclog"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/web/view"
)

// words prints sentences of the language files.
type words struct {
	to    io.Writer
	texts *view.Texts
	lang  view.Lang
}

func wordsOf(cmd *cobra.Command) (*words, error) {
	texts, err := view.LoadTexts()
	if err != nil {
		return nil, err
	}
	return &words{to: cmd.OutOrStdout(), texts: texts, lang: operatorLang(cmd)}, nil
}

// say prints one sentence; the pairs are its parameters.
func (w *words) say(key string, pairs ...any) error {
	params := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[fmt.Sprint(pairs[i])] = fmt.Sprint(pairs[i+1])
	}
	_, err := fmt.Fprintln(w.to, w.texts.Say(w.lang, key, params))
	return err
}

// verifyLogCommand checks a copy of a log whole.
func verifyLogCommand() *cobra.Command {
	var keys string
	cmd := &cobra.Command{
		Use:  "log DIR",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return inWords(cmd, verifyLog(cmd, args[0], keys))
		},
	}
	cmd.Flags().StringVar(&keys, "keys", "", "")
	return cmd
}

func verifyLog(cmd *cobra.Command, dir, keys string) error {
	w, err := wordsOf(cmd)
	if err != nil {
		return err
	}
	folder := publiclog.Folder(dir)
	verifiers, err := w.keys(cmd.Context(), folder, keys)
	if err != nil {
		return err
	}
	earlier, err := publiclog.Earlier(dir)
	if err != nil {
		return err
	}
	c, err := publiclog.Whole(cmd.Context(), folder, verifiers, earlier)
	if err != nil {
		return err
	}
	if err := w.say("verify.log.good", "origin", c.Checkpoint.Origin, "size", c.Checkpoint.Size, "root", c.Checkpoint.Root, "tiles", c.Tiles, "earlier", c.Earlier); err != nil {
		return err
	}
	return w.witnesses(c.Note, verifiers, c.Checkpoint.Origin)
}

// witnesses says whose signatures stand under a checkpoint besides the log's own.
func (w *words) witnesses(note []byte, verifiers []ledger.Verifier, origin string) error {
	for _, v := range verifiers {
		if v.Name() == origin {
			continue
		}
		if _, ok := ledger.SignatureOf(note, v); ok {
			if err := w.say("verify.witness", "name", v.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// keys reads the verifiers of a file, or those that lie with the log; then it says
// that they come from the same hand.
func (w *words) keys(ctx context.Context, from publiclog.Source, file string) ([]ledger.Verifier, error) {
	if file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		return publiclog.Verifiers(string(raw))
	}
	raw, err := from.Read(ctx, "keys")
	if err != nil {
		return nil, err
	}
	if err := w.say("verify.keys.own"); err != nil {
		return nil, err
	}
	if _, err := w.to.Write(raw); err != nil {
		return nil, err
	}
	return publiclog.Verifiers(string(raw))
}
