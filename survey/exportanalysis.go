package survey

import (
	"math"

	"minyi/survey/export"
	"minyi/survey/tabulate"
)

// Names of the estimates in an export.
const (
	exportAll     = "all"
	exportWithout = "without_insiders"
	exportOverall = "overall"
)

// analysis is what the script does again.
func (x *exporting) analysis(names map[string]string) *export.Analysis {
	w := x.result.Weighting
	a := &export.Analysis{Population: float64(w.Population), Plan: x.plan()}
	own := 0
	for _, m := range w.Margins {
		one := export.Margin{Column: marginColumn(m.Variable)}
		if m.Status == tabulate.Imported {
			own++
			one.Column = targetColumn(own)
		}
		for _, cell := range m.Cells {
			code := cell.Category
			if code == "" {
				code = export.Unknown
			}
			if cell.N > 0 {
				one.Cells = append(one.Cells, export.MarginCell{Code: code, Total: float64(cell.Total)})
			}
		}
		if len(one.Cells) > 1 {
			a.Margins = append(a.Margins, one)
		}
	}
	scored := items(x.live.paper)
	for _, i := range scored {
		a.Items = append(a.Items, export.Item{ID: i.ID, Column: names[i.ID], Valid: i.Valid, Satisfied: i.Satisfied, Apart: apart(i)})
	}
	a.Estimates = estimates(exportAll, scored, x.result.Sampled)
	if x.result.WithoutInsiders != nil {
		a.Estimates = append(a.Estimates, estimates(exportWithout, scored, *x.result.WithoutInsiders)...)
	}
	return a
}

// apart are the points of an item that are no answer on its scale. Where the scale
// has no such point the share is of the point 0, which nobody chose.
func apart(i tabulate.Item) []export.Apart {
	out := []export.Apart{{Measure: "dont_know", Point: i.DontKnow}, {Measure: "no_answer", Point: i.NoAnswer}}
	if i.NotApplicable != 0 {
		out = append(out, export.Apart{Measure: "not_applicable", Point: i.NotApplicable})
	}
	return out
}

// estimates lists a table, a number a line.
func estimates(table string, scored []tabulate.Item, t tabulate.Table) (out []export.Estimate) {
	add := func(item, measure string, e tabulate.Estimate) {
		out = append(out, export.Estimate{
			Table: table, Item: item, Measure: measure, N: e.N,
			Est: float64(e.Est), SE: float64(e.SE), Low: float64(e.Low), High: float64(e.High), DF: float64(e.DF),
		})
	}
	for k, one := range t.Items {
		add(one.ID, "satisfied", one.Satisfied)
		atLeast := one.Satisfied
		atLeast.Low, atLeast.High = one.AtLeast, tabulate.Number(math.NaN())
		add(one.ID, "at_least", atLeast)
		add(one.ID, "mean", one.Mean)
		add(one.ID, "dont_know", one.DontKnow)
		add(one.ID, "no_answer", one.NoAnswer)
		if scored[k].NotApplicable != 0 && one.NotApplicable != nil {
			add(one.ID, "not_applicable", *one.NotApplicable)
		}
	}
	add(exportOverall, "index", t.Index)
	add(exportOverall, "satisfied", t.Satisfied)
	return out
}
