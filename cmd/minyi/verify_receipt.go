package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/publiclog"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// receiptCheck is one check of a receipt.
type receiptCheck struct {
	*words
	base, dir, keys, evidence string
	now                       time.Time

	text      []byte
	from      publiclog.Source
	verifiers []ledger.Verifier
	promise   ledger.Promise
}

// verifyReceiptCommand checks a receipt against the log that it names.
func verifyReceiptCommand() *cobra.Command {
	var r receiptCheck
	var at string
	cmd := &cobra.Command{
		Use:  "receipt FILE",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if (r.base == "") == (r.dir == "") {
				return usageError{errors.New("--url | --log")}
			}
			r.now = time.Now()
			if at != "" {
				if r.now, err = parseTime(at); err != nil {
					return usageError{err}
				}
			}
			return inWords(cmd, r.run(cmd, args[0]))
		},
	}
	cmd.Flags().StringVar(&r.base, "url", "", "")
	cmd.Flags().StringVar(&r.dir, "log", "", "")
	cmd.Flags().StringVar(&r.keys, "keys", "", "")
	cmd.Flags().StringVar(&at, "at", "", "")
	cmd.Flags().StringVar(&r.evidence, "evidence", "", "")
	return cmd
}

func (r *receiptCheck) run(cmd *cobra.Command, file string) (err error) {
	if r.text, err = os.ReadFile(filepath.Clean(file)); err != nil {
		return err
	}
	if isEvent(r.text) {
		return verifyEvent(cmd, r.text, r.base, r.dir, r.keys)
	}
	if r.words, err = wordsOf(cmd); err != nil {
		return err
	}
	r.text = publiclog.Mended(r.text)
	origin, err := publiclog.OriginOf(r.text)
	if err != nil {
		return err
	}
	if err := r.say("verify.receipt.begins", "origin", origin); err != nil {
		return err
	}
	r.from = publiclog.Folder(r.dir)
	if r.base != "" {
		r.from = publiclog.SiteOf(r.base, publiclog.NameOf(origin))
	}
	ctx := cmd.Context()
	if r.verifiers, err = r.words.keys(ctx, r.from, r.keys); err != nil {
		return err
	}
	if r.promise, err = publiclog.Receipt(r.text, r.verifiers); err != nil {
		return err
	}
	found, err := included(ctx, r.from, r.dir, r.promise, r.verifiers)
	if fault.KindOf(err) == fault.NotFound {
		return r.absent(ctx)
	}
	if err != nil {
		return err
	}
	return r.say("verify.receipt.good", "origin", origin, "commitment", r.promise.Commitment, "index", found.Index, "size", found.Checkpoint.Size)
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

// absent says that a leaf is not in the log: in time, or against the promise, which is
// then named with what proves it: the signed receipt, and every leaf of the log, from
// which the signed root was computed anew. A server that answers "not there" is not
// believed. A copy does not say when it was made: only a witness's signature after the
// promised time does. A drill has a time of its own, which only --at can tell.
func (r *receiptCheck) absent(ctx context.Context) error {
	c, err := r.whole(ctx)
	if err != nil {
		return err
	}
	if found, err := c.Look(r.promise); err == nil {
		return r.say("verify.receipt.good", "origin", r.promise.Origin, "commitment", r.promise.Commitment, "index", found.Index, "size", found.Checkpoint.Size)
	}
	by, commitment := r.promise.By.Local().Format(time.DateTime), r.promise.Commitment
	witness, seen := r.seenLast(c.Note)
	switch {
	case !seen.Before(r.promise.By):
	case r.now.Before(r.promise.By):
		err = r.say("verify.receipt.waits", "by", by, "commitment", commitment)
		return errors.Join(err, exitError{exitNo})
	case r.dir != "":
		err = r.say("verify.receipt.undated", "by", by, "commitment", commitment, "size", c.Checkpoint.Size)
		return errors.Join(err, exitError{exitNo})
	}
	if err := r.say("verify.receipt.broken", "by", by, "commitment", commitment, "size", c.Checkpoint.Size, "root", c.Checkpoint.Root); err != nil {
		return err
	}
	if !seen.Before(r.promise.By) {
		err = r.say("verify.receipt.witnessed", "name", witness, "at", seen.Local().Format(time.DateTime), "size", c.Checkpoint.Size)
	} else {
		err = r.say("verify.receipt.clock", "now", r.now.Local().Format(time.DateTime))
	}
	return errors.Join(err, r.keep(ctx), exitError{exitNo})
}

// whole reads the log, which has nothing where there is no checkpoint yet.
func (r *receiptCheck) whole(ctx context.Context) (*publiclog.Checked, error) {
	if _, err := r.from.Read(ctx, "checkpoint"); fault.KindOf(err) == fault.NotFound {
		return &publiclog.Checked{Checkpoint: ledger.Checkpoint{Origin: r.promise.Origin}}, nil
	}
	return publiclog.Whole(ctx, r.from, r.verifiers, nil)
}

// seenLast is the witness that has signed a checkpoint last, and when. The log itself is no
// witness: every fourth of its SM2 signatures is as long as a dated one, and would be read as a
// date far away.
func (r *receiptCheck) seenLast(note []byte) (name string, at time.Time) {
	for _, v := range r.verifiers {
		if v.Name() == r.promise.Origin {
			continue
		}
		line, ok := ledger.SignatureOf(note, v)
		if when, dated := ledger.CosignedAt(line); ok && dated && when.After(at) {
			name, at = v.Name(), when
		}
	}
	return name, at
}

// keep copies what proves a broken promise into the folder that was named: the receipt,
// and the log whole with its checkpoint and keys.
func (r *receiptCheck) keep(ctx context.Context) error {
	if r.evidence == "" {
		return r.say("verify.receipt.keep")
	}
	if _, err := publiclog.Mirror(ctx, r.from, r.evidence, r.verifiers); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(r.evidence, "receipt.txt"), r.text, 0o600); err != nil {
		return err
	}
	return r.say("verify.receipt.kept", "dir", r.evidence)
}
