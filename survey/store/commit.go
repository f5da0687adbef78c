package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"minyi/indicators/db"
	"minyi/survey"
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
)

const (
	sqlBegin    = `BEGIN IMMEDIATE`
	sqlCommit   = `COMMIT`
	sqlRollback = `ROLLBACK`
	sqlIntake   = `INSERT INTO intake (survey, batch, outcome, cell, english, day, answers, comment, trace, proof, blind, commitment, revise)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	sqlSpend = `INSERT INTO spent (survey, chunk, bits) VALUES ($1, $2, $3)
		ON CONFLICT (survey, chunk) DO UPDATE SET bits = excluded.bits`
	sqlResend = `INSERT INTO resend (survey, form, content, quota) VALUES ($1, $2, $3, $4)`
	sqlDraft  = `INSERT INTO draft (id, survey, day, sealed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET day = excluded.day, sealed = excluded.sealed`
	sqlEndDraft = `DELETE FROM draft WHERE id = $1`
)

// prepared holds the statements of the writer on the one connection that they
// were made for: at the driver's level they cost a third of what they cost
// through database/sql.
type prepared struct {
	conn driver.Conn
	args []driver.NamedValue // of the statement that runs
	begin, end, undo,
	intake, spend, resend,
	draft, endDraft, sum, stand driver.Stmt
	order []int // of the columns of an answer
	row   []driver.Value
}

// commit writes the items in one transaction. The connection is given back
// between commits, since the agency's own steps need it too.
func (p *prepared) commit(ctx context.Context, in *Intake, items []*item) (err error) {
	conn, err := in.db.WriteConn(ctx)
	if err != nil {
		return db.Refuse(err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	err = conn.Raw(func(raw any) error {
		if err := p.on(ctx, in.db, raw); err != nil {
			return err
		}
		return in.db.Unwatched(raw, func() error { return p.write(ctx, in, items) })
	})
	if err != nil {
		return db.Refuse(fmt.Errorf("survey: store answers: %w", err))
	}
	return nil
}

// on prepares the statements unless they belong to this connection already.
func (p *prepared) on(ctx context.Context, d *db.DB, raw any) (err error) {
	conn, ok := raw.(driver.Conn)
	if !ok {
		return fmt.Errorf("survey: %T is no connection", raw)
	}
	if p.conn == conn {
		return nil
	}
	maker, ok := raw.(driver.ConnPrepareContext)
	if !ok {
		return fmt.Errorf("survey: %T does not prepare", raw)
	}
	fresh := prepared{conn: conn, args: p.args}
	if fresh.order, err = intakeOrder(ctx, d); err != nil {
		return err
	}
	for _, s := range []struct {
		to   *driver.Stmt
		text string
	}{
		{&fresh.begin, sqlBegin},
		{&fresh.end, sqlCommit},
		{&fresh.undo, sqlRollback},
		{&fresh.intake, sqlIntake},
		{&fresh.spend, sqlSpend},
		{&fresh.resend, sqlResend},
		{&fresh.draft, sqlDraft},
		{&fresh.endDraft, sqlEndDraft},
		{&fresh.sum, db.SumStatement},
		{&fresh.stand, db.StandStatement},
	} {
		stmt, err := maker.PrepareContext(ctx, s.text)
		if err != nil {
			return fmt.Errorf("survey: prepare: %w", err)
		}
		*s.to = stmt
	}
	*p = fresh
	return nil
}

// release gives the statements back, on their own connection.
func (p *prepared) release(ctx context.Context, in *Intake) (err error) {
	if p.conn == nil {
		return nil
	}
	conn, err := in.db.WriteConn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return conn.Raw(func(raw any) error {
		if own, _ := raw.(driver.Conn); own != p.conn {
			p.conn = nil // the pool gave their connection up after a failure, and they went with it
			return nil
		}
		var all []error
		for _, s := range []driver.Stmt{p.begin, p.end, p.undo, p.intake, p.spend, p.resend, p.draft, p.endDraft, p.sum, p.stand} {
			all = append(all, s.Close())
		}
		p.conn = nil
		return errors.Join(all...)
	})
}

func (p *prepared) write(ctx context.Context, in *Intake, items []*item) error {
	if err := p.exec(ctx, p.begin); err != nil {
		return err
	}
	touched := in.mark(items)
	var now db.Stand
	err := p.rows(ctx, in.db, items, touched)
	if err == nil {
		now, err = p.sums(ctx, in.db)
	}
	if err == nil {
		err = p.exec(ctx, p.end)
	}
	if err != nil {
		in.unmark(items)
		// A failed commit may have ended the transaction; then this is refused.
		_ = p.exec(ctx, p.undo)
		return err
	}
	in.db.Reached(now)
	return nil
}

// rows writes drafts in the order of their coming, then answers, keys and spent
// bits, each in an order of its own.
func (p *prepared) rows(ctx context.Context, d *db.DB, items []*item, touched map[place]*[chunkBytes]byte) error {
	entries := make([]*survey.Entry, 0, len(items))
	for _, it := range items {
		if it.entry != nil {
			entries = append(entries, it.entry)
		} else if err := p.keep(ctx, it.draft); err != nil {
			return err
		}
	}
	if err := p.answers(ctx, d, entries); err != nil {
		return err
	}
	if err := p.marks(ctx, entries); err != nil {
		return err
	}
	for _, i := range shuffled(len(items)) {
		if it := items[i]; it.drafted {
			if err := p.exec(ctx, p.endDraft, it.entry.Draft[:]); err != nil {
				return err
			}
		}
	}
	for at, bits := range touched {
		if err := p.exec(ctx, p.spend, int64(at.survey), int64(at.chunk), bits[:]); err != nil {
			return err
		}
	}
	return nil
}

func (p *prepared) keep(ctx context.Context, u *survey.Unsent) error {
	return p.exec(ctx, p.draft, u.ID[:], int64(u.Survey), int64(u.Day), u.Sealed)
}

// answers writes the rows of the answers.
func (p *prepared) answers(ctx context.Context, d *db.DB, entries []*survey.Entry) error {
	for _, i := range shuffled(len(entries)) {
		r, leaf := &entries[i].Record, driver.Value(nil)
		if entries[i].Commitment != (ledger.Commitment{}) {
			leaf = entries[i].Commitment[:]
		}
		mark := driver.Value(nil)
		if entries[i].Revise != (survey.Mark{}) {
			mark = entries[i].Revise[:]
		}
		if err := p.add(ctx, d, int64(entries[i].Survey), int64(r.Batch), int64(r.Outcome), int64(r.Cell), bit(r.English),
			int64(r.Day), r.Answers, r.Comment, blob(r.Trace), blob(r.Proof), blob(r.Blind), leaf, mark); err != nil {
			return err
		}
	}
	return nil
}

// echo is what the resends of one commit and survey are known by: the HMACs of
// their keys and contents, one after the other. A row a commit costs a tenth of
// a row an answer, and tells no more than the order of the commits.
type echo struct{ form, content []byte }

// echoOf names the echo that an answer goes into.
type echoOf struct {
	survey uint16
	full   bool // its cell was full
}

// marks writes by what a resend is known.
func (p *prepared) marks(ctx context.Context, entries []*survey.Entry) error {
	echoes := map[echoOf]*echo{}
	for _, i := range shuffled(len(entries)) {
		e := entries[i]
		at := echoOf{e.Survey, e.Record.Outcome == questionnaire.QuotaFull}
		if echoes[at] == nil {
			echoes[at] = &echo{}
		}
		echoes[at].form = append(echoes[at].form, e.Key[:]...)
		echoes[at].content = append(echoes[at].content, e.Content[:]...)
	}
	for at, one := range echoes {
		if err := p.exec(ctx, p.resend, int64(at.survey), one.form, one.content, bit(at.full)); err != nil {
			return err
		}
	}
	return nil
}

// place names one row of spent bits.
type place struct {
	survey uint16
	chunk  uint32
}

// mark sets the bits of the items in the writer's own map and returns the
// chunks that this touches.
func (in *Intake) mark(items []*item) map[place]*[chunkBytes]byte {
	touched := map[place]*[chunkBytes]byte{}
	for _, it := range items {
		if e := it.entry; e != nil && e.OneTime {
			disk := in.onDisk(e.Survey)
			disk.set(e.Serial)
			touched[place{e.Survey, e.Serial / chunkBits}] = disk[e.Serial/chunkBits]
		}
	}
	return touched
}

func (in *Intake) unmark(items []*item) {
	for _, it := range items {
		if it.entry != nil && it.entry.OneTime && (it.reply == nil || it.reply.first()) {
			in.onDisk(it.entry.Survey).clear(it.entry.Serial)
		}
	}
}

func (in *Intake) onDisk(number uint16) bitmap {
	return in.of(number).disk
}

// blob is a value of a column that may have none.
func blob(b []byte) driver.Value {
	if b == nil {
		return nil
	}
	return b
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// exec runs one prepared statement. The driver keeps none of the arguments.
func (p *prepared) exec(ctx context.Context, stmt driver.Stmt, args ...driver.Value) error {
	runner, ok := stmt.(driver.StmtExecContext)
	if !ok {
		return fmt.Errorf("survey: %T does not run", stmt)
	}
	p.args = named(p.args[:0], args)
	_, err := runner.ExecContext(ctx, p.args)
	return err
}

// named appends the arguments to dst by their places.
func named(dst []driver.NamedValue, args []driver.Value) []driver.NamedValue {
	for i, a := range args {
		dst = append(dst, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return dst
}
