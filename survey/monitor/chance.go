package monitor

import (
	"math"
	"math/rand/v2"
)

// dice draws what the forecast needs, from a seed.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice {
	const stream = 0x6d6f6e69746f72
	return dice{rand.New(rand.NewPCG(seed, stream))} //nolint:gosec // G404: a simulation that must be repeatable, no secret
}

// gamma draws from the gamma distribution with that shape and scale 1 (Marsaglia and
// Tsang 2000, ACM Transactions on Mathematical Software 26, 363-372).
func (d dice) gamma(shape float64) float64 {
	if shape < 1 {
		return d.gamma(shape+1) * math.Pow(1-d.Float64(), 1/shape)
	}
	const third, nine = 1.0 / 3, 9
	v0 := shape - third
	c := 1 / math.Sqrt(nine*v0)
	for {
		x := d.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-d.Float64()) < 0.5*x*x+v0-v0*v+v0*math.Log(v) {
			return v0 * v
		}
	}
}

// poisson draws from the Poisson distribution: by multiplication (Knuth) up to a mean
// of 60, above that from the normal distribution, which is then as near as matters.
func (d dice) poisson(mean float64) int {
	const large = 60
	if mean > large {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*d.NormFloat64())))
	}
	n, p, stop := 0, 1-d.Float64(), math.Exp(-mean)
	for p > stop {
		n++
		p *= 1 - d.Float64()
	}
	return n
}
