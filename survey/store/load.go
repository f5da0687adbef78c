package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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

const (
	sqlLoadAnswers = `SELECT survey, batch, outcome, cell, answers, 0 FROM response
		UNION ALL SELECT survey, batch, outcome, cell, answers, 1 FROM intake`
	sqlLoadSpent = `SELECT survey, chunk, bits FROM spent`
	sqlLoadKeys  = `SELECT survey, form, content, quota FROM resend`
)

// load reads answers and keys side by side: with many of them the start waits for
// the processor, not for the disk.
func (in *Intake) load(ctx context.Context) error {
	keys := make(chan error, 1)
	go func() { keys <- in.each(ctx, sqlLoadKeys, in.loadKey) }()
	return errors.Join(
		in.each(ctx, sqlLoadAnswers, in.loadAnswer),
		in.each(ctx, sqlLoadSpent, in.loadSpent),
		<-keys)
}

// of returns the column of a survey while others are looked up as well.
func (in *Intake) of(number uint16) *column {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.column(number)
}

const sqlShrink = `PRAGMA shrink_memory`

// each reads on a connection of its own and gives back what that took: a start
// reads all there is, once.
func (in *Intake) each(ctx context.Context, query string, take func(*sql.Rows) error) (err error) {
	conn, err := in.db.Reader().Conn(ctx)
	if err != nil {
		return fmt.Errorf("survey: load: %w", err)
	}
	defer func() {
		_, shrunk := conn.ExecContext(ctx, sqlShrink)
		err = errors.Join(err, shrunk, conn.Close())
	}()
	return scan(ctx, conn, query, take)
}

func scan(ctx context.Context, conn *sql.Conn, query string, take func(*sql.Rows) error) (err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("survey: load: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := take(rows); err != nil {
			return fmt.Errorf("survey: load: %w", err)
		}
	}
	return rows.Err()
}

func (in *Intake) loadAnswer(rows *sql.Rows) error {
	var number uint16
	var batch, cell uint32
	var outcome questionnaire.Disposition
	var answers sql.RawBytes
	var unfiled int
	if err := rows.Scan(&number, &batch, &outcome, &cell, &answers, &unfiled); err != nil {
		return err
	}
	c := in.of(number)
	if err := c.fits(answers); err != nil {
		return err
	}
	c.taken[batch]++
	if cell != 0 && outcome.InScope() {
		c.cells[cell]++
	}
	c.add(batch, cell, outcome, answers)
	c.unfiled += unfiled
	return nil
}

func (in *Intake) loadSpent(rows *sql.Rows) error {
	var number uint16
	var chunk uint32
	var bits sql.RawBytes
	if err := rows.Scan(&number, &chunk, &bits); err != nil {
		return err
	}
	if len(bits) != chunkBytes {
		return fmt.Errorf("spent chunk %d of survey %d has %d bytes", chunk, number, len(bits))
	}
	c := in.of(number)
	c.spent[chunk], c.disk[chunk] = new([chunkBytes]byte), new([chunkBytes]byte)
	copy(c.spent[chunk][:], bits)
	copy(c.disk[chunk][:], bits)
	return nil
}

func (in *Intake) loadKey(rows *sql.Rows) error {
	var number uint16
	var form, content sql.RawBytes
	var full bool
	if err := rows.Scan(&number, &form, &content, &full); err != nil {
		return err
	}
	const size = len(survey.Entry{}.Key)
	if len(form) == 0 || len(form)%size != 0 || len(content) != len(form) {
		return fmt.Errorf("keys of survey %d are cut short", number)
	}
	c := in.of(number)
	for at := 0; at < len(form); at += size {
		c.keys.add(short(form[at:]), short(content[at:]), full)
	}
	return nil
}
