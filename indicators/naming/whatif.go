package naming

import (
	"math"
	"slices"

	"minyi/indicators"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/stats/rank"
)

// Study says what other choices would make of a table: for reference only, never the
// ranking. The official choices are the scheme's shares, the weighted arithmetic
// mean, full marks as goalposts, and missing parts left out.
type Study struct {
	Track  roster.Track
	Group  roster.Group
	Cut    int
	Runs   int
	Same   float64 // share of the runs in which the front group was the official one
	Units  []Studied
	Moves  []Move
	Scenes []Scene // one a part
	// Last is the unit that officially holds the last place of the front group;
	// Decides says how much of the variance of its place each choice explains.
	Last    roster.UnitCode
	Moving  bool // its place varies at all
	Decides []Choice
	Methods []Method
}

// Studied is one unit over all runs, in the table's order.
type Studied struct {
	Unit      roster.UnitCode
	Place     int // official
	Low, High int // 5 % and 95 % of its places
	Median    int
	Front     float64   // share of the runs in which it was in the front group
	Places    []float64 // share of the runs at each place
}

// Choice is a choice with its first-order and total Sobol index.
type Choice struct {
	Name         string // text key behind ranking.choice.
	First, Total float64
}

// Scene is the places of all units, in the table's order, as one part's share goes from
// nothing to all, the others keeping their proportions; 0 where a unit has no total
// then.
type Scene struct {
	Instrument scorebook.Instrument
	Official   float64 // share, of the parts that anybody has
	Shares     []float64
	Places     [][]int // by share, by unit
}

// Method is a whole other way to put the parts together, with each unit's place.
type Method struct {
	Name   string // text key behind ranking.method.
	Places []int
}

// frame is a table as numbers: units by parts with a share, NaN where one is missing.
type frame struct {
	x           [][]float64 // marks in points
	share       []float64   // official
	instruments []scorebook.Instrument
	cut         int
}

func frameOf(t Table) frame {
	f := frame{cut: t.Cut}
	var ranked []Row
	for _, r := range t.Rows {
		if r.Ranked {
			ranked = append(ranked, r)
		}
	}
	if len(ranked) == 0 {
		return f
	}
	f.x = make([][]float64, len(ranked))
	for n, p := range ranked[0].Parts {
		there := slices.ContainsFunc(ranked, func(r Row) bool { return r.Parts[n].Present })
		if p.Share == 0 || !there {
			continue
		}
		f.share, f.instruments = append(f.share, float64(p.Share)/float64(indicators.Whole)), append(f.instruments, p.Instrument)
		for i, r := range ranked {
			v := math.NaN()
			if r.Parts[n].Present {
				v = r.Parts[n].counts()
			}
			f.x[i] = append(f.x[i], v)
		}
	}
	return f
}

// The choices beside the shares, each a number from 0 to 1 that is cut into equal
// pieces: the first piece is the official choice.
const (
	scalings  = 3    // full marks as goalposts; lowest to highest; standardised
	means     = 2    // arithmetic; geometric
	fills     = 2    // a missing part left out; taken as the mean of the others' marks
	beyond    = 3    // choices that are no share
	spreadLow = 0.75 // a share is moved from 0.75 to 1.25 times the official one
	spreadTop = 1.25
)

// names are those of the choices, in the order of a run's numbers.
func (f frame) names() []string {
	var out []string
	for _, i := range f.instruments {
		out = append(out, "share."+string(i))
	}
	return append(out, "scaling", "mean", "missing")
}

// run computes the scores that one set of choices gives. u holds a factor for each
// share, then the numbers of the other choices.
func (f frame) run(u []float64) []float64 {
	p := len(f.share)
	weight := make([]float64, p)
	for n := range weight {
		weight[n] = f.share[n] * u[n]
	}
	pick := func(n, pieces int) int { return min(int(u[p+n]*float64(pieces)), pieces-1) }
	return combined(filled(scaled(f.x, pick(0, scalings)), pick(2, fills) == 1), weight, rank.Arithmetic+rank.Mean(pick(1, means)))
}

// scaled makes marks comparable on 0 to 100: as they are, from the lowest to the
// highest of the table, or standardised about 50 with a standard deviation of 10.
func scaled(x [][]float64, how int) [][]float64 {
	if how == 0 {
		return x
	}
	out := make([][]float64, len(x))
	for i := range out {
		out[i] = make([]float64, len(x[i]))
	}
	for n := range x[0] {
		column := columnOf(x, n)
		low, high, mean, sd := extent(column)
		for i, v := range column {
			const middle, ten, hundred = 50, 10, 100
			switch {
			case math.IsNaN(v):
				out[i][n] = v
			case high == low:
				out[i][n] = middle
			case how == 1:
				out[i][n] = hundred * (v - low) / (high - low)
			default:
				out[i][n] = max(middle+ten*(v-mean)/sd, 0)
			}
		}
	}
	return out
}

func columnOf(x [][]float64, n int) []float64 {
	out := make([]float64, len(x))
	for i := range x {
		out[i] = x[i][n]
	}
	return out
}

// extent returns lowest, highest, mean and standard deviation (n-1) of what is there.
func extent(column []float64) (low, high, mean, sd float64) {
	low, high = math.Inf(1), math.Inf(-1)
	count := 0.0
	for _, v := range column {
		if !math.IsNaN(v) {
			low, high, mean, count = min(low, v), max(high, v), mean+v, count+1
		}
	}
	mean /= count
	for _, v := range column {
		if !math.IsNaN(v) {
			sd += (v - mean) * (v - mean)
		}
	}
	return low, high, mean, math.Sqrt(sd / max(count-1, 1))
}

// filled puts the mean of the others' marks where a part is missing.
func filled(x [][]float64, yes bool) [][]float64 {
	if !yes {
		return x
	}
	out := make([][]float64, len(x))
	for i := range x {
		out[i] = slices.Clone(x[i])
	}
	for n := range x[0] {
		_, _, mean, _ := extent(columnOf(x, n))
		for i := range out {
			if math.IsNaN(out[i][n]) {
				out[i][n] = mean
			}
		}
	}
	return out
}

// combined is the weighted mean of the parts that are there. A geometric or harmonic
// one takes a mark below 0.01 as 0.01.
func combined(x [][]float64, weight []float64, mean rank.Mean) []float64 {
	const least = 0.01
	out := make([]float64, len(x))
	for i, row := range x {
		var sum, whole float64
		for n, v := range row {
			if math.IsNaN(v) {
				continue
			}
			whole += weight[n]
			switch mean {
			case rank.Geometric:
				sum += weight[n] * math.Log(max(v, least))
			case rank.Harmonic:
				sum += weight[n] / max(v, least)
			default:
				sum += weight[n] * v
			}
		}
		out[i] = ended(sum/whole, mean)
	}
	return out
}

func ended(v float64, mean rank.Mean) float64 {
	switch mean {
	case rank.Geometric:
		return math.Exp(v)
	case rank.Harmonic:
		return 1 / v
	case rank.Arithmetic:
	}
	return v
}
