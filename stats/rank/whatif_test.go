package rank_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"minyi/stats/rank"
)

// numbers reads a table with null for what is missing.
func numbers(rows [][]*float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		for _, v := range row {
			if v == nil {
				out[i] = append(out[i], math.NaN())
			} else {
				out[i] = append(out[i], *v)
			}
		}
	}
	return out
}

func (c *rankCase) all(t *testing.T, name string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
	}
	for i := range got {
		c.near(t, name, got[i], want[i])
	}
}

type structure struct {
	Node   []string
	Parent []*string
	Weight []float64
}

func (s structure) nodes() []rank.Node {
	out := make([]rank.Node, len(s.Node))
	for k := range out {
		out[k] = rank.Node{Parent: -1, Weight: s.Weight[k]}
		if s.Parent[k] != nil {
			out[k].Parent = slices.Index(s.Node, *s.Parent[k])
		}
	}
	return out
}

func (s structure) top() int {
	return slices.IndexFunc(s.Parent, func(p *string) bool { return p == nil })
}

type wantMethod struct {
	Node  []string
	Score [][]float64
	Index []float64
	Rank  []int
}

func composite(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		X         [][]*float64
		Unit      []string
		Direction []int
		Structure structure
		Methods   map[string]struct {
			Normalise, Mean string
			Range           []float64
		}
	}
	var want struct {
		Methods map[string]wantMethod
		Shift   []struct {
			From, To string
			Value    float64
		} `json:"mean_abs_rank_shift"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	places := map[string][]int{}
	for name, one := range in.Methods {
		m := rank.Recipe{Scaling: rank.ZScore, Mean: map[string]rank.Mean{
			"arithmetic": rank.Arithmetic, "geometric": rank.Geometric, "harmonic": rank.Harmonic,
		}[one.Mean]}
		if one.Normalise == "minmax" {
			m.Scaling, m.Low, m.High = rank.MinMax, one.Range[0], one.Range[1]
		}
		got, err := rank.Index(numbers(in.X), in.Direction, in.Structure.nodes(), m)
		if err != nil {
			t.Fatal(err)
		}
		index := make([]float64, len(got))
		for i := range got {
			index[i] = got[i][in.Structure.top()]
			for k, node := range want.Methods[name].Node {
				c.near(t, name+" "+node, got[i][slices.Index(in.Structure.Node, node)], want.Methods[name].Score[i][k])
			}
		}
		c.all(t, name+" index", index, want.Methods[name].Index)
		if places[name] = rank.Point(index); !slices.Equal(places[name], want.Methods[name].Rank) {
			t.Errorf("%s: places %v, want %v", name, places[name], want.Methods[name].Rank)
		}
	}
	for _, s := range want.Shift {
		c.near(t, "shift "+s.From+" "+s.To, rank.Shift(places[s.From], places[s.To]), s.Value)
	}
}

// functions are those of the cases of kind sobol, as the folder's README has them.
func functions(p map[string][]float64) map[string]func([]float64) float64 {
	return map[string]func([]float64) float64{
		"ishigami": func(x []float64) float64 {
			s := math.Sin(x[1])
			return math.Sin(x[0]) + p["a"][0]*s*s + p["b"][0]*math.Pow(x[2], 4)*math.Sin(x[0])
		},
		"linear": func(x []float64) float64 {
			sum := 0.0
			for i, v := range x {
				sum += p["c"][i] * v
			}
			return sum
		},
		"g": func(x []float64) float64 {
			product := 1.0
			for i, v := range x {
				product *= (math.Abs(4*v-2) + p["a"][i]) / (1 + p["a"][i])
			}
			return product
		},
	}
}

func sobol(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		Function     string
		Params       map[string][]float64
		Lower, Upper []float64
	}
	var want struct {
		Variance float64
		S, ST    []float64
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	e := c.Tolerance.Estimate
	got, err := rank.Sobol(functions(in.Params)[in.Function], in.Lower, in.Upper, e.N, 20260101)
	if err != nil {
		t.Fatal(err)
	}
	for k := range want.S {
		if math.Abs(got.First[k]-want.S[k]) > e.Quasi || math.Abs(got.Total[k]-want.ST[k]) > e.Quasi {
			t.Errorf("input %d: %.4f, %.4f; want %.4f, %.4f", k+1, got.First[k], got.Total[k], want.S[k], want.ST[k])
		}
	}
	if math.Abs(got.Variance/want.Variance-1) > e.Quasi {
		t.Errorf("variance %v, want %v", got.Variance, want.Variance)
	}
}

func weightsTopsis(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		X         [][]float64
		Direction []int
	}
	var want struct {
		MinMax        [][]float64
		Entropy       []float64
		EntropyWeight []float64 `json:"entropy_weight"`
		Critic        []float64 `json:"critic_weight"`
		Topsis        []float64 `json:"topsis_with_entropy_weight"`
		TopsisRank    []int     `json:"topsis_rank"`
		Sum           []float64 `json:"weighted_sum_entropy"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	shares, err := rank.Shares(in.X, in.Direction)
	if err != nil {
		t.Fatal(err)
	}
	for i := range shares {
		c.all(t, "minmax", shares[i], want.MinMax[i])
	}
	weight, entropy := rank.EntropyWeights(shares)
	c.all(t, "entropy", entropy, want.Entropy)
	c.all(t, "entropy weight", weight, want.EntropyWeight)
	c.all(t, "CRITIC weight", rank.CriticWeights(shares), want.Critic)
	closeness, err := rank.Topsis(in.X, in.Direction, weight)
	if err != nil {
		t.Fatal(err)
	}
	c.all(t, "TOPSIS", closeness, want.Topsis)
	if got := rank.Point(closeness); !slices.Equal(got, want.TopsisRank) {
		t.Errorf("TOPSIS places %v, want %v", got, want.TopsisRank)
	}
	for i, row := range shares {
		sum := 0.0
		for j, v := range row {
			sum += weight[j] * v
		}
		c.near(t, "weighted sum", sum, want.Sum[i])
	}
}

func aggregation(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct{ M [][]float64 }
	var want struct {
		Borda, Copeland []float64
		Outranking      [][]float64
		Best            [][]int `json:"kemeny_best"`
		Score           float64 `json:"kemeny_score"`
	}
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	v, err := rank.Count(in.M)
	if err != nil {
		t.Fatal(err)
	}
	for i := range v.Over {
		c.all(t, "outranking", v.Over[i], want.Outranking[i])
	}
	c.all(t, "Borda", v.Borda(), want.Borda)
	c.all(t, "Copeland", v.Copeland(), want.Copeland)
	orders, agree, err := v.Kemeny()
	if err != nil {
		t.Fatal(err)
	}
	c.near(t, "Kemeny", agree, want.Score)
	if len(orders) != len(want.Best) {
		t.Fatalf("%d best orders, want %d", len(orders), len(want.Best))
	}
	for _, order := range orders {
		for i := range order {
			order[i]++
		}
		if !slices.ContainsFunc(want.Best, func(w []int) bool { return slices.Equal(w, order) }) {
			t.Errorf("%v is not among %v", order, want.Best)
		}
	}
}

func unobserved(t *testing.T, c *rankCase) {
	t.Helper()
	var in struct {
		Alpha, Beta, Sigma []float64
		Y                  [][]*float64
	}
	var want struct{ Estimate, SD []float64 }
	decode(t, c.Inputs, &in)
	decode(t, c.Expected, &want)
	sources := make([]rank.Source, len(in.Alpha))
	for k := range sources {
		sources[k] = rank.Source{Alpha: in.Alpha[k], Beta: in.Beta[k], Sigma: in.Sigma[k]}
	}
	estimate, sd, err := rank.Unobserved(numbers(in.Y), sources)
	if err != nil {
		t.Fatal(err)
	}
	c.all(t, "estimate", estimate, want.Estimate)
	c.all(t, "sd", sd, want.SD)
}

func TestWhatIfRefusesWhatItCannotCompute(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	two := []rank.Node{{Parent: 2, Weight: 1}, {Parent: 2, Weight: 1}, {Parent: -1, Weight: 1}}
	minmax := rank.Recipe{Scaling: rank.MinMax, High: 1, Mean: rank.Arithmetic}
	x := [][]float64{{1, 2}, {3, 4}}
	index := func(x [][]float64, d []int, n []rank.Node, m rank.Recipe) error {
		_, err := rank.Index(x, d, n, m)
		return err
	}
	one := func(_ any, err error) error { return err }
	same := func([]float64) float64 { return 0 }
	_, _, kemeny := rank.Votes{Over: make([][]float64, 10)}.Kemeny()
	_, _, sigma := rank.Unobserved(x, []rank.Source{{0, 1, 0}, {0, 1, 1}})
	_, _, width := rank.Unobserved(x, []rank.Source{{0, 1, 1}})
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no aggregate":        {index(x, []int{1, 1}, two[:2], minmax), "rank.length"},
		"ragged":              {index([][]float64{{1}}, []int{1, 1}, two, minmax), "rank.length"},
		"direction":           {index(x, []int{1, 0}, two, minmax), "rank.direction"},
		"parent before child": {index(x, []int{1, 1}, []rank.Node{{1, 1}, {2, 1}, {-1, 1}}, minmax), "rank.structure"},
		"no weight":           {index(x, []int{1, 1}, []rank.Node{{2, 0}, {2, 1}, {-1, 1}}, minmax), "rank.weight"},
		"geometric from zero": {index(x, []int{1, 1}, two, rank.Recipe{Scaling: rank.MinMax, High: 1, Mean: rank.Geometric}), "rank.method"},
		"bounds unequal":      {one(rank.Sobol(same, []float64{0}, nil, 10, 1)), "rank.length"},
		"bounds turned":       {one(rank.Sobol(same, []float64{1}, []float64{0}, 10, 1)), "rank.bounds"},
		"no points":           {one(rank.Sobol(same, []float64{0}, []float64{1}, 1, 1)), "rank.draws"},
		"one alternative":     {one(rank.Shares(x[:1], []int{1, 1})), "rank.length"},
		"a value missing":     {one(rank.Shares([][]float64{{1, nan}, {1, 2}}, []int{1, 1})), "rank.score"},
		"ragged table":        {one(rank.Shares([][]float64{{1}, {1, 2}}, []int{1, 1})), "rank.length"},
		"table's direction":   {one(rank.Shares(x, []int{1, 2})), "rank.direction"},
		"TOPSIS weights":      {one(rank.Topsis(x, []int{1, 1}, []float64{1})), "rank.length"},
		"TOPSIS table":        {one(rank.Topsis(x[:1], []int{1, 1}, []float64{1, 1})), "rank.length"},
		"no votes":            {one(rank.Count(nil)), "rank.length"},
		"ragged votes":        {one(rank.Count([][]float64{{1, 2}, {1}})), "rank.length"},
		"a vote missing":      {one(rank.Count([][]float64{{1, nan}})), "rank.score"},
		"too many orders":     {kemeny, "rank.many"},
		"source without sd":   {sigma, "rank.source"},
		"source too few":      {width, "rank.length"},
	} {
		var e *rank.Error
		if !errors.As(c.err, &e) || e.Code != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
	}
}

func TestConstantAndMissingIndicatorsHaveAPlaceInTheIndex(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	nodes := []rank.Node{{Parent: 2, Weight: 1}, {Parent: 2, Weight: 3}, {Parent: -1, Weight: 1}}
	x := [][]float64{{7, nan}, {7, 2}, {nan, nan}}
	got, err := rank.Index(x, []int{1, 1}, nodes, rank.Recipe{Scaling: rank.MinMax, High: 100, Mean: rank.Arithmetic})
	if err != nil {
		t.Fatal(err)
	}
	if got[0][2] != 50 || got[1][2] != 50 || !math.IsNaN(got[2][2]) {
		t.Errorf("index %v, %v and %v; want 50, 50 and none", got[0][2], got[1][2], got[2][2])
	}
	z, err := rank.Index(x[:2], []int{1, 1}, nodes, rank.Recipe{Scaling: rank.ZScore, Mean: rank.Arithmetic})
	if err != nil || z[0][2] != 0 {
		t.Errorf("z index %v, %v; want 0", z[0][2], err)
	}
	s, err := rank.Sobol(func([]float64) float64 { return 3 }, []float64{0}, []float64{1}, 100, 1)
	if err != nil || s.Variance != 0 || s.First[0] != 0 || s.Total[0] != 0 {
		t.Errorf("of a constant: %+v, %v", s, err)
	}
}
