package analysis

import (
	"fmt"
	"strings"

	"minyi/stats/estimate"
	"minyi/stats/rank"
	"minyi/stats/weight"
)

// withoutDesign answers the kinds that read only columns, one row an area.
func (r *runner) withoutDesign(q *Request) (map[string]any, error) {
	switch q.Kind {
	case "fay_herriot":
		return r.smallAreas(q)
	case "rank_sets":
		return r.rankSets(q)
	case "sample_size", "allocation", "draw":
		return r.plan(q)
	}
	if r.design == nil {
		return nil, weight.Errorf("analysis.no_design", "design", "an estimate of kind %q needs a design", q.Kind)
	}
	return nil, weight.Errorf("analysis.kind", "kind", "there is no estimate of kind %q", q.Kind)
}

// smallAreas fits the Fay-Herriot model; factors enter as 0/1 columns without
// their first level, after the intercept.
func (r *runner) smallAreas(q *Request) (map[string]any, error) {
	y, err := r.data.number(q.Y, "y")
	if err != nil {
		return nil, err
	}
	vardir, err := r.data.number(q.Vardir, "vardir")
	if err != nil {
		return nil, err
	}
	x := make([][]float64, r.data.rows)
	for i := range x {
		x[i] = []float64{1}
	}
	for _, name := range q.Terms {
		s, err := r.data.column(name, "terms")
		if err != nil {
			return nil, err
		}
		for i := range x {
			x[i] = append(x[i], s.modelCells(i)...)
		}
	}
	method := estimate.VarianceFit(strings.ToUpper(q.Method))
	if method == "" {
		method = estimate.FitREML
	}
	fit, err := estimate.FayHerriot(y, vardir, x, method)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"sigma2": number(fit.Sigma2), "beta": numbers(fit.Beta), "beta_se": numbers(fit.BetaSE),
		"eblup": numbers(fit.EBLUP), "mse": numbers(fit.MSE),
	}, nil
}

// modelCells are the cells of a row in a model with an intercept.
func (s *series) modelCells(i int) []float64 {
	if s.numeric {
		return []float64{s.value(i)}
	}
	out := make([]float64, max(0, len(s.levels)-1))
	if k := s.codes[i]; k > 0 {
		out[k-1] = 1
	}
	return out
}

// rankDraws is the simulation behind rank sets: seeded, so that an analysis has
// one answer.
func rankDraws() rank.Draws { return rank.Draws{Count: 20_000, Seed: 1} }

func (r *runner) rankSets(q *Request) (map[string]any, error) {
	x, err := r.data.number(q.Est, "est")
	if err != nil {
		return nil, err
	}
	se, err := r.data.number(q.SE, "se")
	if err != nil {
		return nil, err
	}
	for i, v := range se {
		if v < 0 {
			return nil, weight.Errorf("rank.se", fmt.Sprintf("unit %d", i+1), "the standard error is %v; it must not be negative", v)
		}
	}
	if q.Level == 0 {
		q.Level = 0.95
	}
	fields := map[string]any{"rank": rank.Point(x)}
	if err := rankFields(fields, x, se, q); err != nil {
		return nil, rankError(err)
	}
	return fields, nil
}

// rankFields adds the sets of the method asked for.
func rankFields(fields map[string]any, x, se []float64, q *Request) (err error) {
	var sets rank.Sets
	switch q.Method {
	case "mrsw_simultaneous", "":
		sets, err = rank.Simultaneous(x, rank.Diagonal(se), q.Level, rankDraws())
	case "mrsw_marginal":
		sets, err = rank.Marginal(x, rank.Diagonal(se), q.Level, rankDraws())
	case "tau_best":
		fields["in_set"], err = rank.TauBest(x, rank.Diagonal(se), q.Tau, q.Level, rankDraws())
		return err
	case "kww_bonferroni", "kww_independent":
		method, z := rank.Bonferroni, 0.0
		if q.Method == "kww_independent" {
			method = rank.Independence
		}
		sets, z, err = rank.Intervals(x, se, q.Level, method)
		fields["z"] = number(z)
	default:
		return weight.Errorf("analysis.rank_method", "method", "the method %q is not known; use mrsw_simultaneous, mrsw_marginal, "+
			"tau_best, kww_bonferroni or kww_independent", q.Method)
	}
	fields["low"], fields["high"] = sets.Best, sets.Worst
	return err
}
