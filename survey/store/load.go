package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"minyi/indicators/db"
	"minyi/survey"
	"minyi/survey/questionnaire"
)

// restTime is how often the writer looks whether answers can be re-filed.
const restTime = 500 * time.Millisecond

// StartIntake reads what is stored and starts the writer. The caller must Close
// it before the database. ctx only carries values: the writer runs until Close.
func StartIntake(ctx context.Context, d *db.DB) (*Intake, error) {
	in := &Intake{
		db: d, columns: map[uint16]*column{}, rest: restTime, most: maxBatch,
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan error, 1), broken: make(chan struct{}),
	}
	if err := in.load(ctx); err != nil {
		return nil, err
	}
	go in.run(context.WithoutCancel(ctx))
	return in, nil
}

// Broken is closed when the disk failed to sync: the process should end, so that
// a restart reads what is really there.
func (in *Intake) Broken() <-chan struct{} { return in.broken }

// Close takes no further answers, stores those that wait and stops the writer.
func (in *Intake) Close() error {
	in.mu.Lock()
	in.closing = true
	in.mu.Unlock()
	close(in.stop)
	return <-in.done
}

// Of a million rows each column is asked for a million times, under locks: so the
// numbers of an answer come two in one.
const (
	sqlMiddle    = `SELECT coalesce(max(id), 0) / 2 FROM response`
	sqlLoadFirst = `SELECT (survey << 16) | (outcome << 8), (batch << 32) | cell, answers FROM response WHERE id <= $1`
	sqlLoadRest  = `SELECT (survey << 16) | (outcome << 8), (batch << 32) | cell, answers FROM response WHERE id > $1
		UNION ALL SELECT (survey << 16) | (outcome << 8) | 1, (batch << 32) | cell, answers FROM intake`
	sqlLoadSpent  = `SELECT survey, chunk, bits FROM spent`
	sqlLoadDrafts = `SELECT id FROM draft`
	sqlLoadKeys   = `SELECT survey, quota, form, content FROM resend`
)

// load reads the answers, in two halves, and the keys side by side: with many of
// them the start waits for the processors, not for the disk.
func (in *Intake) load(ctx context.Context) error {
	if err := in.overtake(ctx); err != nil {
		return err
	}
	var middle int64
	if err := in.db.Reader().QueryRowContext(ctx, sqlMiddle).Scan(&middle); err != nil {
		return fmt.Errorf("survey: load: %w", err)
	}
	first, rest := newHalf(), newHalf()
	var wait sync.WaitGroup
	var errs [3]error
	wait.Go(func() { errs[0] = in.each(ctx, sqlLoadFirst, first.loadAnswer, middle) })
	wait.Go(func() { errs[1] = in.each(ctx, sqlLoadRest, rest.loadAnswer, middle) })
	wait.Go(func() { errs[2] = in.each(ctx, sqlLoadKeys, in.loadKey) })
	err := errors.Join(in.each(ctx, sqlLoadSpent, in.loadSpent), in.each(ctx, sqlLoadDrafts, in.loadDraft), in.each(ctx, sqlLoadStanding, in.loadStanding))
	wait.Wait()
	if err = errors.Join(err, errors.Join(errs[:]...)); err != nil {
		return err
	}
	return errors.Join(first.into(in), rest.into(in), in.loadCommitments(ctx))
}

// half is what one of those who read has read of the answers. It counts by batch
// and by cell, since a million rows have few of them.
type half struct {
	sheets         map[uint16]*sheets
	unfiled        map[uint16]int
	batches, cells map[counted]int
}

// counted names the answers of a batch, or of a cell, with one disposition.
type counted struct {
	survey  uint16
	outcome questionnaire.Disposition
	of      uint32
}

func newHalf() *half {
	return &half{sheets: map[uint16]*sheets{}, unfiled: map[uint16]int{}, batches: map[counted]int{}, cells: map[counted]int{}}
}

// into adds what was read to the columns.
func (h *half) into(in *Intake) error {
	for number, n := range h.unfiled {
		in.of(number).unfiled += n
	}
	for at, n := range h.batches {
		c := in.of(at.survey)
		c.taken[at.of] += uint32(n)
		c.count(at.of, at.outcome, n)
	}
	for at, n := range h.cells {
		c := in.of(at.survey)
		c.place(at.of, at.outcome, n)
		if at.outcome.InScope() {
			c.cells[at.of] += uint32(n)
		}
	}
	for number, s := range h.sheets {
		if err := in.of(number).sheets.join(s); err != nil {
			return fmt.Errorf("survey %d: %w", number, err)
		}
	}
	return nil
}

// of returns the column of a survey while others are looked up as well.
func (in *Intake) of(number uint16) *column {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.column(number)
}

const sqlShrink = `PRAGMA shrink_memory`

// each reads on a connection of its own and gives back what that took: a start
// reads all there is, once. At the driver's level a row costs a third of what it
// costs through database/sql; what take is handed is its own to keep, but for the
// slice.
func (in *Intake) each(ctx context.Context, query string, take func([]driver.Value) error, args ...driver.Value) (err error) {
	conn, err := in.db.Reader().Conn(ctx)
	if err != nil {
		return fmt.Errorf("survey: load: %w", err)
	}
	defer func() {
		_, shrunk := conn.ExecContext(ctx, sqlShrink)
		err = errors.Join(err, shrunk, conn.Close())
	}()
	err = conn.Raw(func(raw any) error {
		asker, ok := raw.(driver.QueryerContext)
		if !ok {
			return fmt.Errorf("%T does not ask", raw)
		}
		rows, err := asker.QueryContext(ctx, query, named(nil, args))
		if err != nil {
			return err
		}
		return errors.Join(scan(rows, take), rows.Close())
	})
	if err != nil {
		return fmt.Errorf("survey: load: %w", err)
	}
	return nil
}

func scan(rows driver.Rows, take func([]driver.Value) error) error {
	row := make([]driver.Value, len(rows.Columns()))
	for {
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := take(row); err != nil {
			return err
		}
	}
}

// errColumn is a value of another kind than the column has: the tables are STRICT,
// so that only another schema gives one.
var errColumn = errors.New("a column of another kind")

// numbersOf reads the integers of the first columns of a row.
func numbersOf(row []driver.Value, to ...*int64) error {
	for i, n := range to {
		v, ok := row[i].(int64)
		if !ok {
			return errColumn
		}
		*n = v
	}
	return nil
}

// bytesOf reads a blob, which belongs to the caller.
func bytesOf(v driver.Value) ([]byte, error) {
	b, ok := v.([]byte)
	if !ok && v != nil {
		return nil, errColumn
	}
	return b, nil
}

// exactly reads a blob of so many bytes.
func exactly(size int, v driver.Value) ([]byte, error) {
	b, err := bytesOf(v)
	if err == nil && len(b) != size {
		err = fmt.Errorf("%w: %d bytes, want %d", errColumn, len(b), size)
	}
	return b, err
}

func (h *half) loadAnswer(row []driver.Value) error {
	var what, where int64
	if err := numbersOf(row, &what, &where); err != nil {
		return err
	}
	answers, err := bytesOf(row[2])
	if err != nil {
		return err
	}
	number, outcome := uint16(what>>16), questionnaire.Disposition(what>>8&255)
	batch, cell := uint32(where>>32), uint32(where)
	h.batches[counted{number, outcome, batch}]++
	if cell != 0 {
		h.cells[counted{number, outcome, cell}]++
	}
	if what&1 == 1 {
		h.unfiled[number]++
	}
	s := h.sheets[number]
	if s == nil {
		s = &sheets{}
		h.sheets[number] = s
	}
	if err := s.fits(answers); err != nil {
		return err
	}
	if outcome != questionnaire.QuotaFull {
		s.add(batch, answers)
	}
	return nil
}

func (in *Intake) loadSpent(row []driver.Value) error {
	var number, chunk int64
	if err := numbersOf(row, &number, &chunk); err != nil {
		return err
	}
	bits, err := exactly(chunkBytes, row[2])
	if err != nil {
		return fmt.Errorf("spent chunk %d of survey %d: %w", chunk, number, err)
	}
	c := in.of(uint16(number))
	disk := [chunkBytes]byte(bits)
	spent := disk
	c.spent[uint32(chunk)], c.disk[uint32(chunk)] = &spent, &disk
	return nil
}

func (in *Intake) loadDraft(row []driver.Value) error {
	id, err := exactly(len(survey.DraftID{}), row[0])
	if err != nil {
		return fmt.Errorf("a draft's name: %w", err)
	}
	in.kept.add(survey.DraftID(id))
	return nil
}

func (in *Intake) loadKey(row []driver.Value) error {
	var number, full int64
	if err := numbersOf(row, &number, &full); err != nil {
		return err
	}
	form, err := bytesOf(row[2])
	if err != nil {
		return err
	}
	content, err := bytesOf(row[3])
	if err != nil {
		return err
	}
	const size = len(survey.Entry{}.Key)
	if len(form) == 0 || len(form)%size != 0 || len(content) != len(form) {
		return fmt.Errorf("keys of survey %d are cut short", number)
	}
	c := in.of(uint16(number))
	for at := 0; at < len(form); at += size {
		c.keys.add(short(form[at:]), short(content[at:]), full != 0)
	}
	return nil
}
