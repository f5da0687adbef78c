package tabulate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/tabulate"
)

func scale(id string) tabulate.Item {
	return tabulate.Item{ID: id, Valid: []int{1, 2, 3, 4, 5}, Satisfied: []int{4, 5}, DontKnow: 98, NoAnswer: 99}
}

// person is a sampled answer to one item.
func person(stratum, psu string, weight float64, point int, sex string) tabulate.Response {
	return tabulate.Response{Stratum: stratum, PSU: psu, Weight: weight, Points: []int{point}, Sex: sex}
}

func margin(variable string, cells ...frame.Cell) frame.Margin {
	return frame.Margin{Variable: variable, Cells: cells, Status: "verified", Source: "S1"}
}

func run(t *testing.T, in tabulate.Input) *tabulate.Result {
	t.Helper()
	r, err := tabulate.Tabulate(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, name string, got tabulate.Number, want, tol float64) {
	t.Helper()
	if !(math.Abs(float64(got)-want) <= tol) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

func null(t *testing.T, name string, got tabulate.Number) {
	t.Helper()
	if got.Known() {
		t.Errorf("%s: got %v, want null", name, got)
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Worked by hand: strata a (weights 10) and b (weight 30), two PSUs each, one
// answer a PSU. Share satisfied = (10+30)/80; with u = w(y-p)/80 the PSU values
// are ±1/16 in a and ±3/16 in b, so the variance is 2·(2/256 + 18/256) by
// n/(n-1)·Σ(t-mean)².
func TestShareMeanAndVarianceByHand(t *testing.T) {
	t.Parallel()
	r := run(t, tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 80,
		Sampled: []tabulate.Response{
			person("a", "1", 10, 5, ""), person("a", "2", 10, 1, ""),
			person("b", "1", 30, 4, ""), person("b", "2", 30, 2, ""),
		},
	})
	item := r.Sampled.Items[0]
	near(t, "share", item.Satisfied.Est, 0.5, 1e-12)
	near(t, "se", item.Satisfied.SE, math.Sqrt(2*20.0/256), 1e-12)
	near(t, "df", item.Satisfied.DF, 2, 0)
	near(t, "mean", item.Mean.Est, (10*5+10*1+30*4+30*2)/80.0, 1e-12)
	near(t, "index", r.Sampled.Index.Est, 100*(3-1)/4.0, 1e-12)
	// z = w(y-3)/80: ±1/4 in a, ±3/8 in b.
	near(t, "mean se", item.Mean.SE, math.Sqrt(2*(2/16.0+2*9/64.0)), 1e-12)
	near(t, "index se", r.Sampled.Index.SE, 25*float64(item.Mean.SE), 1e-12)
	if item.Satisfied.N != 4 {
		t.Errorf("n: got %d, want 4", item.Satisfied.N)
	}
}

func TestDontKnowAndNoAnswerLeaveTheBaseAndAreReported(t *testing.T) {
	t.Parallel()
	points := []int{5, 4, 1, 98, 98, 99, 0, 3}
	in := tabulate.Input{Items: []tabulate.Item{scale("q01")}, Population: 8}
	for i, p := range points {
		in.Sampled = append(in.Sampled, person("a", fmt.Sprint(i), 1, p, ""))
	}
	item := run(t, in).Sampled.Items[0]
	near(t, "satisfied", item.Satisfied.Est, 2.0/4, 1e-12)
	near(t, "don't know", item.DontKnow.Est, 2.0/7, 1e-12)
	near(t, "no answer", item.NoAnswer.Est, 1.0/7, 1e-12)
	if got, want := [3]int{item.Satisfied.N, item.DontKnow.N, item.NoAnswer.N}, [3]int{4, 7, 7}; got != want {
		t.Errorf("n: got %v, want %v", got, want)
	}
}

func TestWeightsMeetThePublishedMargins(t *testing.T) {
	t.Parallel()
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 1000,
		Margins: []frame.Margin{
			margin(frame.Sex, frame.Cell{Category: "male", Parts: 40}, frame.Cell{Category: "female", Parts: 60}),
			margin(frame.Age, frame.Cell{Category: "15-59", Parts: 8302}, frame.Cell{Category: "60+", Parts: 1698}),
		},
	}
	for i := range 40 {
		one := person("a", fmt.Sprint(i%5), 10, 1+i%5, []string{"male", "female"}[i%2])
		one.Age = []string{"15-59", "15-59", "60+"}[i%3]
		in.Sampled = append(in.Sampled, one)
	}
	r := run(t, in)
	near(t, "sum of weights", r.Weighting.Sum, 1000, 1e-6)
	if got, want := len(r.Weighting.Margins), 2; got != want {
		t.Fatalf("margins: got %d, want %d", got, want)
	}
	near(t, "male", r.Weighting.Margins[0].Cells[0].Total, 400, 1e-9)
	if !slices.Contains(r.Notes, "tabulate.note.margin_includes_15_17") {
		t.Errorf("notes: got %v, want the one on ages 15 to 17", r.Notes)
	}
}

// All men say 5, all women 1: raked to 40:60 the share is 0.4 whatever the
// sample holds, and calibration leaves no variance.
func TestRakingDecidesAShareThatTheMarginDecides(t *testing.T) {
	t.Parallel()
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 1000,
		Margins: []frame.Margin{margin(frame.Sex, frame.Cell{Category: "male", Parts: 40}, frame.Cell{Category: "female", Parts: 60})},
	}
	for i := range 30 {
		one := person("a", fmt.Sprint(i%6), 10, 5, "male")
		if i%3 == 0 {
			one = person("a", fmt.Sprint(i%6), 10, 1, "female")
		}
		in.Sampled = append(in.Sampled, one)
	}
	r := run(t, in)
	near(t, "share", r.Sampled.Items[0].Satisfied.Est, 0.4, 1e-9)
	near(t, "se", r.Sampled.Items[0].Satisfied.SE, 0, 1e-7)
}

func TestPeopleOfUnknownCategoryKeepTheirShare(t *testing.T) {
	t.Parallel()
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 1000,
		Margins: []frame.Margin{margin(frame.Sex, frame.Cell{Category: "male", Parts: 50}, frame.Cell{Category: "female", Parts: 50})},
	}
	for i, sex := range []string{"male", "male", "male", "female", "na", "female", "male", "male", "", "male"} {
		in.Sampled = append(in.Sampled, person("a", fmt.Sprint(i), 7, 1+i%5, sex))
	}
	r := run(t, in)
	cells := r.Weighting.Margins[0].Cells
	for k, want := range []float64{400, 400, 200} { // a fifth unknown, the rest in halves
		near(t, cells[k].Category, cells[k].Total, want, 1e-9)
	}
	if !slices.Contains(r.Notes, "tabulate.note.unknown_category") {
		t.Errorf("notes: got %v", r.Notes)
	}
}

func TestAnEmptyPublishedCategoryDropsItsMarginWithANote(t *testing.T) {
	t.Parallel()
	r := run(t, tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 500,
		Margins: []frame.Margin{margin(frame.Sex, frame.Cell{Category: "male", Parts: 1}, frame.Cell{Category: "female", Parts: 1})},
		Sampled: []tabulate.Response{person("a", "1", 2, 4, "male"), person("a", "2", 2, 2, "male")},
	})
	near(t, "sum of weights", r.Weighting.Sum, 500, 1e-9)
	for _, note := range []string{"tabulate.note.margin_dropped_sex", "tabulate.note.design_weights_only"} {
		if !slices.Contains(r.Notes, note) {
			t.Errorf("notes: got %v, want %s", r.Notes, note)
		}
	}
}

func TestEdgesHaveDocumentedValues(t *testing.T) {
	t.Parallel()
	item := []tabulate.Item{scale("q01"), scale("q02")}
	two := func(stratum, psu string, a, b int) tabulate.Response {
		return tabulate.Response{Stratum: stratum, PSU: psu, Weight: 5, Points: []int{a, b}}
	}
	t.Run("no answers", func(t *testing.T) {
		t.Parallel()
		r := run(t, tabulate.Input{Items: item, Population: 100})
		null(t, "index", r.Sampled.Index.Est)
		null(t, "share", r.Sampled.Items[1].Satisfied.Est)
		if !slices.Contains(r.Notes, "tabulate.note.no_answers") {
			t.Errorf("notes: got %v", r.Notes)
		}
	})
	t.Run("one PSU in all: an estimate, no standard error", func(t *testing.T) {
		t.Parallel()
		r := run(t, tabulate.Input{Items: item, Population: 100, Sampled: []tabulate.Response{two("a", "1", 5, 1), two("a", "1", 2, 1)}})
		near(t, "share", r.Sampled.Items[0].Satisfied.Est, 0.5, 1e-12)
		null(t, "se", r.Sampled.Items[0].Satisfied.SE)
		null(t, "low", r.Sampled.Items[0].Satisfied.Low)
		null(t, "index low", r.Sampled.Index.Low)
		for _, note := range []string{"tabulate.note.lonely_psu", "tabulate.note.no_variance"} {
			if !slices.Contains(r.Notes, note) {
				t.Errorf("notes: got %v, want %s", r.Notes, note)
			}
		}
	})
	t.Run("a stratum with one PSU: still a standard error", func(t *testing.T) {
		t.Parallel()
		r := run(t, tabulate.Input{Items: item, Population: 100, Sampled: []tabulate.Response{
			two("a", "1", 5, 1), two("a", "2", 2, 1), two("b", "9", 4, 3),
		}})
		if se := r.Sampled.Items[0].Satisfied.SE; !(se > 0) {
			t.Errorf("se: got %v, want a positive one", se)
		}
	})
	t.Run("all the same: an exact interval, never a point", func(t *testing.T) {
		t.Parallel()
		in := tabulate.Input{Items: item, Population: 100}
		for i := range 20 {
			in.Sampled = append(in.Sampled, two("a", fmt.Sprint(i), 5, 1))
		}
		r := run(t, in)
		// Clopper and Pearson: 20 of 20 have the lower limit 0.025^(1/20).
		near(t, "low", r.Sampled.Items[0].Satisfied.Low, math.Pow(0.025, 1.0/20), 1e-9)
		near(t, "high", r.Sampled.Items[0].Satisfied.High, 1, 0)
		near(t, "high of none", r.Sampled.Items[1].Satisfied.High, 1-math.Pow(0.025, 1.0/20), 1e-9)
		near(t, "at least", r.Sampled.Items[0].AtLeast, math.Pow(0.05, 1.0/20), 1e-9)
	})
	t.Run("an item that nobody answered is left out of the index", func(t *testing.T) {
		t.Parallel()
		r := run(t, tabulate.Input{Items: item, Population: 100, Sampled: []tabulate.Response{two("a", "1", 5, 98), two("a", "2", 3, 0)}})
		near(t, "index", r.Sampled.Index.Est, 75, 1e-12)
		null(t, "q02", r.Sampled.Items[1].Satisfied.Est)
		if !slices.Contains(r.Notes, "tabulate.note.item_empty") {
			t.Errorf("notes: got %v", r.Notes)
		}
	})
}

func TestInsidersAreReportedWithAndWithout(t *testing.T) {
	t.Parallel()
	in := tabulate.Input{Items: []tabulate.Item{scale("q01")}, Population: 100}
	for i := range 10 {
		one := person("a", fmt.Sprint(i), 10, 2, "")
		if i < 4 {
			one.Points, one.Insider = []int{5}, true
		}
		in.Sampled = append(in.Sampled, one)
	}
	r := run(t, in)
	near(t, "with", r.Sampled.Items[0].Satisfied.Est, 0.4, 1e-12)
	if r.WithoutInsiders == nil {
		t.Fatal("got no table without insiders")
	}
	near(t, "without", r.WithoutInsiders.Items[0].Satisfied.Est, 0, 1e-12)
	if r.Insiders != 4 || r.WithoutInsiders.N != 6 {
		t.Errorf("got %d insiders and %d others, want 4 and 6", r.Insiders, r.WithoutInsiders.N)
	}
}

func TestPostersStandApartAndChangeNothing(t *testing.T) {
	t.Parallel()
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 100,
		Sampled: []tabulate.Response{person("a", "1", 3, 5, ""), person("a", "2", 3, 1, ""), person("a", "3", 9, 4, "")},
	}
	before := run(t, in)
	in.Posters = []tabulate.Response{{Points: []int{1}}, {Points: []int{98}}, {Points: []int{4}}}
	after := run(t, in)
	if got, want := text(t, after.Sampled), text(t, before.Sampled); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p := after.Posters[0]
	near(t, "share", p.Satisfied, 0.5, 0)
	near(t, "mean", p.Mean, 2.5, 0)
	if p.N != 2 || after.PosterN != 3 {
		t.Errorf("got %d answers of %d posters, want 2 of 3", p.N, after.PosterN)
	}
}

// AAPOR, Standard Definitions: 1,000 links, 400 complete, 50 partial, 20 broken
// off, 30 refused, 100 screened out, 400 without an answer.
func TestResponseRatesOfAAPOR(t *testing.T) {
	t.Parallel()
	r := run(t, tabulate.Input{Items: []tabulate.Item{scale("q01")}, Fieldwork: tabulate.Fieldwork{
		Invited: 1000, Complete: 400, Partial: 50, BreakOff: 20, Refused: 30, ScreenedOut: 100,
	}}).Rates
	e := 500.0 / 600
	near(t, "RR1", r.RR1, 400.0/900, 1e-12)
	near(t, "RR2", r.RR2, 450.0/900, 1e-12)
	near(t, "RR3", r.RR3, 400/(500+e*400), 1e-12)
	near(t, "RR4", r.RR4, 450/(500+e*400), 1e-12)
	near(t, "RR5", r.RR5, 400.0/500, 1e-12)
	near(t, "RR6", r.RR6, 450.0/500, 1e-12)
	near(t, "COOP1", r.COOP1, 400.0/500, 1e-12)
	near(t, "REF1", r.REF1, 50.0/900, 1e-12)
	near(t, "e", r.E, e, 1e-12)
}

func TestBadInputIsRefused(t *testing.T) {
	t.Parallel()
	good := person("a", "1", 1, 5, "")
	heavy := good
	heavy.Weight = math.Inf(1)
	cases := map[string]struct {
		in   tabulate.Input
		code string
	}{
		"no items":              {tabulate.Input{}, "tabulate.items"},
		"a weight of infinity":  {tabulate.Input{Items: []tabulate.Item{scale("q")}, Sampled: []tabulate.Response{heavy}}, "tabulate.weight"},
		"a weight of zero":      {tabulate.Input{Items: []tabulate.Item{scale("q")}, Sampled: []tabulate.Response{{Points: []int{1}}}}, "tabulate.weight"},
		"points of other items": {tabulate.Input{Items: []tabulate.Item{scale("q"), scale("r")}, Sampled: []tabulate.Response{good}}, "tabulate.points"},
		"more back than out":    {tabulate.Input{Items: []tabulate.Item{scale("q")}, Fieldwork: tabulate.Fieldwork{Invited: 1, Complete: 2}}, "tabulate.fieldwork"},
	}
	for name, c := range cases {
		_, err := tabulate.Tabulate(c.in)
		var refusal *fault.Refusal
		if !errors.As(err, &refusal) || refusal.Code != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}

func TestTheOrderOfAnswersNeverMatters(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(1, 2))
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 5000,
		Margins: []frame.Margin{margin(frame.Sex, frame.Cell{Category: "male", Parts: 51}, frame.Cell{Category: "female", Parts: 49})},
	}
	for i := range 200 {
		in.Sampled = append(in.Sampled, person(fmt.Sprint(i%4), fmt.Sprint(i%40), 1+source.Float64(), 1+source.IntN(5), []string{"male", "female"}[source.IntN(2)]))
	}
	before := text(t, run(t, in))
	source.Shuffle(len(in.Sampled), func(i, j int) { in.Sampled[i], in.Sampled[j] = in.Sampled[j], in.Sampled[i] })
	if after := text(t, run(t, in)); before != after {
		t.Errorf("got  %s\nwant %s", after, before)
	}
}

// Worked by hand: five answers of equal weight on 0 to 10, of them 0 and 9 and 10,
// one 97 and one 98; another person was not asked (-1).
func TestElevenPointsHaveAShareAMeanAndAPlaceForZero(t *testing.T) {
	t.Parallel()
	item := tabulate.Item{
		ID: "q02", Valid: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Satisfied: []int{8, 9, 10},
		DontKnow: 98, NoAnswer: 99, NotApplicable: 97,
	}
	in := tabulate.Input{Items: []tabulate.Item{item}, Population: 60}
	for i, point := range []int{0, 9, 10, 97, 98, -1} {
		in.Sampled = append(in.Sampled, person("a", fmt.Sprint(i), 10, point, ""))
	}
	got := run(t, in).Sampled.Items[0]
	near(t, "share", got.Satisfied.Est, 2.0/3, 1e-12)
	near(t, "mean", got.Mean.Est, 19.0/3, 1e-12)
	near(t, "don't know", got.DontKnow.Est, 1.0/5, 1e-12)
	near(t, "no answer", got.NoAnswer.Est, 0, 1e-12)
	if got.NotApplicable == nil {
		t.Fatal("不适用 must have a share of its own")
	}
	near(t, "not applicable", got.NotApplicable.Est, 1.0/5, 1e-12)
	near(t, "index", run(t, in).Sampled.Index.Est, 100*19.0/30, 1e-12)
	if got, want := [2]int{got.Mean.N, got.NotApplicable.N}, [2]int{3, 5}; got != want {
		t.Errorf("answers: got %v, want %v", got, want)
	}
	in.Sampled = nil
	if got := run(t, in).Sampled.Items[0]; got.NotApplicable == nil || got.NotApplicable.Est.Known() {
		t.Errorf("without answers: got %v, want null", got.NotApplicable)
	}
	if got := run(t, tabulate.Input{Items: []tabulate.Item{scale("q")}}).Sampled.Items[0]; got.NotApplicable != nil {
		t.Error("an item without 不适用 must not speak of it")
	}
}
