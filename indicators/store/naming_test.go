package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// office is a ground where filing is over, with a naming service on it.
type office struct {
	*ground
	naming *naming.Service
	ids    int
	mu     sync.Mutex
}

func second() access.Actor { return access.Actor{Name: "chen", Role: access.Office} }

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{ground: opened(t)}
	o.naming = naming.NewService(o.Store, o.roster, o.roster, o.book, o.now, func() string {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.ids++
		return fmt.Sprintf("id-%03d", o.ids)
	})
	s := equal(t)
	s.Parts = indicators.Parts{Evaluation: 5000, Survey: 3000, Verification: 2000}
	if _, err := o.roster.Reweigh(t.Context(), officer(), 2020, 0, s, ""); err != nil {
		t.Fatal(err)
	}
	o.on(t, "2020-10-20")
	for n, unit := range []roster.UnitCode{"640100", "640200", "640300", "640400", "D07"} {
		mark := indicators.Mark(9000 - 300*n)
		if err := o.book.File(t.Context(), assessor(), finding(scorebook.Evaluation, unit, mark)); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			if err := o.book.File(t.Context(), agent(), finding(scorebook.Survey, unit, mark-500)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return o
}

// closed closes evaluation and survey and ranks.
func (o *office) closed(t *testing.T) *naming.Snapshot {
	t.Helper()
	for _, i := range []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey} {
		if err := o.book.CloseInstrument(t.Context(), officer(), 2020, i); err != nil {
			t.Fatal(err)
		}
	}
	s, err := o.naming.Rank(t.Context(), officer(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func target(unit roster.UnitCode) naming.Target {
	return naming.Target{Unit: unit, Track: roster.Comprehensive}
}

func (o *office) inspection(mark indicators.Mark) naming.Inspection {
	return naming.Inspection{
		Team: []naming.Member{{Name: "刘代表", Category: naming.Deputy}}, Date: roster.On(2020, time.October, 19),
		Checks: map[indicators.Number]naming.Check{"5": {Confirmed: true, Note: "seen at the counter"}},
		Mark:   &mark, Opinion: "as claimed",
	}
}

// verified opens, fills in and closes a verification.
func (o *office) verified(t *testing.T, unit roster.UnitCode) {
	t.Helper()
	if err := o.naming.Visit(t.Context(), officer(), 2020, target(unit), "asked for"); err != nil {
		t.Fatal(err)
	}
	if err := o.naming.Inspect(t.Context(), officer(), 2020, target(unit), o.inspection(9000)); err != nil {
		t.Fatal(err)
	}
	if err := o.naming.CloseVerification(t.Context(), officer(), 2020, target(unit)); err != nil {
		t.Fatal(err)
	}
}

func draft() naming.Draft {
	return naming.Draft{
		Medium: "宁夏日报", Contact: "0951-0000000", Published: []scorebook.Instrument{scorebook.Survey},
		Window: roster.Between(roster.On(2020, time.November, 1), roster.On(2020, time.November, 7)),
	}
}

func TestC97RankingOpensTheBookOnceAndEveryReadingIsLogged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.naming.Rank(t.Context(), officer(), 2020)
	refused(t, "sealed", err, fault.Closed, "scorebook.sealed")
	_, err = o.naming.Ranking(t.Context(), officer(), 2020)
	refused(t, "none", err, fault.NotFound, "ranking.none")
	first := o.closed(t)
	again, err := o.naming.Rank(t.Context(), officer(), 2020)
	if err != nil || again.ID != first.ID {
		t.Errorf("nothing changed: got %v, %v, want the same snapshot", again, err)
	}
	for _, role := range access.Roles() {
		if role == access.Office {
			continue
		}
		_, err := o.naming.Ranking(t.Context(), access.Actor{Name: "x", Role: role, Unit: "640100"}, 2020)
		refused(t, string(role), err, fault.Forbidden, "access.role")
		_, err = o.naming.Rank(t.Context(), access.Actor{Name: "x", Role: role, Unit: "640100"}, 2020)
		refused(t, string(role), err, fault.Forbidden, "access.role")
	}
	if _, err := o.naming.Ranking(t.Context(), officer(), 2020); err != nil {
		t.Fatal(err)
	}
	if e := o.last(t); e.Action != "ranking.read" || e.Object != "ranking/2020/"+first.ID {
		t.Errorf("got %+v", e)
	}
}

func TestACorrectedFindingMakesANewSnapshotBesideTheOld(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.closed(t)
	if err := o.book.Refile(t.Context(), assessor(), finding(scorebook.Evaluation, "640100", 5000), "counted twice"); err != nil {
		t.Fatal(err)
	}
	second, err := o.naming.Rank(t.Context(), officer(), 2020)
	if err != nil || second.ID == first.ID || second.Ranking.Findings == first.Ranking.Findings || second.Digest == first.Digest {
		t.Errorf("got %v, %v", second, err)
	}
	row, _ := second.Ranking.Find("640100", roster.Comprehensive)
	if row.Place != 4 || row.Total != 5000 {
		t.Errorf("got %+v, want place 4", row)
	}
	all, err := o.naming.Rankings(t.Context(), officer(), 2020)
	if err != nil || len(all) != 2 || all[1].ID != first.ID {
		t.Errorf("got %d snapshots, %v", len(all), err)
	}
}

func TestC32C33VerificationOfTheFrontGroup(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	refused(t, "no ranking", o.naming.Visit(ctx, officer(), 2020, target("640100"), ""), fault.NotFound, "ranking.none")
	o.closed(t)
	refused(t, "not an applicant", o.naming.Visit(ctx, officer(), 2020, target("640500"), ""), fault.NotFound, "verification.unknown")
	refused(t, "outside the front group", o.naming.Visit(ctx, officer(), 2020, target("640400"), ""), fault.Invalid, "verification.reason")
	refused(t, "inspector", o.naming.Visit(ctx, access.Actor{Name: "i", Role: access.Inspector}, 2020, target("640100"), ""), fault.Forbidden, "access.role")
	if err := o.naming.Visit(ctx, officer(), 2020, target("640100"), ""); err != nil {
		t.Fatal(err)
	}
	refused(t, "twice", o.naming.Visit(ctx, officer(), 2020, target("640100"), ""), fault.Conflict, "verification.exists")
	err := o.naming.CloseVerification(ctx, officer(), 2020, target("640100"))
	for _, code := range []string{"verification.team_missing", "verification.date_missing", "verification.mark_missing", "verification.opinion_missing"} {
		refused(t, code, err, fault.Invalid, code)
	}
	bad := o.inspection(10001)
	bad.Team[0].Category = "friend"
	bad.Checks["101"] = naming.Check{}
	err = o.naming.Inspect(ctx, officer(), 2020, target("640100"), bad)
	for _, code := range []string{"verification.mark", "verification.category", "indicator.unknown"} {
		refused(t, code, err, fault.Invalid, code)
	}
	for name, c := range map[string]struct {
		date roster.Date
		code string
	}{
		"before the window": {roster.On(2020, time.August, 31), "verification.date_window"},
		"to come":           {roster.On(2020, time.October, 21), "verification.date_future"},
	} {
		i := o.inspection(9000)
		i.Date = c.date
		if err := o.naming.Inspect(ctx, access.Actor{Name: "i", Role: access.Inspector}, 2020, target("640100"), i); err != nil {
			t.Fatal(err)
		}
		refused(t, name, o.naming.CloseVerification(ctx, officer(), 2020, target("640100")), fault.Invalid, c.code)
	}
	if err := o.naming.Inspect(ctx, officer(), 2020, target("640100"), o.inspection(9000)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // closing again makes up for a filing that was cut short
		if err := o.naming.CloseVerification(ctx, officer(), 2020, target("640100")); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, "closed", o.naming.Inspect(ctx, officer(), 2020, target("640100"), o.inspection(1)), fault.Closed, "verification.closed")
	after, err := o.naming.Rank(ctx, officer(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	row, _ := after.Ranking.Find("640100", roster.Comprehensive)
	if p := row.Parts[2]; !p.Present || p.Mark != 9000 {
		t.Errorf("got %+v, want the verification's finding", p)
	}
}

func TestC12C34C87CandidatesAreVerifiedAndTheQuotaIsSoft(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640100")
	refused(t, "not verified", o.naming.Propose(ctx, officer(), 2020, []naming.Target{target("640100"), target("640200")}, ""), fault.Conflict, "candidates.not_verified")
	refused(t, "nobody", o.naming.Propose(ctx, officer(), 2020, nil, ""), fault.Invalid, "candidates.none")
	refused(t, "twice", o.naming.Propose(ctx, officer(), 2020, []naming.Target{target("640100"), target("640100")}, ""), fault.Invalid, "candidates.twice")
	r, err := o.roster.Round(ctx, 2020)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Settings
	s.QuotaComprehensive, s.QuotaTolerance = 1, 0
	if err := o.roster.Adjust(ctx, officer(), 2020, r.Version, s, "few this year"); err != nil {
		t.Fatal(err)
	}
	o.verified(t, "640200")
	both := []naming.Target{target("640100"), target("640200")}
	refused(t, "above the quota", o.naming.Propose(ctx, officer(), 2020, both, ""), fault.Invalid, "candidates.quota")
	if err := o.naming.Propose(ctx, officer(), 2020, both, "the data cannot tell them apart"); err != nil {
		t.Fatal(err)
	}
	p, err := o.naming.Proceeding(ctx, officer(), 2020)
	if err != nil || len(p.Candidates.List) != 2 || p.Candidates.List[0].Title != "全区法治政府建设示范市" {
		t.Errorf("got %+v, %v", p.Candidates, err)
	}
}

func TestC35NoticeHasItsLengthAndItsWindow(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640200")
	refused(t, "no candidates", o.naming.Post(ctx, officer(), 2020, draft()), fault.Conflict, "candidates.none")
	if err := o.naming.Propose(ctx, officer(), 2020, []naming.Target{target("640200")}, ""); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(d *naming.Draft)
		code   string
	}{
		{"too short", func(d *naming.Draft) { d.Window.To = roster.On(2020, time.November, 6) }, "notice.short"},
		{"outside the window", func(d *naming.Draft) { d.Window.To = roster.On(2020, time.November, 11) }, "notice.window"},
		{"reversed", func(d *naming.Draft) { d.Window.To = roster.On(2020, time.October, 1) }, "notice.dates"},
		{"no medium", func(d *naming.Draft) { d.Medium = " " }, "words.missing"},
		{"no contact", func(d *naming.Draft) { d.Contact = "" }, "words.missing"},
		{"self-assessment", func(d *naming.Draft) { d.Published = []scorebook.Instrument{scorebook.SelfAssessment} }, "finding.instrument"},
	} {
		d := draft()
		c.change(&d)
		refused(t, c.name, o.naming.Post(ctx, officer(), 2020, d), fault.Invalid, c.code)
	}
	for range 2 {
		if err := o.naming.Post(ctx, officer(), 2020, draft()); err != nil {
			t.Fatal(err)
		}
	}
	_, err := o.naming.Notice(ctx, 2020)
	refused(t, "before its first day", err, fault.NotFound, "notice.none")
	refused(t, "another notice", o.naming.Post(ctx, officer(), 2020, naming.Draft{Medium: "x", Contact: "y", Window: draft().Window}), fault.Conflict, "notice.exists")
	refused(t, "list stays", o.naming.Propose(ctx, officer(), 2020, []naming.Target{target("640200")}, ""), fault.Closed, "candidates.noticed")
	o.on(t, "2020-11-01")
	n, err := o.naming.Notice(ctx, 2020)
	if err != nil || len(n.List) != 1 || n.PostedBy != "" {
		t.Errorf("got %+v, %v", n, err)
	}
	published, err := o.book.Published(ctx, 2020)
	if err != nil || len(published) != 1 || published[0].Unit != "640200" || published[0].Instrument != scorebook.Survey {
		t.Errorf("got %+v, %v", published, err)
	}
}

func TestC36NamingWaitsForTheNoticeAndEveryAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	o.closed(t)
	o.verified(t, "640100")
	o.verified(t, "640200")
	if err := o.naming.Propose(ctx, officer(), 2020, []naming.Target{target("640100"), target("640200")}, ""); err != nil {
		t.Fatal(err)
	}
	complaint := naming.Complaint{Target: target("640100"), Text: "the list of charges is not public\r\nsince June"}
	_, err := o.naming.Object(ctx, 2020, complaint)
	refused(t, "no notice", err, fault.NotFound, "notice.none")
	if err := o.naming.Post(ctx, officer(), 2020, draft()); err != nil {
		t.Fatal(err)
	}
	o.on(t, "2020-11-07")
	_, err = o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640300"), Text: "x"})
	refused(t, "not on the list", err, fault.Invalid, "objection.target")
	_, err = o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Text: strings.Repeat("长", 2001)})
	refused(t, "too long", err, fault.Invalid, "words.long")
	_, err = o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640100"), Name: "a\u202eb", Text: "x"})
	refused(t, "direction marks", err, fault.Invalid, "words.marks")
	receipt, err := o.naming.Object(ctx, 2020, complaint)
	if err != nil || len(receipt) != 19 {
		t.Fatalf("got %q, %v", receipt, err)
	}
	if _, err := o.naming.Object(ctx, 2020, naming.Complaint{Target: target("640200"), Name: "王", Text: "x"}); err != nil {
		t.Fatal(err)
	}
	if e := o.last(t); e.Action != "objection.file" || e.Actor != "" || strings.Contains(e.After+e.Reason+e.Object, "王") {
		t.Errorf("got %+v, want nothing of the person in the trail", e)
	}
	o.on(t, "2020-11-08")
	_, err = o.naming.Object(ctx, 2020, complaint)
	refused(t, "notice over", err, fault.Closed, "objection.closed")
	date := roster.On(2020, time.December, 10)
	name := func(by access.Actor) error {
		_, err := o.naming.Name(ctx, by, 2020, "宁法办发〔2020〕1号", date)
		return err
	}
	refused(t, "date to come", name(second()), fault.Invalid, "naming.date")
	o.on(t, "2020-12-10")
	refused(t, "open objections", name(second()), fault.Conflict, "naming.objections_open")
	all, err := o.naming.Objections(ctx, officer(), 2020)
	if err != nil || len(all) != 2 || all[0].Text != "the list of charges is not public\nsince June" {
		t.Fatalf("got %+v, %v", all, err)
	}
	refused(t, "no outcome", o.naming.Answer(ctx, officer(), 2020, all[0].ID, "", "x"), fault.Invalid, "objection.outcome")
	refused(t, "no answer", o.naming.Answer(ctx, officer(), 2020, all[0].ID, naming.Upheld, ""), fault.Invalid, "words.missing")
	refused(t, "unknown", o.naming.Answer(ctx, officer(), 2020, "id-999", naming.Upheld, "x"), fault.NotFound, "objection.unknown")
	for n, outcome := range []naming.Outcome{naming.Upheld, naming.Dismissed} {
		if err := o.naming.Answer(ctx, officer(), 2020, all[n].ID, outcome, "we looked"); err != nil {
			t.Fatal(err)
		}
	}
	mistyped := strings.ToLower(strings.ReplaceAll(receipt, "-", " "))
	state, err := o.naming.State(ctx, strings.ReplaceAll(mistyped, "0", "o"))
	if err != nil || state.Outcome != naming.Upheld || state.Answer != "we looked" || state.AnsweredBy != "" {
		t.Errorf("got %+v, %v", state, err)
	}
	_, err = o.naming.State(ctx, "0000-0000-0000-0000")
	refused(t, "wrong receipt", err, fault.NotFound, "objection.unknown")
	refused(t, "one person", name(officer()), fault.Forbidden, "naming.second_person")
	if err := name(second()); err != nil {
		t.Fatal(err)
	}
	refused(t, "twice", name(second()), fault.Conflict, "naming.decided")
	refused(t, "answer after", o.naming.Answer(ctx, officer(), 2020, all[0].ID, naming.Dismissed, "x"), fault.Closed, "objection.decided")
	named, err := o.naming.Named(ctx)
	if err != nil || len(named) != 1 || named[0].Target != target("640200") || named[0].Title != "全区法治政府建设示范市" || named[0].Standing != naming.Valid {
		t.Errorf("got %+v, %v, want only the unit without an upheld objection", named, err)
	}
	p, err := o.naming.Proceeding(ctx, officer(), 2020)
	if err != nil || len(p.Decision.Left) != 1 || p.Decision.Snapshot == "" || p.Decision.Digest == "" {
		t.Errorf("got %+v, %v", p.Decision, err)
	}
}

func TestS17TwoDecisionsAtOnceOneWins(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := context.WithoutCancel(t.Context())
	o.closed(t)
	o.verified(t, "640200")
	if err := o.naming.Propose(ctx, officer(), 2020, []naming.Target{target("640200")}, ""); err != nil {
		t.Fatal(err)
	}
	if err := o.naming.Post(ctx, officer(), 2020, draft()); err != nil {
		t.Fatal(err)
	}
	o.on(t, "2020-12-10")
	var group sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 20 {
		group.Go(func() {
			_, err := o.naming.Name(ctx, second(), 2020, "1", roster.On(2020, time.December, 10))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				refused(t, "second", err, fault.Conflict, "naming.decided")
			}
		})
	}
	group.Wait()
	if named, err := o.naming.Named(ctx); err != nil || won != 1 || len(named) != 1 {
		t.Errorf("got %d won, %d named, %v", won, len(named), err)
	}
}
