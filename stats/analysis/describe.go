package analysis

import (
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

func (r *runner) quantile(q *Request, o estimate.Options) (map[string]any, error) {
	v, err := r.variable("var", q.Var)
	if err != nil {
		return nil, err
	}
	rule, method := estimate.QuantileRule(q.QRule), estimate.Interval(q.CIMethod)
	if rule == "" {
		rule = estimate.RuleMath
	}
	if method == "" {
		method = estimate.Plain
	}
	e, err := estimate.Quantile(r.design, v, q.Probs, rule, method, o)
	if err != nil {
		return nil, err
	}
	fields := warn(map[string]any{
		"probs": numbers(e.Probs), "est": numbers(e.Est), "se": numbers(e.SE), "df": number(e.DF),
		"ci_low": numbers(e.Low), "ci_high": numbers(e.High),
	}, e.Missing, e.N, q.NaRm)
	if fields["warnings"] == nil && e.DF > 0 && (anyNaN(e.Low) || anyNaN(e.High)) {
		addWarning(fields, "estimate.limit_outside", "a limit is null where the interval of the share below the quantile leaves 0 to 1; "+
			"with so few answers on that side ask for a quantile nearer the middle or take ci_method xlogit or beta")
	}
	return fields, nil
}

func (r *runner) share(q *Request, o estimate.Options) (map[string]any, error) {
	v, err := r.variable("var", q.Var)
	if err != nil {
		return nil, err
	}
	method := estimate.Interval(q.Method)
	if method == "" {
		method = estimate.Own
	}
	s, err := estimate.Proportion(r.design, v, method, o)
	if err != nil {
		return nil, err
	}
	return warn(map[string]any{
		"est": number(s.Est), "se": number(s.SE), "df": number(s.DF), "n": s.N,
		"ci_low": number(s.Low), "ci_high": number(s.High),
	}, s.Missing, s.N, q.NaRm), nil
}

func (r *runner) chisq(q *Request, o estimate.Options) (map[string]any, error) {
	row, err := r.factor("row", q.Row)
	if err != nil {
		return nil, err
	}
	col, err := r.factor("col", q.Col)
	if err != nil {
		return nil, err
	}
	test := estimate.Independence(q.Statistic)
	if test == "" {
		test = estimate.TestF
	}
	a, err := estimate.Chisq(r.design, row, col, test, o)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{"statistic": number(a.Statistic), "p": number(a.P)}
	present(fields, "ndf", a.NDF)
	present(fields, "ddf", a.DDF)
	return fields, nil
}

func (r *runner) table(q *Request, o estimate.Options) (map[string]any, error) {
	vars := make([]estimate.Variable, len(q.Vars))
	for k, name := range q.Vars {
		v, err := r.factor("vars", name)
		if err != nil {
			return nil, err
		}
		vars[k] = v
	}
	if len(vars) == 0 {
		return nil, weight.Errorf("estimate.no_variable", "vars", "no variable is named")
	}
	counts, err := estimate.Table(r.design, vars, o)
	if err != nil {
		return nil, err
	}
	cells := make([]map[string]any, len(counts))
	columns, labels := make([]*series, len(vars)), make([][]string, len(vars))
	for k, v := range vars {
		columns[k], labels[k] = r.data.columns[v.Name], v.Levels
	}
	for k := range cells {
		cells[k] = groupName(q.Vars, columns, labels, int64(k))
	}
	return map[string]any{"cells": cells, "est": numbers(counts)}, nil
}

// Weights are listed in full up to maxListed rows, and always the first
// firstListed.
const (
	maxListed   = 10_000
	firstListed = 20
)

func (r *runner) weights(o estimate.Options) map[string]any {
	w := r.design.Weights()
	if o.Domain != nil {
		rows := 0
		for _, on := range o.Domain {
			if on {
				rows++
			}
		}
		w = kept(w, o.Domain, rows)
	}
	s := weight.Summarize(w)
	out := map[string]any{
		"n": s.N, "sum": number(s.Sum), "min": number(s.Min), "max": number(s.Max),
		"kish_deff": number(s.KishDeff), "kish_neff": number(s.KishNeff), "first": numbers(w[:min(len(w), firstListed)]),
	}
	if len(w) <= maxListed {
		out["values"] = numbers(w)
	}
	return out
}
