package tabulate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/tabulate"
)

// Margins that no weights meet, here because all men and only they live in towns while
// the totals differ, are left out whole: the design weights stay in proportion, and a
// note says so.
func TestMarginsThatContradictEachOtherLeaveTheDesignWeights(t *testing.T) {
	t.Parallel()
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 600,
		Margins: []frame.Margin{
			margin(frame.Sex, frame.Cell{Category: "male", Parts: 40}, frame.Cell{Category: "female", Parts: 60}),
			margin(frame.Residence, frame.Cell{Category: "town", Parts: 70}, frame.Cell{Category: "village", Parts: 30}),
		},
	}
	for i := range 12 {
		one := person("a", fmt.Sprint(i), float64(1+i%3), 5, []string{"male", "female"}[i%2])
		one.Residence = []string{"town", "village"}[i%2]
		in.Sampled = append(in.Sampled, one)
	}
	r := run(t, in)
	for _, note := range []string{"tabulate.note.margins_not_met", "tabulate.note.design_weights_only"} {
		if !slices.Contains(r.Notes, note) {
			t.Errorf("notes: got %v, want %s", r.Notes, note)
		}
	}
	near(t, "sum", r.Weighting.Sum, 600, 1e-9)
	near(t, "largest over smallest", r.Weighting.Max/r.Weighting.Min, 3, 1e-12)
	if len(r.Weighting.Margins) != 0 {
		t.Errorf("got margins %v, want none", r.Weighting.Margins)
	}
}

// People whose category nobody knows keep their design-weighted share of the
// population; a margin of something that a sheet does not hold knows nobody.
func TestUnknownCategoriesKeepTheirShare(t *testing.T) {
	t.Parallel()
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 1000,
		Margins: []frame.Margin{
			margin(frame.Residence, frame.Cell{Category: "town", Parts: 3}, frame.Cell{Category: "village", Parts: 1}),
			margin("education", frame.Cell{Category: "school", Parts: 1}),
		},
	}
	for i := range 10 {
		one := person("a", fmt.Sprint(i), 10, 4, "")
		one.Residence = []string{"town", "village", "town", "village", ""}[i%5]
		in.Sampled = append(in.Sampled, one)
	}
	r := run(t, in)
	if len(r.Weighting.Margins) != 1 {
		t.Fatalf("got margins %v, want the one on residence", r.Weighting.Margins)
	}
	cells := r.Weighting.Margins[0].Cells
	near(t, "town", cells[0].Total, 600, 1e-9) // three quarters of the 80 % that are known
	near(t, "village", cells[1].Total, 200, 1e-9)
	near(t, "not known", cells[2].Total, 200, 1e-9)
	for _, note := range []string{"tabulate.note.unknown_category", "tabulate.note.margin_dropped_education"} {
		if !slices.Contains(r.Notes, note) {
			t.Errorf("notes: got %v, want %s", r.Notes, note)
		}
	}
}

// Without a population the weights keep their sum; a stratum with one PSU is noted,
// and so is an item that nobody answered.
func TestNotesOfWhatIsMissing(t *testing.T) {
	t.Parallel()
	r := run(t, tabulate.Input{
		Items: []tabulate.Item{scale("q01"), scale("q02")},
		Sampled: []tabulate.Response{
			{Stratum: "a", PSU: "1", Weight: 3, Points: []int{5, 98}},
			{Stratum: "a", PSU: "2", Weight: 3, Points: []int{4, 99}},
			{Stratum: "b", PSU: "1", Weight: 4, Points: []int{1, 98}},
		},
	})
	for _, note := range []string{"tabulate.note.no_population", "tabulate.note.lonely_psu", "tabulate.note.item_empty"} {
		if !slices.Contains(r.Notes, note) {
			t.Errorf("notes: got %v, want %s", r.Notes, note)
		}
	}
	near(t, "sum", r.Weighting.Sum, 10, 1e-12)
	near(t, "index of the item that was answered", r.Sampled.Index.Est, 100*((3*5+3*4+4)/10.0-1)/4, 1e-9)
	null(t, "mean of the other", r.Sampled.Items[1].Mean.Est)
	near(t, "its no answers", r.Sampled.Items[1].NoAnswer.Est, 0.3, 1e-12)
	none := run(t, tabulate.Input{Items: []tabulate.Item{scale("q01")}, Sampled: []tabulate.Response{person("a", "1", 1, 98, ""), person("a", "2", 1, 99, "")}})
	null(t, "index of nothing", none.Sampled.Index.Est)
	null(t, "share of nothing", none.Sampled.Satisfied.Est)
}

// Answers of 'not applicable' are a share of their own where the item has them, and a
// scale of one point has a place of 0.
func TestNotApplicableAndAScaleOfOnePoint(t *testing.T) {
	t.Parallel()
	item := scale("q01")
	item.NotApplicable = 97
	only := tabulate.Item{ID: "q02", Valid: []int{1}, Satisfied: []int{1}}
	in := tabulate.Input{Items: []tabulate.Item{item, only}, Population: 4}
	for i, p := range []int{5, 97, 97, 1} {
		one := person("a", fmt.Sprint(i), 1, p, "")
		one.Points = append(one.Points, 1)
		in.Sampled = append(in.Sampled, one)
	}
	r := run(t, in)
	if r.Sampled.Items[0].NotApplicable == nil || r.Sampled.Items[1].NotApplicable != nil {
		t.Fatalf("got %v and %v, want the first only", r.Sampled.Items[0].NotApplicable, r.Sampled.Items[1].NotApplicable)
	}
	near(t, "not applicable", r.Sampled.Items[0].NotApplicable.Est, 0.5, 1e-12)
	near(t, "satisfied of those it applies to", r.Sampled.Items[0].Satisfied.Est, 0.5, 1e-12)
	near(t, "index: half of the scale, and the lowest point", r.Sampled.Index.Est, 25, 1e-9)
}

// A number survives JSON to ten digits; null is what is not defined, rounding errors
// of 0 are 0, and anything else is refused.
func TestNumbersInJSON(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{0.123456789012345: "0.123456789", 1e-13: "0", math.Inf(1): "null", math.NaN(): "null", -2: "-2"} {
		if got := text(t, tabulate.Number(v)); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
	for raw, known := range map[string]bool{"0.25": true, "null": false} {
		var n tabulate.Number
		if err := json.Unmarshal([]byte(raw), &n); err != nil || n.Known() != known {
			t.Errorf("%s: got %v, %v", raw, n, err)
		}
	}
	var n tabulate.Number
	if err := json.Unmarshal([]byte(`"x"`), &n); err == nil {
		t.Error("a text for a number: got no error")
	}
}

// What cannot be tabulated is refused by its code.
func TestInputsThatAreRefused(t *testing.T) {
	t.Parallel()
	good := []tabulate.Response{person("a", "1", 1, 5, ""), person("a", "2", 1, 4, "")}
	with := func(change func(in *tabulate.Input)) tabulate.Input {
		in := tabulate.Input{Items: []tabulate.Item{scale("q01")}, Population: 10, Sampled: slices.Clone(good), Fieldwork: tabulate.Fieldwork{Invited: 9, Complete: 2}}
		change(&in)
		return in
	}
	for name, c := range map[string]struct {
		in   tabulate.Input
		code string
	}{
		"no items":             {with(func(in *tabulate.Input) { in.Items = nil }), "tabulate.items"},
		"a weight of nothing":  {with(func(in *tabulate.Input) { in.Sampled[0].Weight = 0 }), "tabulate.weight"},
		"a weight of infinity": {with(func(in *tabulate.Input) { in.Sampled[0].Weight = math.Inf(1) }), "tabulate.weight"},
		"a point too many":     {with(func(in *tabulate.Input) { in.Sampled[1].Points = []int{1, 2} }), "tabulate.points"},
		"a negative count":     {with(func(in *tabulate.Input) { in.Fieldwork.Partial = -1 }), "tabulate.fieldwork"},
		"more back than out":   {with(func(in *tabulate.Input) { in.Fieldwork.Complete = 10 }), "tabulate.fieldwork"},
	} {
		_, err := tabulate.Tabulate(c.in)
		var known *fault.Refusal
		if !errors.As(err, &known) || known.Code != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}
