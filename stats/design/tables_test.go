package design_test

import (
	"math"
	"testing"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// states are three columns of the sample's codes: all three states, two, and codes
// that are all outside but one.
func (m *made) states() []design.States {
	three, two, one := design.States{Code: m.small, N: 3}, design.States{Code: m.small, N: 2}, design.States{Code: m.small, N: 2}
	three.Of[1], three.Of[2] = 1, 2
	two.Of[0], two.Of[2] = 1, 1
	one.Of[1] = 1
	return []design.States{three, two, one, three}
}

// values are made-up linearized values by group and state, 0 outside.
func (m *made) values(states int) [][]float64 {
	y := make([][]float64, 4)
	for g := range y {
		y[g] = make([]float64, states)
		for k := 1; k < states; k++ {
			y[g][k] = math.Cos(float64(3*g+k)) + 1.5
		}
	}
	return y
}

// Sums by PSU, group and state give the weights, counts, degrees of freedom and
// covariances that the rows spelled out give: PSUs within a group each and across
// groups, few rows and several blocks of them, calibrated and not.
func TestTablesEqualTheRowsSpelledOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		n, lie     int
		calibrated bool
	}{
		"PSUs within groups": {240, psusWithin, false}, "strata within groups": {240, strataWithin, false}, "across": {240, across, false},
		"PSUs within groups, calibrated": {240, psusWithin, true}, "strata within groups, calibrated": {240, strataWithin, true},
		"across, calibrated": {240, across, true}, "many rows": {40_000, across, true}, "many rows in strata": {40_000, strataWithin, true},
	} {
		m := makeUp(t, c.n, c.lie, false)
		d := m.design(t)
		if c.calibrated {
			d = m.calibrated(t)
		}
		columns := m.states()
		tables := d.Tables(m.group, 4, columns)
		if tables == nil {
			t.Fatalf("%s: got no tables", name)
		}
		small := make([]uint8, m.n)
		for i, g := range m.group {
			small[i] = uint8(g)
		}
		bytes := d.SmallTables(small, 4, columns)
		for k := range columns {
			sameMatrix(t, name+", groups of one byte", bytes.Covariance(k, m.values(columns[k].N)), tables.Covariance(k, m.values(columns[k].N)))
			sameTable(t, name, &m, d, tables, k, &columns[k])
		}
	}
}

func sameTable(t *testing.T, name string, m *made, d *design.Design, tables *design.Tables, k int, column *design.States) {
	t.Helper()
	weights, rows, inside := make([][]float64, 4), make([]int, column.N), make([]bool, m.n)
	for g := range weights {
		weights[g] = make([]float64, column.N)
	}
	y, values := m.values(column.N), make([]float64, m.n)
	for i, code := range column.Code {
		s := column.Of[code]
		weights[m.group[i]][s] += d.Weights()[i]
		rows[s]++
		inside[i] = s > 0
		values[i] = y[m.group[i]][s]
	}
	for g, row := range tables.Weight(k) {
		for s, v := range row[1:] {
			s++
			if math.Abs(v-weights[g][s]) > 1e-9*(1+weights[g][s]) {
				t.Errorf("%s, column %d: got weight %v in group %d, state %d, want %v", name, k, v, g, s, weights[g][s])
			}
		}
	}
	domain := make([]bool, column.N)
	for s, n := range tables.Rows(k) {
		domain[s] = s > 0
		if s > 0 && n != rows[s] {
			t.Errorf("%s, column %d: got %d rows in state %d, want %d", name, k, n, s, rows[s])
		}
	}
	near(t, name+", df", tables.DF(k, domain), d.DF(inside))
	got := tables.Covariance(k, y)
	if got == nil {
		t.Fatalf("%s, column %d: got no covariance", name, k)
	}
	sameMatrix(t, name, got, spelled(t, d, m.group, 4, values))
}

// What the sums cannot answer is left to the long way.
func TestTablesLeaveOutWhatTheyCannotAnswer(t *testing.T) {
	t.Parallel()
	m := makeUp(t, 240, across, false)
	numeric := makeUp(t, 240, across, true)
	trimmed, err := m.calibrated(t).Trim(1.5, 4.5, false)
	if err != nil {
		t.Fatal(err)
	}
	jackknife, err := m.design(t).Resample(design.ResampleSpec{Method: design.JKn})
	if err != nil {
		t.Fatal(err)
	}
	fpc := make([]float64, m.n)
	second := make([]int32, m.n)
	for i := range fpc {
		fpc[i], second[i] = 20, int32(i)
	}
	alone := append([]int32(nil), m.stratum...)
	for i, u := range m.psu {
		if u == 0 {
			alone[i] = 9
		}
	}
	lonely := design.Spec{N: m.n, IDs: [][]int32{m.psu}, Strata: alone, Weights: m.w}
	removed := lonely
	removed.Lonely = design.LonelyRemove
	for name, d := range map[string]*design.Design{
		"replicates": jackknife, "a model with numbers": numeric.calibrated(t), "weights trimmed after the calibration": trimmed,
		"two stages":      must(t, design.Spec{N: m.n, IDs: [][]int32{m.psu, second}, Strata: m.stratum, Weights: m.w, FPC: [][]float64{fpc, fpc}}),
		"a lonely PSU":    must(t, lonely),
		"unequal chances": must(t, design.Spec{N: 2, FPC: [][]float64{{.5, .2}}, PPS: design.Brewer}),
	} {
		if d.Tables(m.group, 4, m.states()) != nil {
			t.Errorf("%s: got tables, want none", name)
		}
	}
	if must(t, removed).Tables(m.group, 4, m.states()) == nil {
		t.Error("a lonely PSU that adds nothing: got no tables")
	}
	outside := append([]int32(nil), m.group...)
	outside[17] = -1
	for name, group := range map[string][]int32{"a row without group": outside, "a group too few": m.group[1:]} {
		if m.design(t).Tables(group, 4, m.states()) != nil {
			t.Errorf("%s: got tables, want none", name)
		}
	}
	if m.design(t).Tables(m.group, 4, []design.States{{Code: m.small[1:], N: 2}}) != nil {
		t.Error("a code too few: got tables, want none")
	}
}

// A total that the calibration fixes has no variance: the difference of nearly equal
// sums is not given out as one.
func TestTablesDoNotPassRoundingOffAsVariance(t *testing.T) {
	t.Parallel()
	m := makeUp(t, 240, across, false)
	d, err := m.design(t).Calibrate(m.model, weight.Calibration{Method: weight.Linear, Totals: m.totals})
	if err != nil {
		t.Fatal(err)
	}
	everyone := design.States{Code: m.small, N: 2}
	everyone.Of[0], everyone.Of[1], everyone.Of[2] = 1, 1, 1
	tables := d.Tables(m.group, 4, []design.States{everyone})
	if tables == nil {
		t.Fatal("got no tables")
	}
	ones := [][]float64{{0, 1}, {0, 1}, {0, 1}, {0, 1}} // the people of each group, which are totals
	if got := tables.Covariance(0, ones); got != nil {
		t.Errorf("got variances %v, want none", got)
	}
}
