package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"minyi/survey"
	"minyi/survey/questionnaire"
)

// Where a round lets residents answer again, the later answer takes the place of the
// earlier one in memory as it is stored, and in the tables soon after: a statement of
// the intake costs no more where nobody may. Until then the numbers of the table
// intake say which came later.

// reply is the last answer of a link in memory, under the answer's mark.
type reply struct {
	batch, cell uint32
	outcome     questionnaire.Disposition
	answers     []byte
	stored      bool
	lost        bool   // it could not be stored
	before      *reply // in whose place it comes; nil once that is settled
}

// mayRevise reports whether the answer behind a mark may be answered again.
func (c *column) mayRevise(mark survey.Mark) bool {
	return mark != (survey.Mark{}) && c.last[mark] != nil
}

// Revisable reports whether a spent link may answer again, by its mark.
func (in *Intake) Revisable(number uint16, mark survey.Mark) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	c, ok := in.columns[number]
	return ok && c.mayRevise(mark)
}

// stand makes an answer that is welcome the last of its link, and gives back the place
// that the earlier one has in its cell. It returns nil where nobody may answer again.
func (c *column) stand(e *survey.Entry) *reply {
	if e.Revise == (survey.Mark{}) {
		return nil
	}
	before := c.last[e.Revise]
	if before != nil {
		c.vacate(before)
	}
	r := &e.Record
	one := &reply{batch: r.Batch, cell: r.Cell, answers: r.Answers, before: before}
	c.last[e.Revise] = one
	return one
}

// fill notes what became of the answer as it was entered.
func (s *reply) fill(e *survey.Entry) {
	if s != nil {
		s.outcome = e.Record.Outcome
	}
}

// vacate and occupy change what an answer takes of its batch and cell.
func (c *column) vacate(s *reply) {
	c.taken[s.batch]--
	if s.cell != 0 && s.outcome.InScope() {
		c.cells[s.cell]--
	}
}

func (c *column) occupy(s *reply) {
	c.taken[s.batch]++
	if s.cell != 0 && s.outcome.InScope() {
		c.cells[s.cell]++
	}
}

// fall takes back an answer that could not be stored, and reports whether it counted
// until then: another may stand in its place.
func (c *column) fall(mark survey.Mark, s *reply) (counted bool) {
	if s.lost = true; c.last[mark] != s {
		return false
	}
	delete(c.last, mark)
	if before := s.before; before != nil && !before.lost {
		c.last[mark] = before
		c.occupy(before)
	}
	return true
}

// first reports whether no answer of the link has been stored before it.
func (s *reply) first() bool { return s.before == nil || s.before.lost }

// replace counts a stored answer in the place of the earlier one of its link.
func (c *column) replace(serial uint32, s *reply) {
	c.spent.set(serial) // the earlier one may not have been stored
	s.stored = true
	before := s.before
	if s.before = nil; before == nil || !before.stored {
		return
	}
	if before.outcome != questionnaire.QuotaFull {
		c.sheets.remove(before.batch, before.answers)
	}
	c.count(before.batch, before.outcome, -1)
	c.place(before.cell, before.outcome, -1)
	c.revised++
}

// follows reports whether an answer comes in the place of one that waits for its
// commit: the two are never in one commit, where answers are shuffled.
func (it *item) follows() bool {
	return it.reply != nil && it.reply.before != nil && !it.reply.before.stored
}

const (
	sqlEarlier = `SELECT i.seq, i.batch, i.outcome, i.day, i.answers, i.proof, i.commitment FROM intake AS i
		WHERE i.survey = $1 AND i.revise IS NOT NULL
		AND EXISTS (SELECT 1 FROM intake AS j WHERE j.revise = i.revise AND j.revise IS NOT NULL AND j.survey = i.survey AND j.seq > i.seq)`
	sqlEarlierFiled = `SELECT r.id, r.batch, r.outcome, r.day, r.answers, r.proof, NULL FROM response AS r
		WHERE r.survey = $1 AND r.revise IS NOT NULL
		AND r.revise IN (SELECT revise FROM intake WHERE survey = $1 AND revise IS NOT NULL)`
	sqlSupersede   = `INSERT INTO superseded (survey, proof, batch, outcome, answers) VALUES ($1, $2, $3, $4, $5)`
	sqlOutOfIntake = `DELETE FROM intake WHERE seq = $1`
	sqlOutOfFiled  = `DELETE FROM response WHERE id = $1`
	sqlOutOfTraces = `DELETE FROM paradata WHERE survey = $1 AND id = $2`
)

// earlier is an answer that was answered again.
type earlier struct {
	at         int64 // seq or id
	record     survey.Record
	commitment []byte
}

func earlierOf(ctx context.Context, tx *sql.Tx, query string, number uint16) (out []earlier, err error) {
	err = scanned(ctx, tx, query, func(rows *sql.Rows) error {
		var one earlier
		r := &one.record
		if err := rows.Scan(&one.at, &r.Batch, &r.Outcome, &r.Day, &r.Answers, &r.Proof, &one.commitment); err != nil {
			return err
		}
		out = append(out, one)
		return nil
	}, int64(number))
	return out, err
}

// supersede moves the answers of a survey that were answered again out of the tables
// that estimates are made of, inside a transaction, and hands their commitments over
// that no list of the log has yet, by themselves: the log's own shuffle comes after. It
// returns how many of the answers waited to be re-filed.
func supersede(ctx context.Context, tx *sql.Tx, number uint16) (unfiled int, err error) {
	waiting, err := earlierOf(ctx, tx, sqlEarlier, number)
	if err != nil {
		return 0, err
	}
	filed, err := earlierOf(ctx, tx, sqlEarlierFiled, number)
	if err != nil {
		return 0, err
	}
	run := func(query string, args ...any) error {
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return fmt.Errorf("survey: supersede: %w", err)
		}
		return nil
	}
	move := func(one *earlier, query string) error {
		r := &one.record
		return errors.Join(run(sqlSupersede, int64(number), r.Proof, int64(r.Batch), int64(r.Outcome), r.Answers), run(query, one.at))
	}
	var left committed
	for i := range waiting {
		if err := move(&waiting[i], sqlOutOfIntake); err != nil {
			return 0, err
		}
		left.leaf(waiting[i].record.Day, waiting[i].commitment)
	}
	for i := range filed {
		if err := errors.Join(move(&filed[i], sqlOutOfFiled), run(sqlOutOfTraces, int64(number), filed[i].at)); err != nil {
			return 0, err
		}
	}
	return len(waiting), handOver(ctx, tx, number, left.day, left.leaves)
}

// supersedeAll does so for every survey in which answers were answered again; see
// refileGroups.
func (in *Intake) supersedeAll(ctx context.Context) {
	in.mu.Lock()
	var ready []uint16
	for number, c := range in.columns {
		if c.revised > 0 {
			ready = append(ready, number)
		}
	}
	in.mu.Unlock()
	for _, number := range ready {
		if in.supersedeOf(ctx, number) != nil {
			return
		}
	}
	if len(ready) > 0 {
		_ = in.forget(ctx) // best effort, as after re-filing
	}
}

// supersedeOf does so for one survey, in a transaction of its own.
func (in *Intake) supersedeOf(ctx context.Context, number uint16) error {
	in.mu.Lock()
	due := in.column(number).revised
	in.mu.Unlock()
	if due == 0 {
		return nil
	}
	unfiled := 0
	err := in.db.Write(ctx, func(tx *sql.Tx) (err error) {
		unfiled, err = supersede(ctx, tx, number)
		return err
	})
	if err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	c := in.column(number)
	c.unfiled -= unfiled
	c.revised -= due
	return nil
}

const (
	sqlMarked       = `SELECT survey FROM intake WHERE revise IS NOT NULL GROUP BY survey`
	sqlLoadStanding = `SELECT (survey << 16) | (outcome << 8), (batch << 32) | cell, answers, revise FROM response WHERE revise IS NOT NULL
		UNION ALL SELECT (survey << 16) | (outcome << 8), (batch << 32) | cell, answers, revise FROM intake WHERE revise IS NOT NULL`
)

// marked are the surveys in which answers wait that may be answered again.
func marked(ctx context.Context, q asker) (numbers []uint16, err error) {
	err = scanned(ctx, q, sqlMarked, func(rows *sql.Rows) error {
		var number uint16
		err := rows.Scan(&number)
		numbers = append(numbers, number)
		return err
	})
	return numbers, err
}

// overtake finishes, before anything is read, what a stop cut short: of each link one
// answer stands.
func (in *Intake) overtake(ctx context.Context) error {
	numbers, err := marked(ctx, in.db.Reader())
	for _, number := range numbers {
		in.column(number).revised++
		err = errors.Join(err, in.supersedeOf(ctx, number))
		in.column(number).unfiled = 0 // nothing is counted yet
	}
	return err
}

func (in *Intake) loadStanding(row []driver.Value) error {
	var what, where int64
	if err := numbersOf(row, &what, &where); err != nil {
		return err
	}
	answers, err := bytesOf(row[2])
	if err != nil {
		return err
	}
	mark, err := exactly(len(survey.Mark{}), row[3])
	if err != nil {
		return fmt.Errorf("mark of an answer: %w", err)
	}
	in.of(uint16(what >> 16)).last[survey.Mark(mark)] = &reply{
		batch: uint32(where >> 32), cell: uint32(where), outcome: questionnaire.Disposition(what >> 8 & 255), answers: answers, stored: true,
	}
	return nil
}

const sqlSuperseded = `SELECT proof, batch, outcome, answers FROM superseded WHERE survey = $1 ORDER BY proof`

// Superseded calls fn for each answer of a survey that was answered again.
func (s *Store) Superseded(ctx context.Context, number uint16, fn func(survey.Record) error) error {
	return scanned(ctx, s.db.Reader(), sqlSuperseded, func(rows *sql.Rows) error {
		var r survey.Record
		if err := rows.Scan(&r.Proof, &r.Batch, &r.Outcome, &r.Answers); err != nil {
			return err
		}
		return fn(r)
	}, int64(number))
}

const sqlUnmark = `UPDATE response SET revise = NULL WHERE survey = $1 AND revise IS NOT NULL`

// eraseMarks deletes the marks of a closed survey's answers, and returns how many.
func (in *Intake) eraseMarks(ctx context.Context, number uint16) (int64, error) {
	gone, err := in.delete(ctx, sqlUnmark, int64(number))
	if err != nil {
		return 0, err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	clear(in.column(number).last)
	return gone, nil
}
