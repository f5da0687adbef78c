package naming_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	stats "minyi/stats/rank"
)

func studied(t *testing.T, s indicators.Scheme, findings ...scorebook.Finding) naming.Study {
	t.Helper()
	all, err := naming.Studies(rank(t, s, findings...), 400, 7)
	if err != nil || len(all) != 1 {
		t.Fatalf("got %d studies, %v", len(all), err)
	}
	return all[0]
}

// TestARangeOfAShareEndsWhereTheFrontGroupChanges on the reference's eight units:
// stats/rank's SteadyRange, judged by R's crossovers, gives the same range at every
// weight of the survey.
func TestARangeOfAShareEndsWhereTheFrontGroupChanges(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "reference", "s07_survey_expert_composite.json"))
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Inputs struct{ Survey, Expert, Weights []float64 }
	}
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	codes := []roster.UnitCode{"640104", "640105", "640106", "640121", "640122", "640202", "640205", "640221"}
	var findings []scorebook.Finding
	for i, unit := range codes {
		findings = append(findings, evaluated(unit, indicators.Mark(math.Round(c.Inputs.Expert[i]*100))),
			surveyed(unit, indicators.Mark(math.Round(c.Inputs.Survey[i]*100)), 0))
	}
	none := make([]float64, len(codes))
	for _, w := range c.Inputs.Weights {
		share := indicators.Share(math.Round(w * float64(indicators.Whole)))
		s := studied(t, scheme(indicators.Whole-share, share, 0), findings...)
		low, high, err := stats.SteadyRange(stats.Part{Score: c.Inputs.Survey, SE: none}, stats.Part{Score: c.Inputs.Expert, SE: none}, w, 3)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(s.Moves, func(m naming.Move) bool { return m.Instrument == scorebook.Survey })
		near(t, "low", s.Moves[at].Low, low, 1e-9)
		near(t, "high", s.Moves[at].High, high, 1e-9)
	}
}

// TestARangeWithAMissingPart by hand: A has 90 by both the evaluation (50 %) and the
// survey (30 %) and 70 by the visit (20 %), B has no survey, 80 by the evaluation and
// 100 by the visit. With the visit at w, A has 90 - 20w; B has (80 (1-w) 5/8 + 100 w)
// / ((1-w) 5/8 + w) = (50 + 50w) / (0.625 + 0.375w). They are equal where 7.5 w^2 +
// 28.75 w - 6.25 = 0, at w = 0.20629.
func TestARangeWithAMissingPart(t *testing.T) {
	t.Parallel()
	codes := []roster.UnitCode{"640100", "640200", "640300", "640400"}
	visit := func(n int, mark indicators.Mark) scorebook.Finding {
		return find(scorebook.Verification, codes[n], roster.Comprehensive, mark, 0)
	}
	findings := []scorebook.Finding{
		evaluated(codes[0], 9000), visit(0, 7000), surveyed(codes[0], 9000, 0), evaluated(codes[1], 8000), visit(1, 10000),
		evaluated(codes[2], 10000), visit(2, 10000), evaluated(codes[3], 9900), visit(3, 10000),
	}
	s := studied(t, scheme(5000, 3000, 2000), findings...)
	m := s.Moves[2]
	// The front group of 3 has the two others and, above the swap, B.
	near(t, "swap", m.High, (-28.75+math.Sqrt(28.75*28.75+4*7.5*6.25))/15, 1e-9)
	if m.Low != 0 || !reflect.DeepEqual(m.Above, naming.Turn{In: codes[1:2], Out: codes[:1]}) {
		t.Errorf("got %+v", m)
	}
}

// TestAChoiceThatNothingHangsOnExplainsNothing: four units in the same order by both
// parts keep their places whatever is chosen.
func TestAChoiceThatNothingHangsOnExplainsNothing(t *testing.T) {
	t.Parallel()
	var findings []scorebook.Finding
	for n, unit := range []roster.UnitCode{"640100", "640200", "640300", "640400"} {
		m := indicators.Mark(9500 - 1000*n)
		findings = append(findings, evaluated(unit, m), surveyed(unit, m-500, 0))
	}
	s := studied(t, scheme(6000, 4000, 0), findings...)
	if math.Abs(s.Same-1) > 1e-9 || s.Moving || s.Last != "640300" {
		t.Errorf("got same %v, moving %v, last %s", s.Same, s.Moving, s.Last)
	}
	for i, u := range s.Units {
		if u.Low != i+1 || u.Median != i+1 || u.High != i+1 || u.Place != i+1 {
			t.Errorf("got %+v", u)
		}
	}
	for _, m := range s.Methods {
		if !reflect.DeepEqual(m.Places, []int{1, 2, 3, 4}) {
			t.Errorf("%s: got %v", m.Name, m.Places)
		}
	}
	for _, m := range s.Moves {
		if m.Low != 0 || m.High != 1 {
			t.Errorf("got %+v, want the whole range", m)
		}
	}
}

// TestTheShareDecidesWhereOrdersCross: two of four units change the third place at a
// share of the survey near the official one, and nothing is missing: that choice
// explains nothing, some other does. Scores by hand: geometric 50 : 50 of 90 and 40 is
// 60, arithmetic 65, harmonic 55.38; of 62 and 62 always 62.
func TestTheShareDecidesWhereOrdersCross(t *testing.T) {
	t.Parallel()
	s := studied(t, scheme(5000, 5000, 0), evaluated("640100", 9900), surveyed("640100", 9900, 0),
		evaluated("640200", 9800), surveyed("640200", 9800, 0), evaluated("640300", 9000), surveyed("640300", 4000, 0),
		evaluated("640400", 6200), surveyed("640400", 6200, 0))
	if !s.Moving || s.Last != "640300" || s.Same <= 0 || s.Same >= 1 {
		t.Errorf("got moving %v, last %s, same %v", s.Moving, s.Last, s.Same)
	}
	for _, c := range s.Decides {
		if c.Name == "missing" && (c.First != 0 || c.Total != 0) {
			t.Errorf("got %+v: nothing is missing", c)
		}
	}
	if s.Decides[0].Total <= 0.1 || s.Decides[0].Name == "missing" {
		t.Errorf("got %+v first", s.Decides[0])
	}
	for name, want := range map[string][]int{"geometric": {1, 2, 4, 3}, "harmonic": {1, 2, 4, 3}, "equal": {1, 2, 3, 4}} {
		at := slices.IndexFunc(s.Methods, func(m naming.Method) bool { return m.Name == name })
		if got := s.Methods[at].Places; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	again := studied(t, scheme(5000, 5000, 0), evaluated("640100", 9900), surveyed("640100", 9900, 0),
		evaluated("640200", 9800), surveyed("640200", 9800, 0), evaluated("640300", 9000), surveyed("640300", 4000, 0),
		evaluated("640400", 6200), surveyed("640400", 6200, 0))
	if !reflect.DeepEqual(s, again) {
		t.Error("the same seed gave other figures")
	}
}
