package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/event"
	"minyi/survey/ledger"
)

// size is how many leaves the log of events has.
func (h *house) eventLeaves(t *testing.T) int64 {
	t.Helper()
	standing, err := h.events.Log.Standing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return standing.Size
}

// happens records acts of one kind.
func happens(t *testing.T, h *house, n int, action string) {
	t.Helper()
	for i := range n {
		e := audit.Entry{At: h.events.Now(), Actor: "office1", Role: "office", Action: action, Object: fmt.Sprintf("round/%d", i), After: `{"n":1}`}
		if err := h.programme.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// The log of events grows by the same number every day, whatever happened and however
// often it is looked after: neither its size nor its times tell what is sealed (C29,
// C97). What is too much comes the next day, and a stop in the middle loses nothing.
func TestC97TheLogOfEventsGrowsAlikeEveryDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	now := testNow()
	h.events.Now = func() time.Time { return now }
	tend := func() {
		t.Helper()
		if err := h.events.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	waiting := func() int {
		t.Helper()
		rows, err := h.events.Store.Rows(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		return len(rows)
	}
	tend()
	for day, row := range []struct {
		acts, again, left int // left: what waits for the next day
	}{{0, 1, 0}, {3, 2, 3}, {event.PerDay + 20, 1, event.PerDay + 20}, {0, 1, 22}, {0, 3, 0}} {
		now = testNow().AddDate(0, 0, day)
		tend() // the day begins
		happens(t, h, row.acts, "naming.confirm")
		for range row.again {
			tend()
		}
		if got, want := h.eventLeaves(t), int64(event.PerDay*(day+1)); got != want {
			t.Errorf("day %d with %d acts: got %d leaves, want %d", day, row.acts, got, want)
		}
		if got := waiting(); got != row.left {
			t.Errorf("day %d: got %d acts waiting, want %d", day, got, row.left)
		}
	}
	now = now.AddDate(0, 0, 3) // the service stood still for two days
	happens(t, h, 1, "naming.confirm")
	tend()
	tend()
	if wrong, err := h.examineLogs(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("got %v, %v, want nothing wrong", wrong, err)
	}
}

// handedIn is a sheet that was handed in, as it stands in the trail, and its receipt.
func (h *house) handedIn(t *testing.T) (content string, receipt event.Receipt, file []byte) {
	t.Helper()
	content = `{"edits":3,"opinion":"总体良好"}`
	sum := sha256.Sum256([]byte(content))
	e := audit.Entry{
		At: testNow(), Actor: "li", Role: "assessor", Action: "sheet.submit", Object: "evaluation/2020-640104-comprehensive/li",
		After: fmt.Sprintf(`{"digest":%q,"total":"91.00"}`, hex.EncodeToString(sum[:])),
	}
	if err := h.programme.Record(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	receipt, err := h.events.Receipt(t.Context(), e.Action, e.Object, []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	if file, err = receipt.JSON(); err != nil {
		t.Fatal(err)
	}
	return content, receipt, file
}

// Whoever holds a receipt finds his act, with a proof that another program checks; a
// receipt that was changed, and one of another service, are refused (C28).
func TestC28AReceiptLeadsToItsLeafAndItsProof(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	content, receipt, file := h.handedIn(t)
	sum := sha256.Sum256([]byte(content))
	b := newBrowser(t, h)
	ask := func(text string) reply {
		t.Helper()
		return b.post("/events", url.Values{"csrf": {csrfIn(b.get("/events").body)}, "receipt": {text}})
	}
	if got := ask(string(file)); got.status != http.StatusOK || !strings.Contains(got.body, "等待写入") || !strings.Contains(got.body, "一字不差") {
		t.Errorf("before the day's leaves: %d\n%s", got.status, got.body)
	}
	if err := h.events.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := ask(string(file)); !strings.Contains(got.body, "已在公开日志中") || !strings.Contains(got.body, receipt.Leaf) {
		t.Errorf("in the log: %d\n%s", got.status, got.body)
	}
	for name, text := range map[string]string{
		"another mark":   strings.Replace(string(file), `\"edits\":3`, `\"edits\":4`, 1),
		"another time":   strings.Replace(string(file), "2020-08-15", "2020-08-14", 1),
		"no receipt":     `{"schema":"other"}`,
		"another leaf":   strings.Repeat("ab", sha256.Size),
		"the sheet only": hex.EncodeToString(sum[:]), // nobody finds a sheet by guessing it
	} {
		if got := ask(text); got.status < 400 || strings.Contains(got.body, "event-found") {
			t.Errorf("%s: got %d\n%.2000s", name, got.status, got.body)
		}
	}
	proves(t, h, receipt)
}

// proves checks the proof as a stranger does: with the receipt, the log's keys and
// nothing else.
func proves(t *testing.T, h *house, receipt event.Receipt) {
	t.Helper()
	leaf, err := receipt.Event.Leaf(receipt.Origin)
	if err != nil {
		t.Fatal(err)
	}
	place, err := h.events.Log.Place(t.Context(), leaf)
	if err != nil || !place.Logged {
		t.Fatalf("got %+v, %v, want it in the log", place, err)
	}
	standing, err := h.events.Log.Standing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	proof, err := ledger.ParseProof(place.Proof)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ledger.NewVerifier(standing.Keys[0])
	if err != nil {
		t.Fatal(err)
	}
	signed, err := ledger.OpenCheckpoint(proof.Checkpoint, key)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.CheckInclusion(proof.Hashes, signed.Size, signed.Root, proof.Index, ledger.Leaf(ledger.Commitment(leaf))); err != nil {
		t.Error(err)
	}
	leaf[0] ^= 1
	if err := ledger.CheckInclusion(proof.Hashes, signed.Size, signed.Root, proof.Index, ledger.Leaf(ledger.Commitment(leaf))); err == nil {
		t.Error("another leaf is proven by the same proof")
	}
}
