package design

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/weight"
)

// ReplicateSpec describes a design by replicate weights. Columns are full
// weights if Combined, else factors on Weights. The variance is
// Scale·Σ RScales[r]·(theta_r - c)², c being the full-sample estimate if MSE,
// else the mean of the theta_r.
type ReplicateSpec struct {
	Weights  []float64
	Columns  [][]float64
	Combined bool
	Scale    float64
	RScales  []float64
	MSE      bool
}

// replicates holds full weights, one column a replicate; start has them before
// any adjustment, for the degrees of freedom.
type replicates struct {
	start, columns [][]float64
	scale          float64
	rscales        []float64
	mse            bool
	// Only of replicates made by Resample: what start was made of.
	unit    []int32
	factors [][]float64
	base    []float64
}

// NewReplicate checks a ReplicateSpec and makes its Design. It fails without rows,
// on fewer than two replicates or another number of rscales, on a scale that is not
// positive, on a missing value and on weights as New does.
func NewReplicate(s ReplicateSpec) (*Design, error) {
	if len(s.Weights) == 0 {
		return nil, weight.Errorf("design.empty", "data", "there are no rows; check the filter and the data file")
	}
	if err := weight.Check(s.Weights); err != nil {
		return nil, err
	}
	if len(s.Columns) < 2 || len(s.RScales) != len(s.Columns) {
		return nil, weight.Errorf("design.replicates", "rscales", "%d replicate columns and %d rscales; give at least two of each, in equal number",
			len(s.Columns), len(s.RScales))
	}
	if !(s.Scale > 0) || math.IsInf(s.Scale, 0) {
		return nil, weight.Errorf("design.replicates", "scale", "the scale is %v; it must be positive", s.Scale)
	}
	r := &replicates{scale: s.Scale, rscales: s.RScales, mse: s.MSE}
	for k, column := range s.Columns {
		full, err := fullWeights(k, column, s)
		if err != nil {
			return nil, err
		}
		r.columns = append(r.columns, full)
	}
	r.start = r.columns
	return &Design{n: len(s.Weights), weights: append([]float64(nil), s.Weights...), rep: r}, nil
}

func fullWeights(k int, column []float64, s ReplicateSpec) ([]float64, error) {
	at := fmt.Sprintf("replicates[%d]", k)
	if len(column) != len(s.Weights) {
		return nil, weight.Errorf("design.replicates", at, "%d values for %d rows", len(column), len(s.Weights))
	}
	if v := s.RScales[k]; math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return nil, weight.Errorf("design.replicates", fmt.Sprintf("rscales[%d]", k), "the value is %v; it must not be negative", v)
	}
	full := append([]float64(nil), column...)
	for i, v := range full {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, weight.Errorf("design.replicates", at, "row %d has no value", i+1)
		}
		if !s.Combined {
			full[i] = v * s.Weights[i]
		}
	}
	return full, nil
}

// with runs an adjustment on every replicate.
func (r *replicates) with(change func(w []float64) ([]float64, error)) (*replicates, error) {
	out := *r
	out.columns = make([][]float64, len(r.columns))
	for k, w := range r.columns {
		next, err := change(w)
		if err != nil {
			return nil, fmt.Errorf("replicate %d: %w", k+1, err)
		}
		out.columns[k] = next
	}
	return &out, nil
}

// ReplicateCovariance evaluates theta with every set of replicate weights and
// returns the covariance of its results about full, the full-sample estimate.
// Replicates for which a result is not a number are left out, as R does; if
// fewer than two are left the matrix is NaN.
func (d *Design) ReplicateCovariance(full []float64, theta func(w []float64) []float64) *mat.SymDense {
	p := len(full)
	v := mat.NewSymDense(p, nil)
	var values [][]float64
	var rscales []float64
	for k, w := range d.rep.columns {
		if t := theta(w); !anyNaN(t) {
			values = append(values, t)
			rscales = append(rscales, d.rep.rscales[k])
		}
	}
	if len(values) < 2 {
		for i := range p {
			for j := i; j < p; j++ {
				v.SetSym(i, j, math.NaN())
			}
		}
		return v
	}
	centre := full
	if !d.rep.mse {
		centre = meanOf(values, rscales)
	}
	dev := make([]float64, p)
	for k, t := range values {
		for j := range dev {
			dev[j] = t[j] - centre[j]
		}
		addOuter(v, dev, d.rep.scale*rscales[k])
	}
	return v
}

func meanOf(values [][]float64, rscales []float64) []float64 {
	out, n := make([]float64, len(values[0])), 0.0
	for k, t := range values {
		if rscales[k] > 0 {
			n++
			for j, v := range t {
				out[j] += v
			}
		}
	}
	for j := range out {
		out[j] /= n
	}
	return out
}

func anyNaN(values []float64) bool {
	for _, v := range values {
		if math.IsNaN(v) {
			return true
		}
	}
	return false
}

// rank is the numerical rank of the replicate weights before any adjustment
// over the rows of the domain: a column counts when what the earlier ones
// leave of it is at least 1e-5 of its length (the rule of R's qr).
func (r *replicates) rank(domain []bool) int {
	columns := r.start
	if r.factors != nil {
		columns, domain = r.unitColumns(domain), nil
	}
	var basis [][]float64
	for _, column := range columns {
		var rest []float64
		for i, v := range column {
			if domain == nil || domain[i] {
				rest = append(rest, v)
			}
		}
		size := norm(rest)
		if size == 0 {
			continue
		}
		project(rest, basis)
		if left := norm(rest); left >= 1e-5*size {
			for i := range rest {
				rest[i] /= left
			}
			basis = append(basis, rest)
		}
	}
	return len(basis)
}

// project takes off rest what lies along the basis, twice against rounding.
func project(rest []float64, basis [][]float64) {
	for range 2 {
		for _, b := range basis {
			dot := 0.0
			for i, v := range rest {
				dot += v * b[i]
			}
			for i := range rest {
				rest[i] -= dot * b[i]
			}
		}
	}
}

func norm(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v * v
	}
	return math.Sqrt(s)
}
