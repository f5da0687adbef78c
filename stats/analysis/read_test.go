package analysis_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

// Every operator on a compact column, one of many numbers, a string and a factor;
// a missing value fails every condition.
func TestConditionsByOperator(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	const columns = `"y":{"type":"number"},"s":{"type":"string"},"f":{"type":"factor","levels":["a","b"]}`
	const data = "y,s,f\n1,h,a\n2,k,\n3,,b\n,k,a\n5,7,a\n"
	const rest = `,"derive":[{"name":"one","linear":{},"const":1},{"name":"z","linear":{"y":1},"const":0.5},{"name":"t","when":{"var":"z","op":">","value":2}},` +
		`{"name":"u","when":{"var":"s","op":"==","value":"k"}},{"name":"v","when":{"var":"f","op":"notna"}},{"name":"x","when":{"var":"y","op":"notna"}}],"design":{"type":"taylor"}`
	cases := map[string]float64{
		`"var":"y","op":"==","value":2`: 1, `"var":"y","op":"!=","value":2`: 3, `"var":"y","op":">","value":2`: 2, `"var":"y","op":">=","value":2`: 3,
		`"var":"y","op":"<","value":2`: 1, `"var":"y","op":"<=","value":"2"`: 2, `"var":"y","op":"in","value":[1,5,9]`: 2, `"var":"y","op":"in","value":[]`: 0,
		`"var":"y","op":"notna"`: 4, `"var":"z","op":"notna"`: 4, `"var":"z","op":"!=","value":2.5`: 3, `"var":"z","op":"in","value":[1.5,2.5]`: 2,
		`"var":"s","op":"==","value":"k"`: 2, `"var":"s","op":"==","value":7`: 1, `"var":"s","op":"==","value":"none"`: 0, `"var":"s","op":"!=","value":"k"`: 2,
		`"var":"s","op":"in","value":["h","k"]`: 3, `"var":"s","op":"notna"`: 4, `"var":"f","op":"!=","value":"a"`: 1, `"var":"f","op":"in","value":["a","b"]`: 4,
		`"var":"t","op":"==","value":1`: 3, `"var":"t","op":"==","value":0`: 1, `"var":"u","op":"==","value":0`: 2, `"var":"v","op":"==","value":0`: 1, `"var":"x","op":"==","value":0`: 1,
	}
	for condition, want := range cases {
		got := ask(t, columns, data, rest, `{"kind":"total","vars":["one"],"domain":[{`+condition+`}]}`)[0]
		if total, ok := got["est"].([]any); !ok || total[0] != want {
			t.Errorf("%s: got %v, want %v rows", condition, got, want)
		}
	}
	for condition, code := range map[string]string{
		`"var":"f","op":"==","value":"c"`: "analysis.condition", `"var":"y","op":"==","value":[1,2]`: "analysis.condition", `"var":"y","op":"=="`: "analysis.condition",
		`"var":"s","op":">","value":"k"`: "analysis.operator", `"var":"y","op":"<>","value":1`: "analysis.operator", `"var":"z","op":"==","value":null`: "analysis.condition",
		`"var":"z","op":"~","value":1`: "analysis.operator", `"var":"y","op":"in","value":["x"]`: "analysis.condition",
	} {
		got := ask(t, columns, data, rest, `{"kind":"total","vars":["one"],"domain":[{`+condition+`}]}`)[0]
		if e, ok := got["error"].(map[string]any); !ok || e["code"] != code {
			t.Errorf("%s: got %v, want %s", condition, got, code)
		}
	}
}

func TestFilesThatAreNoAnalysis(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ text, code, at string }{
		"no JSON":             {"{\n\"format\":1,\n]", "analysis.json", "line 3"},
		"nothing":             {"", "analysis.json", "line 1"},
		"another format":      {`{"format":2,"data":"d"}`, "analysis.format", "format"},
		"no data":             {`{"format":1}`, "analysis.no_data", "data"},
		"a word for a number": {`{"format":1,"data":"d","estimates":[{"level":"high"}]}`, "analysis.json", "estimates.level"},
		"a word for a bound":  {`{"format":1,"data":"d","steps":[{"upper":"high"}]}`, "analysis.json", ""},
		"a number for deff":   {`{"format":1,"data":"d","estimates":[{"deff":3}]}`, "analysis.json", ""},
	}
	for name, c := range cases {
		_, err := analysis.Parse(strings.NewReader(c.text))
		var known *analysis.Error
		if !errors.As(err, &known) || known.Code != c.code || known.At != c.at {
			t.Errorf("%s: got %+v, want %s at %q", name, err, c.code, c.at)
		}
		if failed := analysis.Failure(err); failed.Error == nil || failed.Error.Code != c.code || !failed.Failed() {
			t.Errorf("%s: the document says %+v, want %s", name, failed.Error, c.code)
		}
	}
	if _, err := analysis.Parse(broken{}); !errors.Is(err, errBroken) {
		t.Errorf("got %v, want the reader's own error", err)
	}
	file, err := analysis.Parse(strings.NewReader(`{"format":1,"data":"d","steps":[{"lower":"-inf","upper":"inf"},{"lower":"-Inf","upper":"Inf"}],"estimates":[{"deff":true},{"deff":false},{"deff":"wr"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []analysis.Flag{"wor", "", "wr"} {
		if got := file.Requests[k].Deff; got != want {
			t.Errorf("deff %d: got %q, want %q", k, got, want)
		}
	}
	for _, s := range file.Steps {
		if float64(*s.Lower) > -1e308 || float64(*s.Upper) < 1e308 {
			t.Errorf("got bounds %v and %v, want the infinities", *s.Lower, *s.Upper)
		}
	}
}

var errBroken = errors.New("the disk is gone")

// broken fails on reading and on closing.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }
func (broken) Close() error             { return errBroken }

// closing gives its text and fails on closing.
type closing struct{ io.Reader }

func (closing) Close() error { return errBroken }

func TestDataThatCannotBeReadIsSaidSo(t *testing.T) {
	t.Parallel()
	const text = `{"format":1,"data":"d","columns":{"y":{"type":"number"}},"design":{"type":"taylor"},"estimates":[{"kind":"mean","vars":["y"]}]}`
	for name, open := range map[string]analysis.Open{
		"no such file":  func(string) (io.ReadCloser, error) { return nil, errBroken },
		"a broken disk": func(string) (io.ReadCloser, error) { return broken{}, nil },
		"broken half-way": func(string) (io.ReadCloser, error) {
			return closing{io.MultiReader(strings.NewReader("y\n1\n"), broken{})}, nil
		},
		"a failing close": func(string) (io.ReadCloser, error) { return closing{strings.NewReader("y\n1\n2\n")}, nil },
		"broken in a cell": func(string) (io.ReadCloser, error) {
			return closing{io.MultiReader(strings.NewReader("y\n\"1"), broken{})}, nil
		},
	} {
		file, err := analysis.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		got := analysis.Run(file, open).Error
		if got == nil || got.Code != "data.unreadable" || !strings.Contains(got.Message, "disk") {
			t.Errorf("%s: got %+v, want data.unreadable with the cause", name, got)
		}
	}
}

// A file of replicate weights must be of one shape with the data, after the filter
// too, and hold numbers.
func TestReplicateFilesAreChecked(t *testing.T) {
	t.Parallel()
	text := func(scales string) string {
		if scales == "" {
			scales = `"scale":0.5,"rscales":[1,1]`
		}
		return `{"format":1,"data":"d","replicates":"r","columns":{"y":{"type":"number"},"w":{"type":"number"}},"filter":[{"var":"y","op":">","value":0}],` +
			`"design":{"type":"replicate","weights":"w","combined":true,` + scales + `},"estimates":[{"kind":"mean","vars":["y"]}]}`
	}
	const data = "y,w\n-1,1\n2,1\n4,1\n"
	cases := map[string]struct{ scales, replicates, code, at string }{
		"sound":              {"", "a,b\n9,9\n2,0\n0,2\n", "", ""},
		"a row too few":      {"", "a,b\n2,0\n0,2\n", "analysis.replicate_rows", "replicates"},
		"a word":             {"", "a,b\n9,9\n2,0\nx,2\n", "data.value", "line 4, column a"},
		"a ragged row":       {"", "a,b\n9,9\n2\n0,2\n", "data.ragged", "line 3"},
		"nothing":            {"", "", "data.empty", "line 1"},
		"a missing cell":     {"", "a,b\n9,9\n,0\n0,2\n", "design.replicates", "design"},
		"three for two":      {"", "a,b,c\n9,9,9\n2,0,0\n0,2,0\n", "design.replicates", "design"},
		"a negative rscale":  {`"scale":0.5,"rscales":[1,-1]`, "a,b\n9,9\n2,0\n0,2\n", "design.replicates", "design"},
		"a scale of nothing": {`"scale":-1,"rscales":[1,1]`, "a,b\n9,9\n2,0\n0,2\n", "design.replicates", "design"},
	}
	for name, c := range cases {
		file, err := analysis.Parse(strings.NewReader(text(c.scales)))
		if err != nil {
			t.Fatal(err)
		}
		document := analysis.Run(file, func(name string) (io.ReadCloser, error) {
			if name == "r" {
				return io.NopCloser(strings.NewReader(c.replicates)), nil
			}
			return io.NopCloser(strings.NewReader(data)), nil
		})
		switch {
		case c.code == "" && document.Failed():
			t.Errorf("%s: got %+v, want an answer", name, document.Error)
		case c.code != "" && (document.Error == nil || document.Error.Code != c.code || document.Error.At != c.at):
			t.Errorf("%s: got %+v, want %s at %s", name, document.Error, c.code, c.at)
		}
	}
}

// The kinds that read columns only, and the plans, refuse what they cannot do.
func TestKindsWithoutDesignThatAreRefused(t *testing.T) {
	t.Parallel()
	const columns = `"y":{"type":"number"},"v":{"type":"number"},"s":{"type":"string"},"f":{"type":"factor","levels":["a","b"]}`
	const data = "y,v,s,f\n1,.1,h,a\n2,.2,h,b\n3,.1,k,a\n5,.3,k,b\n4,-1,k,b\n"
	for request, code := range map[string]string{
		`"kind":"mean","vars":["y"]`:                                       "analysis.no_design",
		`"kind":"fay_herriot","y":"z","vardir":"v"`:                        "analysis.no_column",
		`"kind":"fay_herriot","y":"y","vardir":"z"`:                        "analysis.no_column",
		`"kind":"fay_herriot","y":"y","vardir":"v","terms":["z"]`:          "analysis.no_column",
		`"kind":"fay_herriot","y":"y","vardir":"v"`:                        "estimate.area",
		`"kind":"fay_herriot","y":"y","vardir":"y","method":"magic"`:       "estimate.fit",
		`"kind":"rank_sets","est":"z","se":"v"`:                            "analysis.no_column",
		`"kind":"rank_sets","est":"y","se":"z"`:                            "analysis.no_column",
		`"kind":"rank_sets","est":"y","se":"v"`:                            "rank.se",
		`"kind":"rank_sets","est":"y","se":"y","method":"magic"`:           "analysis.rank_method",
		`"kind":"sample_size","margin":2`:                                  "sample.target",
		`"kind":"allocation","var":"y","n":5,"method":"power","size":"z"`:  "analysis.no_column",
		`"kind":"allocation","var":"y","n":5,"method":"power","cv":"z"`:    "analysis.no_column",
		`"kind":"draw","method":"pps_systematic","size":"y","n":9`:         "sample.size",
		`"kind":"draw","method":"stratified","by":["z"],"sizes":{"h":1}`:   "analysis.no_column",
		`"kind":"draw","method":"stratified","by":["s"],"sizes":{"h":9}`:   "sample.size",
		`"kind":"draw","method":"stratified","by":["s","f"],"sizes":{}`:    "sample.stratum",
		`"kind":"draw","method":"sampford","size":"y","n":2,"joint":false`: "",
	} {
		got := ask(t, columns, data, "", "{"+request+"}")[0]
		e, _ := got["error"].(map[string]any)
		if (code == "") != (e == nil) || (e != nil && e["code"] != code) {
			t.Errorf("%s: got %v, want %q", request, got, code)
		}
	}
	good := ask(t, columns, data, "", `{"kind":"fay_herriot","y":"y","vardir":"y","terms":["f","v"]}`, `{"kind":"fay_herriot","y":"y","vardir":"y","terms":["f"],"method":"ml"}`)
	for k, want := range []int{3, 2} { // intercept, the second level, the number
		if beta, ok := good[k]["beta"].([]any); !ok || len(beta) != want {
			t.Errorf("got %v, want %d coefficients", good[k], want)
		}
	}
}

// Strata named by two columns are the strata of their combinations.
func TestTwoStratumColumnsAreCrossed(t *testing.T) {
	t.Parallel()
	const columns = `"y":{"type":"number"},"a":{"type":"string"},"b":{"type":"number"},"ab":{"type":"string"}`
	const data = "y,a,b,ab\n1,u,1,u1\n4,u,1,u1\n2,u,2,u2\n9,u,2,u2\n3,v,1,v1\n5,v,1,v1\n"
	const request = `{"kind":"total","vars":["y"]}`
	two := ask(t, columns, data, `,"design":{"strata":["a","b"]}`, request)[0]
	one := ask(t, columns, data, `,"design":{"strata":["ab"]}`, request)[0]
	// 2·Σ(y - mean)² in each stratum: 9 + 49 + 4.
	is(t, "variance", two["vcov"].([]any)[0].([]any)[0], 62, 1e-12)
	is(t, "the same in one column", one["vcov"].([]any)[0].([]any)[0], 62, 1e-12)
	is(t, "df", two["df"], 3, 0)
}
