package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey/job"
)

const sqlOpenJobs = `SELECT doc FROM job WHERE open = 1 ORDER BY made, id`

const sqlAddJob = `INSERT INTO job (id, made, open, doc) VALUES ($1, $2, $3, $4)`

// AddJob stores a new job that the rule lets in.
func (s *Store) AddJob(ctx context.Context, j *job.Job, entry audit.Entry, rule func(open []*job.Job) error) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		open, err := jobs(tx.QueryContext(ctx, sqlOpenJobs))
		if err != nil {
			return err
		}
		if err := rule(open); err != nil {
			return err
		}
		doc, err := json.Marshal(j)
		if err != nil {
			return fmt.Errorf("job: write: %w", err)
		}
		if _, err := tx.ExecContext(ctx, sqlAddJob, j.ID, j.MadeAt.UnixMilli(), flag(j.Open()), string(doc)); err != nil {
			return fmt.Errorf("job: add: %w", err)
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

const sqlSaveJob = `UPDATE job SET open = $1, doc = $2 WHERE id = $3`

// UpdateJob loads a job, applies the rule and saves what it left, with its trail
// entry where there is one.
func (s *Store) UpdateJob(ctx context.Context, id string, entry *audit.Entry, rule func(*job.Job) error) (*job.Job, error) {
	var j *job.Job
	err := s.db.Write(ctx, func(tx *sql.Tx) (err error) {
		if j, err = loadJob(tx.QueryRowContext(ctx, sqlJob, id)); err != nil {
			return err
		}
		before := j.Brief()
		if err := rule(j); err != nil {
			return err
		}
		doc, err := json.Marshal(j)
		if err != nil {
			return fmt.Errorf("job: write: %w", err)
		}
		if _, err := tx.ExecContext(ctx, sqlSaveJob, flag(j.Open()), string(doc), id); err != nil {
			return fmt.Errorf("job: save: %w", err)
		}
		if entry == nil {
			return nil
		}
		e := *entry
		e.Before, e.After = before, j.Brief()
		return s.db.AppendTrail(ctx, tx, e)
	})
	if err != nil {
		return nil, err
	}
	return j, nil
}

const sqlJob = `SELECT doc FROM job WHERE id = $1`

// Job returns one job.
func (s *Store) Job(ctx context.Context, id string) (*job.Job, error) {
	return loadJob(s.db.Reader().QueryRowContext(ctx, sqlJob, id))
}

const sqlJobs = `SELECT doc FROM job ORDER BY made DESC, id DESC`

// Jobs returns all jobs, the newest first.
func (s *Store) Jobs(ctx context.Context) ([]*job.Job, error) {
	return jobs(s.db.Reader().QueryContext(ctx, sqlJobs))
}

const sqlJobsSince = `SELECT coalesce(min(made), 0) FROM job WHERE open = 1`

// JobsSince is the moment of the oldest job that has not ended; the zero time where
// there is none.
func (s *Store) JobsSince(ctx context.Context) (time.Time, error) {
	var made int64
	if err := s.db.Reader().QueryRowContext(ctx, sqlJobsSince).Scan(&made); err != nil {
		return time.Time{}, fmt.Errorf("job: since: %w", err)
	}
	if made == 0 {
		return time.Time{}, nil
	}
	return time.UnixMilli(made).UTC(), nil
}

const sqlRemoveJob = `DELETE FROM job WHERE id = $1`

// RemoveJob deletes a job and cuts the log, in which it would stand.
func (s *Store) RemoveJob(ctx context.Context, id string) error {
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlRemoveJob, id); err != nil {
			return fmt.Errorf("job: remove: %w", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return cutLog(ctx, s.db)
}

func flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func loadJob(row *sql.Row) (*job.Job, error) {
	var doc string
	if err := row.Scan(&doc); db.Missing(err) {
		return nil, fault.New(fault.NotFound, "job.unknown")
	} else if err != nil {
		return nil, db.Refuse(fmt.Errorf("job: load: %w", err))
	}
	return readJob(doc)
}

func readJob(doc string) (*job.Job, error) {
	j := &job.Job{}
	if err := json.Unmarshal([]byte(doc), j); err != nil {
		return nil, fmt.Errorf("job: read: %w", err)
	}
	return j, nil
}

func jobs(rows *sql.Rows, asked error) (out []*job.Job, err error) {
	if asked != nil {
		return nil, db.Refuse(fmt.Errorf("job: list: %w", asked))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var doc string
		if err := rows.Scan(&doc); err != nil {
			return nil, fmt.Errorf("job: list: %w", err)
		}
		j, err := readJob(doc)
		if err != nil {
			return nil, err
		}
		out = append(out, j)
	}
	return out, rows.Err()
}
