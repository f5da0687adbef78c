package result_test

import (
	"math"
	"testing"

	"minyi/survey/result"
	"minyi/survey/tabulate"
)

// R 4.2.2: p <- c(.01,.04,.03,.005,.5,NA,.04,.2,.001); p.adjust(p, "holm"),
// p.adjust(p, "BH").
func TestCorrectionsAreThoseOfR(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	p := []float64{.01, .04, .03, .005, .5, nan, .04, .2, .001}
	for name, c := range map[string]struct{ got, want []float64 }{
		"Holm":                   {result.Holm(p), []float64{.06, .16, .15, .035, .5, nan, .16, .4, .008}},
		"Benjamini and Hochberg": {result.BenjaminiHochberg(p), []float64{.08 / 3, .16 / 3, .16 / 3, .02, .5, nan, .16 / 3, .8 / 3.5, .008}},
	} {
		for i := range p {
			if math.IsNaN(c.got[i]) != math.IsNaN(c.want[i]) || math.Abs(c.got[i]-c.want[i]) > 1e-12 {
				t.Errorf("%s: got %v, R has %v", name, c.got, c.want)
				break
			}
		}
	}
}

// R 4.2.2: t.test of the two groups of sleep; see stats/estimate. A survey without
// degrees of freedom has a difference and no test.
func TestChangeIsThatOfTwoSamples(t *testing.T) {
	t.Parallel()
	now := tabulate.Estimate{Est: 0.75, SE: 0.5657345274557277, DF: 9}
	before := tabulate.Estimate{Est: 2.33, SE: 0.6331666447310692, DF: 9}
	got, err := result.Subtract(now, before)
	if err != nil || math.Abs(float64(got.P)-0.0793941401873582) > 1e-8 || math.Abs(float64(got.Low)+3.3654832307117104) > 1e-8 {
		t.Errorf("got %+v, %v, want the numbers of R", got, err)
	}
	before.DF = 0
	got, err = result.Subtract(now, before)
	if err != nil || got.P.Known() || !got.Est.Known() {
		t.Errorf("without degrees of freedom: got %+v, %v, want the difference alone", got, err)
	}
	all := []*result.Difference{{P: .01}, {P: .02}}
	result.Correct(all)
	if all[0].Holm != .02 || all[1].BH != .02 {
		t.Errorf("corrected: got %v and %v, want 0.02 and 0.02", all[0].Holm, all[1].BH)
	}
}

// The PISA 2018 scores in mathematics of ten countries with their standard errors:
// those of the vector s02 of package stats/rank, whose sets csranks 1.2.3 made.
func TestRanksOfPISA(t *testing.T) {
	t.Parallel()
	scores := []struct{ x, se float64 }{{527, 2.47}, {526, 3.12}, {523, 1.74}, {519, 2.63}, {515, 2.91}, {512, 2.36}, {509, 2.57}, {509, 1.74}, {508, 2.26}, {507, 1.97}}
	var of []tabulate.Estimate
	for _, s := range scores {
		of = append(of, tabulate.Estimate{Est: tabulate.Number(s.x), SE: tabulate.Number(s.se)})
	}
	of = append(of, tabulate.Estimate{Est: tabulate.Number(math.NaN())})
	got, err := result.Rank(of, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range got[:len(scores)] {
		if !one.Known || one.OwnBest > one.Place || one.OwnWorst < one.Place || one.AllBest > one.OwnBest || one.AllWorst < one.OwnWorst {
			t.Errorf("unit %d: %+v, want its place within its own set within that of all", i, one)
		}
	}
	if got[10].Known || got[0].Place != 1 || got[6].Place != 7 || got[7].Place != 7 {
		t.Errorf("places: got %+v", got)
	}
	if !got[0].MayLead || !got[3].MayLead || got[9].MayLead {
		t.Errorf("who may be among the best three: got %+v", got)
	}
}
