package estimate

import (
	"cmp"
	"math"
	"sync"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// Item is one mean or share asked of many: a column of codes, one byte a row, and
// the number that each code stands for, NaN (or none) where a row with it is
// outside the domain. Several items may share one column.
type Item struct {
	Name  string
	Code  []uint8
	Value []float64
}

// maxStates bounds the different roles of a column's codes.
const maxStates = 64

// ItemMeans is GroupMeans for many items at once, in their order, each with the
// options Level and DF: the rows are passed over once for all of them
// (design.Tables) where the design allows it, else item by item. The sums are the
// same bits on any number of processors. It fails as GroupMeans does.
func ItemMeans(d *design.Design, items []Item, by Grouping, o Options) ([]*Estimates, error) {
	if err := checkItems(d, items, by, o); err != nil {
		return nil, err
	}
	states, place := roles(items)
	var t *design.Tables
	if states != nil {
		t = by.tables(d, states)
	}
	return (&itemTables{t, states, place}).means(d, items, by, o)
}

// itemTables are the tables (nil: none) by the columns that the items read, and which
// of them each item reads.
type itemTables struct {
	t      *design.Tables
	states []design.States
	place  []int
}

// means makes the means of all items.
func (s *itemTables) means(d *design.Design, items []Item, by Grouping, o Options) ([]*Estimates, error) {
	out := make([]*Estimates, len(items))
	if s.t != nil {
		var wait sync.WaitGroup
		for k := range items {
			at := s.place[k]
			wait.Go(func() { out[k] = itemMean(s.t, &items[k], &s.states[at], at, by.Count, o) })
		}
		wait.Wait()
	}
	quantile := map[float64]float64{}
	for k := range items {
		if e := out[k]; e != nil {
			if _, known := quantile[e.DF]; !known {
				quantile[e.DF] = tQuantile(o.Level, e.DF)
			}
			e.limits(quantile[e.DF])
			continue
		}
		var err error
		if out[k], err = itemAlone(d, &items[k], by, o); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func checkItems(d *design.Design, items []Item, by Grouping, o Options) error {
	if err := by.check(d); err != nil {
		return err
	}
	if by.Count > maxGroups {
		return weight.Errorf("estimate.too_many_groups", "by", "%d groups; at most %d have a common covariance", by.Count, maxGroups)
	}
	for _, item := range items {
		if len(item.Code) != d.Rows() {
			return weight.Errorf("estimate.length", item.Name, "%d values for %d rows", len(item.Code), d.Rows())
		}
	}
	return checkLevel(o.Level)
}

// value is the number of a code.
func (m *Item) value(code int) float64 {
	if code < len(m.Value) {
		return m.Value[code]
	}
	return math.NaN()
}

// roles puts together the codes of a column that stand for the same numbers in all
// its items, and says which column each item reads; nil where a column has too
// many different ones.
func roles(items []Item) (states []design.States, place []int) {
	of := map[*uint8]int{}
	var members [][]int
	for k := range items {
		var first *uint8
		if len(items[k].Code) > 0 {
			first = &items[k].Code[0]
		}
		at, ok := of[first]
		if !ok {
			at = len(members)
			of[first] = at
			members = append(members, nil)
		}
		members[at] = append(members[at], k)
		place = append(place, at)
	}
	for _, list := range members {
		s := design.States{Code: items[list[0]].Code, N: 1}
		seen := map[string]int{}
		for code := range s.Of {
			key, inside := roleOf(items, list, code)
			if !inside {
				continue
			}
			if seen[key] == 0 {
				seen[key] = s.N
				s.N++
			}
			if s.N > maxStates {
				return nil, nil
			}
			s.Of[code] = uint8(seen[key])
		}
		states = append(states, s)
	}
	return states, place
}

// roleOf spells the numbers of a code in the items; inside says that one has it in
// its domain.
func roleOf(items []Item, list []int, code int) (key string, inside bool) {
	for _, k := range list {
		inside = inside || !math.IsNaN(items[k].value(code))
	}
	if !inside {
		return "", false
	}
	text := make([]byte, 0, 8*len(list))
	for _, k := range list {
		v := items[k].value(code)
		bits := math.Float64bits(v)
		if math.IsNaN(v) {
			bits = math.Float64bits(math.NaN())
		}
		for shift := 0; shift < 64; shift += 8 {
			text = append(text, byte(bits>>shift))
		}
	}
	return string(text), true
}

// itemMean makes the means of one item of its table; nil where the table does not
// suffice.
func itemMean(t *design.Tables, item *Item, s *design.States, place, groups int, o Options) *Estimates {
	value, domain := make([]float64, s.N), make([]bool, s.N)
	for code, state := range s.Of {
		if v := item.value(code); state > 0 && !math.IsNaN(v) {
			value[state], domain[state] = v, true
		}
	}
	sums := t.Weight(place)
	est, y := make([]float64, groups), make([][]float64, groups)
	for g := range est {
		est[g], y[g] = groupMean(sums[g], value, domain)
	}
	cov := t.Covariance(place, y)
	if cov == nil {
		return nil
	}
	e := &Estimates{Names: make([]string, groups), Est: est, Cov: cov, DF: t.DF(place, domain)}
	for state, n := range t.Rows(place) {
		if domain[state] {
			e.N += n
		}
	}
	if o.DF != nil {
		e.DF = *o.DF
	}
	return e
}

// groupMean is the mean of a group and its linearized values by state, all 0 for a
// group without weight.
func groupMean(weights, value []float64, domain []bool) (mean float64, y []float64) {
	mass, sum := 0.0, 0.0
	for state, w := range weights {
		if domain[state] {
			mass += w
			sum += w * value[state]
		}
	}
	mean, y = sum/mass, make([]float64, len(weights))
	for state := range y {
		if domain[state] && mass != 0 {
			y[state] = (value[state] - mean) / mass
		}
	}
	return mean, y
}

// itemAlone is GroupMeans for one item.
func itemAlone(d *design.Design, item *Item, by Grouping, o Options) (*Estimates, error) {
	domain := make([]bool, len(item.Code))
	for i, code := range item.Code {
		domain[i] = !math.IsNaN(item.value(int(code)))
	}
	o.Domain, o.Deff = domain, NoDeff
	return GroupMeans(d, Variable{Name: item.Name, Small: item.Code, Points: item.Value}, by, o)
}

// Survey is a sample as compact columns of one entry a respondent, for
// CalibratedItems: codes from 0, design weights, PSUs within strata.
type Survey struct {
	Weights     []float64
	Strata, PSU []int32
	Margins     []weight.Term // factors; their order is that of the totals
	Group       []uint8       // such as areas, below Groups
	Groups      int
	Items       []Item
}

// CalibratedItems is the whole of a large survey's estimates in one call:
// calibration of the weights to the totals (by column of the model of an intercept
// and the margins, "(Intercept)" and "name=level") with the raking distance, then
// for every item and group the mean with linearized standard error of the
// generalized regression estimator (Deville and Särndal 1992, equations 2.5, 2.6
// and 3.4) and t limits.
func CalibratedItems(s Survey, totals map[string]float64, c weight.Control, o Options) ([]*Estimates, error) {
	if len(s.Group) != len(s.Weights) {
		return nil, weight.Errorf("estimate.length", "group", "%d group codes for %d rows", len(s.Group), len(s.Weights))
	}
	var model *weight.Model
	var wrong error
	var wait sync.WaitGroup
	wait.Go(func() { model, wrong = weight.NewModel(len(s.Weights), true, s.Margins) })
	d, err := design.New(design.Spec{N: len(s.Weights), IDs: [][]int32{s.PSU}, Strata: s.Strata, Weights: s.Weights, Nest: true})
	wait.Wait()
	if err = cmp.Or(err, wrong); err != nil {
		return nil, err
	}
	calibration := weight.Calibration{Method: weight.Raking, Control: c}
	if calibration.Totals, err = model.Totals(totals); err != nil {
		return nil, err
	}
	by := Grouping{Small: s.Group, Count: s.Groups}
	if err := checkItems(d, s.Items, by, o); err != nil {
		return nil, err
	}
	tables := &itemTables{}
	tables.states, tables.place = roles(s.Items)
	if tables.states == nil {
		d, err = d.Calibrate(model, calibration)
	} else {
		d, tables.t, err = d.CalibrateTables(model, calibration, s.Group, s.Groups, tables.states)
	}
	if err != nil {
		return nil, err
	}
	return tables.means(d, s.Items, by, o)
}
