package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"log/slog"
	"net"
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
	"minyi/cmd/internal/speech"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/store"
	"minyi/survey/ledger"
	"minyi/web/view"
)

// atAddress is a house at an address, for commands that ask it from outside.
func atAddress(t *testing.T, key []byte, witness ...string) (*house, *url.URL) {
	t.Helper()
	dir := t.TempDir()
	dbtest.Place(t, "programme", filepath.Join(dir, programmeFile), store.Open)
	dbtest.Place(t, "survey", filepath.Join(dir, surveyFile), openSurveyHalf)
	if key != nil {
		if err := os.WriteFile(filepath.Join(dir, keyFile), key, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h, err := build(t.Context(), setup{
		config: config{base: "https://minyi.example", witness: witness}, dir: dir, now: testNow, log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	go func() { done <- h.run(ctx, l) }()
	t.Cleanup(func() {
		stop()
		<-done
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, &url.URL{Scheme: "http", Host: l.Addr().String()}
}

// judged is a log that nothing but its test writes to.
const judged = "judged"

// digests are leaves of it, the same in every run.
func digests(first, n int) []ledger.Commitment {
	out := make([]ledger.Commitment, n)
	for i := range out {
		out[i] = sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(first+i)))
	}
	return out
}

// grow puts leaves into that log of a house.
func grow(t *testing.T, h *house, leaves []ledger.Commitment) {
	t.Helper()
	if err := h.logs.Pend(t.Context(), judged, leaves...); err != nil {
		t.Fatal(err)
	}
	if _, err := h.logs.Append(t.Context(), judged); err != nil {
		t.Fatal(err)
	}
}

// command runs a command line and returns its exit status and what it said.
func command(t *testing.T, args ...string) (int, string) {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	root := rootCommand()
	speech.Fill(root, texts, view.English)
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs(append(args, "--lang", "en"))
	return run(t.Context(), root), out.String()
}

// wants runs a command line and demands its exit status and words of its answer.
func wants(t *testing.T, status int, words string, args ...string) {
	t.Helper()
	if got, said := command(t, args...); got != status || !strings.Contains(said, words) {
		t.Errorf("%s: got %d, want %d with %q\n%s", strings.Join(args, " "), got, status, words, said)
	}
}

// A witness signs what grows, and its signature is published; from the folder that it
// copied everything is checked without the server; whoever shows a second history, a
// shorter one or a changed file is found out.
func TestAWitnessSignsWhatGrowsAndNoSecondHistory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	_, line, err := publiclog.LoadSigner(file("key"), "witness.example", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	h, first := atAddress(t, nil, line)
	liar, second := atAddress(t, h.key, line) // the same keys, another history
	var shown atomic.Pointer[url.URL]
	shown.Store(first)
	front := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(shown.Load()) }})
	t.Cleanup(front.Close)
	turn := []string{"witness", "--url", front.URL, "--log", judged, "--key", file("key"), "--state", file("state"), "--post"}
	grow(t, h, digests(0, 300))
	grow(t, liar, digests(1000, 330))
	wants(t, 0, judged+": signed at 300 leaves, 0 before", turn...)
	grow(t, h, digests(300, 20))
	wants(t, 0, judged+": signed at 320 leaves, 300 before", turn...)
	_, p, err := h.logs.Checkpoint(t.Context(), judged)
	if err != nil || len(p.Cosignatures) != 1 || !strings.Contains(p.Cosignatures[0], "witness.example") {
		t.Errorf("published under the checkpoint: got %q, %v, want the witness's line", p.Cosignatures, err)
	}
	shown.Store(second)
	wants(t, exitNo, "NOT signed", turn...)
	shown.Store(first)
	wants(t, 0, judged+": signed at 320 leaves, 320 before", turn...)

	mirror := []string{"witness", "--url", front.URL, "--log", judged, "--mirror", file("log")}
	wants(t, 0, "files copied", mirror...)
	grow(t, h, digests(320, 30))
	wants(t, 0, "files copied", mirror...)
	wants(t, 0, "350 leaves", "verify", "log", file("log"))
	provenReceipts(t, h, front.URL, file)
	for _, name := range []string{"tile/entries/000", "tile/0/000", "checkpoint", "history/320"} {
		damaged(t, filepath.Join(file("log"), filepath.FromSlash(name)), func() { wants(t, exitNo, "", "verify", "log", file("log")) })
	}
}

// provenReceipts checks the receipt of a leaf, by the address and by the folder.
func provenReceipts(t *testing.T, h *house, base string, file func(string) string) {
	t.Helper()
	_, receipt, err := h.logs.Promise(t.Context(), digests(7, 1)[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file("receipt"), receipt, 0o600); err != nil {
		t.Fatal(err)
	}
	good := "commitment " + digests(7, 1)[0].String() + " is leaf"
	wants(t, 0, good, "verify", "receipt", file("receipt"), "--url", base)
	wants(t, 0, good, "verify", "receipt", file("receipt"), "--log", file("log"))
	wants(t, 0, good, "verify", "receipt", file("receipt"), "--log", file("log"), "--keys", filepath.Join(file("log"), "keys"))
	wants(t, exitUsage, "", "verify", "receipt", file("receipt"))
	wants(t, exitUsage, "", "verify", "receipt")
	damaged(t, file("receipt"), func() { wants(t, exitNo, "", "verify", "receipt", file("receipt"), "--url", base) })
	res, err := http.Get(base + "/ledger/promise/" + digests(9999, 1)[0].String())
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("a promise for nobody's commitment: got %s, want 404", res.Status)
	}
}

// damaged changes one byte in the middle of a file's first 200, and changes it back.
func damaged(t *testing.T, path string, then func()) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.Clone(raw)
	bad[min(100, len(bad)/2)] ^= 1
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	then()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
