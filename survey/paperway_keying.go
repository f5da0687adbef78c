package survey

import (
	"context"
	"errors"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/invite"
	"minyi/survey/paper"
)

// KeyingForm is one form before the person who keys it. It shows nothing of what
// anybody else typed.
type KeyingForm struct {
	Survey  *Survey
	Plan    *paper.Plan
	Serial  uint32
	Stratum string
	PSU     string
	Nth     int
	Bundle  Bundle
	Second  bool
	Values  map[string]string // what this person typed so far, by question
}

// Start begins or goes on with the keying of the form with a code, as it was typed
// or scanned, and returns its serial number. It refuses with keying.bundle,
// keying.code, keying.other, keying.poster and keying.spent, and as paper.Sheet.Own
// does.
func (w *Paperwork) Start(ctx context.Context, by access.Actor, id ID, bundle int, code string) (uint32, error) {
	l, err := w.open(by, id)
	if err != nil {
		return 0, err
	}
	serial, err := w.serial(l, code)
	if err != nil {
		return 0, err
	}
	row, err := w.store.PaperSheet(ctx, l.survey.Number, serial)
	if err != nil {
		return 0, err
	}
	h := held{Sheet: &paper.Sheet{Bundle: bundle, Form: "paper-" + w.s.NewID()}, row: row}
	if row.Version > 0 {
		if h, err = w.form(ctx, l, serial); err != nil {
			return 0, err
		}
	} else if err := w.fresh(ctx, l, bundle, serial); err != nil {
		return 0, err
	}
	if _, err := w.mine(ctx, by, h); err != nil {
		return 0, err
	}
	return serial, w.save(ctx, l, h, nil)
}

// fresh refuses a form that cannot be keyed for the first time.
func (w *Paperwork) fresh(ctx context.Context, l *live, bundle int, serial uint32) error {
	plan, err := w.plan(ctx, l.survey.ID)
	switch {
	case err != nil:
		return err
	case plan.bundle(bundle) == nil:
		return fault.New(fault.Invalid, "keying.bundle").At("bundle")
	case w.s.Intake.Spent(l.survey.Number, serial):
		return fault.New(fault.Conflict, "keying.spent").At("code")
	}
	return nil
}

// serial reads a code: typed in groups, or the link that a scanner reads.
func (w *Paperwork) serial(l *live, code string) (uint32, error) {
	code = strings.TrimRight(strings.TrimSpace(code), "/")
	if at := strings.LastIndexByte(code, '/'); at >= 0 {
		code = code[at+1:]
	}
	t, err := w.s.Signer.Parse(code)
	if errors.Is(err, invite.Unknown()) {
		return 0, fault.New(fault.Invalid, "keying.code").At("code")
	}
	if err != nil {
		return 0, err
	}
	if t.Survey != l.survey.Number {
		return 0, fault.New(fault.Invalid, "keying.other").At("code")
	}
	b, ok := l.survey.Batches.Find(t.Serial)
	switch {
	case !ok:
		return 0, fault.New(fault.Invalid, "keying.code").At("code")
	case b.Kind != invite.OneTime:
		return 0, fault.New(fault.Invalid, "keying.poster").At("code")
	}
	return t.Serial, nil
}

// Keying shows a form to the person who keys it.
func (w *Paperwork) Keying(ctx context.Context, by access.Actor, id ID, serial uint32) (*KeyingForm, error) {
	l, h, k, err := w.own(ctx, by, id, serial)
	if err != nil {
		return nil, err
	}
	plan, err := w.plan(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &KeyingForm{Survey: l.survey, Plan: paper.NewPlan(l.paper), Serial: serial, Second: k == h.Second, Values: k.Values}
	if b := plan.bundle(h.Bundle); b != nil {
		out.Bundle = *b
	}
	if b, ok := l.survey.Batches.Find(serial); ok {
		out.Stratum, out.PSU, out.Nth = b.Stratum, b.PSU, int(serial-b.First)+1
	}
	return out, nil
}

// own is a form with the keying of one's own.
func (w *Paperwork) own(ctx context.Context, by access.Actor, id ID, serial uint32) (*live, held, *paper.Keying, error) {
	l, err := w.open(by, id)
	if err != nil {
		return nil, held{}, nil, err
	}
	h, err := w.form(ctx, l, serial)
	if err != nil {
		return nil, h, nil, err
	}
	k, err := w.mine(ctx, by, h)
	return l, h, k, err
}

// mine is the keying of one's own; who keyed the form before, under whatever account,
// does not key it again (S14).
func (w *Paperwork) mine(ctx context.Context, by access.Actor, h held) (*paper.Keying, error) {
	k, err := h.Own(by.Name, w.s.Now())
	if err != nil || k == h.First {
		return k, err
	}
	second, err := by.Second(ctx, w.s.People)
	if err != nil {
		return nil, err
	}
	return k, second.Apart(h.First.By)
}

// Keep stores what was typed so far, whether or not it can be; an unfinished keying
// outlives a restart.
func (w *Paperwork) Keep(ctx context.Context, by access.Actor, id ID, serial uint32, values map[string]string) error {
	l, h, k, err := w.own(ctx, by, id, serial)
	if err != nil {
		return err
	}
	k.Take(paper.NewPlan(l.paper), values)
	return w.save(ctx, l, h, nil)
}

// Done ends a keying. What was typed is stored first; then it is refused where it
// cannot be, as paper.Plan.Check says. When both keyings are there and the same the
// answer goes into the intake, and the state is empty.
func (w *Paperwork) Done(ctx context.Context, by access.Actor, id ID, serial uint32, values map[string]string) (paper.State, error) {
	if err := w.Keep(ctx, by, id, serial, values); err != nil {
		return "", err
	}
	l, h, k, err := w.own(ctx, by, id, serial)
	if err != nil {
		return "", err
	}
	plan := paper.NewPlan(l.paper)
	if err := plan.Check(k.Values); err != nil {
		return "", err
	}
	k.Done, k.At = true, w.s.Now().UTC()
	entry := w.s.entry(by, "survey.paper.key", id)
	if entry.After, err = brief(map[string]any{"bundle": h.Bundle, "second": k == h.Second}); err != nil {
		return "", err
	}
	if err := w.save(ctx, l, h, &entry); err != nil {
		return "", err
	}
	state := h.State(plan)
	if state != paper.Agreed {
		return state, nil
	}
	err = w.Accept(ctx, by, id, serial)
	if fault.KindOf(err) == fault.Invalid {
		return paper.Mismatch, nil // an answer that must be there is missing on both
	}
	return "", err
}
