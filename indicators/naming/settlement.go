package naming

import (
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Remedy is what follows from an objection that was found right.
type Remedy string

// The remedies. The unit cannot be named until the remedy is confirmed and done.
const (
	Correct  Remedy = "correct"  // the mark is corrected by the evaluation's road of corrections
	Withdraw Remedy = "withdraw" // the unit leaves the list
	Strike   Remedy = "strike"   // untrue material: the application is cancelled (C99)
	Reverify Remedy = "reverify" // the on-site verification is opened again
	NoEffect Remedy = "none"     // nothing follows, for the reason given
)

// Remedies returns them in the order of forms.
func Remedies() []Remedy { return []Remedy{Correct, Withdraw, Strike, Reverify, NoEffect} }

// Settlement is the decision on what follows from an objection.
type Settlement struct {
	Target  Target `json:"target"`
	Remedy  Remedy `json:"remedy"`
	Version int    `json:"version"` // of the evaluation in the newest ranking then
}

// Settle proposes what follows from an objection that was found right; a second
// person confirms it. Who has declared an interest in the unit does neither (C95).
func (s *Service) Settle(ctx context.Context, by access.Actor, id string, remedy Remedy, reason string) (*Act, error) {
	var list fault.List
	checkTexts(&list, text{"settle_reason", &reason, textMost, true, true})
	if !slices.Contains(Remedies(), remedy) {
		list.Add(fault.New(fault.Invalid, "settlement.remedy").At("remedy"))
	}
	if err := list.Err(); err != nil {
		return nil, err
	}
	o, err := s.case1(ctx, by, id, "settlement.propose")
	if err != nil {
		return nil, err
	}
	if !o.Outcome.right() {
		return nil, fault.New(fault.Conflict, "settlement.unfounded")
	}
	f, err := s.facts(ctx, o.Round)
	if err != nil {
		return nil, err
	}
	a, err := s.begin(ctx, by, o.Round, SettleIt, id, reason, false)
	if err != nil {
		return nil, err
	}
	a.Settlement = &Settlement{Target: o.Target, Remedy: remedy, Version: f.evaluated(o.Target)}
	entry := s.entry(by, "settlement.propose", object("settlement", o.Round, id), reason)
	err = s.store.UpdateProceeding(ctx, o.Round, entry, func(p *Proceeding, e *audit.Entry) error {
		switch old := p.settlement(id); {
		case len(p.decisions()) > 0:
			return fault.New(fault.Closed, "objection.decided")
		case old != nil && old.Counts() && f.done(id):
			return fault.New(fault.Conflict, "settlement.done")
		}
		return p.put(a, e)
	})
	if err != nil {
		return nil, err
	}
	return &a, s.follow(ctx, by, o.Round, a)
}

// settlement returns the newest act about what follows from an objection that was
// not dropped.
func (p *Proceeding) settlement(objection string) *Act {
	for i := len(p.Acts) - 1; i >= 0; i-- {
		if a := &p.Acts[i]; a.Kind == SettleIt && a.About == objection && a.Dropped == "" {
			return a
		}
	}
	return nil
}

// Settlement returns that act to the office's page of an objection.
func (p *Proceeding) Settlement(objection string) *Act { return p.settlement(objection) }

// withdrawn are the candidates of the notice that left the list by a settlement that
// counts.
func (p *Proceeding) withdrawn() (out []Target) {
	for i := range p.Acts {
		a := &p.Acts[i]
		if a.Kind != SettleIt || !a.Counts() || p.settlement(a.About) != a {
			continue
		}
		if a.Settlement.Remedy == Withdraw || a.Settlement.Remedy == Strike {
			out = append(out, a.Settlement.Target)
		}
	}
	return out
}

// isOut reports whether a target has left the list.
func (p *Proceeding) isOut(t Target) bool { return slices.Contains(p.withdrawn(), t) }

// ByObjection lists what was decided about one objection to the office, oldest first.
func (s *Service) ByObjection(ctx context.Context, by access.Actor, o *Objection) (out []Act, err error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	p, err := s.store.Proceeding(ctx, o.Round)
	if err != nil {
		return nil, err
	}
	for _, a := range p.Acts {
		if a.About == o.ID {
			out = append(out, a)
		}
	}
	return out, nil
}
