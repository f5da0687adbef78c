package main

import (
	"bytes"

	"github.com/spf13/cobra"

	"minyi/cmd/internal/publiclog"
	"minyi/indicators/event"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// isEvent reports whether a receipt is one of an act, which is JSON, and not the text of
// an answer's promise.
func isEvent(text []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) }

// verifyEvent checks the receipt of an act, such as a score sheet with what was filed
// word for word, against the log of events: its content has the digest that the event
// names, the event is its leaf, and the leaf stands in the log (C28). No promise binds
// the log to a time: one that is not there yet is not proved, and the answer is no.
func verifyEvent(cmd *cobra.Command, text []byte, base, dir, keys string) error {
	w, err := wordsOf(cmd)
	if err != nil {
		return err
	}
	receipt, leaf, err := event.ParseReceipt(text)
	if err != nil {
		return err
	}
	from := publiclog.Source(publiclog.Folder(dir))
	if base != "" {
		from = publiclog.SiteOf(base, publiclog.NameOf(receipt.Origin))
	}
	verifiers, err := w.keys(cmd.Context(), from, keys)
	if err != nil {
		return err
	}
	found, err := included(cmd.Context(), from, dir, ledger.Promise{Origin: receipt.Origin, Commitment: ledger.Commitment(leaf)}, verifiers)
	if fault.KindOf(err) == fault.NotFound {
		if err := w.say("verify.event.absent", "leaf", receipt.Leaf, "origin", receipt.Origin); err != nil {
			return err
		}
		return exitError{exitNo}
	}
	if err != nil {
		return err
	}
	key := "verify.event.content"
	if receipt.Content == "" {
		key = "verify.event.bare"
	}
	if err := w.say("verify.receipt.good", "origin", receipt.Origin, "commitment", receipt.Leaf, "index", found.Index, "size", found.Checkpoint.Size); err != nil {
		return err
	}
	return w.say(key, "action", receipt.Event.Action, "object", receipt.Event.Object, "digest", receipt.Event.Digest)
}
