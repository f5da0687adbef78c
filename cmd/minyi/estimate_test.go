package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func writeAnalysis(t *testing.T, text, data string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"analysis.json": text, "data.csv": data} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "analysis.json")
}

func TestEstimatePrintsEntriesAndExitsByTheirSuccess(t *testing.T) {
	t.Parallel()
	const head = `{"format":1,"id":"x","data":"data.csv","columns":{"y":{"type":"number"},"w":{"type":"number"}},` +
		`"design":{"type":"taylor","ids":[],"strata":[],"weights":"w"},`
	cases := map[string]struct {
		text   string
		status int
		want   string // JSON path is simple enough to compare the whole document
	}{
		"an estimate": {head + `"estimates":[{"kind":"ratio","num":"y","den":"w","level":0.9,"df":"inf"}]}`, 0, ""},
		"an entry that fails": {
			head + `"estimates":[{"kind":"mean","vars":["z"]}]}`, 1,
			`{"id":"x","estimates":[{"error":{"code":"analysis.no_column","message":"vars: there is no column \"z\"; declare it under columns or derive it"}}]}`,
		},
		"a step that fails": {
			head + `"steps":[{"op":"nothing"}],"estimates":[]}`, 1,
			`{"id":"x","estimates":[],"error":{"code":"analysis.op","message":"op: the step \"nothing\" is not known; use poststratify, rake, calibrate, trim, propensity or replicate","at":"steps[0]"}}`,
		},
		"an unreadable analysis": {
			`{"format":1,`, 1,
			`{"id":"","estimates":[],"error":{"code":"analysis.json","message":"the analysis file is not valid: unexpected end of JSON input","at":"line 1"}}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := estimateFile(writeAnalysis(t, c.text, "y,w\n1,1\n0,2\n1,3\n"), "", &out)
			var code exitError
			status := 0
			if errors.As(err, &code) {
				status = code.code
			} else if err != nil {
				t.Fatal(err)
			}
			if got, want := status, c.status; got != want {
				t.Errorf("status: got %d, want %d", got, want)
			}
			if !json.Valid(out.Bytes()) {
				t.Fatalf("got no JSON: %s", out.String())
			}
			if got := out.String(); c.want != "" && got != c.want+"\n" {
				t.Errorf("got  %swant %s", got, c.want)
			}
		})
	}
}

func TestEstimateWritesToTheFileOfOut(t *testing.T) {
	t.Parallel()
	path := writeAnalysis(t, `{"format":1,"id":"x","data":"data.csv","columns":{"y":{"type":"number"}},`+
		`"design":{"type":"taylor"},"estimates":[{"kind":"mean","vars":["y"]}]}`, "y\n1\n3\n")
	out := filepath.Join(t.TempDir(), "out.json")
	root := rootCommand()
	root.SetArgs([]string{"estimate", path, "--out", out})
	if got, want := run(context.Background(), root), 0; got != want {
		t.Fatalf("status: got %d, want %d", got, want)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Estimates []struct{ Est, SE []float64 }
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if got := document.Estimates[0]; got.Est[0] != 2 || got.SE[0] != 1 {
		t.Errorf("got %+v, want mean 2 with standard error 1", got)
	}
}

func TestEstimateWithoutFileIsWrongUse(t *testing.T) {
	t.Parallel()
	root := rootCommand()
	root.SetArgs([]string{"estimate"})
	if got, want := run(context.Background(), root), 2; got != want {
		t.Errorf("status: got %d, want %d", got, want)
	}
}
