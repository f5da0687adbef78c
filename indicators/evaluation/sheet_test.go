package evaluation_test

import (
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// cellsOf is a short way to a few items.
type cellsOf = map[evaluation.Item]evaluation.Cell

func mark(m indicators.Mark) evaluation.Cell {
	return verdict(evaluation.Verdict{Given: true, Mark: m})
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
		{"an opinion on a heading that is none", "opinion-99", evaluation.Verdict{}, "sheet.item"},
		{"excused though the unit claims it", "1", evaluation.Verdict{Excused: true}, "mark.excused"},
		{"excused as the unit claims", "28", evaluation.Verdict{Excused: true}, ""},
		{"excused and marked", "28", evaluation.Verdict{Excused: true, Given: true, Mark: 1}, "mark.excused"},
		{"reason too long", "1", evaluation.Verdict{Given: true, Reason: strings.Repeat("长", 501)}, "text.long"},
		{"proof too long", "A1", evaluation.Verdict{Proof: strings.Repeat("长", 301)}, "text.long"},
		{"direction mark", "1", evaluation.Verdict{Given: true, Note: "a\u202eb"}, "text.marks"},
		{"a value that is no number", "5", evaluation.Verdict{Values: []indicators.Entry{{Figure: "五"}}}, "entry.figure"},
		{"more values than thresholds", "1", evaluation.Verdict{Values: []indicators.Entry{{Figure: "5"}}}, "sheet.item"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := w.sheet(first, wide)
			text := ""
			if strings.HasPrefix(string(c.item), "opinion") {
				text = "x"
			}
			c.v.Note += " " // something new each time
			beside := evaluation.Verdict{Given: true, Mark: indicators.Mark(before.Edits % 1000), Reason: c.name}
			err := w.save(first, wide, cellsOf{c.item: {Verdict: c.v, Text: text}, "3": verdict(beside)})
			wants(t, err, c.code)
			after := w.sheet(first, wide)
			if got := after.Versions[c.item] > before.Versions[c.item]; got != (c.code == "") {
				t.Errorf("kept: got %t, want %t", got, c.code == "")
			}
			if got := after.Verdicts["3"].Reason == c.name; got != (c.code == "") {
				t.Errorf("the item beside it: kept %t, want %t", got, c.code == "")
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
	cells := w.cells(first, wide, 90)
	delete(cells, "50")
	cells[evaluation.Overall] = evaluation.Cell{Text: " "}
	wants(t, w.save(first, wide, cells), "")
	wants(t, w.close(first, wide), "sheet.missing")
	wants(t, w.close(first, wide), "sheet.opinion")
	if got := w.sheet(first, wide); got.Submitted() || got.Total != 0 {
		t.Errorf("a refused sheet was closed: %+v", got.SubmittedAt)
	}
	_, err := w.finish(wide)
	wants(t, err, "evaluation.open_sheet")
	wants(t, w.save(first, wide, cellsOf{"50": mark(900), evaluation.Overall: {Text: "好"}}), "")
	stale := w.sheet(first, wide).Edits - 1
	wants(t, w.service.Submit(ctx, first, wide, stale), "sheet.conflict")
	wants(t, w.close(first, wide), "")
	wants(t, w.save(first, wide, cellsOf{"50": mark(100)}), "sheet.submitted")
	_, err = w.finish(wide)
	wants(t, err, "evaluation.open_sheet")
	wants(t, w.service.CloseRound(ctx, office, 2020), "evaluation.open")
}

func TestC28OpinionsOnHeadingsAreNeededWhereTheRoundSaysSo(t *testing.T) {
	t.Parallel()
	for _, needed := range []bool{false, true} {
		w := newWorld(t, func(s *roster.Settings) { s.LevelOpinions = needed })
		w.assign(wide, first)
		w.assign(one, first)
		wants(t, w.save(first, wide, w.cells(first, wide, 90)), "")
		work, err := w.service.Open(t.Context(), first, wide)
		if err != nil || len(work.Terms.Headings()) != 8 {
			t.Fatalf("got %d headings, %v, want 一 to 八", len(work.Terms.Headings()), err)
		}
		if !needed {
			wants(t, w.close(first, wide), "")
			continue
		}
		wants(t, w.close(first, wide), "sheet.level_opinion")
		cells := cellsOf{}
		for _, h := range work.Terms.Headings() {
			cells[h.Opinion] = evaluation.Cell{Text: "对" + h.Name + "的意见"}
		}
		wants(t, w.save(first, wide, cells), "")
		wants(t, w.close(first, wide), "")
		if got := w.sheet(first, wide).Opinions["opinion-8"]; !strings.HasPrefix(got, "对") {
			t.Errorf("the opinion on the last heading: got %q", got)
		}
		// A single project has criteria and no headings.
		wants(t, w.save(first, one, w.cells(first, one, 90)), "")
		wants(t, w.close(first, one), "")
	}
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
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(s *roster.Settings) { s.ShowSelfMarks = c.shown })
			w.assign(wide, first)
			cells := w.cells(first, wide, 90)
			cells[c.item] = mark(c.mark)
			wants(t, w.save(first, wide, cells), "")
			if c.needed {
				wants(t, w.close(first, wide), "mark.reason")
			} else {
				wants(t, w.close(first, wide), "")
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

// A threshold is 企业开办 at most 5 working days (C102) at indicator 5.
func TestC63AVerdictCarriesAValueWhereTheIndicatorHasANumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	cells := w.cells(first, wide, 90)
	cells["5"] = mark(900) // the unit gave no figure, and nothing is said
	wants(t, w.save(first, wide, cells), "")
	wants(t, w.close(first, wide), "mark.value")
	found := evaluation.Verdict{Given: true, Mark: 900, Values: []indicators.Entry{{Figure: "4"}}}
	wants(t, w.save(first, wide, cellsOf{"5": verdict(found)}), "")
	wants(t, w.close(first, wide), "")
	if got := w.sheet(first, wide).Verdicts["5"].Values; len(got) != 1 || got[0].Figure != "4" {
		t.Errorf("got %+v, want the value that the assessor found", got)
	}
}

func TestC107ARateOfNothingThatTheAssessorFoundMayBeExcusedWithAReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	cells := w.cells(first, wide, 90)
	// The unit claims 75 met; the assessor finds that there was no case.
	nothing := evaluation.Verdict{Excused: true, Values: []indicators.Entry{{Part: "0", Whole: "0"}}}
	cells["75"] = verdict(nothing)
	wants(t, w.save(first, wide, cells), "")
	wants(t, w.close(first, wide), "mark.reason")
	nothing.Reason = "全年没有检察建议"
	wants(t, w.save(first, wide, cellsOf{"75": verdict(nothing)}), "")
	wants(t, w.close(first, wide), "")
	some := evaluation.Verdict{Excused: true, Reason: "x", Values: []indicators.Entry{{Part: "1", Whole: "1"}}}
	w2 := newWorld(t, nil)
	w2.assign(wide, first)
	wants(t, w2.save(first, wide, cellsOf{"75": verdict(some)}), "mark.excused")
}

func TestC84MarkingIsOpenFromTheFirstSecondOfTheWindowToTheLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	for n, c := range []struct{ moment, code string }{
		{"2020-08-31 23:59:59", "evaluation.window"},
		{"2020-09-01 00:00:00", ""},
		{"2020-10-31 23:59:59", ""},
		{"2020-11-01 00:00:00", "evaluation.window"},
	} {
		w.set(c.moment)
		wants(t, w.save(first, wide, cellsOf{"1": mark(indicators.Mark(n))}), c.code)
	}
	w.set("2020-08-31 23:59:59")
	wants(t, w.service.Assign(t.Context(), office, wide, second.Name), "assignment.window")
	_, err := w.finish(wide)
	wants(t, err, "evaluation.window")
	w.set("2020-11-01 00:00:00")
	wants(t, w.service.Assign(t.Context(), office, wide, second.Name), "assignment.window")
}

func TestChangingOneMarkChangesTheFinding(t *testing.T) {
	t.Parallel()
	var marks []indicators.Mark
	var digests []string
	for _, m := range []indicators.Mark{900, 100} {
		w := newWorld(t, nil)
		w.assign(wide, first)
		w.assign(wide, second)
		w.submit(second, wide, 90)
		cells := w.cells(first, wide, 90)
		cells["7"] = verdict(evaluation.Verdict{Given: true, Mark: m, Reason: "见材料"})
		wants(t, w.save(first, wide, cells), "")
		wants(t, w.close(first, wide), "")
		if _, err := w.finish(wide); err != nil {
			t.Fatal(err)
		}
		f := w.finding(wide)
		marks, digests = append(marks, f.Mark), append(digests, f.Digest)
	}
	if marks[0] != 9000 || marks[1] >= marks[0] || digests[0] == digests[1] {
		t.Errorf("got marks %v and digests %v, want 90.00 and less, and two digests", marks, digests)
	}
}

// The caps of the world's scheme are 3.00 of bonus and 5.00 of penalty; a sheet
// of 90 % everywhere totals 90.00.
func TestBonusAndPenaltyItemsNeedReasonAndProofAndCountUpToTheirCaps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		item  evaluation.Item
		mark  indicators.Mark
		total indicators.Mark
	}{
		{"C67 a commendation with its certificate", "A1", 200, 9200},
		{"C67 more than the cap counts as the cap", "A1", 500, 9300},
		{"C68 nationwide adoption with its proof", "A2", 100, 9100},
		{"C69 a grave unlawful act", "A3", 100, 8900},
		{"C70 made-up material", "A4", 500, 8500},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.assign(wide, first)
			cells := w.cells(first, wide, 90)
			v := evaluation.Verdict{Given: true, Mark: c.mark}
			cells[c.item] = verdict(v)
			wants(t, w.save(first, wide, cells), "")
			err := w.close(first, wide)
			wants(t, err, "mark.reason")
			wants(t, err, "mark.proof")
			v.Reason, v.Proof = "见证书", "国办通报〔2019〕1号"
			wants(t, w.save(first, wide, cellsOf{c.item: verdict(v)}), "")
			wants(t, w.close(first, wide), "")
			got := w.sheet(first, wide)
			if got.Total != c.total || got.Verdicts[c.item].Proof != v.Proof {
				t.Errorf("got %s with %q, want %s with its proof", got.Total, got.Verdicts[c.item].Proof, c.total)
			}
		})
	}
}

func TestC21ASingleProjectIsJudgedByFiveCriteriaWithReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(one, first)
	w.assign(one, second)
	work, err := w.service.Open(t.Context(), first, one)
	if err != nil {
		t.Fatal(err)
	}
	lines := work.Terms.Lines()
	if len(lines) != 5 || lines[0].Full != 2000 {
		t.Fatalf("got %+v, want five criteria of 20.00", lines)
	}
	cells := w.cells(first, one, 90)
	cells["typical"] = mark(2000)
	wants(t, w.save(first, one, cells), "")
	wants(t, w.close(first, one), "mark.reason")
	wants(t, w.save(first, one, cellsOf{"typical": mark(2001)}), "mark.range")
	wants(t, w.save(first, one, cellsOf{"typical": verdict(evaluation.Verdict{Given: true, Mark: 2000, Reason: "典型"})}), "")
	wants(t, w.close(first, one), "")
	w.submit(second, one, 90)
	r, err := w.finish(one)
	if err != nil || r.Mark != 9100 { // 92.00 and 90.00
		t.Errorf("got %+v, %v, want 91.00", r, err)
	}
}

func TestC11EveryChangedMarkIsInTheTrailWithWhatItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	wants(t, w.save(first, wide, cellsOf{"1": mark(700), "3": mark(5)}), "")
	wants(t, w.save(first, wide, cellsOf{"1": mark(650), "3": mark(5)}), "")
	got := trail(t, w, "sheet.mark")
	if len(got) != 3 {
		t.Fatalf("got %d entries, want one a change", len(got))
	}
	last := got[2]
	if !strings.HasSuffix(last.Object, "/first/1") || !strings.Contains(last.Before, "700") || !strings.Contains(last.After, "650") {
		t.Errorf("got %+v, want what changed from what to what", last)
	}
}

func TestTwoWindowsAreToldOfTheSameItemAloneAndLoseNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	put := func(item evaluation.Item, seen int, m indicators.Mark) (evaluation.Cell, error) {
		c := mark(m)
		c.Item, c.Version = item, seen
		a, err := w.service.Put(ctx, first, wide, c)
		return a.Cell, err
	}
	kept, err := put("1", 0, 700)
	if err != nil || kept.Version != 1 {
		t.Fatalf("got %+v, %v", kept, err)
	}
	if kept, err = put("1", 0, 700); err != nil || kept.Version != 1 {
		t.Errorf("the same words again, as their answer was lost: got %+v, %v, want no change", kept, err)
	}
	if _, err := put("3", 0, 100); err != nil {
		t.Errorf("another item in another window: %v", err)
	}
	stored, err := put("1", 0, 300)
	wants(t, err, "item.changed")
	if stored.Verdict.Mark != 700 || stored.Version != 1 {
		t.Errorf("got %+v, want what is stored", stored)
	}
	if got := fault.All(err); len(got) != 1 || got[0].Field != "mark-1" {
		t.Errorf("got %v, want it at its item", got)
	}
	if got := w.sheet(first, wide).Verdicts["1"].Mark; got != 700 {
		t.Errorf("overwritten: %s", got)
	}
	if kept, err = put("1", 1, 300); err != nil || kept.Version != 2 {
		t.Errorf("having seen both: got %+v, %v", kept, err)
	}
}

func TestC94TheOfficeReopensWithAReasonAndBothSheetsStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	wants(t, w.service.Reopen(ctx, office, wide, first.Name, "补正"), "sheet.open")
	w.submit(first, wide, 90)
	before := w.sheet(first, wide)
	wants(t, w.service.Reopen(ctx, first, wide, first.Name, "改主意"), "access.role")
	wants(t, w.service.Reopen(ctx, office, wide, first.Name, " "), "sheet.reopen_reason")
	wants(t, w.service.Reopen(ctx, office, wide, first.Name, "第 7 项看错了年份"), "")
	open := w.sheet(first, wide)
	if open.Submitted() || open.Verdicts["7"].Mark != 900 || len(open.Reopenings) != 1 || open.Reopenings[0].Digest != before.Digest {
		t.Errorf("got %+v, want a draft with all that was written", open.Reopenings)
	}
	wants(t, w.save(first, wide, cellsOf{"7": verdict(evaluation.Verdict{Given: true, Mark: 100, Reason: "年份"})}), "")
	wants(t, w.close(first, wide), "")
	all, err := w.store.Submissions(ctx, wide, first.Name)
	if err != nil || len(all) != 2 || all[0].Digest != before.Digest || all[0].Verdicts["7"].Mark != 900 || all[1].Verdicts["7"].Mark != 100 {
		t.Fatalf("got %d sheets, %v, want both as they were", len(all), err)
	}
	w.submit(second, wide, 90)
	if _, err := w.finish(wide); err != nil {
		t.Fatal(err)
	}
	wants(t, w.service.Reopen(ctx, office, wide, first.Name, "晚了"), "evaluation.closed")
	if got := trail(t, w, "sheet.reopen"); len(got) != 1 || got[0].Reason != "第 7 项看错了年份" {
		t.Errorf("got %+v in the trail", got)
	}
}

func TestC94AnArbiterIsBlindUnlessTheRoundSaysOtherwise(t *testing.T) {
	t.Parallel()
	for _, sees := range []bool{false, true} {
		w := newWorld(t, func(s *roster.Settings) { s.ArbiterSees = sees })
		w.assign(wide, first)
		w.assign(wide, second)
		w.submit(first, wide, 90)
		w.submit(second, wide, 70)
		w.assign(wide, third)
		for who, want := range map[string]int{first.Name: 0, third.Name: map[bool]int{true: 2}[sees]} {
			work, err := w.service.Open(t.Context(), assessor(who), wide)
			if err != nil || len(work.Others) != want {
				t.Errorf("%s, setting %t: got %d sheets, %v, want %d", who, sees, len(work.Others), err, want)
			}
		}
	}
}

func TestEveryReadingOfADossierIsOnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	for range 2 {
		if _, err := w.service.Open(ctx, first, wide); err != nil {
			t.Fatal(err)
		}
	}
	_, r, err := w.service.Exhibit(ctx, first, wide, exhibitOf(t, w, wide))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if got := trail(t, w, "dossier.read"); len(got) != 2 || got[0].Actor != first.Name || got[0].Object != "evaluation/2020-640105-comprehensive/first" {
		t.Errorf("got %+v, want two readings", got)
	}
	if got := trail(t, w, "exhibit.read"); len(got) != 1 {
		t.Errorf("got %+v, want one file read", got)
	}
}

func TestTheDeskSaysHowFarEachSheetIsAndWhatIsNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	wants(t, w.service.Assign(ctx, office, one, first.Name), "")
	task := func(k application.Key) evaluation.Task {
		t.Helper()
		all, err := w.service.Desk(ctx, first)
		if err != nil || len(all) != 2 {
			t.Fatalf("got %d, %v", len(all), err)
		}
		for _, one := range all {
			if one.Assignment.Dossier == k {
				return one
			}
		}
		t.Fatal("not there")
		return evaluation.Task{}
	}
	if got := task(wide); got.Needed != 97 || got.Settled != 0 || got.Opinions != 1 || got.Next != "1" {
		t.Errorf("got %+v", got)
	}
	if got := task(one); got.Needed != 5 || got.Next != evaluation.Item(indicators.Innovative) {
		t.Errorf("got %+v, want five criteria", got)
	}
	wants(t, w.service.Assign(ctx, office, one, second.Name), "")
	if got, err := w.service.Desk(ctx, second); err != nil || len(got) != 1 || got[0].Needed != 0 {
		t.Errorf("before the declaration: got %+v, %v, want nothing of the dossier", got, err)
	}
	wants(t, w.save(first, wide, cellsOf{"1": mark(900), "3": mark(900), evaluation.Overall: {Text: "好"}}), "")
	if got := task(wide); got.Settled != 2 || got.Opinions != 0 || got.Next != "2" {
		t.Errorf("got %+v, want 2 of 97 and indicator 2 next", got)
	}
	w.submit(first, wide, 90)
	if got := task(wide); !got.Assignment.Sheet.Submitted() {
		t.Errorf("got %+v, want it submitted", got)
	}
}

func TestTheRunningTotalCountsWhatIsMarkedAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	wants(t, w.save(first, wide, cellsOf{"1": mark(500), "2": mark(1000)}), "")
	work, err := w.service.Look(t.Context(), first, wide)
	if err != nil {
		t.Fatal(err)
	}
	// One heading, 15.00 of 20.00.
	if got, known := work.Assignment.Sheet.Running(work.Terms); !known || got != 7500 {
		t.Errorf("got %s, %t, want 75.00", got, known)
	}
	var empty evaluation.Sheet
	if _, known := empty.Running(work.Terms); known {
		t.Error("an empty sheet has a total")
	}
}

func TestC96NobodyButTheAssessorWritesAMark(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.assign(wide, first)
	for _, by := range []access.Actor{plain, office, {Name: first.Name, Role: access.Applicant, Unit: plain.Unit}, {Name: "agency", Role: access.Agency}} {
		_, err := w.service.Put(t.Context(), by, wide, evaluation.Cell{Item: "1", Verdict: evaluation.Verdict{Given: true, Mark: 1000}})
		wants(t, err, "access.role")
	}
	if got := w.sheet(first, wide); len(got.Verdicts) != 0 {
		t.Errorf("got %+v, want an empty sheet", got.Verdicts)
	}
}
