package store_test

import (
	"reflect"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// TestC73AWhatIfIsOnTheRecordAndLeavesTheRankingAlone: other shares and a smaller
// front group after the lock are kept as a what-if with what they would change, and
// the official ranking stays the same to the byte.
func TestC73AWhatIfIsOnTheRecordAndLeavesTheRankingAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	official := o.closed(t)
	asked := naming.Asking{Parts: indicators.Parts{Survey: indicators.Whole}, Comprehensive: 1, Single: 2}
	trial, err := o.naming.Try(t.Context(), officer(), 2020, asked, "只看测评")
	if err != nil {
		t.Fatal(err)
	}
	if row, _ := trial.Ranking.Find("640100", roster.Comprehensive); row.Ranked {
		t.Errorf("got %+v, want no place for a unit without a survey", row)
	}
	if e := o.last(t); e.Action != "ranking.what_if" || !strings.Contains(e.After, `"survey":"100.00"`) || e.Reason != "只看测评" {
		t.Errorf("got %+v", e)
	}
	for field, wrong := range map[string]naming.Asking{
		"parts":         {Parts: indicators.Parts{Evaluation: 1}, Comprehensive: 1, Single: 1},
		"comprehensive": {Parts: asked.Parts, Comprehensive: 0, Single: 1},
		"bonus_cap":     {Parts: asked.Parts, BonusCap: indicators.Hundred + 1, Comprehensive: 1, Single: 1},
	} {
		_, err := o.naming.Try(t.Context(), officer(), 2020, wrong, "")
		if all := fault.All(err); len(all) != 1 || all[0].Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	study, err := o.naming.Explore(t.Context(), officer(), 2020, 100, 7)
	if err != nil {
		t.Fatal(err)
	}
	list, err := o.naming.Trials(t.Context(), officer(), 2020)
	if err != nil || len(list) != 2 || list[0].ID != study.ID || list[1].Note != "只看测评" || list[1].Snapshot != official.ID {
		t.Errorf("got %+v, %v", list, err)
	}
	got, _, err := o.naming.Trial(t.Context(), officer(), 2020, trial.ID)
	if err != nil || !reflect.DeepEqual(got.Ranking, trial.Ranking) || *got.Asked != asked {
		t.Errorf("got %+v, %v", got, err)
	}
	_, studies, err := o.naming.Trial(t.Context(), officer(), 2020, study.ID)
	if again, failed := naming.Studies(official.Ranking, 100, 7); err != nil || failed != nil || len(studies) == 0 || !reflect.DeepEqual(studies, again) {
		t.Errorf("the study is not made again from its seed: %v, %v", err, failed)
	}
	_, _, err = o.naming.Trial(t.Context(), officer(), 2020, "another")
	refused(t, "another", err, fault.NotFound, "ranking.no_trial")
	after, err := o.naming.Ranking(t.Context(), officer(), 2020)
	if err != nil || after.ID != official.ID || after.Digest != official.Digest || !reflect.DeepEqual(after.Ranking, official.Ranking) {
		t.Errorf("the official ranking changed: %v", err)
	}
}
