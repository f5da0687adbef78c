package analysis

import (
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
	if !(fit.DF > 0) {
		fields["warnings"] = []warning{{"regression.df", "there are no degrees of freedom left for the tests and limits; use fewer terms, or set df"}}
	}
	return fields, nil
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
	fields = warn(fields, e.Missing, e.N, dropped)
	if math.IsNaN(e.Est) && fields["warnings"] == nil {
		fields["warnings"] = []warning{{"scale.no_variance", "the answers do not vary, so the estimate is not defined"}}
	}
	return fields
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
	list, _ := fields["warnings"].([]warning)
	for _, name := range e.Heywood {
		list = append(list, warning{"scale.heywood", name + ": its own variance came to rest on its floor, so one factor does not describe the items well"})
	}
	for _, name := range e.Negative {
		list = append(list, warning{"scale.reversed", name + ": it runs against the other items; reverse it or leave it out"})
	}
	if list != nil {
		fields["warnings"] = list
	}
	return fields, nil
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
	return warn(fields, s.Missing, s.N, q.NaRm), nil
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
	return map[string]any{"drivers": list, "r2": number(found.R2), "n": found.N, "left_out": found.Missing}, nil
}
