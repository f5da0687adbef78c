package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// InterestRow is one applicant with what a person has declared about it.
type InterestRow struct {
	Unit      roster.Unit
	Holds     Statement
	Earlier   []Statement // what held before, oldest first
	Workplace Exclusion   // a conflict that lies in the person's workplace
	Assigned  bool        // a dossier of the unit is the person's
}

// Interests is a person's page of declarations in a round.
type Interests struct {
	Round    *roster.Round
	Rows     []InterestRow
	Missing  int
	Reminder *Reminder // the latest; nil without one or when nothing is missing
}

// Interests returns what the actor has declared and about whom it is still to be
// done. Assessors and the office's staff declare (C95).
func (s *Service) Interests(ctx context.Context, by access.Actor, round int) (*Interests, error) {
	if err := by.Require(access.Assessor, access.Office); err != nil {
		return nil, err
	}
	b, err := s.bench(ctx, round)
	if err != nil {
		return nil, err
	}
	units, err := s.applicants(ctx, round)
	if err != nil {
		return nil, err
	}
	history, err := s.Store.History(ctx, round, by.Name)
	if err != nil {
		return nil, err
	}
	out := &Interests{Round: b.round}
	me, _ := b.member(by.Name)
	for _, code := range units {
		row, err := b.declared(me, by.Name, code, history)
		if err != nil {
			return nil, err
		}
		if row.Holds.Interest == Undeclared {
			out.Missing++
		}
		out.Rows = append(out.Rows, row)
	}
	all, err := s.Store.Reminders(ctx, round)
	if r, ok := all[by.Name]; ok && out.Missing > 0 {
		out.Reminder = &r
	}
	return out, err
}

// declared is what a person has declared about a unit.
func (b *bench) declared(me Member, account string, code roster.UnitCode, history []Statement) (InterestRow, error) {
	u, err := b.unit(code)
	row := InterestRow{Unit: u, Holds: b.Register[account][code], Workplace: b.employed(me, u), Assigned: b.has(account, code)}
	for _, x := range history {
		if x.Unit == code && x.Number < row.Holds.Number {
			row.Earlier = append(row.Earlier, x)
		}
	}
	return row, err
}

// has reports whether a dossier of the unit is a person's.
func (b *bench) has(account string, unit roster.UnitCode) bool {
	return slices.ContainsFunc(b.Assignments, func(a Assignment) bool {
		return a.Assessor == account && a.Dossier.Unit == unit && a.Counts()
	})
}

// Declarant is somebody who has to declare, as the office sees it.
type Declarant struct {
	Account     string
	Role        access.Role
	Institution string
	All         int
	Missing     []roster.Unit
	Conflicts   []Statement     // that hold
	Changed     int             // declarations that replaced earlier ones
	Lost        []Assignment    // taken away from the person because of a conflict
	Workplace   roster.UnitCode // from which conflicts follow
	Reminder    *Reminder
}

// Declarants returns who has declared what in a round: the assessors that may be
// given dossiers and the office's staff, those with something missing first.
func (s *Service) Declarants(ctx context.Context, by access.Actor, round int) ([]Declarant, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	b, err := s.bench(ctx, round)
	if err != nil {
		return nil, err
	}
	units, err := s.applicants(ctx, round)
	if err != nil {
		return nil, err
	}
	reminders, err := s.Store.Reminders(ctx, round)
	if err != nil {
		return nil, err
	}
	people, err := s.declarants(ctx, b)
	if err != nil {
		return nil, err
	}
	for n := range people {
		if err := b.told(&people[n], units); err != nil {
			return nil, err
		}
		if r, ok := reminders[people[n].Account]; ok {
			people[n].Reminder = &r
		}
	}
	slices.SortStableFunc(people, func(a, b Declarant) int { return cmp.Compare(len(b.Missing), len(a.Missing)) })
	return people, nil
}

// declarants are the people who have to declare.
func (s *Service) declarants(ctx context.Context, b *bench) ([]Declarant, error) {
	accounts, err := s.Accounts.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var out []Declarant
	for _, m := range b.members {
		if m.Left == nil {
			out = append(out, Declarant{Account: m.Account, Role: access.Assessor, Institution: m.Institution, Workplace: m.Workplace})
		}
	}
	for _, a := range accounts {
		if a.Role == access.Office && !a.Disabled {
			out = append(out, Declarant{Account: a.Name, Role: a.Role})
		}
	}
	return out, nil
}

// told fills in what a person has declared.
func (b *bench) told(d *Declarant, units []roster.UnitCode) error {
	d.All = len(units)
	for _, code := range units {
		x := b.Register[d.Account][code]
		if x.Number > 1 {
			d.Changed++
		}
		switch x.Interest {
		case Conflicted:
			d.Conflicts = append(d.Conflicts, x)
		case Undeclared:
			u, err := b.unit(code)
			if err != nil {
				return err
			}
			d.Missing = append(d.Missing, u)
		case Clear:
		}
	}
	for _, a := range b.Assignments {
		if a.Assessor == d.Account && a.Ended != nil && a.Ended.Code == endConflict {
			d.Lost = append(d.Lost, a)
		}
	}
	return nil
}

// Remind asks people who have not declared about all applicants to do so: their
// pages say so from then on. With no account named, everybody is asked; it returns
// how many were.
func (s *Service) Remind(ctx context.Context, by access.Actor, round int, account string) (int, error) {
	people, err := s.Declarants(ctx, by, round)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, d := range people {
		if len(d.Missing) == 0 || account != "" && d.Account != account {
			continue
		}
		r := Reminder{Round: round, Account: d.Account, At: s.Now().UTC(), By: by.Name}
		if err := s.Store.Remind(ctx, r, s.entry(by, "interest.remind", fmt.Sprintf("interests/%d/%s", round, d.Account))); err != nil {
			return n, err
		}
		n++
	}
	if n == 0 {
		return 0, fault.New(fault.Conflict, "interest.complete")
	}
	return n, nil
}

// Roll returns the members of a round's institutions and the assessors' accounts
// that belong to none yet, to the office.
func (s *Service) Roll(ctx context.Context, by access.Actor, round int) (members []Member, free []string, err error) {
	if err := by.Require(access.Office); err != nil {
		return nil, nil, err
	}
	b, err := s.bench(ctx, round)
	if err != nil {
		return nil, nil, err
	}
	accounts, err := s.Accounts.Accounts(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range accounts {
		if _, ok := b.member(a.Name); !ok && mayMark(a) == nil {
			free = append(free, a.Name)
		}
	}
	return b.members, free, nil
}
