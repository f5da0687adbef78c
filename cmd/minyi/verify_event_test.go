package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever holds the receipt of a sheet proves away from the server what he filed: by the
// log's address and by a copy of the log. A receipt that was changed in any part, one of
// another service, and one whose act is in no log, are answered with no (C28).
func TestC28AReceiptWithItsContentIsVerifiedByTheCommand(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	front := httptest.NewServer(h.served(t))
	t.Cleanup(front.Close)
	content, receipt, text := h.handedIn(t)
	dir := t.TempDir()
	kept := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := kept("receipt.json", string(text))
	wants(t, exitNo, "", "verify", "receipt", file, "--url", front.URL) // the log holds nothing yet
	if err := h.events.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	const word = "word for word what was filed (sheet.submit, evaluation/2020-640104-comprehensive/li)"
	wants(t, 0, word, "verify", "receipt", file, "--url", front.URL)
	wants(t, 0, "files copied", "witness", "--url", front.URL, "--log", "events", "--mirror", filepath.Join(dir, "log"))
	wants(t, 0, word, "verify", "receipt", file, "--log", filepath.Join(dir, "log"))
	wants(t, 0, "is leaf", "verify", "receipt", file, "--log", filepath.Join(dir, "log"), "--keys", filepath.Join(dir, "log", "keys"))
	bare := receipt
	bare.Content = ""
	text, err := bare.JSON()
	if err != nil {
		t.Fatal(err)
	}
	wants(t, 0, "holds no content", "verify", "receipt", kept("bare.json", string(text)), "--url", front.URL)

	whole := fmt.Sprintf("%q", content)
	if text, err = receipt.JSON(); err != nil || !strings.Contains(string(text), whole[1:len(whole)-1]) {
		t.Fatalf("the receipt does not hold the sheet: %v\n%s", err, text)
	}
	for name, change := range map[string][2]string{
		"another mark":    {`\"edits\":3`, `\"edits\":4`},
		"another time":    {"2020-08-15", "2020-08-14"},
		"another person":  {"comprehensive/li", "comprehensive/wu"},
		"another service": {receipt.Origin, strings.Replace(receipt.Origin, "minyi", "other", 1)},
		"another leaf":    {receipt.Leaf, strings.Repeat("ab", sha256.Size)},
		"another form":    {"minyi-event-receipt/1", "minyi-event-receipt/2"},
		"a foreign field": {`"schema"`, `"more":1,"schema"`},
	} {
		changed := strings.Replace(string(text), change[0], change[1], 1)
		if changed == string(text) {
			t.Errorf("%s: nothing was changed", name)
		}
		for _, from := range [][]string{{"--url", front.URL}, {"--log", filepath.Join(dir, "log")}} {
			if status, said := command(t, "verify", "receipt", kept("changed.json", changed), from[0], from[1]); status != exitNo || strings.Contains(said, "word for word") {
				t.Errorf("%s, %s: got %d\n%s", name, from[0], status, said)
			}
		}
	}
}

// served is the application as a handler.
func (h *house) served(t *testing.T) http.Handler {
	t.Helper()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		res, err := h.app.Test(r, -1)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = res.Body.Close() }() // it was only read
		w.WriteHeader(res.StatusCode)
		if _, err := io.Copy(w, res.Body); err != nil {
			t.Error(err)
		}
	})
}
