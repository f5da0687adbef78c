package application

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Cancellation is why a dossier was taken out of the round (C99): one person of
// the office proposes it, with what proves it, and another confirms it.
type Cancellation struct {
	At        time.Time `json:"at"` // proposed; of a dossier taken out, confirmed
	By        string    `json:"by"` // who proposed it
	Reason    string    `json:"reason"`
	Evidence  string    `json:"evidence"`           // what proves it: a document, a record of the register of problems
	Document  string    `json:"document,omitempty"` // number of the document that tells the unit
	Confirmed string    `json:"confirmed,omitempty"`
}

// check wants the reason, the evidence and the document.
func (c Cancellation) check() error {
	var list fault.List
	for _, f := range []struct{ field, text, code string }{
		{"cancel_reason", c.Reason, "dossier.cancel_reason"},
		{"cancel_evidence", c.Evidence, "dossier.cancel_evidence"},
		{"cancel_document", c.Document, "dossier.cancel_document"},
	} {
		checkText(&list, f.field, f.text, longestNote, paragraph)
		if strings.TrimSpace(f.text) == "" {
			list.Add(fault.New(fault.Invalid, f.code).At(f.field))
		}
	}
	return list.Err()
}

// proposeCancel puts a cancellation before a second person of the office. What
// was never filed holds nothing that could be untrue in an application.
func (d *Dossier) proposeCancel(c Cancellation) error {
	switch {
	case d.State == Cancelled:
		return fault.New(fault.Conflict, "dossier.cancelled")
	case d.Proposed != nil:
		return fault.New(fault.Conflict, "cancel.proposed", "by", d.Proposed.By)
	case len(d.Seals) == 0:
		return fault.New(fault.Conflict, "formal.unfiled")
	}
	if err := c.check(); err != nil {
		return err
	}
	d.Proposed = &c
	return nil
}

// proposal returns the cancellation that somebody was shown, made at that
// millisecond.
func (d *Dossier) proposal(seen int64) (Cancellation, error) {
	switch {
	case d.State == Cancelled:
		return Cancellation{}, fault.New(fault.Conflict, "dossier.cancelled")
	case d.Proposed == nil || d.Proposed.At.UnixMilli() != seen:
		return Cancellation{}, fault.New(fault.Conflict, "cancel.gone")
	}
	return *d.Proposed, nil
}

// confirmCancel takes the dossier out of the round for untrue material, hidden
// facts or other improper means (C99); it needs somebody else than who proposed it.
func (d *Dossier) confirmCancel(by string, second access.Second, seen int64, now time.Time) error {
	c, err := d.proposal(seen)
	if err != nil {
		return err
	}
	if c.By == by {
		return fault.New(fault.Forbidden, "cancel.second")
	}
	if err := second.Apart(c.By); err != nil {
		return err
	}
	c.At, c.Confirmed = now, by
	d.State, d.Cancellation, d.Proposed = Cancelled, c, nil
	return nil
}

// ProposeCancel proposes to take a dossier out of its round for untrue material
// (C99). Reason, evidence and the number of the document are needed; it does
// nothing until another account of the office confirms it.
func (s *Service) ProposeCancel(ctx context.Context, by access.Actor, k Key, c Cancellation) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := by.StandBack(ctx, s.Store, k.Round, string(k.Unit)); err != nil { // C95
		return err
	}
	entry := s.entry(by, "cancel.propose", k)
	entry.Reason, entry.After = c.Reason, c.Evidence
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		return d.proposeCancel(Cancellation{
			At: s.Now().UTC().Truncate(time.Millisecond), By: by.Name, Reason: c.Reason, Evidence: c.Evidence, Document: c.Document,
		})
	})
}

// ConfirmCancel confirms the proposal that was made at that millisecond: the
// dossier leaves the round, what was found about it is struck, and the unit is
// barred from the next round (C99).
func (s *Service) ConfirmCancel(ctx context.Context, by access.Actor, k Key, seen int64) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := by.StandBack(ctx, s.Store, k.Round, string(k.Unit)); err != nil { // C95
		return err
	}
	second, err := by.Second(ctx, s.Store)
	if err != nil {
		return err
	}
	entry := s.entry(by, "dossier.cancel", k)
	var reason string
	err = s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		entry.Before, entry.After = string(d.State), string(Cancelled)
		err := d.confirmCancel(by.Name, second, seen, s.Now().UTC())
		reason = d.Cancellation.Reason
		entry.Reason = reason
		return err
	})
	if err != nil && !errors.Is(err, fault.New(fault.Conflict, "dossier.cancelled")) {
		return err
	}
	// Confirming again makes up for a strike that was cut short.
	return errors.Join(s.Book.Strike(ctx, by, k.Round, k.Unit, k.Track, reason), err)
}

// DropCancel takes a proposal back, with a reason: who made it may, and anybody
// else of the office.
func (s *Service) DropCancel(ctx context.Context, by access.Actor, k Key, seen int64, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fault.New(fault.Invalid, "formal.reason").At("drop_reason")
	}
	entry := s.entry(by, "cancel.drop", k)
	entry.Reason = reason
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		if _, err := d.proposal(seen); err != nil {
			return err
		}
		d.Proposed = nil
		return nil
	})
}

// refuseBarred refuses a unit that was cancelled, and tells it the document and
// for how long (C99).
func refuseBarred(k Key, old Dossier) error {
	round, until := strconv.Itoa(old.Round), strconv.Itoa(k.Round)
	if document := old.Cancellation.Document; document != "" {
		return fault.New(fault.Forbidden, "dossier.barred_by", "round", round, "document", document, "until", until)
	}
	return fault.New(fault.Forbidden, "dossier.barred", "round", round, "until", until)
}
