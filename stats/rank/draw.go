package rank

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Draws is a seeded simulation: the same seed gives the same bits. Count 0
// means 10,000 draws.
type Draws struct {
	Count int
	Seed  uint64
}

const (
	defaultDraws = 10_000
	maxDraws     = 10_000_000
	stream       = 0x6d696e7969 // the second word of the generator's seed
)

func normalQuantile(p float64) float64 { return distuv.UnitNormal.Quantile(p) }

// checkSigma demands a symmetric matrix of finite numbers without negative
// variances.
func checkSigma(x []float64, sigma [][]float64, coverage float64) error {
	se := make([]float64, len(sigma))
	for i, row := range sigma {
		if len(row) != len(sigma) {
			return errorf("rank.length", fmt.Sprintf("Sigma row %d", i+1), "%d entries in a matrix of %d rows", len(row), len(sigma))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v-sigma[j][i]) > 1e-9*(1+math.Abs(v)) {
				return errorf("rank.sigma", fmt.Sprintf("Sigma[%d][%d]", i+1, j+1), "the covariance matrix must be finite and symmetric")
			}
		}
		if row[i] < 0 {
			return errorf("rank.sigma", fmt.Sprintf("unit %d", i+1), "the variance is %v", row[i])
		}
		se[i] = math.Sqrt(row[i])
	}
	return check(x, se, coverage)
}

// errors draws normal errors with the covariance sigma, one row a draw.
func (d Draws) errors(sigma [][]float64) ([][]float64, error) {
	count := d.Count
	if count == 0 {
		count = defaultDraws
	}
	if count < 100 || count > maxDraws {
		return nil, errorf("rank.draws", "draws", "%d draws; use 100 to %d", d.Count, maxDraws)
	}
	root, err := squareRoot(sigma)
	if err != nil {
		return nil, err
	}
	k := len(sigma)
	source := rand.New(rand.NewPCG(d.Seed, stream)) //nolint:gosec // a simulation must be reproducible from its seed
	out, normal := make([][]float64, count), make([]float64, k)
	backing := make([]float64, count*k)
	for r := range out {
		for j := range normal {
			normal[j] = source.NormFloat64()
		}
		row := backing[r*k : (r+1)*k]
		for i := range row {
			for j, v := range root[i] {
				row[i] += v * normal[j]
			}
		}
		out[r] = row
	}
	return out, nil
}

// squareRoot returns a matrix A with AA' = sigma. A negative eigenvalue beyond
// rounding is an error: no scores have such a covariance. Entries come from marks in
// hundredths, so that small variances are rounded by a hundredth part or so.
func squareRoot(sigma [][]float64) ([][]float64, error) {
	k := len(sigma)
	m := mat.NewSymDense(k, nil)
	diagonal := true
	for i := range k {
		for j := i; j < k; j++ {
			m.SetSym(i, j, sigma[i][j])
			diagonal = diagonal && (i == j || sigma[i][j] == 0)
		}
	}
	out := make([][]float64, k)
	for i := range out {
		out[i] = make([]float64, k)
		out[i][i] = math.Sqrt(sigma[i][i])
	}
	if diagonal {
		return out, nil
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(m, true) {
		return nil, errorf("rank.sigma", "Sigma", "the covariance matrix has no eigenvalues")
	}
	values := eigen.Values(nil)
	const rounding = 0.01
	if values[0] < -rounding*math.Max(values[k-1], 1e-300) {
		return nil, errorf("rank.sigma", "Sigma", "the covariance matrix has the negative eigenvalue %.3g; check its entries", values[0])
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	for i := range k {
		for j := range k {
			out[i][j] = vectors.At(i, j) * math.Sqrt(math.Max(0, values[j]))
		}
	}
	return out, nil
}

// Chances are the probabilities of ranks: Rank[i][r] that unit i has rank r+1,
// Top[i] that its rank is at most the size asked for, Expected[i] its mean rank.
type Chances struct {
	Rank     [][]float64
	Top      []float64
	Expected []float64
}

// Probabilities simulates scores x plus normal errors with covariance sigma and
// counts the ranks. With N draws a probability p has a standard error of
// sqrt(p(1-p)/N).
func Probabilities(x []float64, sigma [][]float64, top int, d Draws) (*Chances, error) {
	if err := checkSigma(x, sigma, 0.95); err != nil {
		return nil, err
	}
	noise, err := d.errors(sigma)
	if err != nil {
		return nil, err
	}
	k := len(x)
	out := &Chances{Rank: make([][]float64, k), Top: make([]float64, k), Expected: make([]float64, k)}
	for i := range out.Rank {
		out.Rank[i] = make([]float64, k)
	}
	scores := make([]float64, k)
	for _, e := range noise {
		for i := range scores {
			scores[i] = x[i] + e[i]
		}
		for i, r := range Point(scores) {
			out.Rank[i][r-1]++
		}
	}
	for i, row := range out.Rank {
		for r := range row {
			row[r] /= float64(len(noise))
			out.Expected[i] += float64(r+1) * row[r]
			if r < top {
				out.Top[i] += row[r]
			}
		}
	}
	return out, nil
}
