package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// everything is the content of a database file, row by row, definitions included;
// broken where it cannot be read.
func everything(t *testing.T, path string) string {
	t.Helper()
	d, err := sql.Open("sqlite", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		return "broken"
	}
	defer func() { _ = d.Close() }()
	d.SetMaxOpenConns(1)
	var out strings.Builder
	names, err := column(t, d, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%\_schema' ESCAPE '\' AND name <> 'sqlite_sequence' ORDER BY name`)
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

// Single bytes are changed anywhere in a data folder: whenever that changes what is
// stored, doctor says so or refuses to go on (S49). MINYI_EDITS=1000 asks for more.
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
	dir := houseWithEvents(t).dir
	was := map[string]string{programmeFile: everything(t, filepath.Join(dir, programmeFile)), surveyFile: everything(t, filepath.Join(dir, surveyFile))}
	chance := rand.New(rand.NewPCG(49, 49))
	changed := 0
	for n := range edits {
		name := []string{programmeFile, surveyFile, surveyFile, programmeFile, keyFile}[n%5]
		path := filepath.Join(dir, name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := slices.Clone(whole)
		at := chance.IntN(len(bad))
		for bad[at] == 0 { // most of a small file is empty pages
			at = chance.IntN(len(bad))
		}
		bad[at] ^= byte(1 << chance.IntN(8))
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		differs := name == keyFile || everything(t, path) != was[name]
		var out bytes.Buffer
		err = doctor(t.Context(), dir, &out, io.Discard)
		if differs {
			changed++
		}
		if differs && err == nil {
			t.Errorf("edit %d: byte %d of %s changed the content and doctor found nothing: %s", n, at, name, firstDifference(was[name], everything(t, path)))
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
	if changed < edits/3 {
		t.Errorf("only %d of %d edits changed the content: what is this test looking at?", changed, edits)
	}
	if out := diagnose(t, dir, true); out != "ok\n" {
		t.Errorf("after all was put back: %s", out)
	}
}
