// Package scale measures how well the items of a scale hang together: Cronbach's
// alpha, McDonald's omega and item statistics, weighted, with intervals that know
// the design.
//
// It does not score a scale nor reverse items; a reverse-keyed item is reversed
// by the caller (constant minus item). Items count as numbers, never as ordered
// categories (no polychoric correlations).
//
// Sources: Cronbach (1951), Psychometrika 16, 297-334; McDonald (1999), Test
// Theory, chapter 6; each function names those of its interval.
package scale

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// Error is the error of this package: code, place, remedy.
type Error = weight.Error

// Interval names a way to put limits about a reliability.
type Interval string

// Log takes est ± t·se on ln(1-reliability) (Bonett 2002, Journal of Educational
// and Behavioral Statistics 27, 335-340), Plain on the reliability itself, both
// with the design's standard error by the delta method (van Zyl, Neudecker and
// Nel 2000, Psychometrika 65, 271-280, for simple samples) or by replicates.
// Feldt has the F limits of Feldt (1965, Psychometrika 30, 357-370), exact for
// alpha of parallel normal items of a simple random sample and blind to design
// and weights.
const (
	Log   Interval = "log"
	Plain Interval = "plain"
	Feldt Interval = "feldt"
)

// Reliability is an estimate of a reliability with its limits. N is the number
// of rows behind it, Missing the rows of the domain without all items, Failed the
// replicates on which it was not defined, which are left out of the variance.
type Reliability struct {
	Est, SE, DF, Low, High float64
	N, Missing, Failed     int
}

// maxItems bounds a scale.
const maxItems = 100

// moments are the items of a scale over the rows in use.
type moments struct {
	d    *design.Design
	rows *estimate.Rows
	k    int
	o    estimate.Options
}

func newMoments(d *design.Design, items []estimate.Variable, o estimate.Options, least int) (*moments, error) {
	if len(items) < least || len(items) > maxItems {
		return nil, weight.Errorf("scale.items", "items", "%d items; the scale needs %d to %d", len(items), least, maxItems)
	}
	seen := map[string]bool{}
	for _, v := range items {
		if v.Levels != nil {
			return nil, weight.Errorf("scale.not_number", v.Name, "the item is no number column; declare it as number")
		}
		if seen[v.Name] {
			return nil, weight.Errorf("scale.item_twice", v.Name, "the item is named twice; name it once")
		}
		seen[v.Name] = true
	}
	rows, err := estimate.NewRows(d, items, o)
	if err != nil {
		return nil, err
	}
	return &moments{d: d, rows: rows, k: len(items), o: o}, nil
}

// defined is false where rows without all items were not dropped, or none is
// left: every statistic is then NaN.
func (m *moments) defined() bool {
	return m.rows.N > 1 && (m.rows.Missing == 0 || m.o.DropMissing)
}

// covariance returns means and Σw(x-mean)(x-mean)'/Σw.
func (m *moments) covariance(w []float64) (mean []float64, s *mat.SymDense) {
	mean, s = make([]float64, m.k), mat.NewSymDense(m.k, nil)
	mass := 0.0
	m.each(w, func(i int) {
		mass += w[i]
		for c := range mean {
			mean[c] += w[i] * m.rows.At(c, i)
		}
	})
	for c := range mean {
		mean[c] /= mass
	}
	dev, raw := make([]float64, m.k), s.RawSymmetric()
	m.each(w, func(i int) {
		for c := range dev {
			dev[c] = m.rows.At(c, i) - mean[c]
		}
		for a, x := range dev {
			for b := a; b < m.k; b++ {
				raw.Data[a*raw.Stride+b] += w[i] / mass * x * dev[b]
			}
		}
	})
	return mean, s
}

func (m *moments) each(w []float64, do func(i int)) {
	for i, use := range m.rows.Use {
		if use && w[i] != 0 {
			do(i)
		}
	}
}

// linearized returns w/Σw·Σ G∘(dev·dev' - S), the influence of a function of
// the covariance matrix S with the symmetric gradient G.
func (m *moments) linearized(mean []float64, s, gradient *mat.SymDense) []float64 {
	w := m.d.Weights()
	z, mass, centre := make([]float64, len(w)), 0.0, 0.0
	for a := range m.k {
		for b := range m.k {
			centre += gradient.At(a, b) * s.At(a, b)
		}
	}
	m.each(w, func(i int) { mass += w[i] })
	dev := make([]float64, m.k)
	m.each(w, func(i int) {
		for c := range dev {
			dev[c] = m.rows.At(c, i) - mean[c]
		}
		sum := -centre
		for a, x := range dev {
			for b, y := range dev {
				sum += gradient.At(a, b) * x * y
			}
		}
		z[i] = w[i] / mass * sum
	})
	return z
}

// statistic is a function of the covariance matrix with its gradient.
type statistic struct {
	value    func(s *mat.SymDense) float64
	gradient func(s *mat.SymDense) *mat.SymDense
}

// reliability estimates a statistic of the covariance matrix and its limits.
func (m *moments) reliability(st statistic, method Interval) (*Reliability, error) {
	out := &Reliability{N: m.rows.N, Missing: m.rows.Missing, DF: m.d.DF(m.o.Domain)}
	if m.o.DropMissing {
		out.DF = m.d.DF(m.rows.Use)
	}
	if m.o.DF != nil {
		out.DF = *m.o.DF
	}
	out.Est, out.SE, out.Low, out.High = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	if !m.defined() {
		return out, nil
	}
	mean, s := m.covariance(m.d.Weights())
	out.Est = st.value(s)
	if math.IsNaN(out.Est) {
		return out, nil
	}
	theta := func(w []float64) []float64 {
		_, s := m.covariance(w)
		v := st.value(s)
		if math.IsNaN(v) {
			out.Failed++
		}
		return []float64{v}
	}
	cov, err := estimate.Covariance(m.d, []float64{out.Est}, theta, func() [][]float64 {
		return [][]float64{m.linearized(mean, s, st.gradient(s))}
	})
	if err != nil {
		return nil, err
	}
	out.limits(cov, method, m.k, m.o)
	return out, nil
}

func (r *Reliability) limits(cov *mat.SymDense, method Interval, k int, o estimate.Options) {
	e := &estimate.Estimates{Est: []float64{r.Est}, Cov: cov, DF: r.DF}
	e.SetLimits(o)
	r.SE, r.Low, r.High = e.SE[0], e.Low[0], e.High[0]
	switch method {
	case Plain:
	case Feldt:
		r.Low, r.High = feldt(r.Est, float64(r.N-1), float64((r.N-1)*(k-1)), o.Level)
	default:
		left := 1 - r.Est
		if !(left > 0) {
			return
		}
		half := (r.High - r.Est) / left
		r.Low, r.High = 1-left*math.Exp(half), 1-left*math.Exp(-half)
	}
}

// feldt returns 1-(1-alpha)·F at both tails.
func feldt(alpha, d1, d2, level float64) (low, high float64) {
	if level == 0 {
		level = 0.95
	}
	tail := (1 - level) / 2
	// The upper quantile of F(d1, d2) is the inverse of the lower one of F(d2, d1).
	return 1 - (1-alpha)/fQuantile(tail, d2, d1), 1 - (1-alpha)*fQuantile(tail, d1, d2)
}

func fQuantile(p, d1, d2 float64) float64 {
	x := mathext.InvRegIncBeta(d1/2, d2/2, p)
	return d2 * x / (d1 * (1 - x))
}

func checkInterval(method Interval, feldt bool) error {
	switch {
	case method == Log || method == Plain || (method == Feldt && feldt):
		return nil
	case feldt:
		return weight.Errorf("scale.interval", "ci_method", "the interval %q is not known; use log, plain or feldt", string(method))
	}
	return weight.Errorf("scale.interval", "ci_method", "the interval %q is not known here; use log or plain", string(method))
}
