package evaluation_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
)

// reference is the case of 22 units and 8 reviewers (R 4.2.2 lm, lme4 1.1-31).
type reference struct {
	Inputs struct {
		Unit, Reviewer []string
		Scores         struct {
			Unit, Reviewer []string
			Score          []float64
		}
	}
	Expected struct {
		LS struct {
			Severity     []float64 `json:"reviewer_effect"`
			Adjusted, SE []float64
			Sigma        float64
		} `json:"ls_two_way"`
		REML struct {
			VarUnit   float64   `json:"var_unit"`
			VarScorer float64   `json:"var_reviewer"`
			VarError  float64   `json:"var_resid"`
			Scorer    []float64 `json:"reviewer_blup"`
		}
	}
}

func loadReference(t *testing.T) reference {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "s03_reviewer_effects.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r reference) sheets() (out []evaluation.SheetState) {
	for i, v := range r.Inputs.Scores.Score {
		k := application.Key{Round: 2020, Unit: roster.UnitCode(r.Inputs.Scores.Unit[i]), Track: roster.Comprehensive}
		out = append(out, sheet(k, r.Inputs.Scores.Reviewer[i], indicators.Mark(math.Round(v*100)), false))
	}
	return out
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestLeniencyAndItsErrorAreThoseOfR(t *testing.T) {
	t.Parallel()
	ref := loadReference(t)
	m := evaluation.NewModel(ref.sheets(), roster.NearestToArbiter)
	if m.Refused != "" || !m.Mixed || m.Units != 22 || m.Sheets != 66 || m.DF != 37 {
		t.Fatalf("got %+v, want a model of 66 sheets with 37 degrees of freedom", m)
	}
	ls, reml := ref.Expected.LS, ref.Expected.REML
	near(t, "sigma", m.Sigma, ls.Sigma, 1e-6)
	near(t, "variance of units", m.VarUnit, reml.VarUnit, 1e-3)
	near(t, "variance of assessors", m.VarScorer, reml.VarScorer, 1e-3)
	near(t, "variance of the error", m.VarError, reml.VarError, 1e-3)
	const t37, se1 = 2.026192463, 0.833010525782 // R: qt(.975, 37); lm, contr.sum
	for _, l := range m.Leniency {
		j := slices.Index(ref.Inputs.Reviewer, l.Assessor)
		near(t, "leniency of "+l.Assessor, l.Effect, ls.Severity[j], 1e-6)
		near(t, "prediction of "+l.Assessor, l.Shrunk, reml.Scorer[j], 1e-3)
		if j == 0 {
			near(t, "error", l.SE, se1, 1e-6)
			near(t, "upper limit", l.High, ls.Severity[0]+t37*se1, 1e-5)
		}
	}
}

// The corrected mark of a unit is the additive model's, its error too; the raw
// one carries √((σ²r + σ²e)/k) of the mixed model.
func TestBothMarksAreAlwaysThereAndTheRuleSaysWhichCounts(t *testing.T) {
	t.Parallel()
	ref := loadReference(t)
	all := ref.sheets()
	for _, correct := range []bool{false, true} {
		s := roster.Defaults(2020)
		s.Assessors, s.CorrectLeniency = 3, correct
		m := evaluation.NewModel(all, s.Sheets())
		for u, name := range ref.Inputs.Unit {
			of := slices.DeleteFunc(slices.Clone(all), func(x evaluation.SheetState) bool { return string(x.Dossier.Unit) != name })
			r, err := evaluation.Combine(of, s, m)
			if err != nil {
				t.Fatal(err)
			}
			near(t, name+" corrected", float64(r.Corrected)/100, ref.Expected.LS.Adjusted[u], 0.00501)
			wantMark, wantFrom := r.Raw, evaluation.FromAbsolute
			wantSE := math.Sqrt((ref.Expected.REML.VarScorer + ref.Expected.REML.VarError) / 3)
			if correct {
				wantMark, wantFrom, wantSE = r.Corrected, evaluation.FromAdjusted, ref.Expected.LS.SE[u]
			}
			near(t, name+" error", float64(r.SE)/100, wantSE, 0.0051)
			if r.Mark != wantMark || r.SEFrom != wantFrom || r.Adjusted != correct || r.Refused != "" {
				t.Errorf("%s: got %+v, want %s by %s", name, r, wantMark, wantFrom)
			}
		}
	}
}

func dossier(n int) application.Key {
	return application.Key{Round: 2020, Unit: roster.UnitCode(fmt.Sprintf("U%02d", n)), Track: roster.Comprehensive}
}

func TestWithoutCommonDossiersOrEnoughOfThemThereIsNoModel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		pairs  [][2]string
		refuse string
	}{
		{"two islands", [][2]string{{"a", "b"}, {"a", "b"}, {"a", "b"}, {"c", "d"}, {"c", "d"}, {"c", "d"}}, "unconnected"},
		{"two dossiers each", [][2]string{{"a", "b"}, {"a", "b"}}, "few_units"},
		{"three common ones", [][2]string{{"a", "b"}, {"a", "b"}, {"a", "b"}}, ""},
		{"one has read two only", [][2]string{{"a", "b"}, {"a", "b"}, {"a", "b"}, {"a", "c"}, {"b", "c"}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var all []evaluation.SheetState
			for n, p := range c.pairs {
				all = append(all, sheet(dossier(n), p[0], indicators.Mark(7000+n*100), false), sheet(dossier(n), p[1], indicators.Mark(7100+n*130), false))
			}
			m := evaluation.NewModel(all, roster.NearestToArbiter)
			if m.Refused != c.refuse {
				t.Errorf("got %q, want %q", m.Refused, c.refuse)
			}
			for _, l := range m.Leniency {
				if l.Known != (c.refuse == "" && l.Units >= evaluation.LeastUnits) {
					t.Errorf("%s with %d dossiers: known %v", l.Assessor, l.Units, l.Known)
				}
			}
		})
	}
}

// pairs are the 27 made-up pairs of stats/agree (R 4.2.2: set.seed(3)).
func pairs() [2][]indicators.Mark {
	return [2][]indicators.Mark{
		{6923, 7324, 7655, 6809, 7617, 7518, 7551, 8170, 6769, 8260, 7053, 6821, 7070, 7652, 7591, 7315, 6928, 7111, 8235, 7620, 7153, 6935, 7378, 6500, 7209, 7055, 8196},
		{7327, 7402, 7414, 7179, 7973, 7836, 7872, 8164, 7081, 8750, 7164, 6627, 7408, 7988, 7598, 7925, 6790, 7316, 7655, 7671, 7592, 6898, 7208, 6818, 7066, 7235, 7775},
	}
}

// In R 4.2.2: psych 2.2.9 ICC(x, lmer = FALSE) for the correlations and their
// limits; alpha by its definition; 1 - sum(w tab)/sum(w E) on both orders of each
// pair in five classes; mean(abs(a - b)).
func TestFiguresOfTotalsAreThoseOfR(t *testing.T) {
	t.Parallel()
	p := pairs()
	var all []evaluation.SheetState
	for n := range p[0] {
		all = append(all, sheet(dossier(n), "a", p[0][n], false), sheet(dossier(n), "b", p[1][n], false))
	}
	got := evaluation.AgreeOnTotals(all)
	if got.Pairs != 27 || got.Dossiers != 27 {
		t.Fatalf("got %+v", got)
	}
	near(t, "apart", got.Apart, 0.0265703704, 1e-9)
	for _, c := range []struct {
		name            string
		got             evaluation.Figure
		value, low, top float64
		tolerance       float64
	}{
		{"ICC(1)", got.One, 0.7899785509, 0.5939145310, 0.8980275331, 1e-6},
		{"ICC(2,k)", got.Two, 0.8843209805, 0.7336177178, 0.9484097409, 1e-6},
		{"ICC(3)", got.Three, 0.8131643469, 0.6311750118, 0.9102931891, 1e-6},
		{"alpha", got.Alpha, 0.7868007617, 0.63068, 0.86380, 0.03},
	} {
		near(t, c.name, c.got.Value, c.value, 1e-6)
		near(t, c.name+" low", c.got.Low, c.low, c.tolerance)
		near(t, c.name+" high", c.got.High, c.top, c.tolerance)
	}
	near(t, "kappa", got.Kappa.Value, kappaOfPairs, 1e-9)
	few := evaluation.AgreeOnTotals(all[:18])
	if few.Pairs != 9 || few.One.Known || few.Alpha.Known || few.Kappa.Known || few.One.Why != "few" {
		t.Errorf("nine pairs: got %+v, want no coefficient", few)
	}
}

const kappaOfPairs = 0.6250000000

func TestArbitrationIsCalledForByRangeItemAndResidual(t *testing.T) {
	t.Parallel()
	with := func(x evaluation.SheetState, marks map[evaluation.Item]indicators.Mark) evaluation.SheetState {
		x.Marks = marks
		return x
	}
	full := func(application.Key, evaluation.Item) indicators.Mark { return 1000 }
	a := with(sheet(wide, "a", 9000, false), map[evaluation.Item]indicators.Mark{"1": 900, "2": 500, "28": evaluation.Excused})
	b := with(sheet(wide, "b", 8500, false), map[evaluation.Item]indicators.Mark{"1": 400, "2": 400, "28": 700, "A1": 600})
	s := roster.Defaults(2020)
	if d := evaluation.DisputeOf([]evaluation.SheetState{a, b}, s, full, nil); d.Needed() {
		t.Errorf("five marks apart: got %+v, want no call", d)
	}
	s.ArbitrationItem = 4999
	d := evaluation.DisputeOf([]evaluation.SheetState{a, b}, s, full, nil)
	if !slices.Equal(d.Items, []evaluation.Item{"1", "28", "A1"}) {
		t.Errorf("items: got %v, want 1 and A1 (more than 49.99 %% apart) and 28 (one says it does not apply)", d.Items)
	}
	if d := evaluation.DisputeOf([]evaluation.SheetState{a}, s, full, nil); d.Needed() {
		t.Errorf("one sheet: got %+v, want nothing said", d)
	}
	b.Total = 7999
	if d := evaluation.DisputeOf([]evaluation.SheetState{a, b}, s, full, nil); d.Range != 1001 {
		t.Errorf("range: got %+v, want 10.01", d)
	}
}

// One sheet of 27 pairs lies far off while its pair is within ten marks.
func TestASheetFarFromTheModelCallsForAnArbiter(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	var all []evaluation.SheetState
	for n := range 27 {
		base := 6000 + 100*n
		all = append(all, sheet(dossier(n), "a", indicators.Mark(base+chance.IntN(60)), false), sheet(dossier(n), "b", indicators.Mark(base+100+chance.IntN(60)), false))
	}
	all[10].Total += 800
	s := roster.Defaults(2020)
	m := evaluation.NewModel(all, s.Sheets())
	full := func(application.Key, evaluation.Item) indicators.Mark { return 1000 }
	called := 0
	for n := 0; n < len(all); n += 2 {
		d := evaluation.DisputeOf(all[n:n+2], s, full, m)
		if d.Needed() {
			called++
			if d.Sigmas <= 2.5 || all[n].Dossier != dossier(5) || d.Range != 0 {
				t.Errorf("got %+v for %s", d, all[n].Dossier.Unit)
			}
		}
	}
	if called != 1 {
		t.Errorf("%d dossiers are called for, want the one", called)
	}
	s.ArbitrationResidual = 0
	if d := evaluation.DisputeOf(all[10:12], s, full, m); d.Needed() {
		t.Errorf("the setting is off: got %+v", d)
	}
}
