package analysis_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

// ask runs requests on a small data set and returns their answers as JSON says
// them, with numbers as float64.
func ask(t *testing.T, columns, data, design string, requests ...string) []map[string]any {
	t.Helper()
	file, err := analysis.Parse(strings.NewReader(fmt.Sprintf(`{"format":1,"data":"d","columns":{%s}%s,"estimates":[%s]}`,
		columns, design, strings.Join(requests, ","))))
	if err != nil {
		t.Fatal(err)
	}
	document := analysis.Run(file, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil })
	if document.Error != nil {
		t.Fatal(document.Error)
	}
	var out struct {
		Estimates []map[string]any `json:"estimates"`
	}
	if err := json.Unmarshal(raw(t, document), &out); err != nil {
		t.Fatal(err)
	}
	return out.Estimates
}

func is(t *testing.T, name string, got any, want, tol float64) {
	t.Helper()
	if v, ok := got.(float64); !ok || !(math.Abs(v-want) <= tol) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

const yw = `"y":{"type":"number"},"w":{"type":"number"},"day":{"type":"number"}`

// fifty has 45 satisfied of 50, ten a day.
func fifty() string {
	var out strings.Builder
	out.WriteString("y,w,day\n")
	for i := range 50 {
		fmt.Fprintf(&out, "%d,2,%d\n", min(1, i%10), i/10+1)
	}
	return out.String()
}

// 45 of 50 against 0.8: R's binom.test has p = 0.0480 and the one-sided limit
// 0.8012; the design's variance has n-1 where that has n, which moves both a
// little. The size that decides is that of the exact test (94) times the estimated
// design effect.
func TestThresholdKind(t *testing.T) {
	t.Parallel()
	got := ask(t, yw, fifty(), `,"design":{"type":"taylor","weights":"w"}`,
		`{"kind":"threshold","var":"y","threshold":0.8}`,
		`{"kind":"threshold","var":"y","threshold":0.8,"assumed_deff":1,"truth":0.9,"power":0.8}`,
		`{"kind":"threshold","var":"y","threshold":0.95,"truth":0.95}`,
		`{"kind":"threshold","var":"y","threshold":2}`)
	is(t, "est", got[0]["est"], 0.9, 1e-12)
	is(t, "deff", got[0]["deff"], 50.0/49, 1e-9)
	is(t, "p_met", got[0]["p_met"], 0.048, 2e-3)
	is(t, "ci_low", got[0]["ci_low"], 0.8012, 2e-3)
	is(t, "decides_from", got[0]["decides_from"], math.Ceil(94*50.0/49), 0)
	is(t, "decides_from", got[1]["decides_from"], 94, 0)
	if got[0]["verdict"] != "met" {
		t.Errorf("got the verdict %v", got[0]["verdict"])
	}
	if size, there := got[2]["decides_from"]; !there || size != nil || got[2]["warnings"] == nil {
		t.Errorf("a truth at the threshold: got %v, want null and a warning", size)
	}
	if got[3]["error"] == nil {
		t.Error("a threshold of 2: got no error")
	}
}

// The limits of the kind are those of stats/sequence, which tests them by
// simulation; here that looks accumulate, narrow and hold the share.
func TestSequenceKind(t *testing.T) {
	t.Parallel()
	const design = `,"design":{"type":"taylor","weights":"w"}`
	got := ask(t, yw, fifty(), design,
		`{"kind":"sequence","var":"y","order":"day"}`,
		`{"kind":"sequence","var":"y","order":"day","method":"mixture","planned":50}`,
		`{"kind":"sequence","var":"y","order":"day","range":[0,0.5]}`,
		`{"kind":"sequence","var":"y","order":"day","method":"other"}`)
	for k := range 2 {
		if n := got[k]["n"]; fmt.Sprint(n) != "[10 20 30 40 50]" {
			t.Errorf("n: got %v", n)
		}
		low, high := got[k]["ci_low"].([]any), got[k]["ci_high"].([]any)
		last := low[4].(float64)
		if !(last > low[0].(float64) && last < 0.9 && high[4].(float64) > 0.9) {
			t.Errorf("got %v to %v, want limits that narrow about 0.9", low, high)
		}
		is(t, "est", got[k]["est"].([]any)[4], 0.9, 1e-12)
	}
	for _, entry := range got[2:] {
		if entry["error"] == nil {
			t.Errorf("got %v, want an error", entry)
		}
	}
	if text := fmt.Sprint(got[1]["warnings"]); !strings.Contains(text, "sequence.early") || got[0]["warnings"] != nil {
		t.Errorf("got %v and %v, want a word on the early looks of the mixture alone", text, got[0]["warnings"])
	}
	// MixtureLimits by hand: se = sqrt(0.09/49), n = planned = 50 units,
	// tuned = 2 log 20 + log(1 + 2 log 20) = 7.93684.
	half := math.Sqrt(0.09/49) * math.Sqrt(2*8.93684/7.93684*(math.Log(8.93684)/2+math.Log(20)))
	is(t, "mixture", got[1]["ci_low"].([]any)[4], 0.9-half, 1e-5)
}

func TestPlanningKinds(t *testing.T) {
	t.Parallel()
	const columns = `"people":{"type":"number"},"sd":{"type":"number"},"f":{"type":"factor","levels":["a","b"]}`
	const data = "people,sd,f\n1000,4,a\n3000,2,b\n6000,1,b\n"
	got := ask(t, columns, data, "",
		`{"kind":"sample_size","share":0.5,"margin":0.05,"population":3200}`,
		`{"kind":"sample_size","threshold":0.8,"share":0.9,"assumed_deff":2,"response_rate":0.4,"population":500}`,
		`{"kind":"allocation","var":"people","n":1000,"method":"neyman","spread":"sd"}`,
		`{"kind":"allocation","var":"people","n":1000,"floor":200}`,
		`{"kind":"allocation","var":"people","n":1000,"method":"power","exponent":0}`,
		`{"kind":"draw","method":"sampford","size":"sd","n":2,"seed":7,"joint":true}`,
		`{"kind":"draw","method":"stratified","by":["f"],"sizes":{"b":1},"seed":7}`,
		`{"kind":"draw","n":2,"seed":7}`, `{"kind":"draw","method":"systematic","n":3}`,
		`{"kind":"draw","method":"pps_systematic","size":"people","n":1}`)
	want := []string{
		`{"answers":343,"invitations":343}`, // Cochran (1977), section 4.4
		`{"answers":137,"invitations":343}`, // 94 by the exact test, times 2
	}
	for k, text := range want {
		if got := string(raw(t, got[k])); got != text {
			t.Errorf("size %d: got %s, want %s", k, got, text)
		}
	}
	for k := 2; k < 5; k++ {
		sum := 0.0
		for _, n := range got[k]["n"].([]any) {
			sum += n.(float64)
		}
		is(t, "sum of the allocation", sum, 1000, 0)
	}
	is(t, "Neyman", got[2]["n"].([]any)[0], 250, 0)
	is(t, "floor", got[3]["n"].([]any)[0], 200, 0)
	is(t, "weight", got[2]["weight"].([]any)[0], 4, 1e-12)
	// Sizes 4, 2, 1 for two places: 8/7 is above 1, so the first is certain and the
	// others share the second place as 2 to 1.
	rows, p := got[5]["rows"].([]any), got[5]["probability"].([]any)
	joint := got[5]["joint"].([]any)
	is(t, "certain", rows[0], 1, 0)
	is(t, "probability", p[1], map[float64]float64{2: 2.0 / 3, 3: 1.0 / 3}[rows[1].(float64)], 1e-12)
	is(t, "joint", joint[0].([]any)[1], p[1].(float64), 1e-12)
	if r := got[6]["rows"].([]any); len(r) != 1 || !slices.Contains([]float64{2, 3}, r[0].(float64)) {
		t.Errorf("stratified: got %v, want row 2 or 3", r)
	}
	is(t, "stratified weight", got[6]["weight"].([]any)[0], 2, 1e-12)
	is(t, "simple weight", got[7]["weight"].([]any)[1], 1.5, 1e-12)
	if r := fmt.Sprint(got[8]["rows"]); r != "[1 2 3]" {
		t.Errorf("all, systematically: got %s", r)
	}
	chosen := got[9]["rows"].([]any)[0].(float64)
	is(t, "by size", got[9]["probability"].([]any)[0], []float64{0.1, 0.3, 0.6}[int(chosen)-1], 1e-12)
}

func TestBadPlansAreAnswersWithErrors(t *testing.T) {
	t.Parallel()
	requests := map[string]string{
		"a margin of none":       `{"kind":"sample_size"}`,
		"an unknown allocation":  `{"kind":"allocation","var":"y","n":5,"method":"x"}`,
		"no such column":         `{"kind":"allocation","var":"z","n":5}`,
		"no spread":              `{"kind":"allocation","var":"y","n":5,"method":"neyman"}`,
		"no such size":           `{"kind":"draw","method":"sampford","size":"z","n":1}`,
		"more than all":          `{"kind":"draw","n":100}`,
		"an unknown draw":        `{"kind":"draw","method":"x","n":1}`,
		"strata without column":  `{"kind":"draw","method":"stratified"}`,
		"an unknown stratum":     `{"kind":"draw","method":"stratified","by":["y"],"sizes":{"7":1}}`,
		"joint of a simple draw": `{"kind":"draw","n":1,"joint":true}`,
		"a domain":               `{"kind":"draw","n":1,"domain":[{"var":"y","op":"==","value":1}]}`,
		"too many to spread":     `{"kind":"allocation","var":"y","n":900000000000}`,
	}
	for name, request := range requests {
		if got := ask(t, yw, fifty(), "", request); got[0]["error"] == nil {
			t.Errorf("%s: got %v, want an error", name, got[0])
		}
	}
	steps := `,"design":{"type":"taylor","weights":"w"},"steps":[{"op":"trim","upper":9}]`
	if got := ask(t, yw, fifty(), steps, `{"kind":"sequence","var":"y","order":"day"}`); got[0]["error"] == nil {
		t.Error("a sequence of adjusted weights: got no error")
	}
}
