package stats_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every exported function says what it computes, and one that may return an error says
// when: "It fails on …", "an error", or with whom ("fails as … does").
func TestEveryExportedFunctionSaysWhenItFails(t *testing.T) {
	t.Parallel()
	var paths []string
	for _, name := range strings.Fields("weight design estimate regress scale sample sequence analysis") {
		found, err := filepath.Glob(name + "/*.go")
		if err != nil || len(found) == 0 {
			t.Fatal(name, err)
		}
		paths = append(paths, found...)
	}
	fails, functions := regexp.MustCompile(`(?i)\bfails?\b|\berrors?\b`), 0
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || f.Name.Name == "Error" {
				continue
			}
			functions++
			said := strings.Join(strings.Fields(f.Doc.Text()), " ")
			if !strings.HasPrefix(said, f.Name.Name+" ") {
				t.Errorf("%s: %s has no sentence of its own", path, f.Name.Name)
			}
			if mayFail(f) && !fails.MatchString(said) {
				t.Errorf("%s: %s does not say when it fails", path, f.Name.Name)
			}
		}
	}
	if functions < 100 {
		t.Errorf("got %d functions, want all", functions)
	}
}

// mayFail says whether the last result is an error.
func mayFail(f *ast.FuncDecl) bool {
	if f.Type.Results == nil {
		return false
	}
	last := f.Type.Results.List[len(f.Type.Results.List)-1]
	name, ok := last.Type.(*ast.Ident)
	return ok && name.Name == "error"
}
