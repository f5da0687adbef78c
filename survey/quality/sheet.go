package quality

import (
	"cmp"
	"math"
	"slices"
	"time"

	"minyi/stats/careless"
)

// review is a survey made ready: columns, units, and what the rules share.
type review struct {
	s          *Survey
	n          int
	units      []string
	unit       []int   // of each response
	byUnit     [][]int // responses of each unit in the order of their starts
	start      []float64
	columns    careless.Columns // as answered
	oriented   careless.Columns // reversed items turned
	reversed   []bool
	right      int8
	low        float64
	high       float64
	level      []float64   // mean of the oriented answers
	spread     []float64   // their standard deviation
	conflict   []float64   // reversed-item conflict, 0 where not defined
	pages      [][]float64 // log seconds of each response on each page; nil without pages
	pageSD     []float64
	pageMiddle []float64
	speed      []float64 // robust z of log time: below 0 is quick
	self       []bool    // answered on a device of one's own
	evidence   map[Code][]float64
	aspect     [][]float64 // see aspects
	totals     [][]sums    // of each unit, by aspect
}

func prepare(s *Survey) (*review, error) {
	r := &review{s: s, n: len(s.Responses), evidence: map[Code][]float64{}}
	if err := check(s); err != nil {
		return nil, err
	}
	r.index()
	r.fill()
	r.reversed = reversedOf(s, r.columns)
	r.right = rightOf(s)
	r.orient()
	r.timing()
	return r, nil
}

// index sorts the responses into units, by start.
func (r *review) index() {
	names := map[string]int{}
	for _, x := range r.s.Responses {
		names[x.Unit] = 0
	}
	for name := range names {
		r.units = append(r.units, name)
	}
	slices.Sort(r.units)
	for u, name := range r.units {
		names[name] = u
	}
	r.unit, r.start, r.self = make([]int, r.n), make([]float64, r.n), make([]bool, r.n)
	r.byUnit = make([][]int, len(r.units))
	for i, x := range r.s.Responses {
		r.unit[i] = names[x.Unit]
		r.start[i] = math.NaN()
		if !x.Start.IsZero() {
			r.start[i] = float64(x.Start.UnixMilli()) / float64(time.Second.Milliseconds())
		}
		r.self[i] = x.Mode != "kiosk" && x.Mode != "assisted"
		r.byUnit[r.unit[i]] = append(r.byUnit[r.unit[i]], i)
	}
	for _, members := range r.byUnit {
		slices.SortFunc(members, func(a, b int) int {
			if c := cmp.Compare(r.start[a], r.start[b]); c != 0 {
				return c
			}
			return cmp.Compare(r.s.Responses[a].ID, r.s.Responses[b].ID)
		})
	}
}

// fill copies the answers into columns and finds the ends of the scale.
func (r *review) fill() {
	r.columns = make(careless.Columns, len(r.s.Items))
	r.low, r.high = math.Inf(1), math.Inf(-1)
	for j := range r.columns {
		r.columns[j] = make([]float64, r.n)
		for i, x := range r.s.Responses {
			v := math.NaN()
			if x.Answers[j] != NoAnswer {
				v = float64(x.Answers[j])
				r.low, r.high = min(r.low, v), max(r.high, v)
			}
			r.columns[j][i] = v
		}
	}
}

// orient turns the reversed items and takes level, spread and conflict.
func (r *review) orient() {
	r.oriented = make(careless.Columns, len(r.columns))
	for j, column := range r.columns {
		r.oriented[j] = column
		if r.reversed[j] {
			turned := make([]float64, r.n)
			for i, v := range column {
				turned[i] = r.low + r.high - v
			}
			r.oriented[j] = turned
		}
	}
	r.level, r.spread, r.conflict = make([]float64, r.n), make([]float64, r.n), make([]float64, r.n)
	for i := range r.n {
		var sum, squares, count float64
		var side, sides [2]float64
		for j, column := range r.oriented {
			v := column[i]
			if math.IsNaN(v) {
				continue
			}
			sum, squares, count = sum+v, squares+v*v, count+1
			k := 0
			if r.reversed[j] {
				k = 1
			}
			side[k] += v
			sides[k]++
		}
		r.level[i] = (r.low + r.high) / 2
		if count > 0 {
			r.level[i] = sum / count
			r.spread[i] = math.Sqrt(max(0, squares/count-r.level[i]*r.level[i]))
		}
		if sides[0] > 0 && sides[1] > 0 {
			r.conflict[i] = math.Abs(side[0]/sides[0] - side[1]/sides[1])
		}
	}
}

// give notes evidence of a rule for a response, where it is more than before, up
// to the rule's cap.
func (r *review) give(code Code, i int, amount float64) {
	column := r.evidence[code]
	if column == nil {
		column = make([]float64, r.n)
		r.evidence[code] = column
	}
	if !math.IsNaN(amount) {
		column[i] = max(column[i], amount)
	}
}

// ramp is 0 up to from, then rises to most at to.
func ramp(x, from, to, most float64) float64 {
	if math.IsNaN(x) || x <= from {
		return 0
	}
	return min(most, most*(x-from)/(to-from))
}
