package analysis_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

// The values of bloomington-2017-estimates.csv (base R, 6 decimals): source and
// licence stand in testdata/bloomington/SOURCE.md.

func bloomington(t *testing.T, text string) []map[string]any {
	t.Helper()
	file, err := analysis.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	document := analysis.Run(file, func(name string) (io.ReadCloser, error) {
		return os.Open(filepath.Join("testdata", "bloomington", name))
	})
	if document.Failed() {
		t.Fatalf("got errors %+v %+v", document.Error, document.Estimates)
	}
	entries := make([]map[string]any, len(document.Estimates))
	for k, e := range document.Estimates {
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &entries[k]); err != nil {
			t.Fatal(err)
		}
	}
	return entries
}

func bloomingtonItems(t *testing.T) []map[string]string {
	t.Helper()
	in, err := os.Open(filepath.Join("testdata", "bloomington", "bloomington-2017-estimates.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	records, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var items []map[string]string
	for _, record := range records[1:] {
		item := map[string]string{}
		for k, name := range records[0] {
			item[name] = record[k]
		}
		items = append(items, item)
	}
	if len(items) != 10 {
		t.Fatalf("got %d items, want 10", len(items))
	}
	return items
}

const bloomingtonHead = `{"format":1,"id":"bloomington","data":"bloomington-2017.csv","columns":{"wt":{"type":"number"},%s},` +
	`%s"derive":[%s],"design":{"type":"taylor","ids":[],"strata":[],"weights":"wt"},"estimates":[%s]}`

func near(t *testing.T, name string, got any, want string, tol float64) {
	t.Helper()
	value, err := strconv.ParseFloat(want, 64)
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := got.(float64); !ok || math.Abs(v-value) > tol {
		t.Errorf("%s: got %v, want %s", name, got, want)
	}
}

func first(v any) any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return nil
}

func TestBloomingtonOneFilePerItem(t *testing.T) {
	t.Parallel()
	for _, item := range bloomingtonItems(t) {
		q := item["item"]
		entries := bloomington(t, fmt.Sprintf(bloomingtonHead, `"`+q+`":{"type":"number"}`,
			`"filter":[{"var":"`+q+`","op":"<=","value":4}],`,
			`{"name":"good","when":{"var":"`+q+`","op":"<=","value":2}}`,
			`{"kind":"mean","vars":["good"]},{"kind":"weights"}`))
		near(t, q+" share", first(entries[0]["est"]), item["p_weighted"], 1e-6)
		near(t, q+" se", first(entries[0]["se"]), item["se_weighted"], 1e-6)
		near(t, q+" Kish deff", entries[1]["kish_deff"], item["deff_kish"], 1e-6)
		near(t, q+" n", entries[1]["n"], item["n_valid"], 0)
		near(t, q+" n_eff", entries[1]["kish_neff"], item["n_eff_kish"], 1e-3) // printed with 3 decimals
	}
}

func TestBloomingtonOneFileForAllItemsByDomain(t *testing.T) {
	t.Parallel()
	items := bloomingtonItems(t)
	var columns, derive, requests []string
	for _, item := range items {
		q := item["item"]
		columns = append(columns, `"`+q+`":{"type":"number"}`)
		derive = append(derive, `{"name":"good_`+q+`","when":{"var":"`+q+`","op":"<=","value":2}}`)
		requests = append(requests, `{"kind":"mean","vars":["good_`+q+`"],"domain":[{"var":"`+q+`","op":"<=","value":4}]}`)
	}
	entries := bloomington(t, fmt.Sprintf(bloomingtonHead, strings.Join(columns, ","), "", strings.Join(derive, ","), strings.Join(requests, ",")))
	for k, item := range items {
		near(t, item["item"]+" share", first(entries[k]["est"]), item["p_weighted"], 1e-6)
		near(t, item["item"]+" se", first(entries[k]["se"]), item["se_weighted"], 1e-5)
	}
}

func TestBloomingtonRoundsToThePublishedShares(t *testing.T) {
	t.Parallel()
	for q, want := range map[string]string{"q1b": "74 %", "q1d": "65 %"} {
		entries := bloomington(t, fmt.Sprintf(bloomingtonHead, `"`+q+`":{"type":"number"}`, "",
			`{"name":"good","when":{"var":"`+q+`","op":"<=","value":2}}`,
			`{"kind":"mean","vars":["good"],"domain":[{"var":"`+q+`","op":"<=","value":4}]}`))
		share, ok := first(entries[0]["est"]).(float64)
		if got := fmt.Sprintf("%.0f %%", 100*share); !ok || got != want {
			t.Errorf("%s: got %s, want %s", q, got, want)
		}
	}
}
