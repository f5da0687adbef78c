package weight_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"minyi/stats/weight"
)

// Keys are numbered in order of first appearance, in one block or in several, where
// all keys come early and where many come late.
func TestNumberIsTheOrderOfFirstAppearance(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(3, 4))
	for name, c := range map[string]struct {
		n, size int
		key     func(i int) int32
	}{
		"few rows":     {100, 7, func(int) int32 { return int32(source.IntN(7)) }},
		"early keys":   {200_000, 500, func(int) int32 { return int32(source.IntN(500)) }},
		"a few late":   {200_000, 500, func(i int) int32 { return int32(source.IntN(250 + 250*(i/190_000))) }},
		"most late":    {200_000, 200_000, func(i int) int32 { return int32(max(0, i-source.IntN(3))) }},
		"a wide table": {150_000, 1 << 19, func(int) int32 { return int32(source.IntN(1 << 19)) }},
	} {
		keys := make([]int32, c.n)
		for i := range keys {
			keys[i] = c.key(i)
		}
		of, first := weight.Number(c.n, c.size, func(_ []int32, from, to int) []int32 { return keys[from:to] })
		seen := map[int32]int32{}
		for i, key := range keys {
			want, known := seen[key]
			if !known {
				want = int32(len(seen))
				seen[key] = want
				if int(want) >= len(first) || first[want] != i {
					t.Fatalf("%s: number %d: got no first row %d", name, want, i)
				}
			}
			if of[i] != want {
				t.Fatalf("%s: row %d: got number %d, want %d", name, i, of[i], want)
			}
		}
		if len(first) != len(seen) {
			t.Errorf("%s: got %d numbers, want %d", name, len(first), len(seen))
		}
	}
}

// people is a sample with three factors, one of them in bytes.
func people(n int) (w []float64, terms []weight.Term, margins []weight.Margin) {
	source := rand.New(rand.NewPCG(8, uint64(n)))
	w = make([]float64, n)
	area, sex, age := make([]int32, n), make([]uint8, n), make([]int32, n)
	for i := range w {
		w[i] = 1 + source.Float64()
		area[i], sex[i], age[i] = int32(source.IntN(4)), uint8(source.IntN(2)), int32(source.IntN(3))
	}
	terms = []weight.Term{
		{Name: "area", Code: area, Levels: []string{"a", "b", "c", "d"}},
		{Name: "sex", Small: sex, Levels: []string{"f", "m"}},
		{Name: "age", Code: age, Levels: []string{"u", "v", "w"}},
	}
	wide := make([]int32, n)
	for i, s := range sex {
		wide[i] = int32(s)
	}
	margins = []weight.Margin{{Name: "area", Code: area}, {Name: "sex", Code: wide}, {Name: "age", Code: age}}
	return w, terms, margins
}

// Calibration with the raking distance and raking by iteration have one solution
// (Deville, Särndal and Sautory 1993, section 3): Newton's steps and proportional
// fitting find the same weights, for many rows, for totals close to nothing, and with
// rows that have no weight.
func TestCalibrationWithTheRakingDistanceIsRaking(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		n     int
		share float64 // of the last age
	}{"few rows": {300, 0.3}, "many rows": {140_000, 0.2}, "a total close to nothing": {300, 1e-6}} {
		w, terms, margins := people(c.n)
		for i := range w[:20] {
			w[i] = 0
		}
		n := float64(c.n)
		margins[0].Totals = []float64{0.3 * n, 0.3 * n, 0.2 * n, 0.2 * n}
		margins[1].Totals = []float64{0.55 * n, 0.45 * n}
		margins[2].Totals = []float64{0.4 * n, (0.6 - c.share) * n, c.share * n}
		raked, err := weight.Rake(w, margins, weight.Control{Epsilon: 1e-10, MaxIter: 1000})
		if err != nil {
			t.Fatal(name, err)
		}
		model, err := weight.NewModel(c.n, true, terms)
		if err != nil {
			t.Fatal(name, err)
		}
		totals := []float64{n, 0.3 * n, 0.2 * n, 0.2 * n, 0.45 * n, (0.6 - c.share) * n, c.share * n}
		fit, err := weight.Calibrate(w, model, weight.Calibration{Method: weight.Raking, Totals: totals, Control: weight.Control{Epsilon: 1e-13, MaxIter: 200}})
		if err != nil {
			t.Fatal(name, err)
		}
		for i, v := range fit.Weights {
			if math.Abs(v-raked.Weights[i]) > 1e-7*raked.Weights[i] {
				t.Fatalf("%s: row %d: got weight %v by calibration, %v by raking", name, i, v, raked.Weights[i])
			}
		}
	}
}

// A raking distance with bounds stays within them and meets the totals.
func TestBoundedRakingMeetsTheTotalsWithinItsBounds(t *testing.T) {
	t.Parallel()
	w, terms, _ := people(400)
	model, err := weight.NewModel(400, true, terms)
	if err != nil {
		t.Fatal(err)
	}
	base := weight.Summarize(w).Sum
	totals := []float64{base, 0.32 * base, 0.23 * base, 0.25 * base, 0.55 * base, 0.25 * base, 0.45 * base}
	for name, b := range map[string]weight.Bounds{
		"of the factor": {Low: 0.6, High: 1.6}, "of the weight": {Low: 0.8, High: 3.2, Const: true},
	} {
		fit, err := weight.Calibrate(w, model, weight.Calibration{Method: weight.Raking, Totals: totals, Bounds: b, Control: weight.Control{Epsilon: 1e-11, MaxIter: 200}})
		if err != nil {
			t.Fatal(name, err)
		}
		sums := make([]float64, len(totals))
		for i, v := range fit.Weights {
			x := v / w[i]
			if b.Const {
				x = v
			}
			if x < b.Low-1e-9 || x > b.High+1e-9 {
				t.Errorf("%s: row %d: got %v outside [%v, %v]", name, i, x, b.Low, b.High)
			}
			of, _ := model.Groups()
			model.AddGroupRow(sums, int(of[i]), v)
		}
		for j, want := range totals {
			near(t, name+", "+model.Names()[j], sums[j], want, 1e-9)
		}
	}
}

// What the regression leaves is orthogonal to the model, also where its columns depend
// on each other; coefficients come alone or many at once, or by the inverse.
func TestResidualsAndCoefficientsSolveTheNormalEquations(t *testing.T) {
	t.Parallel()
	const n = 200
	w, terms, _ := people(n)
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = math.Sin(float64(i)), math.Cos(float64(3*i))+2
	}
	twice := append(append([]weight.Term(nil), terms...), weight.Term{Name: "x", Values: x}, weight.Term{Name: "x again", Values: x})
	for name, list := range map[string][]weight.Term{"factors": terms, "a number": append(append([]weight.Term(nil), terms...), weight.Term{Name: "x", Values: x}), "dependent columns": twice} {
		model, err := weight.NewModel(n, true, list)
		if err != nil {
			t.Fatal(err)
		}
		r, err := weight.NewResiduals(w, model)
		if err != nil {
			t.Fatal(err)
		}
		left, err := r.Apply(y)
		if err != nil {
			t.Fatal(err)
		}
		of, _ := model.Groups()
		moment, xwy := make([]float64, len(model.Names())), make([]float64, len(model.Names()))
		for i := range left {
			model.AddGroupRow(moment, int(of[i]), w[i]*left[i])
			model.AddGroupRow(xwy, int(of[i]), w[i]*y[i])
		}
		for j, v := range moment {
			near(t, name+", "+model.Names()[j], v, 0, 1e-9)
		}
		one, many := r.Coefficients(xwy), r.ManyCoefficients([][]float64{xwy, moment})
		inverse := r.Inverse()
		if (inverse == nil) != (name == "dependent columns") {
			t.Fatalf("%s: got inverse %v", name, inverse)
		}
		for j := range one {
			near(t, name+", many at once", many[0][j], one[j], 1e-9)
			if inverse == nil {
				continue
			}
			sum := 0.0
			for k, v := range xwy {
				sum += inverse.At(j, k) * v
			}
			near(t, name+", by the inverse", sum, one[j], 1e-9)
		}
		_, err = r.Apply(y[1:])
		refused(t, "a value too few", err, "weight.length")
		_, err = weight.NewResiduals(w[1:], model)
		refused(t, "a weight too few", err, "weight.length")
	}
}

// A code that is no level, wherever it stands, is named with its row.
func TestCodesWithoutALevelAreNamed(t *testing.T) {
	t.Parallel()
	const n = 100_003
	for _, row := range []int{0, 5, 99_999, 100_002} {
		small, wide, many := make([]uint8, n), make([]int32, n), make([]uint8, n)
		small[row], wide[row], many[row] = 3, -1, 200
		levels := make([]string, 200)
		for k := range levels {
			levels[k] = string(rune('a'+k%26)) + string(rune('a'+k/26))
		}
		for _, term := range []weight.Term{
			{Name: "f", Small: small, Levels: []string{"a", "b", "c"}}, {Name: "f", Code: wide, Levels: []string{"a"}}, {Name: "f", Small: many, Levels: levels},
		} {
			_, err := weight.NewModel(n, true, []weight.Term{term})
			refused(t, "a row", err, "weight.missing")
			if want := "row " + strconv.Itoa(row+1) + " "; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
	for name, term := range map[string]weight.Term{
		"bytes": {Name: "f", Small: []uint8{0}, Levels: []string{"a"}}, "codes": {Name: "f", Code: []int32{0}, Levels: []string{"a"}}, "numbers": {Name: "f", Values: []float64{1}},
	} {
		_, err := weight.NewModel(2, true, []weight.Term{term})
		refused(t, name, err, "weight.length")
	}
	_, err := weight.NewModel(2, true, []weight.Term{{Name: "f", Values: []float64{1, math.NaN()}}})
	refused(t, "a missing number", err, "weight.missing")
}
