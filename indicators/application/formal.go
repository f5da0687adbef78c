package application

import (
	"context"
	"errors"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Cancellation is why a dossier was taken out of the round (C99).
type Cancellation struct {
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Reason   string    `json:"reason"`
	Evidence string    `json:"evidence"` // what proves it: a document, a record of the register of problems
}

// Cancel takes the dossier out of the round for untrue material, hidden facts
// or other improper means (C99). Reason and evidence must be given.
func (d *Dossier) Cancel(c Cancellation) error {
	if d.State == Cancelled {
		return fault.New(fault.Conflict, "dossier.cancelled")
	}
	var list fault.List
	checkText(&list, "reason", c.Reason, longestNote, paragraph)
	checkText(&list, "evidence", c.Evidence, longestNote, paragraph)
	if strings.TrimSpace(c.Reason) == "" {
		list.Add(fault.New(fault.Invalid, "dossier.cancel_reason").At("reason"))
	}
	if strings.TrimSpace(c.Evidence) == "" {
		list.Add(fault.New(fault.Invalid, "dossier.cancel_evidence").At("evidence"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	d.State, d.Cancellation = Cancelled, c
	return nil
}

// Cancel takes a dossier out of its round for untrue material (C99); the unit
// is then barred from the next round. Only the office may.
func (s *Service) Cancel(ctx context.Context, by access.Actor, k Key, reason, proof string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	entry := s.entry(by, "dossier.cancel", k)
	entry.Reason = reason
	err := s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		entry.Before = string(d.State)
		entry.After = string(Cancelled)
		return d.Cancel(Cancellation{At: s.Now().UTC(), By: by.Name, Reason: reason, Evidence: proof})
	})
	if err != nil && !errors.Is(err, fault.New(fault.Conflict, "dossier.cancelled")) {
		return err
	}
	// Cancelling again makes up for a strike that was cut short.
	return errors.Join(s.Book.Strike(ctx, by, k.Round, k.Unit, k.Track, reason), err)
}
