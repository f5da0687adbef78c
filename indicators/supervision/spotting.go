package supervision

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Spots lists the draws of all years to the office, newest first.
func (s *Service) Spots(ctx context.Context, by access.Actor) ([]Spot, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Spots(ctx)
}

// Upcoming is the list that the office would freeze today, with the share and the
// strata of the newest round's settings (C42).
func (s *Service) Upcoming(ctx context.Context, by access.Actor) (Spot, error) {
	if err := by.Require(access.Office); err != nil {
		return Spot{}, err
	}
	r, err := s.Rounds.Current(ctx)
	if err != nil {
		return Spot{}, err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return Spot{}, err
	}
	today, rules := roster.DateOf(s.Now()), map[int]roster.Settings{}
	out := Spot{Year: today.Year, Share: r.Settings.SpotCheckShare, ByKind: r.Settings.AfterNaming().SpotByKind}
	for _, n := range names {
		if _, err := s.rules(ctx, n.Round, rules); err != nil {
			return Spot{}, err
		}
	}
	out.List = freeze(names, today, func(n Record) (roster.Group, bool) {
		u, err := s.Rounds.Unit(n.Target.Unit)
		return u.Group(), err == nil && (rules[n.Round].SuperviseDepartments || u.Group() != roster.Departments)
	})
	out.Digest = hexOf(out.Text())
	return out, nil
}

// FreezeSpot freezes this year's list, as the office saw it, and announces which
// number, not known before that day, will decide the draw (C42). There is one list
// a year.
func (s *Service) FreezeSpot(ctx context.Context, by access.Actor, digest, source string, on roster.Date) error {
	x, err := s.Upcoming(ctx, by)
	if err != nil {
		return err
	}
	var list fault.List
	written(&list, "source", &source, textMost, true)
	if today := roster.DateOf(s.Now()); !today.Before(on) || on.Year != x.Year {
		list.Add(fault.New(fault.Invalid, "spot.on", "from", today.Plus(1).String()).At("on"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	switch {
	case len(x.List) == 0:
		return fault.New(fault.Conflict, "spot.empty")
	case digest != x.Digest:
		return fault.New(fault.Conflict, "spot.changed")
	}
	x.Source, x.On, x.By, x.At = source, on, by.Name, s.Now().UTC().Truncate(time.Millisecond)
	entry := s.spotEntry(by, "spotcheck.freeze", x.Year)
	entry.After = fmt.Sprintf(`{"digest":%q,"units":%d,"share":%q,"on":%q}`, x.Digest, len(x.List), x.Share, on)
	return s.Store.FreezeSpot(ctx, x, entry)
}

func (s *Service) spotEntry(by access.Actor, action string, year int) *audit.Entry {
	return &audit.Entry{At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: "spotcheck/" + strconv.Itoa(year)}
}

// DrawSpot makes a year's draw with the number that became known, and a check of
// each unit that it draws (C42).
func (s *Service) DrawSpot(ctx context.Context, by access.Actor, year int, number string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	r, err := s.Rounds.Current(ctx)
	if err != nil {
		return err
	}
	entry := s.spotEntry(by, "spotcheck.draw", year)
	var checks []Check
	err = s.Store.DrawSpot(ctx, year, entry, func(x *Spot) ([]Check, error) {
		if err := x.draw(by.Name, number, s.Now()); err != nil {
			return nil, err
		}
		for _, p := range x.List {
			if slices.Contains(x.Drawn, p.Unit) {
				checks = append(checks, Check{ID: s.NewID(), Year: year, Unit: p.Unit, Names: p.Names, Round: r.Year})
			}
		}
		entry.After = fmt.Sprintf(`{"number":%q,"seed":%q,"drawn":%q}`, x.Number, x.Seed, x.Drawn)
		return checks, nil
	})
	if err != nil {
		return err
	}
	return s.tellDrawn(ctx, checks)
}

// Checks lists all spot checks to the office, newest year first.
func (s *Service) Checks(ctx context.Context, by access.Actor) ([]Check, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Checks(ctx)
}

// Examined is a check with what the team looks at.
type Examined struct {
	Check
	Standing   []Record // the names that are checked
	Catalogue  *indicators.Catalogue
	Applicable []indicators.Indicator
	Gate       bool // as many are met as the current round asks of an application (C18)
}

// Check gives one spot check to the office, with the indicators of the current
// system that apply to the unit (C43).
func (s *Service) Check(ctx context.Context, by access.Actor, id string) (Examined, error) {
	all, err := s.Checks(ctx, by)
	if err != nil {
		return Examined{}, err
	}
	i := slices.IndexFunc(all, func(c Check) bool { return c.ID == id })
	if i < 0 {
		return Examined{}, fault.New(fault.NotFound, "check.unknown")
	}
	return s.examined(ctx, all[i])
}

func (s *Service) examined(ctx context.Context, c Check) (out Examined, err error) {
	out.Check = c
	unit, err := s.Rounds.Unit(c.Unit)
	if err != nil {
		return out, err
	}
	if out.Catalogue, err = s.Rounds.Catalogue(ctx, c.Round, unit.System()); err != nil {
		return out, err
	}
	out.Applicable = out.Catalogue.ApplicableTo(string(unit.Kind), unit.RuleMakingPower())
	r, err := s.Rounds.Round(ctx, c.Round)
	if err != nil {
		return out, err
	}
	tally := c.Tally(out.Applicable)
	gate := r.Settings.GateFor(out.Catalogue)
	out.Gate = gate.Den > 0 && tally.Met*gate.Den >= gate.Num*(tally.All-tally.NotApplicable)
	for _, id := range c.Names {
		n, err := s.Store.NamedRecord(ctx, id)
		if err != nil {
			return out, err
		}
		out.Standing = append(out.Standing, n)
	}
	return out, nil
}

// work lets somebody of the office who may decide about the unit change a check.
func (s *Service) work(ctx context.Context, by access.Actor, id, action, reason string, rule func(*Examined, *audit.Entry) ([]Step, error)) (Examined, error) {
	x, err := s.Check(ctx, by, id)
	if err != nil {
		return x, err
	}
	for _, n := range x.Standing {
		if err := by.StandBack(ctx, s.Store, n.Round, string(x.Unit)); err != nil {
			return x, err
		}
	}
	entry := s.spotEntry(by, action, x.Year)
	entry.Object, entry.Reason = "spotcheck/"+id, reason
	err = s.Store.UpdateCheck(ctx, id, entry, func(c *Check, names []Record) ([]Step, error) {
		x.Check, x.Standing = *c, names
		entry.Before = c.State()
		steps, err := rule(&x, entry)
		*c = x.Check
		if entry.After == "" {
			entry.After = c.State()
		}
		return steps, err
	})
	return x, err
}

// OpenCheck begins a check with its team, days and document: its names stand under
// check (C13, C43).
func (s *Service) OpenCheck(ctx context.Context, by access.Actor, id string, o Opening) error {
	o.By = by.Name
	x, err := s.work(ctx, by, id, "spotcheck.open", "", func(x *Examined, e *audit.Entry) ([]Step, error) {
		steps, err := x.open(o, x.Standing, s.Now())
		e.After = fmt.Sprintf(`{"document":%q,"from":%q,"to":%q,"team":%d}`, o.Document, o.From, o.To, len(o.Team))
		return steps, err
	})
	if err != nil {
		return err
	}
	return s.tellOpened(ctx, x.Check)
}

// Find keeps what the team found of indicators (C43).
func (s *Service) Find(ctx context.Context, by access.Actor, id string, seen int, found map[indicators.Number]Item) error {
	_, err := s.work(ctx, by, id, "spotcheck.find", "", func(x *Examined, e *audit.Entry) ([]Step, error) {
		if x.Edits != seen {
			return nil, fault.New(fault.Conflict, "check.changed")
		}
		e.After = fmt.Sprintf(`{"indicators":%d}`, len(found))
		return nil, x.find(found, x.Catalogue, s.Calendar, by.Name, s.Now())
	})
	return err
}

// AttachCheck joins a file of evidence to a check.
func (s *Service) AttachCheck(ctx context.Context, by access.Actor, id string, file Upload) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	put, err := s.Files.Put(ctx, file.Name, file.Bytes)
	if err != nil {
		return err
	}
	_, err = s.work(ctx, by, id, "spotcheck.evidence", "", func(x *Examined, e *audit.Entry) ([]Step, error) {
		e.After = fmt.Sprintf(`{"file":%q}`, put.Digest)
		switch {
		case x.working() != nil:
			return nil, x.working()
		case slices.ContainsFunc(x.Files, func(f evidence.File) bool { return f.Digest == put.Digest }):
			return nil, fault.New(fault.Conflict, "revocation.same_file").At("file")
		case len(x.Files) >= mostCheckFile:
			return nil, fault.New(fault.Invalid, "report.files", "most", strconv.Itoa(mostCheckFile)).At("file")
		}
		x.Files = append(x.Files, put)
		return nil, nil
	})
	return err
}

// OrderSurvey orders that the unit's residents are surveyed again, with a reason
// (C43). The agency makes the survey; SurveyDone says what came of it.
func (s *Service) OrderSurvey(ctx context.Context, by access.Actor, id, reason string) error {
	var list fault.List
	written(&list, "order", &reason, textMost, true)
	if err := list.Err(); err != nil {
		return err
	}
	x, err := s.work(ctx, by, id, "spotcheck.order", reason, func(x *Examined, _ *audit.Entry) ([]Step, error) {
		if err := x.working(); err != nil {
			return nil, err
		}
		x.Orders = append(x.Orders, Order{N: len(x.Orders) + 1, Reason: reason, By: by.Name, At: s.Now().UTC().Truncate(time.Millisecond)})
		return nil, nil
	})
	if err != nil {
		return err
	}
	return s.tellOrdered(ctx, x.Check)
}

// SurveyDone records the survey that an order led to: where it is and what it says.
func (s *Service) SurveyDone(ctx context.Context, by access.Actor, id string, n int, survey, result string) error {
	var list fault.List
	written(&list, "survey", &survey, mostURL, false)
	written(&list, "survey_result", &result, textMost, true)
	if err := list.Err(); err != nil {
		return err
	}
	_, err := s.work(ctx, by, id, "spotcheck.surveyed", "", func(x *Examined, e *audit.Entry) ([]Step, error) {
		if err := x.working(); err != nil {
			return nil, err
		}
		if n < 1 || n > len(x.Orders) || x.Orders[n-1].Done() {
			return nil, fault.New(fault.Conflict, "check.changed")
		}
		o := &x.Orders[n-1]
		o.Survey, o.Result, o.DoneBy, o.DoneAt = survey, result, by.Name, s.Now().UTC().Truncate(time.Millisecond)
		e.After = fmt.Sprintf(`{"survey":%q}`, survey)
		return nil, nil
	})
	return err
}

// ProposeOutcome proposes what a check ends in, or the measures that it demands (C43).
func (s *Service) ProposeOutcome(ctx context.Context, by access.Actor, id string, o Outcome) error {
	o = Outcome{Result: o.Result, Text: o.Text, Document: o.Document, Deadline: o.Deadline, By: by.Name}
	_, err := s.work(ctx, by, id, "spotcheck.propose", o.Text, func(x *Examined, e *audit.Entry) ([]Step, error) {
		e.After = fmt.Sprintf(`{"result":%q,"document":%q,"deadline":%q}`, o.Result, o.Document, o.Deadline)
		return nil, x.propose(o, x.Applicable, s.Now())
	})
	return err
}

// ConfirmOutcome confirms what another person of the office proposed: two people
// stand behind the outcome of a check (C43).
func (s *Service) ConfirmOutcome(ctx context.Context, by access.Actor, id string, seen int) error {
	second, err := by.Second(ctx, s.Store)
	if err != nil {
		return err
	}
	x, err := s.work(ctx, by, id, "spotcheck.confirm", "", func(x *Examined, e *audit.Entry) ([]Step, error) {
		steps, err := x.confirm(by.Name, second, seen, x.Standing, s.Now())
		if err == nil {
			e.Reason, e.After = x.Last().Text, x.State()
		}
		return steps, err
	})
	if err != nil {
		return err
	}
	return s.tellOutcome(ctx, x.Check)
}

// DropOutcome takes the proposed outcome back, with a reason.
func (s *Service) DropOutcome(ctx context.Context, by access.Actor, id string, seen int, why string) error {
	_, err := s.work(ctx, by, id, "spotcheck.drop", why, func(x *Examined, _ *audit.Entry) ([]Step, error) {
		return nil, x.drop(by.Name, seen, why, s.Now())
	})
	return err
}

// CheckFile gives the bytes of a file of a check to the office.
func (s *Service) CheckFile(ctx context.Context, by access.Actor, id, digest string) (evidence.File, io.ReadSeekCloser, error) {
	x, err := s.Check(ctx, by, id)
	if err != nil {
		return evidence.File{}, nil, err
	}
	return s.among(ctx, x.Files, digest, fault.New(fault.NotFound, "revocation.file"))
}
