package analysis_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

// A misspelt option would change a number without a word; so would one that stands
// twice, or that another step reads.
func TestAFieldThatNothingReadsIsAnError(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ part, text, code, at, says string }{
		"a misspelt part":           {"fliter", `[{"var":"y","op":">","value":2}]`, "analysis.field", "fliter", "filter"},
		"a part twice":              {"steps", `[{"op":"trim"},{"op":"trim"}],"steps":[{"op":"trim"}]`, "analysis.field_twice", "steps", "twice"},
		"the estimates twice":       {"id", `"x","estimates":[{"kind":"weights"},{"kind":"weights"}]`, "analysis.field_twice", "estimates", "twice"},
		"an empty part":             {"step", `[]`, "analysis.field", "step", "steps"},
		"a misspelt design":         {"design", `{"type":"taylor","wieght":"w"}`, "analysis.field", "design", "wieght"},
		"a design in capitals":      {"design", `{"type":"taylor","Weights":"w"}`, "analysis.field", "design", "weights"},
		"a column's field":          {"columns", `{"y":{"type":"factor","level":["1"]}}`, "analysis.field", "columns", "y: level"},
		"a column twice":            {"columns", `{"y":{"type":"number"},"y":{"type":"string"}}`, "analysis.field_twice", "columns", "y"},
		"a filter's field":          {"filter", `[{"vra":"y","op":"notna"}]`, "analysis.field", "filter[0]", "vra"},
		"a derivation's field":      {"derive", `[{"name":"z","linear":{"y":1},"constant":7}]`, "analysis.field", "derive[0]", "const"},
		"a condition's field":       {"derive", `[{"name":"z","when":{"var":"y","op":"==","valeu":1}}]`, "analysis.field", "derive[0]", "when: valeu"},
		"a misspelt step":           {"steps", `[{"op":"trim","upper":2},{"op":"calibrate","metod":"raking"}]`, "analysis.field", "steps[1]", "method"},
		"bounds of a raking":        {"steps", `[{"op":"rake","margins":[],"bounds":[0.5,2]}]`, "analysis.field", "steps[0]", "bounds"},
		"a margin's field":          {"steps", `[{"op":"rake","margins":[{"var":"f","total":{"a":1}}]}]`, "analysis.field", "steps[0]", "margins[0]: total"},
		"a level of a margin twice": {"steps", `[{"op":"rake","margins":[{"var":"f","totals":{"a":1,"a":2}}]}]`, "analysis.field_twice", "steps[0]", "margins[0]: totals: a"},
		"a propensity's condition":  {"steps", `[{"op":"propensity","answered":{"var":"y","Op":"notna"},"terms":["f"]}]`, "analysis.field", "steps[0]", "answered: Op"},
	}
	for name, c := range cases {
		_, err := analysis.Parse(strings.NewReader(badFile(map[string]string{c.part: c.text})))
		got := analysis.Failure(err).Error
		if err == nil || got.Code != c.code || got.At != c.at || !strings.Contains(got.Error(), c.says) {
			t.Errorf("%s: got %v, want %s at %s with the word %q", name, err, c.code, c.at, c.says)
		}
	}
}

// A field of a request that its kind does not read is the error of its entry and
// leaves the others alone, also those that are answered together.
func TestAFieldThatAKindDoesNotReadIsItsEntrysError(t *testing.T) {
	t.Parallel()
	for request, says := range map[string]string{
		`{"kind":"mean","vars":["y"],"levl":0.9}`:                        "levl",
		`{"kind":"mean","vars":["y"],"by":["f"]}`:                        "vars",
		`{"kind":"ciprop","var":"b","ci_method":"beta"}`:                 "method",
		`{"kind":"quantile","var":"y","probs":[0.5],"method":"beta"}`:    "ci_method",
		`{"kind":"contrast","of":{"kind":"mean","var":"y","lvl":1}}`:     "of: lvl",
		`{"kind":"mean","vars":["y"],"domain":[{"var":"y","is":1}]}`:     "domain[0]: is",
		`{"kind":"by","var":"y","by":["f"],"na_rm":true,"stats":"mean"}`: "stat",
		`{"kind":"mean","vars":["y"],"vars":["w"]}`:                      "twice",
		`{"kind":"magic","vra":"y"}`:                                     "vra",
	} {
		const sound = `{"kind":"by","var":"y","by":["f"],"na_rm":true}`
		document := run(t, badFile(map[string]string{"estimates": "[" + sound + "," + request + "," + sound + "]"}), badData)
		if document.Error != nil || document.Estimates[0].Err != nil || document.Estimates[2].Err != nil {
			t.Fatalf("%s: the sound estimates failed: %+v", request, document)
		}
		got := document.Estimates[1].Err
		if got == nil || !strings.HasPrefix(got.Code, "analysis.field") || !strings.Contains(got.Error(), says) {
			t.Errorf("%s: got %+v, want an error with %q", request, got, says)
		}
	}
}

// Words for people may stand beside what is read.
func TestWordsForPeopleAreNotRead(t *testing.T) {
	t.Parallel()
	text := badFile(map[string]string{
		"title": `"t"`, "r": `["x","y"]`, "licence": `"GPL"`, "authors": `["a","b"]`, "expect_error": `false`, "r_error": `null`,
		"design":    `{"type":"taylor","weights":"w","note":"n","rep_type":"JK1","rho":0.5}`,
		"estimates": `[{"kind":"mean","vars":["y"],"r":"svymean(~y,d)","tol":{"rel":1},"expect":{"est":[1]},"note":"n"}]`,
	})
	if document := run(t, text, badData); document.Failed() {
		t.Errorf("got %s", raw(t, document))
	}
}

// The documents name every kind and step, and every field that one of them reads.
func TestTheDocumentsNameEveryField(t *testing.T) {
	t.Parallel()
	said := ""
	for _, name := range []string{"FORMAT.md", "KINDS.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		said += string(text)
	}
	for _, part := range []string{`"steps":[{"op":"%s","x":1}]`, `"estimates":[{"kind":"%s","x":1}]`} {
		for _, word := range strings.Fields("poststratify rake calibrate trim replicate propensity mean total ratio var by contrast quantile ciprop ttest " +
			"chisq alpha table weights fay_herriot rank_sets threshold sequence sample_size allocation draw response glm omega items drivers calibration_property") {
			if !strings.Contains(said, "`"+word+"`") {
				t.Errorf("no document names %q", word)
			}
			file, err := analysis.Parse(strings.NewReader(`{"format":1,"data":"d","columns":{},` + strings.Replace(part, "%s", word, 1) + "}"))
			if err == nil {
				err = analysis.Run(file, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("y\n1\n")), nil }).Estimates[0].Err
			}
			_, list, _ := strings.Cut(err.Error(), "fields here are ")
			for _, field := range strings.Split(list, ", ") {
				if !strings.Contains(said, field) {
					t.Errorf("%s: no document names its field %q", word, field)
				}
			}
		}
	}
}
