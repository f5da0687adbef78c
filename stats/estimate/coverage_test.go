package estimate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"minyi/stats/estimate"
)

// coverageRuns is the number of samples behind each cell of the table: its
// standard error is 0.5 points at 95 %.
const coverageRuns = 2000

// BenchmarkShareCoverage prints the coverage of the intervals of a share, in per
// cent, by simulation (seeded), for n answers in clusters of ten whose people
// agree so much that the design effect is as said: beta-binomial clusters with
// the intraclass correlation rho = (deff-1)/9. The nominal level is 95. Run it by
// go test -run xxx -bench ShareCoverage -benchtime 1x ./stats/estimate.
func BenchmarkShareCoverage(b *testing.B) {
	for b.Loop() {
		var out strings.Builder
		fmt.Fprintf(&out, "%5s %5s %5s %8s %8s %8s %8s\n", "n", "p", "deff", "minyi", "beta", "wilson", "xlogit")
		for _, n := range []int{30, 60, 120, 500, 2000} {
			for _, p := range []float64{0.5, 0.8, 0.9, 0.95, 0.99} {
				for _, deff := range []float64{1, 2, 3} {
					c := coverage(n, p, deff)
					fmt.Fprintf(&out, "%5d %5.2f %5.0f %8.1f %8.1f %8.1f %8.1f\n", n, p, deff, c[0], c[1], c[2], c[3])
				}
			}
		}
		fmt.Fprint(os.Stdout, "\n", out.String()) // the log of a benchmark is cut after ten lines
	}
}

// coverage simulates one cell of the table for minyi's interval, beta, Wilson
// and xlogit.
func coverage(n int, p, deff float64) [4]float64 {
	const size = 10
	source := rand.New(rand.NewPCG(uint64(n), math.Float64bits(p*100+deff)))
	clusters := n / size
	totals := make([]float64, clusters)
	var hits [4]float64
	for range coverageRuns {
		sum, spread := 0.0, 0.0
		for k := range totals {
			q := clusterShare(source, p, (deff-1)/(size-1))
			totals[k] = 0
			for range size {
				if source.Float64() < q {
					totals[k]++
				}
			}
			sum += totals[k]
		}
		share := sum / float64(n)
		for _, t := range totals {
			spread += (t - share*size) * (t - share*size)
		}
		se := math.Sqrt(float64(clusters)/float64(clusters-1)*spread) / float64(n)
		for m, covers := range covering(share, se, float64(clusters-1), float64(n), p) {
			if covers {
				hits[m] += 100.0 / coverageRuns
			}
		}
	}
	return hits
}

func covering(share, se, df, n, p float64) (out [4]bool) {
	low, high := estimate.KornGraubard(share, se, df, n, 1, 0.95)
	out[0] = low <= p && p <= high
	for m, method := range []estimate.Interval{estimate.Beta, estimate.Wilson, estimate.XLogit} {
		if low, high, err := estimate.ShareLimits(method, share, se, df, n, 0.95); err == nil {
			out[m+1] = low <= p && p <= high
		}
	}
	return out
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
