package analysis

import (
	"math"
	"strconv"

	"minyi/stats/estimate"
	"minyi/stats/regress"
	"minyi/stats/weight"
)

// answer computes one request.
func (r *runner) answer(q *Request) (map[string]any, error) {
	if r.design == nil {
		return r.withoutDesign(q)
	}
	o, err := r.options(q)
	if err != nil {
		return nil, err
	}
	switch q.Kind {
	case "mean", "total", "var":
		return r.simple(q, o)
	case "ratio":
		return r.ratio(q, o)
	case "by":
		return r.by(q, o)
	case "contrast":
		return r.contrast(q, o)
	case "quantile":
		return r.quantile(q, o)
	case "ciprop":
		return r.share(q, o)
	case "ttest":
		return r.ttest(q, o)
	case "threshold":
		return r.threshold(q, o)
	case "sequence":
		return r.sequence(q, o)
	}
	return r.describe(q, o)
}

// describe answers the kinds without a standard error and the tests of tables.
func (r *runner) describe(q *Request, o estimate.Options) (map[string]any, error) {
	switch q.Kind {
	case "chisq":
		return r.chisq(q, o)
	case "alpha":
		return r.alpha(q, o)
	case "table":
		return r.table(q, o)
	case "weights":
		return r.weights(o), nil
	case "calibration_property":
		return r.property()
	}
	return r.models(q, o)
}

func (r *runner) options(q *Request) (estimate.Options, error) {
	o := estimate.Options{DropMissing: q.NaRm, Level: q.Level}
	if len(q.Domain) > 0 {
		domain, err := r.data.where(q.Domain, "domain")
		if err != nil {
			return o, err
		}
		o.Domain = domain
	}
	if q.DF != nil {
		df := float64(*q.DF)
		if !(df > 0) {
			return o, weight.Errorf("estimate.df", "df", "the degrees of freedom are %v; give a positive number or \"inf\"", df)
		}
		o.DF = &df
	}
	switch q.Deff {
	case "":
	case "wor":
		o.Deff = estimate.WithoutReplacement
	case "wr", "replace":
		o.Deff = estimate.WithReplacement
	default:
		return o, weight.Errorf("estimate.deff", "deff", "the design effect %q is not known; use wor or wr", string(q.Deff))
	}
	return o, nil
}

// variables looks up columns; strings count as factors.
func (r *runner) variables(place string, names ...string) ([]estimate.Variable, error) {
	out := make([]estimate.Variable, len(names))
	for k, name := range names {
		s, err := r.data.column(name, place)
		if err != nil {
			return nil, err
		}
		out[k] = estimate.Variable{Name: name, Values: s.numbers, Small: s.small, Points: s.points, Code: s.codes}
		if !s.numeric {
			out[k].Levels = s.levels
			if s.levels == nil {
				out[k].Levels = []string{}
			}
		}
	}
	return out, nil
}

// variable looks up one column.
func (r *runner) variable(place, name string) (estimate.Variable, error) {
	vars, err := r.variables(place, name)
	if err != nil {
		return estimate.Variable{}, err
	}
	return vars[0], nil
}

// factor looks up one column as a factor; numbers are sorted into levels.
func (r *runner) factor(place, name string) (estimate.Variable, error) {
	s, err := r.data.column(name, place)
	if err != nil {
		return estimate.Variable{}, err
	}
	codes, labels := s.categories()
	if labels == nil {
		labels = []string{}
	}
	return estimate.Variable{Name: name, Code: codes, Levels: labels}, nil
}

// estimates computes a mean, total or variance.
func (r *runner) estimates(q *Request, o estimate.Options) (*estimate.Estimates, error) {
	names := q.Vars
	if len(names) == 0 && q.Var != "" {
		names = []string{q.Var}
	}
	vars, err := r.variables("vars", names...)
	if err != nil {
		return nil, err
	}
	switch q.Kind {
	case "mean":
		return estimate.Mean(r.design, vars, o)
	case "total":
		return estimate.Total(r.design, vars, o)
	default:
		return estimate.Variance(r.design, vars, o)
	}
}

func (r *runner) simple(q *Request, o estimate.Options) (map[string]any, error) {
	e, err := r.estimates(q, o)
	if err != nil {
		return nil, err
	}
	fields := estimateFields(e)
	fields["names"] = e.Names
	if e.Deff != nil {
		fields["deff"] = numbers(e.Deff)
	}
	return warn(fields, e.Missing, e.N, q.NaRm), nil
}

func estimateFields(e *estimate.Estimates) map[string]any {
	vcov := matrix(e.Cov, len(e.Est))
	for i, v := range e.Est {
		for j := range e.Est {
			if math.IsNaN(v) {
				vcov[i][j], vcov[j][i] = number(v), number(v)
			}
		}
	}
	return map[string]any{
		"est": numbers(e.Est), "se": numbers(e.SE), "df": number(e.DF),
		"ci_low": numbers(e.Low), "ci_high": numbers(e.High), "vcov": vcov,
	}
}

func (r *runner) ratio(q *Request, o estimate.Options) (map[string]any, error) {
	vars, err := r.variables("num, den", q.Num, q.Den)
	if err != nil {
		return nil, err
	}
	e, err := estimate.Ratio(r.design, vars[0], vars[1], o)
	if err != nil {
		return nil, err
	}
	return warn(map[string]any{
		"est": number(e.Est[0]), "se": number(e.SE[0]), "df": number(e.DF),
		"ci_low": number(e.Low[0]), "ci_high": number(e.High[0]),
	}, e.Missing, e.N, q.NaRm), nil
}

// groups numbers the combinations of the by columns that occur among the rows
// in the domain, first column fastest, and names them.
func (r *runner) groups(names []string, domain []bool) (estimate.Grouping, []map[string]any, error) {
	key, columns, labels, err := r.combinations(names)
	if err != nil {
		return estimate.Grouping{}, nil, err
	}
	span := int64(1)
	for _, l := range labels {
		span *= int64(max(1, len(l)))
	}
	out := estimate.Grouping{Code: make([]int32, r.data.rows)}
	var groups []map[string]any
	place := make([]int32, span)
	for k, occurs := range r.occurring(key, span, domain) {
		place[k] = -1
		if occurs {
			place[k] = int32(out.Count)
			out.Count++
			groups = append(groups, groupName(names, columns, labels, int64(k)))
		}
	}
	for i, k := range key {
		out.Code[i] = -1
		if k >= 0 {
			out.Code[i] = place[k]
		}
	}
	return out, groups, nil
}

// combinations returns for each row the number of its combination of values,
// -1 where one is missing.
func (r *runner) combinations(names []string) (key []int32, columns []*series, labels [][]string, err error) {
	if len(names) == 0 {
		return nil, nil, nil, weight.Errorf("analysis.no_by", "by", "no grouping column is named")
	}
	key = make([]int32, r.data.rows)
	span := int32(1)
	for _, name := range names {
		s, err := r.data.column(name, "by")
		if err != nil {
			return nil, nil, nil, err
		}
		codes, l := s.categories()
		columns, labels = append(columns, s), append(labels, l)
		if int64(span)*int64(max(1, len(l))) > maxGroups {
			return nil, nil, nil, weight.Errorf("analysis.groups", "by", "there are more than %d combinations of groups; use fewer columns", maxGroups)
		}
		for i, k := range codes {
			if k < 0 || key[i] < 0 {
				key[i] = -1
			} else {
				key[i] += span * k
			}
		}
		span *= int32(max(1, len(l)))
	}
	return key, columns, labels, nil
}

// maxGroups bounds the combinations of grouping columns.
const maxGroups = 1 << 22

func (r *runner) occurring(key []int32, span int64, domain []bool) []bool {
	place := make([]bool, span)
	for i, w := range r.design.Weights() {
		if key[i] >= 0 && w != 0 && (domain == nil || domain[i]) {
			place[key[i]] = true
		}
	}
	return place
}

func groupName(names []string, columns []*series, labels [][]string, k int64) map[string]any {
	out := map[string]any{}
	for c, name := range names {
		size := int64(max(1, len(labels[c])))
		label := labels[c][k%size]
		k /= size
		out[name] = label
		if columns[c].numeric {
			v, err := strconv.ParseFloat(label, 64)
			if err == nil {
				out[name] = number(v)
			}
		}
	}
	return out
}

func (r *runner) grouped(q *Request, o estimate.Options) (*estimate.Estimates, []map[string]any, error) {
	v, err := r.variable("var", q.Var)
	if err != nil {
		return nil, nil, err
	}
	by, names, err := r.groups(q.By, o.Domain)
	if err != nil {
		return nil, nil, err
	}
	if by.Count == 0 {
		return nil, nil, weight.Errorf("estimate.no_rows", "domain", "no row with weight is left in the domain")
	}
	var e *estimate.Estimates
	switch q.Stat {
	case "mean", "":
		e, err = estimate.GroupMeans(r.design, v, by, o)
	case "total":
		e, err = estimate.GroupTotals(r.design, v, by, o)
	default:
		err = weight.Errorf("analysis.stat", "stat", "the statistic %q is not known; use mean or total", q.Stat)
	}
	return e, names, err
}

func (r *runner) by(q *Request, o estimate.Options) (map[string]any, error) {
	e, groups, err := r.grouped(q, o)
	if err != nil {
		return nil, err
	}
	fields := estimateFields(e)
	fields["groups"] = groups
	return warn(fields, e.Missing, e.N, q.NaRm), nil
}

func (r *runner) contrast(q *Request, o estimate.Options) (map[string]any, error) {
	if q.Of == nil {
		return nil, weight.Errorf("analysis.contrast", "of", "a contrast needs the estimate that it is made of")
	}
	inner, err := r.options(q.Of)
	if err != nil {
		return nil, err
	}
	var e *estimate.Estimates
	switch q.Of.Kind {
	case "mean", "total", "var":
		e, err = r.estimates(q.Of, inner)
	case "by":
		e, _, err = r.grouped(q.Of, inner)
	case "glm":
		var fit *regress.Fit
		if fit, err = r.regression(q.Of, inner); err == nil {
			e = fit.Estimates
		}
	default:
		err = weight.Errorf("analysis.contrast", "of.kind", "a contrast is made of a mean, a total, a by or a glm, not of %q", q.Of.Kind)
	}
	if err != nil {
		return nil, err
	}
	c, err := e.Contrast(q.Coef, o)
	if err != nil {
		return nil, err
	}
	return contrastFields(c, true), nil
}

func contrastFields(c *estimate.Contrast, se bool) map[string]any {
	out := map[string]any{
		"est": number(c.Est), "df": number(c.DF), "t": number(c.T), "p": number(c.P),
		"ci_low": number(c.Low), "ci_high": number(c.High),
	}
	if se {
		out["se"] = number(c.SE)
	}
	return out
}

func (r *runner) ttest(q *Request, o estimate.Options) (map[string]any, error) {
	y, err := r.variable("y", q.Y)
	if err != nil {
		return nil, err
	}
	var c *estimate.Contrast
	if q.Group == "" {
		c, err = estimate.TTest(r.design, y, nil, o)
	} else {
		var by estimate.Grouping
		if by, _, err = r.groups([]string{q.Group}, o.Domain); err != nil {
			return nil, err
		}
		c, err = estimate.TTest(r.design, y, &by, o)
	}
	if err != nil {
		return nil, err
	}
	return contrastFields(c, true), nil
}

func present(fields map[string]any, name string, v float64) {
	if !math.IsNaN(v) {
		fields[name] = number(v)
	}
}
