package copies_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/copies"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/fault"
	"minyi/indicators/store"
)

// service keeps its account in a real store, at a clock by hand.
func service(t *testing.T) (s *copies.Service, half *store.Store, now *time.Time) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "programme.db")
	dbtest.Place(t, "programme", path, store.Open)
	half, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := half.Close(); err != nil {
			t.Error(err)
		}
	})
	at, n := time.Date(2020, 9, 15, 1, 0, 0, 0, time.UTC), 0
	serial := func() (string, error) { n++; return fmt.Sprintf("E-%010d", n), nil }
	return copies.New(copies.Config{Store: half, Now: func() time.Time { return at }, NewSerial: serial}), half, &at
}

func TestS45ALeakedCopyLeadsToWhoTookIt(t *testing.T) {
	t.Parallel()
	s, _, now := service(t)
	li, auditor := access.Actor{Name: "li", Role: access.Office}, access.Actor{Name: "shen", Role: access.Auditor}
	small, large := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	first := copies.Copy{Serial: "E-0000000001", Purpose: "核对", Path: "/office/evaluation/agreement/file", File: "agreement.csv", Way: "marked", Bytes: 9, Digest: small}
	second := copies.Copy{Serial: "E-0000000002", Purpose: "归档", Path: "/evaluate/x", File: "a.pdf", Way: "kept"}
	if err := s.Handed(t.Context(), li, first); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Hour)
	if err := s.Handed(t.Context(), li, second); err != nil {
		t.Fatal(err)
	}
	if err := s.Sent(t.Context(), li, second.Serial, large, 3<<20); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]copies.Copy{" e-0000000001 ": first, strings.ToUpper(small): first, large: second, second.Serial: second} {
		found, err := s.Find(t.Context(), auditor, what)
		if err != nil || len(found) != 1 {
			t.Errorf("%s: got %+v, %v, want one copy", what, found, err)
			continue
		}
		if f := found[0]; f.Serial != want.Serial || f.Reader != "li" || f.Purpose != want.Purpose || f.Path != want.Path || f.File != want.File || f.Digest == "" || f.At.IsZero() {
			t.Errorf("%s: got %+v, want %+v", what, f, want)
		}
	}
	for what, code := range map[string]string{"E-0000000009": "copy.unknown", strings.Repeat("0", 64): "copy.unknown", "E-1": "copy.what", "%": "copy.what"} {
		if _, err := s.Find(t.Context(), auditor, what); !refused(err, code) {
			t.Errorf("%s: got %v, want %s", what, err, code)
		}
	}
	if _, err := s.Find(t.Context(), access.Actor{Name: "wang", Role: access.Agency}, first.Serial); !refused(err, "access.role") {
		t.Errorf("the agency: got %v, want access.role", err)
	}
}

func TestS50AReadingIsOneEntryInTenMinutes(t *testing.T) {
	t.Parallel()
	s, half, now := service(t)
	read := func(name, path string) string {
		t.Helper()
		by := access.Actor{Name: name, Role: access.Office}
		r, err := s.Reading(by, path)
		if err != nil {
			t.Fatal(err)
		}
		r.Shows, r.Purpose = "rank", "work"
		if err := s.Read(t.Context(), by, r); err != nil {
			t.Fatal(err)
		}
		return r.Serial
	}
	entries := func() int {
		t.Helper()
		all, err := half.Trail(t.Context(), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	first := read("li", "/office/ranking")
	*now = now.Add(10*time.Minute - 1)
	if again := read("li", "/office/ranking"); again != first || entries() != 1 {
		t.Errorf("within ten minutes: got %s and %d entries, want %s and one", again, entries(), first)
	}
	read("li", "/office/notice")
	read("wang", "/office/ranking")
	*now = now.Add(time.Minute)
	if later := read("li", "/office/ranking"); later == first || entries() != 4 {
		t.Errorf("after eleven minutes, another page and another person: got %s and %d entries, want a new one and 4", later, entries())
	}
	*now = now.Add(-time.Hour)
	if read("li", "/office/ranking"); entries() != 5 {
		t.Errorf("a clock that was set back: got %d entries, want one more", entries())
	}
	if _, err := copies.Purpose(strings.Repeat("字", 201)); !refused(err, "copy.purpose") {
		t.Errorf("a long purpose: got %v", err)
	}
	if got, err := copies.Purpose(" a \n b "); err != nil || got != "a b" {
		t.Errorf("got %q, %v", got, err)
	}
}

func refused(err error, code string) bool {
	all := fault.All(err)
	return len(all) == 1 && all[0].Code == code
}
