package evaluation_test

import (
	"math"
	"slices"
	"testing"

	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// TestErrorsOfDossiersWithTheSameAssessorsHangTogether on the reference's panel of 22
// units with three sheets each: of raw marks the covariance is the assessors' variance
// times those who read both, over 3 * 3; of corrected marks it is that of the additive
// model (see stats/agree), the same from both sides.
func TestErrorsOfDossiersWithTheSameAssessorsHangTogether(t *testing.T) {
	t.Parallel()
	ref := loadReference(t)
	all := ref.sheets()
	of := func(name string) []evaluation.SheetState {
		return slices.DeleteFunc(slices.Clone(all), func(x evaluation.SheetState) bool { return string(x.Dossier.Unit) != name })
	}
	for _, correct := range []bool{false, true} {
		s := roster.Defaults(2020)
		s.Assessors, s.CorrectLeniency = 3, correct
		m := evaluation.NewModel(all, s.Sheets())
		told := map[[2]string]int64{}
		for _, name := range ref.Inputs.Unit {
			r, err := evaluation.Combine(of(name), s, m)
			if err != nil {
				t.Fatal(err)
			}
			for _, shared := range m.Together(r, all, s.Sheets()) {
				told[[2]string{name, string(shared.Unit)}] = shared.Covariance
			}
			near(t, name+" itself", float64(told[[2]string{name, name}])/1e4, math.Pow(float64(r.SE)/100, 2), 0.02)
		}
		for _, a := range ref.Inputs.Unit {
			for _, b := range ref.Inputs.Unit {
				if a == b {
					continue
				}
				both := 0
				for _, x := range of(a) {
					if slices.ContainsFunc(of(b), func(y evaluation.SheetState) bool { return x.Assessor == y.Assessor }) {
						both++
					}
				}
				got := told[[2]string{a, b}]
				if got != told[[2]string{b, a}] {
					t.Errorf("%s and %s: %d from one side, %d from the other", a, b, got, told[[2]string{b, a}])
				}
				if want := ref.Expected.REML.VarScorer * float64(both) / 9; !correct {
					near(t, a+" and "+b, float64(got)/1e4, want, 1e-3)
				}
			}
		}
	}
}

// TestWithoutAModelNothingIsSaidOfOthers: two sheets of one dossier alone.
func TestWithoutAModelNothingIsSaidOfOthers(t *testing.T) {
	t.Parallel()
	m := &evaluation.Model{Refused: "few_units"}
	r := evaluation.Result{Dossier: dossier(1), SEFrom: evaluation.FromSpread, Refused: "few_units"}
	if got := m.Together(r, nil, roster.NearestToArbiter); got != nil {
		t.Errorf("got %v, want nothing", got)
	}
	var f scorebook.Finding
	if got, err := f.Shared(); err != nil || got != nil {
		t.Errorf("a finding of before: got %v, %v", got, err)
	}
}
