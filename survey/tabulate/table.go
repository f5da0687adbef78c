package tabulate

import (
	"fmt"
	"math"
	"slices"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// columnsPerItem are the number columns of one item: satisfied, mean (as place
// on 0 to 100), don't know, no answer, not applicable, and the mean in points.
const columnsPerItem = 6

// The columns of one item.
const (
	colSatisfied = iota
	colPlace
	colDontKnow
	colNoAnswer
	colNotApplicable
	colMean
)

// columns spells out the items as number columns, NaN outside each one's own
// base: all estimates of a table come from one call with one covariance.
func columns(items []Item, list []Response) []estimate.Variable {
	vars := make([]estimate.Variable, 0, columnsPerItem*len(items))
	for k := range items {
		item := &items[k]
		low, high := span(item.Valid)
		values := make([][]float64, columnsPerItem)
		for c := range values {
			values[c] = make([]float64, len(list))
		}
		for i := range list {
			point := list[i].Points[k]
			for c := range values {
				values[c][i] = math.NaN()
			}
			valid := slices.Contains(item.Valid, point)
			if valid {
				values[colSatisfied][i] = indicator(slices.Contains(item.Satisfied, point))
				values[colMean][i] = float64(point)
				values[colPlace][i] = 100 * float64(point-low) / float64(high-low)
			}
			if valid || item.apart(point) {
				values[colDontKnow][i] = indicator(!valid && point == item.DontKnow)
				values[colNoAnswer][i] = indicator(!valid && point == item.NoAnswer)
				values[colNotApplicable][i] = indicator(!valid && point == item.NotApplicable)
			}
		}
		for c := range values {
			vars = append(vars, estimate.Variable{Name: fmt.Sprintf("%s/%d", item.ID, c), Values: values[c]})
		}
	}
	return vars
}

// apart reports whether a point is that of an answer which is not substantive.
func (i *Item) apart(point int) bool {
	return point > 0 && (point == i.DontKnow || point == i.NoAnswer || point == i.NotApplicable)
}

func span(points []int) (low, high int) {
	if len(points) == 0 {
		return 0, 1
	}
	low, high = slices.Min(points), slices.Max(points)
	if low == high {
		high++
	}
	return low, high
}

func indicator(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// table estimates everything for the rows of the domain (nil: all).
func (r *Result) table(in Input, d *design.Design, domain []bool) (Table, error) {
	e, err := estimate.AvailableMeans(d, columns(in.Items, in.Sampled), estimate.Options{
		Domain: domain, Level: Level, Deff: estimate.WithReplacement,
	})
	if err != nil {
		return Table{}, fmt.Errorf("tabulate: estimate: %w", err)
	}
	kish := math.Max(1, weight.Summarize(d.Weights()).KishDeff)
	out := Table{N: e.N, Items: make([]ItemTable, len(in.Items))}
	for k, item := range in.Items {
		at := func(c int) int { return columnsPerItem*k + c }
		out.Items[k] = ItemTable{
			ID: item.ID, Indicator: item.Indicator,
			Satisfied: share(e, at(colSatisfied), kish), AtLeast: atLeast(e, at(colSatisfied), kish),
			Mean:     within(plain(e, at(colMean)), item.Valid),
			DontKnow: share(e, at(colDontKnow), kish), NoAnswer: share(e, at(colNoAnswer), kish),
		}
		if item.NotApplicable != 0 {
			s := share(e, at(colNotApplicable), kish)
			out.Items[k].NotApplicable = &s
		}
		if e.Counts[at(colMean)] == 0 {
			r.note("tabulate.note.item_empty")
		}
	}
	if !(e.DF > 0) {
		r.note("tabulate.note.no_variance")
	}
	if out.Index, err = composite(e, colPlace, 100); err != nil {
		return Table{}, err
	}
	out.Satisfied, err = composite(e, colSatisfied, 1)
	return out, err
}

// share is an estimated share with Korn and Graubard's interval.
func share(e *estimate.AvailableEstimates, c int, kish float64) Estimate {
	out := plain(e, c)
	low, high := estimate.KornGraubard(e.Est[c], e.SE[c], e.DFs[c], float64(e.Counts[c]), kish, Level)
	out.Low, out.High = Number(low), Number(high)
	return out
}

// atLeast is the lower end of the two-sided interval at level 2·0.95-1.
func atLeast(e *estimate.AvailableEstimates, c int, kish float64) Number {
	low, _ := estimate.KornGraubard(e.Est[c], e.SE[c], e.DFs[c], float64(e.Counts[c]), kish, 2*Level-1)
	return Number(low)
}

// plain is an estimate with its t interval. Without degrees of freedom a
// standard error of 0 would be a false promise: it is not defined.
func plain(e *estimate.AvailableEstimates, c int) Estimate {
	out := Estimate{
		Est: Number(e.Est[c]), SE: Number(e.SE[c]), Low: Number(e.Low[c]), High: Number(e.High[c]),
		Deff: Number(e.Deff[c]), DF: Number(e.DFs[c]), N: e.Counts[c],
	}
	if !(e.DFs[c] > 0) {
		out.SE, out.Deff = nan(), nan()
	}
	return out
}

// within keeps the limits of a mean to the points of its scale.
func within(e Estimate, valid []int) Estimate {
	low, high := span(valid)
	e.Low, e.High = max(e.Low, Number(low)), min(e.High, Number(high))
	return e
}

// composite averages one column over the items that anybody answered; its
// standard error comes from the items' joint covariance. Limits keep to 0 … top.
func composite(e *estimate.AvailableEstimates, column int, top float64) (Estimate, error) {
	var used []int
	for c := column; c < len(e.Est); c += columnsPerItem {
		if e.Counts[c] > 0 {
			used = append(used, c)
		}
	}
	if len(used) == 0 {
		return unknown(), nil
	}
	joint := e.Select(used)
	coef := make([]float64, len(used))
	for k := range coef {
		coef[k] = 1 / float64(len(used))
	}
	c, err := joint.Contrast(coef, estimate.Options{Level: Level})
	if err != nil {
		return Estimate{}, fmt.Errorf("tabulate: composite: %w", err)
	}
	out := Estimate{
		Est: Number(c.Est), SE: Number(c.SE), DF: Number(c.DF), Deff: nan(), N: e.N,
		Low: Number(math.Max(0, c.Low)), High: Number(math.Min(top, c.High)),
	}
	if !(c.DF > 0) {
		out.SE, out.Low, out.High = nan(), nan(), nan()
	}
	return out, nil
}

func unknown() Estimate {
	return Estimate{Est: nan(), SE: nan(), Low: nan(), High: nan(), Deff: nan(), DF: nan()}
}

func emptyTable(items []Item) Table {
	out := Table{Index: unknown(), Satisfied: unknown(), Items: make([]ItemTable, len(items))}
	for k, item := range items {
		out.Items[k] = ItemTable{
			ID: item.ID, Indicator: item.Indicator, AtLeast: nan(),
			Satisfied: unknown(), Mean: unknown(), DontKnow: unknown(), NoAnswer: unknown(),
		}
		if item.NotApplicable != 0 {
			none := unknown()
			out.Items[k].NotApplicable = &none
		}
	}
	return out
}

// posters makes the column of the poster answers.
func posters(in Input) []PosterItem {
	out := make([]PosterItem, len(in.Items))
	for k, item := range in.Items {
		n, satisfied, sum := 0, 0, 0
		for _, one := range in.Posters {
			point := one.Points[k]
			if !slices.Contains(item.Valid, point) {
				continue
			}
			n++
			sum += point
			if slices.Contains(item.Satisfied, point) {
				satisfied++
			}
		}
		out[k] = PosterItem{ID: item.ID, N: n, Satisfied: over(float64(satisfied), float64(n)), Mean: over(float64(sum), float64(n))}
	}
	return out
}
