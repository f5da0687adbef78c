package analysis_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

const fuzzSeed = `{"format":1,"id":"f","data":"d","columns":{"y":{"type":"number"},"f":{"type":"factor","levels":["a","b"]},"w":{"type":"number"},"s":{"type":"string"}},` +
	`"filter":[{"var":"y","op":"notna"}],"derive":[{"name":"h","when":{"var":"y","op":">","value":1}}],` +
	`"design":{"type":"taylor","ids":["s"],"strata":[],"weights":"w","lonely_psu":"adjust"},` +
	`"steps":[{"op":"calibrate","method":"raking","intercept":true,"terms":["f"],"totals":{"(Intercept)":10,"f=b":4}}],` +
	`"estimates":[{"kind":"mean","vars":["y","f"],"deff":"wr"},{"kind":"by","var":"y","by":["f"],"stat":"total"},` +
	`{"kind":"quantile","var":"y","probs":[0.5]},{"kind":"ciprop","var":"h","method":"beta"},{"kind":"chisq","row":"f","col":"s"},` +
	`{"kind":"ttest","y":"y","group":"f"},{"kind":"alpha","items":["y","w"]},{"kind":"table","vars":["f"]},{"kind":"weights"}]}`

const fuzzModels = `{"format":1,"id":"m","data":"d","columns":{"y":{"type":"number"},"f":{"type":"factor","levels":["a","b"]},"w":{"type":"number"},"s":{"type":"string"}},` +
	`"derive":[{"name":"h","when":{"var":"y","op":">","value":2}},{"name":"z","linear":{"y":2,"w":-1},"const":1}],` +
	`"design":{"type":"taylor","ids":["s"],"weights":"w","lonely_psu":"remove"},` +
	`"steps":[{"op":"replicate","method":"bootstrap","replicates":5,"seed":7},{"op":"propensity","answered":{"var":"f","op":"==","value":"a"},"terms":["w"],"classes":2}],` +
	`"estimates":[{"kind":"response"},{"kind":"glm","y":"y","terms":["w"],"na_rm":true},{"kind":"glm","y":"h","terms":["f","w"],"family":"quasibinomial"},` +
	`{"kind":"alpha","items":["y","w"],"ci_method":"feldt"},{"kind":"omega","items":["y","w","z"],"na_rm":true},{"kind":"items","items":["y","w","z"]},` +
	`{"kind":"drivers","y":"y","items":["w"]},{"kind":"contrast","of":{"kind":"glm","y":"y","terms":["w"]},"coef":[0,1]}]}`

// Whatever the analysis and the data hold, the answer is a document that
// marshals, with an error or an entry for every request: never a panic.
func FuzzRun(f *testing.F) {
	f.Add(fuzzSeed, "y,f,w,s\n1,a,2,x\n2,b,1,y\n,a,1,x\n4,b,3,z\n")
	f.Add(fuzzSeed, "\xef\xbb\xbf\"y\",f,w,s\r\n1,a,2,\"x,\"\"1\"\r\n")
	f.Add(strings.Replace(fuzzSeed, `"calibrate"`, `"trim"`, 1), "y,f,w,s\n1,a,2,x\n2,b,1\n")
	f.Add(fuzzModels, "y,f,w,s\n1,a,2,x\n2,b,1,y\n,a,1,x\n4,b,3,z\n5,a,2,z\n3,a,1,u\n2,a,5,v\n")
	f.Add(strings.Replace(fuzzModels, `{"op":"replicate","method":"bootstrap","replicates":5,"seed":7},`, "", 1), "y,f,w,s\n1,a,2,x\n2,b,1,y\n4,b,3,z\n5,a,2,z\n3,a,1,u\n2,a,5,v\n")
	f.Add(strings.Replace(fuzzModels, "bootstrap", "JK1", 1), "y,f,w,s\n1,a,1,x\n1,a,1,y\n1,b,1,z\n")
	f.Fuzz(func(t *testing.T, text, data string) {
		file, err := analysis.Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		document := analysis.Run(file, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil })
		if _, err := json.Marshal(document); err != nil {
			t.Fatalf("the document does not marshal: %v", err)
		}
		if document.Error == nil && len(document.Estimates) != len(file.Requests) {
			t.Fatalf("got %d entries for %d requests", len(document.Estimates), len(file.Requests))
		}
	})
}

func TestBadDataNamesItsPlace(t *testing.T) {
	t.Parallel()
	file := func(columns string) string {
		return `{"format":1,"data":"d","columns":{` + columns + `},"design":{"type":"taylor"},"estimates":[]}`
	}
	const y, f = `"y":{"type":"number"}`, `"f":{"type":"factor","levels":["a"]}`
	cases := map[string]struct{ text, data, code, at string }{
		"an empty file":       {file(y), "", "data.empty", "line 1"},
		"a ragged row":        {file(y), "y,z\n1,2\n3\n", "data.ragged", "line 3"},
		"a bare quote":        {file(y), "y\n1\"2\n", "data.csv", "line 2"},
		"a word for a number": {file(y), "y\n1\nx\n", "data.value", "line 3, column y"},
		"NaN for a number":    {file(y), "y\nNaN\n", "data.value", "line 2, column y"},
		"an unknown level":    {file(f), "f\na\nb\n", "data.value", "line 3, column f"},
		"a missing column":    {file(y), "z\n1\n", "data.column_missing", "columns.y"},
		"a doubled column":    {file(y), "y,y\n1,2\n", "data.column_twice", "line 1"},
		"an unknown type":     {file(`"y":{"type":"date"}`), "y\n1\n", "analysis.column_type", "columns.y"},
		"no rows":             {file(y), "y\n", "design.empty", "design"},
	}
	for name, c := range cases {
		parsed, err := analysis.Parse(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		document := analysis.Run(parsed, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(c.data)), nil })
		if document.Error == nil || document.Error.Code != c.code || document.Error.At != c.at {
			t.Errorf("%s: got %+v, want %s at %s", name, document.Error, c.code, c.at)
		}
	}
}

func TestQuotesMarksAndLineEndsOfRFC4180(t *testing.T) {
	t.Parallel()
	parsed, err := analysis.Parse(strings.NewReader(`{"format":1,"data":"d","columns":{"n, 1":{"type":"string"},"w":{"type":"number"}},` +
		`"design":{"type":"taylor","weights":"w"},"estimates":[{"kind":"table","vars":["n, 1"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	data := "\xef\xbb\xbf\"n, 1\",x,w\r\n\"a \"\"b\"\"\",,2\r\n\"two\nlines\",9,3\r\n"
	document := analysis.Run(parsed, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil })
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"","estimates":[{"cells":[{"n, 1":"a \"b\""},{"n, 1":"two\nlines"}],"est":[2,3]}]}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}
