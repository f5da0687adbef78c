package estimate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"minyi/stats/estimate"
)

// coverageRuns is the number of samples behind each cell of the table: its
// standard error is 0.3 points at 96 %.
const coverageRuns = 4000

// sampling is a way in which a sample loses precision: it draws n answers of a
// population with share p and design effect deff and returns their estimate,
// standard error, degrees of freedom and the Kish design effect of the weights.
type sampling func(source *rand.Rand, n int, p, deff float64) (share, se, df, kish float64)

// BenchmarkShareCoverage prints the coverage of the intervals of a share, in per
// cent of 4,000 seeded samples a cell, at the nominal level of 95 (columns:
// minyi's own with the share of its one-sided lower and upper limits that miss,
// then R's beta, wilson and xlogit), where the design effect comes
//   - from clusters of ten whose people agree: beta-binomial with the intraclass
//     correlation (deff-1)/9;
//   - from weights: gamma, independent of the answers, with the relative
//     variance deff-1.
//
// Run it by go test -run xxx -bench ShareCoverage -benchtime 1x ./stats/estimate.
// It fails where minyi's interval covers less than 94.
func BenchmarkShareCoverage(b *testing.B) {
	for b.Loop() {
		fmt.Fprintf(os.Stdout, "\n%8s %5s %5s %5s %7s %7s %7s %7s %7s %7s\n", "from", "n", "p", "deff", "minyi", "low", "high", "beta", "wilson", "xlogit")
		for _, from := range []string{"clusters", "weights"} {
			draw := map[string]sampling{"clusters": clustered, "weights": weighted}[from]
			for _, n := range []int{30, 60, 120, 250, 500, 1000, 2000} {
				for _, p := range []float64{0.5, 0.8, 0.9, 0.95, 0.99} {
					for _, deff := range []float64{1, 1.5, 2, 3} {
						c := coverage(draw, n, p, deff)
						fmt.Fprintf(os.Stdout, "%8s %5d %5.2f %5.1f %7.1f %7.1f %7.1f %7.1f %7.1f %7.1f\n", from, n, p, deff, c[0], c[1], c[2], c[3], c[4], c[5])
						if c[0] < 94 {
							b.Errorf("%s, n %d, p %v, deff %v: got %.1f, want at least 94", from, n, p, deff, c[0])
						}
					}
				}
			}
		}
	}
}

// coverage simulates one cell of the table.
func coverage(draw sampling, n int, p, deff float64) (hits [6]float64) {
	source := rand.New(rand.NewPCG(uint64(n), math.Float64bits(p*100+deff)))
	for range coverageRuns {
		share, se, df, kish := draw(source, n, p, deff)
		low, high := estimate.KornGraubard(share, se, df, float64(n), kish, 0.95)
		count := []bool{low <= p && p <= high, p < low, p > high}
		for _, method := range []estimate.Interval{estimate.Beta, estimate.Wilson, estimate.XLogit} {
			low, high, err := estimate.ShareLimits(method, share, se, df, float64(n), 0.95)
			count = append(count, err == nil && low <= p && p <= high)
		}
		for k, on := range count {
			if on {
				hits[k] += 100.0 / coverageRuns
			}
		}
	}
	return hits
}

// clustered draws n/10 clusters of ten with equal weights.
func clustered(source *rand.Rand, n int, p, deff float64) (share, se, df, kish float64) {
	const size = 10
	totals := make([]float64, n/size)
	sum, spread := 0.0, 0.0
	for k := range totals {
		q := clusterShare(source, p, (deff-1)/(size-1))
		for range size {
			if source.Float64() < q {
				totals[k]++
			}
		}
		sum += totals[k]
	}
	share = sum / float64(n)
	for _, t := range totals {
		spread += (t - share*size) * (t - share*size)
	}
	clusters := float64(len(totals))
	return share, math.Sqrt(clusters/(clusters-1)*spread) / float64(n), clusters - 1, 1
}

// weighted draws n people with gamma weights, each its own PSU.
func weighted(source *rand.Rand, n int, p, deff float64) (share, se, df, kish float64) {
	w, y := make([]float64, n), make([]float64, n)
	mass, square := 0.0, 0.0
	for i := range w {
		w[i] = 1
		if deff > 1 {
			w[i] = gamma(source, 1/(deff-1))
		}
		if source.Float64() < p {
			y[i] = 1
			share += w[i]
		}
		mass += w[i]
		square += w[i] * w[i]
	}
	share /= mass
	v := 0.0
	for i := range w {
		z := w[i] * (y[i] - share) / mass
		v += z * z
	}
	count := float64(n)
	return share, math.Sqrt(v * count / (count - 1)), count - 1, count * square / (mass * mass)
}

// clusterShare draws a cluster's share from the beta distribution with mean p
// and intraclass correlation rho.
func clusterShare(source *rand.Rand, p, rho float64) float64 {
	if rho == 0 {
		return p
	}
	m := 1/rho - 1
	x, y := gamma(source, p*m), gamma(source, (1-p)*m)
	if x+y == 0 { // both underflow for tiny shapes: the share is then 0 or 1
		if source.Float64() < p {
			return 1
		}
		return 0
	}
	return x / (x + y)
}

// gamma draws a gamma variate of the given shape (Marsaglia and Tsang 2000).
func gamma(source *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(source, shape+1) * math.Pow(source.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	for {
		x := source.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(source.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
