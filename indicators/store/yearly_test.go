package store_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// texts are a whole report.
func texts() map[supervision.Part]string {
	out := map[supervision.Part]string{}
	for _, part := range supervision.Parts() {
		out[part] = "推进法治政府建设：" + string(part)
	}
	return out
}

func (a *after) state(t *testing.T) supervision.State {
	t.Helper()
	d, err := a.supervision.OwnDuty(a.ctx, unit(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	return d.Report.State()
}

func proof() supervision.Proof {
	return supervision.Proof{Date: roster.On(2021, time.January, 20), Place: "石嘴山日报", URL: "https://example.org/2020"}
}

// TestC39AndC40AReportCountsOnlyWithProofOfPublication goes from the naming to an
// accepted report and its correction; the clock is the judge of the deadline.
func TestC39AndC40AReportCountsOnlyWithProofOfPublication(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	s, ctx := a.supervision, a.ctx
	if err := s.SaveReport(ctx, unit(), 2020, 0, map[supervision.Part]string{supervision.PartMeasures: "写到一半"}); err != nil {
		t.Fatal(err)
	}
	refused(t, "another's writing in between", s.SaveReport(ctx, unit(), 2020, 0, texts()), fault.Conflict, "report.changed")
	refused(t, "a year that is not over", s.FileReport(ctx, unit(), 2020, supervision.Filing{Seen: 1, Texts: texts()}), fault.Closed, "report.early")
	refused(t, "of a year before the naming", s.SaveReport(ctx, unit(), 2019, 0, texts()), fault.NotFound, "report.none")
	a.on(t, "2021-01-10")
	refused(t, "unfinished", s.FileReport(ctx, unit(), 2020, supervision.Filing{Seen: 1}), fault.Invalid, "words.missing")
	long := texts()
	long[supervision.PartPlan] = strings.Repeat("法", 5001)
	refused(t, "too long", s.FileReport(ctx, unit(), 2020, supervision.Filing{Seen: 1, Texts: long}), fault.Invalid, "report.long")
	refused(t, "proof of nothing", s.PublishReport(ctx, unit(), 2020, proof(), supervision.Upload{}), fault.Conflict, "report.not_filed")
	if err := s.AttachReport(ctx, unit(), 2020, supervision.Upload{Name: "附件.txt", Bytes: strings.NewReader("figures")}); err != nil {
		t.Fatal(err)
	}
	if err := s.FileReport(ctx, unit(), 2020, supervision.Filing{Seen: 2, Texts: texts()}); err != nil {
		t.Fatal(err)
	}
	if got := a.state(t); got != supervision.Unproved {
		t.Errorf("without proof: got %s", got)
	}
	accept := supervision.Ruling{Kind: supervision.Accepted, Version: 1}
	refused(t, "accepted without proof", s.RuleReport(ctx, officer(), "640200", 2020, accept), fault.Conflict, "report.no_proof")
	a.on(t, "2021-01-25")
	for name, x := range map[string]struct {
		change func(*supervision.Proof)
		code   string
	}{
		"a day to come":       {func(p *supervision.Proof) { p.Date = roster.On(2021, time.January, 26) }, "report.proof_date"},
		"no place":            {func(p *supervision.Proof) { p.Place = " " }, "words.missing"},
		"no address, no file": {func(p *supervision.Proof) { p.URL = "" }, "report.proof_what"},
		"an address of code":  {func(p *supervision.Proof) { p.URL = "javascript:alert(1)" }, "report.proof_url"},
	} {
		p := proof()
		x.change(&p)
		refused(t, name, s.PublishReport(ctx, unit(), 2020, p, supervision.Upload{}), fault.Invalid, x.code)
	}
	if all, err := s.PublicReports(ctx); err != nil || len(all) != 0 {
		t.Errorf("before the proof the public reads %+v, %v", all, err)
	}
	if err := s.PublishReport(ctx, unit(), 2020, proof(), supervision.Upload{}); err != nil {
		t.Fatal(err)
	}
	if got := a.state(t); got != supervision.Settled {
		t.Errorf("with proof: got %s", got)
	}
	refused(t, "as the unit", s.RuleReport(ctx, unit(), "640200", 2020, accept), fault.Forbidden, "access.role")
	if err := s.RuleReport(ctx, officer(), "640200", 2020, accept); err != nil {
		t.Fatal(err)
	}
	a.corrected(t)
}

// corrected files a correction after the deadline: a reason is needed, the old
// version stays, the public reads the old one until the new one is accepted.
func (a *after) corrected(t *testing.T) {
	t.Helper()
	s, ctx := a.supervision, a.ctx
	a.on(t, "2021-02-10")
	fresh := texts()
	fresh[supervision.PartProblems] = "更正后的问题"
	d, err := s.OwnDuty(ctx, unit(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, "the same again", s.FileReport(ctx, unit(), 2020, supervision.Filing{Seen: d.Report.Edits, Texts: texts(), Reason: "x"}), fault.Conflict, "report.same")
	refused(t, "without reason", s.FileReport(ctx, unit(), 2020, supervision.Filing{Seen: d.Report.Edits, Texts: fresh}), fault.Invalid, "words.missing")
	if err := s.FileReport(ctx, unit(), 2020, supervision.Filing{Seen: d.Report.Edits, Texts: fresh, Reason: "数据更正"}); err != nil {
		t.Fatal(err)
	}
	r, err := s.PublicReport(ctx, "640200", 2020)
	if err != nil || r.Shown().Version != 1 || r.Shown().Late {
		t.Errorf("the public reads %+v, %v, want version 1, in time", r.Shown(), err)
	}
	all := r.Report.Versions()
	if len(all) != 2 || !all[1].Late || all[1].Words != "数据更正" || all[0].Texts[supervision.PartProblems] == "更正后的问题" || len(all[0].Files) != 1 {
		t.Errorf("versions: %+v", all)
	}
	refused(t, "an answer to the old version", s.RuleReport(ctx, officer(), "640200", 2020, supervision.Ruling{Kind: supervision.Accepted, Version: 1}), fault.Conflict, "report.changed")
	if err := s.RuleReport(ctx, officer(), "640200", 2020, supervision.Ruling{Kind: supervision.Returned, Version: 2, Words: "请附数据来源"}); err != nil {
		t.Fatal(err)
	}
	if d, err := s.OwnDuty(ctx, unit(), 2020); err != nil || d.Report.State() != supervision.AskedBack || !d.Overdue(a.now()) {
		t.Errorf("asked back after the deadline: got %s, %v", d.Report.State(), err)
	}
	a.sql(t, `UPDATE yearly_acts SET document = '{}'`, "never changes")
	a.sql(t, `DELETE FROM yearly_acts`, "never deleted")
	a.sql(t, `INSERT OR REPLACE INTO yearly_acts (unit, year, n, document) VALUES ('640200', 2020, 1, '{}')`, "never replaced")
	other := access.Actor{Name: "x", Role: access.Applicant, Unit: "640100"}
	if _, _, err := s.ReportFile(ctx, other, "640200", 2020, string(all[0].Files[0].Digest)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another unit reads the file: %v", err)
	}
}

// TestC39RemindersBeforeAndAfterTheLastDayOfJanuary counts days by hand: 30, 7 and
// 1 days before 31 January 2021 are the 1st, 24th and 30th; the report is overdue
// from the first moment of 1 February in Asia/Shanghai, and is called to mind every
// seven days.
func TestC39RemindersBeforeAndAfterTheLastDayOfJanuary(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	count := 0
	for _, day := range []struct {
		at   string
		want int
		code string
	}{
		{"2020-12-31T23:59:59+08:00", 0, ""},
		{"2021-01-01T00:00:00+08:00", 1, "report.due"},
		{"2021-01-23T23:00:00+08:00", 1, "report.due"},
		{"2021-01-24T00:00:00+08:00", 2, "report.due"},
		{"2021-01-30T00:00:00+08:00", 3, "report.due"},
		{"2021-01-31T23:59:59+08:00", 3, "report.due"},
		{"2021-02-01T00:00:00+08:00", 4, "report.overdue"},
		{"2021-02-07T23:59:59+08:00", 4, "report.overdue"},
		{"2021-02-08T00:00:00+08:00", 5, "report.overdue"},
		{"2021-02-15T00:00:00+08:00", 6, "report.overdue"},
	} {
		now, err := time.Parse(time.RFC3339, day.at)
		if err != nil {
			t.Fatal(err)
		}
		a.at = now
		for range 2 { // asked twice it says nothing twice
			if err := a.supervision.Remind(a.ctx, now); err != nil {
				t.Fatal(err)
			}
		}
		got := a.told.codes(inbox.ToUnit("640200"))
		if count = len(got); count != day.want || count > 0 && got[count-1] != day.code {
			t.Errorf("%s: told %v, want %d and %s last", day.at, got, day.want, day.code)
		}
	}
	if got := a.told.codes(inbox.ToRole(access.Office)); !slices.Equal(got, []string{"report.missing"}) {
		t.Errorf("the office was told %v", got)
	}
	all, err := a.supervision.Duties(a.ctx, officer())
	if err != nil || len(all) != 2 || all[0].Year != 2021 || !all[1].Overdue(a.now()) || all[1].LateDays(a.now()) != 15 {
		t.Errorf("the board: %+v, %v", all, err)
	}
	if err := a.supervision.RuleReport(a.ctx, officer(), "640200", 2020, supervision.Ruling{Kind: supervision.Waived, Words: "灾情"}); err != nil {
		t.Fatal(err)
	}
	if got := a.state(t); got != supervision.Excused {
		t.Errorf("after the waiver: %s", got)
	}
	refused(t, "filing what was waived", a.supervision.FileReport(a.ctx, unit(), 2020, supervision.Filing{Texts: texts()}), fault.Conflict, "report.waived")
}

// TestC42TheDrawIsMadeAgainByAnotherProgram: testdata/spot_draw.txt was made with
// sha256sum and sort of GNU coreutils, without this software (see its head).
func TestC42TheDrawIsMadeAgainByAnotherProgram(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/spot_draw.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(line, "#") {
			want[key] = value
		}
	}
	x := supervision.Spot{Year: 2021, Share: 3000}
	for _, p := range []supervision.Place{
		{Unit: "640100", Kind: roster.Cities},
		{Unit: "640104", Kind: roster.Counties},
		{Unit: "640105", Kind: roster.Counties},
		{Unit: "640200", Kind: roster.Cities},
		{Unit: "640302", Kind: roster.Counties},
		{Unit: "D07", Kind: roster.Departments},
		{Unit: "D08", Kind: roster.Departments},
	} {
		p.Names = []string{"name-" + string(p.Unit)}
		x.List = append(x.List, p)
	}
	for _, byKind := range []bool{false, true} {
		x.ByKind = byKind
		suffix := map[bool]string{false: "", true: "_by_kind"}[byKind]
		x.Digest = want["digest"+suffix]
		seed, drawn := x.Draw("07 11 12 24 29 31 + 09")
		var got []string
		for _, u := range drawn {
			got = append(got, string(u))
		}
		if text := strings.Join(got, " "); seed != want["seed"+suffix] || text != want["drawn"+suffix] {
			t.Errorf("by kind %t: drew %s with %s, want %s with %s", byKind, text, seed, want["drawn"+suffix], want["seed"+suffix])
		}
		x.Number, x.Seed, x.Drawn = "07 11 12 24 29 31 + 09", seed, drawn
		document, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := supervision.Redraw(bytes.NewReader(document)); err != nil {
			t.Errorf("by kind %t: the document is refused: %v", byKind, err)
		}
		forged := bytes.Replace(document, []byte(`"drawn":["`+got[0]), []byte(`"drawn":["999999`), 1)
		if _, err := supervision.Redraw(bytes.NewReader(forged)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("by kind %t: a forged document passes: %v", byKind, err)
		}
	}
}

// TestC42AtLeastOneIsDrawn: the share rounded up, at least one, never more than there
// are; a table by hand.
func TestC42AtLeastOneIsDrawn(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		n     int
		share indicators.Share
		want  int
	}{{0, 3000, 0}, {1, 1, 1}, {1, 3000, 1}, {3, 3000, 1}, {4, 3000, 2}, {10, 3000, 3}, {11, 3000, 4}, {7, 10000, 7}} {
		if got := supervision.SpotSize(x.n, x.share); got != x.want {
			t.Errorf("%d of share %s: got %d, want %d", x.n, x.share, got, x.want)
		}
	}
}

// checked draws the one name and opens its check.
func (a *after) checked(t *testing.T) string {
	t.Helper()
	s, ctx := a.supervision, a.ctx
	a.on(t, "2021-02-01")
	next, err := s.Upcoming(ctx, officer())
	if err != nil || len(next.List) != 1 {
		t.Fatalf("the list: %+v, %v", next, err)
	}
	refused(t, "a number known today", s.FreezeSpot(ctx, officer(), next.Digest, "双色球", roster.On(2021, time.February, 1)), fault.Invalid, "spot.on")
	refused(t, "another list", s.FreezeSpot(ctx, officer(), "x", "双色球", roster.On(2021, time.February, 9)), fault.Conflict, "spot.changed")
	if err := s.FreezeSpot(ctx, officer(), next.Digest, "双色球 2021-02-09", roster.On(2021, time.February, 9)); err != nil {
		t.Fatal(err)
	}
	refused(t, "a second list", s.FreezeSpot(ctx, officer(), next.Digest, "双色球", roster.On(2021, time.February, 9)), fault.Conflict, "spot.frozen")
	refused(t, "before the number is known", s.DrawSpot(ctx, officer(), 2021, "1"), fault.Closed, "spot.wait")
	a.on(t, "2021-02-09")
	if err := s.DrawSpot(ctx, second(), 2021, "07 11 12 24 29 31 + 09"); err != nil {
		t.Fatal(err)
	}
	refused(t, "a second draw", s.DrawSpot(ctx, officer(), 2021, "2"), fault.Conflict, "spot.drawn")
	a.sql(t, `UPDATE spot_draws SET document = '{}'`, "never changes")
	a.sql(t, `UPDATE spot_lists SET document = '{}'`, "never changes")
	checks, err := s.Checks(ctx, officer())
	if err != nil || len(checks) != 1 || checks[0].Unit != "640200" {
		t.Fatalf("checks: %+v, %v", checks, err)
	}
	opening := supervision.Opening{
		Team: []string{"刘", "陈"}, From: roster.On(2021, time.February, 20), To: roster.On(2021, time.February, 21), Document: "宁法办函〔2021〕3号",
	}
	lone := opening
	lone.Team = []string{"刘", " "}
	refused(t, "one person", s.OpenCheck(ctx, officer(), checks[0].ID, lone), fault.Invalid, "check.team")
	if err := s.OpenCheck(ctx, officer(), checks[0].ID, opening); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Record(ctx, officer(), a.id); err != nil || r.Now() != naming.Checked || r.Steps[0].Check != checks[0].ID {
		t.Errorf("while it is open: %+v, %v", r, err)
	}
	return checks[0].ID
}

// found gives every indicator a verdict.
func (a *after) found(t *testing.T, id string, unmet indicators.Number) {
	t.Helper()
	x, err := a.supervision.Check(a.ctx, officer(), id)
	if err != nil {
		t.Fatal(err)
	}
	found := map[indicators.Number]supervision.Item{}
	for _, i := range x.Applicable {
		found[i.Number] = supervision.Item{Verdict: supervision.Met, Text: "查阅台账"}
	}
	if unmet != "" {
		found[unmet] = supervision.Item{Verdict: supervision.Unmet, Text: "没有公开"}
	}
	if err := a.supervision.Find(a.ctx, officer(), id, x.Edits, found); err != nil {
		t.Fatal(err)
	}
}

// TestC43C47AFailedCheckOpensTheThirdGround re-checks every current indicator, with a
// survey, measures, a failure by two people, and a revocation on ground three.
func TestC43C47AFailedCheckOpensTheThirdGround(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	s, ctx := a.supervision, a.ctx
	id := a.checked(t)
	x, err := s.Check(ctx, officer(), id)
	if err != nil || len(x.Applicable) != 100 {
		t.Fatalf("%d indicators apply, %v; want the 100 of a city that makes rules", len(x.Applicable), err)
	}
	refused(t, "not met without words", s.Find(ctx, officer(), id, x.Edits, map[indicators.Number]supervision.Item{"1": {Verdict: supervision.Unmet}}), fault.Invalid, "words.missing")
	outcome := supervision.Outcome{Result: supervision.Failed, Text: "多项不达标", Document: "宁法办函〔2021〕5号"}
	refused(t, "with indicators left", s.ProposeOutcome(ctx, officer(), id, outcome), fault.Conflict, "check.incomplete")
	a.found(t, id, "")
	refused(t, "a failure with all met", s.ProposeOutcome(ctx, officer(), id, outcome), fault.Conflict, "check.all_met")
	a.found(t, id, "31")
	passed := outcome
	passed.Result = supervision.Passed
	refused(t, "passed with one not met", s.ProposeOutcome(ctx, officer(), id, passed), fault.Conflict, "check.unmet")
	if err := s.OrderSurvey(ctx, officer(), id, "群众反映集中"); err != nil {
		t.Fatal(err)
	}
	refused(t, "before the survey was made", s.ProposeOutcome(ctx, officer(), id, outcome), fault.Conflict, "check.survey_open")
	if err := s.SurveyDone(ctx, officer(), id, 1, "/results/2021/640200", "满意度 71 %"); err != nil {
		t.Fatal(err)
	}
	mend := outcome
	mend.Result, mend.Deadline = supervision.ToMend, roster.On(2021, time.March, 31)
	a.ended(t, id, mend, "measures")
	a.on(t, "2021-04-01")
	if err := s.Remind(ctx, a.now()); err != nil {
		t.Fatal(err)
	}
	if got := a.told.codes(inbox.ToRole(access.Office)); !slices.Contains(got, "spotcheck.again") {
		t.Errorf("after the deadline the office was told %v", got)
	}
	below := a.draft(supervision.Below)
	refused(t, "C47 while measures are demanded", a.propose(officer(), below), fault.Conflict, "revocation.below")
	a.ended(t, id, outcome, "failed")
	refused(t, "a closed check", s.OrderSurvey(ctx, officer(), id, "x"), fault.Closed, "check.closed")
	a.sql(t, `UPDATE spot_checks SET document = '{}'`, "never changes")
	if err := a.propose(officer(), below); err != nil {
		t.Fatalf("C47 with a failed check: %v", err)
	}
	h, err := s.OwnHearing(ctx, unit(), a.id)
	if err != nil || len(h.Proposal.Evidence) != 0 || h.Proposal.By != "" {
		t.Errorf("the unit sees %+v, %v", h.Proposal, err)
	}
	if err := s.State(ctx, unit(), a.id, h.Proposal.ID, "已整改，请求复核", false, supervision.Upload{}); err != nil {
		t.Fatal(err)
	}
	refused(t, "a second statement", s.State(ctx, unit(), a.id, h.Proposal.ID, "x", false, supervision.Upload{}), fault.Conflict, "hearing.said")
	if err := a.decide(second(), nil); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Record(ctx, officer(), a.id); err != nil || r.Now() != naming.Revoked || !slices.Contains(r.Steps[len(r.Steps)-1].Grounds, supervision.Below) {
		t.Errorf("got %+v, %v", r, err)
	}
	if all, err := s.Duties(ctx, officer()); err != nil || len(all) != 1 || all[0].Year != 2020 {
		t.Errorf("a revoked name owes only what was due before: %+v, %v", all, err)
	}
}

// ended proposes and confirms an outcome.
func (a *after) ended(t *testing.T, id string, x supervision.Outcome, want string) {
	t.Helper()
	if err := a.supervision.ProposeOutcome(a.ctx, officer(), id, x); err != nil {
		t.Fatal(err)
	}
	c, err := a.supervision.Check(a.ctx, officer(), id)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, "one person", a.supervision.ConfirmOutcome(a.ctx, officer(), id, c.Pending().N), fault.Forbidden, "check.second_person")
	if err := a.supervision.ConfirmOutcome(a.ctx, second(), id, c.Pending().N); err != nil {
		t.Fatal(err)
	}
	if c, err = a.supervision.Check(a.ctx, officer(), id); err != nil || c.State() != want {
		t.Errorf("got %s, %v, want %s", c.State(), err, want)
	}
}

// TestC43APassedCheckClearsTheName ends a check as passed: the name is valid again.
func TestC43APassedCheckClearsTheName(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	id := a.checked(t)
	a.found(t, id, "")
	a.ended(t, id, supervision.Outcome{Result: supervision.Passed, Text: "符合", Document: "宁法办函〔2021〕6号"}, "met")
	r, err := a.supervision.Record(a.ctx, officer(), a.id)
	if err != nil || r.Now() != naming.Valid || len(r.Steps) != 2 {
		t.Errorf("got %+v, %v", r, err)
	}
	refused(t, "C47 after a passed check", a.propose(officer(), a.draft(supervision.Below)), fault.Conflict, "revocation.below")
}

// ruled changes the settings of the round as the clock of its beginning lets it.
func (a *after) ruled(t *testing.T, change func(*roster.Settings)) {
	t.Helper()
	r, err := a.roster.Round(a.ctx, 2020)
	if err != nil {
		t.Fatal(err)
	}
	change(&r.Settings)
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	a.sql(t, `UPDATE rounds SET document = '`+string(raw)+`' WHERE year = 2020`, "")
}

// TestC44WhoDecidesIsASetting: silent point 11. Where the committee revokes, its
// meeting is named, and the register says who decided.
func TestC44WhoDecidesIsASetting(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	a.on(t, "2021-06-02")
	a.ruled(t, func(s *roster.Settings) { s.Revoker = roster.CommitteeRevokes })
	if err := a.propose(officer(), a.draft(supervision.Other)); err != nil {
		t.Fatal(err)
	}
	a.on(t, "2021-06-13")
	refused(t, "without a meeting", a.decide(second(), nil), fault.Invalid, "words.missing")
	if err := a.decide(second(), func(x *supervision.Decision) { x.Meeting = "委员会第三次会议（2021-06-12）" }); err != nil {
		t.Fatal(err)
	}
	all, err := a.supervision.Register(a.ctx, roster.On(2021, time.June, 13))
	if err != nil || len(all) != 1 || all[0].Steps[0].Body != roster.CommitteeRevokes {
		t.Errorf("the register: %+v, %v", all, err)
	}
}

// TestC45OneEventMayHaveOneEffect: silent point 14. What took marks off as A3 before
// the naming is no ground of revocation, where the round says so, unless the event is
// another.
func TestC45OneEventMayHaveOneEffect(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	a.on(t, "2021-06-02")
	a.sql(t, `INSERT INTO dossiers (round, unit, track, version, document) VALUES (2020, '640200', 'comprehensive', 1, '{}')`, "")
	a.sql(t, `INSERT INTO assignments (round, unit, track, assessor, version, document) VALUES (2020, '640200', 'comprehensive', 'zhao', 1, '{}')`, "")
	a.sql(t, `UPDATE sheet_states SET submitted_at = 1, marks = '{"1":100,"A3":200}'`, "")
	before, later := a.draft(supervision.Grave), a.draft(supervision.Grave)
	before.Event, later.Event = roster.On(2020, time.October, 31), roster.On(2020, time.November, 1)
	a.ruled(t, func(s *roster.Settings) { s.OneEffect = true })
	refused(t, "the same event", a.propose(officer(), before), fault.Conflict, "revocation.one_effect")
	before.Distinct = true
	for _, x := range []supervision.Draft{before, later} {
		if err := a.propose(officer(), x); err != nil {
			t.Fatal(err)
		}
		all, err := a.supervision.Revocations(a.ctx, officer(), a.id)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.supervision.DropRevocation(a.ctx, officer(), a.id, all[len(all)-1].ID, "试"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestC41TheOfficeReadsTheReportThatItSendsOn: the office gets the report of the year
// before with its newest version and proof, which it sends on for a national area;
// nobody else gets it so.
func TestC41TheOfficeReadsTheReportThatItSendsOn(t *testing.T) {
	t.Parallel()
	a := newAfter(t)
	s, ctx := a.supervision, a.ctx
	a.on(t, "2021-01-25")
	if err := s.FileReport(ctx, unit(), 2020, supervision.Filing{Texts: texts()}); err != nil {
		t.Fatal(err)
	}
	if err := s.PublishReport(ctx, unit(), 2020, proof(), supervision.Upload{}); err != nil {
		t.Fatal(err)
	}
	d, err := s.Duty(ctx, officer(), "640200", 2020)
	if err != nil || d.Report.Newest() == nil || d.Report.Newest().Texts[supervision.PartPlan] == "" || d.Report.Proven().Proof.Place != "石嘴山日报" {
		t.Errorf("got %+v, %v", d, err)
	}
	_, err = s.Duty(ctx, unit(), "640200", 2020)
	refused(t, "as the unit", err, fault.Forbidden, "access.role")
}
