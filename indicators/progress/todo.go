package progress

import (
	"cmp"
	"slices"
	"strconv"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// Action is one thing that has to be done next. Code names its sentence, N says how
// many it is about, Units whom where they are few.
type Action struct {
	Code  string
	N     int
	Units []roster.UnitCode
	Due   roster.Date // zero: no day is set
	Late  bool
	Who   access.Role
	Href  string
}

// unitsNamed is how many units an action names at most.
const unitsNamed = 4

// Todo says what has to be done next so that the round goes on: what is late first,
// then by the day, then along the road.
func Todo(f Facts) []Action {
	var out []Action
	for _, part := range []func(*Facts) []Action{
		(*Facts).beginning, (*Facts).filings, (*Facts).seats, (*Facts).marking, (*Facts).surveying,
		(*Facts).ordering, (*Facts).visiting, (*Facts).proceeding, (*Facts).deciding, (*Facts).supervising,
	} {
		out = append(out, part(&f)...)
	}
	for n := range out {
		out[n].Late = f.over(out[n].Due)
		if len(out[n].Units) > unitsNamed {
			out[n].Units = nil
		}
	}
	slices.SortStableFunc(out, func(a, b Action) int {
		return cmp.Or(-cmp.Compare(weight(a.Late), weight(b.Late)), byDay(a.Due, b.Due))
	})
	return out
}

func weight(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// byDay puts the earlier day first, and what has no day last.
func byDay(a, b roster.Date) int {
	switch {
	case a == b:
		return 0
	case a.IsZero():
		return 1
	case b.IsZero() || a.Before(b):
		return -1
	}
	return 1
}

// action is something for the office to do, where n is not 0.
func action(code, href string, due roster.Date, n int, units ...roster.UnitCode) []Action {
	if n == 0 {
		return nil
	}
	return []Action{{Code: code, N: n, Units: units, Due: due, Who: access.Office, Href: href}}
}

// on is an action that is one act.
func on(yes bool, code, href string, due roster.Date) []Action {
	return action(code, href, due, weight(yes))
}

func (f *Facts) beginning() []Action {
	s := f.Round.Settings
	return on(!f.Scheme && !s.Evaluation.Over(f.Now), "scheme", "/office/indicators", s.Evaluation.From.Plus(-1))
}

func (f *Facts) filings() []Action {
	var waiting, asked []roster.UnitCode
	for _, d := range f.Dossiers {
		if d.State == application.Filed && d.Formality == application.FormalityPending {
			waiting = append(waiting, d.Key.Unit)
		}
		if d.CancelAsked {
			asked = append(asked, d.Key.Unit)
		}
	}
	return slices.Concat(
		action("formal", "/office/formal", f.Round.Settings.Evaluation.From.Plus(-1), len(waiting), waiting...),
		action("cancel", "/office/formal", roster.Date{}, len(asked), asked...))
}

// seats are the evaluators, their assessors and what these have to declare.
func (f *Facts) seats() []Action {
	s, accepted := f.Round.Settings, f.accepted()
	if f.Evaluated || len(accepted) == 0 {
		return nil
	}
	if f.Institutions == 0 {
		return on(true, "institution", "/office/evaluation/institutions", s.Evaluation.From)
	}
	var empty []roster.UnitCode
	for _, d := range accepted {
		if e := f.Evaluations[d.target()]; !e.Closed && e.Have < e.Need {
			empty = append(empty, d.Key.Unit)
		}
	}
	return slices.Concat(
		action("interests", "/office/evaluation/interests", s.Evaluation.From, f.Undeclared),
		action("plan", "/office/evaluation/assignment", s.Evaluation.From, len(empty), empty...))
}

// tally collects the units of accepted dossiers by what they want.
func (f *Facts) tally(wants func(e Evaluation) bool) (out []roster.UnitCode) {
	for _, d := range f.accepted() {
		if e := f.Evaluations[d.target()]; !e.Closed && e.Have > 0 && wants(e) {
			out = append(out, d.Key.Unit)
		}
	}
	return out
}

// slack is how many days before its end an evaluation asks for missing sheets.
const slack = 7

// whole reports whether every sheet that is wanted is in, and none calls for another.
func (e Evaluation) whole() bool { return e.Have >= e.Need && e.Sheets >= e.Needed && !e.Dispute }

func (f *Facts) marking() []Action {
	s := f.Round.Settings
	if f.Evaluated || !s.Evaluation.Began(f.Now) {
		return nil
	}
	const board = "/office/evaluation"
	due := s.Evaluation.To
	missing := pick(due.Plus(-slack).Before(f.today()), f.tally(func(e Evaluation) bool { return e.Sheets < e.Needed }))
	ask := func(code string, who access.Role, wants func(Evaluation) bool) []Action {
		units := f.tally(wants)
		return by(who, action(code, board, due, len(units), units...))
	}
	problems := f.tally(func(e Evaluation) bool { return e.Problems > 0 })
	ready := len(f.accepted()) > 0 && len(f.tally(func(Evaluation) bool { return true })) == 0
	return slices.Concat(
		ask("dispute", access.Office, func(e Evaluation) bool { return e.Dispute }),
		action("problems", board+"/problems", due, len(problems), problems...),
		by(access.Assessor, action("sheets", board, due, len(missing), missing...)),
		ask("opinions", access.Assessor, func(e Evaluation) bool { return e.whole() && e.Unsigned > 0 }),
		ask("close", access.Office, func(e Evaluation) bool { return e.whole() && e.Unsigned == 0 && e.Problems == 0 }),
		on(ready, "evaluation", board, due))
}

// by says who has to do it, where that is not the office.
func by(who access.Role, list []Action) []Action {
	for n := range list {
		list[n].Who = who
	}
	return list
}

func pick(yes bool, list []roster.UnitCode) []roster.UnitCode {
	if yes {
		return list
	}
	return nil
}

func (f *Facts) surveying() []Action {
	s := f.Round.Settings
	if f.SurveysEnded || !s.Evaluation.Began(f.Now) {
		return nil
	}
	var none, late []roster.UnitCode
	all, released := 0, 0
	seen := map[roster.UnitCode]bool{}
	for _, d := range f.accepted() {
		if seen[d.Key.Unit] {
			continue
		}
		seen[d.Key.Unit] = true
		all++
		x := f.Surveys[d.Key.Unit]
		switch {
		case x.State == Released:
			released++
		case x.State == NoSurvey:
			none = append(none, d.Key.Unit)
		case f.over(x.Ends):
			late = append(late, d.Key.Unit)
		}
	}
	none = pick(s.SurveyRequired, none)
	out := by(access.Agency, slices.Concat(
		action("survey_none", "/office?stage=survey", s.Evaluation.To, len(none), none...),
		action("survey_release", "/office?stage=survey", s.Evaluation.To, len(late), late...)))
	return append(out, on(released > 0 && released == all, "survey", "/office#close", s.Evaluation.To)...)
}

// ordering is the ranking and its front group.
func (f *Facts) ordering() []Action {
	due := f.Round.Settings.Evaluation.To
	if !f.Evaluated || !f.SurveysEnded || f.Road.Decided {
		return nil
	}
	return slices.Concat(
		on(!f.Road.Ranking, "rank", "/office/ranking", due),
		on(f.Road.Ranking && f.Road.Stale && !f.Road.Proposed, "rank_again", "/office/ranking", due),
		on(f.Road.Ranking && len(f.Road.Visits) == 0 && !f.Road.Proposed, "cutoff", "/office/rounds/"+strconv.Itoa(f.Round.Year)+"#front_comprehensive", due))
}

func (f *Facts) visiting() []Action {
	if f.Road.Proposed {
		return nil
	}
	var due, open []roster.UnitCode
	for _, d := range f.accepted() {
		switch {
		case f.Road.Visits[d.target()] == Open:
			open = append(open, d.Key.Unit)
		case f.Road.Visits[d.target()] == "" && f.Road.Places[d.target()].Front:
			due = append(due, d.Key.Unit)
		}
	}
	to := f.Round.Settings.Evaluation.To
	return slices.Concat(
		action("visits", "/office/verification", to, len(due), due...),
		action("visits_open", "/office/verification", to, len(open), open...),
		on(len(f.Road.Visits) > 0 && len(due) == 0 && len(open) == 0 && !f.Road.Stale, "candidates", "/office/notice/candidates", f.Round.Settings.Notice.From.Plus(-1)))
}

func (f *Facts) proceeding() []Action {
	if f.Road.Decided {
		return nil
	}
	s := f.Round.Settings
	var due roster.Date
	var open []roster.UnitCode
	for _, o := range f.Road.Objections {
		if o.Answered {
			continue
		}
		open = append(open, o.Unit)
		if due.IsZero() || !o.Due.IsZero() && o.Due.Before(due) {
			due = o.Due
		}
	}
	return slices.Concat(
		on(f.Road.Proposed && !f.Road.Posted, "notice", "/office/notice/public", s.Notice.From),
		on(f.Road.Posted && !f.Road.Media, "media", "/office/notice/public", f.Road.Window.To),
		action("objections", "/office/objections", due, len(open), slices.Compact(slices.Sorted(slices.Values(open)))...),
		on(f.Road.Posted && f.Road.Window.Over(f.Now) && len(open) == 0, "naming", "/office/notice/naming", s.Naming.To))
}

// deciding is what follows the naming within the round.
func (f *Facts) deciding() []Action {
	if !f.Road.Decided || !f.After.FeedbackKnown {
		return nil
	}
	n := 0
	for _, d := range f.accepted() {
		if !f.After.Feedback[d.target()] {
			n++
		}
	}
	return action("feedback", "/office/feedback", roster.Date{}, n)
}

// supervising is the year after: reports, spot checks, the catalogue.
func (f *Facts) supervising() []Action {
	a := f.After
	reports := by(access.Applicant, action("reports", "/office/reports", a.ReportsBy, a.ReportsDue))
	late := action("reports_overdue", "/office/reports", a.ReportsBy, a.ReportsOverdue)
	draw := roster.On(f.today().Year, 12, 31)
	return slices.Concat(
		late, reports, on(a.DrawDue, "draw", "/office/checks", draw),
		action("checks", "/office/checks", draw, a.ChecksOpen),
		action("revocations", "/office/supervision", roster.Date{}, a.Revocations),
		on(a.CatalogueLate, "catalogue", "/office/indicators", a.Catalogue),
		on(f.Road.Decided && !f.Next && f.Round.Settings.Naming.Over(f.Now), "next", "/office/rounds", roster.Date{}))
}
