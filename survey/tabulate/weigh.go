package tabulate

import (
	"fmt"
	"slices"

	"minyi/stats/design"
	"minyi/stats/weight"
	"minyi/survey/frame"
)

// The weighting iterates to a relative misfit far below what is published.
const (
	rakingEpsilon = 1e-10
	rakingRounds  = 100
)

// weigh makes the design of the sampled answers and brings its weights to the
// unit's population: raked to the margins (calibration with the raking distance,
// so that the variance has the regression residuals of Deville and Särndal
// 1992), or scaled to the population where there is none.
//
// People whose category on a margin is not known are a category of their own:
// it keeps its design-weighted share of the population, and the published
// margin is scaled to the rest. A margin with a published category in which
// nobody answered is left out with a note, and so are all margins when no
// weights meet them.
func (r *Result) weigh(in *Survey) (*design.Design, error) {
	if in.Plan.Custom() {
		return r.planned(in)
	}
	d, err := r.drawn(in)
	if err != nil {
		return nil, err
	}
	population := in.Population
	if !positive(population) {
		population = weight.Summarize(d.Weights()).Sum
		r.note("tabulate.note.no_population")
	}
	raked, used := r.rake(in, d, population)
	if raked == nil {
		if raked, err = d.Scale(population); err != nil {
			return nil, fmt.Errorf("tabulate: scale the weights: %w", err)
		}
		r.note("tabulate.note.design_weights_only")
	}
	s := weight.Summarize(raked.Weights())
	r.Weighting = Weighting{
		Population: Number(population), Margins: used,
		Sum: Number(s.Sum), Min: Number(s.Min), Max: Number(s.Max), KishDeff: Number(s.KishDeff), KishN: Number(s.KishNeff),
	}
	return raked, nil
}

// drawn is the design as it was drawn: PSUs within strata, with replacement
// (without a finite population correction: on the safe side). A stratum that
// nonresponse left with one PSU adds its square about the mean of all.
func (r *Result) drawn(in *Survey) (*design.Design, error) {
	people := &in.Sampled
	stratum, psu := r.numbered(people)
	spec := design.Spec{
		N: people.N, Nest: true, Lonely: design.LonelyAdjust,
		Strata: make([]int32, people.N), Weights: make([]float64, people.N),
	}
	psus := make([]int32, people.N)
	weight.InBlocks(people.N, weight.Blocks(people.N), func(_, low, high int) {
		for i := low; i < high; i++ {
			u := people.Of[i]
			spec.Weights[i], spec.Strata[i], psus[i] = people.Units[u].Weight, stratum[u], psu[u]
		}
	})
	spec.IDs = [][]int32{psus}
	d, err := design.New(spec)
	if err != nil {
		return nil, fmt.Errorf("tabulate: the design: %w", err)
	}
	return d, nil
}

// numbered numbers the strata and PSUs of the units that somebody belongs to.
func (r *Result) numbered(people *Sheets) (stratum, psu []int32) {
	used := make([]bool, len(people.Units))
	for _, u := range people.Of {
		used[u] = true
	}
	stratum, psu = make([]int32, len(used)), make([]int32, len(used))
	strata, psus := map[string]int32{}, map[[2]string]int32{}
	var size []int
	for u, unit := range people.Units {
		if !used[u] {
			continue
		}
		stratum[u] = number(strata, unit.Stratum)
		if int(stratum[u]) == len(size) {
			size = append(size, 0)
		}
		before := len(psus)
		psu[u] = number(psus, [2]string{unit.Stratum, unit.PSU})
		size[stratum[u]] += len(psus) - before
	}
	if slices.Contains(size, 1) {
		r.note("tabulate.note.lonely_psu")
	}
	return stratum, psu
}

func number[K comparable](seen map[K]int32, key K) int32 {
	id, ok := seen[key]
	if !ok {
		id = int32(len(seen))
		seen[key] = id
	}
	return id
}

// rake calibrates the weights to the margins that can be met; nil where there
// are none.
func (r *Result) rake(in *Survey, d *design.Design, population float64) (*design.Design, []Margin) {
	var terms []weight.Term
	var used []Margin
	totals := map[string]float64{"(Intercept)": population}
	for _, m := range in.Margins {
		margin, code, ok := r.margin(in, m, d.Weights(), population)
		if !ok {
			continue
		}
		term := weight.Term{Name: m.Variable, Small: code}
		for k, cell := range margin.Cells {
			term.Levels = append(term.Levels, cell.Category)
			if k > 0 {
				totals[m.Variable+"="+cell.Category] = float64(cell.Total)
			}
		}
		terms, used = append(terms, term), append(used, margin)
	}
	if len(terms) == 0 {
		return nil, []Margin{}
	}
	raked, err := calibrate(d, terms, totals)
	if err != nil {
		r.note("tabulate.note.margins_not_met")
		return nil, []Margin{}
	}
	r.noteMargins(used)
	return raked, used
}

func calibrate(d *design.Design, terms []weight.Term, totals map[string]float64) (*design.Design, error) {
	model, err := weight.NewModel(d.Rows(), true, terms)
	if err != nil {
		return nil, fmt.Errorf("tabulate: the margins: %w", err)
	}
	c := weight.Calibration{Method: weight.Raking, Control: weight.Control{Epsilon: rakingEpsilon, MaxIter: rakingRounds}}
	if c.Totals, err = model.Totals(totals); err != nil {
		return nil, fmt.Errorf("tabulate: the margins: %w", err)
	}
	out, err := d.Calibrate(model, c)
	if err != nil {
		return nil, fmt.Errorf("tabulate: rake: %w", err)
	}
	return out, nil
}

// noteMargins says what a reader must know about the margins that were used.
func (r *Result) noteMargins(used []Margin) {
	for _, m := range used {
		if m.Variable == frame.Age {
			r.note("tabulate.note.margin_includes_15_17")
		}
		for _, cell := range m.Cells {
			if cell.Category == "" {
				r.note("tabulate.note.unknown_category")
			}
		}
	}
}

// margin sorts the answers into the categories of a published margin and scales
// its totals to the population.
func (r *Result) margin(in *Survey, m frame.Margin, w []float64, population float64) (Margin, []uint8, bool) {
	out := Margin{Variable: m.Variable, Source: m.Source, Status: m.Status}
	place, parts := map[string]int{}, int64(0)
	for k, cell := range m.Cells {
		place[cell.Category] = k
		out.Cells = append(out.Cells, MarginCell{Category: cell.Category})
		parts += cell.Parts
	}
	if len(m.Cells) >= maxCodes {
		r.note("tabulate.note.margin_dropped_" + m.Variable)
		return Margin{}, nil, false
	}
	code, counts, sums := in.Sampled.sorted(m.Variable, place, len(m.Cells), w)
	all := 0.0
	for k, sum := range sums {
		all += sum
		if k < len(m.Cells) {
			out.Cells[k].N = counts[k]
		}
	}
	unknown := sums[len(m.Cells)]
	rest := population * (1 - unknown/all)
	for k, cell := range m.Cells {
		if (cell.Parts == 0) != (counts[k] == 0) || parts == 0 {
			r.note("tabulate.note.margin_dropped_" + m.Variable)
			return Margin{}, nil, false
		}
		out.Cells[k].Total = Number(rest * float64(cell.Parts) / float64(parts))
	}
	if n := counts[len(m.Cells)]; n > 0 {
		out.Cells = append(out.Cells, MarginCell{Total: Number(population * unknown / all), N: n})
	}
	return out, code, true
}

// sorted is the cell of each person by the places of the categories, the last one
// for what has no place, and the people and weights of each cell.
func (s *Sheets) sorted(variable string, place map[string]int, last int, w []float64) (code []uint8, counts []int, sums []float64) {
	known := s.category(variable)
	var cell [256]uint8
	for k := range cell {
		cell[k] = uint8(last)
		if k < len(known.Names) {
			if at, ok := place[known.Names[k]]; ok {
				cell[k] = uint8(at)
			}
		}
	}
	code, counts, sums = make([]uint8, s.N), make([]int, last+1), make([]float64, last+1)
	for i := range code {
		k := uint8(last)
		if known.Code != nil {
			k = cell[known.Code[i]]
		}
		code[i] = k
		counts[k]++
		sums[k] += w[i]
	}
	return code, counts, sums
}

// category returns what is known of the people on a margin; nothing of other
// variables than the sheets hold.
func (s *Sheets) category(variable string) Category {
	switch variable {
	case frame.Sex:
		return s.Sex
	case frame.Residence:
		return s.Residence
	case frame.Age:
		return s.Age
	}
	return Category{}
}
