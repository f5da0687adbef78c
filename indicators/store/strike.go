package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/scorebook"
)

const sqlStrike = `INSERT INTO strikes (round, unit, track, lasting, at, by_name, reason)
	VALUES ($1, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (round, unit, track) DO UPDATE SET lasting = excluded.lasting, at = excluded.at,
		by_name = excluded.by_name, reason = excluded.reason
	WHERE strikes.lasting = 0`

// Strike keeps a strike; one that lasts is never replaced.
func (s *Store) Strike(ctx context.Context, k scorebook.Strike, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		lasting := 0
		if k.Lasting {
			lasting = 1
		}
		_, err := tx.ExecContext(ctx, sqlStrike, k.Round, string(k.Unit), string(k.Track), lasting, k.At.UnixMilli(), k.By, k.Reason)
		if err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
		return nil
	})
}

const sqlLiftStrike = `DELETE FROM strikes WHERE round = $1 AND unit = $2 AND track = $3 AND lasting = 0`

// LiftStrike ends a strike that does not last.
func (s *Store) LiftStrike(ctx context.Context, k scorebook.Strike, entry audit.Entry) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, sqlLiftStrike, k.Round, string(k.Unit), string(k.Track))
		if err != nil {
			return fmt.Errorf("lift %s: %w", k, err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

const sqlStrikes = `SELECT round, unit, track, lasting, at, by_name, reason FROM strikes WHERE round = $1 ORDER BY unit, track`

// Strikes returns who is out of the round.
func (s *Store) Strikes(ctx context.Context, round int) (out []scorebook.Strike, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var k scorebook.Strike
		var at int64
		if err := rows.Scan(&k.Round, &k.Unit, &k.Track, &k.Lasting, &at, &k.By, &k.Reason); err != nil {
			return err
		}
		k.At = time.UnixMilli(at).UTC()
		out = append(out, k)
		return nil
	}, sqlStrikes, round)
	if err != nil {
		return nil, fmt.Errorf("strikes of %d: %w", round, err)
	}
	return out, nil
}
