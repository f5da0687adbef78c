package main

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/inbox"
	"minyi/indicators/keyring"
)

// everything is the content of a database file, row by row, definitions included;
// broken where it cannot be read. Not in it are drafts, which are sealed and do not open
// when changed, and the keys of resends, which only show a receipt again.
func everything(t *testing.T, path string) string {
	t.Helper()
	d, err := sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		return "broken"
	}
	defer func() { _ = d.Close() }()
	d.SetMaxOpenConns(1)
	var out strings.Builder
	names, err := column(t, d, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%\_schema' ESCAPE '\' AND name NOT IN ('sqlite_sequence', 'resend', 'draft') ORDER BY name`)
	if err != nil {
		return "broken"
	}
	for _, name := range append(names, "sqlite_schema") {
		what := "*"
		if name == "sqlite_schema" {
			what = "type || name || tbl_name || coalesce(sql, '')"
		}
		rows, err := d.QueryContext(t.Context(), fmt.Sprintf(`SELECT %s FROM %q`, what, name))
		if err != nil {
			return "broken"
		}
		lines, err := lines(rows)
		if err != nil {
			return "broken"
		}
		slices.Sort(lines)
		out.WriteString(name + "\n" + strings.Join(lines, "\n") + "\n")
	}
	return out.String()
}

func column(t *testing.T, d *sql.DB, query string) (out []string, err error) {
	t.Helper()
	rows, err := d.QueryContext(t.Context(), query)
	if err != nil {
		return nil, err
	}
	return lines(rows)
}

func lines(rows *sql.Rows) (out []string, err error) {
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		cells, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			to[i] = &cells[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		line := ""
		for i, c := range cells {
			if i > 0 {
				line += "|"
			}
			line += fmt.Sprintf("%v", c)
		}
		out = append(out, line)
	}
	return out, rows.Err()
}

// stored lists the files of a data folder that hold something: not locks, not the log
// of a database that is closed, and not what only a made-up round has.
func stored(t *testing.T, dir string) (halves, others []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		info, sized := e.Info()
		switch {
		case err != nil || sized != nil:
			return errors.Join(err, sized)
		case name == programmeFile || name == surveyFile:
			halves = append(halves, name)
		case strings.HasSuffix(name, "lock") || strings.HasSuffix(name, "-stand") || strings.HasSuffix(name, "-wal") || strings.HasSuffix(name, "-shm") || slices.Contains([]string{demoFile, "rehearsal.json", "clock.json"}, name) || info.Size() == 0:
		default:
			others = append(others, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return halves, others
}

// meaning is what a file says: of a database its rows, of the keys their JSON without
// the day on which each was made, of a sealed key its bytes in whatever base64, of all
// others their bytes.
func meaning(t *testing.T, path string) string {
	t.Helper()
	if filepath.Ext(path) == ".db" {
		return everything(t, path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case filepath.Base(path) == "keys.json":
		var keys struct {
			Format int `json:"format"`
			Keys   []struct {
				ID        string `json:"id"`
				Algorithm string `json:"algorithm"`
				Secret    []byte `json:"secret"`
			} `json:"keys"`
		}
		if json.Unmarshal(raw, &keys) != nil {
			return "broken"
		}
		return fmt.Sprint(keys)
	case filepath.Base(filepath.Dir(path)) == waveFolder:
		at := bytes.LastIndexByte(raw, '.') + 1
		sealed, err := base64.RawURLEncoding.DecodeString(string(raw[at:]))
		return fmt.Sprintf("%s %x %v", raw[:at], sealed, err)
	}
	return string(raw)
}

// houseToEdit is a folder with rows in many tables, mailboxes and keys of surveys; a
// round that was played up to the fieldwork where whole is asked for.
func houseToEdit(t *testing.T, whole bool) string {
	t.Helper()
	if whole {
		dir := t.TempDir()
		kept.played(t, slices.Index(moments(), fieldwork), dir)
		return dir
	}
	dir := houseWithEvents(t).dir
	t.Run("filled", func(t *testing.T) { fillToEdit(t, keysOf(t, dir, testNow)) }) // closed at its end
	return dir
}

// fillToEdit stores what is sealed: the key of a survey and a mailbox.
func fillToEdit(t *testing.T, c *changing) {
	t.Helper()
	if _, err := c.vault.Make("survey-1"); err != nil {
		t.Fatal(err)
	}
	box := keyring.New(c.keys).Box("mailbox")
	a := &access.Account{Key: "li", Name: "li", Role: access.Office, Hash: "-", Created: testNow()}
	entry := audit.Entry{At: testNow(), Actor: "test", Role: "command", Action: "account.add", Object: "account/li"}
	if err := c.programme.AddAccount(t.Context(), a, entry); err != nil {
		t.Fatal(err)
	}
	err := c.programme.UpdateMailbox(t.Context(), "li", entry, func(b *inbox.Mailbox) (err error) {
		b.Phone, err = box.Seal([]byte("13900001111"), "mailbox/li")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Single bytes are changed anywhere in a data folder, files beside the databases
// included: whenever that changes what is stored, doctor says so or refuses to go on
// (S49). MINYI_EDITS=1000 asks for more, MINYI_EDITS_ROUND=1 for a round that was
// played.
func TestS49EverySingleByteThatChangesContentIsNamed(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other")
	}
	t.Parallel()
	const few = 16
	edits := few
	if n, err := strconv.Atoi(os.Getenv("MINYI_EDITS")); err == nil {
		edits = n
	}
	dir := houseToEdit(t, os.Getenv("MINYI_EDITS_ROUND") != "")
	halves, others := stored(t, dir)
	if len(halves) != 2 || !slices.Contains(others, keyFile) || !slices.Contains(others, "keys.json") || len(others) < 3 {
		t.Fatalf("the folder has %q and %q", halves, others)
	}
	chance := rand.New(rand.NewPCG(49, 49))
	changed, count := 0, map[string]int{}
	for n := range edits {
		name := halves[n%2]
		if n%3 == 2 {
			name = others[n/3%len(others)]
		}
		path := filepath.Join(dir, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		was := meaning(t, path)
		bad := slices.Clone(whole)
		at := chance.IntN(len(bad))
		for bad[at] == 0 { // most of a small file is empty pages
			at = chance.IntN(len(bad))
		}
		bad[at] ^= byte(1 << chance.IntN(8))
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		differs := meaning(t, path) != was
		var out bytes.Buffer
		err = doctor(t.Context(), dir, &out, io.Discard)
		if differs {
			changed++
			count[filepath.Dir(name)+" "+filepath.Ext(name)]++
		}
		if differs && err == nil {
			t.Errorf("edit %d: byte %d of %s changed the content and doctor found nothing: %s", n, at, name, firstDifference(was, meaning(t, path)))
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.RemoveAll(path + suffix); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of %d edits changed the content: %v", changed, edits, count)
	if changed < edits/3 {
		t.Errorf("only %d of %d edits changed the content: what is this test looking at?", changed, edits)
	}
	if out := diagnose(t, dir, true); out != "ok\n" {
		t.Errorf("after all was put back: %s", out)
	}
}
