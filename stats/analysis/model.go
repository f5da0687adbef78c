package analysis

import (
	"fmt"
	"math"

	"minyi/stats/estimate"
	"minyi/stats/regress"
	"minyi/stats/scale"
	"minyi/stats/weight"
)

// models answers the kinds of regressions and scales.
func (r *runner) models(q *Request, o estimate.Options) (map[string]any, error) {
	switch q.Kind {
	case "glm":
		return r.glm(q, o)
	case "omega":
		return r.omega(q, o)
	case "items":
		return r.items(q, o)
	case "drivers":
		return r.drivers(q, o)
	case "response":
		return r.responseReport()
	}
	return r.withoutDesign(q)
}

func (r *runner) regression(q *Request, o estimate.Options) (*regress.Fit, error) {
	y, err := r.variable("y", q.Y)
	if err != nil {
		return nil, err
	}
	terms, err := r.variables("terms", q.Terms...)
	if err != nil {
		return nil, err
	}
	family := weight.Family(q.Family)
	switch q.Family {
	case "":
		family = weight.Gaussian
	case "quasibinomial", "logistic":
		family = weight.Binomial
	}
	return regress.Run(r.design, regress.Spec{Family: family, Y: y, Terms: terms, NoIntercept: q.NoIntercept}, o)
}

func (r *runner) glm(q *Request, o estimate.Options) (map[string]any, error) {
	fit, err := r.regression(q, o)
	if err != nil {
		return nil, err
	}
	fields := estimateFields(fit.Estimates)
	fields["names"], fields["n"], fields["left_out"] = fit.Names, fit.N, fit.Missing
	fields["t"], fields["p"] = numbers(fit.T), numbers(fit.P)
	if !math.IsNaN(fit.R2) {
		fields["r2"] = number(fit.R2)
	} else {
		odds := make([]float64, len(fit.Est))
		for k, b := range fit.Est {
			odds[k] = math.Exp(b)
		}
		fields["odds_ratio"] = numbers(odds)
	}
	tests := make([]map[string]any, len(fit.Tests))
	for k, t := range fit.Tests {
		tests[k] = map[string]any{"term": t.Term}
		if t.NotDefined != nil {
			e := asError(t.NotDefined)
			tests[k]["error"] = warning{Code: e.Code, Message: e.Message}
			continue
		}
		tests[k]["statistic"], tests[k]["p"] = number(t.Statistic), number(t.P)
		tests[k]["ndf"], tests[k]["ddf"] = number(t.NDF), number(t.DDF)
	}
	fields["tests"] = tests
	return addWarnings(fields, append(withoutDF(fit.DF), failedReplicates(fit.Failed)...)), nil
}

// addWarnings appends to the warnings of an entry.
func addWarnings(fields map[string]any, list []warning) map[string]any {
	if len(list) > 0 {
		before, _ := fields["warnings"].([]warning)
		fields["warnings"] = append(before, list...)
	}
	return fields
}

func withoutDF(df float64) []warning {
	if df > 0 {
		return nil
	}
	return []warning{{"estimate.no_df", "no degrees of freedom are left for tests and limits; use fewer terms, join strata, or set df"}}
}

func singleRow(n int) []warning {
	if n != 1 {
		return nil
	}
	return []warning{{"scale.rows", "a single row is left, so nothing varies; the scale needs two at least"}}
}

func failedReplicates(n int) []warning {
	if n == 0 {
		return nil
	}
	return []warning{{"estimate.replicates", fmt.Sprintf("%d replicates gave no value and were left out of the variance", n)}}
}

func scaleInterval(word string) scale.Interval {
	if word == "" {
		return scale.Log
	}
	return scale.Interval(word)
}

func reliabilityFields(e *scale.Reliability, method scale.Interval, dropped bool) map[string]any {
	fields := map[string]any{
		"est": number(e.Est), "se": number(e.SE), "df": number(e.DF), "n": e.N,
		"ci_low": number(e.Low), "ci_high": number(e.High), "ci_method": string(method),
	}
	fields = addWarnings(warn(fields, e.Missing, e.N, dropped), singleRow(e.N))
	if math.IsNaN(e.Est) && fields["warnings"] == nil {
		fields["warnings"] = []warning{{"scale.no_variance", "the answers do not vary, so the estimate is not defined"}}
	}
	if math.IsNaN(e.SE) && fields["warnings"] == nil {
		fields["warnings"] = []warning{{"scale.no_se", "the standard error is not defined, as the fit is not unique or too few replicates have one"}}
	}
	return addWarnings(fields, append(withoutDF(e.DF), failedReplicates(e.Failed)...))
}

func (r *runner) alpha(q *Request, o estimate.Options) (map[string]any, error) {
	items, err := r.variables("items", q.Items...)
	if err != nil {
		return nil, err
	}
	method := scaleInterval(q.CIMethod)
	e, err := scale.Alpha(r.design, items, method, o)
	if err != nil {
		return nil, err
	}
	return reliabilityFields(e, method, q.NaRm), nil
}

func (r *runner) omega(q *Request, o estimate.Options) (map[string]any, error) {
	items, err := r.variables("items", q.Items...)
	if err != nil {
		return nil, err
	}
	method := scaleInterval(q.CIMethod)
	e, err := scale.Omega(r.design, items, method, o)
	if err != nil {
		return nil, err
	}
	fields := reliabilityFields(&e.Reliability, method, q.NaRm)
	fields["names"], fields["loadings"], fields["unique"] = q.Items, numbers(e.Loading), numbers(e.Unique)
	var list []warning
	for _, name := range e.Heywood {
		list = append(list, warning{"scale.heywood", name + ": its own variance came to rest on its floor, so one factor does not describe the items well"})
	}
	for _, name := range e.Negative {
		list = append(list, warning{"scale.reversed", name + ": it runs against the other items; reverse it or leave it out"})
	}
	return addWarnings(fields, list), nil
}

func (r *runner) items(q *Request, o estimate.Options) (map[string]any, error) {
	items, err := r.variables("items", q.Items...)
	if err != nil {
		return nil, err
	}
	s, err := scale.Items(r.design, items, o)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{
		"names": q.Items, "n": s.N, "alpha": number(s.Alpha), "std_alpha": number(s.Std), "mean_r": number(s.MeanR),
	}
	for name, of := range map[string]func(i *scale.Item) float64{
		"mean":       func(i *scale.Item) float64 { return i.Mean },
		"sd":         func(i *scale.Item) float64 { return i.SD },
		"r_total":    func(i *scale.Item) float64 { return i.Total },
		"r_rest":     func(i *scale.Item) float64 { return i.Rest },
		"alpha_drop": func(i *scale.Item) float64 { return i.AlphaWithout },
		"loading":    func(i *scale.Item) float64 { return i.Loading },
		"floor":      func(i *scale.Item) float64 { return i.LowShare },
		"ceiling":    func(i *scale.Item) float64 { return i.Top },
		"missing":    func(i *scale.Item) float64 { return float64(i.Missing) },
	} {
		values := make([]float64, len(s.Items))
		for k := range s.Items {
			values[k] = of(&s.Items[k])
		}
		fields[name] = numbers(values)
	}
	list := singleRow(s.N)
	for _, item := range s.Items {
		if s.N > 1 && (math.IsNaN(item.Total) || math.IsNaN(item.Rest)) {
			list = append(list, warning{"scale.no_variance", item.Name + ": its answers or the sum of the others do not vary, so it has no correlation with them"})
		}
	}
	if len(list) == 0 && math.IsNaN(s.Items[0].Loading) {
		list = []warning{{"scale.no_factor", "no single factor can be fitted to these items, so they have no loadings; three items at least are needed"}}
	}
	return addWarnings(warn(fields, s.Missing, s.N, q.NaRm), list), nil
}

func (r *runner) drivers(q *Request, o estimate.Options) (map[string]any, error) {
	y, err := r.variable("y", q.Y)
	if err != nil {
		return nil, err
	}
	items, err := r.variables("items", q.Items...)
	if err != nil {
		return nil, err
	}
	found, err := regress.FindDrivers(r.design, y, items, o)
	if err != nil {
		return nil, err
	}
	list := make([]map[string]any, len(found.Items))
	for k, d := range found.Items {
		list[k] = map[string]any{
			"item": d.Name, "performance": number(d.Performance), "performance_low": number(d.PLow), "performance_high": number(d.PHi),
			"beta": number(d.Beta), "beta_low": number(d.BLow), "beta_high": number(d.BHi), "p": number(d.P),
			"r": number(d.R), "share": number(d.Share),
		}
	}
	fields := map[string]any{"drivers": list, "r2": number(found.R2), "n": found.N, "left_out": found.Missing}
	return addWarnings(fields, append(withoutDF(found.DF), failedReplicates(found.Failed)...)), nil
}
