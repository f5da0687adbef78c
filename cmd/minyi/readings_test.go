package main

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/audit"
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

// everyReadingIsLogged asks for every page as the office and the agency: whoever is
// shown a mark of the ranking that nobody outside may see stands in the trail for it
// (C97).
func everyReadingIsLogged(t *testing.T, w *world) {
	t.Helper()
	secret := figuresOf(w.as("office1").get("/office/ranking").body)
	const least = 20
	if len(secret) < least {
		t.Fatalf("the ranking shows %d figures", len(secret))
	}
	ids, shown, fresh := w.ids(), []string{}, w.follow(t)
	for _, name := range []string{"office1", "agency1"} {
		b, role := w.as(name), access.Role(strings.TrimRight(name, "1"))
		for _, g := range w.h.grants {
			if g.Method != http.MethodGet || !slices.Contains(g.Roles, role) {
				continue
			}
			for _, path := range paths(g.Path, ids) {
				fresh()
				got := b.get(path)
				if got.status != http.StatusOK || !tells(got.body, secret) {
					continue
				}
				shown = append(shown, g.Path)
				if !slices.ContainsFunc(fresh(), func(e audit.Entry) bool { return e.Actor == name }) {
					t.Errorf("GET %s as %s shows results and leaves no entry in the trail", path, name)
				}
			}
		}
	}
	for _, must := range []string{"/office/ranking", "/agency/surveys/:id/report/read"} {
		if !slices.Contains(shown, must) {
			t.Errorf("%s shows no result any more: what is this test looking at?", must)
		}
	}
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
