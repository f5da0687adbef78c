package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
)

const (
	sqlLogs    = `SELECT id, name, origin, size, sm3, closed FROM ledger_log ORDER BY id`
	sqlLogOf   = `SELECT id, name, origin, size, sm3, closed FROM ledger_log WHERE name = $1`
	sqlLog     = `SELECT id, name, origin, size, sm3, closed FROM ledger_log WHERE id = $1`
	sqlOpenLog = `INSERT INTO ledger_log (id, name, origin, size, sm3, closed) VALUES ($1, $2, $3, 0, $4, 0)`
	sqlNextLog = `SELECT coalesce(max(id) + 1, $1) FROM ledger_log WHERE id >= $1`
)

// Ledger keeps the public logs in the survey half's database.
type Ledger struct {
	db *db.DB
}

// NewLedger returns the logs of an open database.
func NewLedger(d *db.DB) *Ledger { return &Ledger{db: d} }

// scanLog reads a row of the table of logs.
func scanLog(scan func(...any) error) (l keeper.Log, sm3 []byte, err error) {
	var closed int64
	if err := scan(&l.ID, &l.Name, &l.Origin, &l.Size, &sm3, &closed); err != nil {
		return l, nil, err
	}
	if closed != 0 {
		l.Closed = time.UnixMilli(closed).UTC()
	}
	return l, sm3, nil
}

// oneLog is the log that a row names, or ledger.unknown.
func oneLog(row *sql.Row) (keeper.Log, []byte, error) {
	l, sm3, err := scanLog(row.Scan)
	if db.Missing(err) {
		return l, nil, fault.New(fault.NotFound, "ledger.unknown")
	}
	if err != nil {
		return l, nil, db.Refuse(fmt.Errorf("ledger: load log: %w", err))
	}
	return l, sm3, nil
}

// LogOf returns a log by its name.
func (s *Ledger) LogOf(ctx context.Context, name string) (keeper.Log, error) {
	l, _, err := oneLog(s.db.Reader().QueryRowContext(ctx, sqlLogOf, name))
	return l, err
}

// Logs returns all logs by number.
func (s *Ledger) Logs(ctx context.Context) (out []keeper.Log, err error) {
	rows, err := s.db.Reader().QueryContext(ctx, sqlLogs)
	if err != nil {
		return nil, db.Refuse(fmt.Errorf("ledger: logs: %w", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		l, _, err := scanLog(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("ledger: logs: %w", err)
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// OpenLog returns the log of that name, and makes it where there is none.
func (s *Ledger) OpenLog(ctx context.Context, id int64, name, origin string) (out keeper.Log, err error) {
	if out, err = s.LogOf(ctx, name); fault.KindOf(err) != fault.NotFound {
		return out, err
	}
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		if out, _, err = oneLog(tx.QueryRowContext(ctx, sqlLogOf, name)); fault.KindOf(err) != fault.NotFound {
			return err
		}
		if id == 0 {
			if err := tx.QueryRowContext(ctx, sqlNextLog, int64(keeper.FirstOther)).Scan(&id); err != nil {
				return fmt.Errorf("ledger: next log: %w", err)
			}
		}
		if _, err := tx.ExecContext(ctx, sqlOpenLog, id, name, origin, []byte{}); err != nil {
			return fmt.Errorf("ledger: open log: %w", err)
		}
		out = keeper.Log{ID: id, Name: name, Origin: origin}
		return nil
	})
	return out, err
}

const sqlPend = `INSERT INTO ledger_pending (log, since, leaves) VALUES ($1, $2, $3)`

// pend lets commitments wait for their log's next checkpoint, inside the transaction
// that makes them known: shuffled here, as one row, with the hour and no more. The
// number of a survey's log is the survey's own.
func pend(ctx context.Context, tx *sql.Tx, id int64, since time.Time, leaves []ledger.Commitment) error {
	if len(leaves) == 0 {
		return nil
	}
	l, _, err := oneLog(tx.QueryRowContext(ctx, sqlLog, id))
	if err != nil {
		return err
	}
	if !l.Closed.IsZero() {
		return fault.New(fault.Closed, "ledger.closed")
	}
	group := make([]byte, 0, len(leaves)*ledger.HashSize)
	for _, i := range shuffled(len(leaves)) {
		group = append(group, leaves[i][:]...)
	}
	if _, err := tx.ExecContext(ctx, sqlPend, id, since.Truncate(time.Hour).UnixMilli(), group); err != nil {
		return fmt.Errorf("ledger: pend: %w", err)
	}
	return nil
}

// Pend lets commitments wait for their log's next checkpoint.
func (s *Ledger) Pend(ctx context.Context, id int64, since time.Time, leaves []ledger.Commitment) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error { return pend(ctx, tx, id, since, leaves) })
}

// group is a row of waiting commitments.
type group struct {
	id, since int64
	leaves    []byte
}

// each calls fn for each commitment of a group.
func (g *group) each(fn func(ledger.Commitment)) {
	for part := range slices.Chunk(g.leaves, ledger.HashSize) {
		fn(ledger.Commitment(part))
	}
}

const sqlWaitingGroups = `SELECT id, since, leaves FROM ledger_pending WHERE log = $1 ORDER BY id`

// groups calls fn for each group that waits, the oldest first, until fn says that it
// is enough.
func groups(ctx context.Context, q querier, id int64, fn func(group) (enough bool)) (err error) {
	rows, err := q.QueryContext(ctx, sqlWaitingGroups, id)
	if err != nil {
		return db.Refuse(fmt.Errorf("ledger: waiting: %w", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var g group
		if err := rows.Scan(&g.id, &g.since, &g.leaves); err != nil {
			return fmt.Errorf("ledger: waiting: %w", err)
		}
		if len(g.leaves)%ledger.HashSize != 0 {
			return fmt.Errorf("ledger: waiting group %d is damaged", g.id)
		}
		if fn(g) {
			return nil
		}
	}
	return rows.Err()
}

// querier reads, inside a transaction or outside.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const sqlWaitingCount = `SELECT coalesce(sum(length(leaves)), 0), coalesce(min(since), 0) FROM ledger_pending WHERE log = $1`

// Waiting says how much waits for the log's next checkpoint.
func (s *Ledger) Waiting(ctx context.Context, id int64) (p keeper.Pending, err error) {
	var bytes, since int64
	if err := s.db.Reader().QueryRowContext(ctx, sqlWaitingCount, id).Scan(&bytes, &since); err != nil {
		return p, db.Refuse(fmt.Errorf("ledger: waiting: %w", err))
	}
	if p.Leaves = bytes / ledger.HashSize; p.Leaves > 0 {
		p.Since = time.UnixMilli(since).UTC()
	}
	return p, nil
}

// WaitingCode returns the waiting commitments with a short code.
func (s *Ledger) WaitingCode(ctx context.Context, id, short int64) (out []keeper.Waits, err error) {
	err = groups(ctx, s.db.Reader(), id, func(g group) bool {
		g.each(func(one ledger.Commitment) {
			if one.Short() == short {
				out = append(out, keeper.Waits{Commitment: one, Since: time.UnixMilli(g.since).UTC()})
			}
		})
		return false
	})
	return out, err
}

// WaitingSince returns the hour in which a waiting commitment came.
func (s *Ledger) WaitingSince(ctx context.Context, id int64, c ledger.Commitment) (since time.Time, found bool, err error) {
	err = groups(ctx, s.db.Reader(), id, func(g group) bool {
		g.each(func(one ledger.Commitment) { found = found || one == c })
		if found {
			since = time.UnixMilli(g.since).UTC()
		}
		return found
	})
	return since, found, err
}
