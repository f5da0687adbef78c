package tabulate

import (
	"slices"

	"minyi/indicators/fault"
	"minyi/survey/frame"
)

// Sheets are the sheets of many people as columns, one entry a person: what a
// large survey is tabulated from. Of is the person's place among the Units, nil of
// people whom no sample chose.
type Sheets struct {
	N                   int
	Points              []Points // in the order of the items
	Sex, Residence, Age Category // of the census margins
	Others              []Known  // that the plan's own margins ask for
	Insider             []bool   // works for the evaluated body
	Of                  []int32
	Units               []Unit
}

// Unit is one drawn PSU, with the design weight N/n of its people. Invited, Out
// (came back and do not belong to the population) and Size (of the PSU, in the
// frame's measure) are what a nonresponse adjustment rests on; without one they are
// not read.
type Unit struct {
	Stratum, PSU string
	Weight       float64
	Invited, Out int
	Size         int64
}

// Known is a question with one answer whose categories a margin may have.
type Known struct {
	Variable string
	Category
}

// Points are the answers to one item: person i gave the point Of[Code[i]]. At most
// 255 different codes are used; the last one stands for people left out.
type Points struct {
	Code []uint8
	Of   []int
}

// Category is one thing known of each person: Names[Code[i]], empty where it is not
// known.
type Category struct {
	Code  []uint8
	Names []string
}

// Survey is Input with the sheets as columns.
type Survey struct {
	Items      []Item
	Sampled    Sheets
	Posters    Sheets
	Population float64
	Margins    []frame.Margin
	Fieldwork  Fieldwork
	Plan       Plan // of the weights; the zero one is the house's own

	mixed int // of a pooled survey: how many of the sampled people are of the sample
}

const (
	leftOut  = 255 // the code of a point, of people outside a table
	maxCodes = 255
)

// Tabulate is the function Tabulate for sheets as columns; a unit with a weight
// that is not positive is refused where somebody belongs to it. It works on all
// processors, and on one or many the numbers are the same.
func (s Survey) Tabulate() (*Result, error) { return s.tabulate(&Result{}) }

func (s Survey) tabulate(out *Result) (*Result, error) {
	err := s.check()
	if err != nil {
		return nil, err
	}
	out.Fieldwork, out.Rates, out.Notes = s.Fieldwork, s.Fieldwork.Rates(), []string{}
	out.Posters, out.PosterN = s.posters(), s.Posters.N
	if s.Sampled.N == 0 {
		out.note("tabulate.note.no_answers")
		out.Sampled = emptyTable(s.Items)
		out.Weighting = Weighting{Population: Number(s.Population), Margins: []Margin{}, Sum: nan(), Min: nan(), Max: nan(), KishDeff: nan(), KishN: nan()}
		return out, nil
	}
	if s, err = s.Pooled(); err != nil {
		return nil, err
	}
	d, err := out.weigh(&s)
	if err != nil {
		return nil, err
	}
	all := domain{points: s.Sampled.Points, n: s.Sampled.N}
	if out.Sampled, err = out.official(&s, d, &all); err != nil {
		return nil, err
	}
	outside := s.Sampled.outside()
	out.Insiders = s.Sampled.N - outside.n
	if out.Insiders == 0 {
		return out, nil
	}
	without, err := out.table(s.Items, d, &outside)
	if err != nil {
		return nil, err
	}
	out.WithoutInsiders = &without
	return out, nil
}

// outside is the domain of the people who do not work for the evaluated body.
func (s *Sheets) outside() domain {
	out := domain{use: make([]bool, s.N), n: s.N}
	for i, insider := range s.Insider {
		out.use[i] = !insider
		if insider {
			out.n--
		}
	}
	if out.n == s.N {
		return out
	}
	for _, p := range s.Points {
		code := slices.Clone(p.Code)
		for i, insider := range s.Insider {
			if insider {
				code[i] = leftOut
			}
		}
		out.points = append(out.points, Points{Code: code, Of: p.Of})
	}
	return out
}

func (s *Survey) check() error {
	if len(s.Items) == 0 {
		return fault.New(fault.Invalid, "tabulate.items")
	}
	for _, list := range []*Sheets{&s.Sampled, &s.Posters} {
		if !list.fits(len(s.Items)) {
			return fault.New(fault.Invalid, "tabulate.points")
		}
	}
	if err := s.Sampled.checkUnits(s.mixed > 0); err != nil {
		return err
	}
	return s.Fieldwork.check()
}

// checkUnits demands a unit of each person, with a weight; in a pooled survey those of
// the posters have none.
func (s *Sheets) checkUnits(pooled bool) error {
	if len(s.Of) != s.N {
		return fault.New(fault.Invalid, "tabulate.points")
	}
	used := make([]bool, len(s.Units))
	for _, u := range s.Of {
		if u < 0 || int(u) >= len(used) {
			return fault.New(fault.Invalid, "tabulate.points")
		}
		used[u] = true
	}
	for u, unit := range s.Units {
		if used[u] && !positive(unit.Weight) && !pooled {
			return fault.New(fault.Invalid, "tabulate.weight", "stratum", unit.Stratum)
		}
	}
	return nil
}

// fits says whether the columns have an entry a person, and the items a column.
func (s *Sheets) fits(items int) bool {
	if s.N == 0 {
		return true
	}
	for _, c := range []Category{s.Sex, s.Residence, s.Age} {
		if len(c.Code) != s.N {
			return false
		}
	}
	for _, p := range s.Points {
		if len(p.Code) != s.N || len(p.Of) > maxCodes {
			return false
		}
	}
	for _, c := range s.Others {
		if len(c.Code) != s.N {
			return false
		}
	}
	return len(s.Points) == items && len(s.Insider) == s.N
}

// posters makes the column of the poster answers.
func (s *Survey) posters() []PosterItem {
	out := make([]PosterItem, len(s.Items))
	for k, item := range s.Items {
		var counts [256]int
		var of []int
		if s.Posters.N > 0 {
			of = s.Posters.Points[k].Of
			for _, code := range s.Posters.Points[k].Code {
				counts[code]++
			}
		}
		n, satisfied, sum := 0, 0, 0
		for code, point := range of {
			if !slices.Contains(item.Valid, point) {
				continue
			}
			n += counts[code]
			sum += counts[code] * point
			if slices.Contains(item.Satisfied, point) {
				satisfied += counts[code]
			}
		}
		out[k] = PosterItem{ID: item.ID, N: n, Satisfied: over(float64(satisfied), float64(n)), Mean: over(float64(sum), float64(n))}
	}
	return out
}

// gather turns people into columns. Units are the PSUs of the sample with their
// facts, others the variables of the people's other answers.
func gather(items int, people []Response, drawn []Unit, others []string) (Sheets, error) {
	if items == 0 {
		return Sheets{}, nil // refused by check
	}
	s := Sheets{N: len(people), Points: make([]Points, items), Others: make([]Known, len(others))}
	for k := range others {
		s.Others[k].Variable = others[k]
	}
	g := gathering{sheets: &s, units: map[Unit]int32{}, points: make([]map[int]uint8, items), names: make([]map[string]uint8, margins+len(others))}
	for k := range g.points {
		g.points[k] = map[int]uint8{}
	}
	for k := range g.names {
		g.names[k] = map[string]uint8{}
	}
	for _, unit := range drawn {
		to := &s.Units[g.unit(unit.Stratum, unit.PSU, unit.Weight)]
		to.Invited, to.Out, to.Size = to.Invited+unit.Invited, to.Out+unit.Out, unit.Size
	}
	for i := range people {
		if !g.add(&people[i]) {
			return s, fault.New(fault.Invalid, "tabulate.points")
		}
	}
	return s, nil
}

// gathering turns people into columns, one after the other.
type gathering struct {
	sheets *Sheets
	units  map[Unit]int32
	points []map[int]uint8
	names  []map[string]uint8
}

// margins is how many variables every response has.
const margins = 3

// unit is the place of a PSU among the units.
func (g *gathering) unit(stratum, psu string, weight float64) int32 {
	unit := Unit{Stratum: stratum, PSU: psu, Weight: weight}
	at := number(g.units, unit)
	if int(at) == len(g.sheets.Units) {
		g.sheets.Units = append(g.sheets.Units, unit)
	}
	return at
}

// add takes one person in; false where the person does not fit.
func (g *gathering) add(one *Response) bool {
	s := g.sheets
	if len(one.Points) != len(s.Points) || len(one.Others) != len(s.Others) {
		return false
	}
	for k, point := range one.Points {
		if p := &s.Points[k]; !enter(g.points[k], point, &p.Code, &p.Of) {
			return false
		}
	}
	for k, c := range []*Category{&s.Sex, &s.Residence, &s.Age} {
		if !enter(g.names[k], []string{one.Sex, one.Residence, one.Age}[k], &c.Code, &c.Names) {
			return false
		}
	}
	for k, name := range one.Others {
		if c := &s.Others[k]; !enter(g.names[margins+k], name, &c.Code, &c.Names) {
			return false
		}
	}
	s.Insider = append(s.Insider, one.Insider)
	s.Of = append(s.Of, g.unit(one.Stratum, one.PSU, one.Weight))
	return true
}

// enter appends the code of a value, a new one where the value is new and there is
// room for it.
func enter[V comparable](seen map[V]uint8, value V, codes *[]uint8, values *[]V) bool {
	code, ok := seen[value]
	if !ok {
		if len(*values) == maxCodes {
			return false
		}
		code = uint8(len(*values))
		seen[value] = code
		*values = append(*values, value)
	}
	*codes = append(*codes, code)
	return true
}
