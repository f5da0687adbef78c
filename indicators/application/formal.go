package application

import (
	"slices"
	"strings"
	"time"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Outcome is what the office decided of a filed dossier in the formal check.
type Outcome string

// The outcomes.
const (
	Accept Outcome = "accepted" // goes on to the evaluation
	Return Outcome = "returned" // back to the unit, once, to complete it within the window
	Reject Outcome = "rejected" // not eligible
)

// Outcomes returns all outcomes in the order of the form.
func Outcomes() []Outcome { return []Outcome{Accept, Return, Reject} }

// Decision is one decision of the formal check. It is about the filing with that
// seal: who files again is checked again.
type Decision struct {
	At      time.Time   `json:"at"`
	By      string      `json:"by"`
	Outcome Outcome     `json:"outcome"`
	Reason  string      `json:"reason"`          // of a return: what is missing
	Until   roster.Date `json:"until"`           // of a return: the last day to file again
	Seal    string      `json:"seal"`            // digest
	Files   int         `json:"files,omitempty"` // of an acceptance: how many files were read and had their digest
}

// Formality is where a dossier stands in the formal check.
type Formality string

// The states of the formal check; a draft that was never returned has none.
const (
	FormalityNone     Formality = ""
	FormalityPending  Formality = "pending"
	FormalityAccepted Formality = "accepted"
	FormalityReturned Formality = "returned"
	FormalityRejected Formality = "rejected"
)

// Formality returns where the filing that stands is in the formal check, or
// whether the draft was returned for completion.
func (d *Dossier) Formality() Formality {
	last, seal := d.verdict(), d.last()
	switch {
	case d.State == Cancelled || seal == nil:
		return FormalityNone
	case d.State == Filed && (last == nil || last.Seal != seal.Digest):
		return FormalityPending
	case d.State == Filed && last.Outcome == Accept:
		return FormalityAccepted
	case d.State == Filed:
		return FormalityRejected
	case last != nil && last.Outcome == Return && last.Seal == seal.Digest:
		return FormalityReturned
	}
	return FormalityNone
}

// Accepted reports whether the dossier goes on to the evaluation.
func (d *Dossier) Accepted() bool { return d.Formality() == FormalityAccepted }

// verdict is the latest decision, nil where none was taken.
func (d *Dossier) verdict() *Decision {
	if len(d.Formal) == 0 {
		return nil
	}
	return &d.Formal[len(d.Formal)-1]
}

// LastDecision returns the latest decision of the formal check; ok is false where
// none was taken.
func (d *Dossier) LastDecision() (_ Decision, ok bool) {
	if v := d.verdict(); v != nil {
		return *v, true
	}
	return Decision{}, false
}

// ReturnedOnce reports whether the office has returned the dossier in this round.
func (d *Dossier) ReturnedOnce() bool {
	return slices.ContainsFunc(d.Formal, func(x Decision) bool { return x.Outcome == Return })
}

// overdue refuses a filing after the day until which a returned dossier was to be
// completed.
func (d *Dossier) overdue(now time.Time) error {
	if v := d.verdict(); d.Formality() == FormalityReturned && v.Until.Before(roster.DateOf(now)) {
		return fault.New(fault.Closed, "formal.overdue", "until", v.Until.String())
	}
	return nil
}

// decide takes a decision of the formal check by somebody who has seen that many
// decisions. A decision that stands is undone by another one only, and not once
// the evaluation is open.
func (d *Dossier) decide(x Decision, seen int, s roster.Settings) error {
	if err := d.decidable(seen); err != nil {
		return err
	}
	undoes := d.Formality() != FormalityPending
	switch {
	case s.Evaluation.Over(x.At):
		return fault.New(fault.Closed, "formal.over", "to", s.Evaluation.To.String())
	case undoes && s.Evaluation.Began(x.At):
		return fault.New(fault.Closed, "formal.fixed", "from", s.Evaluation.From.String())
	case undoes && d.verdict().Outcome == x.Outcome:
		return fault.New(fault.Conflict, "formal.same")
	}
	if err := d.checkDecision(x, s.Filing); err != nil {
		return err
	}
	x.Seal = d.Seal().Digest
	d.Formal = append(d.Formal, x)
	if x.Outcome == Return {
		d.State = Draft
		d.last().Withdrawn, d.last().Returned = x.At, true
	}
	return nil
}

// decidable refuses what is not filed, and who has not seen the latest decision.
func (d *Dossier) decidable(seen int) error {
	switch {
	case seen != len(d.Formal):
		v := d.verdict()
		if v == nil {
			return fault.New(fault.Invalid, "request.invalid")
		}
		return fault.New(fault.Conflict, "formal.changed", "by", v.By)
	case d.State == Cancelled:
		return fault.New(fault.Conflict, "dossier.cancelled")
	case d.State != Filed:
		return fault.New(fault.Conflict, "formal.unfiled")
	}
	return nil
}

// checkDecision wants a reason, and of a return that it is the first and that the
// window still allows it.
func (d *Dossier) checkDecision(x Decision, filing roster.Window) error {
	var list fault.List
	if !slices.Contains(Outcomes(), x.Outcome) {
		list.Add(fault.New(fault.Invalid, "formal.outcome").At("outcome"))
	}
	checkText(&list, "reason", x.Reason, longestDecision, paragraph)
	if strings.TrimSpace(x.Reason) == "" {
		list.Add(fault.New(fault.Invalid, "formal.reason").At("reason"))
	}
	if x.Outcome == Return {
		list = append(list, d.checkReturn(x, filing)...)
	}
	return list.Err()
}

const longestDecision = 2000 // characters of a decision's reason

func (d *Dossier) checkReturn(x Decision, filing roster.Window) (list fault.List) {
	switch {
	case d.ReturnedOnce():
		list.Add(fault.New(fault.Conflict, "formal.once").At("outcome"))
	case !filing.Open(x.At):
		list.Add(fault.New(fault.Closed, "formal.window", "to", filing.To.String()).At("outcome"))
	case x.Until.IsZero() || x.Until.Before(roster.DateOf(x.At)) || filing.To.Before(x.Until):
		list.Add(fault.New(fault.Invalid, "formal.until", "from", roster.DateOf(x.At).String(), "to", filing.To.String()).At("until"))
	}
	return list
}
