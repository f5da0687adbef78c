package design_test

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mat"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// crowd is a sample of 300 PSUs in 30 strata with 13 columns of 2 to 8 states, by
// groups within strata, across PSUs, or one group of all.
type crowd struct {
	d       *design.Design
	groups  map[string][]int32
	columns []design.States
	raw     *design.Design // before the calibration
	model   *weight.Model
	control weight.Calibration
}

func newCrowd(t *testing.T, n int, calibrated bool) *crowd {
	t.Helper()
	source := rand.New(rand.NewPCG(11, uint64(n)))
	psu, strata, w := make([]int32, n), make([]int32, n), make([]float64, n)
	sex, age := make([]uint8, n), make([]uint8, n)
	c := &crowd{groups: map[string][]int32{"strata": make([]int32, n), "across": make([]int32, n), "one": make([]int32, n)}}
	for i := range n {
		strata[i], psu[i], w[i] = int32(source.IntN(30)), int32(source.IntN(10)), 1+9*source.Float64()
		c.groups["strata"][i], c.groups["across"][i] = strata[i]/8, int32(source.IntN(4))
		sex[i], age[i] = uint8(source.IntN(2)), uint8(source.IntN(5))
		if source.IntN(40) == 0 {
			w[i] = 0
		}
	}
	for k := range 13 {
		s := design.States{Code: make([]uint8, n), N: 2 + k%7}
		for code := range s.Of {
			s.Of[code] = uint8(code % s.N)
		}
		for i := range s.Code {
			s.Code[i] = uint8(source.IntN(s.N) + int(psu[i])/5 + int(sex[i]))
		}
		c.columns = append(c.columns, s)
	}
	c.d = must(t, design.Spec{N: n, IDs: [][]int32{psu}, Strata: strata, Weights: w, Nest: true})
	if !calibrated {
		return c
	}
	model, err := weight.NewModel(n, true, []weight.Term{
		{Name: "sex", Small: sex, Levels: []string{"f", "m"}}, {Name: "age", Small: age, Levels: []string{"a", "b", "c", "d", "e"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	size := float64(n)
	totals := []float64{6 * size, 2.8 * size, 1.3 * size, 1.1 * size, 1.2 * size, 0.9 * size}
	c.raw, c.model, c.control = c.d, model, weight.Calibration{Method: weight.Raking, Totals: totals}
	c.d, err = c.d.Calibrate(model, c.control)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// values are some y by group and state, and by row.
func (c *crowd) values(k int, group []int32) (y [][]float64, rows []float64) {
	s := &c.columns[k]
	for g := range 5 {
		y = append(y, make([]float64, s.N))
		for state := 1; state < s.N; state++ {
			y[g][state] = float64(state*(g+2)%5) - 1.5
		}
	}
	rows = make([]float64, len(group))
	for i, g := range group {
		rows[i] = y[g][s.Of[s.Code[i]]]
	}
	return y, rows
}

// The sums of many columns in one pass give the covariance of each column alone, for
// groups small and large, within PSUs and across them.
func TestTablesGiveTheGroupCovarianceOfEachColumn(t *testing.T) {
	t.Parallel()
	for _, n := range []int{500, 70_000} {
		for _, calibrated := range []bool{false, true} {
			c := newCrowd(t, n, calibrated)
			for name, group := range c.groups {
				tables := c.d.Tables(group, 5, c.columns)
				if tables == nil {
					t.Fatalf("%d rows, %s: no tables", n, name)
				}
				for k := range c.columns {
					y, rows := c.values(k, group)
					want, err := c.d.GroupCovariance(group, 5, rows)
					if err != nil {
						t.Fatal(err)
					}
					sameMatrix(t, name, tables.Covariance(k, y), want)
					c.compareSums(t, tables, k, group)
				}
			}
		}
	}
}

// compareSums compares rows and weights with those counted row by row.
func (c *crowd) compareSums(t *testing.T, tables *design.Tables, k int, group []int32) {
	t.Helper()
	s, w := &c.columns[k], c.d.Weights()
	rows, mass := make([]int, s.N), mat.NewDense(5, s.N, nil)
	for i, code := range s.Code {
		if state := int(s.Of[code]); w[i] > 0 {
			rows[state]++
			mass.Set(int(group[i]), state, mass.At(int(group[i]), state)+w[i])
		}
	}
	for state := 1; state < s.N; state++ {
		if got, want := tables.Rows(k)[state], rows[state]; got != want {
			t.Errorf("column %d, state %d: got %d rows, want %d", k, state, got, want)
		}
		for g, sums := range tables.Weight(k) {
			if got, want := sums[state], mass.At(g, state); got < want*(1-1e-12) || got > want*(1+1e-12) {
				t.Errorf("column %d, state %d, group %d: got weight %v, want %v", k, state, g, got, want)
			}
		}
	}
}

// The sums have the same bits on any number of processors. Not parallel: it sets how
// many there are.
func TestTablesHaveTheSameBitsOnAnyNumberOfProcessors(t *testing.T) {
	c := newCrowd(t, 70_000, true)
	y, _ := c.values(3, c.groups["across"])
	first := map[string]*mat.SymDense{}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, processors := range []int{1, 2, 7} {
		runtime.GOMAXPROCS(processors)
		for name, group := range c.groups {
			got := c.d.Tables(group, 5, c.columns).Covariance(3, y)
			if first[name] == nil {
				first[name] = got
			} else if !mat.Equal(got, first[name]) {
				t.Errorf("%d processors, %s: other bits", processors, name)
			}
		}
	}
}

// Tables made while the weights are calibrated are those of the calibrated design.
func TestCalibrateTablesAreTablesOfTheCalibratedDesign(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 70_000, true)
	for name, group := range c.groups {
		small := make([]uint8, len(group))
		for i, g := range group {
			small[i] = uint8(g)
		}
		y, _ := c.values(4, group)
		d, tables, err := c.raw.CalibrateTables(c.model, c.control, small, 5, c.columns)
		if err != nil || tables == nil {
			t.Fatalf("%s: got %v, %v", name, tables, err)
		}
		if !mat.Equal(tables.Covariance(4, y), c.d.SmallTables(small, 5, c.columns).Covariance(4, y)) {
			t.Errorf("%s: other bits", name)
		}
		if got, want := d.Weights()[9], c.d.Weights()[9]; got != want {
			t.Errorf("%s: got weight %v, want %v", name, got, want)
		}
	}
	impossible := c.control
	impossible.Totals = []float64{-1, 1, 1, 1, 1, 1}
	_, _, err := c.raw.CalibrateTables(c.model, impossible, make([]uint8, 70_000), 1, c.columns)
	refused(t, "totals that cannot be met", err, "weight.infeasible")
}

// Groups of one byte a row are the same groups.
func TestSmallTablesAreTables(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 500, true)
	for name, group := range c.groups {
		small := make([]uint8, len(group))
		for i, g := range group {
			small[i] = uint8(g)
		}
		y, _ := c.values(2, group)
		if !mat.Equal(c.d.SmallTables(small, 5, c.columns).Covariance(2, y), c.d.Tables(group, 5, c.columns).Covariance(2, y)) {
			t.Errorf("%s: other bits", name)
		}
		small[7] = 5
		if c.d.SmallTables(small, 5, c.columns) != nil {
			t.Errorf("%s: tables with a row without a group", name)
		}
	}
}
