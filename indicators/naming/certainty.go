package naming

import (
	"fmt"
	"math"

	"minyi/indicators"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/stats/rank"
)

// Sureness says how sure one row's total and place are. Totals are in points.
type Sureness struct {
	Unit  roster.UnitCode `json:"unit"`
	Known bool            `json:"known"` // false: no part tells its error, so nothing is said
	SE    float64         `json:"se"`
	Low   float64         `json:"low"` // 95 % interval of the total
	High  float64         `json:"high"`
	// Best and Worst are the quick joint intervals of Klein, Wright and Wieczorek,
	// the only ones that rankings of before have.
	Best  int     `json:"best"`
	Worst int     `json:"worst"`
	Top   float64 `json:"top"` // probability of being in the front group
	// Level names the units whose total the data cannot tell from this one's.
	Level []roster.UnitCode `json:"level"`

	Own      Places    `json:"own"`      // holds this unit's true place with 95 %
	All      Places    `json:"all"`      // hold the true places of all units together with 95 %
	Expected float64   `json:"expected"` // mean of the simulated places
	Chances  []float64 `json:"chances"`  // of the first place, the second, ...
	// MayFront marks who may belong to the front group: with 95 % nobody who truly
	// does is left out.
	MayFront bool `json:"may_front"`
}

// Places is a set of places from the best to the worst; 0 where there is none.
type Places struct {
	Best  int `json:"best"`
	Worst int `json:"worst"`
}

// Certainty is the certainty of a table's rows, in their order.
type Certainty struct {
	Track roster.Track `json:"track"`
	Group roster.Group `json:"group"`
	Rows  []Sureness   `json:"rows"`
	// Method is empty in rankings of before, which know no Own, All, Expected,
	// Chances, MayFront and Ties.
	Method string `json:"method,omitempty"`
	// Ties are runs of neighbours of which no two can be told apart; a unit may be
	// in two of them.
	Ties [][]roster.UnitCode `json:"ties,omitempty"`
	// Related tells that errors of different units hang together.
	Related bool `json:"related,omitempty"`
	// Edge are the units on either side of the cut-off that the data cannot tell from
	// somebody across it; empty where the cut-off is clear.
	Edge Edge `json:"edge,omitzero"`
}

// Edge is what the data leave open at the cut-off of the front group.
type Edge struct {
	Inside  []roster.UnitCode `json:"inside,omitempty"`
	Outside []roster.UnitCode `json:"outside,omitempty"`
}

// Open reports whether the data leave the cut-off open.
func (e Edge) Open() bool { return len(e.Inside) > 0 }

const (
	z95      = 1.959963984540054 // 97.5 % point of the normal distribution
	coverage = 0.95
	seed     = 1 // of the simulated places: the same findings give the same figures
	maxT     = "max-t"
)

// weights returns the share of each part in the row's total, renormalised over the
// parts that are there; nothing where there is none.
func (r Row) weights() []float64 {
	var whole indicators.Share
	for _, p := range r.Parts {
		if p.Present {
			whole += p.Share
		}
	}
	if whole == 0 {
		return nil
	}
	out := make([]float64, len(r.Parts))
	for n, p := range r.Parts {
		if p.Present {
			out[n] = float64(p.Share) / float64(whole)
		}
	}
	return out
}

// Silent returns the instruments of the row's total whose finding tells no error:
// it counts as exact, and the page must say so.
func (r Row) Silent() []scorebook.Instrument {
	var out []scorebook.Instrument
	for _, p := range r.Parts {
		if p.Present && p.Share > 0 && p.SE == 0 {
			out = append(out, p.Instrument)
		}
	}
	return out
}

// spread returns the standard error of a row's total in points: SE^2 = sum w^2 SE_i^2,
// with what surveys' errors do to the evaluation's mark by the indicators that they
// feed. Parts that tell no error add none.
func spread(r Row) (se float64, known bool) {
	sum, mark := 0.0, r.fedErrors()
	for n, w := range r.weights() {
		p := r.Parts[n]
		if slope := w * p.slope(); slope > 0 && p.SE > 0 {
			sum += slope * slope * p.variance(r.Unit)
			known = true
		}
		if p.Instrument == scorebook.Evaluation && w > 0 && mark.variance > 0 {
			slope := w * p.slope()
			sum += slope*slope*mark.variance + 2*slope*r.slopeOf(scorebook.Survey)*mark.withSurvey
			known = true
		}
	}
	return math.Sqrt(max(sum, 0)), known
}

// slopeOf is by how many points the total rises with a point of an instrument's mark.
func (r Row) slopeOf(i scorebook.Instrument) float64 {
	for n, w := range r.weights() {
		if r.Parts[n].Instrument == i && w > 0 {
			return w * r.Parts[n].slope()
		}
	}
	return 0
}

// slope is by how many points what the part counts rises with a point of its mark.
func (p Part) slope() float64 { return points(indicators.Hundred) / points(p.Goal.Top()-p.Goal.Low) }

// counts is what the part counts, in points.
func (p Part) counts() float64 {
	exact, _ := p.exact().Float64()
	const hundredths = 100
	return exact / hundredths
}

func points(m indicators.Mark) float64 { return float64(m) / 100 }

// related is the covariance of two rows' totals: sum w_i w_j cov over the
// instruments whose findings both say that their errors hang together.
func related(a, b Row) float64 {
	wa, wb, sum := a.weights(), b.weights(), 0.0
	for n := range wa {
		if n < len(wb) && a.Parts[n].Instrument == b.Parts[n].Instrument {
			sum += wa[n] * wb[n] * a.Parts[n].slope() * b.Parts[n].slope() * a.Parts[n].with(b.Unit, b.Parts[n], a.Unit)
		}
	}
	return sum
}

// Certainties works out the certainty of every table with the full covariance of
// the totals: rank sets, who may belong to the front group, simulated places, and
// the ties that the data cannot tell apart, after Mogstad, Romano, Shaikh and
// Wilhelm (2024); Klein, Wright and Wieczorek's intervals stand beside them. Each
// unit's survey has a sample of its own and each dossier its own sheets, so that
// the errors of two units are independent unless their findings say otherwise
// (Shared). A row whose error nobody knows counts as exact for the others and gets
// no statement of its own.
func Certainties(r Ranking) ([]Certainty, error) {
	out := make([]Certainty, 0, len(r.Tables))
	for _, t := range r.Tables {
		c, err := certainty(t)
		if err != nil {
			return nil, fmt.Errorf("certainty of %s %s: %w", t.Track, t.Group, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func certainty(t Table) (Certainty, error) {
	c := Certainty{Track: t.Track, Group: t.Group, Rows: make([]Sureness, len(t.Rows)), Method: maxT}
	e := errorsOf(t)
	for i := range t.Rows {
		c.Rows[i].Unit = t.Rows[i].Unit
		if i >= len(e.x) || !e.known[i] {
			continue
		}
		s, room := &c.Rows[i], z95*e.se[i]
		s.Known, s.SE = true, e.se[i]
		s.Low, s.High = max(0, e.x[i]-room), min(points(indicators.Hundred), e.x[i]+room)
	}
	if len(e.x) == 0 {
		return c, nil
	}
	c.Related = e.related
	return c, e.fill(t, &c)
}

// shaky are the ranked totals of a table in points, with their errors.
type shaky struct {
	x, se   []float64
	known   []bool
	sigma   [][]float64
	related bool // sigma has entries off its diagonal
}

// errorsOf reads the ranked rows, which stand first in a table.
func errorsOf(t Table) shaky {
	var e shaky
	for _, row := range t.Rows {
		if row.Ranked {
			se, known := spread(row)
			e.x, e.se, e.known = append(e.x, points(row.Total)), append(e.se, se), append(e.known, known)
		}
	}
	e.sigma = rank.Diagonal(e.se)
	for i := range e.x {
		for j := range i {
			if v := related(t.Rows[i], t.Rows[j]); v != 0 {
				e.sigma[i][j], e.sigma[j][i], e.related = v, v, true
			}
		}
	}
	return e
}

// fill adds what the errors say of the places.
func (e shaky) fill(t Table, c *Certainty) error {
	method, draws, cut := rank.Independence, rank.Draws{Seed: seed}, min(t.Cut, len(e.x))
	if e.related {
		method = rank.Bonferroni
	}
	quick, _, err := rank.Intervals(e.x, e.se, coverage, method)
	if err != nil {
		return err
	}
	better, err := rank.Better(e.x, e.sigma, coverage, draws)
	if err != nil {
		return err
	}
	own, err := rank.Marginal(e.x, e.sigma, coverage, draws)
	if err != nil {
		return err
	}
	chances, err := rank.Probabilities(e.x, e.sigma, cut, draws)
	if err != nil {
		return err
	}
	all := rank.SetsOf(better)
	for i := range e.x {
		s := &c.Rows[i]
		if !e.known[i] {
			continue
		}
		s.Best, s.Worst, s.Top = quick.Best[i], quick.Worst[i], chances.Top[i]
		s.Own, s.All = Places{own.Best[i], own.Worst[i]}, Places{all.Best[i], all.Worst[i]}
		s.Expected, s.Chances, s.MayFront = chances.Expected[i], chances.Rank[i], all.Best[i] <= cut
		s.Level = level(t, better, i)
	}
	c.Ties = e.ties(t, better)
	if !t.Second {
		c.Edge = e.edge(t, better)
	}
	return nil
}

// level names the units that are not told apart from unit i.
func level(t Table, better [][]bool, i int) (out []roster.UnitCode) {
	for j := range better {
		if i != j && !better[i][j] && !better[j][i] {
			out = append(out, t.Rows[j].Unit)
		}
	}
	return out
}

// edge compares everybody in front with everybody behind; whose error nobody knows is
// left out.
func (e shaky) edge(t Table, better [][]bool) (out Edge) {
	inside, outside := make([]bool, len(e.x)), make([]bool, len(e.x))
	for i := range e.x {
		for j := range e.x {
			if t.Rows[i].Front && !t.Rows[j].Front && e.known[i] && e.known[j] && !better[i][j] {
				inside[i], outside[j] = true, true
			}
		}
	}
	for i := range e.x {
		if inside[i] {
			out.Inside = append(out.Inside, t.Rows[i].Unit)
		}
		if outside[i] {
			out.Outside = append(out.Outside, t.Rows[i].Unit)
		}
	}
	return out
}

// ties returns the longest runs of neighbours, of those with a known error, in
// which no unit is shown better than another.
func (e shaky) ties(t Table, better [][]bool) [][]roster.UnitCode {
	var known []int
	for i := range e.x {
		if e.known[i] {
			known = append(known, i)
		}
	}
	var out [][]roster.UnitCode
	reached := 0 // end of the run before
	for from := range known {
		end := from
		for end < len(known) && apart(better, known[from:end], known[end]) == 0 {
			end++
		}
		if end-from > 1 && end > reached {
			var run []roster.UnitCode
			for _, i := range known[from:end] {
				run = append(run, t.Rows[i].Unit)
			}
			out, reached = append(out, run), end
		}
	}
	return out
}

// apart counts the units of a run that can be told from one more.
func apart(better [][]bool, run []int, one int) int {
	n := 0
	for _, i := range run {
		if better[i][one] || better[one][i] {
			n++
		}
	}
	return n
}
