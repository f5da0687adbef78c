package analysis

import (
	"cmp"
	"math"
	"slices"

	"minyi/stats/estimate"
	"minyi/stats/sequence"
	"minyi/stats/weight"
)

// look is one look at a running survey: the rows that came in since the one before.
type look struct {
	at   float64
	rows []int
}

// sequence answers with limits that hold at all looks at once.
func (r *runner) sequence(q *Request, o estimate.Options) (map[string]any, error) {
	if len(r.file.Steps) > 0 {
		return nil, weight.Errorf("sequence.steps", "steps", "a sequence needs the design weights; weights that are adjusted to all answers know the future")
	}
	v, err := r.data.number(q.Var, "var")
	if err != nil {
		return nil, err
	}
	looks, missing, err := r.looks(q, o, v)
	if err != nil {
		return nil, err
	}
	var low, high, est []float64
	switch q.Method {
	case "betting", "":
		est, low, high, err = r.betting(q, v, looks)
	case "mixture":
		est, low, high, err = r.mixture(q, o, v, looks)
	default:
		err = weight.Errorf("sequence.method", "method", "the method %q is not known; use betting or mixture", q.Method)
	}
	if err != nil {
		return nil, err
	}
	fields := map[string]any{"est": numbers(est), "ci_low": numbers(low), "ci_high": numbers(high)}
	countLooks(fields, looks)
	fields = warn(fields, 0, len(looks), true)
	if missing > 0 {
		fields["left_out"] = missing
	}
	r.caution(q, fields, v, looks, est)
	if slices.ContainsFunc(low, math.IsNaN) {
		addWarning(fields, "sequence.no_variance", "looks without a standard error, as with one unit or equal answers, have no limits")
	}
	return fields, nil
}

// caution adds what the method takes for granted and these data may not have.
func (r *runner) caution(q *Request, fields map[string]any, v []float64, looks []look, est []float64) {
	switch {
	case q.Method != "mixture":
		if len(r.file.Design.IDs) > 0 {
			addWarning(fields, "sequence.clusters", "betting takes the answers of one cluster for independent; method mixture does not")
		}
	case len(looks) > 0 && early(r.design.DF(nil)+1, v, float64(len(looks[0].rows)), est[0]):
		addWarning(fields, "sequence.early", "the first limits of a mixture rest on too few units for their promise, which holds from some eighty "+
			"independent units and twenty answers of each kind on; method betting holds from the first")
	}
}

// The mixture holds as the normal distribution does, from so many units and, for a
// share, answers of each kind on.
const (
	mixtureUnits = 80
	mixtureKinds = 20
)

// early says whether the first look of a mixture comes before its promise holds:
// units are those of the whole design, of which the first look has its part of rows.
func early(units float64, v []float64, rows, est float64) bool {
	share := !slices.ContainsFunc(v, func(x float64) bool { return x != 0 && x != 1 && !math.IsNaN(x) })
	return min(units, rows) < mixtureUnits || share && rows*min(est, 1-est) < mixtureKinds
}

// countLooks adds the times of the looks and the rows up to each.
func countLooks(fields map[string]any, looks []look) {
	at, n := make([]float64, len(looks)), make([]int, len(looks))
	for k, one := range looks {
		at[k], n[k] = one.at, len(one.rows)
		if k > 0 {
			n[k] += n[k-1]
		}
	}
	fields["looks"], fields["n"] = numbers(at), n
}

// looks sorts the rows of the domain by the order column, one look a value.
func (r *runner) looks(q *Request, o estimate.Options, v []float64) (out []look, missing int, err error) {
	order, err := r.data.number(q.Order, "order")
	if err != nil {
		return nil, 0, err
	}
	rows, missing, err := answered(o.Domain, v, order, q.NaRm)
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(order[a], order[b]) })
	for _, i := range rows {
		if len(out) == 0 || out[len(out)-1].at != order[i] {
			out = append(out, look{at: order[i]})
		}
		last := &out[len(out)-1]
		last.rows = append(last.rows, i)
	}
	return out, missing, err
}

// answered returns the rows of the domain (nil: all) that have a value and a time.
func answered(domain []bool, v, order []float64, drop bool) (rows []int, missing int, err error) {
	for i, x := range v {
		switch {
		case domain != nil && !domain[i]:
		case math.IsNaN(x) && drop:
			missing++
		case math.IsNaN(x) || math.IsNaN(order[i]):
			return nil, 0, weight.Errorf("sequence.missing", "var, order", "row %d has no value or no time; set na_rm to leave out rows without a value", i+1)
		default:
			rows = append(rows, i)
		}
	}
	return rows, missing, nil
}

func (r *runner) betting(q *Request, v []float64, looks []look) (est, low, high []float64, err error) {
	s, err := q.scaleOf(r.design.Weights())
	if err != nil {
		return nil, nil, nil, err
	}
	b, err := sequence.NewBetting(s)
	if err != nil {
		return nil, nil, nil, planError(err)
	}
	for _, one := range looks {
		for _, i := range one.rows {
			if err := b.Add(r.design.Weights()[i], v[i]); err != nil {
				return nil, nil, nil, lookError(one.at, err)
			}
		}
		l, h := b.Limits()
		est, low, high = append(est, b.Mean()), append(low, l), append(high, h)
	}
	return est, low, high, nil
}

// mixture asks the design for the standard error at each look; the independent
// units are its degrees of freedom plus 1.
func (r *runner) mixture(q *Request, o estimate.Options, v []float64, looks []look) (est, low, high []float64, err error) {
	planned := float64(q.Planned)
	if q.Planned == 0 {
		planned = r.design.DF(nil) + 1
	}
	seen := make([]bool, len(v))
	for _, one := range looks {
		for _, i := range one.rows {
			seen[i] = true
		}
		e, err := estimate.Mean(r.design, []estimate.Variable{{Name: q.Var, Values: v}}, estimate.Options{Domain: seen, Level: o.Level})
		if err != nil {
			return nil, nil, nil, lookError(one.at, err)
		}
		l, h := sequence.MixtureLimits(e.Est[0], e.SE[0], e.DF+1, planned, o.Level)
		est, low, high = append(est, e.Est[0]), append(low, l), append(high, h)
	}
	return est, low, high, nil
}
