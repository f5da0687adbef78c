package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/ledger"
)

// Commitments come to the list of the public log in groups: with the answers that
// are re-filed together, by Pend, and one by one where residents had them opened. A
// group is written in a random order and named with the day of its oldest answer, so
// that neither its place nor its time says anything of one of them.

const (
	sqlHandOver = `INSERT INTO ledger_pending (log, since, leaves) VALUES ($1, $2, $3)`
	dayMillis   = 24 * 60 * 60 * 1000
	eastMillis  = 8 * 60 * 60 * 1000 // Asia/Shanghai
)

// handOver gives commitments to the list of a survey's log, inside the transaction in
// which they leave the intake.
func handOver(ctx context.Context, tx *sql.Tx, number uint16, day int32, leaves []ledger.Commitment) error {
	if len(leaves) == 0 {
		return nil
	}
	group := make([]byte, 0, len(leaves)*len(ledger.Commitment{}))
	for _, i := range shuffled(len(leaves)) {
		group = append(group, leaves[i][:]...)
	}
	if _, err := tx.ExecContext(ctx, sqlHandOver, int64(number), int64(day)*dayMillis-eastMillis, group); err != nil {
		return fmt.Errorf("survey: hand commitments over: %w", err)
	}
	return nil
}

// committed are the answers of a group with their commitments, as re-filing reads
// them.
type committed struct {
	records []survey.Record
	marks   [][]byte // of those that may be answered again
	leaves  []ledger.Commitment
	day     int32 // of the oldest answer
}

func (g *committed) add(r survey.Record, commitment, mark []byte) {
	g.records, g.marks = append(g.records, r), append(g.marks, mark)
	g.leaf(r.Day, commitment)
}

func (g *committed) leaf(day int32, commitment []byte) {
	if len(commitment) != len(ledger.Commitment{}) {
		return
	}
	if len(g.leaves) == 0 || day < g.day {
		g.day = day
	}
	g.leaves = append(g.leaves, ledger.Commitment(commitment))
}

const (
	sqlUnpended = `SELECT day, commitment FROM intake WHERE survey = $1 AND commitment IS NOT NULL`
	sqlPended   = `UPDATE intake SET commitment = NULL WHERE survey = $1 AND commitment IS NOT NULL`
)

// Pend hands the commitments of the answers that wait to be re-filed to the log's
// list: the promise that a commitment is in the log within a day does not wait for a
// group to fill.
func (in *Intake) Pend(ctx context.Context, number uint16) error {
	return in.db.Write(ctx, func(tx *sql.Tx) error {
		var g committed
		err := scanned(ctx, tx, sqlUnpended, func(rows *sql.Rows) error {
			var day int32
			var c []byte
			if err := rows.Scan(&day, &c); err != nil {
				return err
			}
			g.leaf(day, c)
			return nil
		}, int64(number))
		if err != nil || len(g.leaves) == 0 {
			return err
		}
		if err := handOver(ctx, tx, number, g.day, g.leaves); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlPended, int64(number)); err != nil {
			return fmt.Errorf("survey: hand commitments over: %w", err)
		}
		return nil
	})
}

// half a commitment is enough to know one: 128 bits.
type halfCommitment [16]byte

// short is the number that the whole commitment is found by.
func (h halfCommitment) short() int64 {
	var c ledger.Commitment
	copy(c[:], h[:])
	return c.Short()
}

func halved(c ledger.Commitment) halfCommitment { return halfCommitment(c[:16]) }

// fresh are the commitments of the last answers, in the order of their coming, until
// they have been handed over for good.
type fresh []halfCommitment

// cut forgets all but those of the answers that still wait. Within one commit the
// answers are shuffled, so that as many more are kept as a commit can have.
func (f *fresh) cut(unfiled int) {
	if keep := unfiled + maxBatch; len(*f) > 2*keep {
		*f = append(fresh(nil), (*f)[len(*f)-keep:]...)
	}
}

// Waits reports whether a commitment is that of an answer on disk which may not have
// been handed over yet.
func (in *Intake) Waits(number uint16, c ledger.Commitment) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	col, ok := in.columns[number]
	if !ok {
		return false
	}
	want := halved(c)
	for _, one := range col.fresh {
		if one == want {
			return true
		}
	}
	return false
}

const sqlHeldBy = `SELECT commitment FROM intake WHERE survey = $1 AND commitment IS NOT NULL`

// WaitingBy returns the commitments of answers with a short code that have not been
// handed over yet. The table is read only where memory knows of one.
func (in *Intake) WaitingBy(ctx context.Context, number uint16, short int64) (out []ledger.Commitment, err error) {
	if !in.knows(number, short) {
		return nil, nil
	}
	err = scanned(ctx, in.db.Reader(), sqlHeldBy, func(rows *sql.Rows) error {
		var c []byte
		if err := rows.Scan(&c); err != nil {
			return err
		}
		if len(c) == len(ledger.Commitment{}) && ledger.Commitment(c).Short() == short {
			out = append(out, ledger.Commitment(c))
		}
		return nil
	}, int64(number))
	return out, err
}

// knows reports whether one of the last answers has a short code.
func (in *Intake) knows(number uint16, short int64) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	col, ok := in.columns[number]
	return ok && slices.ContainsFunc(col.fresh, func(one halfCommitment) bool { return one.short() == short })
}

// Spoiled reports whether a commitment was opened as a check.
func (in *Intake) Spoiled(number uint16, c ledger.Commitment) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	col, ok := in.columns[number]
	return ok && col.spoiled[halved(c)]
}

const sqlSpoil = `INSERT INTO spoiled (commitment, survey, salt, content) VALUES ($1, $2, $3, $4)
	ON CONFLICT (commitment) DO NOTHING`

// Spoil keeps what opens a commitment and hands the commitment to the log's list, in
// one transaction. From the moment it is asked for nothing is cast under it.
func (in *Intake) Spoil(ctx context.Context, s survey.Spoiled) error {
	in.spoiling.Lock()
	defer in.spoiling.Unlock()
	known, err := in.admitSpoil(&s)
	if err != nil || known {
		return err
	}
	err = in.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlSpoil, s.Commitment[:], int64(s.Survey), s.Salt, s.Row); err != nil {
			return fmt.Errorf("survey: spoil: %w", err)
		}
		return handOver(ctx, tx, s.Survey, s.Day, []ledger.Commitment{s.Commitment})
	})
	if err == nil {
		return nil
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.column(s.Survey).spoiled, halved(s.Commitment))
	return db.Refuse(err)
}

// admitSpoil refuses what Put would refuse, and a form whose answer has come. It
// reports whether the commitment was spoiled before.
func (in *Intake) admitSpoil(s *survey.Spoiled) (known bool, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	c := in.column(s.Survey)
	key := short(s.Key[:])
	_, waiting := c.pending[key]
	_, _, stored := c.keys.find(key)
	switch {
	case stored || waiting:
		return false, fault.New(fault.Conflict, "commitment.cast")
	case c.spoiled[halved(s.Commitment)]:
		return true, nil
	case in.unable() != nil:
		return false, in.unable()
	case s.Admit != nil:
		return false, s.Admit
	case c.sealed:
		return false, fault.New(fault.Closed, "survey.closed")
	case s.OneTime && c.spent.has(s.Serial) && !c.mayRevise(s.Revise):
		return false, fault.New(fault.Conflict, "token.spent")
	}
	c.spoiled[halved(s.Commitment)] = true
	return false, nil
}

const sqlSpoils = `SELECT salt, content, commitment FROM spoiled WHERE survey = $1 ORDER BY commitment`

// Spoils calls fn for each commitment of a survey that was opened as a check.
func (s *Store) Spoils(ctx context.Context, number uint16, fn func(survey.Spoiled) error) error {
	return scanned(ctx, s.db.Reader(), sqlSpoils, func(rows *sql.Rows) error {
		one, c := survey.Spoiled{Survey: number}, []byte(nil)
		if err := rows.Scan(&one.Salt, &one.Row, &c); err != nil {
			return err
		}
		copy(one.Commitment[:], c)
		return fn(one)
	}, int64(number))
}

const sqlLeaves = `SELECT number, hashes FROM ledger_tile WHERE log = $1 AND level = -1 ORDER BY number`

// errLeaves is a tile of leaves of another width than tiles have.
var errLeaves = errors.New("survey: a tile of leaves is damaged")

// Leaves returns the places of the commitments in a survey's log.
func (s *Store) Leaves(ctx context.Context, number uint16) (map[ledger.Commitment]int64, error) {
	const width, size = 256, len(ledger.Commitment{})
	out := map[ledger.Commitment]int64{}
	err := scanned(ctx, s.db.Reader(), sqlLeaves, func(rows *sql.Rows) error {
		var tile int64
		var hashes []byte
		if err := rows.Scan(&tile, &hashes); err != nil {
			return err
		}
		if len(hashes)%size != 0 || len(hashes) > width*size {
			return errLeaves
		}
		for i := 0; len(hashes) > 0; i, hashes = i+1, hashes[size:] {
			out[ledger.Commitment(hashes[:size])] = tile*width + int64(i)
		}
		return nil
	}, int64(number))
	return out, err
}

const (
	sqlLoadSpoiled = `SELECT survey, commitment FROM spoiled`
	sqlLoadFresh   = `SELECT survey, commitment FROM intake WHERE commitment IS NOT NULL ORDER BY seq`
)

// loadCommitments reads which commitments may not be cast, and which are not handed
// over yet.
func (in *Intake) loadCommitments(ctx context.Context) error {
	take := func(query string, fn func(*column, ledger.Commitment)) error {
		return scanned(ctx, in.db.Reader(), query, func(rows *sql.Rows) error {
			var number int64
			var c []byte
			if err := rows.Scan(&number, &c); err != nil {
				return err
			}
			if len(c) != len(ledger.Commitment{}) || bytes.Equal(c, make([]byte, len(c))) {
				return fmt.Errorf("survey %d: a commitment of %d bytes", number, len(c))
			}
			fn(in.of(uint16(number)), ledger.Commitment(c))
			return nil
		})
	}
	return errors.Join(
		take(sqlLoadSpoiled, func(c *column, one ledger.Commitment) { c.spoiled[halved(one)] = true }),
		take(sqlLoadFresh, func(c *column, one ledger.Commitment) { c.fresh = append(c.fresh, halved(one)) }),
	)
}
