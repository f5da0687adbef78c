package main

import (
	"bytes"
	"context"

	"minyi/indicators/event"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/store"
	"minyi/survey/ledger"
	ledgerkeeper "minyi/survey/ledger/keeper"
)

// openEvents ties the trails of both halves to the public log of events.
func (h *house) openEvents() error {
	secret, err := h.key.derive("event")
	if err != nil {
		return err
	}
	h.events = event.NewService(event.Config{
		Store: store.Events{Store: h.programme}, Log: eventLog{h.logs},
		Trails: map[event.Half]event.Trail{event.Programme: h.programme, event.Survey: h.survey},
		Secret: secret, Zone: roster.Shanghai(), Now: h.now,
	})
	return nil
}

// eventLog is the log of events as the programme sees it.
type eventLog struct{ *ledgerkeeper.Service }

// Origin names the log for good; it is made where there is none.
func (l eventLog) Origin(ctx context.Context) (string, error) {
	log, err := l.Open(ctx, 0, ledgerkeeper.Events)
	return log.Origin, err
}

// Give appends leaves.
func (l eventLog) Give(ctx context.Context, leaves []event.Leaf) error {
	all := make([]ledger.Commitment, len(leaves))
	for i, leaf := range leaves {
		all[i] = ledger.Commitment(leaf)
	}
	if err := l.Pend(ctx, ledgerkeeper.Events, all...); err != nil {
		return err
	}
	_, err := l.Append(ctx, ledgerkeeper.Events)
	return err
}

// Place finds a leaf and proves it.
func (l eventLog) Place(ctx context.Context, leaf event.Leaf) (event.Place, error) {
	proof, err := l.Prove(ctx, ledgerkeeper.Events, ledger.Commitment(leaf))
	if fault.KindOf(err) == fault.NotFound {
		return event.Place{}, nil
	}
	if err != nil {
		return event.Place{}, err
	}
	return event.Place{Logged: true, Index: proof.Index, Size: proof.Size, Proof: proof.Text()}, nil
}

// Standing is how far the log has come.
func (l eventLog) Standing(ctx context.Context) (event.Standing, error) {
	log, p, err := l.Checkpoint(ctx, ledgerkeeper.Events)
	if fault.KindOf(err) == fault.NotFound {
		return event.Standing{}, nil
	}
	if err != nil {
		return event.Standing{}, err
	}
	keys, err := l.KeyLines(log)
	return event.Standing{Size: p.Size, At: p.At, Note: string(p.Text()), Keys: keys}, err
}

// Leaves calls fn for every leaf of the log.
func (l eventLog) Leaves(ctx context.Context, fn func(event.Leaf) error) error {
	log, err := l.LogOf(ctx, ledgerkeeper.Events)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return eachLeaf(ctx, l.Store, log, func(c ledger.Commitment) error { return fn(event.Leaf(c)) })
}

// Others are the digests of what was published of surveys.
func (l eventLog) Others(ctx context.Context, fn func(event.Leaf) error) error {
	logs, err := l.Logs(ctx)
	if err != nil {
		return err
	}
	for _, log := range logs {
		all, err := l.Store.Statements(ctx, log.ID)
		if err != nil {
			return err
		}
		for _, s := range all {
			if err := fn(event.Leaf(ledgerkeeper.Digest([]byte(s.Text)))); err != nil {
				return err
			}
		}
	}
	return nil
}

// eachLeaf calls fn for every leaf of a log, in its order.
func eachLeaf(ctx context.Context, logs ledgerkeeper.Store, log ledgerkeeper.Log, fn func(ledger.Commitment) error) error {
	for n := int64(0); n*ledger.TileWidth < log.Size; n++ {
		data, err := logs.Tile(ctx, log.ID, ledger.Place{Level: ledger.Leaves, Number: n})
		if err != nil {
			return err
		}
		for r := bytes.NewReader(data); r.Len() >= ledger.HashSize; {
			var c ledger.Commitment
			if _, err := r.Read(c[:]); err != nil {
				return err
			}
			if err := fn(c); err != nil {
				return err
			}
		}
	}
	return nil
}
