package dbtest

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"

	"minyi/indicators/audit"
	"minyi/indicators/db"
)

// Climb makes a database of every earlier schema, puts rows into all its tables and
// entries into its trail, opens it as today's program does, and wants every value of
// every column back and the trail whole. A table whose rows a step has put into another is
// named in moved, with that other.
func Climb(t *testing.T, half db.Half, migrations fs.FS, moved map[string]string) {
	t.Helper()
	names, err := fs.Glob(migrations, "*.sql")
	if err != nil || len(names) < 2 {
		t.Fatalf("got the steps %v, %v", names, err)
	}
	slices.SortFunc(names, func(a, b string) int { return int(version(t, a) - version(t, b)) })
	dir, upTo, before := t.TempDir(), fstest.MapFS{}, ""
	for i, name := range names[:len(names)-1] {
		raw, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		upTo[name] = &fstest.MapFile{Data: raw}
		at := filepath.Join(dir, fmt.Sprint(i))
		if before != "" {
			copied(t, before, at)
		}
		c := &climber{T: t, name: name, half: half, moved: moved}
		c.close(c.open(at, upTo))
		before = filepath.Join(dir, "empty")
		copied(t, at, before)
		c.upgrade(at, upTo, migrations)
	}
}

func version(t *testing.T, name string) int64 {
	t.Helper()
	v, err := goose.NumericComponent(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from) //nolint:gosec // the test's own folder
	if err == nil {
		err = os.WriteFile(to, raw, 0o600) //nolint:gosec // likewise
	}
	if err != nil {
		t.Fatal(err)
	}
}

// climber takes one database from an earlier schema to today's.
type climber struct {
	*testing.T
	name  string
	half  db.Half
	moved map[string]string
}

func (c *climber) open(path string, migrations fs.FS) *db.DB {
	c.Helper()
	d, err := db.Open(c.Context(), c.half, path, migrations)
	if err != nil {
		c.Fatalf("%s: %v", c.name, err)
	}
	return d
}

func (c *climber) close(d *db.DB) {
	c.Helper()
	if err := d.Close(); err != nil {
		c.Fatalf("%s: %v", c.name, err)
	}
}

func (c *climber) upgrade(path string, old, today fs.FS) {
	c.Helper()
	d := c.open(path, old)
	tables := c.tables(d)
	c.fill(d, tables)
	want := c.digests(d, tables)
	c.close(d)
	d = c.open(path, today)
	got := c.digests(d, tables)
	for column, digest := range want {
		if got[column] != digest {
			c.Errorf("from %s: %s is not what it was", c.name, column)
		}
	}
	wrong, err := d.Check(c.Context())
	if err != nil || len(wrong) > 0 {
		c.Errorf("from %s: %v, %v", c.name, wrong, err)
	}
	if err := d.CheckTrail(c.Context()); err != nil {
		c.Errorf("from %s: %v", c.name, err)
	}
	c.close(d)
}

// column is one of a table, with its type.
type column struct{ name, kind string }

// tables are the columns of each table, but those that goose and the trail keep.
func (c *climber) tables(d *db.DB) map[string][]column {
	c.Helper()
	rows, err := d.Reader().QueryContext(c.Context(), `SELECT m.name, i.name, i.type FROM sqlite_master m, pragma_table_info(m.name) i
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '%_schema' AND m.name NOT IN ('trail', 'content') ORDER BY m.name, i.cid`)
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	out := map[string][]column{}
	for rows.Next() {
		var table string
		var one column
		if err := rows.Scan(&table, &one.name, &one.kind); err != nil {
			c.Fatal(err)
		}
		out[table] = append(out[table], one)
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		c.Fatalf("%s: got tables %v, %v", c.name, out, err)
	}
	return out
}

// fill puts rows into every table. All columns of a row say the same number, so that
// whatever refers to another table finds its row there; a trigger may have put a row
// there before.
func (c *climber) fill(d *db.DB, tables map[string][]column) {
	c.Helper()
	err := d.Write(c.Context(), func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(c.Context(), `PRAGMA defer_foreign_keys = 1`); err != nil {
			return err
		}
		for n := range 3 {
			e := audit.Entry{At: time.UnixMilli(int64(n)), Actor: "li", Action: "climb", Object: c.name}
			if err := d.AppendTrail(c.Context(), tx, e); err != nil {
				return err
			}
			for _, table := range slices.Sorted(maps.Keys(tables)) {
				query, args := insert(table, tables[table], n+1)
				if _, err := tx.ExecContext(c.Context(), query, args...); err != nil {
					return fmt.Errorf("%s: %w", table, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		c.Fatalf("%s: %v", c.name, err)
	}
}

// insert is a row of which every value says n.
func insert(table string, columns []column, n int) (query string, args []any) {
	var names, places []string
	for i, one := range columns {
		names = append(names, `"`+one.name+`"`)
		places = append(places, fmt.Sprintf("$%d", i+1))
		switch {
		case one.kind == "BLOB":
			args = append(args, fmt.Append(nil, n))
		case one.kind == "TEXT" && (one.name == "doc" || one.name == "document"):
			args = append(args, fmt.Sprintf(`{"n":%d}`, n))
		case one.kind == "TEXT":
			args = append(args, fmt.Sprint(n))
		default:
			args = append(args, n)
		}
	}
	return fmt.Sprintf(`INSERT OR IGNORE INTO "%s" (%s) VALUES (%s)`, table, strings.Join(names, ", "), strings.Join(places, ", ")), args
}

// digests are those of every column's values in their order.
func (c *climber) digests(d *db.DB, tables map[string][]column) map[string][32]byte {
	c.Helper()
	out := map[string][32]byte{}
	for table, columns := range tables {
		for _, one := range columns {
			name, where := table+"."+one.name, table
			if other, ok := c.moved[table]; ok && !c.has(d, table) {
				where = other
			}
			var text string
			query := fmt.Sprintf(`SELECT coalesce(group_concat(v, ','), '') FROM (SELECT quote("%s") AS v FROM "%s" ORDER BY 1)`, one.name, where)
			if err := d.Reader().QueryRowContext(c.Context(), query).Scan(&text); err != nil {
				c.Errorf("from %s: %s: %v", c.name, name, err)
			}
			if text == "" {
				c.Errorf("from %s: %s is empty", c.name, name)
			}
			out[name] = sha256.Sum256([]byte(text))
		}
	}
	return out
}

func (c *climber) has(d *db.DB, table string) bool {
	c.Helper()
	var n int
	if err := d.Reader().QueryRowContext(c.Context(), `SELECT count(*) FROM sqlite_master WHERE name = $1`, table).Scan(&n); err != nil {
		c.Fatal(err)
	}
	return n == 1
}
