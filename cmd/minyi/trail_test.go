package main

import (
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/audit"
)

// entryless are the tables that change without an entry in the trail, with the reason.
// Everything else that is stored is somebody's act, and its entry is stored with it or
// nothing is (S50).
func entryless() map[string]string {
	return map[string]string{
		"intake":   "residents' answers: an entry each would tell when who answered",
		"response": "answers that are re-filed", "spoiled": "answers opened as a check, of nobody known; the public log counts them", "paradata": "traces that are re-filed", "draft": "residents' drafts",
		"ledger_pending": "commitments follow from answers", "ledger_leaf": "the public log is its own record", "ledger_tile": "the public log is its own record",
		"ledger_log": "the public log is its own record", "ledger_checkpoint": "the public log is its own record",
		"session": "that a session was used; sign-in and sign-out are entries", "message": "messages follow from acts", "message_copy": "a message was read",
		"outbox": "deliveries", "event": "follows from the trail", "event_batch": "follows from the trail", "event_read": "follows from the trail",
		"review_run": "what a program said of answers; what people do about it are entries", "frame_page": "pages of a frame, whose import is an entry",
		"uploads": "parts of a file; the file itself is an entry", "job": "how far background work has come; its beginning, end and use are entries",
	}
}

// untrailed collects, from now on, which tables of a world change without an entry.
func (w *world) untrailed() func() []string {
	var mu sync.Mutex
	seen := map[string]bool{}
	tell := func(table string) {
		mu.Lock()
		defer mu.Unlock()
		seen[table] = true
	}
	w.h.programme.Untrailed(tell)
	w.h.survey.Untrailed(tell)
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Sorted(maps.Keys(seen))
	}
}

// everyChangeIsLogged demands that what changed without an entry is on the list: the
// round that was played has passed nearly every form (S50).
func everyChangeIsLogged(t *testing.T, bare []string) {
	t.Helper()
	known := entryless()
	for _, table := range bare {
		if known[table] == "" {
			t.Errorf("table %s changes without an entry in the trail; write one, or say why none is due", table)
		}
	}
	if !slices.Contains(bare, "intake") && !slices.Contains(bare, "response") {
		t.Error("no table changed without an entry, not even the answers': what is this test looking at?")
	}
}

// Where the entry cannot be written nothing else is: people are not signed in, no
// account is made or closed, and no form of any door changes a table (S51).
func TestS51WithoutItsEntryNothingIsDone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	people := staff(t, h)
	const refuse = `CREATE TRIGGER no_entry BEFORE INSERT ON trail BEGIN SELECT RAISE(ABORT, 'no room for an entry'); END`
	edit(t, filepath.Join(h.dir, programmeFile), refuse)
	edit(t, filepath.Join(h.dir, surveyFile), refuse)
	w := &world{t: t, dir: h.dir}
	before := w.tables(t)
	if _, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: "late", Role: access.Office, Password: testPassword}); err == nil {
		t.Error("an account was made without an entry")
	}
	if err := h.access.Disable(t.Context(), access.Command("test"), "a-office", true); err == nil {
		t.Error("an account was closed without an entry")
	}
	b := newBrowser(t, h)
	got := b.post("/login", url.Values{"csrf": {csrfIn(b.get("/login").body)}, "name": {"a-office"}, "password": {testPassword}})
	if got.status < http.StatusInternalServerError || strings.Contains(got.body, "no room") {
		t.Errorf("signed in without an entry: got %d", got.status)
	}
	form := url.Values{"csrf": {csrfIn(people[access.Secadmin].get("/accounts").body)}, "name": {"later"}, "role": {"office"}}
	if got := people[access.Secadmin].post("/accounts", form); got.status < 400 {
		t.Errorf("an account by the page: got %d", got.status)
	}
	for name, was := range before {
		if now := w.tables(t)[name]; now != was {
			t.Errorf("table %s changed without an entry", name)
		}
	}
}

// Line ends and escapes in what people type make no second line of the trail (S51).
func TestS51NoTextForgesALineOfTheTrail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	auditor := staff(t, h)[access.Auditor]
	forged := "ok\r\n<tr><td>2020-01-01 somebody naming.decide\x1b[2K\u202e"
	e := audit.Entry{At: testNow(), Actor: "li", Role: "office", Action: "round.adjust", Object: "round/2020", Reason: forged}
	if err := h.programme.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	page := auditor.get("/office/trail")
	if page.status != http.StatusOK || strings.Contains(page.body, "<tr><td>2020-01-01") || !strings.Contains(page.body, "&lt;tr&gt;") {
		t.Errorf("got %d, want the text as text", page.status)
	}
	if err := h.programme.CheckTrail(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: "li\r\nwang", Role: access.Office, Password: testPassword}); err == nil {
		t.Error("a name with a line end was taken")
	}
}
