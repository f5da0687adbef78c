package evaluation_test

import (
	"slices"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
)

func TestC94TheArbiterIsTheLeastLoadedOfAnotherInstitution(t *testing.T) {
	t.Parallel()
	w := panel(t, nil)
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	_, err := w.service.CallArbiter(ctx, office, wide)
	wants(t, err, "arbiter.needless")
	w.submit(first, wide, 95)
	w.submit(second, wide, 40)
	all, err := w.service.Arbiters(ctx, office, wide)
	if err != nil || all[0].Member.Account != elsewhere.Name {
		t.Fatalf("got %+v, %v, want the other institution first", all, err)
	}
	who, err := w.service.CallArbiter(ctx, office, wide)
	if err != nil || who != elsewhere.Name {
		t.Errorf("got %s, %v", who, err)
	}
	a, err := w.store.Assignment(ctx, wide, elsewhere.Name)
	if err != nil || !a.Arbiter {
		t.Errorf("got %+v, %v", a, err)
	}
}

// Marks of one indicator lie further apart than the round allows, the totals do
// not: whoever may be called by that rule can be called, and closing waits for it.
func TestC94AnIndicatorThatLiesApartGetsItsArbiter(t *testing.T) {
	t.Parallel()
	w := panel(t, func(s *roster.Settings) { s.ArbitrationItem = 5000 })
	ctx := t.Context()
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 90)
	cells := w.cells(second, wide, 90)
	cells["1"] = verdict(evaluation.Verdict{Given: true, Mark: 100, Reason: "材料不足"})
	wants(t, w.save(second, wide, cells), "")
	wants(t, w.service.Assign(ctx, office, wide, elsewhere.Name), "assignment.enough")
	wants(t, w.close(second, wide), "")
	_, err := w.service.Close(ctx, office, wide, "")
	wants(t, err, "evaluation.arbitration_items")
	o, err := w.service.Assignment(ctx, office, 2020)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range o.Rows {
		if want := row.Dossier == wide; row.Dispute.Needed() != want {
			t.Errorf("the assignment says of %s: %+v, want a call: %v", row.Dossier.ID(), row.Dispute, want)
		}
	}
	who, err := w.service.CallArbiter(ctx, office, wide)
	if err != nil || who != elsewhere.Name {
		t.Fatalf("got %s, %v", who, err)
	}
	wants(t, w.service.Assign(ctx, office, wide, third.Name), "assignment.enough") // one is enough
	w.submit(elsewhere, wide, 90)
	if got := w.awaits(wide); slices.Contains(got, evaluation.AwaitsArbiter) || slices.Contains(got, evaluation.AwaitsSheet) {
		t.Errorf("still missing: %v", got)
	}
}

// Whoever has declared a conflict with a unit decides nothing about it: neither
// what becomes of a problem, nor the closing, nor a correction; every refusal is an
// entry in the trail. The others of the office can.
func TestC95WhoeverHasAConflictNeitherClosesNorCorrects(t *testing.T) {
	t.Parallel()
	w := panel(t, nil, clerk)
	ctx := t.Context()
	w.declares(clerk, evaluation.Choice{Interest: evaluation.Conflicted, Text: "原籍并有亲属"}, "")
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 90)
	w.submit(second, wide, 86)
	wants(t, w.service.Find(ctx, office, wide, evaluation.Found{Text: "台账缺页", Severity: evaluation.Minor, Kind: evaluation.OtherProblem}), "")
	all, err := w.service.Problems(ctx, office, 2020)
	if err != nil || len(all) != 1 {
		t.Fatalf("got %+v, %v", all, err)
	}
	_, err = w.sign(first, wide)
	wants(t, err, "")
	refused := map[string]func(access.Actor) error{
		"problem.conclude": func(by access.Actor) error {
			return w.service.Conclude(ctx, by, all[0].ID, evaluation.Settled, "已补齐")
		},
		"evaluation.close": func(by access.Actor) error { _, err := w.service.Close(ctx, by, wide, ""); return err },
		"correction.propose": func(by access.Actor) error {
			return w.service.ProposeCorrection(ctx, by, wide, 8700, "录入有误")
		},
		"correction.answer": func(by access.Actor) error {
			c, err := w.service.Compare(ctx, office, wide)
			if err != nil {
				return err
			}
			return w.service.AnswerCorrection(ctx, by, wide, c.Changes[0].ID, true)
		},
	}
	for _, action := range []string{"problem.conclude", "evaluation.close", "correction.propose", "correction.answer"} {
		before := len(trail(t, w, action))
		wants(t, refused[action](clerk), "interest.recused")
		if got := trail(t, w, action); len(got) != before+1 || got[len(got)-1].Reason != "interest.recused" {
			t.Errorf("%s: got %d entries more, want the refusal", action, len(got)-before)
		}
		by := office
		if action == "correction.answer" {
			by = access.Actor{Name: "office-3", Role: access.Office}
		}
		wants(t, refused[action](by), "")
	}
	if got := w.finding(wide); got.Mark != 8700 {
		t.Errorf("got %s, want the correction of the others", got.Mark)
	}
}
