package tabulate

import (
	"fmt"

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
func (r *Result) weigh(in Input) (*design.Design, error) {
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
func (r *Result) drawn(in Input) (*design.Design, error) {
	n := len(in.Sampled)
	spec := design.Spec{N: n, Nest: true, Lonely: design.LonelyAdjust, Strata: make([]int32, n), Weights: make([]float64, n)}
	strata, units := map[string]int32{}, map[[2]string]int32{}
	psus := make([]int32, n)
	perStratum := map[string]int{}
	for i, one := range in.Sampled {
		spec.Weights[i] = one.Weight
		spec.Strata[i] = number(strata, one.Stratum)
		before := len(units)
		psus[i] = number(units, [2]string{one.Stratum, one.PSU})
		if len(units) > before {
			perStratum[one.Stratum]++
		}
	}
	for _, count := range perStratum {
		if count == 1 {
			r.note("tabulate.note.lonely_psu")
		}
	}
	spec.IDs = [][]int32{psus}
	d, err := design.New(spec)
	if err != nil {
		return nil, fmt.Errorf("tabulate: the design: %w", err)
	}
	return d, nil
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
func (r *Result) rake(in Input, d *design.Design, population float64) (*design.Design, []Margin) {
	var terms []weight.Term
	var used []Margin
	totals := map[string]float64{"(Intercept)": population}
	for _, m := range in.Margins {
		margin, code, ok := r.margin(in, m, d.Weights(), population)
		if !ok {
			continue
		}
		term := weight.Term{Name: m.Variable, Code: code}
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
func (r *Result) margin(in Input, m frame.Margin, w []float64, population float64) (Margin, []int32, bool) {
	out := Margin{Variable: m.Variable, Source: m.Source, Status: m.Status}
	place, parts := map[string]int32{}, int64(0)
	for k, cell := range m.Cells {
		place[cell.Category] = int32(k)
		out.Cells = append(out.Cells, MarginCell{Category: cell.Category})
		parts += cell.Parts
	}
	code := make([]int32, len(in.Sampled))
	unknown, all := 0.0, 0.0
	for i, one := range in.Sampled {
		all += w[i]
		k, ok := place[one.category(m.Variable)]
		if !ok {
			k = int32(len(m.Cells))
			unknown += w[i]
			if len(out.Cells) == len(m.Cells) {
				out.Cells = append(out.Cells, MarginCell{})
			}
		}
		code[i] = k
		out.Cells[k].N++
	}
	rest := population * (1 - unknown/all)
	for k, cell := range m.Cells {
		if (cell.Parts == 0) != (out.Cells[k].N == 0) || parts == 0 {
			r.note("tabulate.note.margin_dropped_" + m.Variable)
			return Margin{}, nil, false
		}
		out.Cells[k].Total = Number(rest * float64(cell.Parts) / float64(parts))
	}
	if len(out.Cells) > len(m.Cells) {
		out.Cells[len(m.Cells)].Total = Number(population * unknown / all)
	}
	return out, code, true
}

// category returns a person's category on a margin, empty when it is not known.
func (one *Response) category(variable string) string {
	switch variable {
	case frame.Sex:
		return one.Sex
	case frame.Residence:
		return one.Residence
	case frame.Age:
		return one.Age
	}
	return ""
}
