package stats_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// row is one line of the table of judges.
type row struct {
	feature, judge, input, tolerance string
	tests                            []string
}

// judges reads the table out of the documentation.
func judges(t *testing.T) []row {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []row
	for line := range strings.Lines(string(text)) {
		line, ok := strings.CutPrefix(strings.TrimSpace(line), "//\t")
		if !ok {
			continue
		}
		cells := strings.Split(line, " | ")
		if len(cells) != 5 || slices.Contains(cells, "") {
			t.Errorf("not five filled cells: %s", line)
			continue
		}
		out = append(out, row{cells[0], cells[1], cells[2], cells[3], strings.Fields(cells[4])})
	}
	if len(out) < 50 {
		t.Fatalf("got %d rows, want the whole table", len(out))
	}
	return out
}

// written returns the tests, benchmarks and fuzz targets of each package.
func written(t *testing.T) map[string][]string {
	t.Helper()
	paths, err := filepath.Glob("*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w+)\(`)
	out := map[string][]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range name.FindAllStringSubmatch(string(text), -1) {
			out[filepath.Dir(path)] = append(out[filepath.Dir(path)], hit[1])
		}
	}
	return out
}

// folders are the cases of the table-driven tests.
func folders() map[string]string {
	return map[string]string{
		"analysis.TestReference": "analysis/testdata/reference", "analysis.TestModels": "analysis/testdata/models",
		"rank.TestReference": "rank/testdata/reference", "analysis.TestVaried": "analysis/testdata/varied",
	}
}

// cases returns the names of the case files, led by their test.
func cases(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for test, folder := range folders() {
		paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no cases in %s (%v)", folder, err)
		}
		for _, path := range paths {
			if name := strings.TrimSuffix(filepath.Base(path), ".json"); name != "index" {
				out[test] = append(out[test], name)
			}
		}
	}
	return out
}

// first is the part of a case's name before the first hyphen or underscore.
func first(name string) string {
	if k := strings.IndexAny(name, "-_"); k >= 0 {
		return name[:k]
	}
	return name
}

// wrong returns a sentence for every test that a row names and nobody wrote, and
// notes which cases are named.
func wrong(r row, tests, cases map[string][]string, named map[string]bool) (found []string) {
	group := ""
	for _, word := range r.tests {
		label := word
		if strings.Contains(word, ".") {
			group, label, _ = strings.Cut(word, "/")
			pkg, name, _ := strings.Cut(group, ".")
			if !slices.Contains(tests[pkg], name) {
				found = append(found, fmt.Sprintf("%s: there is no %s", r.feature, group))
			}
			if label == "" {
				continue
			}
		}
		if !slices.ContainsFunc(cases[group], func(name string) bool { return first(name) == label }) {
			found = append(found, fmt.Sprintf("%s: %s has no case %s", r.feature, group, label))
		}
		named[group+"/"+label] = true
	}
	return found
}

func TestEveryFeatureHasAJudgeAndATestThatExists(t *testing.T) {
	t.Parallel()
	tests, files := written(t), cases(t)
	named, features := map[string]bool{}, map[string]bool{}
	for _, r := range judges(t) {
		if features[r.feature] {
			t.Errorf("%q has two rows", r.feature)
		}
		features[r.feature] = true
		if len(r.tests) == 0 {
			t.Errorf("%q has no test", r.feature)
		}
		for _, sentence := range wrong(r, tests, files, named) {
			t.Error(sentence)
		}
	}
	for _, test := range []string{"analysis.TestReference", "analysis.TestModels"} {
		for _, name := range files[test] {
			if !named[test+"/"+first(name)] {
				t.Errorf("the case %s of %s is in no row", name, test)
			}
		}
	}
	planted := row{feature: "planted", tests: []string{"sample.TestNone", "analysis.TestReference/p01", "p99"}}
	if got := wrong(planted, tests, files, map[string]bool{}); len(got) != 2 {
		t.Errorf("a planted row: got %q, want two sentences", got)
	}
}

// The printed coverage keeps the promise: nominal minus one point in every cell.
func TestThePrintedCoverageIsAtLeastNominalMinusAPoint(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("shares.go")
	if err != nil {
		t.Fatal(err)
	}
	cells := 0
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(strings.TrimPrefix(line, "//"))
		if len(fields) != 10 || fields[0] != "clusters" && fields[0] != "weights" {
			continue
		}
		for _, cell := range fields[3:7] {
			cells++
			if v, err := strconv.ParseFloat(cell, 64); err != nil || v < 94 {
				t.Errorf("%s: got a coverage of %s, want at least 94", strings.Join(fields[:3], " "), cell)
			}
		}
	}
	if want := 2 * 7 * 5 * 4; cells != want {
		t.Errorf("got %d cells, want %d", cells, want)
	}
}

// The indexes of the reference folders name the cases that run.
func TestEveryCaseFileIsInItsIndex(t *testing.T) {
	t.Parallel()
	for test, names := range cases(t) {
		text, err := os.ReadFile(filepath.Join(folders()[test], "index.json"))
		if os.IsNotExist(err) {
			continue // this test reads the folder itself
		}
		if err != nil {
			t.Fatal(err)
		}
		var index map[string]any
		if err := json.Unmarshal(text, &index); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !strings.Contains(string(text), `"`+name+`"`) {
				t.Errorf("%s: the index does not name %s", test, name)
			}
		}
	}
}
