package careless

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Mahalanobis returns each person's squared distance (x-m)' S^-1 (x-m) from the
// sample mean m under the sample covariance S (divisor n-1), and the degrees of
// freedom for its chi-squared cut (Meade and Craig 2012; usual cut .999). Where S
// is singular (an item that nobody varies, a sum among the items) its
// pseudo-inverse is taken and the degrees of freedom are its rank. A missing
// answer counts as the item's mean: it adds nothing to the distance. The codes
// are careless.shape and careless.few (fewer than two people, an item that nobody
// answered, or no item that varies).
func Mahalanobis(c Columns) ([]float64, int, error) {
	n, err := c.people()
	if err != nil {
		return nil, 0, err
	}
	if n < 2 {
		return nil, 0, errorf("careless.few", "a covariance needs at least two people; there are %d", n)
	}
	centred := mat.NewDense(n, len(c), nil)
	for j, column := range c {
		m := meanGiven(column)
		if math.IsNaN(m) {
			return nil, 0, errorf("careless.few", "nobody answered item %d; leave it out", j+1)
		}
		for i, v := range column {
			if !math.IsNaN(v) {
				centred.Set(i, j, v-m)
			}
		}
	}
	inverse, rank := pseudoInverse(centred, float64(n-1))
	if rank == 0 {
		return nil, 0, errorf("careless.few", "no item varies; leave out such items")
	}
	out := make([]float64, n)
	var z mat.VecDense
	for i := range out {
		x := centred.RowView(i)
		z.MulVec(inverse, x)
		out[i] = mat.Dot(x, &z)
	}
	return out, rank, nil
}

// pseudoInverse returns the Moore-Penrose inverse of x'x/scale and its rank:
// eigenvalues below 1e-10 of the largest count as 0.
func pseudoInverse(x *mat.Dense, scale float64) (*mat.Dense, int) {
	_, k := x.Dims()
	var cross mat.SymDense
	cross.SymOuterK(1/scale, x.T())
	var eigen mat.EigenSym
	inverse := mat.NewDense(k, k, nil)
	if !eigen.Factorize(&cross, true) {
		return inverse, 0
	}
	values := eigen.Values(nil) // ascending
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	rank := 0
	for j, value := range values {
		if value <= 1e-10*values[k-1] {
			continue
		}
		rank++
		v := vectors.ColView(j)
		inverse.RankOne(inverse, 1/value, v, v)
	}
	return inverse, rank
}

// meanGiven is the mean of the answers that are not missing.
func meanGiven(column []float64) float64 {
	var sum float64
	count := 0
	for _, v := range column {
		if !math.IsNaN(v) {
			sum += v
			count++
		}
	}
	return sum / float64(count)
}
