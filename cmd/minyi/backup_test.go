package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"minyi/cmd/internal/backup"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/store"
)

// TestF12BackupUnderLoadRestoresEveryAnswerAcknowledgedBefore lets residents
// answer while the folder is backed up again and again. Each backup is restored
// elsewhere: the doctor finds nothing, and every answer that was acknowledged
// before the backup began is in it. Both trails say what happened.
func TestF12BackupUnderLoadRestoresEveryAnswerAcknowledgedBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round up to the fieldwork")
	}
	t.Parallel()
	dir := t.TempDir()
	d := startDemo(t, dir)
	pair, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range evidenceFolders() { // somebody has looked at a picture
		at := filepath.Join(dir, folder, "previews")
		if err := errors.Join(os.MkdirAll(at, 0o700), os.WriteFile(filepath.Join(at, strings.Repeat("0", 64)+"-160.jpg"), []byte("small"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	var acknowledged []string
	seen := func() []string { mu.Lock(); defer mu.Unlock(); return slices.Clone(acknowledged) }
	var senders sync.WaitGroup
	const together = 4
	for n := range together {
		senders.Go(func() {
			for i := n; i < len(d.Residents); i += together {
				path := strings.TrimPrefix(d.Residents[i].URL, d.URL)
				if err := d.answerAtOnce(t, path); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, path)
				mu.Unlock()
			}
		})
	}
	for n := range 2 {
		for want := n * len(d.Residents) / 2; len(seen()) < want && !t.Failed(); {
			time.Sleep(time.Millisecond) // until so many have answered
		}
		before := seen()
		file := filepath.Join(t.TempDir(), "backup")
		b := &backingUp{dir: dir, lock: backup.Lock{Recipients: []string{pair.Recipient().String()}}, now: time.Now}
		if wrong, err := b.run(t.Context(), file); err != nil || len(wrong) > 0 {
			t.Fatalf("backup %d: %q, %v", n, wrong, err)
		}
		restored := filepath.Join(t.TempDir(), "restored")
		if err := restore(t.Context(), file, restored, backup.Key{Identities: pair.String()}, time.Now); err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		if err := doctor(t.Context(), restored, &said, &strings.Builder{}); err != nil {
			t.Errorf("backup %d restored: %v\n%s", n, err, &said)
		}
		goneFrom(t, restored, before)
	}
	senders.Wait()
	made, whole := trailOf(t, dir, "backup.make"), trailOf(t, dir, "backup.restore")
	if len(made) != 2 || len(whole) != 0 {
		t.Errorf("entries of the folder: %d backups and %d restores, want 2 and 0", len(made), len(whole))
	}
}

// answerAtOnce answers on one page as somebody who lives elsewhere.
func (d *runningDemo) answerAtOnce(t *testing.T, path string) error {
	t.Helper()
	p := d.person(t)
	_, page := p.open(path + "?view=all")
	_, form := formTo(t, page, "")
	fill(form, "outside", "")
	_, page = p.read(p.PostForm(p.base+path, form))
	_, err := receiptIn(page)
	return err
}

// goneFrom fails the test for every link that can still be answered in a folder.
func goneFrom(t *testing.T, dir string, links []string) {
	t.Helper()
	again := runDemo(t, dir)
	for _, path := range links {
		if status, _ := again.person(t).open(path); status != http.StatusConflict {
			t.Errorf("%s was answered before the backup: in the copy its link gives %d, want 409", path, status)
		}
	}
	if err := again.stop(); err != nil {
		t.Error(err)
	}
	if got := trailOf(t, dir, "backup.restore"); len(got) != 1 || !strings.Contains(got[0].After, `"files"`) {
		t.Errorf("entries of the restoring: got %v, want one", got)
	}
}

// trailOf returns a folder's entries of one kind, of the programme's half.
func trailOf(t *testing.T, dir, action string) (out []audit.Entry) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(dir, programmeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	all, err := s.Trail(t.Context(), 0, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Action == action {
			out = append(out, e)
		}
	}
	return out
}

func TestBackupLeavesNothingBehindWhenItFails(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	to := t.TempDir()
	there := filepath.Join(to, "there")
	if err := os.WriteFile(there, []byte("another backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &backingUp{dir: h.dir, lock: backup.Lock{Recipients: []string{"age1nobody"}}, now: time.Now}
	for name, file := range map[string]string{"no such key": filepath.Join(to, "new"), "name taken": there} {
		if _, err := b.run(t.Context(), file); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
	b.dir = to
	if _, err := b.run(t.Context(), filepath.Join(to, "new")); err == nil {
		t.Error("a folder without data: got no error")
	}
	left, err := os.ReadDir(to)
	if err != nil || len(left) != 1 || left[0].Name() != "there" {
		t.Errorf("left: %v, %v, want the file that was there", left, err)
	}
	if raw, err := os.ReadFile(there); err != nil || string(raw) != "another backup" {
		t.Errorf("the file that was there: got %q, %v", raw, err)
	}
	if err := restore(t.Context(), there, to, backup.Key{Passphrase: "a long quiet river"}, time.Now); !errors.Is(err, fault.New(fault.Conflict, "backup.notempty")) {
		t.Errorf("into a folder that is not empty: got %v", err)
	}
	if err := restore(t.Context(), there, filepath.Join(to, "fresh"), backup.Key{Passphrase: "a long quiet river"}, time.Now); err == nil {
		t.Error("restoring what is no backup: got no error")
	}
	if _, err := os.Stat(filepath.Join(to, "fresh")); err == nil {
		t.Error("a folder stands after a restore that failed")
	}
}
