package evaluation_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// password is that of every account, hashed its stored form (made once: Argon2id
// takes its time).
const (
	password = "quiet river stone lamp"
	hashed   = "$argon2id$v=19$m=19456,t=2,p=1$hs+neuJVGt4+Ykx6DveXvw$lQ6QyYuLxC79g2htdJG4v3G5Y2o9fhLIo5zkP/B9LGs"
)

var other = access.Actor{Name: "office-2", Role: access.Office}

func signingKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
}

// sign lets an assessor sign what is proposed as the opinion of the institution.
func (w *world) sign(who access.Actor, k application.Key) (string, error) {
	w.t.Helper()
	work, err := w.service.OpinionOf(w.t.Context(), who, k)
	if err != nil {
		return "", err
	}
	words := evaluation.Words{Levels: map[evaluation.Item]string{}, Overall: work.Opinion.Overall}
	for _, h := range work.Headings {
		words.Levels[h.Opinion] = "总体符合要求"
	}
	return w.service.SignOpinion(w.t.Context(), who, k, work.Opinion.Version, words, password, "net")
}

// finish signs the opinion where that is possible, then closes.
func (w *world) finish(k application.Key) (evaluation.Result, error) {
	w.t.Helper()
	if _, err := w.sign(first, k); err != nil && fault.KindOf(err) == 0 {
		w.t.Fatal(err)
	}
	return w.service.Close(w.t.Context(), office, k, "")
}

func (w *world) awaits(k application.Key) (codes []string) {
	w.t.Helper()
	rows, err := w.service.Board(w.t.Context(), office, k.Round)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Key == k {
			for _, l := range r.Awaits {
				codes = append(codes, l.Code)
			}
		}
	}
	return codes
}

// Two sheets apart, the arbiter, the opinion signed with the password, the
// closing: at each step the board names what is missing.
func TestC28ClosingNeedsEverySheetTheArbiterAndTheSignedOpinion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	missing := func(want ...string) {
		t.Helper()
		if got := w.awaits(wide); !slices.Equal(got, want) {
			t.Errorf("missing: got %v, want %v", got, want)
		}
	}
	missing(evaluation.AwaitsAssessors)
	w.assign(wide, first)
	w.assign(wide, second)
	missing(evaluation.AwaitsSheet, evaluation.AwaitsSheet, evaluation.AwaitsOpinion)
	w.submit(first, wide, 90)
	_, err := w.sign(first, wide)
	wants(t, err, "opinion.early")
	w.submit(second, wide, 70)
	missing(evaluation.AwaitsArbiter, evaluation.AwaitsOpinion)
	_, err = w.sign(first, wide)
	wants(t, err, "opinion.early")
	w.assign(wide, third)
	missing(evaluation.AwaitsSheet, evaluation.AwaitsOpinion)
	w.submit(third, wide, 88)
	missing(evaluation.AwaitsOpinion)
	_, err = w.service.Close(ctx, office, wide, "")
	wants(t, err, "evaluation.opinion")
	_, err = w.sign(first, wide)
	wants(t, err, "")
	missing()
	r, err := w.service.Close(ctx, office, wide, "")
	if err != nil || r.Mark != 8900 || r.Rule != roster.NearestToArbiter {
		t.Errorf("got %+v, %v, want 89.00 of the arbiter's and the nearest", r, err)
	}
	missing()
}

func TestAnOpinionIsSignedOnceWithThePasswordAndAnybodyCanCheckIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 90)
	w.submit(second, wide, 86)
	work, err := w.service.OpinionOf(ctx, first, wide)
	if err != nil || len(work.Headings) == 0 || work.Opinion.Overall != "总体良好" || len(work.Sources) != 2 {
		t.Fatalf("got %+v, %v, want a draft from both sheets", work, err)
	}
	words := evaluation.Words{Levels: map[evaluation.Item]string{work.Headings[0].Opinion: "好"}, Overall: "同意"}
	wants(t, w.service.SaveOpinion(ctx, first, wide, 0, words), "")
	wants(t, w.service.SaveOpinion(ctx, second, wide, 0, words), "opinion.conflict")
	_, err = w.service.SignOpinion(ctx, first, wide, 1, words, "wrong password here", "net")
	wants(t, err, "password.wrong")
	_, err = w.service.SignOpinion(ctx, first, wide, 1, words, password, "net")
	wants(t, err, "opinion.level")
	digest, err := w.sign(first, wide)
	wants(t, err, "")
	_, err = w.sign(second, wide)
	wants(t, err, "opinion.signed")
	for _, who := range []access.Actor{plain, third, {Name: "x", Role: access.Assessor, Institution: "他所"}} {
		if _, err := w.service.ReadOpinion(ctx, who, digest); who.Institution != firm && err == nil {
			t.Errorf("%s reads the signed opinion", who.Name)
		}
	}
	o, err := w.service.ReadOpinion(ctx, office, digest)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := signingKey().Public().(ed25519.PublicKey)
	raw, err := json.MarshalIndent(o.File(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var file evaluation.SignedOpinion
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	d, err := evaluation.VerifyOpinion(public, file)
	if err != nil || d.Institution != firm || len(d.Sheets) != 2 || d.SignedBy != first.Name {
		t.Errorf("the file laid out anew: got %+v, %v", d, err)
	}
	file.Document = bytes.Replace(file.Document, []byte("总体符合要求"), []byte("总体不合要求"), 1)
	_, err = evaluation.VerifyOpinion(public, file)
	wants(t, err, "opinion.forged")
	_, err = evaluation.VerifyOpinion(make([]byte, ed25519.PublicKeySize), o.File())
	wants(t, err, "opinion.other_key")
	if len(trail(t, w, "opinion.read")) != 2 {
		t.Errorf("got %d entries for two readings (C97)", len(trail(t, w, "opinion.read")))
	}
}

func TestC93OpenProblemsKeepADossierOpenUnlessTheOfficeSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	exhibit := exhibitOf(t, w, wide)
	found := evaluation.Found{
		Text: "台账日期前后矛盾", Item: "1", Exhibit: exhibit, Severity: evaluation.Grave, Kind: evaluation.FalseMaterial,
	}
	for code, change := range map[string]func(*evaluation.Found){
		"problem.item":    func(f *evaluation.Found) { f.Item = "999" },
		"problem.exhibit": func(f *evaluation.Found) { f.Exhibit = "none" },
		"problem.kind":    func(f *evaluation.Found) { f.Severity = "" },
		"problem.text":    func(f *evaluation.Found) { f.Text = " " },
	} {
		bad := found
		change(&bad)
		wants(t, w.service.Find(ctx, first, wide, bad), code)
	}
	inspector := access.Actor{Name: "inspector", Role: access.Inspector}
	wants(t, w.service.Find(ctx, inspector, wide, found), "")
	wants(t, w.service.Find(ctx, third, wide, found), "assignment.unknown")
	w.submit(first, wide, 90)
	w.submit(second, wide, 86)
	_, err := w.finish(wide)
	wants(t, err, "evaluation.problems")
	all, err := w.service.Problems(ctx, office, 2020)
	if err != nil || len(all) != 1 || all[0].Found != found || all[0].FoundBy != inspector.Name {
		t.Fatalf("got %+v, %v", all, err)
	}
	wants(t, w.service.Conclude(ctx, office, all[0].ID, "", "x"), "problem.result")
	wants(t, w.service.Conclude(ctx, office, all[0].ID, evaluation.Noted, "已转核查组"), "")
	_, err = w.service.Close(ctx, office, wide, "")
	wants(t, err, "evaluation.problems")
	r, err := w.service.Close(ctx, office, wide, "核查组另行办理，不影响评分")
	if err != nil || r.Despite == "" {
		t.Errorf("got %+v, %v, want it closed with the reason kept", r, err)
	}
	if e := trail(t, w, "evaluation.close"); len(e) != 1 || e[0].Reason != r.Despite {
		t.Errorf("the trail does not tell why: %+v", e)
	}
}

func TestTheRegisterIsFilteredAndItsExportIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	for _, f := range []evaluation.Found{
		{Text: "甲 问题", Severity: evaluation.Minor, Kind: evaluation.OtherProblem},
		{Text: "乙 问题", Severity: evaluation.Grave, Kind: evaluation.PenaltyA3, Item: "7"},
	} {
		wants(t, w.service.Find(ctx, office, wide, f), "")
	}
	for _, c := range []struct {
		name   string
		filter evaluation.ProblemFilter
		want   int
	}{
		{"all", evaluation.ProblemFilter{}, 2},
		{"kind", evaluation.ProblemFilter{Kind: evaluation.PenaltyA3}, 1},
		{"severity", evaluation.ProblemFilter{Severity: evaluation.Serious}, 0},
		{"words", evaluation.ProblemFilter{Words: "甲"}, 1},
		{"open", evaluation.ProblemFilter{State: "open"}, 2},
		{"closed", evaluation.ProblemFilter{State: "closed"}, 0},
		{"dossier", evaluation.ProblemFilter{Dossier: one.ID()}, 0},
	} {
		got, err := w.service.ExportProblems(ctx, office, 2020, c.filter)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: got %d, %v, want %d", c.name, len(got), err, c.want)
		}
	}
	if got := len(trail(t, w, "problem.export")); got != 7 {
		t.Errorf("got %d entries of 7 readings (C97)", got)
	}
}

func TestACorrectionIsMadeByTwoPersonsAndIsANewVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 90)
	w.submit(second, wide, 86)
	wants(t, w.service.ProposeCorrection(ctx, office, wide, 8700, "录入有误"), "correction.not_closed")
	if _, err := w.finish(wide); err != nil {
		t.Fatal(err)
	}
	wants(t, w.service.ProposeCorrection(ctx, office, wide, 8700, ""), "correction.reason")
	wants(t, w.service.ProposeCorrection(ctx, office, wide, 8800, "录入有误"), "correction.same")
	wants(t, w.service.ProposeCorrection(ctx, office, wide, 10001, "录入有误"), "correction.mark")
	wants(t, w.service.ProposeCorrection(ctx, first, wide, 8700, "录入有误"), "access.role")
	wants(t, w.service.ProposeCorrection(ctx, office, wide, 8700, "录入有误"), "")
	wants(t, w.service.ProposeCorrection(ctx, other, wide, 8600, "录入有误"), "correction.open")
	c, err := w.service.Compare(ctx, office, wide)
	if err != nil || len(c.Changes) != 1 {
		t.Fatalf("got %+v, %v", c, err)
	}
	id := c.Changes[0].ID
	wants(t, w.service.AnswerCorrection(ctx, office, wide, id, true), "correction.own")
	if got := w.finding(wide); got.Mark != 8800 || got.Version != 1 {
		t.Errorf("before the second person: got %+v, want 88.00", got)
	}
	wants(t, w.service.AnswerCorrection(ctx, other, one, id, true), "correction.unknown")
	wants(t, w.service.AnswerCorrection(ctx, other, wide, id, true), "")
	wants(t, w.service.AnswerCorrection(ctx, other, wide, id, true), "correction.answered")
	if got := w.finding(wide); got.Mark != 8700 || got.Version != 2 || got.Reason != "录入有误" {
		t.Errorf("got %+v, want version 2 with 87.00 and its reason", got)
	}
	if _, err := w.service.Close(ctx, office, wide, ""); err != nil || w.finding(wide).Mark != 8700 {
		t.Errorf("closing again: %v, %+v, want the correction to stand", err, w.finding(wide))
	}
	wants(t, w.service.ProposeCorrection(ctx, office, wide, 8800, "又录入有误"), "")
	c, err = w.service.Compare(ctx, office, wide)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, w.service.AnswerCorrection(ctx, other, wide, c.Changes[1].ID, false), "")
	if got := w.finding(wide); got.Mark != 8700 {
		t.Errorf("a refused correction: got %s, want 87.00", got.Mark)
	}
}

// The rules for three sheets of 90, 79 and 88, the last the arbiter's.
func TestC94TheRuleSaysWhichOfThreeSheetsCount(t *testing.T) {
	t.Parallel()
	for rule, want := range map[roster.ThreeSheets]indicators.Mark{
		roster.NearestToArbiter: 8900, roster.MeanOfAll: 8567, roster.TwoClosest: 8900, roster.ArbiterAlone: 8800, "": 8900,
	} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			s := roster.Defaults(2020)
			s.ThreeSheets = rule
			r, err := evaluation.Combine([]evaluation.SheetState{
				sheet(wide, "a", 9000, false), sheet(wide, "b", 7900, false), sheet(wide, "c", 8800, true),
			}, s, evaluation.NewModel(nil, s.Sheets()))
			if err != nil || r.Mark != want || r.SEFrom != evaluation.FromSpread || r.Refused == "" {
				t.Errorf("got %+v, %v, want %s with its error from the spread", r, err, want)
			}
		})
	}
}

func sheet(k application.Key, who string, total indicators.Mark, arbiter bool) evaluation.SheetState {
	return evaluation.SheetState{
		Dossier: k, Assessor: who, Arbiter: arbiter, Total: total, Interest: evaluation.Clear,
		SubmittedAt: at("2020-09-20 09:00:00"), Digest: who,
	}
}

func TestC97EveryReadingOfResultsIsLoggedAndTheOfficesOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 90)
	w.submit(second, wide, 86)
	reads := map[string]func() error{
		"evaluation.read": func() error { _, err := w.service.Board(ctx, office, 2020); return err },
		"agreement.read":  func() error { _, err := w.service.Agreement(ctx, office, 2020); return err },
	}
	for action, read := range reads {
		before := len(trail(t, w, action))
		wants(t, read(), "")
		if after := len(trail(t, w, action)); after != before+1 {
			t.Errorf("C97 %s: got %d entries more, want 1", action, after-before)
		}
	}
	if _, err := w.service.Compare(ctx, office, wide); err != nil || len(trail(t, w, "evaluation.read")) != 2 {
		t.Errorf("C97: the sheets side by side: %v, %d entries", err, len(trail(t, w, "evaluation.read")))
	}
	for _, who := range []access.Actor{plain, first, {Name: "agency", Role: access.Agency}, {Name: "i", Role: access.Inspector}} {
		_, errBoard := w.service.Board(ctx, who, 2020)
		_, errAgreement := w.service.Agreement(ctx, who, 2020)
		_, errSheets := w.service.Compare(ctx, who, wide)
		for _, err := range []error{errBoard, errAgreement, errSheets} {
			wants(t, err, "access.role")
		}
	}
	if f := w.finding(wide); f != nil {
		t.Errorf("nothing is closed, yet the book holds %+v", f)
	}
	r, err := w.finish(wide)
	if err != nil {
		t.Fatal(err)
	}
	var detail map[string]any
	if err := json.Unmarshal(w.finding(wide).Detail, &detail); err != nil {
		t.Fatal(err)
	}
	if detail["raw"] != float64(r.Raw) || detail["se_from"] != "spread" || detail["refused"] != "few_units" || w.finding(wide).Instrument != scorebook.Evaluation {
		t.Errorf("got %v, want the raw mark, its error's origin and why there is no correction", detail)
	}
}
