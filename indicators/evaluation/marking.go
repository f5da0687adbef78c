package evaluation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Saved is what became of what was sent.
type Saved struct {
	Kept    []Cell // as they are stored now, with their new versions
	Clashes []Cell // as they are stored: somebody changed them after the sender had read them, and nothing was overwritten
}

// Answer is one item as it is stored after it was sent, with what it is measured
// by.
type Answer struct {
	Cell  Cell
	Terms Terms
}

// Put keeps one item of the actor's draft, within the evaluation window; Version
// is the version that the actor saw. What was changed in another window meanwhile
// is refused with item.changed and returned as it is stored; the same words again
// are no change, so that a request may be repeated whose answer was lost.
func (s *Service) Put(ctx context.Context, by access.Actor, k application.Key, c Cell) (Answer, error) {
	terms, saved, err := s.save(ctx, by, k, []Cell{c})
	a := Answer{Cell: c, Terms: terms}
	for _, stored := range append(saved.Clashes, saved.Kept...) {
		a.Cell = stored
	}
	return a, err
}

// Save keeps several items of the actor's draft, with a trail entry each that
// says what was and what is (C11). Where one of them breaks a rule, nothing is
// kept; where one was changed in another window meanwhile, the others are kept.
// The error tells each at its field.
func (s *Service) Save(ctx context.Context, by access.Actor, k application.Key, cells []Cell) (Saved, error) {
	_, saved, err := s.save(ctx, by, k, cells)
	return saved, err
}

func (s *Service) save(ctx context.Context, by access.Actor, k application.Key, cells []Cell) (Terms, Saved, error) {
	terms, err := s.marking(ctx, by, k, "sheet.mark")
	if err != nil {
		return Terms{}, Saved{}, err
	}
	var list fault.List
	good := make([]Cell, len(cells))
	for n, c := range cells {
		c.Verdict = c.Verdict.bare()
		good[n] = c
		list = append(list, fault.All(terms.check(c))...)
	}
	if err := list.Err(); err != nil {
		return terms, Saved{}, err
	}
	saved, err := s.keep(ctx, by, k, good)
	if err != nil {
		return terms, Saved{}, err
	}
	for _, c := range saved.Clashes {
		list.Add(clashed(c.Item))
	}
	return terms, saved, list.Err()
}

func clashed(item Item) *fault.Refusal {
	field := string(item)
	if !strings.HasPrefix(field, string(Overall)) {
		field = "mark-" + field
	}
	return fault.New(fault.Conflict, "item.changed", "number", string(item)).At(field)
}

// keep stores cells that were checked.
func (s *Service) keep(ctx context.Context, by access.Actor, k application.Key, cells []Cell) (out Saved, err error) {
	items := make([]Item, len(cells))
	for n, c := range cells {
		items[n] = c.Item
	}
	err = s.Store.KeepCells(ctx, k, by.Name, items, func(a *Assignment) ([]Cell, []audit.Entry, error) {
		if err := a.writable(); err != nil {
			return nil, nil, err
		}
		var entries []audit.Entry
		var news []Cell
		out = Saved{}
		for _, c := range cells {
			was := a.Sheet.Cell(c.Item)
			switch {
			case was.says(c):
				out.Kept = append(out.Kept, was)
			case was.Version != c.Version:
				out.Clashes = append(out.Clashes, was)
			default:
				c.Version, c.At = was.Version+1, s.Now().UTC()
				entry, err := s.change(by, a, was, c)
				if err != nil {
					return nil, nil, err
				}
				news, entries, out.Kept = append(news, c), append(entries, entry), append(out.Kept, c)
			}
		}
		return news, entries, nil
	})
	return out, err
}

// change is the trail's entry of one item: as it was and as it is.
func (s *Service) change(by access.Actor, a *Assignment, was, is Cell) (audit.Entry, error) {
	entry := s.entry(by, "sheet.mark", a.Object()+"/"+string(is.Item))
	if was.Version > 0 {
		raw, err := json.Marshal(was)
		if err != nil {
			return *entry, fmt.Errorf("sheet: %w", err)
		}
		entry.Before = string(raw)
	}
	raw, err := json.Marshal(is)
	if err != nil {
		return *entry, fmt.Errorf("sheet: %w", err)
	}
	entry.After = string(raw)
	return *entry, nil
}

// marking is the first step of every change of a sheet: the dossier is assigned
// to the actor, who has declared no interest, and the window is open.
func (s *Service) marking(ctx context.Context, by access.Actor, k application.Key, action string) (Terms, error) {
	a, err := s.mine(ctx, by, k)
	if err != nil {
		return Terms{}, err
	}
	if err := a.ready(); err != nil {
		return Terms{}, err
	}
	if err := s.window(ctx, k.Round, s.entry(by, action, a.Object())); err != nil {
		return Terms{}, err
	}
	return s.terms(ctx, k)
}

// writable refuses a change of a sheet that is not the assessor's to change.
func (a *Assignment) writable() error {
	if err := a.ready(); err != nil {
		return err
	}
	if a.Sheet.Submitted() {
		return fault.New(fault.Conflict, "sheet.submitted")
	}
	return nil
}

// Submit closes the actor's sheet. seen is the count of edits of the summary that
// he read: a change in another window since then is refused with sheet.conflict.
// A missing verdict, reason, proof or opinion is refused too (C28).
func (s *Service) Submit(ctx context.Context, by access.Actor, k application.Key, seen int) error {
	terms, err := s.marking(ctx, by, k, "sheet.submit")
	if err != nil {
		return err
	}
	entry := s.entry(by, "sheet.submit", sheetObject(k, by.Name))
	return s.Store.UpdateAssignment(ctx, k, by.Name, entry, func(a *Assignment) error {
		if err := a.writable(); err != nil {
			return err
		}
		if a.Sheet.Edits != seen {
			return fault.New(fault.Conflict, "sheet.conflict")
		}
		if err := a.Sheet.Submit(terms, s.Now()); err != nil {
			return err
		}
		entry.After = fmt.Sprintf(`{"digest":%q,"total":%q,"edits":%d}`, a.Sheet.Digest, a.Sheet.Total, a.Sheet.Edits)
		return nil
	})
}

// Reopen gives a submitted sheet back to its assessor, with a reason; the sheet
// as it was stays kept. Only the office may, while the dossier has no result and
// the window is open.
func (s *Service) Reopen(ctx context.Context, by access.Actor, k application.Key, assessor, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := checkWords("reason", reason, "sheet.reopen_reason"); err != nil {
		return err
	}
	entry := s.entry(by, "sheet.reopen", sheetObject(k, assessor))
	entry.Reason = strings.TrimSpace(reason)
	if err := s.window(ctx, k.Round, entry); err != nil {
		return err
	}
	if err := s.stillUnsigned(ctx, k); err != nil {
		return err
	}
	return s.Store.UpdateAssignment(ctx, k, assessor, entry, func(a *Assignment) error {
		entry.Before = a.Sheet.Digest
		return a.Sheet.Reopen(Reopening{At: s.Now().UTC(), By: by.Name, Reason: entry.Reason, Digest: a.Sheet.Digest})
	})
}

// Submission is one submission of a sheet, without its marks: what the office
// sees where it gives the sheet back.
type Submission struct {
	At     time.Time
	Digest string
	Back   *Reopening // why it was given back; nil for the one that stands
}

// Submissions returns the submissions of an assessor's sheet, the first first, to
// the office.
func (s *Service) Submissions(ctx context.Context, by access.Actor, k application.Key, assessor string) ([]Submission, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	a, err := s.Store.Assignment(ctx, k, assessor)
	if err != nil {
		return nil, err
	}
	sheets, err := s.Store.Submissions(ctx, k, assessor)
	if err != nil {
		return nil, err
	}
	var out []Submission
	for _, sheet := range sheets {
		one := Submission{At: sheet.SubmittedAt, Digest: sheet.Digest}
		for _, r := range a.Sheet.Reopenings {
			if r.Digest == sheet.Digest {
				one.Back = &r
			}
		}
		out = append(out, one)
	}
	return out, nil
}
