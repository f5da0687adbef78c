package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/recommendation"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/indicators/support"
)

// road is a programme in which units were named, with the way to the national name.
type road struct {
	*library
	way     *recommendation.Service
	reports map[string]time.Time // when a yearly report was handed in, by name and year
}

// Handed says when a yearly report came.
func (r *road) Handed(_ context.Context, id string, year int) (time.Time, error) {
	return r.reports[id+"/"+roster.On(year, 1, 1).String()[:4]], nil
}

func newRoad(t *testing.T) *road {
	t.Helper()
	r := &road{library: newLibrary(t), reports: map[string]time.Time{}}
	files, err := evidence.Open(t.TempDir(), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	r.way = recommendation.NewService(recommendation.Config{Store: r.Store, Files: files, Units: r.roster, Yearly: r, Poster: r.library, Now: r.now})
	return r
}

// step is one step of a name's standing.
func step(to naming.Standing, from roster.Date) supervision.Step {
	return supervision.Step{Standing: to, From: from, Document: "x"}
}

// opens opens the call of 2021 for March.
func (r *road) opens(t *testing.T) {
	t.Helper()
	r.on(t, "2021-03-01")
	march := roster.Between(roster.On(2021, time.March, 1), roster.On(2021, time.March, 31))
	if err := r.way.Open(t.Context(), officer(), 2021, march, ""); err != nil {
		t.Fatal(err)
	}
}

// applies hands an application in.
func (r *road) applies(t *testing.T, unit string) {
	t.Helper()
	ctx, by := t.Context(), applicant(unit)
	for _, err := range []error{
		r.way.Save(ctx, by, 2021, 0, "进展明显", "司法局"),
		r.way.Attach(ctx, by, 2021, 1, recommendation.Report, "报告.txt", strings.NewReader("report of "+unit)),
		r.way.Attach(ctx, by, 2021, 2, recommendation.Self, "自评.txt", strings.NewReader("self of "+unit)),
		r.way.HandIn(ctx, by, 2021, 3),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Contains(r.settled, "recommendation/2021/"+unit) {
		t.Errorf("the invitation is a task after handing in: %v", r.settled)
	}
}

// TestC37OnlyCitiesAndCountiesWithAValidNameApply is a table of standings on the day,
// and the first and last moments of the window.
func TestC37OnlyCitiesAndCountiesWithAValidNameApply(t *testing.T) {
	t.Parallel()
	r, ctx := newRoad(t), t.Context()
	february, later := roster.On(2021, time.February, 1), roster.On(2021, time.March, 10)
	r.give(t, "n1", "640100")
	r.give(t, "n2", "640300", step(naming.Checked, february))
	r.give(t, "n3", "640400", step(naming.Revoked, february))
	r.give(t, "n4", "640500", step(naming.Checked, february), step(naming.Valid, later))
	r.give(t, "n5", "D08")
	r.give(t, "n6", "640104")
	r.opens(t)
	for unit, code := range map[string]string{
		"640100": "", "640104": "", "D08": "recommendation.department", "D13": "recommendation.department", "640300": "recommendation.checked",
		"640400": "recommendation.revoked", "640500": "recommendation.checked", "640200": "recommendation.unnamed",
	} {
		err := r.way.Save(ctx, applicant(unit), 2021, 0, "x", "y")
		if code == "" && err != nil {
			t.Errorf("%s: %v", unit, err)
		}
		if code != "" {
			refused(t, unit, err, fault.Forbidden, code)
		}
	}
	invited := map[string]bool{}
	for _, m := range r.posted {
		invited[m.To.Unit] = m.Code == "recommendation.invited"
	}
	if len(invited) != 2 || !invited["640100"] || !invited["640104"] {
		t.Errorf("invited: %v", invited)
	}
	r.at = later.Start()
	if err := r.way.Save(ctx, applicant("640500"), 2021, 0, "x", "y"); err != nil {
		t.Errorf("valid again on that day: %v", err)
	}
	r.at = roster.On(2021, time.April, 1).Start().Add(-time.Millisecond)
	if err := r.way.Save(ctx, applicant("640100"), 2021, 1, "x", "y"); err != nil {
		t.Errorf("the last moment: %v", err)
	}
	r.at = roster.On(2021, time.April, 1).Start()
	refused(t, "after the window", r.way.Save(ctx, applicant("640100"), 2021, 2, "x", "y"), fault.Closed, "recommendation.closed")
	refused(t, "a second call", r.way.Open(ctx, officer(), 2021, roster.Between(later.Plus(60), later.Plus(90)), ""), fault.Conflict, "recommendation.open")
}

// passing is a review in which everything is met.
func passing(passed bool) recommendation.Review {
	out := recommendation.Review{Checks: map[recommendation.Point]recommendation.Check{}, Passed: passed, Reason: "核对无误"}
	for _, p := range recommendation.Points() {
		out.Checks[p] = recommendation.Check{Met: true}
	}
	return out
}

// TestC38TheListIsReviewedOrderedAndSentByTwo leaves out each step once.
func TestC38TheListIsReviewedOrderedAndSentByTwo(t *testing.T) {
	t.Parallel()
	r, ctx := newRoad(t), t.Context()
	r.give(t, "n1", "640100")
	r.give(t, "n2", "640104")
	r.opens(t)
	r.applies(t, "640100")
	r.applies(t, "640104")
	order := []recommendation.Listed{{Unit: "640104", Reason: "成效突出"}, {Unit: "640100", Reason: "基础扎实"}}
	refused(t, "reviewed in the window", r.way.Examine(ctx, officer(), 2021, "640100", passing(true)), fault.Closed, "recommendation.running")
	r.on(t, "2021-04-02")
	half := passing(true)
	half.Checks[recommendation.Truth] = recommendation.Check{}
	refused(t, "a point without words", r.way.Examine(ctx, officer(), 2021, "640100", half), fault.Invalid, "words.missing")
	half.Checks[recommendation.Truth] = recommendation.Check{Words: "数据不一致"}
	refused(t, "passed with a point that is not met", r.way.Examine(ctx, officer(), 2021, "640100", half), fault.Invalid, "recommendation.not_all")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(r.way.Examine(ctx, officer(), 2021, "640100", passing(true)))
	must(r.way.Opine(ctx, officer(), 2021, "640100", "同意推荐"))
	refused(t, "not all reviewed", r.way.Propose(ctx, officer(), 2021, order[1:]), fault.Conflict, "recommendation.unreviewed")
	must(r.way.Examine(ctx, officer(), 2021, "640104", passing(true)))
	refused(t, "no opinion", r.way.Propose(ctx, officer(), 2021, order), fault.Conflict, "recommendation.no_opinion")
	must(r.way.Opine(ctx, officer(), 2021, "640104", "同意推荐"))
	refused(t, "a place without a reason", r.way.Propose(ctx, officer(), 2021, []recommendation.Listed{{Unit: "640100"}}), fault.Invalid, "words.missing")
	must(r.way.Propose(ctx, officer(), 2021, order))
	y, err := r.Recommendation(ctx, 2021)
	must(err)
	refused(t, "one person", r.way.Confirm(ctx, officer(), 2021, y.Version), fault.Forbidden, "recommendation.second_person")
	refused(t, "an old page", r.way.Confirm(ctx, second(), 2021, y.Version-1), fault.Conflict, "recommendation.changed")
	refused(t, "sent before it is confirmed", r.way.Send(ctx, officer(), 2021, "x", roster.On(2021, time.April, 2)), fault.Conflict, "recommendation.unconfirmed")
	must(r.way.Confirm(ctx, second(), 2021, y.Version))
	r.sql(t, `INSERT INTO interests (round, unit, account, n, conflict, document) VALUES (2020, '640104', 'chen', 1, 1, '{}')`, "")
	refused(t, "C95: the confirmed list dropped by one with an interest since the round that named", r.way.Drop(ctx, second(), 2021, y.Version+1, "x"), fault.Forbidden, "interest.recused")
	refused(t, "sent before", r.way.Send(ctx, officer(), 2021, "x", roster.On(2021, time.April, 1)), fault.Invalid, "recommendation.date")
	must(r.way.Send(ctx, officer(), 2021, "宁党法办〔2021〕2号", roster.On(2021, time.April, 2)))
	refused(t, "taken back after that", r.way.Drop(ctx, officer(), 2021, y.Version+2, "x"), fault.Conflict, "recommendation.sent")
	desk, err := r.way.Desk(ctx, officer(), 2021)
	if err != nil || len(desk.Lines) != 2 || desk.Lines[0].Unit != "640104" || desk.Proposed.Confirmed != "chen" || desk.Dispatch.Number != "宁党法办〔2021〕2号" {
		t.Errorf("desk: %+v, %v", desk, err)
	}
	r.sql(t, `DELETE FROM recommendations`, "never deleted")
}

// sent brings two units to the dispatch.
func (r *road) sent(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	r.give(t, "n1", "640100")
	r.give(t, "n2", "640104")
	r.opens(t)
	r.applies(t, "640100")
	r.applies(t, "640104")
	r.on(t, "2021-04-02")
	var order []recommendation.Listed
	for _, unit := range []roster.UnitCode{"640100", "640104"} {
		for _, err := range []error{
			r.way.Examine(ctx, officer(), 2021, unit, passing(true)), r.way.Opine(ctx, officer(), 2021, unit, "同意"),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		order = append(order, recommendation.Listed{Unit: unit, Reason: "x"})
	}
	if err := r.way.Propose(ctx, officer(), 2021, order); err != nil {
		t.Fatal(err)
	}
	y, err := r.Recommendation(ctx, 2021)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		r.way.Confirm(ctx, second(), 2021, y.Version), r.way.Send(ctx, officer(), 2021, "x", roster.On(2021, time.April, 2)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestC38TheCentresDecisionStandsInTheRegister names one of two.
func TestC38TheCentresDecisionStandsInTheRegister(t *testing.T) {
	t.Parallel()
	r, ctx := newRoad(t), t.Context()
	r.sent(t)
	june := roster.On(2021, time.June, 1)
	refused(t, "a day to come", r.way.Conclude(ctx, officer(), 2021, "640100", true, "x", june), fault.Invalid, "recommendation.date")
	r.on(t, "2021-06-02")
	for unit, named := range map[roster.UnitCode]bool{"640100": true, "640104": false} {
		if err := r.way.Conclude(ctx, officer(), 2021, unit, named, "中法办发〔2021〕5号", june); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, "twice", r.way.Conclude(ctx, officer(), 2021, "640100", false, "x", june), fault.Conflict, "recommendation.concluded")
	all, err := r.way.Nationals(ctx, june)
	if err != nil || len(all) != 1 || all[0].Naming != "n1" || all[0].Title != "全国法治政府建设示范市" || all[0].Number != "中法办发〔2021〕5号" {
		t.Errorf("got %+v, %v", all, err)
	}
	if before, err := r.way.Nationals(ctx, june.Plus(-1)); err != nil || len(before) != 0 {
		t.Errorf("the day before: %+v, %v", before, err)
	}
	own, err := r.way.Years(ctx, applicant("640104"))
	if err != nil || len(own) != 1 || own[0].Application.Outcome.Named || own[0].Application.Opinion != nil || own[0].Year.Applications != nil {
		t.Errorf("what a unit sees: %+v, %v", own, err)
	}
}

// TestC41ReportsOfTheNationallyNamedAreForwarded counts the due days on a calendar:
// 31 January and 28 days is 28 February.
func TestC41ReportsOfTheNationallyNamedAreForwarded(t *testing.T) {
	t.Parallel()
	r, ctx := newRoad(t), t.Context()
	r.sent(t)
	r.on(t, "2021-06-02")
	if err := r.way.Conclude(ctx, officer(), 2021, "640100", true, "x", roster.On(2021, time.June, 1)); err != nil {
		t.Fatal(err)
	}
	if d, err := r.way.Duties(ctx, officer()); err != nil || len(d) != 0 {
		t.Errorf("in the year of the name: %+v, %v", d, err)
	}
	r.on(t, "2022-02-28")
	d, err := r.way.Duties(ctx, officer())
	if err != nil || len(d) != 1 || d[0].About != 2021 || d[0].Due != roster.On(2022, time.February, 28) || d[0].Late {
		t.Fatalf("got %+v, %v", d, err)
	}
	refused(t, "no report", r.way.Forward(ctx, officer(), "n1", 2021, "x", roster.On(2022, time.February, 28)), fault.Conflict, "forward.no_report")
	r.reports["n1/2021"] = roster.On(2022, time.January, 30).Start()
	refused(t, "not national", r.way.Forward(ctx, officer(), "n2", 2021, "x", roster.On(2022, time.February, 28)), fault.NotFound, "forward.unknown")
	r.on(t, "2022-03-01")
	if d, _ = r.way.Duties(ctx, officer()); !d[0].Late {
		t.Error("the day after the last: not late")
	}
	if err := r.way.Remind(ctx, r.at); err != nil {
		t.Fatal(err)
	}
	if m := r.posted[len(r.posted)-1]; m.Code != "recommendation.forward_late" || m.To.Role != access.Office {
		t.Errorf("told: %+v", m)
	}
	refused(t, "before it was handed in", r.way.Forward(ctx, officer(), "n1", 2021, "x", roster.On(2022, time.January, 29)), fault.Invalid, "forward.date")
	if err := r.way.Forward(ctx, officer(), "n1", 2021, "宁党法办〔2022〕1号", roster.On(2022, time.March, 1)); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(r.settled, "recommendation/forward/n1/2021") {
		t.Errorf("forwarding is a task after it was done: %v", r.settled)
	}
	refused(t, "twice", r.way.Forward(ctx, officer(), "n1", 2021, "x", roster.On(2022, time.March, 1)), fault.Conflict, "forward.twice")
	if d, _ = r.way.Duties(ctx, officer()); d[0].Late || d[0].Forwarded == nil || d[0].Forwarded.By != "wang" {
		t.Errorf("forwarded: %+v", d)
	}
	r.on(t, "2024-02-01")
	if d, _ = r.way.Duties(ctx, officer()); len(d) != 3 || d[0].About != 2023 {
		t.Errorf("three years: %+v", d)
	}
	_, err = r.way.Duties(ctx, applicant("640100"))
	refused(t, "a unit", err, fault.Forbidden, "access.role")
	r.sql(t, `UPDATE forwardings SET year = 2020`, "never changes")
}

// TestC55RecordsOfSupportAreTheOffices keeps, opens and takes back.
func TestC55RecordsOfSupportAreTheOffices(t *testing.T) {
	t.Parallel()
	l, ctx := newLibrary(t), t.Context()
	l.give(t, "n1", "640100")
	l.on(t, "2021-05-01")
	s := &support.Service{Store: l.Store, NewID: l.id, Now: l.now}
	r := support.Record{Naming: "n1", Kind: support.Funds, Date: roster.On(2021, time.May, 1), Text: "专项经费", Open: true}
	refused(t, "a unit", s.Add(ctx, applicant("640100"), r), fault.Forbidden, "access.role")
	early := r
	early.Date = roster.On(2020, time.December, 9)
	refused(t, "before the name", s.Add(ctx, officer(), early), fault.Invalid, "support.date")
	if err := s.Add(ctx, officer(), r); err != nil {
		t.Fatal(err)
	}
	inside := r
	inside.Open = false
	if err := s.Add(ctx, officer(), inside); err != nil {
		t.Fatal(err)
	}
	open, err := s.Public(ctx, "n1")
	if err != nil || len(open) != 1 || open[0].By != "" || open[0].Text != "专项经费" {
		t.Fatalf("public: %+v, %v", open, err)
	}
	entry := &audit.Entry{At: l.now(), Actor: "wang", Action: "interest.declare", Object: "interests"}
	err = l.AddStatements(ctx, 2020, second().Name, entry,
		func(map[roster.UnitCode]evaluation.Statement, []evaluation.Assignment) ([]evaluation.Statement, []evaluation.Assignment, error) {
			return []evaluation.Statement{{Unit: "640100", Number: 1, Interest: evaluation.Conflicted}}, nil, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, "who has an interest", s.TakeBack(ctx, second(), open[0].ID, "重复"), fault.Forbidden, "interest.recused")
	refused(t, "none", s.TakeBack(ctx, officer(), "none", "重复"), fault.NotFound, "support.unknown")
	if err := s.TakeBack(ctx, officer(), open[0].ID, "重复"); err != nil {
		t.Fatal(err)
	}
	refused(t, "twice", s.TakeBack(ctx, officer(), open[0].ID, "x"), fault.Conflict, "support.gone")
	if open, _ = s.Public(ctx, "n1"); len(open) != 0 {
		t.Errorf("after it was taken back: %+v", open)
	}
	if all, err := s.List(ctx, officer(), ""); err != nil || len(all) != 2 {
		t.Errorf("the office's: %+v, %v", all, err)
	}
	l.sql(t, `DELETE FROM supports`, "never deleted")
}
