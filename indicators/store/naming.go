package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
)

const sqlAddRanking = `INSERT INTO rankings (id, round, seq, made_at, document)
	VALUES ($1, $2, (SELECT 1 + count(*) FROM rankings WHERE round = $2), $3, $4)`

// AddRanking keeps a snapshot, unless rule, given the newest one of the round, refuses;
// where there is none yet, rule is not asked.
func (s *Store) AddRanking(ctx context.Context, r *naming.Snapshot, entry audit.Entry, rule func(last *naming.Snapshot) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		last, err := newest(ctx, tx, r.Ranking.Round)
		switch {
		case fault.KindOf(err) == fault.NotFound:
		case err != nil:
			return err
		default:
			if err := rule(last); err != nil {
				return err
			}
		}
		document, err := encode(r)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlAddRanking, r.ID, r.Ranking.Round, r.MadeAt.UnixMilli(), document); err != nil {
			return fmt.Errorf("add ranking %s: %w", r.ID, err)
		}
		return nil
	})
}

const sqlRanking = `SELECT document FROM rankings WHERE round = $1 ORDER BY seq DESC LIMIT 1`

// Ranking returns the newest ranking of the round, or a refusal ranking.none.
func (s *Store) Ranking(ctx context.Context, round int) (*naming.Snapshot, error) {
	return newest(ctx, s.db.Reader(), round)
}

func newest(ctx context.Context, q queryer, round int) (*naming.Snapshot, error) {
	out := &naming.Snapshot{}
	err := document(ctx, q, out, sqlRanking, round)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "ranking.none")
	}
	if err != nil {
		return nil, fmt.Errorf("ranking of %d: %w", round, err)
	}
	return out, nil
}

// document reads the one document of a query into v.
func document(ctx context.Context, q queryer, v any, query string, args ...any) error {
	var text string
	if err := q.QueryRowContext(ctx, query, args...).Scan(&text); err != nil {
		return err
	}
	return decode(text, v)
}

// documents reads all documents of a query.
func documents[T any](ctx context.Context, q queryer, query string, args ...any) (out []T, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var text string
		var v T
		if err := rows.Scan(&text); err != nil {
			return err
		}
		if err := decode(text, &v); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	}, query, args...)
	return out, err
}

const sqlRankings = `SELECT document FROM rankings WHERE round = $1 ORDER BY seq DESC`

// Rankings returns all rankings of the round, newest first.
func (s *Store) Rankings(ctx context.Context, round int) ([]naming.Snapshot, error) {
	return documents[naming.Snapshot](ctx, s.db.Reader(), sqlRankings, round)
}

const sqlProceeding = `SELECT document FROM proceedings WHERE round = $1`

// Proceeding returns the round's proceeding, an empty one at first.
func (s *Store) Proceeding(ctx context.Context, round int) (*naming.Proceeding, error) {
	return s.proceeding(ctx, s.db.Reader(), round)
}

func (s *Store) proceeding(ctx context.Context, q queryer, round int) (*naming.Proceeding, error) {
	p := &naming.Proceeding{Round: round}
	if err := document(ctx, q, p, sqlProceeding, round); err != nil && !db.Missing(err) {
		return nil, fmt.Errorf("proceeding of %d: %w", round, err)
	}
	var err error
	p.Verifications, err = s.visited(ctx, q, round)
	return p, err
}

const sqlSaveProceeding = `INSERT INTO proceedings (round, version, document) VALUES ($1, $2, $3)
	ON CONFLICT (round) DO UPDATE SET version = excluded.version, document = excluded.document
	WHERE proceedings.version = excluded.version - 1`

func saveProceeding(ctx context.Context, tx *sql.Tx, p *naming.Proceeding) error {
	p.Version++
	text, err := encode(p)
	if err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, sqlSaveProceeding, p.Round, p.Version, text)
	return one(result, err, fault.New(fault.Conflict, "naming.changed"))
}

// UpdateProceeding loads the round's proceeding, changes it and saves it.
func (s *Store) UpdateProceeding(ctx context.Context, round int, entry audit.Entry, change func(*naming.Proceeding, *audit.Entry) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		p, err := s.proceeding(ctx, tx, round)
		if err != nil {
			return err
		}
		if err := change(p, &entry); err != nil {
			return err
		}
		return saveProceeding(ctx, tx, p)
	})
}

const sqlAddObjection = `INSERT INTO objections (id, round, receipt, filed_at, document) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (receipt) DO NOTHING`

// AddObjection keeps an objection if rule, given the proceeding, lets it; one whose
// receipt is there already is naming.ErrFiled.
func (s *Store) AddObjection(ctx context.Context, o *naming.Objection, entry audit.Entry, rule func(*naming.Proceeding) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		p, err := s.proceeding(ctx, tx, o.Round)
		if err != nil {
			return err
		}
		if err := rule(p); err != nil {
			return err
		}
		text, err := encode(o)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlAddObjection, o.ID, o.Round, o.Receipt, o.FiledAt.UnixMilli(), text)
		return one(result, err, naming.ErrFiled)
	})
}

const sqlObjection = `SELECT document FROM objections WHERE round = $1 AND id = $2`

const sqlUpdateObjection = `UPDATE objections SET document = $1 WHERE id = $2`

// UpdateObjection loads an objection, changes it and saves it; of one that is erased the
// log is cut, in which it would stand.
func (s *Store) UpdateObjection(ctx context.Context, round int, id string, entry audit.Entry,
	change func(*naming.Objection, *naming.Proceeding, *audit.Entry) error,
) error {
	gone := false
	err := s.write(ctx, &entry, func(tx *sql.Tx) error {
		o := &naming.Objection{}
		err := document(ctx, tx, o, sqlObjection, round, id)
		if db.Missing(err) {
			return fault.New(fault.NotFound, "objection.unknown")
		}
		if err != nil {
			return fmt.Errorf("objection %s: %w", id, err)
		}
		p, err := s.proceeding(ctx, tx, round)
		if err != nil {
			return err
		}
		acts, was := len(p.Acts), o.Erased.IsZero()
		if err := change(o, p, &entry); err != nil {
			return err
		}
		gone = was && !o.Erased.IsZero()
		text, err := encode(o)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, sqlUpdateObjection, text, id)
		if err := one(result, err, fault.New(fault.NotFound, "objection.unknown")); err != nil || len(p.Acts) == acts {
			return err
		}
		return saveProceeding(ctx, tx, p)
	})
	if err != nil || !gone {
		return err
	}
	_, err = s.Forget(ctx)
	return err
}

const sqlObjectionOf = `SELECT document FROM objections WHERE id = $1`

// Objection returns an objection, or refuses with objection.unknown.
func (s *Store) Objection(ctx context.Context, id string) (*naming.Objection, error) {
	o := &naming.Objection{}
	err := document(ctx, s.db.Reader(), o, sqlObjectionOf, id)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "objection.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("objection %s: %w", id, err)
	}
	return o, nil
}

const sqlObjectionRounds = `SELECT DISTINCT round FROM objections ORDER BY round`

// ObjectionRounds lists the years with objections, oldest first.
func (s *Store) ObjectionRounds(ctx context.Context) ([]int, error) {
	return s.years(ctx, sqlObjectionRounds)
}

const sqlNoticeRounds = `SELECT round FROM proceedings ORDER BY round`

// NoticeRounds lists the years with a proceeding, oldest first.
func (s *Store) NoticeRounds(ctx context.Context) ([]int, error) {
	return s.years(ctx, sqlNoticeRounds)
}

func (s *Store) years(ctx context.Context, query string) (out []int, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var year int
		if err := rows.Scan(&year); err != nil {
			return err
		}
		out = append(out, year)
		return nil
	}, query)
	return out, err
}

const sqlObjections = `SELECT document FROM objections WHERE round = $1 ORDER BY filed_at, id`

// Objections returns the round's objections, oldest first.
func (s *Store) Objections(ctx context.Context, round int) ([]naming.Objection, error) {
	return documents[naming.Objection](ctx, s.db.Reader(), sqlObjections, round)
}

const sqlObjectionByReceipt = `SELECT document FROM objections WHERE receipt = $1`

// ObjectionByReceipt finds an objection by its receipt's hash, or refuses with
// objection.unknown.
func (s *Store) ObjectionByReceipt(ctx context.Context, hash string) (*naming.Objection, error) {
	o := &naming.Objection{}
	err := document(ctx, s.db.Reader(), o, sqlObjectionByReceipt, hash)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "objection.unknown")
	}
	if err != nil {
		return nil, fmt.Errorf("objection by receipt: %w", err)
	}
	return o, nil
}

const sqlAddNamed = `INSERT INTO named (id, round, unit, track, field, decided, document) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// Decide keeps the names that rule returns and the proceeding that it changed.
func (s *Store) Decide(ctx context.Context, round int, entry audit.Entry,
	rule func(*naming.Proceeding, []naming.Objection, *audit.Entry) ([]naming.Named, error),
) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		p, err := s.proceeding(ctx, tx, round)
		if err != nil {
			return err
		}
		all, err := documents[naming.Objection](ctx, tx, sqlObjections, round)
		if err != nil {
			return err
		}
		named, err := rule(p, all, &entry)
		if err != nil {
			return err
		}
		for _, n := range named {
			text, err := encode(n)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, sqlAddNamed, n.ID, n.Round, string(n.Target.Unit), string(n.Target.Track),
				string(n.Project.Field), n.Date.String(), text)
			if err != nil {
				return fmt.Errorf("name %s: %w", n.Target, err)
			}
		}
		return saveProceeding(ctx, tx, p)
	})
}

const sqlNamed = `SELECT document FROM named ORDER BY decided DESC, unit, track, field`

// Named returns all names ever given, newest first.
func (s *Store) Named(ctx context.Context) ([]naming.Named, error) {
	return documents[naming.Named](ctx, s.db.Reader(), sqlNamed)
}
