package tabulate_test

import (
	"errors"
	"math"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/tabulate"
)

// deputies is a census of 42 people with 30 sheets: 29 satisfied and one not, and
// so many who say that they cannot tell.
func deputies(unsure, screened int) tabulate.Census {
	c := tabulate.Census{
		Items:     []tabulate.Item{{ID: "d01", Indicator: "72", Valid: []int{1, 2, 3, 4, 5}, Satisfied: []int{4, 5}}},
		Fieldwork: tabulate.Fieldwork{Invited: 40 + unsure + screened, Complete: 30 + unsure, ScreenedOut: screened},
		Least:     5,
	}
	for n := range 30 {
		point := 5
		if n == 0 {
			point = 2
		}
		c.Answers = append(c.Answers, []int{point})
	}
	for range unsure {
		c.Answers = append(c.Answers, []int{98})
	}
	return c
}

// TestC122TheCensusOfDeputiesIsExact: 29 of 30 answers of 40 people. The limits
// are those of R's hypergeometric distribution (stats/estimate, census-R.csv): 36 to
// 39 of 40, and 37 for the one-sided bound. Who has no opinion or does not belong to
// the list leaves it.
func TestC122TheCensusOfDeputiesIsExact(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ unsure, screened int }{{0, 0}, {3, 0}, {0, 4}, {2, 5}} {
		r, err := deputies(row.unsure, row.screened).Count()
		if err != nil {
			t.Fatal(err)
		}
		got := r.Items[0]
		if got.N != 30 || got.Satisfied != 29 || got.Of != 40 || got.NoOpinion != row.unsure {
			t.Errorf("%+v: got %+v", row, got)
		}
		for name, pair := range map[string][2]float64{
			"est": {float64(got.Est), 29.0 / 30}, "low": {float64(got.Low), 0.9}, "high": {float64(got.High), 0.975}, "at least": {float64(got.AtLeast), 0.925},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-12 {
				t.Errorf("%+v, %s: got %v, want %v", row, name, pair[0], pair[1])
			}
		}
	}
}

// TestC122EverybodysAnswerLeavesNoDoubt: a full census has no interval.
func TestC122EverybodysAnswerLeavesNoDoubt(t *testing.T) {
	t.Parallel()
	c := deputies(0, 0)
	c.Fieldwork.Invited = 30
	r, err := c.Count()
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Items[0]; got.Low != got.Est || got.High != got.Est || got.AtLeast != got.Est {
		t.Errorf("got %+v, want no interval around %v", got, got.Est)
	}
	if r.Rates.RR1 != 1 {
		t.Errorf("response rate: got %v, want 1", r.Rates.RR1)
	}
}

// TestC122FewDeputiesAreNotShown: below the least number nothing but the count of
// answers is told.
func TestC122FewDeputiesAreNotShown(t *testing.T) {
	t.Parallel()
	c := deputies(0, 0)
	c.Answers, c.Fieldwork.Complete = c.Answers[:4], 4
	r, err := c.Count()
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Items[0]; !got.Hidden || got.N != 4 || got.Satisfied != 0 || got.Est.Known() || got.AtLeast.Known() {
		t.Errorf("got %+v, want it hidden", got)
	}
}

func TestCensusThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	c := deputies(0, 0)
	c.Fieldwork.Complete = 50
	if _, err := c.Count(); !errors.Is(err, fault.New(fault.Invalid, "tabulate.fieldwork")) {
		t.Errorf("more answers than people: got %v", err)
	}
	c = deputies(0, 0)
	c.Answers[0] = []int{1, 2}
	if _, err := c.Count(); !errors.Is(err, fault.New(fault.Invalid, "tabulate.points")) {
		t.Errorf("a sheet of two points: got %v", err)
	}
}
