package regress

import (
	"fmt"
	"math"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// model is the data of a regression: outcomes, the model matrix, and where the
// columns of each term begin (one entry more than there are terms).
type model struct {
	rows  *estimate.Rows
	y     []float64
	model *weight.Model
	terms []string
	at    []int
}

func newModel(d *design.Design, s Spec, o estimate.Options) (*model, error) {
	if s.Y.Levels != nil {
		return nil, weight.Errorf("regression.outcome", s.Y.Name, "the outcome is a factor; derive a 1/0 column from it")
	}
	o.DropMissing = true
	rows, err := estimate.NewRows(d, append([]estimate.Variable{s.Y}, s.Terms...), o)
	if err != nil {
		return nil, err
	}
	if rows.N == 0 {
		return nil, weight.Errorf("estimate.no_rows", "domain", "no row with weight has all values")
	}
	m := &model{rows: rows, y: make([]float64, d.Rows())}
	for i := range m.y {
		if m.inUse(d, i) {
			m.y[i] = rows.At(0, i)
		}
	}
	terms := make([]weight.Term, len(s.Terms))
	first := 1
	for k, v := range s.Terms {
		if v.Levels == nil {
			terms[k], err = m.numbers(d, v, first)
			first++
		} else {
			terms[k], err = m.factor(d, v)
			first += len(v.Levels)
		}
		if err != nil {
			return nil, err
		}
		m.terms = append(m.terms, v.Name)
	}
	if m.model, err = weight.NewModel(d.Rows(), !s.NoIntercept, terms); err != nil {
		return nil, err
	}
	if p := len(m.model.Names()); rows.N < p {
		return nil, weight.Errorf("regression.rows", "terms", "%d rows for %d coefficients; use fewer terms", rows.N, p)
	}
	m.place(terms, s.NoIntercept)
	return m, nil
}

func (m *model) inUse(d *design.Design, i int) bool { return m.rows.Use[i] && d.Weights()[i] != 0 }

// weights keeps the weights of the rows in use.
func (m *model) weights(w []float64) []float64 {
	out := make([]float64, len(w))
	for i, use := range m.rows.Use {
		if use {
			out[i] = w[i]
		}
	}
	return out
}

// numbers copies a number column; rows that are not in use hold 0.
func (m *model) numbers(d *design.Design, v estimate.Variable, column int) (weight.Term, error) {
	values := make([]float64, d.Rows())
	for i := range values {
		if !m.inUse(d, i) {
			continue
		}
		values[i] = m.rows.At(column, i)
		if math.IsInf(values[i], 0) {
			return weight.Term{}, weight.Errorf("regression.missing", v.Name, "row %d has no finite value", i+1)
		}
	}
	return weight.Term{Name: v.Name, Values: values}, nil
}

// factor renumbers the levels that occur; rows that are not in use get the
// first.
func (m *model) factor(d *design.Design, v estimate.Variable) (weight.Term, error) {
	occurs := make([]bool, len(v.Levels))
	for i, k := range v.Code {
		if m.inUse(d, i) {
			if int(k) >= len(occurs) {
				return weight.Term{}, weight.Errorf("regression.missing", v.Name, "row %d has a level that is not named", i+1)
			}
			occurs[k] = true
		}
	}
	out := weight.Term{Name: v.Name, Code: make([]int32, d.Rows())}
	to := make([]int32, len(occurs))
	for k, is := range occurs {
		if is {
			to[k] = int32(len(out.Levels))
			out.Levels = append(out.Levels, v.Levels[k])
		}
	}
	if len(out.Levels) < 2 {
		return out, weight.Errorf("regression.one_level", v.Name, "the factor has a single level among the rows in use (%s); leave it out",
			fmt.Sprint(out.Levels))
	}
	for i, k := range v.Code {
		if m.inUse(d, i) {
			out.Code[i] = to[k]
		}
	}
	return out, nil
}

// place notes where the columns of each term begin.
func (m *model) place(terms []weight.Term, noIntercept bool) {
	at, factors := 1, 0
	if noIntercept {
		at = 0
	}
	for _, t := range terms {
		m.at = append(m.at, at)
		switch {
		case t.Code == nil:
			at++
		case noIntercept && factors == 0:
			at += len(t.Levels)
		default:
			at += len(t.Levels) - 1
		}
		if t.Code != nil {
			factors++
		}
	}
	m.at = append(m.at, at)
}
