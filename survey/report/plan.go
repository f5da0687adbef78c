package report

import (
	"strconv"
	"strings"

	"minyi/survey/tabulate"
)

// weighted says how the weights were made, and what they meet.
func (w *writer) weighted() {
	d := w.Document
	r := d.Result.Weighting
	var p *tabulate.Plan
	if d.Weights != nil {
		p = d.Weights.Plan
	}
	if p == nil || !p.Custom() {
		w.say(w.Words("report.plan.usual"))
	} else {
		w.say(w.Words("report.plan.own"))
		w.list(w.plan(p))
	}
	if d.Weights != nil && d.Weights.Late {
		w.note(w.Words("report.plan.late"))
	}
	w.say(w.Words("report.plan.range", "sum", grouped(whole(r.Sum)), "low", decimal(r.Min), "high", decimal(r.Max)))
	w.say(w.Words("report.plan.variance"))
	w.margins(r.Margins)
}

// plan describes a plan of the agency's own, step by step.
func (w *writer) plan(p *tabulate.Plan) []string {
	base := "design"
	if p.Base != tabulate.DesignBase {
		base = string(p.Base)
	}
	out := []string{w.Words("report.plan.base." + base)}
	if n := p.Nonresponse; n.Method != tabulate.NoAdjust {
		by := make([]string, len(n.By))
		for i, one := range n.By {
			by[i] = w.Words("report.fact." + one)
		}
		key := "report.plan.nonresponse." + string(n.Method)
		if n.Classes > 0 {
			key += ".classes"
		}
		out = append(out, w.Words(key, "by", strings.Join(by, w.Words("report.and")), "classes", strconv.Itoa(n.Classes)))
	}
	for _, variable := range p.Without {
		out = append(out, w.Words("report.plan.without", "margin", w.variable(variable)))
	}
	for _, t := range p.Targets {
		out = append(out, w.Words("report.plan.target", "name", t.Name, "source", t.Source, "cells", count(len(t.Cells))))
	}
	method := "raking"
	if p.Method != tabulate.Raking {
		method = string(p.Method)
	}
	out = append(out, w.Words("report.plan.method."+method))
	return append(out, w.limits(p)...)
}

// limits are the bounds, the trimming and the blending of a plan.
func (w *writer) limits(p *tabulate.Plan) (out []string) {
	if p.Low != 0 || p.High != 0 {
		out = append(out, w.Words("report.plan.bounds", "low", strconv.Itoa(p.Low), "high", strconv.Itoa(p.High)))
	}
	if t := p.Trim; t != (tabulate.Trim{}) {
		limit := func(v int) string {
			if v == 0 {
				return none
			}
			return strconv.Itoa(v) + "%"
		}
		out = append(out, w.Words("report.plan.trim", "low", limit(t.Low), "high", limit(t.High)))
		if t.Strict {
			out = append(out, w.Words("report.plan.trim.strict"))
		}
		if t.Again {
			out = append(out, w.Words("report.plan.trim.again"))
		}
	}
	if p.Blend != tabulate.NoBlend {
		out = append(out, w.Words("report.plan.blend."+string(p.Blend)))
	}
	return out
}

// margins is the table of the margins, before and after. Where a category has few
// answers the numbers of its whole margin are hidden: their sum is known.
func (w *writer) margins(margins []tabulate.Margin) {
	if len(margins) == 0 {
		return
	}
	t := &Table{Caption: w.Words("report.margins"), Columns: []Column{
		{w.Words("report.margin"), false, 180},
		{w.Words("report.category"), false, 200},
		{w.Words("report.n"), true, 120},
		{w.Words("report.before"), true, 120},
		{w.Words("report.after"), true, 120},
		{w.Words("report.source"), false, 260},
	}}
	for _, m := range margins {
		n, total, least := 0, 0.0, 0
		for _, cell := range m.Cells {
			n += cell.N
			total += float64(cell.Total)
			if w.few(cell.N) {
				least = cell.N
			}
		}
		if n == 0 {
			least = 1 // the document has no counts, as one of them is small
		}
		for _, cell := range m.Cells {
			t.Rows = append(t.Rows, []string{
				w.variable(m.Variable), w.category(cell.Category), w.shown(least, count(cell.N)),
				w.shown(least, percent(tabulate.Number(float64(cell.N)/float64(n)))),
				percent(tabulate.Number(float64(cell.Total) / total)), w.source(m.Source),
			})
		}
	}
	w.table(t)
}

// variable names a margin: one of the census, a question, or what the agency
// called it.
func (w *writer) variable(name string) string {
	switch name {
	case "sex", "residence", "age", "stratum":
		return w.Words("report.variable." + name)
	}
	if _, ok := w.Paper.Question(name); ok {
		return w.question(name)
	}
	return name
}

func (w *writer) category(name string) string {
	switch name {
	case "":
		return w.Words("report.category.unknown")
	case "male", "female", "urban", "rural", "15-59", "60+":
		return w.Words("report.category." + name)
	}
	return name
}

// source names where a margin was published.
func (w *writer) source(name string) string {
	switch name {
	case "S1", "S2", "S4", "S5", "S10":
		return w.Words("report.source." + name)
	}
	return name
}
