package analysis

import (
	"minyi/stats/design"
	"minyi/stats/weight"
)

// resample runs a replicate step: replicate weights in place of strata and
// PSUs, made before any step that ties the weights to totals or answers.
func (r *runner) resample(s *Step) error {
	if r.stepsDone > 0 {
		return weight.Errorf("design.replicates_late", "op", "the step comes after others; put it first, so that they are repeated on every replicate")
	}
	next, err := r.design.Resample(design.ResampleSpec{
		Method: design.Resampling(s.Method), Replicates: s.Replicates, Seed: s.Seed, Rho: s.Rho, MSE: s.MSE,
	})
	if err != nil {
		return err
	}
	r.design = next
	return nil
}

// modelTerms looks up the terms of a model. Rows without weight, such as those
// that did not answer, may lack a value: they count for nothing.
func (r *runner) modelTerms(names []string) ([]weight.Term, error) {
	terms := make([]weight.Term, len(names))
	w := r.design.Weights()
	for k, name := range names {
		column, err := r.data.column(name, "terms")
		if err != nil {
			return nil, err
		}
		if !column.numeric {
			terms[k] = weight.Term{Name: name, Code: seated(column.codes, w), Levels: column.levels}
			continue
		}
		values := append([]float64(nil), column.spread()...)
		for i, v := range values {
			if v != v && w[i] == 0 {
				values[i] = 0
			}
		}
		terms[k] = weight.Term{Name: name, Values: values}
	}
	return terms, nil
}

// seated gives rows without a category and without weight the first category,
// where they count for nothing; the codes given are not changed.
func seated(codes []int32, w []float64) []int32 {
	out := codes
	for i, k := range codes {
		if k >= 0 || w[i] != 0 {
			continue
		}
		if &out[0] == &codes[0] {
			out = append([]int32(nil), codes...)
		}
		out[i] = 0
	}
	return out
}

// respond runs a propensity step: nonresponse adjustment by propensities.
func (r *runner) respond(s *Step) error {
	if s.Answered == nil {
		return weight.Errorf("analysis.step", "answered", "propensity needs the condition that rows with an answer meet")
	}
	answered, err := r.data.where([]Condition{*s.Answered}, "answered")
	if err != nil {
		return err
	}
	terms, err := r.modelTerms(s.Terms)
	if err != nil {
		return err
	}
	model, err := weight.NewModel(r.data.rows, true, terms)
	if err != nil {
		return err
	}
	next, fit, err := r.design.Respond(answered, model, s.Weighted, weight.PropensitySpec{Classes: s.Classes, Floor: s.Floor})
	if err != nil {
		return err
	}
	r.design, r.response = next, fit
	return nil
}

// responseReport tells how the last propensity step went.
func (r *runner) responseReport() (map[string]any, error) {
	f := r.response
	if f == nil {
		return nil, weight.Errorf("analysis.no_propensity", "kind", "there is no propensity step to report on")
	}
	out := map[string]any{
		"names": f.Names, "coef": numbers(f.Beta), "asked": f.Asked, "answered": f.Answered, "rate": number(f.Rate),
		"r_indicator": number(f.RIndicator), "p_min": number(f.MinFitted), "p_max": number(f.MaxFitted),
		"factor_min": number(f.MinFactor), "factor_max": number(f.MaxFactor), "floored": f.Floored,
		"deff_before": number(f.DeffBefore), "deff": number(f.Deff),
		"fitted_first": numbers(f.Fitted[:min(len(f.Fitted), firstListed)]),
	}
	if len(f.Classes) > 0 {
		classes := make([]map[string]any, len(f.Classes))
		for k, c := range f.Classes {
			classes[k] = map[string]any{
				"low": number(c.Low), "high": number(c.High), "asked": c.Asked, "answered": c.Answered, "factor": number(c.Factor),
			}
		}
		out["classes"] = classes
	}
	return out, nil
}
