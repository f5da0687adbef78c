package quality

import (
	"math"
	"slices"
)

// peers are one value of each unit, by which a unit is compared with the others.
type peers struct {
	values         []float64
	middle, spread float64 // of all
}

// manyPeers is how many units there are before one of them no longer moves the
// median of all.
const manyPeers = 60

func newPeers(values []float64) *peers {
	p := &peers{values: values}
	p.middle, p.spread = medianSpread(slices.Clone(values))
	return p
}

// without returns the median of the other units' values, and their median
// absolute deviation scaled to a standard deviation. A unit without others is
// its own.
func (p *peers) without(leave int) (middle, spread float64) {
	if len(p.values) > manyPeers || len(p.values) < 2 {
		return p.middle, p.spread
	}
	return medianSpread(slices.Delete(slices.Clone(p.values), leave, leave+1))
}

// medianSpread sorts and changes the values.
func medianSpread(values []float64) (middle, spread float64) {
	if len(values) == 0 {
		return 0, 0
	}
	middle = medianOf(values)
	for k, v := range values {
		values[k] = math.Abs(v - middle)
	}
	return middle, 1.4826 * medianOf(values)
}

func medianOf(values []float64) float64 {
	slices.Sort(values)
	m := len(values) / 2
	if len(values)%2 == 0 {
		return (values[m-1] + values[m]) / 2
	}
	return values[m]
}

// mostSlopes bounds the pairs of units behind a line.
const mostSlopes = 20000

// theil is the median of the slopes of all pairs of points (Theil 1950), of a
// part of them where there are many.
func theil(x, y []float64) float64 {
	var slopes []float64
	c := chance(4)
	step := max(1, len(x)*(len(x)-1)/2/mostSlopes)
	for a := range x {
		for b := range a {
			const apart = .02
			if math.Abs(x[a]-x[b]) > apart && (step == 1 || c.below(step) == 0) {
				slopes = append(slopes, (y[a]-y[b])/(x[a]-x[b]))
			}
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	return medianOf(slopes)
}
