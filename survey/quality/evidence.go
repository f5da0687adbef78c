package quality

import (
	"math"
	"slices"
	"sort"

	"minyi/stats/careless"
)

// Frame is how a survey's responses are spread: what one of them is shown against.
// It is made once and may be read by many at a time.
type Frame struct {
	s     *Survey
	pages [][]float64        // seconds on each page, ascending, of who answered alone
	share []map[int8]float64 // of each item's answers
	hours map[int64]int      // responses of each hour since 1970
}

// NewFrame looks at the responses of a unit.
func NewFrame(s *Survey, unit string) *Frame {
	f := &Frame{s: s, hours: map[int64]int{}, share: make([]map[int8]float64, len(s.Items))}
	counts := make([]float64, len(s.Items))
	for j := range f.share {
		f.share[j] = map[int8]float64{}
	}
	for i := range s.Responses {
		x := &s.Responses[i]
		if x.Unit != unit {
			continue
		}
		if !x.Start.IsZero() {
			f.hours[hourOf(x)]++
		}
		for j, v := range x.Answers {
			f.share[j][v]++
			counts[j]++
		}
		f.addPages(x)
	}
	for j := range f.share {
		for v := range f.share[j] {
			f.share[j][v] /= counts[j]
		}
	}
	for _, p := range f.pages {
		slices.Sort(p)
	}
	return f
}

func (f *Frame) addPages(x *Response) {
	for len(f.pages) < len(x.Pages) {
		f.pages = append(f.pages, nil)
	}
	for k, v := range x.Pages {
		if !math.IsNaN(v) {
			f.pages[k] = append(f.pages[k], v)
		}
	}
}

func hourOf(x *Response) int64 { return x.Start.Unix() / 3600 }

// PageEvidence is the time at one page against everybody's.
type PageEvidence struct {
	Seconds           float64 // NaN where not known
	Low, Middle, High float64 // 5 %, 50 % and 95 % of all who answered
	Quicker           float64 // share of all that were quicker, 0 to 1
}

// AnswerEvidence is one answer, with the share of all who gave it.
type AnswerEvidence struct {
	Answer int8
	Share  float64
	InRun  bool // it belongs to the longest run of equal answers
}

// Twins counts the other responses of the unit with equal answers.
type Twins struct {
	Same, Near int     // all answers equal, at least 85 % of them
	Expected   float64 // near ones, by how many the other units have; NaN without others
}

// HourEvidence is an hour's arrivals: all, those of the response's network, and
// those of its batch.
type HourEvidence struct {
	Hour                int64 // since 1970-01-01 UTC
	All, Network, Batch int
	Own                 bool
}

// Evidence is what lies behind one finding.
type Evidence struct {
	Pages   []PageEvidence
	Answers []AnswerEvidence
	Run     int // length of the longest run of equal answers
	Spread  float64
	Twins   Twins
	Hours   []HourEvidence // a day before and after; empty where times are not known
	Network int            // responses of the same network in the unit
}

// Of returns the evidence about one response.
func (f *Frame) Of(i int) Evidence {
	x := &f.s.Responses[i]
	out := Evidence{Answers: f.answers(x), Twins: f.twins(i), Hours: f.around(x)}
	for k, v := range x.Pages {
		out.Pages = append(out.Pages, f.page(k, v))
	}
	from, run := longestRun(x.Answers)
	out.Run = run
	for j := from; j < from+run; j++ {
		out.Answers[j].InRun = run > 1
	}
	if sd, err := careless.Variability(columnsOf(x)); err == nil && len(sd) == 1 {
		out.Spread = sd[0]
	}
	for k := range f.s.Responses {
		if o := &f.s.Responses[k]; o.Unit == x.Unit && x.Network != "" && o.Network == x.Network {
			out.Network++
		}
	}
	return out
}

func columnsOf(x *Response) careless.Columns {
	c := make(careless.Columns, len(x.Answers))
	for j, v := range x.Answers {
		c[j] = []float64{math.NaN()}
		if v != NoAnswer {
			c[j][0] = float64(v)
		}
	}
	return c
}

func (f *Frame) answers(x *Response) []AnswerEvidence {
	out := make([]AnswerEvidence, len(x.Answers))
	for j, v := range x.Answers {
		out[j] = AnswerEvidence{Answer: v, Share: f.share[j][v]}
	}
	return out
}

// longestRun is where the longest run of equal answers begins, and its length.
func longestRun(answers []int8) (from, length int) {
	start := 0
	for k := range answers {
		if answers[k] != answers[start] {
			start = k
		}
		if answers[k] != NoAnswer && k-start+1 > length {
			from, length = start, k-start+1
		}
	}
	return from, length
}

func (f *Frame) page(k int, seconds float64) PageEvidence {
	all := f.pages[k]
	out := PageEvidence{Seconds: seconds, Low: math.NaN(), Middle: math.NaN(), High: math.NaN(), Quicker: math.NaN()}
	if len(all) == 0 {
		return out
	}
	at := func(share float64) float64 { return all[int(share*float64(len(all)-1)+.5)] }
	const low, middle, high = .05, .5, .95
	out.Low, out.Middle, out.High = at(low), at(middle), at(high)
	if !math.IsNaN(seconds) {
		out.Quicker = float64(sort.SearchFloat64s(all, seconds)) / float64(len(all))
	}
	return out
}

// nearTwin is how many equal answers make a near twin (Kuriakose and Robbins
// 2016); by itself it proves nothing.
const nearTwin = .85

func (f *Frame) twins(i int) Twins {
	x := &f.s.Responses[i]
	var out Twins
	var own, others, near float64
	for k := range f.s.Responses {
		o := &f.s.Responses[k]
		equal := 0
		for j, v := range o.Answers {
			if v == x.Answers[j] {
				equal++
			}
		}
		is := float64(equal) >= nearTwin*float64(len(x.Answers))
		switch {
		case k == i:
		case o.Unit != x.Unit:
			others++
			if is {
				near++
			}
		default:
			own++
			if is {
				out.Near++
			}
			if equal == len(x.Answers) {
				out.Same++
			}
		}
	}
	out.Expected = near / others * own // NaN without others
	return out
}

// around are the arrivals a day before and after a response.
func (f *Frame) around(x *Response) []HourEvidence {
	if x.Start.IsZero() {
		return nil
	}
	const day = 24
	at := hourOf(x)
	out := make([]HourEvidence, 2*day+1)
	for k := range out {
		hour := at - day + int64(k)
		out[k] = HourEvidence{Hour: hour, All: f.hours[hour], Own: hour == at}
	}
	for k := range f.s.Responses {
		o := &f.s.Responses[k]
		if o.Unit != x.Unit || o.Start.IsZero() {
			continue
		}
		h := hourOf(o) - at + day
		if h < 0 || h > 2*day {
			continue
		}
		if x.Network != "" && o.Network == x.Network {
			out[h].Network++
		}
		if x.Batch != "" && o.Batch == x.Batch {
			out[h].Batch++
		}
	}
	return out
}
