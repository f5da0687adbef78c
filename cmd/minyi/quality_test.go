package main

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"minyi/survey/quality"
	"minyi/web/view"
)

const toyResponses = "../../survey/quality/testdata/toy_responses.csv"

// runQuality runs minyi with arguments and returns its status and standard output.
func runQuality(t *testing.T, args ...string) (int, string) {
	t.Helper()
	root := rootCommand()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append([]string{"quality"}, args...))
	return run(t.Context(), root), out.String()
}

func rowsOf(t *testing.T, path string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestQualityWritesEveryResponseOnceAndEveryUnit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	flags, units := filepath.Join(dir, "flags.csv"), filepath.Join(dir, "units.csv")
	status, out := runQuality(t, toyResponses, "--out", flags, "--units", units, "--reversed", " Q05", "--attention", "2", "--lang", "en")
	if status != 0 {
		t.Fatalf("status: got %d\n%s", status, out)
	}
	for _, want := range []string{"405 responses", "Reversed items: q05", "answer of the attention item: 2", "20  device_chain"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	rows := rowsOf(t, flags)
	if got, want := strings.Join(rows[0], ","), "resp_id,score,flag,rules"; got != want {
		t.Errorf("columns: got %s, want %s", got, want)
	}
	known := map[string]bool{}
	for _, rule := range quality.Rules() {
		known[string(rule.Code)] = true
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		score, err := strconv.ParseFloat(row[1], 64)
		if err != nil || math.IsNaN(score) || math.IsInf(score, 0) || seen[row[0]] || row[2] != "0" && row[2] != "1" {
			t.Errorf("got %v (%v)", row, err)
		}
		seen[row[0]] = true
		for code := range strings.SplitSeq(row[3], ";") {
			if code != "" && !known[code] {
				t.Errorf("%s: rule %q is not known", row[0], code)
			}
		}
	}
	if len(seen) != 405 {
		t.Errorf("got %d responses, want 405", len(seen))
	}
	rows = rowsOf(t, units)
	if len(rows) != 4 || strings.Join(rows[0], ",") != "unit,score" || rows[1][0] != "A1" {
		t.Errorf("units: got %v", rows)
	}
}

func TestQualityRefusesInWordsAndByStatus(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.csv")
	if err := os.WriteFile(bad, []byte("resp_id,unit,q1\na,U,5\nb,U,good\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out.csv")
	for name, c := range map[string]struct {
		args   []string
		status int
	}{
		"no file":                    {[]string{"--out", out}, 2},
		"no output":                  {[]string{toyResponses}, 2},
		"an impossible right answer": {[]string{toyResponses, "--out", out, "--attention", "100"}, 2},
		"a word for an answer":       {[]string{bad, "--out", out}, 1},
		"no such file":               {[]string{filepath.Join(dir, "none.csv"), "--out", out}, 1},
		"an unknown item":            {[]string{toyResponses, "--out", out, "--reversed", "q99"}, 1},
		"output onto input":          {[]string{bad, "--out", filepath.Join(dir, ".", "bad.csv")}, 1},
		"both outputs one file":      {[]string{toyResponses, "--out", out, "--units", out}, 1},
		"an output without a folder": {[]string{toyResponses, "--out", filepath.Join(dir, "no", "x.csv")}, 1},
	} {
		if status, text := runQuality(t, c.args...); status != c.status {
			t.Errorf("%s: got %d, want %d\n%s", name, status, c.status, text)
		}
	}
	if text, err := os.ReadFile(bad); err != nil || !strings.HasPrefix(string(text), "resp_id") {
		t.Errorf("the input was overwritten: %q, %v", text, err)
	}
	root := rootCommand()
	_, err := reviewFile(bad, &qualityFlags{out: out}, quality.Options{Right: quality.NoAnswer})
	if got := inWords(root, err).Error(); !strings.Contains(got, "3") || !strings.Contains(got, "q1") || !strings.Contains(got, "good") {
		t.Errorf("got %q, want line 3, column q1 and the value", got)
	}
}

func TestEveryRuleHasItsFormulaAndSource(t *testing.T) {
	t.Parallel()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range view.Langs() {
		for _, rule := range quality.Rules() {
			for _, part := range []string{"", ".formula", ".source"} {
				if key := "quality.rule." + string(rule.Code) + part; !texts.Has(lang, key) {
					t.Errorf("%s: %s has no words", lang, key)
				}
			}
		}
		for _, key := range texts.Keys(lang) {
			code, is := strings.CutPrefix(key, "quality.rule.")
			code = strings.TrimSuffix(strings.TrimSuffix(code, ".formula"), ".source")
			if is && !hasRule(quality.Code(code)) {
				t.Errorf("%s: %s belongs to no rule", lang, key)
			}
		}
		for _, code := range []string{
			"csv_syntax", "csv_encoding", "csv_fields", "csv_column", "csv_column_twice", "csv_items", "csv_value", "csv_time", "csv_id", "csv_id_twice",
		} {
			if !texts.Has(lang, "fault.quality."+code) {
				t.Errorf("%s: fault.quality.%s has no words", lang, code)
			}
		}
	}
	status, out := runQuality(t, "--rules", "--lang", "zh-CN")
	if status != 0 || strings.Contains(out, "⟦") || strings.Count(out, "公式") < len(quality.Rules()) {
		t.Errorf("got %d\n%s", status, out)
	}
}

func hasRule(code quality.Code) bool {
	for _, rule := range quality.Rules() {
		if rule.Code == code {
			return true
		}
	}
	return false
}
