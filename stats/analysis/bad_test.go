package analysis_test

import (
	"encoding/json"
	"strings"
	"testing"
)

const badColumns = `"y":{"type":"number"},"w":{"type":"number"},"s":{"type":"string"},"f":{"type":"factor","levels":["a","b"]},"b":{"type":"number"},"p":{"type":"number"}`

const badData = "y,w,s,f,b,p\n1,1,h,a,1,.5\n2,1,h,b,0,.5\n3,2,k,a,1,.2\n4,2,k,b,1,.9\n7,1,,a,,.3\n"

// badFile is an analysis of badData: what is not given is harmless.
func badFile(parts map[string]string) string {
	all := map[string]string{
		"format": `1`, "data": `"d"`, "columns": "{" + badColumns + "}",
		"design": `{"type":"taylor","weights":"w"}`, "estimates": `[{"kind":"mean","vars":["y"]}]`,
	}
	for name, text := range parts {
		all[name] = text
	}
	var fields []string
	for name, text := range all {
		fields = append(fields, `"`+name+`":`+text)
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// What is wrong with the parts before the estimates stops the analysis, with a code,
// the place in the file and a remedy.
func TestBadPartsOfAFileNameTheirPlace(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ part, text, data, code, at, says string }{
		"a filter on no column":        {"filter", `[{"var":"z","op":"==","value":1}]`, "", "analysis.no_column", "filter[0]", "z"},
		"a filter without operator":    {"filter", `[{"var":"y","op":"~","value":1}]`, "", "analysis.operator", "filter[0]", "notna"},
		"a filter by a word":           {"filter", `[{"var":"y","op":">","value":"x"}]`, "", "analysis.condition", "filter[0]", ""},
		"a filter that leaves nothing": {"filter", `[{"var":"y","op":">","value":99}]`, "", "design.empty", "design", "filter"},
		"a level that is none":         {"filter", `[{"var":"f","op":"==","value":"c"}]`, "", "analysis.condition", "filter[0]", ""},
		"a set that is no list":        {"filter", `[{"var":"y","op":"in","value":{}}]`, "", "analysis.condition", "filter[0]", ""},
		"a derivation of nothing":      {"derive", `[{"name":"z"}]`, "", "analysis.derive", "derive[0]", ""},
		"a derivation without a name":  {"derive", `[{"linear":{"y":1}}]`, "", "analysis.derive", "derive[0]", ""},
		"a derived name that is taken": {"derive", `[{"name":"y","linear":{"w":1}}]`, "", "analysis.column_twice", "derive[0]", "y"},
		"a derivation from a string":   {"derive", `[{"name":"z","linear":{"s":1}}]`, "", "analysis.not_number", "derive[0]", "s"},
		"a derivation from no column":  {"derive", `[{"name":"z","when":{"var":"q","op":"notna"}}]`, "", "analysis.no_column", "derive[0]", "q"},

		"a design of no type":          {"design", `{"type":"magic"}`, "", "analysis.design_type", "design", "taylor"},
		"clusters of no column":        {"design", `{"ids":["z"],"weights":"w"}`, "", "analysis.no_column", "design", "z"},
		"clusters that are missing":    {"design", `{"ids":["s"],"weights":"w"}`, "", "design.missing", "design", "row 5"},
		"strata that are missing":      {"design", `{"strata":["f","s"],"weights":"w"}`, "", "design.missing", "design", "row 5"},
		"weights of no column":         {"design", `{"weights":"z"}`, "", "analysis.no_column", "design", "z"},
		"weights of words":             {"design", `{"weights":"s"}`, "", "analysis.not_number", "design", "s"},
		"a missing weight":             {"design", `{"weights":"b"}`, "", "weight.bad", "design", "row 5"},
		"a negative weight":            {"design", `{"weights":"w"}`, "y,w,s,f,b,p\n1,-1,h,a,1,.5\n", "weight.bad", "design", "row 1"},
		"no weight at all":             {"design", `{"weights":"w"}`, "y,w,s,f,b,p\n1,0,h,a,1,.5\n", "weight.sum", "design", "positive"},
		"an fpc of no column":          {"design", `{"fpc":["z"]}`, "", "analysis.no_column", "design", "z"},
		"an fpc that varies":           {"design", `{"fpc":["p"]}`, "", "design.fpc", "design", "row 3"},
		"no such lonely rule":          {"design", `{"lonely_psu":"hope"}`, "", "analysis.lonely_psu", "design", "average"},
		"no such pps":                  {"design", `{"pps":"poisson"}`, "", "analysis.pps", "design", "brewer"},
		"pps without probabilities":    {"design", `{"weights":"w","pps":"brewer"}`, "", "design.pps", "design", "fpc"},
		"replicates of no file":        {"design", `{"type":"replicate","weights":"w"}`, "", "analysis.no_replicates", "replicates", ""},
		"a step that is none":          {"steps", `[{"op":"polish"}]`, "", "analysis.op", "steps[0]", "rake"},
		"cells of nothing":             {"steps", `[{"op":"poststratify"}]`, "", "analysis.step", "steps[0]", "by"},
		"cells of no column":           {"steps", `[{"op":"poststratify","by":["z"],"cells":[{"z":"a","total":1}]}]`, "", "analysis.no_column", "steps[0]", "z"},
		"a cell without a total":       {"steps", `[{"op":"poststratify","by":["f"],"cells":[{"f":"a"}]}]`, "", "analysis.cell", "steps[0]", "cells[0]"},
		"a cell without a level":       {"steps", `[{"op":"poststratify","by":["f"],"cells":[{"total":4}]}]`, "", "analysis.cell", "steps[0]", "f"},
		"a cell named twice":           {"steps", `[{"op":"poststratify","by":["f"],"cells":[{"f":"a","total":4},{"f":"a","total":4}]}]`, "", "analysis.cell_twice", "steps[0]", "cells[1]"},
		"a row without a cell":         {"steps", `[{"op":"poststratify","by":["f"],"cells":[{"f":"a","total":4}]}]`, "", "weight.no_cell", "steps[0]", "row 2"},
		"an empty cell with a target":  {"steps", `[{"op":"poststratify","by":["f"],"cells":[{"f":"a","total":3},{"f":"b","total":3},{"f":"c","total":3}]}]`, "", "weight.empty_cell", "steps[0]", "f=c"},
		"margins of different totals":  {"steps", `[{"op":"rake","margins":[{"var":"f","totals":{"a":3,"b":3}},{"var":"y","totals":{"1":2,"2":2,"3":2,"4":2,"7":2}}]}]`, "", "weight.margins_disagree", "steps[0]", "y"},
		"a margin named twice":         {"steps", `[{"op":"rake","margins":[{"var":"f","totals":{"a":3,"b":3}},{"var":"f","totals":{"a":2,"b":4}}]}]`, "", "weight.margin_twice", "steps[0]", "margins[1]"},
		"a margin of no column":        {"steps", `[{"op":"rake","margins":[{"var":"z","totals":{"a":3}}]}]`, "", "analysis.no_column", "steps[0]", "z"},
		"a calibration on no column":   {"steps", `[{"op":"calibrate","terms":["z"],"totals":{"z":1}}]`, "", "analysis.no_column", "steps[0]", "z"},
		"a calibration of no method":   {"steps", `[{"op":"calibrate","method":"magic","intercept":true,"totals":{"(Intercept)":8}}]`, "", "weight.method", "steps[0]", "logit"},
		"three bounds":                 {"steps", `[{"op":"calibrate","intercept":true,"totals":{"(Intercept)":8},"bounds":[0,1,2]}]`, "", "weight.bounds", "steps[0]", "two"},
		"a total that is missing":      {"steps", `[{"op":"calibrate","intercept":true,"terms":["f"],"totals":{"(Intercept)":8}}]`, "", "weight.total_missing", "steps[0]", "f=b"},
		"a term named twice":           {"steps", `[{"op":"calibrate","intercept":true,"terms":["f","f"],"totals":{"(Intercept)":8,"f=b":3}}]`, "", "weight.term_twice", "steps[0]", "f"},
		"totals that cannot be met":    {"steps", `[{"op":"calibrate","method":"raking","intercept":true,"terms":["f"],"totals":{"(Intercept)":6,"f=b":8}}]`, "", "weight.infeasible", "steps[0]", ""},
		"bounds that cross":            {"steps", `[{"op":"trim","lower":3,"upper":1}]`, "", "weight.trim_bounds", "steps[0]", ""},
		"replicates by no method":      {"steps", `[{"op":"replicate","method":"magic"}]`, "", "design.replicates", "steps[0]", "JKn"},
		"a condition without a column": {"steps", `[{"op":"propensity","answered":{"var":"z","op":"notna"},"terms":["f"]}]`, "", "analysis.no_column", "steps[0]", "z"},
		"factors without levels":       {"columns", `{"f":{"type":"factor","levels":[]}}`, "", "analysis.no_levels", "columns.f", ""},
		"levels named twice":           {"columns", `{"f":{"type":"factor","levels":["a","a"]}}`, "", "analysis.level_twice", "columns.f", "a"},
	}
	for name, c := range cases {
		data := c.data
		if data == "" {
			data = badData
		}
		got := run(t, badFile(map[string]string{c.part: c.text}), data).Error
		if got == nil || got.Code != c.code || got.At != c.at || !strings.Contains(got.Message, c.says) {
			t.Errorf("%s: got %+v, want %s at %s with the word %q", name, got, c.code, c.at, c.says)
		}
	}
}

// What is wrong with one estimate leaves the others alone: its entry is an error with
// a code, and a message that names the field and what may stand there.
func TestBadRequestsAreEntriesWithErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ request, code, says string }{
		"no such kind":            {`{"kind":"magic"}`, "analysis.kind", "magic"},
		"no variable":             {`{"kind":"mean"}`, "estimate.no_variable", "vars"},
		"no such variable":        {`{"kind":"mean","vars":["z"]}`, "analysis.no_column", "z"},
		"a level of 95":           {`{"kind":"mean","vars":["y"],"level":95}`, "estimate.level", "0.95"},
		"no degrees of freedom":   {`{"kind":"mean","vars":["y"],"df":0}`, "estimate.df", "inf"},
		"no such design effect":   {`{"kind":"mean","vars":["y"],"deff":"srs"}`, "estimate.deff", "wor"},
		"no such domain":          {`{"kind":"mean","vars":["y"],"domain":[{"var":"z","op":"notna"}]}`, "analysis.no_column", "z"},
		"a ratio of words":        {`{"kind":"ratio","num":"s","den":"y"}`, "estimate.not_number", "s"},
		"a ratio to nothing":      {`{"kind":"ratio","num":"y"}`, "analysis.no_column", "den"},
		"groups of nothing":       {`{"kind":"by","var":"y","stat":"mean"}`, "analysis.no_by", "by"},
		"groups of no column":     {`{"kind":"by","var":"y","by":["z"]}`, "analysis.no_column", "z"},
		"groups of no variable":   {`{"kind":"by","var":"z","by":["f"]}`, "analysis.no_column", "z"},
		"groups of words":         {`{"kind":"by","var":"s","by":["f"]}`, "estimate.not_number", "s"},
		"no such statistic":       {`{"kind":"by","var":"y","by":["f"],"stat":"median"}`, "analysis.stat", "total"},
		"groups of an empty set":  {`{"kind":"by","var":"y","by":["f"],"domain":[{"var":"y","op":">","value":99}]}`, "estimate.no_rows", "domain"},
		"a contrast of nothing":   {`{"kind":"contrast","coef":[1]}`, "analysis.contrast", "of"},
		"a contrast of medians":   {`{"kind":"contrast","of":{"kind":"quantile"},"coef":[1]}`, "analysis.contrast", "mean"},
		"too few coefficients":    {`{"kind":"contrast","of":{"kind":"mean","vars":["y","w"]},"coef":[1]}`, "estimate.coef", "2"},
		"a contrast of no column": {`{"kind":"contrast","of":{"kind":"mean","vars":["z"]},"coef":[1]}`, "analysis.no_column", "z"},
		"a contrast of 95 %":      {`{"kind":"contrast","of":{"kind":"mean","vars":["y"],"df":-1},"coef":[1]}`, "estimate.df", ""},
		"quantiles of words":      {`{"kind":"quantile","var":"s","probs":[0.5]}`, "estimate.not_number", "s"},
		"quantiles of no column":  {`{"kind":"quantile","var":"z","probs":[0.5]}`, "analysis.no_column", "z"},
		"no such rule":            {`{"kind":"quantile","var":"y","probs":[0.5],"qrule":"hf9"}`, "estimate.qrule", "school"},
		"no such interval":        {`{"kind":"quantile","var":"y","probs":[0.5],"ci_method":"magic"}`, "estimate.interval", "beta"},
		"a probability of 120 %":  {`{"kind":"quantile","var":"y","probs":[1.2]}`, "estimate.prob", "1.2"},
		"a share of numbers":      {`{"kind":"ciprop","var":"y"}`, "estimate.not_binary", "row 2"},
		"a share of words":        {`{"kind":"ciprop","var":"s"}`, "estimate.not_number", "0/1"},
		"a share of no column":    {`{"kind":"ciprop","var":"z"}`, "analysis.no_column", "z"},
		"a share by no method":    {`{"kind":"ciprop","var":"b","na_rm":true,"method":"magic"}`, "estimate.interval", "wilson"},
		"a t test of no column":   {`{"kind":"ttest","y":"z"}`, "analysis.no_column", "z"},
		"a t test by no column":   {`{"kind":"ttest","y":"y","group":"z"}`, "analysis.no_column", "z"},
		"a t test of five groups": {`{"kind":"ttest","y":"y","group":"y"}`, "estimate.two_groups", "5"},
		"a test of no column":     {`{"kind":"chisq","row":"z","col":"f"}`, "analysis.no_column", "z"},
		"a test by no column":     {`{"kind":"chisq","row":"f","col":"z"}`, "analysis.no_column", "z"},
		"no such test":            {`{"kind":"chisq","row":"f","col":"s","statistic":"G"}`, "estimate.statistic", "Wald"},
		"a test of one level":     {`{"kind":"chisq","row":"f","col":"s","domain":[{"var":"s","op":"==","value":"h"}]}`, "estimate.one_level", "f, s"},
		"alpha of one item":       {`{"kind":"alpha","items":["y"]}`, "scale.items", ""},
		"alpha of no column":      {`{"kind":"alpha","items":["y","z"]}`, "analysis.no_column", "z"},
		"alpha of one item twice": {`{"kind":"alpha","items":["y","y"]}`, "scale.item_twice", "y"},
		"a table of nothing":      {`{"kind":"table"}`, "estimate.no_variable", ""},
		"a table of no column":    {`{"kind":"table","vars":["z"]}`, "analysis.no_column", "z"},
		"no response was modeled": {`{"kind":"response"}`, "analysis.no_propensity", "propensity"},
		"nothing was calibrated":  {`{"kind":"calibration_property"}`, "analysis.no_calibration", ""},
		"a sequence of no column": {`{"kind":"sequence","var":"z","order":"y"}`, "analysis.no_column", "z"},
		"a sequence without time": {`{"kind":"sequence","var":"b","order":"z"}`, "analysis.no_column", "z"},
		"a sequence of no method": {`{"kind":"sequence","var":"b","order":"y","na_rm":true,"method":"magic"}`, "sequence.method", "betting"},
		"a threshold of 80":       {`{"kind":"threshold","var":"b","threshold":80,"na_rm":true}`, "estimate.threshold", "0.8"},
		"a level of 40 %":         {`{"kind":"threshold","var":"b","threshold":0.8,"level":0.4,"na_rm":true}`, "estimate.level", "0.95"},
	}
	for name, c := range cases {
		document := run(t, badFile(map[string]string{"estimates": `[{"kind":"mean","vars":["y"]},` + c.request + `]`}), badData)
		if document.Error != nil || document.Estimates[0].Err != nil {
			t.Fatalf("%s: the sound estimate failed: %+v", name, document)
		}
		got := document.Estimates[1].Err
		if got == nil || got.Code != c.code || !strings.Contains(got.Error(), c.says) {
			t.Errorf("%s: got %+v (%s), want %s with the word %q", name, got, raw(t, document.Estimates[1]), c.code, c.says)
		}
	}
}

// No null stands without a word: no valid answers, an empty domain, all the same
// answer, one respondent.
func TestEveryNullHasAWord(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	requests := []string{
		`"kind":"mean","vars":["y"],"deff":"wr"`, `"kind":"total","vars":["y"]`, `"kind":"var","vars":["y"]`, `"kind":"ratio","num":"y","den":"w"`,
		`"kind":"by","var":"y","by":["f"]`, `"kind":"by","var":"y","by":["f"],"stat":"total"`, `"kind":"quantile","var":"y","probs":[0.1,0.5]`,
		`"kind":"ciprop","var":"b"`, `"kind":"ciprop","var":"b","method":"xlogit"`, `"kind":"ciprop","var":"b","method":"wilson"`,
		`"kind":"ciprop","var":"b","method":"beta"`, `"kind":"ciprop","var":"b","method":"likelihood"`, `"kind":"ciprop","var":"b","method":"asin"`,
		`"kind":"ttest","y":"y"`, `"kind":"ttest","y":"y","group":"f"`, `"kind":"contrast","of":{"kind":"mean","vars":["y"],"na_rm":true},"coef":[1]`,
		`"kind":"chisq","row":"f","col":"s","statistic":"Wald"`, `"kind":"alpha","items":["y","b"]`, `"kind":"omega","items":["y","b","p"]`,
		`"kind":"items","items":["y","b","p"]`, `"kind":"glm","y":"y","terms":["b"]`, `"kind":"drivers","y":"y","items":["b"]`, `"kind":"weights"`,
		`"kind":"threshold","var":"b","threshold":0.8`, `"kind":"sequence","var":"b","order":"w"`, `"kind":"sequence","var":"b","order":"w","method":"mixture"`,
	}
	header := "y,w,s,f,b,p\n"
	for name, data := range map[string]string{
		"no valid answers": header + ",1,h,a,,\n,2,k,b,,\n", "all the same": header + "1,1,h,a,1,1\n1,1,k,b,1,1\n1,3,k,b,1,1\n",
		"one respondent": header + "1,1,h,a,1,.5\n", "a billion-fold range": header + "1,1e-9,h,a,1,.5\n2,1,h,b,0,.2\n3,1e9,k,a,1,.3\n",
		"an empty domain": badData, "missing answers kept": badData,
	} {
		for _, request := range requests {
			switch name {
			case "an empty domain":
				request += `,"na_rm":true,"domain":[{"var":"y","op":">","value":99}]`
			case "missing answers kept":
			default:
				request += `,"na_rm":true`
			}
			document := run(t, badFile(map[string]string{"estimates": "[{" + request + "}]"}), data)
			if document.Error != nil {
				t.Fatal(name, document.Error)
			}
			entry := document.Estimates[0]
			text := raw(t, entry)
			var fields map[string]any
			if err := json.Unmarshal(text, &fields); err != nil {
				t.Fatal(err)
			}
			if entry.Err == nil && strings.Contains(string(text), "null") && fields["warnings"] == nil {
				t.Errorf("%s: %s: null without a word: %s", name, request, text)
			}
			if entry.Err != nil && (entry.Err.Code == "" || len(entry.Err.Error()) < 20) {
				t.Errorf("%s: %s: an error that says nothing: %+v", name, request, entry.Err)
			}
		}
	}
}
