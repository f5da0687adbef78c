package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/roster"
	"minyi/indicators/search"
	"minyi/indicators/store"
)

// shelves is a store with a filed dossier of each unit that has the named files.
func shelves(t testing.TB, units int, names ...string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "p.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	entry := audit.Entry{Actor: "test", Action: "test"}
	must(s.AddRound(t.Context(), &roster.Round{Year: 2020, Version: 1}, entry, func([]roster.Round) error { return nil }))
	for u := range units {
		k := application.Key{Round: 2020, Unit: roster.UnitCode(fmt.Sprintf("64%04d", u)), Track: roster.Comprehensive}
		d := application.New(k, "x", time.Unix(0, 0))
		for n, name := range names {
			d.Exhibits = append(d.Exhibits, application.Exhibit{ID: application.ExhibitID(fmt.Sprint(n)), File: evidence.File{Name: name, Kind: "pdf", Size: 1}})
		}
		must(s.AddDossier(t.Context(), &d, &entry, func([]application.Dossier) error { return nil }))
		if u == units-1 && units > 1 {
			continue // the last one was never filed
		}
		must(s.SealDossier(t.Context(), k, &entry, func(d *application.Dossier, _ []application.Dossier) ([]byte, error) {
			d.Seals = append(d.Seals, application.Seal{Digest: fmt.Sprint(u)})
			return []byte("{}"), nil
		}))
	}
	return s
}

// found are the files that fit a query, by name.
func found(t testing.TB, s *store.Store, text string, most int) (out []string) {
	t.Helper()
	q, err := search.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	err = s.FindFiles(t.Context(), q.Pieces(), func(f store.FoundFile) bool {
		if q.Score(f.Exhibit.File.Name, f.Exhibit.Caption) > 0 {
			out = append(out, f.Exhibit.File.Name)
		}
		return len(out) < most
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFilesAreFoundByAnyPartOfTheirName: letters that mean something to the database
// or to JSON mean nothing in a query, and what was never filed is not found.
func TestFilesAreFoundByAnyPartOfTheirName(t *testing.T) {
	t.Parallel()
	s := shelves(t, 2, "银川市行政执法案卷.pdf", "100%达标_说明.docx", `A&B "合同" <1>.pdf`, "Report 2020.PDF")
	for text, want := range map[string]string{
		"执法": "银川市行政执法案卷.pdf", "银川执法": "银川市行政执法案卷.pdf", "案卷 银川": "银川市行政执法案卷.pdf",
		"100%": "100%达标_说明.docx", "_": "100%达标_说明.docx", "a&b": `A&B "合同" <1>.pdf`, `"合同"`: `A&B "合同" <1>.pdf`, "<1>": `A&B "合同" <1>.pdf`,
		"REPORT": "Report 2020.PDF", "吴忠": "", "sha": "", "pdf 2020": "Report 2020.PDF",
	} {
		if got := strings.Join(found(t, s, text, 9), ","); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := found(t, s, ".", 2); len(got) != 2 {
		t.Errorf("two at most: got %q", got)
	}
}

// BenchmarkFindAmongFiles looks for one file among 27 dossiers of 3,000.
func BenchmarkFindAmongFiles(b *testing.B) {
	names := make([]string, 3000)
	for n := range names {
		names[n] = fmt.Sprintf("第%d项佐证材料之%04d.pdf", n%100+1, n)
	}
	s := shelves(b, 27, names...)
	for b.Loop() {
		if got := found(b, s, "之2999", 100); len(got) != 26 {
			b.Fatalf("got %d", len(got))
		}
	}
}
