package main

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"minyi/indicators/access"
	"minyi/web"
)

// fieldsGolden is where the reviewed lists stand: a line for each role and each address
// that shows it columns, with what kind of thing it is and the columns.
func fieldsGolden() string { return filepath.Join("testdata", "fields.golden") }

// columnsOf are the columns of an answer by its kind: the first line of a CSV file, the
// first row of each sheet of a workbook, the keys of JSON.
func columnsOf(t *testing.T, got reply) (kind string, out []string) {
	t.Helper()
	switch media := got.header.Get("Content-Type"); {
	case strings.Contains(media, "csv"):
		head, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).Read()
		if err != nil {
			t.Errorf("a CSV file has no head: %v\n%.200s", err, got.body)
		}
		return "csv", head
	case strings.Contains(media, "spreadsheet"):
		return "xlsx", sheetHeads(t, got.body)
	case strings.Contains(media, "json") && !strings.Contains(got.body[:min(len(got.body), 300)], `"openapi"`):
		var all any
		if err := json.Unmarshal([]byte(got.body), &all); err != nil {
			t.Errorf("broken JSON: %v\n%.200s", err, got.body)
		}
		return "json", jsonKeys("", all)
	}
	return "", nil
}

// sheetHeads are the first row of each sheet, after the sheet's name.
func sheetHeads(t *testing.T, body string) (out []string) {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range book.GetSheetList() {
		rows, err := book.Rows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var head []string
		if rows.Next() {
			if head, err = rows.Columns(); err != nil {
				t.Fatal(err)
			}
		}
		for _, cell := range head {
			out = append(out, sheet+"!"+cell)
		}
	}
	return out
}

// jsonKeys are the paths of all keys of a JSON value; a key that is itself data, such as a
// code or a name, is written *.
func jsonKeys(above string, value any) (out []string) {
	switch v := value.(type) {
	case map[string]any:
		for key, below := range v {
			if !regexp.MustCompile(`^[A-Za-z@$][A-Za-z_]*$`).MatchString(key) {
				key = "*"
			}
			out = append(out, above+key)
			out = append(out, jsonKeys(above+key+".", below)...)
		}
	case []any:
		for _, one := range v {
			out = append(out, jsonKeys(above, one)...)
		}
	}
	return out
}

// explorer follows the links of pages as one person, to so many addresses of each route.
type explorer struct {
	b      *browser
	role   access.Role // empty: the public
	routes []web.Grant
	most   int
	asked  map[string]bool
	count  map[string]int // of answers, by route
	see    func(route, path string, got reply)
}

// from walks from the addresses given and from every route that names no object.
func (e *explorer) from(paths ...string) {
	for _, g := range e.routes {
		if e.wanted(g) && !strings.ContainsAny(g.Path, ":*") {
			paths = append(paths, g.Path)
		}
	}
	for len(paths) > 0 {
		path := paths[0]
		paths = paths[1:]
		if route := e.route(path); !e.asked[path] && route != "" && !heavy(route) && e.count[route] < e.most {
			paths = append(paths, e.read(route, path)...)
		}
	}
}

// read reads one address and returns what its page links.
func (e *explorer) read(route, path string) (out []string) {
	e.asked[path] = true
	got := e.b.get(path)
	if got.status != http.StatusOK {
		return nil
	}
	e.count[route]++
	e.see(route, path, got)
	if !strings.Contains(got.header.Get("Content-Type"), "html") {
		return nil
	}
	for _, m := range regexp.MustCompile(`(?:href|src)="(/[^"#]*)"`).FindAllStringSubmatch(got.body, -1) {
		if to := html.UnescapeString(m[1]); !strings.Contains(to, "lang=") {
			out = append(out, to)
		}
	}
	return out
}

// wanted reports whether a route is worth reading as somebody: what a role may open, and
// for applicants and the public what is for all.
func (e *explorer) wanted(g web.Grant) bool {
	if g.Method != http.MethodGet || strings.HasPrefix(g.Path, "/static/") || strings.HasSuffix(g.Path, "/monitor/events") || strings.HasPrefix(g.Path, "/demo") {
		return false
	}
	return slices.Contains(g.Roles, e.role) || len(g.Roles) == 0 && !g.Open && e.role == ""
}

// route is the route of an address that is wanted; empty for none.
func (e *explorer) route(path string) (out string) {
	path, _, _ = strings.Cut(path, "?")
	parts, least := strings.Split(path, "/"), 1<<10
	for _, g := range e.routes {
		names := strings.Split(g.Path, "/")
		free, ok := 0, len(names) == len(parts)
		for i := 0; ok && i < len(names); i++ {
			if strings.HasPrefix(names[i], ":") || names[i] == "*" {
				free++
			} else {
				ok = names[i] == parts[i]
			}
		}
		if ok && free < least && g.Method == http.MethodGet {
			least, out = free, ""
			if e.wanted(g) {
				out = g.Path
			}
		}
	}
	return out
}

// heavy tells pages that hold no file and cost a second: figures, reports, paper.
func heavy(route string) bool {
	return regexp.MustCompile(`^/(agency|office)/.*(results|report|ranking|review|weights|monitor|national|agreement$|comments|print|what-if|contact|paper|preview|thumbnail|indicators$|compare)`).MatchString(route)
}

// fieldsAreAsReviewed reads as every role what its pages lead to: no file has a column
// that its reviewed list lacks, and what applicants get names no assessor (S18).
func (w *world) fieldsAreAsReviewed(t *testing.T) {
	t.Helper()
	hidden, seen := w.evaluators(t), map[string]map[string]bool{}
	for _, name := range []string{"", "applicant-640100", "applicant-640302", "applicant-640221", "office1", "agency1", "interviewer1", "assessor1", "inspector1", "sysadmin1", "secadmin1", "auditor1"} {
		role := access.Role(strings.TrimRight(strings.Split(name, "-")[0], "1"))
		outside := role == "" || role == access.Applicant
		e := &explorer{b: w.as(name), role: role, routes: w.h.grants, most: 1, asked: map[string]bool{}, count: map[string]int{}}
		e.see = func(route, path string, got reply) {
			if kind, columns := columnsOf(t, got); kind != "" {
				who := string(role)
				if route == "/me/data.json" {
					who = "each" // the same record of everybody, of whom more or less is kept
				}
				noteColumns(seen, who+"\t"+route+"\t"+kind, columns)
			}
			if outside {
				for _, assessor := range namesIn(t, got, hidden) {
					t.Errorf("GET %s as %q names the assessor %q", path, name, assessor)
				}
			}
		}
		e.from()
		if role == access.Applicant && e.count["/apply/feedback"] == 0 || role == access.Office && e.count["/office/evaluation/problems/file"] == 0 {
			t.Errorf("%s reads nothing any more: %v", name, e.count)
		}
	}
	compareFields(t, seen)
}

func noteColumns(seen map[string]map[string]bool, key string, columns []string) {
	if seen[key] == nil {
		seen[key] = map[string]bool{}
	}
	for _, c := range columns {
		seen[key][regexp.MustCompile(`[0-9]+`).ReplaceAllString(c, "N")] = true
	}
}

// compareFields wants every column on the reviewed list of its role and file.
func compareFields(t *testing.T, seen map[string]map[string]bool) {
	t.Helper()
	if updating() {
		var lines []string
		for key, columns := range seen {
			lines = append(lines, key+"\t"+strings.Join(slices.Sorted(maps.Keys(columns)), " | "))
		}
		slices.Sort(lines)
		if err := os.WriteFile(fieldsGolden(), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(fieldsGolden())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		at := strings.LastIndex(line, "\t")
		known[line[:at]] = strings.Split(strings.TrimSpace(line[at:]), " | ")
	}
	const least = 22
	if len(seen) < least {
		t.Errorf("only %d files were read", len(seen))
	}
	for key, columns := range seen {
		for c := range columns {
			if !slices.Contains(known[key], c) {
				t.Errorf("%s: the column %q is on no reviewed list; if on purpose, run with -update", strings.ReplaceAll(key, "\t", " "), c)
			}
		}
	}
}

// evaluators are the names of every assessor, and what the office has written of them.
func (w *world) evaluators(t *testing.T) (out []string) {
	t.Helper()
	there, err := w.h.access.Accounts(t.Context(), access.Command("test"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range there {
		if a.Role == access.Assessor {
			out = append(out, a.Name)
		}
	}
	if len(out) < 2 {
		t.Fatalf("got the assessors %v", out)
	}
	return append(out, "研究员（虚构）", "某大学（虚构）")
}

// namesIn are those of the names that stand in an answer: as they are, in an address, in
// the parts of an archive or a workbook, and in the words of a PDF where poppler is
// installed.
func namesIn(t *testing.T, got reply, names []string) (out []string) {
	t.Helper()
	texts := []string{got.body}
	switch {
	case strings.HasPrefix(got.body, "PK\x03\x04"):
		texts = append(texts, partsOf(t, got.body)...)
	case strings.HasPrefix(got.body, "%PDF"):
		if reader, err := exec.LookPath("pdftotext"); err == nil {
			c := exec.CommandContext(t.Context(), reader, "-", "-")
			c.Stdin = strings.NewReader(got.body)
			words, err := c.Output()
			if err != nil {
				t.Error(err)
			}
			texts = append(texts, string(words))
		}
	}
	text := strings.ToLower(strings.Join(texts, "\n"))
	for _, name := range names {
		name = strings.ToLower(name)
		if strings.Contains(text, name) || strings.Contains(text, strings.ToLower(url.QueryEscape(name))) {
			out = append(out, name)
		}
	}
	return out
}

// partsOf are the names and bytes of an archive's parts.
func partsOf(t *testing.T, archive string) (out []string) {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(io.LimitReader(r, 8<<20))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f.Name, string(part))
	}
	return out
}
