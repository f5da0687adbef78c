package survey

import (
	"context"
	"errors"
	"maps"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/invite"
	"minyi/survey/paper"
)

// Settling is one form that two people keyed, before the person who settles it.
type Settling struct {
	Survey        *Survey
	Serial        uint32
	Stratum, PSU  string
	Nth           int
	First, Second paper.Keying
	Fields        []SettleField // that differ, or whose answer must be there and is not
	State         paper.State
	FormLang      string // of the form
}

// SettleField is one question of which two people typed different things.
type SettleField struct {
	paper.Field
	Page          int // of the form
	First, Second string
	Missing       bool // both left empty what must be answered
}

// Settling shows where the two keyings of a form differ. It refuses with
// keying.undone while it was not keyed twice.
func (w *Paperwork) Settling(ctx context.Context, by access.Actor, id ID, serial uint32) (*Settling, error) {
	l, h, err := w.twice(ctx, by, id, serial)
	if err != nil {
		return nil, err
	}
	plan := paper.NewPlan(l.paper)
	lang := "zh-CN"
	all, err := w.plan(ctx, id)
	if err != nil {
		return nil, err
	}
	if b := all.bundle(h.Bundle); b != nil {
		lang = b.Lang
	}
	out := &Settling{Survey: l.survey, Serial: serial, First: *h.First, Second: *h.Second, State: h.State(plan), FormLang: lang}
	if b, ok := l.survey.Batches.Find(serial); ok {
		out.Stratum, out.PSU, out.Nth = b.Stratum, b.PSU, int(serial-b.First)+1
	}
	for _, f := range w.unsettled(l, plan, h) {
		one := SettleField{Field: f.Field, First: h.First.Values[f.Question.ID], Second: h.Second.Values[f.Question.ID], Missing: f.Missing}
		out.Fields = append(out.Fields, one)
	}
	return out, nil
}

// twice is a form that was keyed twice.
func (w *Paperwork) twice(ctx context.Context, by access.Actor, id ID, serial uint32) (*live, held, error) {
	l, err := w.open(by, id)
	if err != nil {
		return nil, held{}, err
	}
	h, err := w.form(ctx, l, serial)
	if err != nil {
		return nil, h, err
	}
	if h.Second == nil || !h.First.Done || !h.Second.Done {
		return nil, h, fault.New(fault.Conflict, "keying.undone")
	}
	return l, h, nil
}

// unsettled are the fields that differ, and those that both left empty though the
// questionnaire demands an answer.
func (w *Paperwork) unsettled(l *live, plan *paper.Plan, h held) []SettleField {
	if h.Final != nil {
		return nil
	}
	var out []SettleField
	seen := map[string]bool{}
	for _, f := range plan.Compare(h.First.Values, h.Second.Values) {
		seen[f.Question.ID] = true
		out = append(out, SettleField{Field: f})
	}
	_, err := l.paper.Check(plan.Codes(h.First.Values), paper.Shown)
	for _, refusal := range fault.All(err) {
		if f, ok := plan.Field(refusal.Field); ok && !seen[refusal.Field] {
			out = append(out, SettleField{Field: f, Missing: true})
		}
	}
	slices.SortFunc(out, func(a, b SettleField) int { return a.Number - b.Number })
	return out
}

// Settle decides the fields that differ after a look at the paper: values has what
// stands there, by question. Who decided, and how many fields, is an entry in the
// trail. Then the answer goes into the intake. It refuses with keying.unsettled
// where a field was left out, and as paper.Plan.Check and Questionnaire.Check do.
func (w *Paperwork) Settle(ctx context.Context, by access.Actor, id ID, serial uint32, values map[string]string) error {
	l, h, err := w.twice(ctx, by, id, serial)
	if err != nil {
		return err
	}
	plan := paper.NewPlan(l.paper)
	open := w.unsettled(l, plan, h)
	if h.Final == nil {
		final := maps.Clone(h.First.Values)
		for _, f := range open {
			value, ok := values[f.Question.ID]
			if !ok {
				return fault.New(fault.Invalid, "keying.unsettled").At(f.Question.ID)
			}
			final[f.Question.ID] = value
		}
		if err := plan.Check(final); err != nil {
			return err
		}
		if _, err := l.paper.Check(plan.Codes(final), paper.Shown); err != nil {
			return err
		}
		h.Final = final
		entry := w.s.entry(by, "survey.paper.settle", id)
		if entry.After, err = brief(map[string]int{"bundle": h.Bundle, "fields": len(open)}); err != nil {
			return err
		}
		if err := w.save(ctx, l, h, &entry); err != nil {
			return err
		}
	}
	return w.Accept(ctx, by, id, serial)
}

// Accept puts a form whose keyings agree or were settled into the intake, once, and
// then deletes what was keyed: its share in the numbers of its bundle and of those
// who keyed it is all that stays. It refuses with keying.unsettled where they differ,
// with keying.spent where the household has answered meanwhile. What a stop cuts
// short is finished by accepting again.
func (w *Paperwork) Accept(ctx context.Context, by access.Actor, id ID, serial uint32) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	l, h, err := w.twice(ctx, by, id, serial)
	if err != nil {
		return err
	}
	plan := paper.NewPlan(l.paper)
	final := h.Final
	switch state := h.State(plan); {
	case state != paper.Agreed:
		return fault.New(fault.Invalid, "keying.unsettled")
	case final == nil:
		final = h.First.Values
	}
	kept, err := w.plan(ctx, id)
	if err != nil {
		return err
	}
	b := kept.bundle(h.Bundle)
	if b == nil {
		return fault.New(fault.Invalid, "keying.bundle")
	}
	if err := w.submit(ctx, l, h, *b, plan.Codes(final)); err != nil {
		return err
	}
	b.Done++
	if kept.Work == nil {
		kept.Work = map[string]paper.Work{}
	}
	plan.Tally(h.Sheet, final, kept.Work)
	return w.drop(ctx, by, l, h, kept, "survey.paper.accept", "")
}

// submit puts the answer into the intake. Paper counts that came back in time, also
// when it is keyed after the last day: as long as the survey is open.
func (w *Paperwork) submit(ctx context.Context, l *live, h held, b Bundle, codes map[string][]string) error {
	sheet, err := l.paper.Check(codes, paper.Shown)
	if err != nil {
		return err
	}
	batch, t, err := w.link(l, h.row.Serial)
	if err != nil {
		return err
	}
	e := w.s.arrival(l, batch, t, Submission{
		Key: h.Form, Sheet: sheet, Lang: b.Lang, Given: codes, Trace: &Trace{Started: w.s.Now(), Mode: OnPaper},
	})
	e.Admit, e.Revise = nil, Mark{} // paper takes the place of no answer
	_, err = w.s.Intake.Put(ctx, e)
	switch {
	case errors.Is(err, fault.New(fault.Closed, "survey.closed")):
		return fault.New(fault.Conflict, "keying.open")
	case errors.Is(err, fault.New(fault.Conflict, "token.spent")):
		return fault.New(fault.Conflict, "keying.spent")
	}
	return err
}

// Throw discards a form that cannot count: what was keyed is deleted, the link stays
// as it is, and the reason is an entry in the trail. It refuses with keying.reason.
func (w *Paperwork) Throw(ctx context.Context, by access.Actor, id ID, serial uint32, reason string) error {
	reason, err := worded(reason, "reason")
	if err != nil {
		return fault.New(fault.Invalid, "keying.reason").At("reason")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	l, err := w.open(by, id)
	if err != nil {
		return err
	}
	h, err := w.form(ctx, l, serial)
	if err != nil {
		return err
	}
	kept, err := w.plan(ctx, id)
	if err != nil {
		return err
	}
	if b := kept.bundle(h.Bundle); b != nil {
		b.Thrown++
	}
	return w.drop(ctx, by, l, h, kept, "survey.paper.discard", reason)
}

// drop deletes a form and keeps the plan.
func (w *Paperwork) drop(ctx context.Context, by access.Actor, l *live, h held, kept PaperPlan, action, reason string) error {
	row, err := kept.row(l.survey.ID)
	if err != nil {
		return err
	}
	entry := w.s.entry(by, action, l.survey.ID)
	entry.Reason = reason
	if entry.After, err = brief(map[string]int{"bundle": h.Bundle}); err != nil {
		return err
	}
	return w.store.DropPaperSheet(ctx, l.survey.Number, h.row, row, entry)
}

// link is the link of a form with its batch.
func (w *Paperwork) link(l *live, serial uint32) (invite.Batch, invite.Token, error) {
	b, ok := l.survey.Batches.Find(serial)
	if !ok {
		return b, invite.Token{}, fault.New(fault.NotFound, "keying.none")
	}
	return b, invite.Token{Survey: l.survey.Number, Serial: serial}, nil
}

// Tend deletes what of paper forms was not accepted when their survey ended,
// then the key. It may be repeated.
func (w *Paperwork) Tend(ctx context.Context) error {
	all, err := w.s.Store.Surveys(ctx)
	for _, sv := range all {
		if sv.State == Planned || sv.State == Open || w.s.Vault == nil {
			continue
		}
		err = errors.Join(err, w.forget(ctx, sv))
	}
	return err
}

func (w *Paperwork) forget(ctx context.Context, sv *Survey) error {
	key, err := w.s.Vault.Key(paperKey(sv.ID))
	if err != nil || key == nil {
		return err
	}
	left := 0
	if err := w.store.PaperSheets(ctx, sv.Number, func(SealedSheet) error { left++; return nil }); err != nil {
		return err
	}
	entry := w.s.entry(access.Command("survey"), "survey.paper.erase", sv.ID)
	if entry.After, err = brief(map[string]int{"forms": left}); err != nil {
		return err
	}
	if err := w.store.DropPaperSheets(ctx, sv.Number, entry); err != nil {
		return err
	}
	return w.s.Vault.Destroy(paperKey(sv.ID))
}
