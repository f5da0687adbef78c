package rank

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/spatial/r1"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distmv"
	"gonum.org/v1/gonum/stat/samplemv"
)

// Sensitivity says how much of the variance of an outcome each choice explains:
// First alone, Total with all its interactions. Both lie near 0 to 1; sampling
// may carry them a little outside.
type Sensitivity struct {
	Variance     float64
	First, Total []float64
}

// Sobol estimates the first-order and total indices of a function of d independent
// inputs, uniform between lower and upper, from n·(d+2) calls. First follows
// Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola 2010 (Computer Physics
// Communications 181, 259-270, table 2 b), Total Jansen 1999 (table 2 f there). The
// points are those of a Halton sequence, scrambled by the seed (Owen 2017). An
// outcome that does not vary has indices of 0.
func Sobol(f func([]float64) float64, lower, upper []float64, n int, seed uint64) (Sensitivity, error) {
	if err := checkBounds(lower, upper, n); err != nil {
		return Sensitivity{}, err
	}
	d := len(lower)
	a, b := points(lower, upper, n, seed)
	ya, yb, mixed := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		ya[i], yb[i] = f(a[i]), f(b[i])
	}
	s := Sensitivity{First: make([]float64, d), Total: make([]float64, d)}
	both := append(append([]float64{}, ya...), yb...)
	if s.Variance = stat.PopVariance(both, nil); s.Variance == 0 {
		return s, nil
	}
	row := make([]float64, d)
	for k := range d {
		for i := range n {
			copy(row, a[i])
			row[k] = b[i][k]
			mixed[i] = f(row)
		}
		var first, total float64
		for i := range n {
			first += yb[i] * (mixed[i] - ya[i])
			total += (ya[i] - mixed[i]) * (ya[i] - mixed[i])
		}
		s.First[k] = first / float64(n) / s.Variance
		s.Total[k] = total / float64(2*n) / s.Variance
	}
	return s, nil
}

func checkBounds(lower, upper []float64, n int) error {
	if len(lower) != len(upper) || len(lower) == 0 {
		return errorf("rank.length", "", "%d lower and %d upper bounds", len(lower), len(upper))
	}
	if n < 2 || n > maxDraws {
		return errorf("rank.draws", "n", "%d points; use 2 to %d", n, maxDraws)
	}
	for k := range lower {
		if !(lower[k] < upper[k]) || floats.HasNaN([]float64{lower[k], upper[k]}) {
			return errorf("rank.bounds", place("input", k), "the bounds are %v and %v", lower[k], upper[k])
		}
	}
	return nil
}

// points returns two independent sets of n points, from one sequence of twice the
// dimensions.
func points(lower, upper []float64, n int, seed uint64) (a, b [][]float64) {
	d := len(lower)
	bounds := make([]r1.Interval, 2*d)
	for k := range d {
		bounds[k] = r1.Interval{Min: lower[k], Max: upper[k]}
		bounds[d+k] = bounds[k]
	}
	source := rand.NewPCG(seed, stream)
	batch := mat.NewDense(n, 2*d, nil)
	samplemv.Halton{Kind: samplemv.Owen, Q: distmv.NewUniform(bounds, source), Src: source}.Sample(batch)
	a, b = make([][]float64, n), make([][]float64, n)
	for i := range n {
		row := batch.RawRowView(i)
		a[i], b[i] = row[:d:d], row[d:]
	}
	return a, b
}
