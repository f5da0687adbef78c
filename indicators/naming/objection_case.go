package naming

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// Objections lists the round's objections to the office, oldest first, without who
// filed them and without the text.
func (s *Service) Objections(ctx context.Context, by access.Actor, round int) ([]Objection, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.store.Objections(ctx, round)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	f, err := s.facts(ctx, round)
	if err != nil {
		return nil, err
	}
	for i := range all {
		o := &all[i]
		if err := s.box.open(o, false); err != nil {
			return nil, err
		}
		o.Settled = f.settled(o)
	}
	return all, nil
}

// Objection opens one objection to the office, without who filed it. Whoever has
// declared a conflict of interests with the unit reads none of it (C95).
func (s *Service) Objection(ctx context.Context, by access.Actor, id string) (*Objection, error) {
	return s.case1(ctx, by, id, "objection.read")
}

// case1 finds an objection for somebody of the office who may deal with it.
func (s *Service) case1(ctx context.Context, by access.Actor, id, action string) (*Objection, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	o, err := s.store.Objection(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := s.recused(ctx, by, o.Round, action, o.Target.Unit); err != nil {
		return nil, err
	}
	if err := s.box.open(o, false); err != nil {
		return nil, err
	}
	return o, s.judge(ctx, o)
}

// Officers are the accounts of the office that may become the case officer of an
// objection: active ones without a conflict of interests with the unit.
func (s *Service) Officers(ctx context.Context, round int, unit roster.UnitCode) (out []string, err error) {
	if s.equipment.Accounts == nil {
		return nil, nil
	}
	all, err := s.equipment.Accounts.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Role != access.Office || a.Disabled {
			continue
		}
		conflicted, err := s.store.Conflicted(ctx, a.Name, round, string(unit))
		if err != nil {
			return nil, err
		}
		if !conflicted {
			out = append(out, a.Name)
		}
	}
	return out, nil
}

// Assign gives an objection to a case officer of the office without a conflict of
// interests with the unit (C95).
func (s *Service) Assign(ctx context.Context, by access.Actor, id, officer string) error {
	o, err := s.case1(ctx, by, id, "objection.assign")
	if err != nil {
		return err
	}
	may, err := s.Officers(ctx, o.Round, o.Target.Unit)
	if err != nil {
		return err
	}
	if s.equipment.Accounts != nil && !slices.Contains(may, officer) {
		return fault.New(fault.Invalid, "objection.officer").At("officer")
	}
	entry := s.entry(by, "objection.assign", object("objection", o.Round, id), "")
	entry.Before, entry.After = o.Officer, officer
	err = s.store.UpdateObjection(ctx, o.Round, id, entry, func(o *Objection, p *Proceeding, _ *audit.Entry) error {
		if len(p.decisions()) > 0 {
			return fault.New(fault.Closed, "objection.decided")
		}
		o.Officer, o.AssignedAt = officer, s.now().UTC().Truncate(time.Millisecond)
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.settled(ctx, "objection/"+id); err != nil { // who is to assign it, and the officer before
		return err
	}
	return s.post(ctx, inbox.Message{
		Code: "objection.assigned", Params: map[string]string{"unit": string(o.Target.Unit), "due_date": o.Due.String()}, To: inbox.ToAccount(officer),
		Link: "/office/objections/" + id, Due: o.Due.Plus(1).Start(), Key: fmt.Sprintf("objection/%s/officer/%s/%d", id, officer, s.now().UnixMilli()), Topic: "objection/" + id,
	})
}

// Person opens who filed an objection, to its case officer alone; every reading is in
// the trail.
func (s *Service) Person(ctx context.Context, by access.Actor, id string) (name, contact string, err error) {
	o, err := s.case1(ctx, by, id, "objection.person")
	if err != nil {
		return "", "", err
	}
	if err := o.mine(by); err != nil {
		return "", "", err
	}
	if err := s.store.Record(ctx, s.entry(by, "objection.person", object("objection", o.Round, id), "")); err != nil {
		return "", "", err
	}
	if o, err = s.store.Objection(ctx, id); err != nil {
		return "", "", err
	}
	err = s.box.open(o, true)
	return o.Name, o.Contact, err
}

// mine refuses whoever is not the case officer.
func (o *Objection) mine(by access.Actor) error {
	switch {
	case o.Officer == "":
		return fault.New(fault.Conflict, "objection.unassigned")
	case access.Fold(o.Officer) != access.Fold(by.Name):
		return fault.New(fault.Forbidden, "objection.officer_only", "officer", o.Officer)
	}
	return nil
}

// AddNote adds a note of the office's own.
func (s *Service) AddNote(ctx context.Context, by access.Actor, id, words string) error {
	var list fault.List
	checkTexts(&list, text{"note", &words, textMost, true, true})
	if err := list.Err(); err != nil {
		return err
	}
	return s.work(ctx, by, id, "objection.note", func(o *Objection) error {
		o.Notes = append(o.Notes, Note{At: s.now().UTC().Truncate(time.Second), By: by.Name, Text: words})
		return nil
	})
}

// Ask puts a question of the case officer onto the page of the objection's state,
// where who filed it answers without giving a name.
func (s *Service) Ask(ctx context.Context, by access.Actor, id, words string) error {
	var list fault.List
	checkTexts(&list, text{"question", &words, textMost, true, true})
	if err := list.Err(); err != nil {
		return err
	}
	return s.work(ctx, by, id, "objection.ask", func(o *Objection) error {
		if err := o.mine(by); err != nil {
			return err
		}
		if err := o.talks(); err != nil {
			return err
		}
		o.Talk = append(o.Talk, Word{At: s.now().UTC().Truncate(time.Second), By: by.Name, Text: words})
		return nil
	})
}

// work changes an objection for somebody of the office who may deal with it.
func (s *Service) work(ctx context.Context, by access.Actor, id, action string, rule func(*Objection) error) error {
	o, err := s.case1(ctx, by, id, action)
	if err != nil {
		return err
	}
	entry := s.entry(by, action, object("objection", o.Round, id), "")
	return s.store.UpdateObjection(ctx, o.Round, id, entry, s.opened(func(o *Objection, _ *Proceeding, _ *audit.Entry) error {
		if !o.Erased.IsZero() {
			return fault.New(fault.Closed, "objection.erased")
		}
		return rule(o)
	}))
}

// File gives a file of an objection to the office; the reading is in the trail.
func (s *Service) File(ctx context.Context, by access.Actor, id, digest string) (evidence.File, io.ReadSeekCloser, error) {
	o, err := s.case1(ctx, by, id, "objection.file_read")
	if err != nil {
		return evidence.File{}, nil, err
	}
	for _, f := range o.All() {
		if string(f.Digest) == digest && s.equipment.Files != nil {
			entry := s.entry(by, "objection.file_read", object("objection", o.Round, id), "")
			entry.After = digest
			if err := s.store.Record(ctx, entry); err != nil {
				return f, nil, err
			}
			r, err := s.equipment.Files.Read(ctx, f.Digest)
			return f, r, err
		}
	}
	return evidence.File{}, nil, fault.New(fault.NotFound, "evidence.unknown")
}

// Answer is the outcome of an objection with its reason and the words for who filed
// it.
type Answer struct {
	Outcome Outcome `json:"outcome"`
	Reason  string  `json:"reason"` // for the office
	Words   string  `json:"-"`      // stand in the objection
}

func (x *Answer) check() error {
	var list fault.List
	checkTexts(&list, text{"reason", &x.Reason, textMost, true, true}, text{"answer", &x.Words, textMost, true, true})
	if !slices.Contains(Outcomes(), x.Outcome) {
		list.Add(fault.New(fault.Invalid, "objection.outcome").At("outcome"))
	}
	return list.Err()
}

// Answer gives an objection its outcome, by its case officer. It may be changed
// until its consequence is decided or names are given, each change being a decision
// of its own.
func (s *Service) Answer(ctx context.Context, by access.Actor, id string, x Answer) error {
	if err := x.check(); err != nil {
		return err
	}
	o, err := s.case1(ctx, by, id, "objection.answer")
	if err != nil {
		return err
	}
	if err := o.mine(by); err != nil {
		return err
	}
	a, err := s.begin(ctx, by, o.Round, AnswerIt, id, x.Reason, true)
	if err != nil {
		return err
	}
	a.Answer = &Answer{Outcome: x.Outcome, Reason: x.Reason}
	entry := s.entry(by, "objection.answer", object("objection", o.Round, id), x.Reason)
	err = s.store.UpdateObjection(ctx, o.Round, id, entry, func(o *Objection, p *Proceeding, e *audit.Entry) error {
		switch {
		case len(p.decisions()) > 0:
			return fault.New(fault.Closed, "objection.decided")
		case p.settlement(id) != nil:
			return fault.New(fault.Closed, "objection.settled")
		}
		if err := p.put(a, e); err != nil {
			return err
		}
		e.After = fmt.Sprintf(`{"act":%q,"outcome":%q,"known":%q}`, a.ID, x.Outcome, a.Known.Sum)
		o.Outcome, o.Reason, o.Answer, o.AnsweredAt, o.AnsweredBy = x.Outcome, x.Reason, x.Words, a.At, by.Name
		return nil
	})
	if err == nil {
		err = s.settled(ctx, "objection/"+id)
	}
	if err != nil || !x.Outcome.right() {
		return err
	}
	return s.post(ctx, inbox.Message{
		Code: "objection.escalated", Params: map[string]string{"unit": string(o.Target.Unit)}, To: inbox.ToRole(access.Office),
		Link: "/office/objections/" + id, Key: "objection/" + id + "/escalated/" + a.ID, Topic: "objection/" + id,
	})
}
