package rank

import (
	"math"
	"sort"
)

// Part is one of the two scores of a composite, with its standard errors.
type Part struct {
	Score, SE []float64
}

// Composite combines two independent scores: w·a + (1-w)·b with the standard
// error sqrt(w²·se_a² + (1-w)²·se_b²). The weight lies in 0 to 1.
func Composite(a, b Part, w float64) (Part, error) {
	if err := checkParts(a, b); err != nil {
		return Part{}, err
	}
	if !(w >= 0 && w <= 1) {
		return Part{}, errorf("rank.weight", "weight", "the weight is %v; it lies between 0 and 1", w)
	}
	out := Part{Score: make([]float64, len(a.Score)), SE: make([]float64, len(a.Score))}
	for i := range out.Score {
		out.Score[i] = w*a.Score[i] + (1-w)*b.Score[i]
		out.SE[i] = math.Hypot(w*a.SE[i], (1-w)*b.SE[i])
	}
	return out, nil
}

func checkParts(a, b Part) error {
	if err := check(a.Score, a.SE, 0.95); err != nil {
		return err
	}
	if len(b.Score) != len(a.Score) {
		return errorf("rank.length", "", "%d scores of one part and %d of the other", len(a.Score), len(b.Score))
	}
	return check(b.Score, b.SE, 0.95)
}

// Swap is a weight of the first part at which two units change their order:
// Ahead leads Behind above the weight, and trails below.
type Swap struct {
	Ahead, Behind int
	Weight        float64
}

// Swaps lists every weight of the first part strictly between 0 and 1 at which
// a pair of units changes its order, ascending:
// w = (b_j - b_i)/((a_i - a_j) - (b_i - b_j)).
func Swaps(a, b Part) ([]Swap, error) {
	if err := checkParts(a, b); err != nil {
		return nil, err
	}
	var out []Swap
	for i := range a.Score {
		for j := i + 1; j < len(a.Score); j++ {
			slope := (a.Score[i] - a.Score[j]) - (b.Score[i] - b.Score[j])
			w := (b.Score[j] - b.Score[i]) / slope
			if !(w > 0 && w < 1) {
				continue
			}
			s := Swap{Ahead: i, Behind: j, Weight: w}
			if slope < 0 {
				s.Ahead, s.Behind = j, i
			}
			out = append(out, s)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Weight < out[j].Weight })
	return out, nil
}

// SteadyRange returns the widest range of weights around w in which the same
// units stay among the best top; ends that no swap bounds are 0 and 1. If w is
// itself a weight at which the front group changes, the range is that point.
func SteadyRange(a, b Part, w float64, top int) (low, high float64, err error) {
	swaps, err := Swaps(a, b)
	if err != nil {
		return 0, 0, err
	}
	cuts := []float64{0}
	for _, s := range swaps {
		cuts = append(cuts, s.Weight)
	}
	cuts = append(cuts, 1)
	here := best(a, b, w, top)
	same := func(k int) bool {
		return cuts[k] == cuts[k+1] || equal(best(a, b, (cuts[k]+cuts[k+1])/2, top), here)
	}
	right, left := sort.SearchFloat64s(cuts, w), sort.SearchFloat64s(cuts, w)
	if right < len(cuts) && cuts[right] > w {
		left--
	}
	low, high = w, w
	for k := left; k+1 < len(cuts) && same(k); k++ {
		high = math.Max(high, cuts[k+1])
	}
	for k := right - 1; k >= 0 && same(k); k-- {
		low = math.Min(low, cuts[k])
	}
	return low, high, nil
}

func best(a, b Part, w float64, top int) []bool {
	scores := make([]float64, len(a.Score))
	for i := range scores {
		scores[i] = w*a.Score[i] + (1-w)*b.Score[i]
	}
	out := make([]bool, len(scores))
	for i, r := range Point(scores) {
		out[i] = r <= top
	}
	return out
}

func equal(a, b []bool) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
