package survey_test

import (
	"math"
	"slices"
	"testing"

	"minyi/indicators"
	"minyi/indicators/scorebook"
)

// TestTheFindingTellsWhoAnsweredWhatWithWhichWeight: thirty gave 5 points and thirty 2
// to every item, with 0.511707 of the weight on the former (see the tables' test): the
// weighted mean of what the answers count is each item's mark and the survey's. No
// other unit shares the error: its covariance with any is 0 by construction.
func TestTheFindingTellsWhoAnsweredWhatWithWhichWeight(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.answered(t, 30)
	h.release(t, id)
	f := h.finding(t)
	behind, err := f.Behind()
	if err != nil || behind.Survey != string(id) || behind.N != 60 || len(behind.Asked) != 12 {
		t.Fatalf("got %+v, %v", behind, err)
	}
	for _, asked := range behind.Asked {
		var sum, mass int64
		for _, a := range behind.Of(asked.Item) {
			if a.N != 30 || a.Few || !a.Counts || a.Zh == "" || a.En == "" {
				t.Errorf("%s: got %+v", asked.Item, a)
			}
			sum, mass = sum+int64(a.Weight)*int64(a.Mark), mass+int64(a.Weight)
		}
		if got := indicators.Mark(math.Round(float64(sum) / float64(mass))); got != f.Mark || asked.Mark != f.Mark || asked.N != 60 || asked.Zh == "" {
			t.Errorf("%s: the answers make %s, the item says %s, the survey %s", asked.Item, got, asked.Mark, f.Mark)
		}
	}
	all, err := f.Satisfactions()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(s scorebook.Satisfaction) bool { return s.Indicator == "84" })
	one := all[at]
	if one.WithMark == nil {
		t.Errorf("84 does not tell how its share errs with the mark: %+v", one)
	}
	if shared, err := f.Shared(); err != nil || shared != nil {
		t.Errorf("got %v, %v, want no other unit", shared, err)
	}
}

// TestAnswersThatFewGaveAreNotTold: with four of each nothing is told; the marks of the
// items stay.
func TestAnswersThatFewGaveAreNotTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.release(t, h.answered(t, 4))
	behind, err := h.finding(t).Behind()
	if err != nil || len(behind.Answers) == 0 {
		t.Fatalf("got %+v, %v", behind, err)
	}
	for _, a := range behind.Answers {
		if !a.Few || a.N != 0 || a.Weight != 0 {
			t.Errorf("got %+v", a)
		}
	}
}
