package evaluation_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

func pdf() io.Reader { return bytes.NewReader([]byte("%PDF-1.4\n%%EOF\n")) }

func TestC27AnAssessorSeesOnlyWhatIsAssignedToIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	exhibit := exhibitOf(t, w, wide)
	w.assign(wide, first)
	if _, err := w.service.Open(ctx, first, wide); err != nil {
		t.Fatal(err)
	}
	none := application.Key{Round: 2020, Unit: "640106", Track: roster.Comprehensive}
	for name, act := range map[string]func(access.Actor, application.Key) error{
		"open": func(by access.Actor, k application.Key) error { _, err := w.service.Open(ctx, by, k); return err },
		"exhibit": func(by access.Actor, k application.Key) error {
			_, _, err := w.service.Exhibit(ctx, by, k, exhibit)
			return err
		},
		"declare": func(by access.Actor, k application.Key) error {
			return w.service.Declare(ctx, by, k, evaluation.Clear, "")
		},
		"save": func(by access.Actor, k application.Key) error {
			return w.service.Save(ctx, by, k, 0, evaluation.Entry{})
		},
		"submit": func(by access.Actor, k application.Key) error {
			return w.service.Submit(ctx, by, k, 0, evaluation.Entry{})
		},
		"report": func(by access.Actor, k application.Key) error { return w.service.Report(ctx, by, k, "x") },
	} {
		foreign, missing := act(second, wide), act(second, none)
		if foreign == nil || missing == nil || foreign.Error() != missing.Error() {
			t.Errorf("%s: got %v for another's and %v for none, want the same", name, foreign, missing)
		}
		wants(t, foreign, "assignment.unknown")
		// C96: an applicant never gets near a mark, not by its own dossier's id either.
		if name != "report" {
			wants(t, act(plain, wide), "access.role")
		}
		wants(t, act(access.Actor{Name: first.Name, Role: access.Applicant, Unit: plain.Unit}, wide), "access.role")
	}
	if _, err := w.service.Board(ctx, plain, 2020); err == nil {
		t.Error("C97: an applicant read the board")
	}
}

func exhibitOf(t *testing.T, w *world, k application.Key) application.ExhibitID {
	t.Helper()
	d, err := w.store.Dossier(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	return d.Exhibits[0].ID
}

func TestC95NothingIsSeenOrMarkedBeforeTheDeclaration(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	wants(t, w.service.Assign(ctx, office, wide, first.Name), "")
	work, err := w.service.Open(ctx, first, wide)
	if err != nil || work.Terms.Dossier != nil {
		t.Errorf("got a dossier %v, %v before the declaration", work.Terms.Dossier, err)
	}
	_, _, err = w.service.Exhibit(ctx, first, wide, exhibitOf(t, w, wide))
	wants(t, err, "interest.undeclared")
	wants(t, w.service.Save(ctx, first, wide, 0, evaluation.Entry{}), "interest.undeclared")
	wants(t, w.service.Declare(ctx, first, wide, "maybe", ""), "interest.choose")
	wants(t, w.service.Declare(ctx, first, wide, evaluation.Conflicted, ""), "interest.text")
	wants(t, w.service.Declare(ctx, first, wide, evaluation.Conflicted, "曾在该区任职"), "")
	wants(t, w.service.Save(ctx, first, wide, 0, evaluation.Entry{}), "interest.conflict")
	wants(t, w.service.Declare(ctx, first, wide, evaluation.Clear, ""), "interest.declared")
	// Whoever stands back leaves a place for another.
	w.assign(wide, second)
	w.assign(wide, third)
	wants(t, w.service.Assign(ctx, office, wide, fourth.Name), "assignment.enough")
}

func TestMarksOutOfRangeAreRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	for _, c := range []struct {
		name string
		item evaluation.Item
		v    evaluation.Verdict
		code string
	}{
		{"full marks", "1", evaluation.Verdict{Given: true, Mark: 1000}, ""},
		{"nothing", "1", evaluation.Verdict{Given: true, Mark: 0}, ""},
		{"a hundredth more than full", "1", evaluation.Verdict{Given: true, Mark: 1001}, "mark.range"},
		{"below nothing", "1", evaluation.Verdict{Given: true, Mark: -1}, "mark.range"},
		{"more bonus than its most", "A1", evaluation.Verdict{Given: true, Mark: 501}, "mark.range"},
		{"an indicator that does not apply (C66)", "23", evaluation.Verdict{Given: true, Mark: 1}, "sheet.item"},
		{"no such indicator", "101", evaluation.Verdict{Given: true}, "sheet.item"},
		{"a criterion of the other track", "innovative", evaluation.Verdict{Given: true}, "sheet.item"},
		{"excused though the unit claims it", "1", evaluation.Verdict{Excused: true}, "mark.excused"},
		{"excused as the unit claims", "28", evaluation.Verdict{Excused: true}, ""},
		{"reason too long", "1", evaluation.Verdict{Given: true, Reason: strings.Repeat("长", 501)}, "text.long"},
		{"direction mark", "1", evaluation.Verdict{Given: true, Reason: "a\u202eb"}, "text.marks"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := w.sheet(first, wide)
			err := w.service.Save(t.Context(), first, wide, before.Edits, evaluation.Entry{
				Verdicts: map[evaluation.Item]evaluation.Verdict{c.item: c.v, "3": {Given: true, Mark: 5}},
			})
			wants(t, err, c.code)
			if after := w.sheet(first, wide); (after.Edits == before.Edits) != (c.code != "") {
				t.Errorf("edits: got %d after %d", after.Edits, before.Edits)
			}
		})
	}
}

func TestC28AMissingVerdictBlocksClosing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	e := w.entry(first, wide, 90)
	delete(e.Verdicts, "50")
	wants(t, w.service.Submit(ctx, first, wide, 0, e), "sheet.missing")
	if got := w.sheet(first, wide); got.Edits != 0 {
		t.Errorf("a refused sheet was half stored: %d edits", got.Edits)
	}
	wants(t, w.service.Save(ctx, first, wide, 0, e), "")
	_, err := w.service.Close(ctx, office, wide)
	wants(t, err, "evaluation.open_sheet")
	e = w.entry(first, wide, 90)
	e.Opinion = " "
	wants(t, w.service.Submit(ctx, first, wide, 1, e), "sheet.opinion")
	e.Opinion = "好"
	wants(t, w.service.Submit(ctx, first, wide, 1, e), "")
	wants(t, w.service.Save(ctx, first, wide, 2, e), "sheet.submitted")
	_, err = w.service.Close(ctx, office, wide)
	wants(t, err, "evaluation.open_sheet")
	wants(t, w.service.CloseRound(ctx, office, 2020), "evaluation.open")
}

func TestAMarkThatContradictsTheClaimNeedsAReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		shown  bool
		item   evaluation.Item
		mark   indicators.Mark
		needed bool
	}{
		{"claimed met, 59.9 % of full", true, "1", 599, true},
		{"claimed met, 60 % of full", true, "1", 600, false},
		{"claimed unmet, low", true, "2", 100, false},
		{"claimed unmet, high", true, "2", 900, true},
		{"claimed not applicable, marked", true, "28", 900, true},
		{"claims hidden: every low mark", false, "2", 100, true},
		{"claims hidden: no high mark", false, "2", 900, false},
		{"a bonus mark", true, "A1", 100, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(s *roster.Settings) { s.ShowSelfMarks = c.shown })
			w.assign(wide, first)
			e := w.entry(first, wide, 90)
			e.Verdicts[c.item] = evaluation.Verdict{Given: true, Mark: c.mark}
			err := w.service.Submit(t.Context(), first, wide, 0, e)
			if c.needed {
				wants(t, err, "mark.reason")
			} else {
				wants(t, err, "")
			}
			work, err := w.service.Open(t.Context(), first, wide)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range work.Terms.Lines() {
				if got := work.Terms.Shown(l).Verdict; l.Item == "1" && (got == application.Met) != c.shown {
					t.Errorf("claim shown: got %q, want shown %t", got, c.shown)
				}
			}
		})
	}
}

func TestC84MarkingIsOpenFromTheFirstSecondOfTheWindowToTheLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	for _, c := range []struct{ moment, code string }{
		{"2020-08-31 23:59:59", "evaluation.window"},
		{"2020-09-01 00:00:00", ""},
		{"2020-10-31 23:59:59", ""},
		{"2020-11-01 00:00:00", "evaluation.window"},
	} {
		w.set(c.moment)
		seen := w.sheet(first, wide).Edits
		wants(t, w.service.Save(t.Context(), first, wide, seen, evaluation.Entry{}), c.code)
	}
	w.set("2020-08-31 23:59:59")
	wants(t, w.service.Assign(t.Context(), office, wide, second.Name), "assignment.window")
	_, err := w.service.Close(t.Context(), office, wide)
	wants(t, err, "evaluation.window")
	w.set("2020-11-01 00:00:00")
	wants(t, w.service.Assign(t.Context(), office, wide, second.Name), "assignment.window")
}

// With equal weights a sheet of 90 % everywhere totals 90.00; the mean of 90.00
// and 86.00 is 88.00, its standard error |90-86|/2 = 2.00.
func TestTheFindingIsTheMeanWithItsErrorFromTheSheets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 90)
	w.submit(second, wide, 86)
	r, err := w.service.Close(ctx, office, wide)
	if err != nil {
		t.Fatal(err)
	}
	got := w.finding(wide)
	if got == nil || got.Mark != 8800 || got.SE != 200 || got.Digest != r.Digest || r.Spread != 400 {
		t.Errorf("got %+v, %+v, want 88.00 with 2.00", got, r)
	}
	if _, err := w.service.Close(ctx, office, wide); err != nil || w.finding(wide).Version != 1 {
		t.Errorf("closing again: %v, version %d, want the same finding once", err, w.finding(wide).Version)
	}
	wants(t, w.service.Save(ctx, first, wide, 1, evaluation.Entry{}), "evaluation.closed")
	wants(t, w.service.Assign(ctx, office, wide, third.Name), "evaluation.closed")
}

func TestChangingOneMarkChangesTheFinding(t *testing.T) {
	t.Parallel()
	var marks []indicators.Mark
	var digests []string
	for _, mark := range []indicators.Mark{900, 100} {
		w := newWorld(t, nil)
		w.assign(wide, first)
		w.assign(wide, second)
		w.submit(second, wide, 90)
		e := w.entry(first, wide, 90)
		e.Verdicts["7"] = evaluation.Verdict{Given: true, Mark: mark, Reason: "见材料"}
		wants(t, w.service.Submit(t.Context(), first, wide, 0, e), "")
		if _, err := w.service.Close(t.Context(), office, wide); err != nil {
			t.Fatal(err)
		}
		f := w.finding(wide)
		marks, digests = append(marks, f.Mark), append(digests, f.Digest)
	}
	if marks[0] != 9000 || marks[1] >= marks[0] || digests[0] == digests[1] {
		t.Errorf("got marks %v and digests %v, want 90.00 and less, and two digests", marks, digests)
	}
}

func TestC67C69BonusAndPenaltyCountUpToTheirCaps(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	e := w.entry(first, wide, 90)
	e.Verdicts["A1"] = evaluation.Verdict{Given: true, Mark: 500, Reason: "国务院通报表扬"} // cap 3.00
	e.Verdicts["A3"] = evaluation.Verdict{Given: true, Mark: 100, Reason: "败诉案件"}
	wants(t, w.service.Submit(t.Context(), first, wide, 0, e), "")
	if got := w.sheet(first, wide).Total; got != 9200 {
		t.Errorf("got %s, want 90.00 + 3.00 - 1.00", got)
	}
}

func TestC94SheetsTooFarApartGoToAThird(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil) // arbitration above 10.00
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	wants(t, w.service.Assign(ctx, office, wide, third.Name), "assignment.enough")
	w.submit(first, wide, 90)
	w.submit(second, wide, 79)
	_, err := w.service.Close(ctx, office, wide)
	wants(t, err, "evaluation.arbitration")
	w.assign(wide, third)
	_, err = w.service.Close(ctx, office, wide)
	wants(t, err, "evaluation.open_sheet")
	w.submit(third, wide, 88)
	wants(t, w.service.Assign(ctx, office, wide, fourth.Name), "assignment.enough")
	r, err := w.service.Close(ctx, office, wide)
	if err != nil {
		t.Fatal(err)
	}
	// The arbiter's 88.00 and the nearest, 90.00, count: 89.00, error 1.00.
	if r.Mark != 8900 || r.SE != 100 || r.Spread != 1100 || len(r.Counted) != 2 || r.Sheets != 3 {
		t.Errorf("got %+v", r)
	}
}

func TestC94TwoSheetsTenMarksApartNeedNoThird(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 90)
	w.submit(second, wide, 80)
	r, err := w.service.Close(t.Context(), office, wide)
	if err != nil || r.Mark != 8500 {
		t.Errorf("got %+v, %v, want 85.00", r, err)
	}
}

func TestC94OneSheetIsTooFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	w.submit(first, wide, 90)
	_, err := w.service.Close(t.Context(), office, wide)
	wants(t, err, "evaluation.too_few")
}

func TestC21ASingleProjectIsJudgedByFiveCriteriaWithReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(one, first)
	w.assign(one, second)
	work, err := w.service.Open(ctx, first, one)
	if err != nil {
		t.Fatal(err)
	}
	lines := work.Terms.Lines()
	if len(lines) != 5 || lines[0].Full != 2000 {
		t.Fatalf("got %+v, want five criteria of 20.00", lines)
	}
	e := w.entry(first, one, 90)
	e.Verdicts["typical"] = evaluation.Verdict{Given: true, Mark: 1800}
	wants(t, w.service.Submit(ctx, first, one, 0, e), "mark.reason")
	e.Verdicts["typical"] = evaluation.Verdict{Given: true, Mark: 2001, Reason: "x"}
	wants(t, w.service.Submit(ctx, first, one, 0, e), "mark.range")
	e.Verdicts["typical"] = evaluation.Verdict{Given: true, Mark: 2000, Reason: "典型"}
	wants(t, w.service.Submit(ctx, first, one, 0, e), "")
	w.submit(second, one, 90)
	r, err := w.service.Close(ctx, office, one)
	if err != nil || r.Mark != 9100 { // 92.00 and 90.00
		t.Errorf("got %+v, %v, want 91.00", r, err)
	}
}

func TestClosingTheRoundClosesTheInstrument(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	for _, k := range []application.Key{wide, one} {
		w.assign(k, first)
		w.assign(k, second)
		w.submit(first, k, 90)
		w.submit(second, k, 88)
		if _, err := w.service.Close(ctx, office, k); err != nil {
			t.Fatal(err)
		}
	}
	wants(t, w.service.CloseRound(ctx, first, 2020), "access.role")
	wants(t, w.service.CloseRound(ctx, office, 2020), "")
	closed, err := w.book.Closed(ctx, 2020)
	if _, ok := closed[scorebook.Evaluation]; err != nil || !ok {
		t.Errorf("got %v, %v, want the evaluation closed", closed, err)
	}
}

func TestC29TheBoardShowsNoTotalWhileASheetIsOpenAndIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 90)
	read := func() evaluation.Row {
		rows, err := w.service.Board(ctx, office, 2020)
		if err != nil || len(rows) != 2 {
			t.Fatalf("got %d rows, %v", len(rows), err)
		}
		for _, r := range rows {
			if r.Dossier.Key == wide {
				return r
			}
		}
		t.Fatal("no row")
		return evaluation.Row{}
	}
	for _, a := range read().Assignments {
		if a.Sheet.Total != 0 || len(a.Sheet.Verdicts) != 0 {
			t.Errorf("%s: shown %s while another still marks", a.Assessor, a.Sheet.Total)
		}
	}
	w.submit(second, wide, 70)
	row := read()
	if row.Assignments[0].Sheet.Total != 9000 || !row.Apart {
		t.Errorf("got %+v, want both totals and the call for a third", row.Assignments)
	}
	if got := trail(t, w, "evaluation.read"); len(got) != 2 {
		t.Errorf("got %d readings in the trail, want 2 (C97)", len(got))
	}
}

func TestC11EveryChangedMarkIsInTheTrail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	save := func(seen int, mark indicators.Mark) {
		wants(t, w.service.Save(t.Context(), first, wide, seen, evaluation.Entry{
			Verdicts: map[evaluation.Item]evaluation.Verdict{"1": {Given: true, Mark: mark}, "3": {Given: true, Mark: 5}},
		}), "")
	}
	save(0, 700)
	save(1, 650)
	got := trail(t, w, "sheet.save")
	if len(got) != 2 || !strings.Contains(got[1].Before, "700") || !strings.Contains(got[1].After, "650") || strings.Contains(got[1].After, `"3"`) {
		t.Errorf("got %+v, want what changed from what to what", got)
	}
	wants(t, w.service.Save(t.Context(), first, wide, 1, evaluation.Entry{}), "sheet.conflict")
}

func TestC93ProblemsAreOnlyEverAdded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	wants(t, w.service.Report(ctx, first, wide, " "), "problem.text")
	wants(t, w.service.Report(ctx, first, wide, "佐证材料日期前后矛盾"), "")
	wants(t, w.service.Report(ctx, plain, wide, "x"), "access.role")
	mine, err := w.service.Problems(ctx, first, 2020)
	if err != nil || len(mine) != 1 || !mine[0].Open() {
		t.Fatalf("got %v, %v", mine, err)
	}
	if other, err := w.service.Problems(ctx, second, 2020); err != nil || len(other) != 0 {
		t.Errorf("another assessor reads it: %v, %v", other, err)
	}
	wants(t, w.service.Conclude(ctx, first, mine[0].ID, "x"), "access.role")
	wants(t, w.service.Conclude(ctx, office, "none", "x"), "problem.unknown")
	wants(t, w.service.Conclude(ctx, office, mine[0].ID, "已核实，属笔误"), "")
	wants(t, w.service.Conclude(ctx, office, mine[0].ID, "补充说明"), "")
	all, err := w.service.Problems(ctx, office, 2020)
	if err != nil || len(all) != 1 || len(all[0].Outcomes) != 2 || all[0].Outcomes[1].Text != "补充说明" {
		t.Errorf("got %+v, %v", all, err)
	}
}

func TestC27OnlyAssessorsOfAnInstitutionWithAContract(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.account(access.Actor{Name: "stray", Role: access.Assessor, Institution: "他所"})
	w.account(access.Actor{Name: "clerk", Role: access.Office})
	for name, code := range map[string]string{
		"stray": "assignment.contract", "clerk": "assignment.assessor", "nobody": "assignment.assessor", "FIRST": "",
	} {
		wants(t, w.service.Assign(ctx, office, wide, name), code)
	}
	wants(t, w.service.Assign(ctx, office, wide, "first"), "assignment.exists")
	wants(t, w.service.Assign(ctx, first, wide, "second"), "access.role")
	wants(t, w.service.AddInstitution(ctx, office, evaluation.Institution{Round: 2020}), "institution.contract")
	wants(t, w.service.AddInstitution(ctx, office, evaluation.Institution{Name: firm, Kind: evaluation.ExpertGroup, Contract: "x", Round: 2020}), "institution.exists")
	if got, err := w.service.Assessors(ctx, office); err != nil || len(got) != 5 {
		t.Errorf("got %v, %v, want five assessors", got, err)
	}
	if got, err := w.service.Mine(ctx, first); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v, want one assignment", got, err)
	}
}

func trail(t *testing.T, w *world, action string) []audit.Entry {
	t.Helper()
	all, err := w.store.Trail(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var out []audit.Entry
	for _, e := range all {
		if e.Action == action {
			out = append(out, e)
		}
	}
	return out
}
