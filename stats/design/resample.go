package design

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"minyi/stats/weight"
)

// Resampling names a way to make replicate weights from strata and PSUs.
type Resampling string

// JK1 drops one PSU at a time of an unstratified sample, JKn of every stratum
// (Rust and Rao 1996, Statistical Methods in Medical Research 5, 283-310). BRR
// takes one of the two PSUs of every stratum by the rows of a Hadamard matrix
// (McCarthy 1969), Fay shifts weight to it (Judkins 1990, Journal of Official
// Statistics 6, 223-239). Bootstrap is the rescaling bootstrap of Rao and Wu
// (1988, JASA 83, 231-241) on the weights (Rao, Wu and Yue 1992, Survey
// Methodology 18, 209-217, section 2.3).
const (
	JK1       Resampling = "JK1"
	JKn       Resampling = "JKn"
	BRR       Resampling = "BRR"
	Fay       Resampling = "Fay"
	Bootstrap Resampling = "bootstrap"
)

// ResampleSpec says how Resample makes replicates. Replicates and Seed are for
// Bootstrap (0 replicates: 500), Rho is Fay's, at least 0 and below 1. With MSE
// the variance is taken about the full-sample estimate, else about the mean of
// the replicates.
type ResampleSpec struct {
	Method     Resampling
	Replicates int
	Seed       uint64
	Rho        float64
	MSE        bool
}

// Limits of Resample: replicates asked for, and doubles of all their weights.
const (
	defaultReplicates = 500
	maxReplicates     = 10_000
	maxReplicateCells = 1 << 27
)

// Resample returns the design with replicate weights in place of strata and
// stages; steps that follow run on every replicate too. Replicates resample the
// units of the first stage:
//
//   - JK1, JKn: factor 0 for the PSU left out, n/(n-1) for the others of its
//     stratum; rscale (1-n/N)(n-1)/n. Strata taken whole have no replicates. A
//     lonely PSU fails, is left out (remove, certainty), is left out with the
//     other strata times H/(H-1) (adjust), or scales the rest up by PSUs over
//     replicates (average): the rules of R's jknweights.
//   - BRR, Fay: every stratum has exactly two PSUs; factors 2-rho and rho,
//     scale 1/(R(1-rho)²), R the power of two above the number of strata. The
//     finite population correction is dropped, which errs on the safe side.
//   - Bootstrap: n-1 PSUs are drawn with replacement from the n of a stratum;
//     a PSU drawn r times has the factor 1-s+s·r·n/(n-1), s=√(1-n/N). The
//     expected variance of a total is then the linearized one. A lonely PSU
//     fails, or keeps its weight under remove and certainty.
//
// It fails where weights are already tied to totals (replicates come first, so
// that every adjustment is repeated on each), for a finite population
// correction beyond the first stage (which no replicate of PSUs can show), for
// unequal probabilities, and for a replicate design.
func (d *Design) Resample(s ResampleSpec) (*Design, error) {
	if err := d.checkResample(s); err != nil {
		return nil, err
	}
	set, err := d.replicateFactors(s)
	if err != nil {
		return nil, err
	}
	if len(set.factors) < 2 {
		return nil, weight.Errorf("design.replicates", "", "the sample gives fewer than two replicates; "+
			"it needs two PSUs in a stratum that was not taken whole")
	}
	return d.replicated(set, s.MSE), nil
}

func (d *Design) checkResample(s ResampleSpec) error {
	switch {
	case d.rep != nil:
		return weight.Errorf("design.replicates", "", "the design has replicate weights already")
	case len(d.adjust) > 0:
		return weight.Errorf("design.replicates_late", "", "the weights are already tied to totals; "+
			"make the replicates before that step, so that it is repeated on each of them")
	case d.pps != NoPPS:
		return weight.Errorf("design.replicates_pps", "pps", "replicates do not show unequal probabilities without replacement; leave pps out")
	case len(d.stages) > 1:
		return weight.Errorf("design.replicates_stages", "fpc", "replicates of PSUs do not show the finite population of later stages; "+
			"give the fpc of the first stage only, or none")
	case s.Method == Bootstrap && (s.Replicates < 0 || s.Replicates == 1 || s.Replicates > maxReplicates):
		return weight.Errorf("design.replicates", "replicates", "%d replicates; ask for 2 to %d", s.Replicates, maxReplicates)
	case s.Method == Fay && !(s.Rho >= 0 && s.Rho < 1):
		return weight.Errorf("design.rho", "rho", "rho is %v; it lies between 0 and 1, such as 0.3", s.Rho)
	}
	return nil
}

// replicateSet holds factors by replicate and PSU.
type replicateSet struct {
	factors [][]float64
	rscales []float64
	scale   float64
}

func (r *replicateSet) add(factors []float64, rscale float64) {
	r.factors, r.rscales = append(r.factors, factors), append(r.rscales, rscale)
}

func (d *Design) replicateFactors(s ResampleSpec) (*replicateSet, error) {
	st := &d.stages[0]
	switch s.Method {
	case JK1:
		if len(st.sampled) > 1 {
			return nil, weight.Errorf("design.replicates", "method", "JK1 is for a sample without strata; use JKn")
		}
		return d.jackknife()
	case JKn:
		return d.jackknife()
	case BRR:
		return d.balanced(0)
	case Fay:
		return d.balanced(s.Rho)
	case Bootstrap:
		return d.bootstrap(s)
	}
	return nil, weight.Errorf("design.replicates", "method", "the method %q is not known; use JK1, JKn, BRR, Fay or bootstrap", string(s.Method))
}

// members lists the units of every group, in order of appearance.
func (st *stage) members() [][]int {
	out := make([][]int, len(st.sampled))
	for u, g := range st.group {
		out[g] = append(out[g], u)
	}
	return out
}

func (d *Design) fits(replicates int) error {
	if replicates > maxReplicateCells/d.n {
		return weight.Errorf("design.too_large", "", "%d replicates of %d rows do not fit into memory; use linearization, or fewer replicates",
			replicates, d.n)
	}
	return nil
}

func (d *Design) jackknife() (*replicateSet, error) {
	st := &d.stages[0]
	if err := d.fits(len(st.group)); err != nil {
		return nil, err
	}
	certain, out := st.certain(), &replicateSet{scale: 1}
	for g, units := range st.members() {
		switch n := float64(len(units)); {
		case certain[g]:
		case n > 1:
			for _, u := range units {
				factors := ones(len(st.group))
				for _, other := range units {
					factors[other] = n / (n - 1)
				}
				factors[u] = 0
				out.add(factors, st.free[u]*(n-1)/n)
			}
		case d.lonely == LonelyFail:
			return nil, st.lonelyError(0, certain)
		case d.lonely == LonelyAdjust:
			if err := st.dropStratum(out, units[0]); err != nil {
				return nil, err
			}
		}
	}
	if d.lonely == LonelyAverage && len(out.factors) > 0 {
		out.scale = float64(len(st.group)) / float64(len(out.factors))
	}
	return out, nil
}

// dropStratum leaves out a stratum of one PSU and scales all others up.
func (st *stage) dropStratum(out *replicateSet, lonely int) error {
	h := float64(len(st.sampled))
	if h == 1 {
		return weight.Errorf("design.lonely_psu", "", "the whole sample is a single PSU, so the variance cannot be estimated")
	}
	factors := make([]float64, len(st.group))
	for u := range factors {
		factors[u] = h / (h - 1)
	}
	factors[lonely] = 0
	out.add(factors, (h-1)/h)
	return nil
}

// balanced takes the rows of the Hadamard matrix (-1)^bits(r AND c) of
// Sylvester (1867) and gives stratum g the column g+1; column 0 is all ones and
// stays out, so that the replicates average to the full sample.
func (d *Design) balanced(rho float64) (*replicateSet, error) {
	st := &d.stages[0]
	members := st.members()
	for g, units := range members {
		if len(units) != 2 {
			return nil, weight.Errorf("design.replicates_pairs", st.rowOf(g), "its stratum has %d PSUs; BRR needs two in every stratum, "+
				"so join or split strata, or use JKn", len(units))
		}
	}
	size := 1 << bits.Len(uint(len(members)))
	if err := d.fits(size); err != nil {
		return nil, err
	}
	out := &replicateSet{scale: 1 / (float64(size) * (1 - rho) * (1 - rho))}
	for r := range size {
		factors := make([]float64, len(st.group))
		for g, units := range members {
			one := bits.OnesCount(uint(r&(g+1))) % 2
			factors[units[one]], factors[units[1-one]] = 2-rho, rho
		}
		out.add(factors, 1)
	}
	return out, nil
}

// rowOf names the first row of a group; every group has one.
func (st *stage) rowOf(g int) string {
	return fmt.Sprintf("row %d", 1+slices.IndexFunc(st.unit, func(u int32) bool { return int(st.group[u]) == g }))
}

func (d *Design) bootstrap(s ResampleSpec) (*replicateSet, error) {
	count := s.Replicates
	if count == 0 {
		count = defaultReplicates
	}
	if err := d.fits(count); err != nil {
		return nil, err
	}
	st := &d.stages[0]
	certain, members := st.certain(), st.members()
	for g, units := range members {
		if len(units) == 1 && !certain[g] && d.lonely != LonelyRemove && d.lonely != LonelyCertainty {
			return nil, weight.Errorf("design.lonely_psu", st.rowOf(g), "its stratum has a single PSU, which the bootstrap cannot draw from; "+
				"join it to another stratum or set lonely_psu to remove")
		}
	}
	out := &replicateSet{scale: 1 / float64(count)}
	if !s.MSE {
		out.scale = 1 / float64(count-1)
	}
	for r := range count {
		chance := rand.New(rand.NewPCG(s.Seed, uint64(r))) //nolint:gosec // replicates must be reproducible from their seed
		out.add(st.redraw(members, chance), 1)
	}
	return out, nil
}

// redraw makes the factors of one bootstrap replicate.
func (st *stage) redraw(members [][]int, chance *rand.Rand) []float64 {
	factors := ones(len(st.group))
	for _, units := range members {
		n := len(units)
		if n == 1 {
			continue
		}
		shrink := math.Sqrt(st.free[units[0]])
		for _, u := range units {
			factors[u] = 1 - shrink
		}
		for range n - 1 {
			factors[units[chance.IntN(n)]] += shrink * float64(n) / float64(n-1)
		}
	}
	return factors
}

// replicated spells the factors out by row.
func (d *Design) replicated(set *replicateSet, mse bool) *Design {
	unit := d.stages[0].unit
	r := &replicates{scale: set.scale, rscales: set.rscales, mse: mse, unit: unit, factors: set.factors, base: d.weights}
	for _, factors := range set.factors {
		full := make([]float64, d.n)
		for i, u := range unit {
			full[i] = d.weights[i] * factors[u]
		}
		r.columns = append(r.columns, full)
	}
	r.start = r.columns
	return &Design{n: d.n, weights: d.weights, rep: r}
}

// unitColumns returns columns with the same inner products as the replicate
// weights over the rows of the domain, one entry a PSU: factor·√Σw².
func (r *replicates) unitColumns(domain []bool) [][]float64 {
	if len(r.factors) == 0 {
		return nil
	}
	squares := make([]float64, len(r.factors[0]))
	for i, u := range r.unit {
		if domain == nil || domain[i] {
			squares[u] += r.base[i] * r.base[i]
		}
	}
	out := make([][]float64, len(r.factors))
	for k, factors := range r.factors {
		out[k] = make([]float64, len(factors))
		for u, f := range factors {
			out[k][u] = f * math.Sqrt(squares[u])
		}
	}
	return out
}
