package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// filesFolder names the data folder in the environment of the process that the
// test below kills: this test binary, running TestServeFilesUntilKilled only.
const filesFolder = "MINYI_TEST_FILES_CHILD"

// TestServeFilesUntilKilled is the child of TestKillKeepsEveryPieceOfAFile: it
// serves a folder as `minyi serve` does, but for the clock, which stands in the
// filing window.
func TestServeFilesUntilKilled(t *testing.T) {
	dir := os.Getenv(filesFolder)
	if dir == "" {
		t.Skip("runs as the child of TestKillKeepsEveryPieceOfAFile")
	}
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h, err := build(t.Context(), setup{config: config{base: "https://minyi.example"}, dir: dir, now: testNow, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(os.Stdout, "\nserving http://%s\n", l.Addr()); err != nil {
		t.Fatal(err)
	}
	if err := h.run(t.Context(), l); err != nil {
		t.Error(err)
	}
}

// sender is a browser that sends a file in parts.
type sender struct {
	t      *testing.T
	client *http.Client
	token  string
}

func (s *sender) ask(method, address string, body io.Reader, header map[string]string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(s.t.Context(), method, address, body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Tus-Resumable", "1.0.0")
	r.Header.Set("X-Csrf-Token", s.token)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	res, err := s.client.Do(r)
	if err == nil {
		raw, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		res.Body = io.NopCloser(bytes.NewReader(raw))
	}
	return res, err
}

// page returns the form token of a page.
func (s *sender) page(address string) string {
	res, err := s.ask(http.MethodGet, address, nil, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	raw, _ := io.ReadAll(res.Body)
	return csrfIn(string(raw))
}

// signIn signs in at a server that has just started.
func (s *sender) signIn(base string) {
	form := url.Values{"csrf": {s.page(base + "/login")}, "name": {"xixia"}, "password": {testPassword}}
	res, err := s.ask(http.MethodPost, base+"/login", bytes.NewBufferString(form.Encode()), map[string]string{"Content-Type": "application/x-www-form-urlencoded", "X-Csrf-Token": form.Get("csrf")})
	if err != nil || res.StatusCode >= http.StatusBadRequest {
		s.t.Fatalf("sign in: %v, %v", res, err)
	}
	s.token = s.page(base + filesDesk + "/exhibits")
}

// served starts the child and returns its address.
func served(t *testing.T, dir string) (cmd *exec.Cmd, base string) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServeFilesUntilKilled$", "-test.v")
	cmd.Env = append(os.Environ(), filesFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if base, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return cmd, base
		}
	}
	t.Fatalf("the child does not serve: %v", cmd.Wait())
	return nil, ""
}

// What the server has said to have come is there after a kill -9 in the middle of
// the next piece, and the file ends whole.
func TestKillKeepsEveryPieceOfAFile(t *testing.T) {
	t.Parallel()
	h := houseOfFiles(t)
	dir := h.dir
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &sender{t: t, client: &http.Client{Jar: jar, Timeout: time.Minute}}
	body := largePDF(4 << 20)
	cmd, base := served(t, dir)
	s.signIn(base)
	b := base64.StdEncoding.EncodeToString
	meta := "filename " + b([]byte("a.pdf")) + ",indicator " + b([]byte("1"))
	res, err := s.ask(http.MethodPost, base+filesDesk+"/uploads", nil, map[string]string{"Upload-Length": strconv.Itoa(len(body)), "Upload-Metadata": meta})
	if err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("creation: %v, %v", res, err)
	}
	path := res.Header.Get("Location")
	promised := 0
	for promised < len(body) {
		end := min(promised+300_000, len(body))
		var from io.Reader = bytes.NewReader(body[promised:end])
		killing := promised >= 1<<20 && cmd != nil
		if killing { // half of the piece has gone up when the server is killed
			from = io.MultiReader(bytes.NewReader(body[promised:promised+100_000]), killer{cmd}, bytes.NewReader(body[promised+100_000:end]))
		}
		r, err := s.patch(base+path, from, promised, end-promised)
		if !killing {
			if err != nil || r.StatusCode != http.StatusNoContent {
				t.Fatalf("piece: %v, %v", r, err)
			}
			promised = end
			continue
		}
		_ = cmd.Wait()
		cmd = nil
		var again *exec.Cmd
		again, base = served(t, dir)
		t.Cleanup(func() { _ = again.Process.Kill(); _ = again.Wait() })
		s.signIn(base)
		res, err := s.ask(http.MethodHead, base+path, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		held, err := strconv.Atoi(res.Header.Get("Upload-Offset"))
		if err != nil || held < promised || held > end {
			t.Fatalf("got %d bytes after the kill, %v, want at least the %d that were promised", held, err, promised)
		}
		promised = held
	}
	res, err = s.ask(http.MethodGet, base+filesDesk+"/exhibits", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := io.ReadAll(res.Body)
	if !bytes.Contains(raw, []byte("a.pdf")) || !bytes.Contains(raw, []byte(sumOf(body)[:12])) {
		t.Error("the page does not have the file with its digest")
	}
}

func (s *sender) patch(address string, from io.Reader, offset, length int) (*http.Response, error) {
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPatch, address, from)
	if err != nil {
		s.t.Fatal(err)
	}
	r.ContentLength = int64(length)
	for k, v := range map[string]string{
		"Tus-Resumable": "1.0.0", "X-Csrf-Token": s.token, "Upload-Offset": strconv.Itoa(offset), "Content-Type": "application/offset+octet-stream",
	} {
		r.Header.Set(k, v)
	}
	res, err := s.client.Do(r)
	if err == nil {
		_ = res.Body.Close()
	}
	return res, err
}

// killer kills a process when it is read, and gives nothing.
type killer struct{ cmd *exec.Cmd }

func (k killer) Read([]byte) (int, error) {
	_ = k.cmd.Process.Kill()
	return 0, io.EOF
}

func sumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
