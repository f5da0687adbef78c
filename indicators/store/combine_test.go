package store_test

import (
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// TestC08TheRankingWaitsForTheSurveyAndShowsItsPrecision: with the evaluation closed
// alone there is no ranking; afterwards each surveyed unit's part has its error and
// interval, and its total one too.
func TestC08TheRankingWaitsForTheSurveyAndShowsItsPrecision(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	precise := finding(scorebook.Survey, "640100", 8000)
	precise.SE, precise.Low, precise.High = 120, 7765, 8235
	if err := o.book.File(t.Context(), agent(), precise); err != nil {
		t.Fatal(err)
	}
	if err := o.book.CloseInstrument(t.Context(), officer(), 2020, scorebook.Evaluation); err != nil {
		t.Fatal(err)
	}
	_, err := o.naming.Rank(t.Context(), officer(), 2020)
	if all := fault.All(err); len(all) != 1 || all[0].Code != "scorebook.sealed" || all[0].Params["instrument"] != string(scorebook.Survey) {
		t.Errorf("before the survey is closed: got %v", err)
	}
	s := o.closed(t)
	m, err := o.naming.Made(t.Context(), officer(), 2020, s.ID, target("640100"))
	if err != nil {
		t.Fatal(err)
	}
	p := m.Parts[1]
	if p.Instrument != scorebook.Survey || p.SE != 120 || p.Low != 7765 || p.High != 8235 || !m.Sure.Known || m.Sure.Low >= m.Sure.High {
		t.Errorf("got %+v and %+v", p, m.Sure)
	}
	if p.Finding == nil || p.Finding.Mark != 8000 || m.Parts[2].Finding != nil || !m.Newest {
		t.Errorf("the findings behind the parts: got %+v", m.Parts)
	}
	if e := o.last(t); !strings.HasPrefix(e.Object, "finding/2020/640100/survey/") {
		t.Errorf("the reading of the last part: got %+v", e)
	}
	_, err = o.naming.Made(t.Context(), officer(), 2020, "another", target("640100"))
	refused(t, "another ranking", err, fault.NotFound, "ranking.unknown")
	_, err = o.naming.Made(t.Context(), agent(), 2020, "", target("640100"))
	refused(t, "the agency", err, fault.Forbidden, "access.role")
}

// TestC32TheRankingOfBeforeTheVisitsStays: a visit's finding makes a second ranking in
// which the first one's places are told; the first stays readable, and what it rests
// on too when a finding is corrected later.
func TestC32TheRankingOfBeforeTheVisitsStays(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.closed(t)
	visit := finding(scorebook.Verification, "640300", 9900)
	if err := o.book.File(t.Context(), access.Actor{Name: "qian", Role: access.Inspector}, visit); err != nil {
		t.Fatal(err)
	}
	corrected := finding(scorebook.Evaluation, "640300", 5000)
	corrected.Digest = scorebook.Digest([]byte("corrected"))
	if err := o.book.Refile(t.Context(), officer(), corrected, "a sum was wrong"); err != nil {
		t.Fatal(err)
	}
	second, err := o.naming.Rank(t.Context(), officer(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	row, _ := second.Ranking.Find("640300", roster.Comprehensive)
	was, _ := first.Ranking.Find("640300", roster.Comprehensive)
	// 50.00, 79.00 and 99.00 by 50, 30 and 20 %: 25 + 23.7 + 19.8.
	if second.ID == first.ID || row.Place != 1 || row.Total != 6850 || row.Before.Place != 4 || was.Place != 3 {
		t.Errorf("got %+v after %+v", row, was)
	}
	old, err := o.naming.Made(t.Context(), officer(), 2020, first.ID, target("640300"))
	if err != nil || old.Newest || old.Parts[0].Finding.Mark != 8400 || old.Parts[0].Finding.Version != 1 {
		t.Errorf("the first ranking's evaluation: got %+v, %v", old, err)
	}
	now, err := o.naming.Made(t.Context(), officer(), 2020, "", target("640300"))
	if err != nil || now.Parts[0].Finding.Mark != 5000 || now.Parts[2].Finding.Mark != 9900 {
		t.Errorf("the newest ranking's: got %+v, %v", now, err)
	}
	whole, err := o.naming.Snapshot(t.Context(), officer(), 2020, first.ID)
	if err != nil || whole.Digest != first.Digest {
		t.Errorf("got %+v, %v", whole, err)
	}
	_, err = o.naming.Snapshot(t.Context(), officer(), 2020, "another")
	refused(t, "another", err, fault.NotFound, "ranking.unknown")
}

// TestC73GoalpostsLockWithTheShares: goalposts are set with the scheme and refused once
// the evaluation has opened, as every other weight is.
func TestC73GoalpostsLockWithTheShares(t *testing.T) {
	t.Parallel()
	g := opened(t)
	s := equal(t)
	s.Goals.Survey = indicators.Goalpost{Low: 4000, High: 9000}
	kept, err := g.roster.Reweigh(t.Context(), officer(), 2020, 0, s, "")
	if err != nil || kept.Goals.Survey != s.Goals.Survey {
		t.Fatalf("got %+v, %v", kept, err)
	}
	wrong := s
	wrong.Goals.Evaluation = indicators.Goalpost{Low: 9000, High: 9000}
	_, err = g.roster.Reweigh(t.Context(), officer(), 2020, 1, wrong, "x")
	refused(t, "no room between the posts", err, fault.Invalid, "scheme.goal_range")
	g.on(t, "2020-10-20")
	s.Goals.Survey.Low = 3000
	_, err = g.roster.Reweigh(t.Context(), officer(), 2020, 1, s, "x")
	refused(t, "after the evaluation opened", err, fault.Closed, "scheme.locked")
}
