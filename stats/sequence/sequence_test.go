package sequence_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"minyi/stats/sequence"
)

// Thirty daily looks at 40 answers a day, over 1,000 seeded surveys.
const (
	surveys, looks, daily = 1000, 30, 40
	sequenceSeed          = 20210601
)

// population draws one answer with its design weight 1, 2 or 5. The weight goes
// with the answer: large weights are happier by lean.
type population struct {
	name string
	draw func(source *rand.Rand) (w, x float64)
	mean float64 // E(wx)/E(w)
}

func populations() []population {
	weights := []float64{1, 2, 5}
	share := func(p, lean float64) population {
		mean := 0.0
		for k, w := range weights {
			mean += w * (p + lean*float64(k-1)) / 8
		}
		return population{mean: mean, draw: func(source *rand.Rand) (w, x float64) {
			k := source.IntN(3)
			if source.Float64() < p+lean*float64(k-1) {
				x = 1
			}
			return weights[k], x
		}}
	}
	points := population{name: "a mean of five points", mean: 3.4 + 0.3*4/8, draw: func(source *rand.Rand) (w, x float64) {
		k := source.IntN(3) // 1 to 5 with probabilities that give 3.4, and 0.3 more or less with the weight
		u := source.Float64()
		for _, limit := range []float64{0.1, 0.25, 0.45, 0.8} {
			if u > limit {
				x++
			}
		}
		if source.Float64() < 0.3 { // a step up for large weights, down for small ones
			x += float64(k - 1)
		}
		return weights[k], min(4, max(0, x)) + 1
	}}
	out := []population{share(0.8, 0.1), share(0.5, 0), share(0.97, 0.01), points}
	out[0].name, out[1].name, out[2].name = "a share of 0.85 with telling weights", "a share of one half", "a share near 1"
	out[3].mean = fiveMean()
	return out
}

// fiveMean enumerates the five-point population above.
func fiveMean() float64 {
	mean := 0.0
	for k, w := range []float64{1, 2, 5} {
		for x, p := range []float64{0.1, 0.15, 0.2, 0.35, 0.2} {
			moved := math.Min(4, math.Max(0, float64(x+k-1)))
			mean += w / 8 * p * (0.7*float64(x) + 0.3*moved + 1)
		}
	}
	return mean
}

// judged counts in how many surveys one of thirty daily looks excludes the truth,
// for betting, for the mixture from 80 answers on (of a share near 1 from the look
// on by which some twenty answers of each kind are expected), and for the plain
// interval est ± 1.96 se that is made for one look.
func judged(t *testing.T, p population, low, high float64) (betting, mixture, plain float64) {
	t.Helper()
	source := rand.New(rand.NewPCG(sequenceSeed, uint64(len(p.name))))
	for range surveys {
		bet, err := sequence.NewBetting(sequence.Scale{Low: low, High: high, MaxWeight: 5})
		if err != nil {
			t.Fatal(err)
		}
		mix, err := sequence.NewMixture(looks*daily/2, 0)
		if err != nil {
			t.Fatal(err)
		}
		var out [3]bool
		sums := [4]float64{}
		for look := range looks {
			for range daily {
				w, x := p.draw(source)
				if err := bet.Add(w, x); err != nil {
					t.Fatal(err)
				}
				if err := mix.Add(w, x); err != nil {
					t.Fatal(err)
				}
				for k, v := range []float64{w, w * w, w * w * x, w * w * x * x} {
					sums[k] += v
				}
			}
			a, b := bet.Limits()
			out[0] = out[0] || p.mean < a || p.mean > b
			if float64((look+1)*daily) < max(80, 20/min(0.5, math.Abs(high-p.mean))) {
				continue
			}
			a, b = mix.Limits()
			out[1] = out[1] || p.mean < a || p.mean > b
			m := mix.Mean()
			se := math.Sqrt(sums[3]-2*m*sums[2]+m*m*sums[1]) / sums[0]
			out[2] = out[2] || math.Abs(m-p.mean) > 1.96*se
		}
		for k, rate := range []*float64{&betting, &mixture, &plain} {
			if out[k] {
				*rate += 1.0 / surveys
			}
		}
	}
	return betting, mixture, plain
}

// The promise: at most one survey in twenty ever excludes the truth. The plain
// interval shows that the simulation would notice: it does so in far more.
func TestThirtyDailyLooksCrossInAtMostFivePercent(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	for _, p := range populations() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			low, high := 0.0, 1.0
			if p.mean > 1 {
				low, high = 1, 5
			}
			betting, mixture, plain := judged(t, p, low, high)
			t.Logf("crossing rates: betting %.4f, mixture %.4f, plain %.4f", betting, mixture, plain)
			if betting > 0.05 {
				t.Errorf("betting: got a crossing rate of %v, want at most 0.05", betting)
			}
			if mixture > 0.05 {
				t.Errorf("mixture: got a crossing rate of %v, want at most 0.05", mixture)
			}
			if plain < 0.1 {
				t.Errorf("the plain interval: got %v, want above 0.1, else the simulation tells nothing", plain)
			}
		})
	}
}

// A survey in clusters, whose people agree (design effect about 2): the clusters
// are the units, thirty looks at two new clusters of twenty each.
func TestMixtureHoldsForClustersThatComeInWhole(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(sequenceSeed, 99))
	crossed := 0
	for range surveys {
		mix, err := sequence.NewMixture(40, 0)
		if err != nil {
			t.Fatal(err)
		}
		out := false
		for look := range looks {
			for range 2 {
				p, sum := 0.8+0.12*(2*source.Float64()-1), 0.0
				for range 20 {
					if source.Float64() < p {
						sum++
					}
				}
				if err := mix.Add(20, sum/20); err != nil {
					t.Fatal(err)
				}
			}
			if low, high := mix.Limits(); look >= 4 {
				out = out || low > 0.8 || high < 0.8
			}
		}
		if out {
			crossed++
		}
	}
	if rate := float64(crossed) / surveys; rate > 0.05 {
		t.Errorf("got a crossing rate of %v, want at most 0.05", rate)
	}
}

// The definition spelled out: the product over all answers for each candidate,
// with the running crossing of 2/alpha, from scratch.
func TestBettingEqualsItsDefinition(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(sequenceSeed, 7))
	type answer struct{ w, x float64 }
	var answers []answer
	b, err := sequence.NewBetting(sequence.Scale{High: 1, MaxWeight: 4, Level: 0.9})
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		a := answer{w: []float64{1, 3, 4}[source.IntN(3)]}
		if source.Float64() < 0.8 {
			a.x = 1
		}
		answers = append(answers, a)
		if err := b.Add(a.w, a.x); err != nil {
			t.Fatal(err)
		}
	}
	bets := make([]float64, len(answers))
	squares, size, mass, sum := 0.0, 0.0, 0.0, 0.0
	for i, a := range answers {
		n, u := float64(i), a.w/4
		scale := 1.0
		if i > 0 {
			scale = size / n
		}
		bets[i] = math.Sqrt(2 * math.Log(2/0.1) / ((scale/4 + squares) * math.Log(n+2)))
		mass += u
		sum += u * a.x
		mean := (sum/mass + 0.5/(n+1)) / (1 + 1/(n+1))
		squares += u * u * (a.x - mean) * (a.x - mean)
		size += u * u
	}
	rejected := func(m float64, sign float64) bool {
		capital := 0.0
		for i, a := range answers {
			stake := bets[i]
			if sign > 0 {
				stake = math.Min(stake, 0.5/m)
			} else {
				stake = math.Min(stake, 0.5/(1-m))
			}
			capital += math.Log1p(sign * stake * a.w / 4 * (a.x - m))
			if capital >= math.Log(2/0.1) {
				return true
			}
		}
		return false
	}
	low, high := b.Limits()
	for _, c := range []struct {
		at, sign float64
		want     bool
	}{{low, 1, true}, {low + 0.001, 1, false}, {high, -1, true}, {high - 0.001, -1, false}} {
		if got := rejected(c.at, c.sign); got != c.want {
			t.Errorf("limits %v to %v: candidate %v is rejected: got %v, want %v", low, high, c.at, got, c.want)
		}
	}
	if !(low > 0.6 && high < 0.95) {
		t.Errorf("got %v to %v after 300 answers, want something narrower", low, high)
	}
}

// At its limits the mixed martingale, the integral of exp(x·s - x²·n/2) under the
// normal density with variance r, is exactly 1/alpha (Robbins 1970): a check by
// quadrature, 1e-9 relative.
func TestMixtureLimitsSolveRobbinsIntegral(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ n, planned, level float64 }{{100, 100, 0.95}, {20, 600, 0.95}, {3000, 300, 0.9}} {
		low, high := sequence.MixtureLimits(0.7, 1/math.Sqrt(c.n), c.n, c.planned, c.level)
		s, tuned := c.n*(high-0.7), -2*math.Log(1-c.level)
		r := (tuned + math.Log1p(tuned)) / c.planned
		centre, width := s/(c.n+1/r), 1/math.Sqrt(c.n+1/r)
		const steps = 4000
		total := 0.0
		for k := range steps + 1 {
			x := centre + width*12*(2*float64(k)/steps-1)
			total += math.Exp(x*s-x*x*c.n/2-x*x/(2*r)) / math.Sqrt(2*math.Pi*r) * 24 * width / steps
		}
		if got, want := total*(1-c.level), 1.0; math.Abs(got-want) > 1e-9 {
			t.Errorf("%+v: got an integral of %v times alpha, want 1", c, got)
		}
		if math.Abs(0.7-low-(high-0.7)) > 1e-12 {
			t.Errorf("%+v: got %v and %v, want them symmetric", c, low, high)
		}
	}
}

// The planned number of answers is where the limits are narrow: no more than 1 %
// wider than those tuned for any other plan.
func TestMixtureIsNarrowestWhereItIsPlanned(t *testing.T) {
	t.Parallel()
	width := func(planned float64) float64 {
		low, high := sequence.MixtureLimits(0, 1, 500, planned, 0.95)
		return high - low
	}
	for _, other := range []float64{50, 250, 400, 700, 1000, 5000} {
		if width(500) > 1.01*width(other) {
			t.Errorf("planned for 500: got %v, for %v %v", width(500), other, width(other))
		}
	}
}

func TestBadAnswersAndScalesAreRefused(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	for _, s := range []sequence.Scale{
		{},
		{Low: 1, High: 1, MaxWeight: 1},
		{High: inf, MaxWeight: 1},
		{High: 1},
		{High: 1, MaxWeight: nan},
		{High: 1, MaxWeight: 1, Level: 1},
	} {
		if _, err := sequence.NewBetting(s); err == nil {
			t.Errorf("%+v: got no error", s)
		}
	}
	if _, err := sequence.NewMixture(0, 0.95); err == nil {
		t.Error("a plan of 0 answers: got no error")
	}
	bet, err := sequence.NewBetting(sequence.Scale{High: 1, MaxWeight: 2})
	if err != nil {
		t.Fatal(err)
	}
	mix, err := sequence.NewMixture(10, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range [][2]float64{{-1, 0}, {nan, 0}, {inf, 0}, {1, nan}, {1, inf}} {
		if bet.Add(a[0], a[1]) == nil || mix.Add(a[0], a[1]) == nil {
			t.Errorf("weight %v, value %v: got no error", a[0], a[1])
		}
	}
	if bet.Add(3, 1) == nil || bet.Add(1, 1.5) == nil {
		t.Error("a weight above the largest, a value off the scale: got no error")
	}
	if low, high := bet.Limits(); bet.N() != 0 || mix.N() != 0 || low != 0 || high != 1 {
		t.Errorf("got %d and %d answers, limits %v to %v; want none and the whole scale", bet.N(), mix.N(), low, high)
	}
}

func TestDegenerateSurveysHaveDocumentedLimits(t *testing.T) {
	t.Parallel()
	mix, err := sequence.NewMixture(10, 0)
	if err != nil {
		t.Fatal(err)
	}
	bet, err := sequence.NewBetting(sequence.Scale{High: 1, MaxWeight: 1e9})
	if err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if mix.Add(1, 1) != nil || bet.Add(1e9, 1) != nil {
			t.Fatal("an answer was refused")
		}
	}
	if low, high := mix.Limits(); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("all the same: got %v to %v, want NaN", low, high)
	}
	if low, high := bet.Limits(); high != 1 || !(low > 0.9 && low < 1) {
		t.Errorf("all 1: got %v to %v, want a lower limit between 0.9 and 1", low, high)
	}
	if err := bet.Add(0, 0); err != nil || bet.Mean() != 1 {
		t.Errorf("a weight of 0: got the mean %v (%v), want 1", bet.Mean(), err)
	}
}

func BenchmarkBetting(b *testing.B) {
	bet, err := sequence.NewBetting(sequence.Scale{High: 1, MaxWeight: 1})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := bet.Add(1, float64(i%2)); err != nil {
			b.Fatal(err)
		}
	}
}
