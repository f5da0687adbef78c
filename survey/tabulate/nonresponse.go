package tabulate

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"

	"minyi/indicators/fault"
	"minyi/stats/weight"
)

// Class is one class of the nonresponse adjustment: the people invited, those who
// came back (with those found not to belong to the population, whose weight is not
// moved), and what the weights of the answers were multiplied by.
type Class struct {
	Name    string `json:"name"`
	Invited int    `json:"invited"`
	Back    int    `json:"back"`
	Factor  Number `json:"factor"`
}

// fifths cuts the PSUs by size.
const fifths = 5

// reached are the facts about the units of the sample that somebody was invited in.
type reached struct {
	units   []Unit
	weight  []float64 // base weight of one invited
	invited []int
	back    []int // answers, and people found not to belong
}

// newReached looks at the units; answers are counted from the sheets.
func newReached(s *Sheets, base Base) *reached {
	r := &reached{units: s.Units, weight: make([]float64, len(s.Units)), invited: make([]int, len(s.Units)), back: make([]int, len(s.Units))}
	for u, unit := range s.Units {
		r.weight[u], r.invited[u], r.back[u] = unit.Weight, unit.Invited, unit.Out
		if base == EqualBase && unit.Weight > 0 {
			r.weight[u] = 1
		}
	}
	for _, u := range s.Of {
		r.back[u]++
	}
	return r
}

// adjust returns the weight of an answer by unit after the adjustment, and the
// classes of it.
func (r *reached) adjust(n Nonresponse) ([]float64, []Class, error) {
	if n.Method == NoAdjust {
		return r.weight, nil, nil
	}
	for u, unit := range r.units {
		if r.back[u] > r.invited[u] && unit.Weight > 0 {
			return nil, nil, fault.New(fault.Invalid, "weigh.invited", "psu", unit.PSU)
		}
	}
	if n.Method == ByClass {
		return r.byClass(n.By[0])
	}
	return r.byPropensity(n)
}

// halves spells the units as pairs of rows: those who came back, and those who did
// not, with the weight of all of them.
func (r *reached) halves() (w []float64, answered []bool) {
	for u, v := range r.weight {
		w = append(w, v*float64(r.back[u]), v*float64(r.invited[u]-r.back[u]))
		answered = append(answered, true, false)
	}
	return w, answered
}

// byClass adjusts class by class; a class in which nobody came back is refused with
// weigh.class_empty.
func (r *reached) byClass(by string) ([]float64, []Class, error) {
	code, names := r.classes(by)
	w, answered := r.halves()
	cells := weight.Classes{Code: make([]int32, len(w)), Totals: make([]float64, len(names)), Names: names}
	out := make([]Class, len(names))
	for u, k := range code {
		cells.Code[2*u], cells.Code[2*u+1] = k, k
		out[k].Name = names[k]
		if r.weight[u] > 0 {
			out[k].Invited += r.invited[u]
			out[k].Back += r.back[u]
		}
	}
	for _, c := range out {
		if c.Back == 0 && c.Invited > 0 {
			return nil, nil, fault.New(fault.Conflict, "weigh.class_empty", "class", c.Name, "invited", strconv.Itoa(c.Invited))
		}
	}
	moved, err := weight.AdjustNonresponse(w, answered, cells)
	if err != nil {
		return nil, nil, refusal(err)
	}
	factors := make([]float64, len(names))
	for u, k := range code {
		if w[2*u] > 0 {
			factors[k] = moved[2*u] / w[2*u]
			out[k].Factor = Number(factors[k])
		}
	}
	final := make([]float64, len(r.weight))
	for u, v := range r.weight {
		final[u] = v * factors[code[u]]
	}
	return final, slices.DeleteFunc(out, func(c Class) bool { return c.Invited == 0 }), nil
}

// classes sorts the units by a fact.
func (r *reached) classes(by string) ([]int32, []string) {
	code, names, seen := make([]int32, len(r.units)), []string{}, map[string]int32{}
	fifth := r.fifths()
	for u, unit := range r.units {
		name := unit.Stratum
		switch by {
		case PSU:
			name = unit.Stratum + " " + unit.PSU
		case Size:
			name = strconv.Itoa(fifth[u])
		}
		code[u] = number(seen, name)
		if int(code[u]) == len(names) {
			names = append(names, name)
		}
	}
	return code, names
}

// fifths numbers the units with people invited from 1 to 5 by size, as near to equal
// numbers of units as ties allow.
func (r *reached) fifths() []int {
	var order []int
	for u := range r.units {
		if r.weight[u] > 0 {
			order = append(order, u)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.units[a].Size, r.units[b].Size) })
	out := make([]int, len(r.units))
	for rank, u := range order {
		out[u] = 1 + rank*fifths/len(order)
		if rank > 0 && r.units[order[rank-1]].Size == r.units[u].Size {
			out[u] = out[order[rank-1]]
		}
	}
	return out
}

// byPropensity divides by the fitted propensity to come back, or by that of its
// class. Everybody invited is one row of the fit.
func (r *reached) byPropensity(n Nonresponse) ([]float64, []Class, error) {
	var of []int // the unit of each person
	var w []float64
	var answered []bool
	for u, v := range r.weight {
		for k := range r.invited[u] {
			if v > 0 {
				of, w, answered = append(of, u), append(w, v), append(answered, k < r.back[u])
			}
		}
	}
	model, err := weight.NewModel(len(of), true, r.terms(n.By, of))
	if err != nil {
		return nil, nil, refusal(err)
	}
	fit, err := weight.AdjustByPropensity(w, answered, model, weight.PropensitySpec{Classes: n.Classes})
	if err != nil {
		return nil, nil, refusal(err)
	}
	final := make([]float64, len(r.weight))
	for i, u := range of {
		if answered[i] {
			final[u] = fit.Weights[i]
		}
	}
	var out []Class
	for _, c := range fit.Classes {
		out = append(out, Class{Name: share(c.Low) + " – " + share(c.High), Invited: c.Asked, Back: c.Answered, Factor: Number(c.Factor)})
	}
	if len(out) == 0 {
		out = []Class{{Name: share(fit.MinFitted) + " – " + share(fit.MaxFitted), Invited: fit.Asked, Back: fit.Answered, Factor: Number(1 / fit.Rate)}}
	}
	return final, out, nil
}

// share spells a propensity.
func share(p float64) string { return strconv.FormatFloat(p, 'f', 3, 64) }

// terms are the columns of the propensity model; a fact that is the same of all is
// left out.
func (r *reached) terms(by []string, of []int) []weight.Term {
	var out []weight.Term
	for _, fact := range by {
		if fact == Size {
			t := weight.Term{Name: Size, Values: make([]float64, len(of))}
			for i, u := range of {
				t.Values[i] = math.Log(math.Max(1, float64(r.units[u].Size)))
			}
			if len(t.Values) > 0 && slices.Min(t.Values) < slices.Max(t.Values) {
				out = append(out, t)
			}
			continue
		}
		t, seen := weight.Term{Name: Stratum, Code: make([]int32, len(of))}, map[string]int32{}
		for i, u := range of {
			t.Code[i] = number(seen, r.units[u].Stratum)
			if int(t.Code[i]) == len(t.Levels) {
				t.Levels = append(t.Levels, r.units[u].Stratum)
			}
		}
		if len(t.Levels) > 1 {
			out = append(out, t)
		}
	}
	return out
}

// refusal turns what the numbers do not allow into what a person can mend; any other
// error stays what it is.
func refusal(err error) error {
	var e *weight.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case "weight.infeasible", "weight.not_converged":
		return fault.New(fault.Conflict, "weigh.infeasible", "at", e.At)
	case "weight.trim_all", "weight.trim_bounds":
		return fault.New(fault.Conflict, "weigh.trim_all")
	case "weight.response":
		return fault.New(fault.Conflict, "weigh.all_alike")
	case "weight.empty_class":
		return fault.New(fault.Conflict, "weigh.class_few")
	}
	return fault.New(fault.Conflict, "weigh.numbers", "code", e.Code, "at", e.At)
}
