package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/copies"
	"minyi/web"
)

// figuresOf are the marks and totals of a ranking as pages write them; round numbers
// stand on many pages.
func figuresOf(page string) (out []string) {
	for _, n := range regexp.MustCompile(`\b[0-9]{2}\.[0-9]{2}\b`).FindAllString(page, -1) {
		if !strings.HasSuffix(n, "0") && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// everyReadingIsLogged asks for every page as everybody who may read results: whoever is
// shown a mark, a rank, a sample, an estimate or a release that nobody outside may see
// stands in the trail for it (C97, S50), and so does whoever takes a file, which says for
// whom it is or is left as it is on purpose (S45).
func everyReadingIsLogged(t *testing.T, w *world) {
	t.Helper()
	secret := figuresOf(w.as("office1").get("/office/ranking").body)
	const least = 20
	if len(secret) < least {
		t.Fatalf("the ranking shows %d figures", len(secret))
	}
	r := &reader{w: w, secret: secret, fresh: w.follow(t), pages: web.PagesOfResults(), files: map[string]string{}, seen: map[string]bool{}}
	for _, f := range web.FilesOfStaff() {
		r.files[f.Path] = f.Way
	}
	ids := w.ids()
	ids[":file"] = []string{"items.csv", "points.csv", "items.svg", "units.csv?group=county"}
	ids[":kind"] = []string{"frame"}
	for _, name := range []string{"office1", "agency1", "assessor1", "inspector1"} {
		b, role := w.as(name), access.Role(strings.TrimRight(name, "1"))
		for _, g := range w.h.grants {
			if g.Method != http.MethodGet || g.Open || !slices.Contains(g.Roles, role) || strings.HasSuffix(g.Path, "/events") {
				continue
			}
			for _, path := range paths(g.Path, ids) {
				r.read(t, b, name, g.Path, path)
			}
		}
	}
	w.keysLeaveEntries(t, ids)
	for _, must := range []string{
		"/office/ranking", "/agency/surveys/:id/report/read", "/agency/surveys/:id/sample", "/agency/surveys/:id/release", "/agency/surveys/:id/results",
		"/agency/surveys/:id/release.json", "/agency/surveys/:id/report.pdf", "/agency/surveys/:id/results/files/:file", "/agency/surveys/:id/sample/drawn.csv",
		"/office/evaluation/agreement/file", "/evaluate/:dossier/exhibits/:exhibit", "/office/formal/:dossier/:digest/printed.pdf", "/evaluate/:dossier",
	} {
		if !r.seen[must] {
			t.Errorf("%s shows nothing any more: what is this test looking at?", must)
		}
	}
}

// reader is somebody who looks at everything.
type reader struct {
	w      *world
	secret []string
	fresh  func() []audit.Entry
	pages  map[string]string // of results, by route
	files  map[string]string // by route: how they are marked
	seen   map[string]bool   // routes that showed a result or gave a file
}

func (r *reader) read(t *testing.T, b *browser, name, route, path string) {
	t.Helper()
	r.fresh()
	got := b.get(path)
	if got.status != http.StatusOK {
		return
	}
	isFile := strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment")
	by := slices.DeleteFunc(r.fresh(), func(e audit.Entry) bool { return e.Actor != name })
	tells := tells(got.body, r.secret) || isFile && strings.Contains(got.header.Get("Content-Type"), "csv") && regexp.MustCompile(`\d{6}[CV]\d{3}`).MatchString(got.body)
	switch {
	case isFile:
		r.seen[route] = true
		r.file(t, name, route, path, got)
	case r.pages[route] != "":
		r.seen[route] = true
		if len(by) == 0 && !r.noted(t, name, path) {
			t.Errorf("GET %s as %s shows results (%s) and leaves no entry in the trail", path, name, r.pages[route])
		}
		if strings.Contains(got.body, "<main") && !strings.Contains(got.body, `<p class="printed">`) {
			t.Errorf("GET %s as %s says nothing on paper of who printed it", path, name)
		}
	case tells:
		t.Errorf("GET %s as %s shows results and is on no list", path, name)
	}
}

// noted reports whether an entry of the last ten minutes stands for a reading.
func (r *reader) noted(t *testing.T, name, path string) bool {
	t.Helper()
	entries, err := r.w.h.programme.FindSaid(t.Context(), "page.read", `"path":"`+path+`"`)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(entries, func(e audit.Entry) bool { return e.Actor == name && r.w.clock.Now().Sub(e.At) < 10*time.Minute })
}

// file reads a file back: the trail knows it by its digest, and it says whose it is.
func (r *reader) file(t *testing.T, name, route, path string, got reply) {
	t.Helper()
	way, serial := r.files[route], got.header.Get("X-Minyi-Copy")
	sum := sha256.Sum256([]byte(got.body))
	found, err := r.w.h.copies.Find(t.Context(), access.Command("test"), hex.EncodeToString(sum[:]))
	if way == "" || serial == "" || err != nil {
		t.Errorf("GET %s as %s gives a file: way %q, serial %q, %v", path, name, way, serial, err)
		return
	}
	plain, _, _ := strings.Cut(path, "?")
	if !slices.ContainsFunc(found, func(f copies.Found) bool {
		return f.Serial == serial && f.Reader == name && f.Purpose != "" && strings.HasPrefix(f.Path, plain)
	}) {
		t.Errorf("GET %s as %s: the file leads to %+v", path, name, found)
	}
	if way == "marked" && !slices.Contains(marksIn(t, got), serial) {
		t.Errorf("GET %s as %s: the file does not carry %s: %v", path, name, serial, marksIn(t, got))
	}
	if way == "kept" && strings.Contains(got.body, serial) {
		t.Errorf("GET %s as %s: a file that is held by a digest was changed", path, name)
	}
}

// marksIn are the serials that a file carries, as its format holds them.
func marksIn(t *testing.T, got reply) (out []string) {
	t.Helper()
	text := got.body
	switch kind := got.header.Get("Content-Type"); {
	case strings.Contains(kind, "spreadsheet"):
		book, err := excelize.OpenReader(strings.NewReader(got.body))
		if err != nil {
			t.Fatal(err)
		}
		about, err := book.GetDocProps()
		if err != nil {
			t.Fatal(err)
		}
		sheets := book.GetSheetList()
		line, err := book.GetCellValue(sheets[len(sheets)-1], "A1")
		if err != nil || !strings.Contains(line, about.Creator) {
			t.Errorf("the last sheet says %q, %v, the properties %q", line, err, about.Creator)
		}
		text = about.Identifier
	case kind == "application/pdf": // words on its pages: the readers' test in web/mark
		var b strings.Builder
		for _, m := range regexp.MustCompile(`/Keywords<FEFF([0-9A-F]+)>`).FindAllStringSubmatch(got.body, -1) {
			for n := 0; n+4 <= len(m[1]); n += 4 {
				unit, err := strconv.ParseUint(m[1][n:n+4], 16, 16)
				if err != nil {
					t.Fatal(err)
				}
				b.WriteRune(rune(unit))
			}
		}
		text = b.String()
	}
	return regexp.MustCompile(`E-[0-9A-HJKMNP-TV-Z]{10}`).FindAllString(text, -1)
}

// tells reports whether a page holds two of the figures: one may be chance.
func tells(page string, secret []string) bool {
	found := figuresOf(page)
	n := 0
	for _, s := range secret {
		if slices.Contains(found, s) {
			n++
		}
	}
	return n > 1
}

// follow returns what reads the entries of both trails that came since it was asked
// last.
func (w *world) follow(t *testing.T) func() []audit.Entry {
	t.Helper()
	halves := []interface {
		Trail(ctx context.Context, after int64, limit int) ([]audit.Entry, error)
	}{w.h.programme, w.h.survey}
	last := make([]int64, len(halves))
	return func() (out []audit.Entry) {
		t.Helper()
		for n, half := range halves {
			fresh, err := half.Trail(t.Context(), last[n], 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if len(fresh) > 0 {
				last[n] = fresh[len(fresh)-1].Seq
			}
			out = append(out, fresh...)
		}
		return out
	}
}
