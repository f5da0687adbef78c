package supervision

import (
	"cmp"
	"context"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Duty is one yearly report that a unit owes for its names (C39).
type Duty struct {
	Unit   roster.UnitCode
	Year   int      // that the report is about
	Names  []Record // that oblige it
	Report Report
	Rules  roster.Settings // of the round of its newest name
}

// Due is the last day of the report, in Asia/Shanghai.
func (d Duty) Due() roster.Date { return Due(d.Year) }

// Deadline is the first moment that is too late.
func (d Duty) Deadline() time.Time { return deadline(d.Year) }

// Overdue reports whether the report should be done and is not.
func (d Duty) Overdue(now time.Time) bool { return !d.Report.Done() && !now.Before(d.Deadline()) }

// Early reports whether the year is not over: a report can be written and not yet
// handed in.
func (d Duty) Early(now time.Time) bool {
	return now.Before(roster.On(d.Year+1, time.January, 1).Start())
}

// LateDays counts the days after the deadline, 0 up to it.
func (d Duty) LateDays(now time.Time) int {
	const day = 24 * time.Hour
	if now.Before(d.Deadline()) {
		return 0
	}
	return int(now.Sub(d.Deadline())/day) + 1
}

// Shown is the version that the public reads: the newest one accepted, or where the
// round says so the newest handed in; nil while there is none or its publication is
// not proved (C40).
func (d Duty) Shown() *Act {
	switch {
	case d.Report.Proven() == nil:
		return nil
	case d.Rules.ReportOnFiling:
		return d.Report.Newest()
	}
	return d.Report.accepted()
}

// obliges reports whether a name obliges its unit to report on a year: it was given
// in it or before, and stands on the day when the report is due, or today where that
// is to come. A name under check stands.
func (r Record) obliges(year int, today roster.Date) bool {
	day := Due(year)
	if today.Before(day) {
		day = today
	}
	on := r.On(day)
	return r.Date.Year <= year && on != "" && on != naming.Revoked
}

// duties are all reports that are owed, by year newest first, then by unit; the year
// that runs is among them. A report on a year for which nothing is owed any more,
// because the name was revoked, is not.
func (s *Service) duties(ctx context.Context) ([]Duty, error) {
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	reports, err := s.Store.Reports(ctx)
	if err != nil {
		return nil, err
	}
	book := book{written: map[owing]Report{}, owed: map[owing]*Duty{}}
	for _, r := range reports {
		book.written[owing{r.Unit, r.Year}] = r
	}
	rules, today := map[int]roster.Settings{}, roster.DateOf(s.Now())
	for _, n := range names { // newest first
		settings, err := s.rules(ctx, n.Round, rules)
		if err != nil {
			return nil, err
		}
		if settings.SuperviseDepartments || !s.isDepartment(n.Target.Unit) {
			book.owe(n, settings, today)
		}
	}
	return book.duties(), nil
}

// owing names a report that is owed.
type owing struct {
	unit roster.UnitCode
	year int
}

// book gathers who owes what.
type book struct {
	written map[owing]Report
	owed    map[owing]*Duty
}

// owe notes the reports that a name obliges to.
func (b book) owe(n Record, settings roster.Settings, today roster.Date) {
	for year := n.Date.Year; year <= today.Year; year++ {
		if !n.obliges(year, today) {
			continue
		}
		k := owing{n.Target.Unit, year}
		if b.owed[k] == nil {
			report, ok := b.written[k]
			if !ok {
				report = Report{Unit: k.unit, Year: k.year}
			}
			b.owed[k] = &Duty{Unit: k.unit, Year: year, Report: report, Rules: settings}
		}
		b.owed[k].Names = append(b.owed[k].Names, n)
	}
}

// duties are what is owed, newest year first, then by unit.
func (b book) duties() []Duty {
	out := make([]Duty, 0, len(b.owed))
	for _, d := range b.owed {
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b Duty) int { return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(a.Unit, b.Unit)) })
	return out
}

// rules are the settings of a round, asked for once.
func (s *Service) rules(ctx context.Context, round int, known map[int]roster.Settings) (roster.Settings, error) {
	if out, ok := known[round]; ok {
		return out, nil
	}
	r, err := s.Rounds.Round(ctx, round)
	if err != nil {
		return roster.Settings{}, err
	}
	known[round] = r.Settings
	return r.Settings, nil
}

// isDepartment reports whether a unit is a department: section four of the notice
// speaks of areas only.
func (s *Service) isDepartment(unit roster.UnitCode) bool {
	u, err := s.Rounds.Unit(unit)
	return err == nil && u.Group() == roster.Departments
}

// Duties lists all yearly reports to the office, newest year first (C39).
func (s *Service) Duties(ctx context.Context, by access.Actor) ([]Duty, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.duties(ctx)
	for i := range all {
		all[i].Report.Texts, all[i].Report.Files = nil, nil // a draft is its unit's
	}
	return all, err
}

// Duty gives one yearly report to the office, which may send it on (C41), or refuses
// with report.none.
func (s *Service) Duty(ctx context.Context, by access.Actor, unit roster.UnitCode, year int) (Duty, error) {
	if err := by.Require(access.Office); err != nil {
		return Duty{}, err
	}
	d, err := s.duty(ctx, unit, year)
	d.Report.Texts, d.Report.Files = nil, nil
	return d, err
}

func (s *Service) duty(ctx context.Context, unit roster.UnitCode, year int) (Duty, error) {
	all, err := s.duties(ctx)
	if err != nil {
		return Duty{}, err
	}
	return pick(all, unit, year)
}

// pick finds the duty of a unit for a year, or refuses with report.none.
func pick(all []Duty, unit roster.UnitCode, year int) (Duty, error) {
	i := slices.IndexFunc(all, func(d Duty) bool { return d.Unit == unit && d.Year == year })
	if i < 0 {
		return Duty{}, fault.New(fault.NotFound, "report.none")
	}
	return all[i], nil
}

// OwnDuties lists the yearly reports of the actor's own unit, newest first.
func (s *Service) OwnDuties(ctx context.Context, by access.Actor) ([]Duty, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	all, err := s.duties(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(d Duty) bool { return string(d.Unit) != by.Unit }), nil
}

// OwnDuty gives a yearly report of the actor's own unit, or refuses with report.none.
func (s *Service) OwnDuty(ctx context.Context, by access.Actor, year int) (Duty, error) {
	if err := by.Require(access.Applicant); err != nil {
		return Duty{}, err
	}
	return s.duty(ctx, roster.UnitCode(by.Unit), year)
}

// PublicReports lists the reports that the public may read, newest year first (C40).
// Reports of a name that was revoked later stay among them.
func (s *Service) PublicReports(ctx context.Context) ([]Duty, error) {
	reports, err := s.Store.Reports(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	rules := map[int]roster.Settings{}
	var out []Duty
	for _, r := range reports {
		d := Duty{Unit: r.Unit, Year: r.Year, Report: r}
		for _, n := range names {
			if n.Target.Unit == r.Unit && n.Date.Year <= r.Year {
				d.Names = append(d.Names, n)
			}
		}
		if len(d.Names) == 0 {
			continue
		}
		if d.Rules, err = s.rules(ctx, d.Names[0].Round, rules); err != nil {
			return nil, err
		}
		if d.Shown() != nil {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Duty) int { return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(a.Unit, b.Unit)) })
	return out, nil
}

// PublicReport gives a report that the public may read, or refuses with report.none.
func (s *Service) PublicReport(ctx context.Context, unit roster.UnitCode, year int) (Duty, error) {
	all, err := s.PublicReports(ctx)
	if err != nil {
		return Duty{}, err
	}
	return pick(all, unit, year)
}

// ReportsOf lists the reports of a unit that the public may read, newest first: what
// stands beside its name in the register.
func (s *Service) ReportsOf(ctx context.Context, unit roster.UnitCode) ([]Duty, error) {
	all, err := s.PublicReports(ctx)
	return slices.DeleteFunc(all, func(d Duty) bool { return d.Unit != unit }), err
}
