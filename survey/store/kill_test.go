package store_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// childPath names the database in the environment of the process that the kill
// test starts: this test binary, running TestIntakeUntilKilled only.
const childPath = "MINYI_TEST_INTAKE_CHILD"

// TestIntakeUntilKilled is the child of TestKillLosesNothingAcknowledged: it
// stores answers without end and prints the link of each that was acknowledged.
func TestIntakeUntilKilled(t *testing.T) {
	path := os.Getenv(childPath)
	if path == "" {
		t.Skip("runs as the child of TestKillLosesNothingAcknowledged")
	}
	h := open(t, path)
	var serial atomic.Uint32
	lines := make(chan uint32, 1024)
	for range 32 {
		go func() {
			for {
				one := serial.Add(1)
				if _, err := h.intake.Put(t.Context(), answer(one)); err != nil {
					t.Errorf("link %d: %v", one, err)
					return
				}
				lines <- one
			}
		}()
	}
	for one := range lines {
		if _, err := fmt.Fprintf(os.Stdout, "ack %d\n", one); err != nil {
			return
		}
	}
}

func TestKillLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	const rounds = 3
	for round := range rounds {
		path := filepath.Join(t.TempDir(), "survey.db")
		acknowledged := killed(t, path, 200*time.Millisecond+time.Duration(round)*70*time.Millisecond)
		if len(acknowledged) == 0 {
			t.Fatal("the child acknowledged nothing")
		}
		h := open(t, path)
		stored := h.number(t, allAnswers)
		for _, serial := range acknowledged {
			if !h.intake.Spent(1, serial) {
				t.Errorf("round %d: link %d was acknowledged and is not spent", round, serial)
			}
		}
		spent := 0
		for serial := range uint32(stored + 10_000) {
			if h.intake.Spent(1, serial) {
				spent++
			}
		}
		if stored < len(acknowledged) || stored != spent || stored != h.number(t, allKeys) {
			t.Errorf("round %d: got %d acknowledged, %d stored, %d spent, %d keys", round, len(acknowledged), stored, spent, h.number(t, allKeys))
		}
		var whole string
		if err := h.db.Reader().QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&whole); err != nil || whole != "ok" {
			t.Errorf("round %d: integrity: %s, %v", round, whole, err)
		}
		h.close(t)
	}
}

// killed runs the child for a while, kills it with SIGKILL and returns the links
// whose acknowledgement was read.
func killed(t *testing.T, path string, after time.Duration) (acknowledged []uint32) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestIntakeUntilKilled$", "-test.v")
	child.Env = append(os.Environ(), childPath+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "ack ")
		if !ok {
			continue
		}
		serial, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			continue // the last line may be cut short by the kill
		}
		if acknowledged = append(acknowledged, uint32(serial)); len(acknowledged) == 1 {
			time.AfterFunc(after, func() {
				if err := child.Process.Kill(); err != nil {
					t.Errorf("kill: %v", err)
				}
			})
		}
	}
	if err := child.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	return acknowledged
}
