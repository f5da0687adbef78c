package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// figure stands for the content of a table: how many rows it has, and the
// exclusive-or of their digests (a multiset hash: Clarke, Devadas, van Dijk,
// Gassend, Suh, Asiacrypt 2003, section 4; without a key, since whoever may write
// the file may write the figure too; what must stand against him is in the events
// log). It follows every change without reading the table.
type figure struct {
	rows  int64
	lanes [lanes]int64
}

const lanes = sha256.Size / 8

func (f *figure) add(rows int64, digest []byte) {
	f.rows += rows
	for i := range f.lanes {
		f.lanes[i] ^= int64(binary.BigEndian.Uint64(digest[8*i:]))
	}
}

// changes are what the transaction that runs on the writing connection has done to
// the tables. Whoever holds that connection, and nobody else, touches them.
type changes struct {
	tables map[string]*figure
	values []any
	hash   hash.Hash
	added  int64 // rows that an unwatched writer has told of
	err    error // the first row that could not be read
}

func newChanges() *changes { return &changes{tables: map[string]*figure{}, hash: sha256.New()} }

// forget begins anew.
func (c *changes) forget() {
	clear(c.tables)
	c.err, c.added = nil, 0
}

// watched makes connections that tell of every row before it changes.
type watched struct {
	driver.Connector
	to *changes
}

// Connect opens a connection.
func (w watched) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := w.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	hooks, ok := conn.(sqlite.HookRegisterer)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%T does not tell what changes", conn), conn.Close())
	}
	hooks.RegisterPreUpdateHook(w.to.see)
	return conn, nil
}

// contentTable keeps the figures, and has none.
const contentTable = "content"

// unfollowed reports whether a table has no figure: the figures and the stand, and what
// changes with every answer that comes in and is no answer. Drafts are sealed, so that
// a changed one does not open; keys of resends only show a receipt again; a spent bit
// is counted against the answers at the closing.
func unfollowed(table string) bool {
	switch table {
	case contentTable, standTable, "resend", "spent", "draft":
		return true
	}
	return false
}

func (c *changes) of(table string) *figure {
	f := c.tables[table]
	if f == nil {
		f = &figure{}
		c.tables[table] = f
	}
	return f
}

func (c *changes) see(row sqlite.SQLitePreUpdateData) {
	if unfollowed(row.TableName) || c.err != nil {
		return
	}
	f := c.of(row.TableName)
	values := slices.Grow(c.values[:0], row.Count())[:row.Count()]
	c.values = values
	if row.Op != sqlite3.SQLITE_INSERT {
		if c.err = row.Old(values...); c.err != nil {
			return
		}
		f.add(-1, digest(c.hash, values))
	}
	if row.Op != sqlite3.SQLITE_DELETE {
		if c.err = row.New(values...); c.err != nil {
			return
		}
		f.add(1, digest(c.hash, values))
	}
}

// digest hashes a row: each value with its kind and its length before it. Of a text
// the hook shows what stands before a NUL, and no more is hashed.
func digest(h hash.Hash, values []any) []byte {
	h.Reset()
	var head [9]byte
	for _, v := range values {
		var body []byte
		number := uint64(0)
		switch v := v.(type) {
		case nil:
			head[0] = 'n'
		case int64:
			head[0], number = 'i', uint64(v)
		case float64:
			head[0], number = 'f', math.Float64bits(v)
		case string:
			text, _, _ := strings.Cut(v, "\x00")
			head[0], body, number = 't', []byte(text), uint64(len(text))
		case []byte:
			head[0], body, number = 'b', v, uint64(len(v))
		}
		binary.BigEndian.PutUint64(head[1:], number)
		h.Write(head[:])
		h.Write(body)
	}
	return h.Sum(nil)
}

// SumStatement notes what a transaction did to a table; see Sums.
const SumStatement = `INSERT INTO content (name, rows, a, b, c, d) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (name) DO UPDATE SET rows = rows + excluded.rows,
	a = (a | excluded.a) - (a & excluded.a), b = (b | excluded.b) - (b & excluded.b),
	c = (c | excluded.c) - (c & excluded.c), d = (d | excluded.d) - (d & excluded.d)`

// Sums returns and forgets what the transaction on the writing connection has done
// so far: the arguments of one SumStatement for every table that it changed, and of one
// StandStatement, none where nothing changed. Write runs them itself; a writer with
// statements of its own (see Unwatched) runs them before it commits, and tells Reached
// when it has.
func (d *DB) Sums() (out [][]driver.Value, step []driver.Value, err error) {
	defer d.changes.forget()
	if d.changes.err != nil {
		return nil, nil, fmt.Errorf("%s: a row that changed: %w", d.half, d.changes.err)
	}
	out = make([][]driver.Value, 0, len(d.changes.tables))
	for name, f := range d.changes.tables {
		if *f != (figure{}) {
			out = append(out, []driver.Value{name, f.rows, f.lanes[0], f.lanes[1], f.lanes[2], f.lanes[3]})
		}
	}
	if entries := d.changes.tables[trailTable]; len(out) > 0 {
		step = []driver.Value{int64(0), d.changes.added}
		if entries != nil {
			step[0] = entries.rows
		}
	}
	return out, step, nil
}

// Unwatched runs fn on the writing connection, as WriteConn's Raw gives it, while
// nobody watches the rows: watching costs a third of what an answer costs. The writer
// tells of the rows itself, by Added, and runs Sums before it commits.
func (d *DB) Unwatched(raw any, fn func() error) error {
	hooks, ok := raw.(sqlite.HookRegisterer)
	if !ok {
		return fmt.Errorf("%s: %T does not tell what changes", d.half, raw)
	}
	d.changes.forget() // what was rolled back
	hooks.RegisterPreUpdateHook(nil)
	defer hooks.RegisterPreUpdateHook(d.changes.see)
	return fn()
}

// Added tells of a row that an unwatched writer has added to a table: its values in
// the order of the table's columns, as the driver stores them.
func (d *DB) Added(table string, values []driver.Value) {
	all := d.changes.values[:0]
	for _, v := range values {
		all = append(all, v)
	}
	d.changes.values = all
	d.changes.added++
	d.changes.of(table).add(1, digest(d.changes.hash, all))
}

// trailTable holds the entries.
const trailTable = "trail"

// Untrailed calls tell for every table that a transaction of Write has changed without
// an entry in the trail beside it: what is no act of a person, or something that was
// forgotten (S50). It is set once, before the first use.
func (d *DB) Untrailed(tell func(table string)) { d.untrailed = tell }

// watch tells what was changed without an entry.
func (d *DB) watch() {
	if _, entered := d.changes.tables[trailTable]; entered || d.untrailed == nil {
		return
	}
	for name := range d.changes.tables {
		d.untrailed(name)
	}
}

// settle notes what the transaction did, and returns the stand that it makes.
func (d *DB) settle(ctx context.Context, tx *sql.Tx) (Stand, error) {
	d.watch()
	all, step, err := d.Sums()
	if err != nil {
		return Stand{}, err
	}
	for _, args := range all {
		if _, err := tx.ExecContext(ctx, SumStatement, args[0], args[1], args[2], args[3], args[4], args[5]); err != nil {
			return Stand{}, fmt.Errorf("%s: content of %v: %w", d.half, args[0], err)
		}
	}
	return d.step(ctx, tx, step)
}

const (
	sqlTables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
	// Without "+" the driver would turn what a column was declared as into times.
	sqlColumns = `SELECT group_concat('+' || '"' || name || '"', ', ') FROM (SELECT name FROM pragma_table_info($1) ORDER BY cid)`
	// What SQLite keeps for itself may come and go, but not the indexes of keys.
	sqlSchema = `SELECT type, name, tbl_name, sql FROM sqlite_schema
		WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' OR name LIKE 'sqlite\_autoindex\_%' ESCAPE '\'`
	// schemaRow stands for the tables' own definitions.
	schemaRow     = " schema"
	sqlContent    = `SELECT name, rows, a, b, c, d FROM content ORDER BY name`
	sqlNoContent  = `DELETE FROM content`
	sqlPutContent = `INSERT INTO content (name, rows, a, b, c, d) VALUES ($1, $2, $3, $4, $5, $6)`
)

// reader is a transaction or a pool.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// count reads everything and returns the figure of every table.
func (d *DB) count(ctx context.Context, from reader) (map[string]figure, error) {
	names, err := texts(ctx, from, sqlTables)
	if err != nil {
		return nil, err
	}
	out := map[string]figure{}
	if out[schemaRow], err = sum(ctx, from, sqlSchema); err != nil {
		return nil, err
	}
	for _, name := range names {
		if unfollowed(name) {
			continue
		}
		var columns string
		if err := from.QueryRowContext(ctx, sqlColumns, name).Scan(&columns); err != nil {
			return nil, fmt.Errorf("columns of %s: %w", name, err)
		}
		f, err := sum(ctx, from, `SELECT `+columns+` FROM "`+name+`"`)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
		out[name] = f
	}
	return out, nil
}

func texts(ctx context.Context, from reader, query string) (out []string, err error) {
	rows, err := from.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("schema: %w", err)
		}
		out = append(out, text)
	}
	return out, rows.Err()
}

// sum is the figure of the rows of a query.
func sum(ctx context.Context, from reader, query string) (f figure, err error) {
	rows, err := from.QueryContext(ctx, query)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return f, err
	}
	values, to, h := make([]any, len(columns)), make([]any, len(columns)), sha256.New()
	for i := range values {
		to[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(to...); err != nil {
			return f, err
		}
		f.add(1, digest(h, values))
	}
	return f, rows.Err()
}

// recount writes all figures anew, after the schema has changed.
func (d *DB) recount(ctx context.Context) error {
	err := d.Write(ctx, func(tx *sql.Tx) error {
		all, err := d.count(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlNoContent); err != nil {
			return err
		}
		for name, f := range all {
			if _, err := tx.ExecContext(ctx, sqlPutContent, name, f.rows, f.lanes[0], f.lanes[1], f.lanes[2], f.lanes[3]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: count the content: %w", d.half, err)
	}
	return nil
}
