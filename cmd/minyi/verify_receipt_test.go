package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"minyi/cmd/internal/publiclog"
	"minyi/indicators/fault"
)

// A signed promise whose leaf is not in the log when its time has passed is named, with
// the proof kept: the server that says "not there" is not believed, a copy proves it
// only by a witness's later signature, and an old copy accuses nobody.
func TestABrokenPromiseIsNamedWithItsProof(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	_, line, err := publiclog.LoadSigner(file("key"), "witness.example", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	h, honest := atAddress(t, nil, line)
	liar, dropping := atAddress(t, h.key, line) // the same keys, without the leaf
	grow(t, h, digests(0, 30))
	grow(t, liar, digests(1, 30))
	var shown atomic.Pointer[url.URL]
	var hides atomic.Bool
	shown.Store(dropping)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(shown.Load()) }}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hides.Load() && strings.Contains(r.URL.Path, "/proof/") {
			http.NotFound(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	_, receipt, err := h.logs.Promise(t.Context(), digests(0, 1)[0])
	if err != nil {
		t.Fatal(err)
	}
	pasted := append([]byte("\ufeff\r\n  "), bytes.ReplaceAll(receipt, []byte("\n"), []byte(" \r\n"))...)
	if err := os.WriteFile(file("receipt"), pasted, 0o600); err != nil {
		t.Fatal(err)
	}
	const early, late = "2020-08-15", "2020-09-15"
	check := func(status int, words string, more ...string) {
		t.Helper()
		wants(t, status, words, append([]string{"verify", "receipt", file("receipt")}, more...)...)
	}
	check(exitNo, "Not yet", "--url", front.URL, "--at", early)
	check(exitNo, "Broken promise", "--url", front.URL, "--at", late)
	check(exitNo, "all 30 leaves", "--url", front.URL, "--at", late, "--evidence", file("proof"))
	wants(t, 0, "30 leaves", "verify", "log", file("proof"))
	check(exitNo, "may be an old copy", "--log", file("proof"), "--at", late)

	// A witness who looked later settles it by the copy alone, whatever the clock says.
	keys, err := os.ReadFile(filepath.Join(file("proof"), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file("keys"), append(keys, line+"\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	wants(t, 0, "signed", "witness", "--url", front.URL, "--log", judged, "--key", file("key"), "--state", file("state"), "--post")
	check(exitNo, "Proof: the witness witness.example", "--url", front.URL, "--keys", file("keys"), "--at", early, "--evidence", file("proof"))
	check(exitNo, "Broken promise", "--log", file("proof"), "--keys", file("keys"), "--at", early)

	// A door that hides the leaf is found out by the log itself.
	shown.Store(honest)
	hides.Store(true)
	check(0, "Right", "--url", front.URL, "--at", late)
	forgedReceipts(t, receipt, file("proof"), keys)
}

// forgedReceipts names the signature that is wrong: each of both, and another log's key.
func forgedReceipts(t *testing.T, receipt []byte, log string, keys []byte) {
	t.Helper()
	dir := t.TempDir()
	kept := func(name string, raw []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	lines := strings.SplitAfter(string(receipt), "\n")
	first, second := len(lines)-3, len(lines)-2 // Ed25519, then SM2; the last is empty
	swapped := func(at int) []byte {
		out := append([]string(nil), lines...)
		name := strings.LastIndexByte(out[at], ' ') + 1
		sig := []byte(out[at])
		middle := name + 40
		sig[middle] = map[bool]byte{true: 'B', false: 'A'}[sig[middle] == 'A']
		out[at] = string(sig)
		return []byte(strings.Join(out, ""))
	}
	wants(t, exitNo, "", "verify", "receipt", kept("ed25519", swapped(first)), "--log", log)
	wants(t, exitNo, "", "verify", "receipt", kept("sm2", swapped(second)), "--log", log)
	own, err := publiclog.Verifiers(string(keys))
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]int{"Ed25519 ": first, "SM2 ": second} {
		_, err := publiclog.Receipt(swapped(at), own)
		var r *fault.Refusal
		if !errors.As(err, &r) || r.Code != "ledger.unsigned" || !strings.HasPrefix(r.Params["keys"], name) || strings.Contains(r.Params["keys"], ",") {
			t.Errorf("%ssignature changed: got %v, want it named alone", name, err)
		}
	}
	if _, err := publiclog.Receipt(receipt, publiclog.Of(own, "witness.example")); !errors.Is(err, fault.New(fault.Invalid, "ledger.nokey")) {
		t.Errorf("no key of this log: got %v, want ledger.nokey", err)
	}
	_, others, err := publiclog.LoadSigner(filepath.Join(dir, "key"), "witness.example", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, exitNo, "", "verify", "receipt", kept("good", receipt), "--log", log, "--keys", kept("others", []byte(others)))
}
