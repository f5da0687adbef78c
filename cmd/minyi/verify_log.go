package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

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

// verifyReceiptCommand checks a receipt against the log that it names.
func verifyReceiptCommand() *cobra.Command {
	var base, dir, keys, at string
	cmd := &cobra.Command{
		Use:  "receipt FILE",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (base == "") == (dir == "") {
				return usageError{errors.New("--url | --log")}
			}
			now := time.Now()
			if at != "" {
				var err error
				if now, err = parseTime(at); err != nil {
					return usageError{err}
				}
			}
			return inWords(cmd, verifyReceipt(cmd, now, args[0], base, dir, keys))
		},
	}
	cmd.Flags().StringVar(&base, "url", "", "")
	cmd.Flags().StringVar(&dir, "log", "", "")
	cmd.Flags().StringVar(&keys, "keys", "", "")
	cmd.Flags().StringVar(&at, "at", "", "")
	return cmd
}

func verifyReceipt(cmd *cobra.Command, now time.Time, file, base, dir, keys string) error {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return err
	}
	if isEvent(text) {
		return verifyEvent(cmd, text, base, dir, keys)
	}
	w, err := wordsOf(cmd)
	if err != nil {
		return err
	}
	from := publiclog.Source(publiclog.Folder(dir))
	if base != "" {
		origin, err := publiclog.OriginOf(text)
		if err != nil {
			return err
		}
		from = publiclog.SiteOf(base, publiclog.NameOf(origin))
	}
	verifiers, err := w.keys(cmd.Context(), from, keys)
	if err != nil {
		return err
	}
	promise, err := publiclog.Receipt(text, verifiers)
	if err != nil {
		return err
	}
	found, err := included(cmd.Context(), from, dir, promise, verifiers)
	if fault.KindOf(err) == fault.NotFound {
		return w.absent(promise, now)
	}
	if err != nil {
		return err
	}
	return w.say("verify.receipt.good", "origin", promise.Origin, "commitment", promise.Commitment, "index", found.Index, "size", found.Checkpoint.Size)
}

// included finds the leaf of a receipt in the copy of a log, or by the log's proof.
func included(ctx context.Context, from publiclog.Source, dir string, p ledger.Promise, keys []ledger.Verifier) (*publiclog.Included, error) {
	if dir != "" {
		c, err := publiclog.Whole(ctx, from, keys, nil)
		if err != nil {
			return nil, err
		}
		return c.Look(p)
	}
	proof, err := from.Read(ctx, "proof/"+p.Commitment.String())
	if err != nil {
		return nil, err
	}
	return publiclog.Prove(p, string(proof), keys)
}

// absent says that a leaf is not in the log: in time, or against the promise. A drill
// has a time of its own, which only --at can tell.
func (w *words) absent(p ledger.Promise, now time.Time) error {
	key := "verify.receipt.broken"
	if now.Before(p.By) {
		key = "verify.receipt.waits"
	}
	if err := w.say(key, "by", p.By.Local().Format(time.DateTime), "commitment", p.Commitment); err != nil {
		return err
	}
	return exitError{exitNo}
}
