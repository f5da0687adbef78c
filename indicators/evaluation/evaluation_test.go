package evaluation_test

import (
	"bytes"
	"io"
	"testing"

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
			_, err := w.service.Save(ctx, by, k, nil)
			return err
		},
		"put": func(by access.Actor, k application.Key) error {
			_, err := w.service.Put(ctx, by, k, evaluation.Cell{Item: "1"})
			return err
		},
		"submit": func(by access.Actor, k application.Key) error { return w.service.Submit(ctx, by, k, 0) },
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
	wants(t, w.save(first, wide, nil), "interest.undeclared")
	wants(t, w.service.Declare(ctx, first, wide, "maybe", ""), "interest.choose")
	wants(t, w.service.Declare(ctx, first, wide, evaluation.Conflicted, ""), "interest.text")
	wants(t, w.service.Declare(ctx, first, wide, evaluation.Conflicted, "曾在该区任职"), "")
	wants(t, w.save(first, wide, nil), "interest.conflict")
	wants(t, w.service.Declare(ctx, first, wide, evaluation.Clear, ""), "interest.declared")
	// Whoever stands back leaves a place for another.
	w.assign(wide, second)
	w.assign(wide, third)
	wants(t, w.service.Assign(ctx, office, wide, fourth.Name), "assignment.enough")
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
	r, err := w.finish(wide)
	if err != nil {
		t.Fatal(err)
	}
	got := w.finding(wide)
	if got == nil || got.Mark != 8800 || got.SE != 200 || got.Digest != r.Digest || r.Spread != 400 {
		t.Errorf("got %+v, %+v, want 88.00 with 2.00", got, r)
	}
	if _, err := w.finish(wide); err != nil || w.finding(wide).Version != 1 {
		t.Errorf("closing again: %v, version %d, want the same finding once", err, w.finding(wide).Version)
	}
	wants(t, w.save(first, wide, map[evaluation.Item]evaluation.Cell{"1": verdict(evaluation.Verdict{})}), "evaluation.closed")
	wants(t, w.service.Assign(ctx, office, wide, third.Name), "evaluation.closed")
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
	_, err := w.finish(wide)
	wants(t, err, "evaluation.arbitration")
	w.assign(wide, third)
	_, err = w.finish(wide)
	wants(t, err, "evaluation.open_sheet")
	w.submit(third, wide, 88)
	wants(t, w.service.Assign(ctx, office, wide, fourth.Name), "assignment.enough")
	r, err := w.finish(wide)
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
	r, err := w.finish(wide)
	if err != nil || r.Mark != 8500 {
		t.Errorf("got %+v, %v, want 85.00", r, err)
	}
}

func TestC94OneSheetIsTooFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	w.submit(first, wide, 90)
	_, err := w.finish(wide)
	wants(t, err, "evaluation.too_few")
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
		if _, err := w.finish(k); err != nil {
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
			if r.Key == wide {
				return r
			}
		}
		t.Fatal("no row")
		return evaluation.Row{}
	}
	for _, a := range read().Sheets {
		if a.Total != 0 || len(a.Marks) != 0 {
			t.Errorf("%s: shown %s while another still marks", a.Assessor, a.Total)
		}
	}
	w.submit(second, wide, 70)
	row := read()
	if row.Sheets[0].Total != 9000 || !row.Dispute.Needed() {
		t.Errorf("got %+v, want both totals and the call for a third", row.Sheets)
	}
	if got := trail(t, w, "evaluation.read"); len(got) != 2 {
		t.Errorf("got %d readings in the trail, want 2 (C97)", len(got))
	}
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
	wants(t, w.service.Conclude(ctx, first, mine[0].ID, evaluation.Settled, "x"), "access.role")
	wants(t, w.service.Conclude(ctx, office, "none", evaluation.Settled, "x"), "problem.unknown")
	wants(t, w.service.Conclude(ctx, office, mine[0].ID, evaluation.Settled, "已核实，属笔误"), "")
	wants(t, w.service.Conclude(ctx, office, mine[0].ID, evaluation.Settled, "补充说明"), "")
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
