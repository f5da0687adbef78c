package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/verification"
	"minyi/indicators/verification/sample"
)

// office is a ground where filing is over, with a naming service on it.
type office struct {
	*ground
	naming *naming.Service
	visits *verification.Service
	files  *evidence.Folder
	told   *told
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
	o.visits = verifier(t, o.ground)
	o.equip(t)
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

// verified takes a visit to its close, nine of ten items as claimed.
func (o *office) verified(t *testing.T, unit roster.UnitCode) {
	t.Helper()
	if err := sample.Closed(t.Context(), o.visits, officer(), 2020, target(unit), roster.On(2020, time.October, 19), 9, 10); err != nil {
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
	refused(t, "no ranking", o.visits.Open(ctx, officer(), 2020, target("640100"), ""), fault.NotFound, "ranking.none")
	o.closed(t)
	refused(t, "not an applicant", o.visits.Open(ctx, officer(), 2020, target("640500"), ""), fault.NotFound, "verification.unknown")
	refused(t, "outside the front group", o.visits.Open(ctx, officer(), 2020, target("640400"), ""), fault.Invalid, "verification.reason")
	refused(t, "inspector", o.visits.Open(ctx, access.Actor{Name: "i", Role: access.Inspector}, 2020, target("640100"), ""), fault.Forbidden, "access.role")
	if err := o.visits.Open(ctx, officer(), 2020, target("640100"), ""); err != nil {
		t.Fatal(err)
	}
	refused(t, "twice", o.visits.Open(ctx, officer(), 2020, target("640100"), ""), fault.Conflict, "verification.exists")
	k := application.Key{Round: 2020, Unit: "640100", Track: roster.Comprehensive}
	_, err := o.visits.Close(ctx, officer(), k)
	for _, code := range []string{"verification.team_missing", "verification.date_missing", "verification.items_missing", "verification.opinion_missing"} {
		refused(t, code, err, fault.Invalid, code)
	}
	if err := sample.Finish(ctx, o.visits, officer(), k, roster.On(2020, time.October, 19), 9, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := o.visits.Close(ctx, officer(), k); err != nil { // makes up for a filing that was cut short
		t.Fatal(err)
	}
	after, err := o.naming.Rank(ctx, officer(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	row, _ := after.Ranking.Find("640100", roster.Comprehensive)
	if p := row.Parts[2]; !p.Present || p.Mark != 9000 {
		t.Errorf("got %+v, want the verification's finding", p)
	}
}
