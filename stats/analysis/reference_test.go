package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"minyi/stats/analysis"
)

// referenceFolder is the folder of cases: our copy, or the one that
// MINYI_STATS_REFERENCE names.
func referenceFolder() string {
	if dir := os.Getenv("MINYI_STATS_REFERENCE"); dir != "" {
		return dir
	}
	return filepath.Join("testdata", "reference")
}

type tolerance struct {
	Rel float64 `json:"rel"`
	Abs float64 `json:"abs"`
}

type referenceCase struct {
	ExpectError bool `json:"expect_error"`
	Estimates   []struct {
		Kind   string                     `json:"kind"`
		Expect map[string]json.RawMessage `json:"expect"`
		Tol    *tolerance                 `json:"tol"`
	} `json:"estimates"`
}

// TestReference compares every case with the values that R's survey gives.
func TestReference(t *testing.T) {
	dir := referenceFolder()
	text, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	var index struct {
		Cases []string `json:"cases"`
	}
	if err := json.Unmarshal(text, &index); err != nil {
		t.Fatal(err)
	}
	if len(index.Cases) == 0 {
		t.Fatal("the index names no case")
	}
	for _, id := range index.Cases {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			runReferenceCase(t, dir, id)
		})
	}
}

func runReferenceCase(t *testing.T, dir, id string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var want referenceCase
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	file, err := analysis.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	document := analysis.Run(file, func(name string) (io.ReadCloser, error) { return os.Open(filepath.Join(dir, name)) })
	if want.ExpectError {
		if !document.Failed() {
			t.Error("got no error, want one")
		}
		return
	}
	if document.Error != nil {
		t.Fatalf("got error %v", document.Error)
	}
	if got, want := len(document.Estimates), len(want.Estimates); got != want {
		t.Fatalf("got %d entries, want %d", got, want)
	}
	for k, entry := range document.Estimates {
		compareEntry(t, k, want.Estimates[k].Kind, entry, want.Estimates[k].Expect, want.Estimates[k].Tol)
	}
}

func compareEntry(t *testing.T, k int, kind string, entry analysis.Entry, expect map[string]json.RawMessage, tol *tolerance) {
	t.Helper()
	name := fmt.Sprintf("%d %s", k, kind)
	if entry.Err != nil {
		t.Errorf("%s: got error %v", name, entry.Err)
		return
	}
	if tol == nil {
		tol = &tolerance{Rel: 1e-8, Abs: 1e-10}
	}
	text, err := json.Marshal(entry)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if compareSets(t, name, got, expect) {
		return
	}
	for field, raw := range expect {
		var want any
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		c := comparison{t: t, name: name + " " + field, kind: kind, tol: *tol, field: field}
		c.scale = scaleOf(field, expect)
		c.compare(got[field], want)
	}
}

// compareSets compares rank sets with their acceptance ranges and reports
// whether the case has such ranges.
func compareSets(t *testing.T, name string, got map[string]any, expect map[string]json.RawMessage) bool {
	t.Helper()
	if ever := list[bool](t, expect["ever"]); ever != nil {
		always, in := list[bool](t, expect["always"]), list[bool](t, raw(t, got["in_set"]))
		for i := range ever {
			if i >= len(in) || (in[i] && !ever[i]) || (!in[i] && always[i]) {
				t.Errorf("%s in_set[%d]: got %v, want between %v and %v", name, i, in, always[i], ever[i])
			}
		}
		return true
	}
	if expect["low_min"] == nil {
		return false
	}
	for _, side := range []string{"low", "high"} {
		values := list[int](t, raw(t, got[side]))
		low, high := list[int](t, expect[side+"_min"]), list[int](t, expect[side+"_max"])
		for i := range low {
			if i >= len(values) || values[i] < low[i] || values[i] > high[i] {
				t.Errorf("%s %s[%d]: got %v, want %d to %d", name, side, i, values, low[i], high[i])
			}
		}
	}
	if got, want := list[int](t, raw(t, got["rank"])), list[int](t, expect["rank"]); !slices.Equal(got, want) {
		t.Errorf("%s rank: got %v, want %v", name, got, want)
	}
	return true
}

func raw(t *testing.T, v any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func list[T any](t *testing.T, text json.RawMessage) []T {
	t.Helper()
	if text == nil {
		return nil
	}
	var out []T
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// scaleOf is the size that a field's tolerance refers to besides |want|: the
// estimates for standard errors and limits, the largest entry of a vcov.
func scaleOf(field string, expect map[string]json.RawMessage) []float64 {
	est := flatten(expect["est"])
	switch field {
	case "se", "ci_low", "ci_high":
		return est
	case "vcov":
		top := 0.0
		for _, v := range flatten(expect["vcov"]) {
			top = math.Max(top, math.Abs(v))
		}
		for _, v := range est {
			top = math.Max(top, 1e-10*v*v)
		}
		return []float64{top}
	}
	return nil
}

func flatten(raw json.RawMessage) []float64 {
	var v any
	if raw == nil || json.Unmarshal(raw, &v) != nil {
		return nil
	}
	var out []float64
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case float64:
			out = append(out, v)
		case []any:
			for _, e := range v {
				walk(e)
			}
		case nil:
			out = append(out, 0)
		}
	}
	walk(v)
	return out
}

type comparison struct {
	t     *testing.T
	name  string
	kind  string
	field string
	tol   tolerance
	scale []float64
	index int
}

func (c *comparison) compare(got, want any) {
	c.t.Helper()
	switch want := want.(type) {
	case []any:
		list, ok := got.([]any)
		if ok && c.field == "se" && c.kind == "var" && len(want) != len(list) {
			return // README: for var with several variables the SE is not compared
		}
		if !ok || len(list) != len(want) {
			c.t.Errorf("%s: got %v, want %d values", c.name, got, len(want))
			return
		}
		for k := range want {
			if c.field == "est" || c.field == "se" || c.field == "ci_low" || c.field == "ci_high" {
				c.index = k
			}
			c.compare(list[k], want[k])
		}
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			c.t.Errorf("%s: got %v, want %v", c.name, got, want)
			return
		}
		for k := range want {
			c.compare(m[k], want[k])
		}
	case float64:
		c.number(got, want)
	case nil: // not defined: any documented fallback will do
	default:
		if got != want {
			c.t.Errorf("%s: got %v, want %v", c.name, got, want)
		}
	}
}

func (c *comparison) number(got any, want float64) {
	c.t.Helper()
	v, ok := got.(float64)
	if !ok {
		c.t.Errorf("%s: got %v, want %v", c.name, got, want)
		return
	}
	switch c.field {
	case "max_misfit", "g_max":
		if v > want*(1+1e-12) {
			c.t.Errorf("%s: got %v, want at most %v", c.name, v, want)
		}
		return
	case "g_min":
		if v < want*(1-1e-12) {
			c.t.Errorf("%s: got %v, want at least %v", c.name, v, want)
		}
		return
	}
	scale := math.Abs(want)
	if len(c.scale) == 1 {
		scale = math.Max(scale, math.Abs(c.scale[0]))
	} else if c.index < len(c.scale) {
		scale = math.Max(scale, math.Abs(c.scale[c.index]))
	}
	if math.Abs(v-want) > c.tol.Abs+c.tol.Rel*scale {
		c.t.Errorf("%s[%d]: got %.15g, want %.15g (off by %.2g)", c.name, c.index, v, want, v-want)
	}
}
