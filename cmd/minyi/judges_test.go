package main_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryJudgeExists reads the tables of judges of all packages, in comments of Go
// files and in Markdown: the tests that they name are written somewhere in the module
// (a name that ends in … is the beginning of one or more), and no cell of a comment's
// rows is empty.
func TestEveryJudgeExists(t *testing.T) {
	t.Parallel()
	rows, written := map[string][]string{}, " "
	function := regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w+)\(`)
	sources(t, filepath.Join("..", ".."), func(path, text string) {
		if !strings.HasSuffix(path, "_test.go") {
			rows[path] = judged(text)
			return
		}
		for _, hit := range function.FindAllStringSubmatch(text, -1) {
			written += hit[1] + " "
		}
	})
	name, tables, named := regexp.MustCompile(`\b(?:Test|Benchmark|Fuzz)[A-Z]\w*…?`), 0, 0
	for path, list := range rows {
		if len(list) > 0 {
			tables++
		}
		for _, row := range list {
			if filepath.Ext(path) == ".go" && len(strings.Split(row, " | ")) != 5 {
				t.Errorf("%s: not five filled cells: %s", path, row)
			}
			for _, test := range name.FindAllString(row, -1) {
				begins, some := strings.CutSuffix(test, "…")
				if named++; !strings.Contains(written, " "+begins) || !some && !strings.Contains(written, " "+test+" ") {
					t.Errorf("%s: there is no %s", path, test)
				}
			}
		}
	}
	if tables < 25 || named < 450 {
		t.Errorf("got %d tables that name %d tests, want all of them", tables, named)
	}
}

// judged are the rows of the tables of judges of a file: lines with cells of which one
// names a test.
func judged(text string) (out []string) {
	row := regexp.MustCompile(`^(?://\t|\| )(.* \| .*\b(?:Test|Benchmark|Fuzz)[A-Z]\w*.*)$`)
	for line := range strings.Lines(text) {
		if hit := row.FindStringSubmatch(strings.TrimSpace(line)); hit != nil {
			out = append(out, hit[1])
		}
	}
	return out
}

// sources hands over the Go and Markdown files of the module.
func sources(t *testing.T, root string, use func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if ext := filepath.Ext(path); d.IsDir() || ext != ".go" && ext != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			use(path, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
