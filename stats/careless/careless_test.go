package careless_test

import (
	"encoding/csv"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"minyi/stats/careless"
)

// read returns the columns of a CSV file by name; NA and ids are NaN.
func read(t *testing.T, path string) (names []string, columns careless.Columns) {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns = make(careless.Columns, len(rows[0]))
	for _, row := range rows[1:] {
		for j, text := range row {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				v = math.NaN()
			}
			columns[j] = append(columns[j], v)
		}
	}
	return rows[0], columns
}

func same(got, want, tolerance float64) bool {
	return math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= tolerance
}

// TestReference: longstring, avgstring, irv, mahad and evenodd as R's careless
// 1.2.2 gives them for 40 people and 12 items, the others by their definition;
// tolerance 1e-6.
func TestReference(t *testing.T) {
	t.Parallel()
	_, input := read(t, "testdata/indices_input.csv")
	items := input[1:]
	names, want := read(t, "testdata/indices_expected.csv")
	whole := func(counts []int, err error) ([]float64, error) {
		out := make([]float64, len(counts))
		for i, c := range counts {
			out[i] = float64(c)
		}
		return out, err
	}
	cases := map[string]func() ([]float64, error){
		"longstring": func() ([]float64, error) { return careless.LongString(items) },
		"avgstring":  func() ([]float64, error) { return careless.AverageString(items) },
		"irv":        func() ([]float64, error) { return careless.Variability(items) },
		"mahad_d2": func() ([]float64, error) {
			d2, df, err := careless.Mahalanobis(items)
			if df != 12 {
				t.Errorf("degrees of freedom: got %d, want 12", df)
			}
			return d2, err
		},
		"evenodd":             func() ([]float64, error) { return careless.EvenOdd(items, []int{4, 4, 4}) },
		"max_percent_match":   func() ([]float64, error) { return careless.PercentMatch(items) },
		"neighbours_ge10of12": func() ([]float64, error) { return whole(careless.Neighbours(items, 10)) },
		"person_total_cor":    func() ([]float64, error) { return careless.PersonTotal(items) },
	}
	for j, name := range names[1:] {
		t.Run(name, func(t *testing.T) {
			got, err := cases[name]()
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want[j+1]) {
				t.Fatalf("got %d people, want %d", len(got), len(want[j+1]))
			}
			for i := range got {
				if !same(got[i], want[j+1][i], 1e-6) {
					t.Errorf("person %d: got %.9f, want %.9f", i+1, got[i], want[j+1][i])
				}
			}
		})
	}
}

var nan = math.NaN()

func TestMissingAnswersNeitherEndRunsNorCount(t *testing.T) {
	t.Parallel()
	c := careless.Columns{{4, nan, 3}, {nan, nan, nan}, {4, nan, nan}, {2, nan, nan}}
	for name, one := range map[string]struct {
		index func(careless.Columns) ([]float64, error)
		want  []float64
	}{
		"longest run":  {careless.LongString, []float64{2, 0, 1}},
		"average run":  {careless.AverageString, []float64{1.5, nan, 1}},
		"variability":  {careless.Variability, []float64{2 / math.Sqrt(3), nan, nan}},
		"person-total": {careless.PersonTotal, []float64{(7.0 / 3) / math.Sqrt(8.0/3*13/6), nan, nan}}, // (4,4,2) with the means (3.5,4,2)
	} {
		got, err := one.index(c)
		if err != nil {
			t.Fatal(name, err)
		}
		for i := range got {
			if !same(got[i], one.want[i], 1e-12) {
				t.Errorf("%s of person %d: got %v, want %v", name, i+1, got[i], one.want[i])
			}
		}
	}
}

func TestReversedConflictSparesTheContentWhoRead(t *testing.T) {
	t.Parallel()
	c := careless.Columns{{5, 5, 1, nan}, {5, 5, 2, nan}, {1, 5, 5, 3}}
	got, err := careless.ReversedConflict(c, []bool{false, false, true}, 1, 5)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0, 4, 0.5, nan} { // |5-(6-1)|, |5-(6-5)|, |1.5-(6-5)|
		if !same(got[i], want, 1e-12) {
			t.Errorf("person %d: got %v, want %v", i+1, got[i], want)
		}
	}
}

// A fourth item that is the sum of two others leaves the distances as they are:
// the pseudo-inverse of a singular covariance spans the same space.
func TestMahalanobisOfASingularCovariance(t *testing.T) {
	t.Parallel()
	_, input := read(t, "testdata/indices_input.csv")
	c := input[1:4]
	want, df, err := careless.Mahalanobis(c)
	if err != nil || df != 3 {
		t.Fatalf("got %d degrees of freedom and %v, want 3", df, err)
	}
	sum, flat := make([]float64, len(c[0])), make([]float64, len(c[0]))
	for i := range sum {
		sum[i] = c[0][i] + c[1][i]
	}
	got, df, err := careless.Mahalanobis(append(slices.Clone(c), sum, flat))
	if err != nil || df != 3 {
		t.Fatalf("singular: got %d degrees of freedom and %v, want 3", df, err)
	}
	for i := range got {
		if !same(got[i], want[i], 1e-9) {
			t.Errorf("person %d: got %v, want %v", i+1, got[i], want[i])
		}
	}
	missing := careless.Columns{{1, 2, 3, nan}, {2, 1, 3, 2}}
	d2, _, err := careless.Mahalanobis(missing)
	if err != nil || !same(d2[3], 0, 1e-12) { // both at their means
		t.Errorf("missing: got %v, %v, want 0 for the last person", d2, err)
	}
}

// Worked by hand: items 1 and 2 correlate perfectly, so do 3 and 4; person 1
// answers (1,5 | 1,5), person 2 (5,1 | 4,2).
func TestSynonyms(t *testing.T) {
	t.Parallel()
	base := []float64{1, 5, 2, 4, 3}
	other := []float64{5, 1, 5, 2, 4}
	c := careless.Columns{base, slices.Clone(base), other, slices.Clone(other)}
	got, pairs, err := careless.Synonyms(c, .6)
	if err != nil {
		t.Fatal(err)
	}
	if want := []careless.Pair{{1, 0}, {3, 2}}; !slices.Equal(pairs, want) {
		t.Errorf("pairs: got %v, want %v", pairs, want)
	}
	for i, v := range got {
		if !same(v, 1, 1e-12) {
			t.Errorf("person %d: got %v, want 1", i+1, v)
		}
	}
	_, pairs, err = careless.Synonyms(c, -.6)
	if err != nil || len(pairs) != 4 {
		t.Errorf("antonyms: got %v, %v, want the 4 pairs across", pairs, err)
	}
	c[1][0] = nan
	if got, _, err = careless.Synonyms(c, .6); err != nil || !math.IsNaN(got[0]) {
		t.Errorf("one pair left: got %v, %v, want NaN", got[0], err)
	}
}

// errorsOf counts Guttman errors by their definition: pairs of item steps.
func errorsOf(person []float64, order [][2]int) int {
	found := 0
	for hard, h := range order {
		for _, e := range order[:hard] {
			if person[h[0]] >= float64(h[1]) && person[e[0]] < float64(e[1]) {
				found++
			}
		}
	}
	return found
}

// TestGuttmanErrors compares with counting pairs and searching all patterns.
func TestGuttmanErrors(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	c := make(careless.Columns, 4)
	for j := range c {
		for range 30 {
			c[j] = append(c[j], float64(1+random.IntN(3)))
		}
	}
	var order [][2]int // item, level; by popularity, ties as they come
	count := map[[2]int]int{}
	for j := range c {
		for level := 2; level <= 3; level++ {
			order = append(order, [2]int{j, level})
			for _, v := range c[j] {
				if v >= float64(level) {
					count[[2]int{j, level}]++
				}
			}
		}
	}
	slices.SortStableFunc(order, func(a, b [2]int) int { return count[b] - count[a] })
	most := map[float64]int{}
	for k := range 81 {
		p := []float64{float64(1 + k%3), float64(1 + k/3%3), float64(1 + k/9%3), float64(1 + k/27)}
		total := p[0] + p[1] + p[2] + p[3]
		most[total] = max(most[total], errorsOf(p, order))
	}
	got, err := careless.GuttmanErrors(c, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		p := []float64{c[0][i], c[1][i], c[2][i], c[3][i]}
		want := float64(errorsOf(p, order)) / float64(most[p[0]+p[1]+p[2]+p[3]])
		if !same(got[i], want, 1e-12) {
			t.Errorf("person %d %v: got %v, want %v", i+1, p, got[i], want)
		}
	}
	c[0][3] = nan
	if got, err = careless.GuttmanErrors(c, 1, 3); err != nil || !math.IsNaN(got[3]) {
		t.Errorf("an answer missing: got %v, %v, want NaN", got[3], err)
	}
}

// Packed comparison agrees with comparing answer by answer, over a word's border
// and with answers missing.
func TestVectorsMatchAsAnswersDo(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for _, items := range []int{1, 12, 16, 17, 40} {
		c := make(careless.Columns, items)
		for j := range c {
			for range 25 {
				c[j] = append(c[j], []float64{1, 2, 3, 4, 5, 11, nan}[random.IntN(7)])
			}
		}
		v, err := careless.Pack(c)
		if err != nil {
			t.Fatal(err)
		}
		if v.Len() != 25 || v.Items() != items || len(v.Words(3)) != (items+15)/16 {
			t.Errorf("%d items: got %d people with %d items in %d words", items, v.Len(), v.Items(), len(v.Words(3)))
		}
		for a := range 25 {
			for b := range 25 {
				want := 0
				for j := range c {
					if c[j][a] == c[j][b] || math.IsNaN(c[j][a]) && math.IsNaN(c[j][b]) {
						want++
					}
				}
				if got := v.Match(a, b); got != want {
					t.Fatalf("%d items, people %d and %d: got %d equal, want %d", items, a, b, got, want)
				}
			}
		}
	}
}

func TestIndicesOfOrderlessPeopleDoNotDependOnTheOrderOfPeople(t *testing.T) {
	t.Parallel()
	_, input := read(t, "testdata/indices_input.csv")
	c := input[1:]
	turned := make(careless.Columns, len(c))
	for j := range c {
		turned[j] = slices.Clone(c[j])
		slices.Reverse(turned[j])
	}
	for name, index := range map[string]func(careless.Columns) ([]float64, error){
		"percent match": careless.PercentMatch, "person-total": careless.PersonTotal,
		"guttman": func(c careless.Columns) ([]float64, error) { return careless.GuttmanErrors(c, 1, 5) },
	} {
		straight, err := index(c)
		if err != nil {
			t.Fatal(err)
		}
		reversed, err := index(turned)
		if err != nil {
			t.Fatal(err)
		}
		for i := range straight {
			if !same(straight[i], reversed[len(reversed)-1-i], 1e-12) {
				t.Errorf("%s of person %d: got %v, want %v", name, i+1, reversed[len(reversed)-1-i], straight[i])
			}
		}
	}
}

// only keeps the error of an index.
func only[T any](_ T, err error) error { return err }

func TestUnusableNumbersAreRefusedByCode(t *testing.T) {
	t.Parallel()
	none, ragged := careless.Columns{}, careless.Columns{{1, 2}, {1}}
	fine := careless.Columns{{1, 2}, {2, 1}}
	many := careless.Columns{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}
	mahalanobis := func(c careless.Columns) error { _, _, err := careless.Mahalanobis(c); return err }
	synonyms := func(c careless.Columns) error { _, _, err := careless.Synonyms(c, .6); return err }
	cases := map[string]struct {
		err  error
		want string
	}{
		"no item":                   {only(careless.LongString(none)), "careless.shape"},
		"columns of two lengths":    {only(careless.Variability(ragged)), "careless.shape"},
		"even-odd of no item":       {only(careless.EvenOdd(none, nil)), "careless.shape"},
		"a scale of one item":       {only(careless.EvenOdd(fine, []int{1, 1})), "careless.scales"},
		"scales beyond the items":   {only(careless.EvenOdd(fine, []int{2, 2})), "careless.scales"},
		"synonyms of no item":       {synonyms(none), "careless.shape"},
		"no synonyms":               {synonyms(fine), "careless.pairs"},
		"person-total of no item":   {only(careless.PersonTotal(none)), "careless.shape"},
		"guttman of no item":        {only(careless.GuttmanErrors(none, 1, 5)), "careless.shape"},
		"guttman, ends turned":      {only(careless.GuttmanErrors(fine, 5, 1)), "careless.scale"},
		"guttman, answer outside":   {only(careless.GuttmanErrors(fine, 2, 5)), "careless.scale"},
		"guttman, answer between":   {only(careless.GuttmanErrors(careless.Columns{{1.5, 2}}, 1, 5)), "careless.scale"},
		"distance of no item":       {mahalanobis(none), "careless.shape"},
		"distance of one person":    {mahalanobis(careless.Columns{{1}}), "careless.few"},
		"distance, item unanswered": {mahalanobis(careless.Columns{{1, 2}, {nan, nan}}), "careless.few"},
		"distance, nothing varies":  {mahalanobis(careless.Columns{{1, 1}}), "careless.few"},
		"reversed, no item":         {only(careless.ReversedConflict(none, nil, 1, 5)), "careless.shape"},
		"reversed, marks missing":   {only(careless.ReversedConflict(fine, []bool{true}, 1, 5)), "careless.reversed"},
		"reversed, ends turned":     {only(careless.ReversedConflict(fine, []bool{true, false}, 5, 1)), "careless.scale"},
		"match of no item":          {only(careless.PercentMatch(none)), "careless.shape"},
		"match of one person":       {only(careless.PercentMatch(careless.Columns{{1}})), "careless.few"},
		"too many codes":            {only(careless.Neighbours(many, 1)), "careless.codes"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got *careless.Error
			if !errors.As(c.err, &got) {
				t.Fatalf("got %v, want %s", c.err, c.want)
			}
			if got.Code != c.want || got.Error() == "" {
				t.Errorf("got %s %q, want %s", got.Code, got.Message, c.want)
			}
		})
	}
}
