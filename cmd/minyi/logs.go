package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/url"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/ledger"
	ledgerkeeper "minyi/survey/ledger/keeper"
	surveystore "minyi/survey/store"
	"minyi/web"
	ledgerdoor "minyi/web/ledger"
	"minyi/web/view"
)

// openLogs opens the public logs: those of the surveys, and that of the events. Their
// keys are derived from the folder's one secret, so that a backup has them.
func (h *house) openLogs() error {
	seed, err := h.key.derive("ledger-ed25519")
	if err != nil {
		return err
	}
	number, err := h.key.derive("ledger-sm2")
	if err != nil {
		return err
	}
	h.logs, err = ledgerkeeper.New(ledgerkeeper.Config{
		Store: surveystore.NewLedger(h.survey), Host: h.host(), Key: ed25519.NewKeyFromSeed(seed), SM2: number,
		Witnesses: h.witness, Now: h.now,
		Held: h.held, Coded: h.coded, Gather: h.gather, Sources: h.logged,
	})
	return err
}

// checkWitnesses wants lines of verifiers, as witnesses hand them over.
func (c *config) checkWitnesses() error {
	for _, line := range c.witness {
		if _, err := ledger.NewVerifier(line); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
	}
	return nil
}

// host begins the origins of new logs: the host of the base address.
func (h *house) host() string {
	if u, err := url.Parse(h.base); err == nil && u.Host != "" {
		return u.Host
	}
	return "localhost"
}

// logged names the logs of the surveys.
func (h *house) logged() (out []ledgerkeeper.Source) {
	if h.surveys == nil {
		return nil
	}
	for _, one := range h.surveys.Logs() {
		out = append(out, ledgerkeeper.Source{ID: int64(one.Number), Name: string(one.ID), Origin: h.surveys.Origin(one.ID)})
	}
	return out
}

// held reports whether the intake has an answer that its survey's log has not yet.
func (h *house) held(_ context.Context, id int64, c ledger.Commitment) (bool, error) {
	return h.intake.Waits(uint16(id), c), nil
}

// coded are the commitments with a short code that the intake of a survey holds still.
func (h *house) coded(ctx context.Context, id, short int64) ([]ledger.Commitment, error) {
	return h.intake.WaitingBy(ctx, uint16(id), short)
}

// gather lets the commitments wait that the intake of a survey still holds.
func (h *house) gather(ctx context.Context, id int64) error { return h.intake.Pend(ctx, uint16(id)) }

// herald publishes what is fixed of a survey before its fieldwork, in the survey's own
// log and with its digest in that of the events.
func (h *house) herald(ctx context.Context, by access.Actor, a survey.Fixed) error {
	from := ledgerkeeper.Source{ID: int64(a.Number), Name: string(a.ID), Origin: a.Origin}
	return h.logs.PublishIn(ctx, by, from, ledgerkeeper.Scheme, a.Text)
}

// publicLogs builds the public's door to the logs.
func (h *house) publicLogs(d *web.Doors, texts *view.Texts) (err error) {
	d.Ledger, err = ledgerdoor.New(ledgerdoor.Config{Logs: h.logs, Surveys: h.surveys, Texts: texts, Base: h.base})
	return err
}
