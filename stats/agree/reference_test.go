package agree_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"minyi/stats/agree"
)

// folder is where the cases stand: our copy (made with R 4.2.2 lm, lme4 1.1-31,
// psych 2.2.9; Shrout and Fleiss 1979; Krippendorff 2011), or the folder that
// MINYI_RANKING_REFERENCE names.
func folder() string {
	if dir := os.Getenv("MINYI_RANKING_REFERENCE"); dir != "" {
		return dir
	}
	return filepath.Join("testdata", "reference")
}

type tolerance struct {
	Rel *float64 `json:"rel"`
	Abs *float64 `json:"abs"`
}

type oneCase struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind"`
	Inputs    json.RawMessage `json:"inputs"`
	Expected  json.RawMessage `json:"expected"`
	Tolerance struct {
		tolerance
		Paths map[string]tolerance `json:"paths"`
	} `json:"tolerance"`
}

func (c *oneCase) near(t *testing.T, path string, got, want float64) {
	t.Helper()
	abs, rel := 1e-9, 1e-6
	for _, set := range []tolerance{c.Tolerance.tolerance, c.Tolerance.Paths[path]} {
		if set.Abs != nil {
			abs = *set.Abs
		}
		if set.Rel != nil {
			rel = *set.Rel
		}
	}
	if !(math.Abs(got-want) <= abs+rel*math.Abs(want)) {
		t.Errorf("%s: got %v, want %v", path, got, want)
	}
}

func (c *oneCase) nearAll(t *testing.T, path string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", path, len(got), len(want))
	}
	for i := range got {
		c.near(t, path, got[i], want[i])
	}
}

func decode(t *testing.T, raw json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(folder(), "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s: %v", folder(), err)
	}
	judged := map[string]int{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := &oneCase{}
		decode(t, text, c)
		run := map[string]func(*testing.T, *oneCase){"reviewer_effects": reviewers, "agreement": agreement}[c.Kind]
		if run == nil {
			continue // another package's
		}
		judged[c.Kind]++
		t.Run(c.ID, func(t *testing.T) { t.Parallel(); run(t, c) })
	}
	if len(judged) != 2 {
		t.Errorf("judged %v, want cases of both kinds", judged)
	}
}

func reviewers(t *testing.T, c *oneCase) {
	t.Helper()
	var in struct {
		Unit, Reviewer []string
		Scores         struct {
			Unit, Reviewer []string
			Score          []float64
		}
		Threshold float64 `json:"arbitrate_threshold"`
	}
	var want struct {
		RawMean []float64 `json:"raw_mean"`
		LS      struct {
			Grand        float64
			Severity     []float64 `json:"reviewer_effect"`
			Adjusted, SE []float64
			Sigma        float64
			DF           int
		} `json:"ls_two_way"`
		REML struct {
			Mu        float64
			VarUnit   float64   `json:"var_unit"`
			VarScorer float64   `json:"var_reviewer"`
			VarError  float64   `json:"var_resid"`
			Unit      []float64 `json:"unit_blup"`
			Scorer    []float64 `json:"reviewer_blup"`
		}
		Z struct {
			Mean []float64 `json:"unit_mean"`
		} `json:"zscore_per_reviewer"`
		Range     []float64
		Arbitrate []string
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	p := agree.Panel{Units: len(in.Unit), Scorers: len(in.Reviewer)}
	for i, v := range in.Scores.Score {
		p.Scores = append(p.Scores, agree.Score{
			Unit: slices.Index(in.Unit, in.Scores.Unit[i]), Scorer: slices.Index(in.Reviewer, in.Scores.Reviewer[i]), Value: v,
		})
	}
	c.nearAll(t, "raw_mean", p.Means(), want.RawMean)
	ranges := p.Ranges()
	c.nearAll(t, "range", ranges, want.Range)
	var apart []string
	for i, r := range ranges {
		if r > in.Threshold {
			apart = append(apart, in.Unit[i])
		}
	}
	if !slices.Equal(apart, want.Arbitrate) {
		t.Errorf("to arbitration %v, want %v", apart, want.Arbitrate)
	}
	z, err := p.Standardised()
	if err != nil {
		t.Fatal(err)
	}
	c.nearAll(t, "zscore_per_reviewer.unit_mean", z, want.Z.Mean)
	ls, err := agree.LeastSquares(p)
	if err != nil {
		t.Fatal(err)
	}
	c.near(t, "ls_two_way.grand", ls.Grand, want.LS.Grand)
	c.nearAll(t, "ls_two_way.reviewer_effect", ls.Severity, want.LS.Severity)
	c.nearAll(t, "ls_two_way.adjusted", ls.Adjusted, want.LS.Adjusted)
	c.nearAll(t, "ls_two_way.se", ls.SE, want.LS.SE)
	if c.ID == "s03_reviewer_effects" {
		c.nearAll(t, "ls_two_way.reviewer_se", ls.SeveritySE, reviewerSE())
	}
	c.near(t, "ls_two_way.sigma", ls.Sigma, want.LS.Sigma)
	if ls.DF != want.LS.DF {
		t.Errorf("df %d, want %d", ls.DF, want.LS.DF)
	}
	m, err := agree.REML(p)
	if err != nil {
		t.Fatal(err)
	}
	c.near(t, "reml.mu", m.Mu, want.REML.Mu)
	c.near(t, "reml.var_unit", m.VarUnit, want.REML.VarUnit)
	c.near(t, "reml.var_reviewer", m.VarScorer, want.REML.VarScorer)
	c.near(t, "reml.var_resid", m.VarError, want.REML.VarError)
	c.nearAll(t, "reml.unit_blup", m.Unit, want.REML.Unit)
	c.nearAll(t, "reml.reviewer_blup", m.Scorer, want.REML.Scorer)
}

func agreement(t *testing.T, c *oneCase) {
	t.Helper()
	type iccs struct {
		One1   float64 `json:"ICC1_1"`
		Two1   float64 `json:"ICC2_1"`
		Three1 float64 `json:"ICC3_1"`
		OneK   float64 `json:"ICC1_k"`
		TwoK   float64 `json:"ICC2_k"`
		ThreeK float64 `json:"ICC3_k"`
	}
	var in struct {
		ICC struct{ X [][]float64 }
		K   struct{ M [][]*float64 } `json:"krippendorff"`
		W   struct {
			Raters     [][]float64
			Categories []float64
		} `json:"weighted_kappa"`
	}
	var want struct {
		ICC       iccs
		K         map[string]float64 `json:"krippendorff"`
		W         map[string]float64 `json:"weighted_kappa"`
		Published struct {
			ICC iccs
			K   map[string]float64 `json:"krippendorff"`
		}
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	got, err := agree.Intraclass(in.ICC.X)
	if err != nil {
		t.Fatal(err)
	}
	for path, w := range map[string]iccs{"icc": want.ICC, "published.icc": want.Published.ICC} {
		if w == (iccs{}) {
			continue
		}
		c.nearAll(t, path, []float64{got.One1, got.Two1, got.Three1, got.OneK, got.TwoK, got.ThreeK},
			[]float64{w.One1, w.Two1, w.Three1, w.OneK, w.TwoK, w.ThreeK})
	}
	m := make([][]float64, len(in.K.M))
	for i, row := range in.K.M {
		for _, v := range row {
			if v == nil {
				m[i] = append(m[i], math.NaN())
			} else {
				m[i] = append(m[i], *v)
			}
		}
	}
	metrics := map[string]agree.Metric{"nominal": agree.Nominal, "ordinal": agree.Ordinal, "interval": agree.Interval, "ratio": agree.Ratio}
	for name, w := range want.K {
		alpha, err := agree.Krippendorff(m, metrics[name])
		if err != nil {
			t.Fatal(err)
		}
		c.near(t, "krippendorff", alpha, w)
		if printed, ok := want.Published.K[name]; ok {
			c.near(t, "published.krippendorff", alpha, printed)
		}
	}
	var a, b []float64
	for _, pair := range in.W.Raters {
		a, b = append(a, pair[0]), append(b, pair[1])
	}
	weights := map[string]agree.Weight{"unweighted": agree.Unweighted, "linear": agree.Linear, "quadratic": agree.Quadratic}
	for name, w := range want.W {
		kappa, err := agree.Kappa(a, b, in.W.Categories, weights[name])
		if err != nil {
			t.Fatal(err)
		}
		c.near(t, "weighted_kappa", kappa, w)
	}
}

// reviewerSE are the standard errors of the reviewers' effects of the case
// s03_reviewer_effects: R 4.2.2, lm(score ~ unit + reviewer) with contr.sum, the
// root of the diagonal of C vcov C'.
func reviewerSE() []float64 {
	return []float64{
		0.833010525782, 0.833010525782, 0.833748991428, 0.786625623668, 0.785360209293, 0.785360209293, 0.833748991428, 0.889594287361,
	}
}
