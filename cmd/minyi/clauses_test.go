package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// untested are the clauses that no test names yet. The list only gets shorter: a
// clause on it that has a test fails as well.
func untested() []string {
	return strings.Fields(``)
}

// TestEveryClauseHasATestThatNamesIt reads all tests of the module. Each clause that
// software must implement stands as a word in the name of a test function
// (TestC18…, …AndC99…) or of a subtest ("C102", "C103 online").
func TestEveryClauseHasATestThatNamesIt(t *testing.T) {
	t.Parallel()
	named := namedClauses(t, filepath.Join("..", ".."))
	for _, clause := range clauses(t) {
		listed, tested := slices.Contains(untested(), clause), len(named[clause]) > 0
		switch {
		case !tested && !listed:
			t.Errorf("%s has no test that names it", clause)
		case tested && listed:
			t.Errorf("%s is named by %s: take it off the list", clause, named[clause][0])
		}
	}
}

// clauses are the ids of testdata/clauses.tsv that software must implement.
func clauses(t *testing.T) (out []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "clauses.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if id, kind, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && kind == "S" {
			out = append(out, id)
		}
	}
	const least = 80
	if len(out) < least {
		t.Fatalf("got %d clauses, want at least %d", len(out), least)
	}
	return out
}

// namedClauses are the tests of a module by the clauses in their names.
func namedClauses(t *testing.T, root string) map[string][]string {
	t.Helper()
	out, files := map[string][]string{}, token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, id := range clausesOf(parsed) {
			out[id] = append(out[id], filepath.Base(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// clausesOf are the clauses that the tests of a file and their subtests name: words
// of the names of its test functions and, where one of them runs subtests, texts
// that begin with a clause, in it or in the tables of the same file.
func clausesOf(file *ast.File) []string {
	found, texts, runs := map[string]bool{}, []string{}, false
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
			for _, id := range regexp.MustCompile(`C[0-9]{2,3}`).FindAllString(f.Name.Name, -1) {
				found[id] = true
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			runs = runs || n.Sel.Name == "Run"
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				texts = append(texts, text)
			}
		}
		return true
	})
	for _, text := range texts {
		if id := regexp.MustCompile(`^C[0-9]{2,3}\b`).FindString(text); runs && id != "" {
			found[id] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// TestClausesAreFoundInNames: how a clause may stand in a name, and how not.
func TestClausesAreFoundInNames(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`func TestC18Gate() {}`:                         "C18",
		`func TestC79AndC82Report() {}`:                 "C79 C82",
		`func TestC29C97Sealed() {}`:                    "C29 C97",
		`func TestC102() {}`:                            "C102",
		`func TestRates() { t.Run("C107 replies", f) }`: "C107",
		`func TestRates() { for _, r := range []row{{"C108"}} { t.Run(r.n, f) } }`:                     "C108",
		`func TestRates() { use("C108") }`:                                                             "",
		`func TestRates() { t.Run("as C108 says", f) }`:                                                "",
		`func TestRates() { t.Run(table()[0], f) }; func table() []string { return []string{"C109"} }`: "C109",
		`func gateOfC18() {}`: "",
		`func TestGate() {}`:  "",
	} {
		parsed, err := parser.ParseFile(token.NewFileSet(), "x_test.go", "package x\n"+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(clausesOf(parsed), " "); got != want {
			t.Errorf("%s: got %q, want %q", source, got, want)
		}
	}
}
