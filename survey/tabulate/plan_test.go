package tabulate_test

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/survey/tabulate"
)

var update = flag.Bool("update", false, "write testdata/plans.csv, from which plans.R makes plans-R.csv")

// invited is a made-up survey that every plan is tried on: 3 strata of 5 PSUs with
// 30 people invited each, of whom 6 to 25 answered and up to 3 did not belong; some
// ages are not known, and two PSUs of different size have the weights of a reserve.
func invited() tabulate.Input {
	chance := rand.New(rand.NewPCG(5, 6))
	in := tabulate.Input{
		Items: []tabulate.Item{scale("q01"), scale("q02")}, Population: 50_000, Others: []string{"b3"},
		Margins: []frame.Margin{
			margin(frame.Sex, frame.Cell{Category: "male", Parts: 5102}, frame.Cell{Category: "female", Parts: 4898}),
			margin(frame.Age, frame.Cell{Category: "15-59", Parts: 81}, frame.Cell{Category: "60+", Parts: 19}),
		},
	}
	for h, stratum := range []string{"甲", "乙", "丙"} {
		for u := range 5 {
			unit := tabulate.Unit{
				Stratum: stratum, PSU: fmt.Sprintf("%s%d", stratum, u), Weight: []float64{70, 120, 145}[h],
				Invited: 30, Out: chance.IntN(4), Size: int64(400 + 37*(5*h+u)*((5*h+u)%4)),
			}
			if u == 4 {
				unit.Weight *= 0.5
			}
			in.Units = append(in.Units, unit)
			for range 6 + chance.IntN(8) + 6*h {
				in.Sampled = append(in.Sampled, answerOf(unit, h, chance))
			}
		}
	}
	for p := range 4 {
		for range 12 + 9*p {
			one := answerOf(tabulate.Unit{PSU: fmt.Sprintf("大厅%d", p)}, p%3, chance)
			if one.Age == "60+" && chance.IntN(3) > 0 {
				one.Age = "15-59"
			}
			in.Posters = append(in.Posters, one)
		}
	}
	return in
}

func answerOf(unit tabulate.Unit, h int, chance *rand.Rand) tabulate.Response {
	pick := func(from ...string) string { return from[chance.IntN(len(from))] }
	one := tabulate.Response{
		Stratum: unit.Stratum, PSU: unit.PSU, Weight: unit.Weight,
		Sex: pick("male", "female", "female"), Residence: pick("urban", "rural"), Age: pick("15-59", "15-59", "15-59", "60+", "60+", "60+", ""),
		Others: []string{pick("farm", "work", "work", "study", "none")}, Insider: chance.IntN(15) == 0,
	}
	level := 1 + h
	if one.Sex == "male" {
		level++
	}
	for range 2 {
		one.Points = append(one.Points, []int{1 + min(4, level+chance.IntN(3)-1), 98}[chance.IntN(8)/7])
	}
	return one
}

// crossed is a margin of the agency's own: sex by occupation, study and none put
// together.
func crossed() tabulate.Target {
	t := tabulate.Target{
		Name: "就业.csv", Source: "就业调查", Variables: []string{frame.Sex, "b3"}, Join: []map[string]string{nil, {"study": "none"}},
	}
	for i, codes := range [][]string{{"male", "farm"}, {"male", "work"}, {"male", "none"}, {"female", "farm"}, {"female", "work"}, {"female", "none"}} {
		t.Cells = append(t.Cells, tabulate.TargetCell{Codes: codes, Parts: []int64{1100, 2300, 1500, 1200, 2100, 1800}[i]})
	}
	return t
}

// plans are all that the judge redoes, by name.
func plans() map[string]tabulate.Plan {
	own := []tabulate.Target{crossed()}
	both := []string{frame.Sex, frame.Age}
	return map[string]tabulate.Plan{
		"raking":           {Targets: own, Without: []string{frame.Sex}},
		"linear":           {Method: tabulate.Linear},
		"linear bounded":   {Method: tabulate.Linear, Low: 20, High: 300},
		"logit":            {Method: tabulate.Logit, Low: 20, High: 400, Without: []string{frame.Sex}, Targets: own},
		"poststratify":     {Method: tabulate.Poststratify, Without: both, Targets: own},
		"none by stratum":  {Method: tabulate.NoMargins, Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{tabulate.Stratum}}},
		"raking by psu":    {Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{tabulate.PSU}}},
		"raking by size":   {Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{tabulate.Size}}},
		"propensity":       {Nonresponse: tabulate.Nonresponse{Method: tabulate.Propensity, By: []string{tabulate.Stratum, tabulate.Size}}},
		"propensity class": {Nonresponse: tabulate.Nonresponse{Method: tabulate.Propensity, By: []string{tabulate.Stratum, tabulate.Size}, Classes: 4}},
		"trimmed":          {Trim: tabulate.Trim{Low: 60, High: 170, Strict: true}},
		"trimmed once":     {Trim: tabulate.Trim{High: 150}},
		"trimmed again":    {Method: tabulate.Linear, Trim: tabulate.Trim{Low: 60, High: 150, Again: true}},
		"blended":          {Blend: tabulate.Pseudo},
		"blended linear": {
			Blend: tabulate.Pseudo, Method: tabulate.Linear, Targets: own, Without: []string{frame.Sex},
			Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{tabulate.Stratum}},
		},
		"equal": {Base: tabulate.EqualBase},
		"by stratum known": {Method: tabulate.Poststratify, Without: both, Targets: []tabulate.Target{{
			Name: "层.csv", Variables: []string{tabulate.Stratum},
			Cells: []tabulate.TargetCell{{Codes: []string{"甲"}, Parts: 20}, {Codes: []string{"乙"}, Parts: 35}, {Codes: []string{"丙"}, Parts: 45}},
		}}},
	}
}

// TestPlansAgainstR compares every plan with R 4.x's survey 4.1.1 (testdata/plans.R
// on testdata/plans.csv): each weight to 1e-6 of its size, the share and the mean to
// 1e-7, their standard errors to 1e-6.
func TestPlansAgainstR(t *testing.T) {
	t.Parallel()
	in := invited()
	if *update {
		writePlans(t, in)
	}
	byR := readPlans(t)
	for name, plan := range plans() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := in
			in.Plan = plan
			w, err := tabulate.Weights(in)
			if err != nil {
				t.Fatal(err)
			}
			want := byR[name]
			if len(want) != len(w)+4 {
				t.Fatalf("R has %d numbers, want %d weights and 4 estimates", len(want), len(w))
			}
			for i, v := range w {
				if math.Abs(v-want[i]) > 1e-6*want[i] {
					t.Fatalf("weight %d: got %.9g, want %.9g", i+1, v, want[i])
				}
			}
			item := run(t, in).Sampled.Items[0]
			near(t, "share", item.Satisfied.Est, want[len(w)], 1e-7)
			near(t, "its SE", item.Satisfied.SE, want[len(w)+1], 1e-6*want[len(w)+1])
			near(t, "mean", item.Mean.Est, want[len(w)+2], 1e-7)
			near(t, "its SE", item.Mean.SE, want[len(w)+3], 1e-6*want[len(w)+3])
		})
	}
}

// Weights of R's rake, by proportional fitting, are those of the raking distance.
func TestRakingIsProportionalFitting(t *testing.T) {
	t.Parallel()
	in := invited()
	in.Plan = tabulate.Plan{Trim: tabulate.Trim{High: tabulate.MaxPercent}} // trims nothing
	w, err := tabulate.Weights(in)
	if err != nil {
		t.Fatal(err)
	}
	in.Plan = tabulate.Plan{}
	house, err := tabulate.Weights(in)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range readPlans(t)["rake"] {
		if math.Abs(w[i]-want) > 1e-6*want || math.Abs(house[i]-want) > 1e-6*want {
			t.Fatalf("weight %d: got %.9g and the house's own %.9g, want %.9g", i+1, w[i], house[i], want)
		}
	}
}

// writePlans writes the survey as R reads it.
func writePlans(t *testing.T, in tabulate.Input) {
	t.Helper()
	var b strings.Builder
	b.WriteString("stratum,psu,weight,invited,out,size,sex,age,residence,b3,q01\n")
	facts := map[string]tabulate.Unit{}
	for _, u := range in.Units {
		facts[u.PSU] = u
	}
	for _, one := range slices.Concat(in.Sampled, in.Posters) {
		u := facts[one.PSU]
		fmt.Fprintf(&b, "%s,%s,%g,%d,%d,%d,%s,%s,%s,%s,%d\n", one.Stratum, one.PSU, one.Weight, u.Invited, u.Out, u.Size, one.Sex, one.Age, one.Residence, one.Others[0], one.Points[0])
	}
	if err := os.WriteFile("testdata/plans.csv", []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// readPlans reads what R found: the weights of each plan, then share, its standard
// error, mean and its standard error.
func readPlans(t *testing.T) map[string][]float64 {
	t.Helper()
	f, err := os.Open("testdata/plans-R.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	in := csv.NewReader(f)
	in.Comment, in.FieldsPerRecord = '#', 2
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for _, row := range rows {
		v, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		out[row[0]] = append(out[row[0]], v)
	}
	return out
}

// What cannot be done is refused with what to do, never left out silently.
func TestPlanThatTheAnswersCannotMeetIsRefused(t *testing.T) {
	t.Parallel()
	odd := crossed()
	odd.Join = nil
	odd.Cells[2].Codes = []string{"male", "retired"}
	zero := crossed()
	zero.Cells[1].Parts = 0
	unknown := crossed()
	unknown.Variables = []string{frame.Sex, "b9"}
	far := tabulate.Target{Name: "x", Variables: []string{frame.Sex}, Cells: []tabulate.TargetCell{
		{Codes: []string{"male"}, Parts: 999}, {Codes: []string{"female"}, Parts: 1},
	}}
	only := func(t tabulate.Target) tabulate.Plan {
		return tabulate.Plan{Without: []string{frame.Sex, frame.Age}, Targets: []tabulate.Target{t}}
	}
	narrow := only(far)
	narrow.Method, narrow.Low, narrow.High = tabulate.Logit, 90, 110
	loose := only(far)
	loose.Method = tabulate.Linear
	for _, c := range []struct {
		name string
		plan tabulate.Plan
		code string
	}{
		{"a cell without answers", only(odd), "weigh.cell_empty"},
		{"answers in a cell without people", only(zero), "weigh.cell_zero"},
		{"a question that is not there", only(unknown), "weigh.variable"},
		{"bounds that no weights keep", narrow, "weigh.infeasible"},
		{"contradicting margins", tabulate.Plan{Targets: []tabulate.Target{far}}, "weigh.infeasible"},
		{"cells of two margins", tabulate.Plan{Method: tabulate.Poststratify}, "weigh.one_margin"},
		{"logit without bounds", tabulate.Plan{Method: tabulate.Logit}, "weigh.bounds"},
		{"a fact that nobody has", tabulate.Plan{Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{"mood"}}}, "weigh.nonresponse"},
		{"limits that all weights pass", tabulate.Plan{Method: tabulate.NoMargins, Trim: tabulate.Trim{Low: 99, High: 101, Strict: true}}, ""},
	} {
		in := invited()
		in.Plan = c.plan
		_, err := tabulate.Tabulate(in)
		if c.code == "" {
			if err != nil && fault.KindOf(err) == 0 {
				t.Errorf("%s: got %v, want words for it", c.name, err)
			}
			continue
		}
		if !errors.Is(err, fault.New(fault.Conflict, c.code)) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
		}
	}
}

// A village where nobody came back has no one to stand for it.
func TestClassWithoutAnAnswerNamesItself(t *testing.T) {
	t.Parallel()
	in := invited()
	in.Units = append(in.Units, tabulate.Unit{Stratum: "丙", PSU: "丙9", Weight: 145, Invited: 30})
	in.Plan = tabulate.Plan{Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{tabulate.PSU}}}
	_, err := tabulate.Tabulate(in)
	all := fault.All(err)
	if len(all) != 1 || all[0].Code != "weigh.class_empty" || all[0].Params["class"] != "丙 丙9" {
		t.Errorf("got %v, want weigh.class_empty of 丙 丙9", err)
	}
	in.Plan.Nonresponse.By[0] = tabulate.Stratum
	if _, err := tabulate.Tabulate(in); err != nil {
		t.Errorf("by stratum: got %v", err)
	}
}
