package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey"
)

// Keep stores a draft with the next commit; see survey.Intake.
func (in *Intake) Keep(ctx context.Context, u survey.Unsent) error {
	answer, err := in.admitDraft(u)
	if err != nil {
		return err
	}
	return wait(ctx, answer)
}

// admitDraft queues a draft behind what came before it. A draft whose answer has
// come is not stored again.
func (in *Intake) admitDraft(u survey.Unsent) (chan error, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	c := in.column(u.Survey)
	switch {
	case in.unable() != nil:
		return nil, in.unable()
	case c.sealed:
		return nil, fault.New(fault.Closed, "survey.closed")
	case u.OneTime && c.spent.has(u.Serial) && !c.mayRevise(u.Revise), in.ended.has(u.ID):
		return nil, fault.New(fault.Conflict, "token.spent")
	}
	it := &item{draft: &u, waiting: []chan error{make(chan error, 1)}}
	c.drafts++
	in.kept.add(u.ID)
	in.push(it)
	return it.waiting[0], nil
}

const sqlUnsent = `SELECT sealed FROM draft WHERE id = $1 AND day >= $2`

// Unsent returns a sealed draft.
func (s *Store) Unsent(ctx context.Context, id survey.DraftID, since int32) ([]byte, error) {
	var sealed []byte
	err := s.db.Reader().QueryRowContext(ctx, sqlUnsent, id[:], int64(since)).Scan(&sealed)
	if db.Missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, db.Refuse(fmt.Errorf("survey: read a draft: %w", err))
	}
	return sealed, nil
}

const sqlSweep = `DELETE FROM draft WHERE survey = $1 AND day < $2`

// Sweep deletes the drafts of a survey that were last kept before the day.
func (in *Intake) Sweep(ctx context.Context, number uint16, before int32) error {
	gone, err := in.delete(ctx, sqlSweep, int64(number), int64(before))
	if err != nil || gone == 0 {
		return err
	}
	return in.forget(ctx)
}

// delete runs one deleting statement and returns how many rows it took.
func (in *Intake) delete(ctx context.Context, statement string, args ...any) (gone int64, err error) {
	err = in.db.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return fmt.Errorf("survey: delete: %w", err)
		}
		gone, err = done.RowsAffected()
		return err
	})
	return gone, err
}
