package tabulate_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/tabulate"
)

// asColumns is the survey of invited as columns.
func asColumns(t *testing.T, plan tabulate.Plan) tabulate.Survey {
	t.Helper()
	in := invited()
	in.Plan = plan
	s, err := in.Columns()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the page shows of a plan is what the tables are made with: margins that are
// met, the same design effect, and the standard errors of Tabulate.
func TestAppraisalShowsWhatTheTablesAreMadeWith(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	for name, plan := range plans() {
		s := asColumns(t, plan)
		a, err := s.Appraise()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r, err := s.Tabulate()
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Choices[0]; got.Name != tabulate.ChosenChoice || got.Index != r.Sampled.Index.SE || got.KishN != r.Weighting.KishN {
			t.Errorf("%s: got %+v, want the index's SE %v and n %v", name, got, r.Sampled.Index.SE, r.Weighting.KishN)
		}
		people := 0
		for _, b := range a.Histogram {
			people += b.N
		}
		if people != a.N || a.N != r.Sampled.N {
			t.Errorf("%s: the histogram counts %d of %d answers", name, people, r.Sampled.N)
		}
		if plan.Trim == (tabulate.Trim{}) || plan.Trim.Again {
			met(t, name, a)
		}
		if rounds := len(a.Rounds); plan.Method != tabulate.Poststratify && plan.Method != tabulate.NoMargins && rounds != 5 {
			t.Errorf("%s: got %d lines on convergence, want 5", name, rounds)
		}
	}
}

// met demands margins that the weights meet, and that the sample alone did not.
func met(t *testing.T, name string, a *tabulate.Appraisal) {
	t.Helper()
	moved := false
	for _, m := range a.Margins {
		for _, c := range m.Cells {
			near(t, name+" "+m.Variable+" "+c.Category, c.After, float64(c.Target), 1e-8)
			moved = moved || math.Abs(float64(c.Before-c.After)) > 0.01
		}
	}
	if len(a.Margins) > 0 && !moved {
		t.Errorf("%s: the margins were met before: nothing to judge", name)
	}
}

// The choices stand side by side, each once; one that cannot be done says why.
func TestChoicesStandBesideThePlan(t *testing.T) {
	t.Parallel()
	plan := plans()["raking"]
	a, err := asColumns(t, plan).Appraise()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]tabulate.Choice{}
	for _, c := range a.Choices {
		seen[c.Name] = c
	}
	for _, name := range []string{tabulate.ChosenChoice, tabulate.HouseChoice, tabulate.BaseChoice, tabulate.LinearChoice, tabulate.LogitChoice, tabulate.TrimmedChoice} {
		c, ok := seen[name]
		if !ok || c.Refusal != nil || !(c.Index > 0) || !(c.KishN > 0) || len(c.Items) != 2 {
			t.Errorf("%s: got %+v", name, c)
		}
	}
	if _, twice := seen[tabulate.RakingChoice]; twice {
		t.Error("raking stands there twice: it is the plan")
	}
	if !(seen[tabulate.TrimmedChoice].Max < seen[tabulate.ChosenChoice].Max) || !(seen[tabulate.BaseChoice].KishDeff < seen[tabulate.ChosenChoice].KishDeff) {
		t.Error("trimming did not lower the greatest weight, or raking cost nothing")
	}
	plan.Method, plan.Low, plan.High = tabulate.Logit, 95, 105
	if _, err := asColumns(t, plan).Appraise(); !errors.Is(err, fault.New(fault.Conflict, "weigh.infeasible")) {
		t.Errorf("narrow bounds: got %v, want weigh.infeasible", err)
	}
}

// A population of 60,000 in which the old and the rural think otherwise; poster
// answers come from the young and urban, but within a group from everybody alike (the
// stated assumption). Of 200 blended surveys the mean estimate is within 0.6 points of
// the truth, their 95 % intervals hold it in at least 90 %, and the standard error is
// below that of the sample alone. Where the assumption is broken (those at a poster are
// happier within the group), the blended estimate is off and no interval says so.
func TestBlendedEstimatesHoldWhereTheAssumptionHolds(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	const surveys = 200
	for _, c := range []struct {
		name  string
		happy float64 // what a poster's people are above their group
	}{{"exchangeable", 0}, {"happier", 0.15}} {
		chance, truth := rand.New(rand.NewPCG(8, 9)), 0.0
		for _, g := range groups() {
			truth += 100 * g.share * g.satisfied
		}
		sum, held, ratio := 0.0, 0, 0.0
		for range surveys {
			in := simulated(chance, c.happy)
			alone := run(t, in)
			in.Plan = tabulate.Plan{Blend: tabulate.Pseudo}
			both := run(t, in).Sampled.Items[0].Satisfied
			sum += 100 * float64(both.Est) / surveys
			if 100*float64(both.Low) <= truth && truth <= 100*float64(both.High) {
				held++
			}
			ratio += float64(both.SE/alone.Sampled.Items[0].Satisfied.SE) / surveys
		}
		good := math.Abs(sum-truth) < 0.6 && held >= surveys*90/100 && ratio < 0.9
		if good != (c.happy == 0) {
			t.Errorf("%s: mean %.2f of %.2f, held by %d of %d, SE %.2f of that of the sample", c.name, sum, truth, held, surveys, ratio)
		}
	}
}

// group is a part of the simulated population.
type group struct {
	age, residence   string
	share, satisfied float64
	poster           float64 // part of the poster answers
}

func groups() []group {
	return []group{
		{"15-59", "urban", 0.50, 0.60, 0.70},
		{"60+", "urban", 0.12, 0.75, 0.08},
		{"15-59", "rural", 0.28, 0.70, 0.18},
		{"60+", "rural", 0.10, 0.85, 0.04},
	}
}

// simulated is a survey of 12 PSUs of 15 answers and 12 places of 20.
func simulated(chance *rand.Rand, happy float64) tabulate.Input {
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01")}, Population: 60_000,
		Margins: []frame.Margin{margin(frame.Age, frame.Cell{Category: "15-59", Parts: 78}, frame.Cell{Category: "60+", Parts: 22})},
	}
	one := func(psu string, part func(group) float64, more float64) tabulate.Response {
		at, list := chance.Float64(), groups()
		k := 0
		for at > part(list[k]) && k < len(list)-1 {
			at -= part(list[k])
			k++
		}
		r := tabulate.Response{PSU: psu, Points: []int{1}, Age: list[k].age, Residence: list[k].residence, Sex: []string{"male", "female"}[chance.IntN(2)]}
		if chance.Float64() < list[k].satisfied+more {
			r.Points[0] = 5
		}
		return r
	}
	for u := range 12 {
		psu := string(rune('a' + u))
		for range 15 {
			r := one(psu, func(g group) float64 { return g.share }, 0)
			r.Stratum, r.Weight = []string{"甲", "乙"}[u%2], 60_000.0/180
			in.Sampled = append(in.Sampled, r)
		}
		for range 20 {
			in.Posters = append(in.Posters, one(psu, func(g group) float64 { return g.poster }, happy))
		}
	}
	return in
}

// Without two places nothing is known of how places differ.
func TestBlendNeedsTwoPlaces(t *testing.T) {
	t.Parallel()
	in := invited()
	in.Plan = tabulate.Plan{Blend: tabulate.Pseudo}
	for i := range in.Posters {
		in.Posters[i].PSU = "大厅"
	}
	if _, err := tabulate.Tabulate(in); !errors.Is(err, fault.New(fault.Conflict, "weigh.blend_places")) {
		t.Errorf("got %v, want weigh.blend_places", err)
	}
}

// The note and the weighting say that poster answers entered, wherever the result is
// shown; without a blend no poster answer moves a number.
func TestBlendIsLabelled(t *testing.T) {
	t.Parallel()
	in := invited()
	plain := run(t, in)
	in.Posters = in.Posters[:5]
	if got, want := text(t, run(t, in).Sampled), text(t, plain.Sampled); got != want {
		t.Error("poster answers moved the official table without a blend")
	}
	in = invited()
	in.Plan = tabulate.Plan{Blend: tabulate.Pseudo}
	r := run(t, in)
	b := r.Weighting.Blend
	if b == nil || b.Posters != len(in.Posters) || b.Places != 4 || !(b.Lambda > 0 && b.Lambda < 1) || r.Sampled.N != len(in.Sampled)+len(in.Posters) {
		t.Errorf("got %+v of %d answers", b, r.Sampled.N)
	}
	found := false
	for _, note := range r.Notes {
		found = found || note == "tabulate.note.blended"
	}
	if !found {
		t.Errorf("got the notes %v, want the one on the blend", r.Notes)
	}
}
