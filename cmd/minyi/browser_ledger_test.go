package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// A leaf is found by its code without scripts; its receipt and proof are checked by
// the page, and by the same page saved as a file, without any server: right ones, one
// with another leaf's proof, one with a changed signature, one without keys.
func TestBrowserAReceiptIsCheckedFromASavedFile(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	t.Parallel()
	walker.Need(t)
	h, at := atAddress(t, nil)
	leaves := digests(0, 41)
	grow(t, h, leaves)
	plain := walker.Open(t, at.String(), walker.Options{Screen: walker.Phone()})
	plain.Go("/ledger?lang=en")
	plain.Fill("#code", leaves[3].Code())
	plain.Press("#find-form button")
	if got := plain.Text(".found"); !strings.Contains(got, leaves[3].String()) || !strings.Contains(got, "of a log of 41") {
		t.Errorf("found: got %q, want the leaf of 41", got)
	}
	file := ledgerFiles(t, h)
	p := walker.Open(t, at.String(), walker.Options{Screen: walker.Desk(), Script: true})
	p.Go("/ledger/check?lang=en")
	judge(t, p, file, "receipt", "proof", "right")
	if walls := p.Barriers(); len(walls) > 0 {
		t.Errorf("the page has barriers: %v", walls)
	}
	saved := newBrowser(t, h).get("/ledger/checker.html?lang=en")
	if err := os.WriteFile(file("checker.html"), []byte(saved.body), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Go("file://" + file("checker.html"))
	judge(t, p, file, "receipt", "proof", "right")
	judge(t, p, file, "receipt", "other", "wrong")
	judge(t, p, file, "forged", "proof", "wrong")
	judge(t, p, file, "pasted", "proof", "right")
	judge(t, p, file, "proof", "receipt", "unread")
	p.Fill("#keys", "")
	judge(t, p, file, "receipt", "proof", "partly")
	for _, asked := range p.TakeTroubles() {
		if !strings.HasSuffix(asked, "/checker.html") {
			t.Errorf("the saved page asks for something: %s", asked)
		}
	}
}

// judge checks a receipt and a proof on the page and demands its verdict.
func judge(t *testing.T, p *walker.Page, file func(string) string, receipt, proof, want string) {
	t.Helper()
	p.Upload("#receipt-file", file(receipt))
	p.Upload("#proof-file", file(proof))
	walker.Look[bool](p, `delete document.querySelector("#result").dataset.verdict`)
	p.Click("#run")
	p.Wait("#result[data-verdict]")
	if got := p.Attribute("#result", "data-verdict"); got != want {
		t.Errorf("%s with %s: got %s, want %s\n%s", receipt, proof, got, want, p.Text("#result"))
	}
}

// ledgerFiles writes a leaf's receipt and proof, another leaf's proof, and the receipt
// with a changed signature.
func ledgerFiles(t *testing.T, h *house) func(name string) string {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	keep := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(file(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	leaves := digests(0, 41)
	_, receipt, err := h.logs.Promise(t.Context(), leaves[3])
	if err != nil {
		t.Fatal(err)
	}
	keep("receipt", receipt)
	keep("pasted", []byte("\ufeff\r\n  "+strings.ReplaceAll(string(receipt), "\n", " \r\n")))
	keep("forged", []byte(strings.Replace(string(receipt), "in-log-by 2", "in-log-by 3", 1)))
	for name, leaf := range map[string]int{"proof": 3, "other": 4} {
		one, err := h.logs.Prove(t.Context(), judged, leaves[leaf])
		if err != nil {
			t.Fatal(err)
		}
		keep(name, []byte(one.Text()))
	}
	return file
}
