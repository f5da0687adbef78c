package main

import (
	"context"
	"fmt"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
	ledgerkeeper "minyi/survey/ledger/keeper"
)

// examineLogs builds the tree of every public log from its leaves and compares it
// with the newest checkpoint that was signed, and compares both trails with the log
// of events.
func (h *house) examineLogs(ctx context.Context) (wrong []string, err error) {
	all, err := h.logs.Logs(ctx)
	if err != nil {
		return nil, err
	}
	for _, log := range all {
		what, err := examineLog(ctx, h.logs, log)
		if err != nil {
			what = err.Error()
		}
		if what != "" {
			wrong = append(wrong, fmt.Sprintf("log %s: %s", log.Name, what))
		}
	}
	differ, err := h.events.Check(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range differ {
		wrong = append(wrong, w.String())
	}
	return wrong, nil
}

// examineLog says what is wrong with one log.
func examineLog(ctx context.Context, logs *ledgerkeeper.Service, log ledgerkeeper.Log) (string, error) {
	published, err := logs.Store.Checkpoint(ctx, log.ID, -1)
	if fault.KindOf(err) == fault.NotFound {
		if log.Size == 0 {
			return "", nil
		}
		return fmt.Sprintf("%d leaves and no signed checkpoint", log.Size), nil
	}
	if err != nil {
		return "", err
	}
	keys, err := ledgerkeeper.NewKeys(log.Origin, logs.Key, logs.SM2)
	if err != nil {
		return "", err
	}
	signed, err := ledger.OpenCheckpoint(published.Note, keys.Verifiers...)
	if err != nil {
		return "the newest checkpoint is not signed by the keys of this folder", nil //nolint:nilerr // the sentence says it
	}
	if signed.Size != log.Size || signed.Origin != log.Origin {
		return fmt.Sprintf("%d leaves, but the newest checkpoint was signed for %d of %s", log.Size, signed.Size, signed.Origin), nil
	}
	root, err := rebuilt(ctx, logs.Store, log)
	if err != nil {
		return "", err
	}
	if root != signed.Root {
		return "its leaves do not make the tree whose root was signed", nil
	}
	kept, err := ledger.Root(log.Size, ledger.Kept(func(at ledger.Place) ([]byte, error) { return logs.Store.Tile(ctx, log.ID, at) }).Reader())
	if err != nil {
		return "", err
	}
	if kept != signed.Root {
		return "its stored hashes do not make the tree whose root was signed", nil
	}
	return "", nil
}

// rebuilt is the root of the leaves that are there.
func rebuilt(ctx context.Context, logs ledgerkeeper.Store, log ledgerkeeper.Log) (ledger.Hash, error) {
	var leaves []ledger.Commitment
	if err := eachLeaf(ctx, logs, log, func(c ledger.Commitment) error { leaves = append(leaves, c); return nil }); err != nil {
		return ledger.Hash{}, err
	}
	none := ledger.Kept(func(ledger.Place) ([]byte, error) { return nil, nil }).Reader()
	grown, err := ledger.Append(0, leaves, none)
	if err != nil {
		return ledger.Hash{}, err
	}
	return ledger.Root(grown.Size, grown.Reader(none))
}
