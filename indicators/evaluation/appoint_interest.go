package evaluation

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Statement is one entry of the register of interests: what a person declared
// about a unit in a round (C95). Entries are never changed or deleted; the latest
// one holds, and one that follows another has its reason.
type Statement struct {
	Round    int             `json:"round"`
	Unit     roster.UnitCode `json:"unit"`
	Account  string          `json:"account"`
	Role     access.Role     `json:"role"`
	Number   int             `json:"number"` // 1 for the first of a person about a unit
	Interest Interest        `json:"interest"`
	Text     string          `json:"text"`   // what the interest is
	Reason   string          `json:"reason"` // of a change
	At       time.Time       `json:"at"`
}

// Choice is what a person declares about a unit.
type Choice struct {
	Interest Interest
	Text     string
	Reason   string
}

// Register is the statements of a round that hold: by account, then unit.
type Register map[string]map[roster.UnitCode]Statement

// Of returns what a person has declared about a unit.
func (r Register) Of(account string, unit roster.UnitCode) Interest { return r[account][unit].Interest }

// Reminder is that the office asked somebody to declare.
type Reminder struct {
	Round   int       `json:"round"`
	Account string    `json:"account"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
}

// state makes the entries of choices, given what held before; what is declared
// alike already makes none. A conflict needs its text, a change its reason.
func state(before map[roster.UnitCode]Statement, choices map[roster.UnitCode]Choice, units []roster.UnitCode) ([]Statement, error) {
	var list fault.List
	var out []Statement
	for _, u := range units {
		c, ok := choices[u]
		old := before[u]
		c.Text, c.Reason = strings.TrimSpace(c.Text), strings.TrimSpace(c.Reason)
		same := old.Interest == c.Interest && (c.Interest == Clear || old.Text == c.Text)
		if !ok || c.Interest == Undeclared && old.Interest == Undeclared && c.Text == "" || same {
			continue
		}
		c.check(&list, string(u), old)
		if c.Interest == Clear {
			c.Text = ""
		}
		out = append(out, Statement{Unit: u, Number: old.Number + 1, Interest: c.Interest, Text: c.Text, Reason: c.Reason})
	}
	return out, list.Err()
}

func (c Choice) check(list *fault.List, unit string, old Statement) {
	checkText(list, "text-"+unit, c.Text, longestReason)
	checkText(list, "reason-"+unit, c.Reason, longestReason)
	switch {
	case c.Interest != Clear && c.Interest != Conflicted:
		list.Add(fault.New(fault.Invalid, "interest.choose").At("interest-" + unit))
	case c.Interest == Conflicted && c.Text == "":
		list.Add(fault.New(fault.Invalid, "interest.text").At("text-" + unit))
	case old.Number > 0 && c.Reason == "":
		list.Add(fault.New(fault.Conflict, "interest.declared").At("reason-" + unit))
	}
}

// standBack takes the assignments of units with which a person has declared a
// conflict away, whatever they hold: the sheets are kept and do not count.
func standBack(mine []Assignment, add []Statement, by string, now time.Time) []Assignment {
	var out []Assignment
	for _, a := range mine {
		at := slices.IndexFunc(add, func(s Statement) bool { return s.Unit == a.Dossier.Unit })
		if at >= 0 && add[at].Interest == Conflicted && a.Ended == nil {
			a.Ended = &Ending{At: now, By: by, Code: endConflict, Reason: ""}
			out = append(out, a)
		}
	}
	return out
}

// applicants are the units whose dossiers stand filed in a round, and with which
// interests are declared.
func (s *Service) applicants(ctx context.Context, round int) ([]roster.UnitCode, error) {
	dossiers, err := s.Store.Dossiers(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []roster.UnitCode
	for _, d := range dossiers {
		if d.State == application.Filed && !slices.Contains(out, d.Unit) {
			out = append(out, d.Unit)
		}
	}
	slices.Sort(out)
	return out, nil
}

// DeclareAll records what the actor declares about applicants of a round, all at
// once, and returns the dossiers that were taken away from the actor by it (C95).
// Assessors and the office's staff declare; units that are left out stay as they
// are.
func (s *Service) DeclareAll(ctx context.Context, by access.Actor, round int, choices map[roster.UnitCode]Choice) ([]application.Key, error) {
	if err := by.Require(access.Assessor, access.Office); err != nil {
		return nil, err
	}
	units, err := s.applicants(ctx, round)
	if err != nil {
		return nil, err
	}
	for u := range choices {
		if !slices.Contains(units, u) {
			return nil, fault.New(fault.NotFound, "unit.unknown")
		}
	}
	return s.declare(ctx, by, round, choices, units)
}

func (s *Service) declare(ctx context.Context, by access.Actor, round int, choices map[roster.UnitCode]Choice, units []roster.UnitCode) ([]application.Key, error) {
	now := s.Now().UTC().Truncate(time.Millisecond)
	entry := s.entry(by, "interest.declare", fmt.Sprintf("interests/%d/%s", round, by.Name))
	var lost []application.Key
	err := s.Store.AddStatements(ctx, round, by.Name, entry, func(before map[roster.UnitCode]Statement, mine []Assignment) ([]Statement, []Assignment, error) {
		add, err := state(before, choices, units)
		if err != nil {
			return nil, nil, err
		}
		for n := range add {
			add[n].Round, add[n].Account, add[n].Role, add[n].At = round, by.Name, by.Role, now
		}
		taken := standBack(mine, add, by.Name, now)
		for _, a := range taken {
			lost = append(lost, a.Dossier)
		}
		if entry.Before, err = stated(before, add); err != nil {
			return nil, nil, err
		}
		entry.After, err = summary(add, taken)
		return add, taken, err
	})
	return lost, err
}

// summary is what the trail keeps of declarations: which, about whom and what
// they took away, but not the words, which may speak of people.
func summary(add []Statement, taken []Assignment) (string, error) {
	out := struct {
		Declared map[roster.UnitCode]Interest `json:"declared"`
		Taken    []application.ID             `json:"taken,omitempty"`
	}{Declared: map[roster.UnitCode]Interest{}}
	for _, x := range add {
		out.Declared[x.Unit] = x.Interest
	}
	for _, a := range taken {
		out.Taken = append(out.Taken, a.Dossier.ID())
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return "", fmt.Errorf("interests: %w", err)
	}
	return string(raw), nil
}

// stated is what was declared before of the units of new declarations; empty for
// nothing.
func stated(before map[roster.UnitCode]Statement, add []Statement) (string, error) {
	var was []Statement
	for _, x := range add {
		if old, ok := before[x.Unit]; ok {
			was = append(was, old)
		}
	}
	if len(was) == 0 {
		return "", nil
	}
	return summary(was, nil)
}

// Declare records the actor's declaration about the unit of a dossier that is
// assigned to the actor (C95).
func (s *Service) Declare(ctx context.Context, by access.Actor, k application.Key, i Interest, text string) error {
	if _, err := s.mine(ctx, by, k); err != nil {
		return err
	}
	_, err := s.declare(ctx, by, k.Round, map[roster.UnitCode]Choice{k.Unit: {Interest: i, Text: text}}, []roster.UnitCode{k.Unit})
	return undress(err, "-"+string(k.Unit))
}

// undress takes the unit off the fields of refusals, for a form about one unit.
func undress(err error, suffix string) error {
	var list fault.List
	for _, r := range fault.All(err) {
		list.Add(r.At(strings.TrimSuffix(r.Field, suffix)))
	}
	if len(list) == 0 {
		return err
	}
	return list.Err()
}

// Missing returns the applicants about whom the actor has declared nothing yet.
func (s *Service) Missing(ctx context.Context, by access.Actor, round int) ([]roster.UnitCode, error) {
	units, err := s.applicants(ctx, round)
	if err != nil {
		return nil, err
	}
	register, err := s.Store.Statements(ctx, round)
	if err != nil {
		return nil, err
	}
	return register.missing(by.Name, units), nil
}

func (r Register) missing(account string, units []roster.UnitCode) []roster.UnitCode {
	return slices.DeleteFunc(slices.Clone(units), func(u roster.UnitCode) bool { return r.Of(account, u) != Undeclared })
}

// recused refuses who has declared a conflict of interests with the unit from
// deciding on it, and logs the refusal (C95).
func (s *Service) recused(ctx context.Context, by access.Actor, round int, unit roster.UnitCode, entry *audit.Entry) error {
	err := by.StandBack(ctx, s.Store, round, string(unit))
	if fault.KindOf(err) == 0 {
		return err
	}
	refused := *entry
	refused.Outcome, refused.Reason = audit.Refused, "interest.recused"
	if logged := s.Store.Record(ctx, refused); logged != nil {
		return logged
	}
	return err
}

// unsaid refuses what is only shown after interests are declared with everybody.
func unsaid(missing int) error {
	if missing == 0 {
		return nil
	}
	return fault.New(fault.Forbidden, "interest.missing", "count", itoa(missing))
}
