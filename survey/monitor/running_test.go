package monitor_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"minyi/survey/monitor"
	"minyi/survey/tabulate"
)

// TestRunningLimitsHoldAtAllLooksAtOnce plays surveys of 40 PSUs in 4 strata whose people
// agree with each other (intraclass correlation 0.05), with a look after each of 30
// days, and counts those in which every look's limits held the share. An interval of
// 95 % made for one look fails here in every third survey or so.
func TestRunningLimitsHoldAtAllLooksAtOnce(t *testing.T) {
	t.Parallel()
	const surveys = 400
	r := rand.New(rand.NewPCG(3, 4))
	held, fixed := 0, 0
	for range surveys {
		all, once := watched(r)
		if all {
			held++
		}
		if once {
			fixed++
		}
	}
	if got := float64(held) / surveys; got < 0.93 { // 0.95 less two standard errors of 0.011
		t.Errorf("the limits held at all looks in %.3f of the surveys, want 0.95", got)
	}
	if got := float64(fixed) / surveys; got > 0.9 {
		t.Errorf("an interval for one look held in %.3f: this test does not test peeking", got)
	}
}

const psus, strata, each, days = 40, 4, 12, 30

// watched plays one survey and says whether the sequence, and whether the usual
// interval, held at each look.
func watched(r *rand.Rand) (sequence, interval bool) {
	const share, icc = 0.7, 0.05
	var level [psus]float64 // beta distributed with that correlation, by its moments
	for k := range level {
		level[k] = min(max(share+math.Sqrt(icc*share*(1-share))*r.NormFloat64(), 0), 1)
	}
	var n, y [psus]float64
	sequence, interval = true, true
	for range days {
		for k := range level {
			if n[k] < each && r.Float64() < float64(each)/days {
				n[k]++
				if r.Float64() < level[k] {
					y[k]++
				}
			}
		}
		e := estimated(n, y)
		if got, ok := monitor.Sequence(e, 0.03); ok {
			sequence = sequence && got.Low <= share && share <= got.High
			interval = interval && math.Abs(float64(e.Est)-share) <= 2.03*float64(e.SE) // t of 36
		}
	}
	return sequence, interval
}

// estimated is the mean with its linearized error, PSUs within strata.
func estimated(n, y [psus]float64) tabulate.Estimate {
	var mass, sum float64
	for k := range n {
		mass, sum = mass+n[k], sum+y[k]
	}
	p, v, used := sum/mass, 0.0, 0
	for h := range strata {
		var z []float64
		mean := 0.0
		for k := h; k < psus; k += strata {
			if n[k] > 0 {
				z = append(z, (y[k]-p*n[k])/mass)
				mean += (y[k] - p*n[k]) / mass
			}
		}
		m := float64(len(z))
		for _, one := range z {
			v += m / (m - 1) * (one - mean/m) * (one - mean/m)
		}
		used += len(z)
	}
	return tabulate.Estimate{Est: tabulate.Number(p), SE: tabulate.Number(math.Sqrt(v)), DF: tabulate.Number(used - strata), N: int(mass)}
}

// TestRunningLimitsAreThoseOfTheFormula computes equation 14 of Howard and others by
// hand: est 0.7, SE 0.03, planned 0.025, and t for normal with a million degrees of
// freedom.
func TestRunningLimitsAreThoseOfTheFormula(t *testing.T) {
	t.Parallel()
	tuned := -2 * math.Log(0.05)
	nr := (0.25 / (0.03 * 0.03)) * (tuned + math.Log(1+tuned)) / (0.25 / (0.025 * 0.025))
	half := 0.03 * math.Sqrt(2*(1+nr)/nr*math.Log(math.Sqrt(1+nr)/0.05))
	got, ok := monitor.Sequence(tabulate.Estimate{Est: 0.7, SE: 0.03, DF: 1e6, N: 300}, 0.025)
	if !ok {
		t.Fatal("refused")
	}
	close(t, "low", float64(got.Low), 0.7-half, 1e-6)
	close(t, "high", float64(got.High), 0.7+half, 1e-6)
	if fixed := 1.96 * 0.03; half <= fixed {
		t.Errorf("half width %v, want more than the %v of one look", half, fixed)
	}
}

// TestRunningLimitsAreStudents compares with the quantile of t: at 15 degrees of freedom
// what is 3 normal standard errors away is 3.59 (R 4.2.2, qt(pnorm(3), 15) = 3.586).
func TestRunningLimitsAreStudents(t *testing.T) {
	t.Parallel()
	wide, _ := monitor.Sequence(tabulate.Estimate{Est: 0.5, SE: 0.02, DF: 15, N: 300}, 0.02)
	plain, _ := monitor.Sequence(tabulate.Estimate{Est: 0.5, SE: 0.02, DF: 1e9, N: 300}, 0.02)
	ratio := (float64(wide.High) - 0.5) / (float64(plain.High) - 0.5)
	if ratio < 1.15 || ratio > 1.25 {
		t.Errorf("widened %v times for 15 degrees of freedom, want about 1.2", ratio)
	}
}

func TestRunningEstimateNeedsEnough(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]tabulate.Estimate{
		"few answers": {Est: 0.5, SE: 0.1, DF: 30, N: monitor.LeastAnswers - 1},
		"few PSUs":    {Est: 0.5, SE: 0.1, DF: monitor.LeastDF - 1, N: 100},
		"all alike":   {Est: 1, SE: 0, DF: 30, N: 100},
		"unknown":     {Est: 0.5, SE: tabulate.Number(math.NaN()), DF: tabulate.Number(math.NaN()), N: 100},
	} {
		if got, ok := monitor.Sequence(e, 0.03); ok {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestPlannedErrorComesFromThePlan(t *testing.T) {
	t.Parallel()
	close(t, "from a margin of 5 points", monitor.Planned(500, 100), 0.05/1.959963984540054, 1e-12)
	close(t, "from 400 answers", monitor.Planned(0, 400), 0.025, 1e-12)
	close(t, "from nothing", monitor.Planned(0, 0), 0.025, 0)
}
