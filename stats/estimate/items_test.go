package estimate_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

const itemRows = 4000

// crowd is a sample of 30 PSUs in six strata with three answers of a scale: codes 0
// (none) to 5, and groups that lie within strata or across PSUs.
type crowd struct {
	spec   design.Spec
	within []int32
	across []int32
	terms  []weight.Term
	items  []estimate.Item
}

func newCrowd() *crowd {
	source := rand.New(rand.NewPCG(5, 6))
	c := &crowd{spec: design.Spec{N: itemRows, Nest: true, Strata: make([]int32, itemRows), IDs: [][]int32{make([]int32, itemRows)}, Weights: make([]float64, itemRows)}}
	c.within, c.across = make([]int32, itemRows), make([]int32, itemRows)
	sex, age := make([]uint8, itemRows), make([]int32, itemRows)
	answers := [3][]uint8{make([]uint8, itemRows), make([]uint8, itemRows), make([]uint8, itemRows)}
	for i := range itemRows {
		stratum, psu := int32(source.IntN(6)), int32(source.IntN(5))
		c.spec.Strata[i], c.spec.IDs[0][i], c.spec.Weights[i] = stratum, psu, 1+9*source.Float64()
		c.within[i], c.across[i] = stratum/2, int32(source.IntN(4))
		sex[i], age[i] = uint8(source.IntN(2)), int32(source.IntN(3))
		for k := range answers {
			answers[k][i] = uint8(min(5, max(0, 3+int(stratum)%2+int(psu)%2-int(sex[i])+source.IntN(4)-2)))
		}
		if source.IntN(50) == 0 {
			c.spec.Weights[i] = 0
		}
	}
	c.terms = []weight.Term{{Name: "sex", Small: sex, Levels: []string{"f", "m"}}, {Name: "age", Code: age, Levels: []string{"a", "b", "c"}}}
	none := math.NaN()
	for _, column := range answers {
		c.items = append(c.items,
			estimate.Item{Name: "share", Code: column, Value: []float64{none, 0, 0, 0, 1, 1}},
			estimate.Item{Name: "mean", Code: column, Value: []float64{none, 1, 2, 3, 4, 5}})
	}
	return c
}

func (c *crowd) design(t *testing.T, calibrated bool) *design.Design {
	t.Helper()
	d, err := design.New(c.spec)
	if err != nil || !calibrated {
		stop(t, err)
		return d
	}
	model, err := weight.NewModel(d.Rows(), true, c.terms)
	stop(t, err)
	totals, err := model.Totals(map[string]float64{"(Intercept)": 30_000, "sex=m": 14_000, "age=b": 11_000, "age=c": 9_000})
	stop(t, err)
	d, err = d.Calibrate(model, weight.Calibration{Method: weight.Raking, Totals: totals})
	stop(t, err)
	return d
}

func stop(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Many items in one pass are the items one by one: to 1e-12 relative, with groups
// within PSUs and across them, before and after a calibration, and for designs that
// the one pass leaves to the long way.
func TestItemMeansAreTheGroupMeansOfEachItem(t *testing.T) {
	t.Parallel()
	c := newCrowd()
	trimmed, err := c.design(t, true).Trim(0, 30, false)
	stop(t, err)
	cases := map[string]struct {
		d     *design.Design
		code  []int32
		count int
	}{
		"groups of strata":                 {c.design(t, false), c.within, 3},
		"groups across PSUs":               {c.design(t, false), c.across, 4},
		"calibrated":                       {c.design(t, true), c.within, 3},
		"calibrated, groups across PSUs":   {c.design(t, true), c.across, 4},
		"calibrated, a group without rows": {c.design(t, true), c.across, 5},
		"calibrated and trimmed":           {trimmed, c.within, 3},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			by := estimate.Grouping{Code: one.code, Count: one.count}
			all, err := estimate.ItemMeans(one.d, c.items, by, estimate.Options{})
			stop(t, err)
			for k, got := range all {
				compareItem(t, one.d, c.items[k], by, got)
			}
		})
	}
}

func compareItem(t *testing.T, d *design.Design, item estimate.Item, by estimate.Grouping, got *estimate.Estimates) {
	t.Helper()
	domain := make([]bool, len(item.Code))
	for i, code := range item.Code {
		domain[i] = !math.IsNaN(item.Value[code])
	}
	v := estimate.Variable{Name: item.Name, Small: item.Code, Points: item.Value}
	want, err := estimate.GroupMeans(d, v, by, estimate.Options{Domain: domain})
	stop(t, err)
	if got.DF != want.DF || got.N != want.N {
		t.Errorf("%s: got df %v of %d rows, want %v of %d", item.Name, got.DF, got.N, want.DF, want.N)
	}
	for g := range want.Est {
		for h := range want.Est {
			scale := math.Sqrt(want.Cov.At(g, g) * want.Cov.At(h, h))
			if x, y := got.Cov.At(g, h), want.Cov.At(g, h); !closeBy(x, y, 1e-12*scale) {
				t.Errorf("%s: covariance of %d and %d: got %v, want %v", item.Name, g, h, x, y)
			}
		}
		if !closeBy(got.Est[g], want.Est[g], 1e-12) || !closeBy(got.Low[g], want.Low[g], 1e-11) {
			t.Errorf("%s, group %d: got %v from %v, want %v from %v", item.Name, g, got.Est[g], got.Low[g], want.Est[g], want.Low[g])
		}
	}
}

func closeBy(x, y, tolerance float64) bool {
	return math.Abs(x-y) <= tolerance || (math.IsNaN(x) && math.IsNaN(y))
}

// An item that the calibration explains wholly has no variance, and the one pass
// does not make one up from rounding.
func TestItemMeansOfACalibratedMarginHaveNoVariance(t *testing.T) {
	t.Parallel()
	c := newCrowd()
	item := estimate.Item{Name: "sex", Code: c.terms[0].Small, Value: []float64{0, 1}}
	by := estimate.Grouping{Code: make([]int32, itemRows), Count: 1}
	all, err := estimate.ItemMeans(c.design(t, true), []estimate.Item{item}, by, estimate.Options{})
	stop(t, err)
	if got, want := all[0].Est[0], 14.0/30; math.Abs(got-want) > 1e-9 {
		t.Errorf("share: got %v, want %v", got, want)
	}
	if got := all[0].SE[0]; got > 1e-12 {
		t.Errorf("standard error: got %v, want 0", got)
	}
}

func TestItemMeansRefuseColumnsOfAnotherLength(t *testing.T) {
	t.Parallel()
	c := newCrowd()
	d := c.design(t, false)
	by := estimate.Grouping{Code: c.within, Count: 3}
	cases := map[string]struct {
		items []estimate.Item
		by    estimate.Grouping
		level float64
		code  string
	}{
		"groups": {c.items, estimate.Grouping{Code: c.within[1:], Count: 3}, 0, "estimate.length"},
		"item":   {[]estimate.Item{{Name: "short", Code: []uint8{1}, Value: []float64{0, 1}}}, by, 0, "estimate.length"},
		"level":  {c.items, by, 2, "estimate.level"},
		"many":   {c.items, estimate.Grouping{Code: c.within, Count: 6000}, 0, "estimate.too_many_groups"},
	}
	for name, one := range cases {
		_, err := estimate.ItemMeans(d, one.items, one.by, estimate.Options{Level: one.level})
		var known *estimate.Error
		if !errors.As(err, &known) || known.Code != one.code {
			t.Errorf("%s: got %v, want %s", name, err, one.code)
		}
	}
}
