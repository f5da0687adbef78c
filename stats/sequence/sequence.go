// Package sequence watches a share or a mean while a survey runs: limits that
// hold at all times at once, so that the office may look every day, and stop
// when it likes, and is still wrong in at most one survey in twenty.
//
// Two sequences are offered. Betting is for answers on a bounded scale, shares
// above all, that come from people drawn independently, with their design
// weights: it holds exactly for every number of answers and near 0 and 1, which
// is why minyi's own choice is this one. Mixture is for any estimate with a
// standard error, whatever the design behind it (clusters, strata, calibration):
// it is often narrower, but holds only as the normal distribution does, from some
// eighty independent units on, and for a share from some twenty answers of each
// kind on.
//
// The package estimates nothing from a finished survey (stats/estimate does),
// has no clock and knows no day: a look is when one asks for the limits.
//
// Sources: Waudby-Smith and Ramdas (2024), Estimating means of bounded random
// variables by betting, J. R. Stat. Soc. B 86, 1-27; Howard, Ramdas, McAuliffe
// and Sekhon (2021), Time-uniform, nonparametric, nonasymptotic confidence
// sequences, Ann. Stat. 49, 1055-1080; Waudby-Smith, Arbour, Sinha, Kennedy and
// Ramdas (2024), Time-uniform central limit theory and asymptotic confidence
// sequences, Ann. Stat. 52, 2613-2640.
package sequence

import (
	"fmt"
	"math"
)

// Error says what is wrong with the numbers. Code is stable ("sequence.value"),
// At names the place, Message is English and says what to do.
type Error struct {
	Code, Message, At string
}

// Error returns the message, led by the place where it has one.
func (e *Error) Error() string {
	if e.At == "" {
		return e.Message
	}
	return e.At + ": " + e.Message
}

func errorf(code, at, format string, args ...any) *Error {
	return &Error{Code: code, At: at, Message: fmt.Sprintf(format, args...)}
}

// gridSize is the number of steps in which Betting divides its scale: its limits
// are rounded outwards to a thousandth of the scale.
const gridSize = 1000

// maxBet keeps a bet below this part of what a candidate could lose: half, as in
// section 4.2 of Waudby-Smith and Ramdas.
const maxBet = 0.5

// Betting is the hedged capital process of Waudby-Smith and Ramdas (2024,
// theorem 3) for the weighted mean of answers between Low and High. Against each
// candidate m two players bet on every answer, one that the mean is above m and
// one that it is below, with the score (w/W)(x-m), which lies in [-m, 1-m] and
// has mean 0 if m = E(wx)/E(w). A candidate is dropped for good once a player has
// multiplied the capital by 2/alpha (Ville's inequality). The bets are the
// predictable plug-in ones of their equation 26, from past answers alone.
//
// The zero value is not usable; see NewBetting.
type Betting struct {
	scale            Scale
	target           float64   // 2/alpha
	above, below     []float64 // capital of the players, by candidate
	first, last      int       // candidates that stand
	n                int
	mass, sum        float64 // sums of w/W and of w/W times x
	squares, weights float64 // sums of squared scores and of (w/W)²
}

// Scale says what answers look like: their range, the largest weight that can
// occur (known from the design before the first answer), and the confidence level
// (0: 0.95).
type Scale struct {
	Low, High float64
	MaxWeight float64
	Level     float64
}

// NewBetting starts a sequence without answers: its limits are Low and High. It
// fails with sequence.scale for a scale, weight or level that is none.
func NewBetting(s Scale) (*Betting, error) {
	if s.Level == 0 {
		s.Level = 0.95
	}
	if !(s.Low < s.High) || math.IsInf(s.Low, 0) || math.IsInf(s.High, 0) || !(s.MaxWeight > 0) || math.IsInf(s.MaxWeight, 0) ||
		!(s.Level > 0 && s.Level < 1) {
		return nil, errorf("sequence.scale", "range", "the range is %v to %v, the largest weight %v, the level %v; give low < high, a positive weight and a level such as 0.95",
			s.Low, s.High, s.MaxWeight, s.Level)
	}
	b := &Betting{
		scale: s, target: 2 / (1 - s.Level), last: gridSize,
		above: make([]float64, gridSize+1), below: make([]float64, gridSize+1),
	}
	for k := range b.above {
		b.above[k], b.below[k] = 1, 1
	}
	return b, nil
}

// Add brings in one answer with its design weight, in the order of arrival. Where
// people of a cluster agree and a whole cluster comes in at once, add the cluster
// as one answer: its total weight (then MaxWeight bounds that) and its weighted
// mean. It fails, and changes nothing, with sequence.weight for a weight that is
// negative or above MaxWeight, and with sequence.value for a value off the scale.
func (b *Betting) Add(weight, value float64) error {
	if !(weight >= 0 && weight <= b.scale.MaxWeight) {
		return errorf("sequence.weight", "weight", "the weight is %v; it lies between 0 and the largest weight of the design, %v", weight, b.scale.MaxWeight)
	}
	if !(value >= b.scale.Low && value <= b.scale.High) {
		return errorf("sequence.value", "value", "the value is %v; it lies between %v and %v", value, b.scale.Low, b.scale.High)
	}
	u, x := weight/b.scale.MaxWeight, (value-b.scale.Low)/(b.scale.High-b.scale.Low)
	bet := b.bet()
	for k := b.first; k <= b.last; k++ {
		m := float64(k) / gridSize
		score := u * (x - m)
		b.above[k] *= 1 + math.Min(bet, maxBet/m)*score
		b.below[k] *= 1 - math.Min(bet, maxBet/(1-m))*score
	}
	b.remember(u, x)
	b.drop()
	return nil
}

// bet is the part of the capital that the next answer is betted on: sqrt(2
// log(2/alpha)/(v·t·log(1+t))) with v the variance of the past scores, that of
// a fair coin counting as the first.
func (b *Betting) bet() float64 {
	t, size := float64(b.n+1), 1.0
	if b.n > 0 && b.weights > 0 {
		size = b.weights / float64(b.n)
	}
	v := (size/4 + b.squares) / t
	return math.Sqrt(2 * math.Log(b.target) / (v * t * math.Log(1+t)))
}

// remember adds an answer to what the next bet rests on.
func (b *Betting) remember(u, x float64) {
	b.n++
	b.mass += u
	b.sum += u * x
	mean := 0.5
	if b.mass > 0 {
		mean = (b.sum + 0.5*b.mass/float64(b.n)) / (b.mass + b.mass/float64(b.n))
	}
	b.squares += u * u * (x - mean) * (x - mean)
	b.weights += u * u
}

// drop leaves out the candidates against which a player has won. The capital of
// the player above falls with m, that of the player below rises, so what is left
// is one stretch.
func (b *Betting) drop() {
	for b.first <= b.last && b.above[b.first] >= b.target {
		b.first++
	}
	for b.last >= b.first && b.below[b.last] >= b.target {
		b.last--
	}
}

// Limits returns the limits as they stand, rounded outwards to a thousandth of
// the scale. They never widen. With probability Level the mean of the population
// lies between them at all times. Should all candidates be dropped, which happens
// with probability 1-Level at most where the answers are independent, both limits
// are at the place where the last ones stood.
func (b *Betting) Limits() (low, high float64) {
	place := func(k int) float64 {
		return b.scale.Low + (b.scale.High-b.scale.Low)*float64(min(max(k, 0), gridSize))/gridSize
	}
	return place(b.first - 1), place(b.last + 1)
}

// Mean returns the weighted mean so far, NaN before the first weight.
func (b *Betting) Mean() float64 {
	return b.scale.Low + (b.scale.High-b.scale.Low)*b.sum/b.mass
}

// N returns the number of answers so far.
func (b *Betting) N() int { return b.n }
