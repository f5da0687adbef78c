package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// source is a file of the module that is no test.
type source struct {
	path, folder string
	file         *ast.File
	files        *token.FileSet
}

func (s source) at(n ast.Node) string { return s.files.Position(n.Pos()).String() }

// calls hands over the calls of a file that are of something by a name: x.Name(…).
func (s source) calls(use func(of, name string, call *ast.CallExpr)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if method, ok := call.Fun.(*ast.SelectorExpr); ok {
				of, _ := method.X.(*ast.Ident)
				if of == nil {
					of = &ast.Ident{}
				}
				use(of.Name, method.Sel.Name, call)
			}
		}
		return true
	})
}

// TestS21AndS22AndS24AndS48SourcesKeepTheirRules reads the sources once and holds them
// to what no request can show.
func TestS21AndS22AndS24AndS48SourcesKeepTheirRules(t *testing.T) {
	t.Parallel()
	var all []source
	files, root := token.NewFileSet(), filepath.Join("..", "..")
	sources(t, root, func(path, text string) {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return
		}
		file, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		short, _ := filepath.Rel(root, path)
		short = filepath.ToSlash(short)
		all = append(all, source{short, filepath.ToSlash(filepath.Dir(short)), file, files})
	})
	if len(all) < 500 {
		t.Errorf("only %d files were read", len(all))
	}
	t.Run("S21 statements are constants", func(t *testing.T) { statements(t, all) })
	t.Run("S22 only reviewed files give ready HTML", func(t *testing.T) { readyHTML(t, all) })
	t.Run("S24 whoever writes tables makes their cells inert", func(t *testing.T) { inertTables(t, all) })
	t.Run("S48 no secret comes from a pseudorandom source", func(t *testing.T) { secrets(t, all) })
}

// statements looks at every call that hands a statement to a database: it is a
// constant by itself, so that nothing from outside can be part of it.
func statements(t *testing.T, all []source) {
	t.Helper()
	calls := 0
	for _, s := range all {
		if strings.HasPrefix(s.path, "cmd/") {
			continue // the programs around the service take nobody's words
		}
		s.calls(func(_, name string, call *ast.CallExpr) {
			if len(call.Args) < 2 || !slices.Contains([]string{"ExecContext", "QueryContext", "QueryRowContext", "PrepareContext"}, name) {
				return
			}
			if calls++; joined(call.Args[1]) {
				t.Errorf("%s: a statement is put together where it is run", s.at(call))
			}
		})
	}
	if calls < 200 {
		t.Errorf("only %d calls were seen", calls)
	}
}

// joined reports whether an expression puts texts together: a sum with anything but
// constants' names and literals, or what fmt or strings make.
func joined(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return joined(e.X) || joined(e.Y) || !constant(e.X) || !constant(e.Y)
	case *ast.CallExpr: // values of a prepared statement may be made by methods
		method, ok := e.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		of, ok := method.X.(*ast.Ident)
		return ok && slices.Contains([]string{"fmt", "strings", "strconv"}, of.Name)
	}
	return false
}

// constant reports whether an expression is a literal or bears the name that the
// constants of statements have.
func constant(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return strings.HasPrefix(e.Name, "sql")
	case *ast.BinaryExpr:
		return constant(e.X) && constant(e.Y)
	}
	return false
}

// unescaped are the files that call something safe for a page that html/template has
// not escaped itself: pictures that are drawn from numbers, and words that were escaped.
func unescaped() []string {
	return strings.Fields(`web/ranking/picture.go web/exhibits/read.go web/report/made.go web/agreement/picture.go web/register/named.go web/register/results.go web/register/result.go web/results/chart.go web/respond/end.go web/notice/one.go web/ledger/files.go`)
}

// readyHTML demands that pages are made by html/template and that conversions to its
// trusted types stand only in files that were looked at.
func readyHTML(t *testing.T, all []source) {
	t.Helper()
	trusted, found := []string{"HTML", "HTMLAttr", "JS", "JSStr", "CSS", "URL", "Srcset"}, map[string]bool{}
	for _, s := range all {
		for _, one := range s.file.Imports {
			if one.Path.Value == `"text/template"` && strings.HasPrefix(s.path, "web/") {
				t.Errorf("%s: text/template does not escape", s.at(one))
			}
		}
		s.calls(func(of, name string, call *ast.CallExpr) {
			if of != "template" || !slices.Contains(trusted, name) {
				return
			}
			if found[s.path] = true; !slices.Contains(unescaped(), s.path) {
				t.Errorf("%s: template.%s stands outside the files that were looked at", s.at(call), name)
			}
		})
	}
	for _, path := range unescaped() {
		if !found[path] {
			t.Errorf("%s converts nothing any more: take it off the list", path)
		}
	}
}

// inertTables looks at every package that writes CSV: it knows what a spreadsheet would
// calculate. What the tables then hold, the tests of those packages read back.
func inertTables(t *testing.T, all []source) {
	t.Helper()
	inward := []string{"survey/frame/listing"} // unpacks what was uploaded, for itself
	writes, knows := map[string]bool{}, map[string]bool{}
	for _, s := range all {
		s.calls(func(of, name string, _ *ast.CallExpr) {
			writes[s.folder] = writes[s.folder] || of == "csv" && name == "NewWriter"
		})
		ast.Inspect(s.file, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && strings.Contains(text.Value, `@\t\r`) {
				knows[s.folder] = true
			}
			return true
		})
	}
	n := 0
	for folder, does := range writes {
		if !does {
			continue
		}
		if n++; !knows[folder] && !strings.HasPrefix(folder, "cmd/") && !slices.Contains(inward, folder) {
			t.Errorf("%s writes tables and lets spreadsheets calculate their cells", folder)
		}
	}
	if n < 8 {
		t.Errorf("got %d packages that write tables", n)
	}
}

// secrets looks at what the packages of sign-in, keys and invitations import.
func secrets(t *testing.T, all []source) {
	t.Helper()
	for _, s := range all {
		if !slices.Contains([]string{"indicators/access", "web/login", "web/account", "survey/invite", "survey/ledger"}, s.folder) {
			continue
		}
		for _, one := range s.file.Imports {
			if strings.Contains(one.Path.Value, "math/rand") {
				t.Errorf("%s: secrets come from crypto/rand", s.at(one))
			}
		}
	}
}

// TestPicturesTakeTheirRoomBeforeTheyCome looks at every page with a picture among its
// controls: one that comes late and then takes room moves what a finger is about to touch.
func TestPicturesTakeTheirRoomBeforeTheyCome(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join("..", "..", "web", "*", "pages", "*.html"))
	if err != nil || len(pages) < 50 {
		t.Fatalf("got %d pages, %v", len(pages), err)
	}
	n := 0
	for _, path := range pages {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(filepath.ToSlash(path), "exhibits/pages/preview.html") {
			continue // a preview is the picture and nothing to touch
		}
		for _, part := range strings.Split(string(text), "<img ")[1:] {
			n++
			if tag, _, _ := strings.Cut(part, ` alt="`); !strings.Contains(tag, ` width="`) || !strings.Contains(tag, ` height="`) {
				t.Errorf("%s: <img %.60s says no width and height before its alt", path, tag)
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d pictures were found", n)
	}
}
