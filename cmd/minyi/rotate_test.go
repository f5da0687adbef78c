package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/inbox"
	"minyi/indicators/keyring"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
)

// rotatedFolder names the data folder in the environment of the process that the
// rotation test starts, and after how many values it waits to be killed.
const (
	rotatedFolder = "MINYI_TEST_ROTATE_CHILD"
	rotatedAfter  = "MINYI_TEST_ROTATE_AFTER"
)

// secretWords stand in every value that is sealed in the rotation test.
const secretWords = "穆萨13900001111"

// keysOf opens a folder for a change of keys, by its own clock.
func keysOf(t *testing.T, dir string, now func() time.Time) *changing {
	t.Helper()
	h := &house{setup: setup{dir: dir}}
	var err error
	if h.keys, err = keyring.Open(dir, keyring.AES, now); err != nil {
		t.Fatal(err)
	}
	if err := h.openVault(); err != nil {
		t.Fatal(err)
	}
	if h.programme, err = store.Open(t.Context(), filepath.Join(dir, programmeFile)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h.changing()
}

// TestRotateUntilKilled is the child of TestS46RotationSurvivesKill: it changes the
// keys of a folder and stands still after some values.
func TestRotateUntilKilled(t *testing.T) {
	dir := os.Getenv(rotatedFolder)
	if dir == "" {
		t.Skip("runs as the child of TestS46RotationSurvivesKill")
	}
	after, err := strconv.Atoi(os.Getenv(rotatedAfter))
	if err != nil {
		t.Fatal(err)
	}
	c := keysOf(t, dir, time.Now)
	if _, err := c.keys.Begin(keyring.SM4); err != nil {
		t.Fatal(err)
	}
	_, _, err = c.pass(t.Context(), func(done int) error {
		if done < after {
			return nil
		}
		if _, err := fmt.Fprintf(os.Stdout, "\nstands at %d\n", done); err != nil {
			return err
		}
		_, err := io.Copy(io.Discard, os.Stdin) // until it is killed
		return err
	})
	t.Fatalf("it was not killed: %v", err)
}

const (
	mailboxes = 60
	waves     = 20
)

// fillSealed stores mailboxes, wave keys, and a visit and a declaration that lie bare
// from before.
func fillSealed(t *testing.T, dir string, c *changing) {
	t.Helper()
	box := keyring.New(c.keys).Box("mailbox")
	for i := range mailboxes {
		key := fmt.Sprintf("staff%03d", i)
		a := &access.Account{Key: key, Name: key, Role: access.Office, Hash: "-", Created: time.Unix(0, 0)}
		if err := c.programme.AddAccount(t.Context(), a, audit.Entry{Action: "account.add", Object: "account/" + key}); err != nil {
			t.Fatal(err)
		}
		err := c.programme.UpdateMailbox(t.Context(), key, audit.Entry{Action: "inbox.choose", Object: "account/" + key}, func(b *inbox.Mailbox) (err error) {
			b.Phone, err = box.Seal([]byte(secretWords), "mailbox/"+key)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range waves {
		if _, err := c.vault.Make(fmt.Sprintf("survey-%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	seed, err := keyring.New(c.keys).Box("totp").Seal([]byte(secretWords), "staff000")
	if err != nil {
		t.Fatal(err)
	}
	bare := []byte("0123456789abcdef0123456789abcdef") // as keys were kept before they were wrapped
	if err := os.WriteFile(filepath.Join(dir, waveFolder, hex.EncodeToString([]byte("older"))+".key"), bare, 0o600); err != nil {
		t.Fatal(err)
	}
	d := rawSQL(t, filepath.Join(dir, programmeFile))
	for _, query := range []string{
		`INSERT INTO factor (account, seed, pending, doc) VALUES ('staff000', '` + seed + `', '', '{}')`,
		`INSERT INTO rounds (year, version, document) VALUES (2020, 1, '{}')`,
		`INSERT INTO interests (round, unit, account, n, conflict, document) VALUES (2020, '640100', 'li', 1, 1, '{"round":2020,"unit":"640100","account":"li","number":1,"interest":"conflict","text":"` + secretWords + `"}')`,
		`INSERT INTO verification (round, unit, track, opened_at, version, document) VALUES (2020, '640100', 'comprehensive', 0, 1, '{"round":2020,"unit":"640100","track":"comprehensive","team":[{"id":"a","name":"` + secretWords + `"}]}')`,
	} {
		if _, err := d.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
}

func rawSQL(t *testing.T, path string) *sql.DB {
	t.Helper()
	d, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=secure_delete(1)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// allOpens demands every value.
func allOpens(t *testing.T, c *changing) {
	t.Helper()
	box := keyring.New(c.keys).Box("mailbox")
	for i := range mailboxes {
		key := fmt.Sprintf("staff%03d", i)
		b, err := c.programme.Mailbox(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := box.Open(b.Phone, "mailbox/"+key); err != nil || string(got) != secretWords {
			t.Fatalf("%s: got %q, %v", key, got, err)
		}
	}
	for i := range waves {
		if key, err := c.vault.Key(fmt.Sprintf("survey-%d", i)); err != nil || len(key) != 32 {
			t.Fatalf("wave %d: %d bytes, %v", i, len(key), err)
		}
	}
	if key, err := c.vault.Key("older"); err != nil || string(key) != "0123456789abcdef0123456789abcdef" {
		t.Fatalf("the older key is %x, %v", key, err)
	}
	said, err := c.programme.History(t.Context(), 2020, "li")
	if err != nil || len(said) != 1 || said[0].Text != secretWords {
		t.Fatalf("declared: %+v, %v", said, err)
	}
	visits, err := c.programme.Visits(t.Context(), 2020)
	if err != nil || len(visits) != 1 || visits[0].Team[0].Name != secretWords {
		t.Fatalf("visits: %+v, %v", visits, err)
	}
}

// killedAt runs the child until it stands after so many values, and kills it.
func killedAt(t *testing.T, dir string, after int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestRotateUntilKilled$", "-test.v")
	cmd.Env = append(os.Environ(), rotatedFolder+"="+dir, rotatedAfter+"="+strconv.Itoa(after))
	hold, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stands, said := false, ""
	for lines := bufio.NewScanner(out); !stands && lines.Scan(); {
		said += lines.Text() + "\n"
		stands = strings.HasPrefix(lines.Text(), "stands at ")
	}
	if err := cmd.Process.Kill(); err != nil { // SIGKILL
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || !stands {
		t.Fatalf("it did not come to value %d: %v\n%s", after, err, said)
	}
}

// TestS46RotationSurvivesKill changes the keys of a folder in a process that is killed
// with signal 9 between two values, three times: every value opens after each, the
// next run goes on under the key that was made first, and in the end nothing names the
// old key, which is destroyed once that has been so for an hour. What is sealed stands
// nowhere in the bytes of the folder.
func TestS46RotationSurvivesKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	t.Parallel()
	dir := t.TempDir()
	dbtest.Place(t, "programme", filepath.Join(dir, programmeFile), store.Open)
	for _, name := range []string{surveyFile, keyFile} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := keysOf(t, dir, time.Now)
	fillSealed(t, dir, c)
	first, _, err := c.keys.Current()
	if err != nil {
		t.Fatal(err)
	}
	var second keyring.ID
	for _, after := range []int{1, mailboxes / 2, 8} { // the last one among the wave keys
		killedAt(t, dir, after)
		allOpens(t, c)
		keys, rotating, err := c.keys.Keys()
		if err != nil || !rotating || len(keys) != 2 || keys[0].ID != first || second != 0 && keys[1].ID != second {
			t.Fatalf("after a kill at %d: %v, %v, %v", after, keys, rotating, err)
		}
		second = keys[1].ID
	}
	clock := time.Now()
	c = keysOf(t, dir, func() time.Time { return clock })
	var out bytes.Buffer
	if err := c.rotate(t.Context(), keyring.SM4, &out); err != nil {
		t.Fatal(err)
	}
	allOpens(t, c)
	if _, named, err := c.pass(t.Context(), func(int) error { return nil }); err != nil || named[first] != 0 || named[second] != mailboxes+waves+4 {
		t.Errorf("the values name %v, %v; the old key is %s", named, err, first)
	}
	clock = clock.Add(2 * time.Hour)
	if err := c.rotate(t.Context(), keyring.SM4, &out); err != nil || !strings.Contains(out.String(), "destroyed "+first.String()) {
		t.Errorf("%v: %s", err, &out)
	}
	out.Reset()
	if err := c.list(t.Context(), &out); err != nil || strings.Contains(out.String(), first.String()) {
		t.Errorf("%v: the old key is listed: %s", err, &out)
	}
	hasNowhere(t, dir, secretWords)
}

// hasNowhere looks for words in every file of a folder.
func hasNowhere(t *testing.T, dir string, words ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, w := range words {
			if n := bytes.Count(raw, []byte(w)); n > 0 {
				t.Errorf("%s holds %q %d times", filepath.Base(path), w, n)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var _ surveystore.Wrapper = (*keyring.Box)(nil)
