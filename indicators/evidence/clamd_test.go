package evidence_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

// daemon starts the machine's own clamd (Debian: clamav-daemon) with one signature, that
// of the EICAR text, and returns its socket and what stops it.
func daemon(t *testing.T) (socket string, stop func()) {
	t.Helper()
	at, err := exec.LookPath("clamd")
	if err != nil {
		if at, err = exec.LookPath("/usr/sbin/clamd"); err != nil {
			t.Skip("clamd is not installed (Debian: clamav-daemon)")
		}
	}
	dir := t.TempDir()
	socket = filepath.Join(dir, "clamd.sock")
	config := fmt.Sprintf("LocalSocket %s\nDatabaseDirectory %s\nForeground yes\nStreamMaxLength 8M\nLogFile %s\nTemporaryDirectory %s\n", socket, dir, filepath.Join(dir, "log"), dir)
	for name, text := range map[string]string{
		"clamd.conf": config,
		"one.ndb":    "Eicar-Text:0:*:" + hex.EncodeToString([]byte(eicar())) + "\n", // name, kind, place, bytes
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), at, "--config-file", filepath.Join(dir, "clamd.conf"))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	stop = func() {
		_ = cmd.Process.Kill()
		done <- <-done
	}
	t.Cleanup(stop)
	var dialer net.Dialer
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if conn, err := dialer.DialContext(t.Context(), "unix", socket); err == nil {
			_ = conn.Close()
			return socket, stop
		}
		if time.Now().After(end) {
			t.Fatalf("clamd does not answer: %s", said.String())
		}
	}
}

// TestS36ClamAVItselfFindsTheTestText: ClamAV's own daemon finds the EICAR text as it
// stands and packed into a document; when the daemon has gone, nothing is taken.
func TestS36ClamAVItselfFindsTheTestText(t *testing.T) {
	t.Parallel()
	socket, stop := daemon(t)
	scanner, err := evidence.ParseClamd("unix:" + socket)
	if err != nil {
		t.Fatal(err)
	}
	folder, dir := open(t, evidence.DefaultLimits())
	folder.Guard(scanner, false)
	put := func(text string) (evidence.File, error) {
		return folder.Put(t.Context(), "a.pdf", bytes.NewReader(pdf(text)))
	}
	_, err = put(eicar())
	if !errors.Is(err, fault.New(fault.Invalid, "evidence.virus")) || !strings.HasPrefix(fault.All(err)[0].Params["virus"], "Eicar-Text") {
		t.Errorf("got %v, want evidence.virus with clamd's name for it", err)
	}
	for _, clean := range []string{"a plain report", eicar()[1:], strings.Repeat("clean ", 700_000)} {
		if got, err := put(clean); err != nil || got.Scan != evidence.Clean {
			t.Errorf("%d characters: got %+v, %v, want them clean", len(clean), got, err)
		}
	}
	before := len(files(t, dir))
	stop()
	if _, err := put("another report"); !errors.Is(err, fault.New(fault.Unavailable, "evidence.unscanned")) {
		t.Errorf("without the daemon: got %v, want evidence.unscanned", err)
	}
	if left := files(t, dir); len(left) != before {
		t.Errorf("left behind: %v", left)
	}
}
