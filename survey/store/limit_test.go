package store_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"path/filepath"
	"sync"
	"testing"
)

// limit is what SQLite alone can do: callers hand over one row at a time, one
// goroutine writes all that waits in one commit, and nothing is checked. Its
// schema is a row of about 600 bytes without a link, and a bit a link in chunks of
// 1 KiB; its settings are the driver's own with WAL and synchronous=FULL.
type limit struct {
	db   *sql.DB
	conn *sql.Conn

	mu    sync.Mutex
	queue []*job
	wake  chan struct{}
	done  chan error
	bits  map[uint32]*[1024]byte

	begin, end, row, spend driver.StmtExecContext
}

type job struct {
	serial uint32
	stored chan error
}

func newLimit(b *testing.B) *limit {
	b.Helper()
	l := &limit{wake: make(chan struct{}, 1), done: make(chan error, 1), bits: map[uint32]*[1024]byte{}}
	var err error
	path := filepath.Join(b.TempDir(), "limit.db")
	if l.db, err = sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(FULL)&_journal_mode=WAL"); err != nil {
		b.Fatal(err)
	}
	if l.conn, err = l.db.Conn(b.Context()); err != nil {
		b.Fatal(err)
	}
	for _, s := range []string{
		`CREATE TABLE response (id INTEGER PRIMARY KEY, survey INT, at INT, area INT, agent BLOB, comment TEXT, answers BLOB)`,
		`CREATE TABLE used (chunk INTEGER PRIMARY KEY, bits BLOB)`,
	} {
		if _, err := l.conn.ExecContext(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
	if err := l.conn.Raw(func(raw any) error { return l.prepare(b.Context(), raw) }); err != nil {
		b.Fatal(err)
	}
	return l
}

func (l *limit) prepare(ctx context.Context, raw any) error {
	for text, to := range map[string]*driver.StmtExecContext{
		`BEGIN IMMEDIATE`: &l.begin,
		`COMMIT`:          &l.end,
		`INSERT INTO response (survey, at, area, agent, comment, answers) VALUES ($1, $2, $3, $4, $5, $6)`:      &l.row,
		`INSERT INTO used (chunk, bits) VALUES ($1, $2) ON CONFLICT (chunk) DO UPDATE SET bits = excluded.bits`: &l.spend,
	} {
		stmt, err := raw.(driver.ConnPrepareContext).PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		*to = stmt.(driver.StmtExecContext)
	}
	return nil
}

// run writes until wake is closed.
func (l *limit) run(ctx context.Context, text string) {
	agent, answers := make([]byte, 32), make([]byte, 14)
	for range l.wake {
		for {
			l.mu.Lock()
			jobs := l.queue
			l.queue = nil
			l.mu.Unlock()
			if len(jobs) == 0 {
				break
			}
			err := l.write(ctx, jobs, text, agent, answers)
			for _, j := range jobs {
				j.stored <- err
			}
		}
	}
	l.done <- nil
}

func (l *limit) write(ctx context.Context, jobs []*job, text string, agent, answers []byte) error {
	do := func(s driver.StmtExecContext, values ...driver.Value) error {
		named := make([]driver.NamedValue, len(values))
		for i, v := range values {
			named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
		}
		_, err := s.ExecContext(ctx, named)
		return err
	}
	err := do(l.begin)
	touched := map[uint32]*[1024]byte{}
	for _, j := range jobs {
		err = errors.Join(err, do(l.row, int64(1), int64(1_700_000_000+j.serial), int64(j.serial%27), agent, text, answers))
		chunk := l.bits[j.serial/8192]
		if chunk == nil {
			chunk = &[1024]byte{}
			l.bits[j.serial/8192] = chunk
		}
		chunk[j.serial%8192/8] |= 1 << (j.serial % 8)
		touched[j.serial/8192] = chunk
	}
	for at, bits := range touched {
		err = errors.Join(err, do(l.spend, int64(at), bits[:]))
	}
	return errors.Join(err, do(l.end))
}

func (l *limit) put(_ context.Context, serial uint32) error {
	j := &job{serial: serial, stored: make(chan error, 1)}
	l.mu.Lock()
	l.queue = append(l.queue, j)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return <-j.stored
}

// BenchmarkLimit is the ceiling that BenchmarkPut is held to.
func BenchmarkLimit(b *testing.B) {
	l := newLimit(b)
	go l.run(b.Context(), letters(commentLetters))
	hands(b, l.put)
	close(l.wake)
	if err := errors.Join(<-l.done, l.conn.Close(), l.db.Close()); err != nil {
		b.Fatal(err)
	}
}
