package naming_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

func referenceFolder() string {
	if dir := os.Getenv("MINYI_RANKING_REFERENCE"); dir != "" {
		return dir
	}
	return filepath.Join("testdata", "reference")
}

type rankCase struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind"`
	Inputs    json.RawMessage `json:"inputs"`
	Expected  json.RawMessage `json:"expected"`
	Tolerance struct {
		RankSlack    *int    `json:"rank_slack"`
		MonteCarloSD float64 `json:"monte_carlo_sd"`
	} `json:"tolerance"`
}

func decode(t *testing.T, raw json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

// TestReference compares the certainty of a ranking with csranks 1.2.3 and with
// numerical integration. Cases of other kinds are stats/rank's and stats/agree's.
func TestReference(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(referenceFolder(), "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s: %v", referenceFolder(), err)
	}
	kinds := map[string]func(*testing.T, *rankCase){
		"rank_intervals": rankIntervals, "rank_probability": rankProbability, "survey_expert": surveyExpert,
	}
	seen := 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := &rankCase{}
		decode(t, text, c)
		if run, ok := kinds[c.Kind]; ok {
			seen++
			t.Run(c.ID, func(t *testing.T) { run(t, c) })
		}
	}
	if seen == 0 {
		t.Error("no case was about a ranking")
	}
}

type wantSets struct {
	L       []int  `json:"L"`
	U       []int  `json:"U"`
	LStable []bool `json:"L_stable"`
	UStable []bool `json:"U_stable"`
}

func (c *rankCase) places(t *testing.T, name string, unit, got, want int, stable bool) {
	t.Helper()
	slack := 0
	if !stable {
		slack = 1
		if c.Tolerance.RankSlack != nil {
			slack = *c.Tolerance.RankSlack
		}
	}
	if d := got - want; d > slack || d < -slack {
		t.Errorf("%s of unit %d: got %d, want %d", name, unit+1, got, want)
	}
}

func (w wantSets) steady(i int) (best, worst bool) {
	return i >= len(w.LStable) || w.LStable[i], i >= len(w.UStable) || w.UStable[i]
}

func (c *rankCase) sets(t *testing.T, name string, i int, got naming.Places, want wantSets) {
	t.Helper()
	best, worst := want.steady(i)
	c.places(t, name+" best", i, got.Best, want.L[i], best)
	c.places(t, name+" worst", i, got.Worst, want.U[i], worst)
}

// inMarks writes scores as marks of a millionth, which no set of places minds.
const inMarks = 1e6

func unitCode(i int) roster.UnitCode { return roster.UnitCode(rune('A' + i)) }

// table ranks units by one part.
func table(x []float64, sigma [][]float64, cut int) (t naming.Ranking, order []int) {
	out := naming.Table{Cut: cut}
	for i := range x {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, x[b]-x[a])) })
	for _, i := range order {
		p := naming.Part{
			Instrument: scorebook.Survey, Share: indicators.Whole, Present: true, Mark: indicators.Mark(math.Round(x[i] * inMarks)),
			SE: indicators.Mark(math.Round(math.Sqrt(sigma[i][i]) * inMarks)),
		}
		for j, v := range sigma[i] {
			if i != j && v != 0 {
				p.Shared = append(p.Shared, naming.Shared{Unit: unitCode(j), Covariance: int64(math.Round(v * inMarks * inMarks))})
			}
		}
		out.Rows = append(out.Rows, naming.Row{Unit: unitCode(i), Parts: []naming.Part{p}, Ranked: true, Total: p.Mark})
	}
	return naming.Ranking{Tables: []naming.Table{out}}, order
}

func certainties(t *testing.T, r naming.Ranking) naming.Certainty {
	t.Helper()
	out, err := naming.Certainties(r)
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}

func diagonal(se []float64) [][]float64 {
	out := make([][]float64, len(se))
	for i := range out {
		out[i] = make([]float64, len(se))
		out[i][i] = se[i] * se[i]
	}
	return out
}

func rankIntervals(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		X     []float64   `json:"x"`
		SE    []float64   `json:"se"`
		Sigma [][]float64 `json:"Sigma"`
		Tau   int         `json:"tau"`
	}
	var want struct {
		Marginal     wantSets `json:"marginal"`
		Simultaneous wantSets `json:"simultaneous"`
		TauBest      struct {
			InSet  []bool `json:"in_set"`
			Stable []bool `json:"stable"`
		} `json:"tau_best"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	if in.Sigma == nil {
		in.Sigma = diagonal(in.SE)
	}
	r, order := table(in.X, in.Sigma, in.Tau)
	got := certainties(t, r)
	for n, i := range order {
		s := got.Rows[n]
		c.sets(t, "own", i, s.Own, want.Marginal)
		c.sets(t, "all", i, s.All, want.Simultaneous)
		if s.MayFront != want.TauBest.InSet[i] && (i >= len(want.TauBest.Stable) || want.TauBest.Stable[i]) {
			t.Errorf("unit %d may belong to the best %d: got %v", i+1, in.Tau, s.MayFront)
		}
	}
}

func rankProbability(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		Mu  []float64 `json:"mu"`
		SE  []float64 `json:"se"`
		Top int       `json:"top"`
	}
	var want struct {
		Rank [][]float64 `json:"prob_rank"`
		Top  []float64   `json:"prob_top"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	const n = 10_000 // draws
	r, order := table(in.Mu, diagonal(in.SE), in.Top)
	got := certainties(t, r)
	probability := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1.0/n+c.Tolerance.MonteCarloSD*math.Sqrt(want*(1-want)/n) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	for k, i := range order {
		s, mean := got.Rows[k], 0.0
		for place := range want.Rank[i] {
			probability("place", s.Chances[place], want.Rank[i][place])
			mean += float64(place+1) * s.Chances[place]
		}
		probability("front", s.Top, want.Top[i])
		near(t, "expected place", s.Expected, mean, 1e-9)
	}
}

// surveyExpert goes the whole way: findings, shares, ranking, certainty. The units
// are eight counties.
func surveyExpert(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		Survey, Expert []float64
		SurveySE       []float64 `json:"survey_se"`
		ExpertSE       []float64 `json:"expert_se"`
		Weight         float64   `json:"interval_weight"`
		Weights        []float64 `json:"weights"`
	}
	var want struct {
		Score [][]float64 `json:"score"`
		SE    [][]float64 `json:"se"`
		Rank  [][]int     `json:"rank"`
		Sets  struct {
			Marginal     wantSets `json:"marginal"`
			Simultaneous wantSets `json:"simultaneous"`
		} `json:"intervals"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	hundredths := func(v float64) indicators.Mark { return indicators.Mark(math.Round(v * 100)) }
	codes := []roster.UnitCode{"640104", "640105", "640106", "640121", "640122", "640202", "640205", "640221"}
	var findings []scorebook.Finding
	for i, unit := range codes {
		e := evaluated(unit, hundredths(in.Expert[i]))
		e.SE = hundredths(in.ExpertSE[i])
		findings = append(findings, e, surveyed(unit, hundredths(in.Survey[i]), hundredths(in.SurveySE[i])))
	}
	for k, w := range in.Weights {
		share := indicators.Share(math.Round(w * float64(indicators.Whole)))
		r := rank(t, scheme(indicators.Whole-share, share, 0), findings...)
		got := certainties(t, r)
		for n, s := range got.Rows {
			i, row := slices.Index(codes, s.Unit), r.Tables[0].Rows[n]
			if row.Total != hundredths(want.Score[i][k]) || row.Place != want.Rank[i][k] {
				t.Errorf("unit %d at %v: got %s and place %d, want %v and %d", i+1, w, row.Total, row.Place, want.Score[i][k], want.Rank[i][k])
			}
			near(t, "se", s.SE, want.SE[i][k], 1e-9)
			if w == in.Weight {
				c.sets(t, "own", i, s.Own, want.Sets.Marginal)
				c.sets(t, "all", i, s.All, want.Sets.Simultaneous)
			}
		}
	}
}
