package sample

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Sampford draws with exactly the given inclusion probabilities and a fixed
// size: one unit with p_i/n, n-1 more with replacement and odds p_i/(1-p_i), all
// repeated until they differ (Sampford 1967, Biometrika 54, 499-513). Where they
// hardly ever differ, as with large samples, one unit with p_i/n and beside it every
// unit with p_i, repeated until these are n-1 others: the same law, as both give a
// sample the chance ∏ p/(1-p) · Σ (1-p) over its units, up to a constant. Units of
// probability 1 are taken outside the lot. It fails for probabilities that are none
// or do not sum to a whole number, and where both ways find no sample.
func Sampford(probabilities []float64, seed uint64) ([]int, error) {
	if err := checkProbabilities(probabilities); err != nil {
		return nil, err
	}
	var out, units []int
	var p []float64
	sum := 0.0
	for i, v := range probabilities {
		switch {
		case v >= 1-1e-12:
			out = append(out, i)
		case v > 0:
			units, p = append(units, i), append(p, v)
			sum += v
		}
	}
	n := int(math.Round(sum))
	if n == 0 {
		return out, nil
	}
	chosen := newLot(p, n, generator(seed, 1)).draw()
	if chosen == nil {
		return nil, errorf("sample.rejected", "", "Sampford's method found no sample of %d; draw systematically", n)
	}
	for _, k := range chosen {
		out = append(out, units[k])
	}
	slices.Sort(out)
	return out, nil
}

// lot is what Sampford's method draws n units of: first and later are the cumulated
// probabilities and odds.
type lot struct {
	p, first, later []float64
	n               int
	chance          *rand.Rand
}

func newLot(p []float64, n int, chance *rand.Rand) *lot {
	l := &lot{p: p, first: make([]float64, len(p)), later: make([]float64, len(p)), n: n, chance: chance}
	a, b := 0.0, 0.0
	for k, v := range p {
		a += v
		b += v / (1 - v)
		l.first[k], l.later[k] = a, b
	}
	return l
}

// Most samples come within a few of the quick tries; beyond them units are looked at
// one by one, unless maxLooks would hardly be enough.
const (
	quickTries = 100
	maxLooks   = 1e10
)

// draw returns n different units, nil where none were found.
func (l *lot) draw() []int {
	for range quickTries {
		if chosen := l.withReplacement(); chosen != nil {
			return chosen
		}
	}
	need := l.need()
	if need*float64(len(l.p)) > maxLooks {
		return nil
	}
	for range int(40 * need) { // e^-40 is the chance that this is not enough
		if chosen := l.besideOne(); chosen != nil {
			return chosen
		}
	}
	return nil
}

// need is about how often besideOne fails before a sample is found: with d the
// variance Σ p(1-p) of the number of units, it is their number with about 1/√(2πd), or
// 1 if d is small, and the one is not among the others with about d/n.
func (l *lot) need() float64 {
	d := 0.0
	for _, p := range l.p {
		d += p * (1 - p)
	}
	return 1 + float64(l.n)/d*math.Sqrt(1+2*math.Pi*d)
}

func (l *lot) pick(cumulated []float64) int {
	k, _ := slices.BinarySearch(cumulated, l.chance.Float64()*cumulated[len(cumulated)-1])
	return min(k, len(cumulated)-1)
}

// withReplacement draws until two are the same.
func (l *lot) withReplacement() []int {
	chosen, seen := []int{l.pick(l.first)}, map[int]bool{}
	for len(chosen) < l.n {
		seen[chosen[len(chosen)-1]] = true
		k := l.pick(l.later)
		if seen[k] {
			return nil
		}
		chosen = append(chosen, k)
	}
	return chosen
}

// besideOne takes every unit by itself and one more.
func (l *lot) besideOne() []int {
	one := l.pick(l.first)
	chosen := []int{one}
	for k, p := range l.p {
		if l.chance.Float64() >= p {
			continue
		}
		if k == one || len(chosen) == l.n {
			return nil
		}
		chosen = append(chosen, k)
	}
	if len(chosen) < l.n {
		return nil
	}
	return chosen
}
