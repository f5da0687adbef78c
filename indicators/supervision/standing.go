package supervision

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

const (
	nameMost = 100  // characters of a document number
	textMost = 2000 // characters of a reason
)

// Change is what the office writes when it puts a name under check or ends the
// check: from which day, by which document, and why.
type Change struct {
	Seen     int // how many steps the office saw
	To       naming.Standing
	From     roster.Date
	Document string
	Reason   string
}

// Change puts a valid name under check, or lets a checked one stand as valid again
// (C13). A revocation is an act of its own with its grounds (C44).
func (s *Service) Change(ctx context.Context, by access.Actor, id string, x Change) error {
	r, err := s.mine(ctx, by, id)
	if err != nil {
		return err
	}
	var list fault.List
	written(&list, "document", &x.Document, nameMost, false)
	written(&list, "reason", &x.Reason, textMost, true)
	if x.To != naming.Valid && x.To != naming.Checked {
		list.Add(fault.New(fault.Invalid, "standing.to").At("to"))
	}
	r.day(&list, x.From, "from", s.Now())
	if err := list.Err(); err != nil {
		return err
	}
	entry := s.entry(by, "standing.change", id, x.Reason)
	return s.Store.AddStanding(ctx, id, entry, func(now Record) (Step, error) {
		if err := now.may(x); err != nil {
			return Step{}, err
		}
		step := Step{
			Naming: id, N: len(now.Steps) + 1, Standing: x.To, From: x.From, Document: x.Document, Reason: x.Reason,
			By: by.Name, At: s.Now().UTC().Truncate(time.Millisecond),
		}
		entry.Before, entry.After = string(now.Now()), step.text()
		return step, nil
	})
}

// text is what the trail says of a step.
func (x Step) text() string {
	return fmt.Sprintf(`{"standing":%q,"from":%q,"document":%q}`, x.Standing, x.From, x.Document)
}

// may refuses a change that the name, as it stands now, does not allow.
func (r Record) may(x Change) error {
	switch {
	case r.Now() == naming.Revoked:
		return fault.New(fault.Conflict, "standing.revoked")
	case len(r.Steps) != x.Seen:
		return fault.New(fault.Conflict, "standing.changed")
	case r.Now() == x.To:
		return fault.New(fault.Conflict, "standing.same").At("to")
	}
	return nil
}

// day refuses a first day that is missing, to come, or before what stands.
func (r Record) day(list *fault.List, day roster.Date, field string, now time.Time) {
	if day.IsZero() || day.Before(r.Latest()) || roster.DateOf(now).Before(day) {
		list.Add(fault.New(fault.Invalid, "standing.day", "from", r.Latest().String()).At(field))
	}
}

// mine gives a name to somebody of the office who may decide about its unit (C95).
func (s *Service) mine(ctx context.Context, by access.Actor, id string) (Record, error) {
	if err := by.Require(access.Office); err != nil {
		return Record{}, err
	}
	r, err := s.Store.NamedRecord(ctx, id)
	if err != nil {
		return Record{}, err
	}
	return r, by.StandBack(ctx, s.Store, r.Round, string(r.Target.Unit))
}

// Records lists all names with their whole history to the office, newest first.
func (s *Service) Records(ctx context.Context, by access.Actor) ([]Record, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.NamedRecords(ctx)
}

// Record gives one name with its whole history to the office.
func (s *Service) Record(ctx context.Context, by access.Actor, id string) (Record, error) {
	if err := by.Require(access.Office); err != nil {
		return Record{}, err
	}
	return s.Store.NamedRecord(ctx, id)
}

// Register is the public register as of a day: the names given up to it, each with
// its standing on that day and the steps up to it, without who took them and the
// office's own reasons (C13). Newest first.
func (s *Service) Register(ctx context.Context, day roster.Date) ([]Record, error) {
	all, err := s.Store.NamedRecords(ctx)
	var out []Record
	for _, r := range all {
		standing := r.On(day)
		if standing == "" {
			continue
		}
		steps := []Step{}
		for _, x := range r.Steps {
			if !day.Before(x.From) {
				x.By, x.Reason = "", ""
				steps = append(steps, x)
			}
		}
		r.Standing, r.Steps = standing, steps
		out = append(out, r)
	}
	return out, err
}

// AsOf reads the day of a register, today where none is given; a day to come is
// refused, as nobody knows it.
func (s *Service) AsOf(text string) (roster.Date, error) {
	today := roster.DateOf(s.Now())
	if text == "" {
		return today, nil
	}
	day, err := roster.ParseDate(text)
	if err != nil {
		return roster.Date{}, fault.New(fault.Invalid, "date.form").At("on")
	}
	if today.Before(day) {
		return roster.Date{}, fault.New(fault.Invalid, "named.future", "today", today.String()).At("on")
	}
	return day, nil
}

func (s *Service) entry(by access.Actor, action, id, reason string) *audit.Entry {
	return &audit.Entry{
		At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: "named/" + id, Reason: reason,
	}
}

// written trims a field and refuses one that is missing, too long, or holds control
// or direction marks.
func written(list *fault.List, field string, value *string, most int, lines bool) {
	*value = strings.TrimSpace(strings.ReplaceAll(*value, "\r\n", "\n"))
	switch n := utf8.RuneCountInString(*value); {
	case n == 0:
		list.Add(fault.New(fault.Invalid, "words.missing").At(field))
	case n > most:
		list.Add(fault.New(fault.Invalid, "words.long", "most", strconv.Itoa(most)).At(field))
	case strings.ContainsFunc(*value, func(r rune) bool {
		line := lines && (r == '\n' || r == '\t')
		return !line && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
	}):
		list.Add(fault.New(fault.Invalid, "words.marks").At(field))
	}
}
