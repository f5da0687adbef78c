package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"minyi/indicators"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

const (
	sqlReports    = `SELECT document FROM yearly_reports ORDER BY year DESC, unit`
	sqlReportActs = `SELECT unit, year, document FROM yearly_acts ORDER BY unit, year, n`
)

// Reports returns all yearly reports that were begun, with all that was done.
func (s *Store) Reports(ctx context.Context) ([]supervision.Report, error) {
	out, err := documents[supervision.Report](ctx, s.db.Reader(), sqlReports)
	if err != nil {
		return nil, fmt.Errorf("yearly reports: %w", err)
	}
	type key struct {
		unit roster.UnitCode
		year int
	}
	at := map[key]int{}
	for i, r := range out {
		at[key{r.Unit, r.Year}] = i
	}
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var k key
		var text string
		var a supervision.Act
		if err := rows.Scan(&k.unit, &k.year, &text); err != nil {
			return err
		}
		if err := decode(text, &a); err != nil {
			return err
		}
		if i, ok := at[k]; ok {
			out[i].Acts = append(out[i].Acts, a)
		}
		return nil
	}, sqlReportActs)
	if err != nil {
		return nil, fmt.Errorf("yearly reports: %w", err)
	}
	return out, nil
}

const (
	sqlReport     = `SELECT document FROM yearly_reports WHERE unit = $1 AND year = $2`
	sqlActsOf     = `SELECT document FROM yearly_acts WHERE unit = $1 AND year = $2 ORDER BY n`
	sqlSaveReport = `INSERT INTO yearly_reports (unit, year, document) VALUES ($1, $2, $3)
		ON CONFLICT (unit, year) DO UPDATE SET document = excluded.document`
	sqlAddAct = `INSERT INTO yearly_acts (unit, year, n, document) VALUES ($1, $2, $3, $4)`
)

// Report returns a unit's report on a year, an empty one where none was begun.
func (s *Store) Report(ctx context.Context, unit roster.UnitCode, year int) (supervision.Report, error) {
	return report(ctx, s.db.Reader(), unit, year)
}

func report(ctx context.Context, q queryer, unit roster.UnitCode, year int) (out supervision.Report, err error) {
	out = supervision.Report{Unit: unit, Year: year}
	if err := document(ctx, q, &out, sqlReport, string(unit), year); err != nil && !db.Missing(err) {
		return out, fmt.Errorf("report %s %d: %w", unit, year, err)
	}
	if out.Acts, err = documents[supervision.Act](ctx, q, sqlActsOf, string(unit), year); err != nil {
		return out, fmt.Errorf("report %s %d: %w", unit, year, err)
	}
	return out, nil
}

// UpdateReport keeps what rule makes of a report; what was done is only added to.
func (s *Store) UpdateReport(ctx context.Context, unit roster.UnitCode, year int, entry *audit.Entry, rule func(*supervision.Report) error) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		r, err := report(ctx, tx, unit, year)
		if err != nil {
			return err
		}
		before := len(r.Acts)
		if err := rule(&r); err != nil {
			return err
		}
		acts := r.Acts
		r.Acts = nil
		text, err := encode(r)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlSaveReport, string(unit), year, text); err != nil {
			return fmt.Errorf("report %s %d: %w", unit, year, err)
		}
		for _, a := range acts[before:] {
			if text, err = encode(a); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, sqlAddAct, string(unit), year, a.N, text); err != nil {
				return fmt.Errorf("report %s %d: %w", unit, year, err)
			}
		}
		return nil
	})
}

const sqlPenalties = `SELECT marks FROM sheet_states WHERE round = $1 AND unit = $2 AND track = $3 AND ended = 0 AND submitted_at > 0`

// graveAct is the penalty item with the words of the first ground of revocation (C69).
const graveAct = "A3"

// TakenOff returns the most that a submitted sheet took off a unit in a round for
// grave acts (C69).
func (s *Store) TakenOff(ctx context.Context, round int, target naming.Target) (out indicators.Mark, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		marks := map[string]json.Number{}
		if err := decode(text, &marks); err != nil {
			return err
		}
		if n, err := marks[graveAct].Int64(); err == nil {
			out = max(out, indicators.Mark(n))
		}
		return nil
	}, sqlPenalties, round, string(target.Unit), string(target.Track))
	if err != nil {
		return 0, fmt.Errorf("penalties of %s: %w", target.Unit, err)
	}
	return out, nil
}

const sqlSpots = `SELECT coalesce(d.document, l.document) FROM spot_lists l LEFT JOIN spot_draws d ON d.year = l.year ORDER BY l.year DESC`

// Spots returns the lists of all years with their draws, newest first.
func (s *Store) Spots(ctx context.Context) ([]supervision.Spot, error) {
	out, err := documents[supervision.Spot](ctx, s.db.Reader(), sqlSpots)
	if err != nil {
		return nil, fmt.Errorf("spot checks: %w", err)
	}
	return out, nil
}

const (
	sqlSpot       = `SELECT coalesce(d.document, l.document) FROM spot_lists l LEFT JOIN spot_draws d ON d.year = l.year WHERE l.year = $1`
	sqlFreezeSpot = `INSERT INTO spot_lists (year, document) VALUES ($1, $2)`
	sqlDrawSpot   = `INSERT INTO spot_draws (year, document) VALUES ($1, $2)`
)

// FreezeSpot keeps a year's list for good.
func (s *Store) FreezeSpot(ctx context.Context, x supervision.Spot, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		err := document(ctx, tx, &supervision.Spot{}, sqlSpot, x.Year)
		if err == nil {
			return fault.New(fault.Conflict, "spot.frozen")
		}
		if !db.Missing(err) {
			return fmt.Errorf("list of %d: %w", x.Year, err)
		}
		return keepSpot(ctx, tx, sqlFreezeSpot, x)
	})
}

func keepSpot(ctx context.Context, tx *sql.Tx, query string, x supervision.Spot) error {
	text, err := encode(x)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, query, x.Year, text); err != nil {
		return fmt.Errorf("spot checks of %d: %w", x.Year, err)
	}
	return nil
}

// DrawSpot keeps the draw that rule makes of a year's list, and its checks.
func (s *Store) DrawSpot(ctx context.Context, year int, entry *audit.Entry, rule func(*supervision.Spot) ([]supervision.Check, error)) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		x := supervision.Spot{}
		if err := document(ctx, tx, &x, sqlSpot, year); db.Missing(err) {
			return fault.New(fault.NotFound, "spot.none")
		} else if err != nil {
			return fmt.Errorf("list of %d: %w", year, err)
		}
		checks, err := rule(&x)
		if err != nil {
			return err
		}
		if err := keepSpot(ctx, tx, sqlDrawSpot, x); err != nil {
			return err
		}
		for i := range checks {
			if err := saveCheck(ctx, tx, &checks[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

const sqlChecks = `SELECT document FROM spot_checks ORDER BY year DESC, unit`

// Checks returns all spot checks, newest year first.
func (s *Store) Checks(ctx context.Context) ([]supervision.Check, error) {
	out, err := documents[supervision.Check](ctx, s.db.Reader(), sqlChecks)
	if err != nil {
		return nil, fmt.Errorf("spot checks: %w", err)
	}
	return out, nil
}

const (
	sqlCheck     = `SELECT document FROM spot_checks WHERE id = $1`
	sqlSaveCheck = `INSERT INTO spot_checks (id, year, unit, closed, document) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET closed = excluded.closed, document = excluded.document`
)

func saveCheck(ctx context.Context, tx *sql.Tx, c *supervision.Check) error {
	text, err := encode(c)
	if err != nil {
		return err
	}
	closed := 0
	if c.Closed() {
		closed = 1
	}
	if _, err := tx.ExecContext(ctx, sqlSaveCheck, c.ID, c.Year, string(c.Unit), closed, text); err != nil {
		return fmt.Errorf("spot check %s: %w", c.ID, err)
	}
	return nil
}

// UpdateCheck keeps what rule makes of a spot check, with the steps of the standing
// of its names.
func (s *Store) UpdateCheck(ctx context.Context, id string, entry *audit.Entry,
	rule func(*supervision.Check, []supervision.Record) ([]supervision.Step, error),
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		c := &supervision.Check{}
		if err := document(ctx, tx, c, sqlCheck, id); db.Missing(err) {
			return fault.New(fault.NotFound, "check.unknown")
		} else if err != nil {
			return fmt.Errorf("spot check %s: %w", id, err)
		}
		var names []supervision.Record
		for _, name := range c.Names {
			r, err := namedRecord(ctx, tx, name)
			if err != nil {
				return err
			}
			names = append(names, r)
		}
		steps, err := rule(c, names)
		if err != nil {
			return err
		}
		if err := saveCheck(ctx, tx, c); err != nil {
			return err
		}
		for _, step := range steps {
			if err := addStanding(ctx, tx, step); err != nil {
				return err
			}
		}
		return nil
	})
}
