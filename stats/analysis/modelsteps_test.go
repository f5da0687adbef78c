package analysis_test

import (
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

func run(t *testing.T, text, data string) *analysis.Document {
	t.Helper()
	file, err := analysis.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return analysis.Run(file, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil })
}

const modelData = "y,x,f,w\n1,2,a,1\n3,1,b,2\n2,5,a,1\n5,4,b,2\n4,4,,1\n2,1,a,1\n"

func modelFile(steps, estimates string) string {
	return `{"format":1,"data":"d","columns":{"y":{"type":"number"},"x":{"type":"number"},"f":{"type":"factor","levels":["a","b"]},"w":{"type":"number"}},` +
		`"design":{"type":"taylor","weights":"w"},"steps":[` + steps + `],"estimates":[` + estimates + `]}`
}

func TestModelStepsNameTheirPlace(t *testing.T) {
	t.Parallel()
	const trim, jackknife = `{"op":"trim","upper":2}`, `{"op":"replicate","method":"JK1"}`
	for name, c := range map[string]struct{ steps, code, at string }{
		"replicates after another step":  {trim + "," + jackknife, "design.replicates_late", "steps[1]"},
		"replicates twice":               {jackknife + "," + jackknife, "design.replicates_late", "steps[1]"},
		"an unknown method":              {`{"op":"replicate","method":"x"}`, "design.replicates", "steps[0]"},
		"a propensity without condition": {`{"op":"propensity","terms":["x"]}`, "analysis.step", "steps[0]"},
		"of an unknown column":           {`{"op":"propensity","answered":{"var":"z","op":"notna"},"terms":["x"]}`, "analysis.no_column", "steps[0]"},
		"on an unknown column":           {`{"op":"propensity","answered":{"var":"y","op":">","value":2},"terms":["z"]}`, "analysis.no_column", "steps[0]"},
		"on a column with a gap":         {`{"op":"propensity","answered":{"var":"y","op":">","value":2},"terms":["f"]}`, "weight.missing", "steps[0]"},
		"that all met":                   {`{"op":"propensity","answered":{"var":"y","op":">","value":0},"terms":["x"]}`, "weight.response", "steps[0]"},
	} {
		got := run(t, modelFile(c.steps, ""), modelData).Error
		if got == nil || got.Code != c.code || got.At != c.at {
			t.Errorf("%s: got %+v, want %s at %s", name, got, c.code, c.at)
		}
	}
}

// Those who did not answer may lack what a later step asks: row 5 has no f and
// no answer, and its weight goes to the others before they are calibrated.
func TestRowsWithoutAnswerMayLackWhatLaterStepsAsk(t *testing.T) {
	t.Parallel()
	document := run(t, modelFile(`{"op":"propensity","answered":{"var":"f","op":"notna"},"terms":[]},`+
		`{"op":"calibrate","intercept":true,"terms":["f"],"totals":{"(Intercept)":100,"f=b":40}}`, `{"kind":"weights"},{"kind":"table","vars":["f"]}`), modelData)
	if document.Failed() {
		t.Fatalf("got %+v", document)
	}
	text, err := json.Marshal(document.Estimates[1])
	if err != nil {
		t.Fatal(err)
	}
	var table struct{ Est []float64 }
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	if math.Abs(table.Est[0]-60) > 1e-6 || math.Abs(table.Est[1]-40) > 1e-6 {
		t.Errorf("got %v, want 60 and 40", table.Est)
	}
}

func TestModelKindsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ kind, code string }{
		"no propensity to report on":    {`{"kind":"response"}`, "analysis.no_propensity"},
		"an unknown outcome":            {`{"kind":"glm","y":"z","terms":["x"]}`, "analysis.no_column"},
		"an unknown term":               {`{"kind":"glm","y":"y","terms":["z"]}`, "analysis.no_column"},
		"an unknown family":             {`{"kind":"glm","y":"y","terms":["x"],"family":"poisson"}`, "regression.family"},
		"an unknown interval":           {`{"kind":"alpha","items":["x","y"],"ci_method":"exact"}`, "scale.interval"},
		"Feldt's interval of omega":     {`{"kind":"omega","items":["x","y","w"],"ci_method":"feldt"}`, "scale.interval"},
		"an unknown item of alpha":      {`{"kind":"alpha","items":["x","z"]}`, "analysis.no_column"},
		"an unknown item of omega":      {`{"kind":"omega","items":["x","y","z"]}`, "analysis.no_column"},
		"an unknown item":               {`{"kind":"items","items":["x","z"]}`, "analysis.no_column"},
		"one item":                      {`{"kind":"items","items":["x"]}`, "scale.items"},
		"drivers of an unknown outcome": {`{"kind":"drivers","y":"z","items":["x"]}`, "analysis.no_column"},
		"unknown drivers":               {`{"kind":"drivers","y":"y","items":["z"]}`, "analysis.no_column"},
		"no drivers at all":             {`{"kind":"drivers","y":"y","items":[]}`, "estimate.no_variable"},
	} {
		document := run(t, modelFile("", c.kind), modelData)
		if document.Error != nil {
			t.Fatalf("%s: %v", name, document.Error)
		}
		got := document.Estimates[0].Err
		if got == nil || got.Code != c.code {
			t.Errorf("%s: got %+v, want %s", name, got, c.code)
		}
	}
}
