package rank_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"minyi/stats/rank"
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
		Rel          *float64 `json:"rel"`
		Abs          *float64 `json:"abs"`
		MonteCarloSD float64  `json:"monte_carlo_sd"`
		Estimate     struct {
			N      int     `json:"n"`
			Random float64 `json:"random_abs"`
			Quasi  float64 `json:"sobol_sequence_abs"`
		} `json:"estimate"`
		RankSlack *int `json:"rank_slack"`
	} `json:"tolerance"`
}

func (c *rankCase) near(t *testing.T, name string, got, want float64) {
	t.Helper()
	abs, rel := 1e-9, 1e-6
	if c.Tolerance.Abs != nil {
		abs = *c.Tolerance.Abs
	}
	if c.Tolerance.Rel != nil {
		rel = *c.Tolerance.Rel
	}
	if !(math.Abs(got-want) <= abs+rel*math.Abs(want)) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

func (c *rankCase) slack() int {
	if c.Tolerance.RankSlack != nil {
		return *c.Tolerance.RankSlack
	}
	return 1
}

func decode(t *testing.T, raw json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

// TestReference compares with csranks and closed forms. The other kinds of the
// folder are judged where their packages are.
func TestReference(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(referenceFolder(), "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s: %v", referenceFolder(), err)
	}
	kinds := map[string]func(*testing.T, *rankCase){
		"rank_intervals": rankIntervals, "rank_probability": rankProbability, "survey_expert": surveyExpert,
		"composite": composite, "sobol": sobol, "weights_topsis": weightsTopsis, "rank_aggregation": aggregation,
		"unobserved_components": unobserved,
	}
	others := map[string]string{"reviewer_effects": "stats/agree", "agreement": "stats/agree"}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := &rankCase{}
		decode(t, text, c)
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			run, ok := kinds[c.Kind]
			switch {
			case ok:
				run(t, c)
			case others[c.Kind] == "":
				t.Errorf("no package judges the kind %s", c.Kind)
			}
		})
	}
}

type wantSets struct {
	L       []int  `json:"L"`
	U       []int  `json:"U"`
	LStable []bool `json:"L_stable"`
	UStable []bool `json:"U_stable"`
}

func (c *rankCase) sets(t *testing.T, name string, got rank.Sets, want wantSets) {
	t.Helper()
	side := func(label string, got, want []int, stable []bool) {
		for i := range want {
			slack := 0
			if i < len(stable) && !stable[i] {
				slack = c.slack()
			}
			if d := got[i] - want[i]; d > slack || d < -slack {
				t.Errorf("%s %s[%d]: got %d, want %d", name, label, i, got[i], want[i])
			}
		}
	}
	side("best", got.Best, want.L, want.LStable)
	side("worst", got.Worst, want.U, want.UStable)
}

type wantKlein struct {
	Method   string  `json:"method"`
	Coverage float64 `json:"coverage"`
	Z        float64 `json:"z"`
	L        []int   `json:"L"`
	U        []int   `json:"U"`
}

func (c *rankCase) klein(t *testing.T, x, se []float64, list []wantKlein) {
	t.Helper()
	for _, want := range list {
		method := rank.Bonferroni
		if want.Method == "independence" {
			method = rank.Independence
		}
		got, z, err := rank.Intervals(x, se, want.Coverage, method)
		if err != nil {
			t.Fatal(err)
		}
		c.near(t, want.Method+" z", z, want.Z)
		c.sets(t, want.Method, got, wantSets{L: want.L, U: want.U})
	}
}

var draws = rank.Draws{Count: 20_000, Seed: 20200915}

func rankIntervals(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		X        []float64   `json:"x"`
		SE       []float64   `json:"se"`
		Sigma    [][]float64 `json:"Sigma"`
		Coverage float64     `json:"coverage"`
		Tau      int         `json:"tau"`
	}
	var want struct {
		Rank         []int    `json:"rank"`
		Marginal     wantSets `json:"marginal"`
		Simultaneous wantSets `json:"simultaneous"`
		TauBest      struct {
			InSet  []bool `json:"in_set"`
			Stable []bool `json:"stable"`
		} `json:"tau_best"`
		Klein []wantKlein `json:"klein"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	if in.Sigma == nil {
		in.Sigma = rank.Diagonal(in.SE)
	} else {
		in.SE = make([]float64, len(in.Sigma))
		for i := range in.SE {
			in.SE[i] = math.Sqrt(in.Sigma[i][i])
		}
	}
	if got := rank.Point(in.X); !slices.Equal(got, want.Rank) {
		t.Errorf("rank: got %v, want %v", got, want.Rank)
	}
	marginal, err := rank.Marginal(in.X, in.Sigma, in.Coverage, draws)
	if err != nil {
		t.Fatal(err)
	}
	c.sets(t, "marginal", marginal, want.Marginal)
	simultaneous, err := rank.Simultaneous(in.X, in.Sigma, in.Coverage, draws)
	if err != nil {
		t.Fatal(err)
	}
	c.sets(t, "simultaneous", simultaneous, want.Simultaneous)
	best, err := rank.TauBest(in.X, in.Sigma, in.Tau, in.Coverage, draws)
	if err != nil {
		t.Fatal(err)
	}
	for i, in := range want.TauBest.InSet {
		if best[i] != in && (i >= len(want.TauBest.Stable) || want.TauBest.Stable[i]) {
			t.Errorf("tau best[%d]: got %v, want %v", i, best[i], in)
		}
	}
	c.klein(t, in.X, in.SE, want.Klein)
}

func rankProbability(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		Mu  []float64 `json:"mu"`
		SE  []float64 `json:"se"`
		Top int       `json:"top"`
	}
	var want struct {
		Rank     [][]float64 `json:"prob_rank"`
		Top      []float64   `json:"prob_top"`
		Expected []float64   `json:"expected_rank"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	const n = 200_000
	got, err := rank.Probabilities(in.Mu, rank.Diagonal(in.SE), in.Top, rank.Draws{Count: n, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	sd := c.Tolerance.MonteCarloSD
	probability := func(name string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1.0/n+sd*math.Sqrt(want*(1-want)/n) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	for i := range want.Rank {
		second := 0.0
		for r := range want.Rank[i] {
			probability("rank", got.Rank[i][r], want.Rank[i][r])
			second += float64((r+1)*(r+1)) * want.Rank[i][r]
		}
		probability("top", got.Top[i], want.Top[i])
		if spread := math.Sqrt((second - want.Expected[i]*want.Expected[i]) / n); math.Abs(got.Expected[i]-want.Expected[i]) > sd*spread {
			t.Errorf("expected rank: got %v, want %v", got.Expected[i], want.Expected[i])
		}
	}
}

func surveyExpert(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		Unit           []string  `json:"unit"`
		Survey         []float64 `json:"survey"`
		SurveySE       []float64 `json:"survey_se"`
		Expert         []float64 `json:"expert"`
		ExpertSE       []float64 `json:"expert_se"`
		Weights        []float64 `json:"weights"`
		Top            int       `json:"top"`
		IntervalWeight float64   `json:"interval_weight"`
		Coverage       float64   `json:"coverage"`
	}
	var want struct {
		Score [][]float64 `json:"score"`
		SE    [][]float64 `json:"se"`
		Rank  [][]int     `json:"rank"`
		Top   [][]string  `json:"top_set_by_weight"`
		Cross struct {
			A     []string  `json:"a"`
			B     []string  `json:"b"`
			W     []float64 `json:"w"`
			Above []string  `json:"ahead_above"`
		} `json:"crossovers"`
		Intervals struct {
			Marginal     wantSets        `json:"marginal"`
			Simultaneous wantSets        `json:"simultaneous"`
			Klein        json.RawMessage `json:"klein"`
			MayBeInTop   []string        `json:"may_be_in_top"`
		} `json:"intervals"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	survey, expert := rank.Part{Score: in.Survey, SE: in.SurveySE}, rank.Part{Score: in.Expert, SE: in.ExpertSE}
	for k, w := range in.Weights {
		got, err := rank.Composite(survey, expert, w)
		if err != nil {
			t.Fatal(err)
		}
		places, top := rank.Point(got.Score), []string{}
		for i := range in.Unit {
			c.near(t, "score", got.Score[i], want.Score[i][k])
			c.near(t, "se", got.SE[i], want.SE[i][k])
			if places[i] != want.Rank[i][k] {
				t.Errorf("rank of %s at %v: got %d, want %d", in.Unit[i], w, places[i], want.Rank[i][k])
			}
			if places[i] <= in.Top {
				top = append(top, in.Unit[i])
			}
		}
		if slices.Sort(want.Top[k]); !slices.Equal(top, want.Top[k]) {
			t.Errorf("top at %v: got %v, want %v", w, top, want.Top[k])
		}
	}
	swaps, err := rank.Swaps(survey, expert)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(swaps), len(want.Cross.W); got != want {
		t.Fatalf("got %d swaps, want %d", got, want)
	}
	for k, s := range swaps {
		c.near(t, "swap weight", s.Weight, want.Cross.W[k])
		if got := in.Unit[s.Ahead]; got != want.Cross.Above[k] {
			t.Errorf("swap %d: got %s ahead, want %s", k, got, want.Cross.Above[k])
		}
	}
	at, err := rank.Composite(survey, expert, in.IntervalWeight)
	if err != nil {
		t.Fatal(err)
	}
	sigma := rank.Diagonal(at.SE)
	marginal, err := rank.Marginal(at.Score, sigma, in.Coverage, draws)
	if err != nil {
		t.Fatal(err)
	}
	c.sets(t, "marginal", marginal, want.Intervals.Marginal)
	simultaneous, err := rank.Simultaneous(at.Score, sigma, in.Coverage, draws)
	if err != nil {
		t.Fatal(err)
	}
	c.sets(t, "simultaneous", simultaneous, want.Intervals.Simultaneous)
	var list []wantKlein
	if json.Unmarshal(want.Intervals.Klein, &list) != nil {
		var one wantKlein
		decode(t, want.Intervals.Klein, &one)
		list = []wantKlein{one}
	}
	for k := range list {
		if list[k].Coverage == 0 {
			list[k].Coverage = in.Coverage
		}
	}
	c.klein(t, at.Score, at.SE, list)
}
