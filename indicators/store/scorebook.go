package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
)

const sqlFindingVersions = `SELECT round, unit, instrument, track, version, field, topic, mark, se, low, high,
	digest, filed_at, filed_by, detail, reason FROM findings
	WHERE round = $1 AND unit = $2 AND instrument = $3 AND track = $4 ORDER BY version`

// FindingVersions returns all versions under a key, oldest first.
func (s *Store) FindingVersions(ctx context.Context, key scorebook.Key) ([]scorebook.Finding, error) {
	return findingVersions(ctx, s.db.Reader(), key)
}

func findingVersions(ctx context.Context, q queryer, k scorebook.Key) (out []scorebook.Finding, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error { return scanFinding(rows, &out) },
		sqlFindingVersions, k.Round, string(k.Unit), string(k.Instrument), string(k.Track))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k, err)
	}
	return out, nil
}

func scanFinding(rows *sql.Rows, out *[]scorebook.Finding) error {
	var f scorebook.Finding
	var at int64
	var detail string
	err := rows.Scan(&f.Round, &f.Unit, &f.Instrument, &f.Track, &f.Version, &f.Project.Field, &f.Project.Text,
		&f.Mark, &f.SE, &f.Low, &f.High, &f.Digest, &at, &f.FiledBy, &detail, &f.Reason)
	if err != nil {
		return err
	}
	f.FiledAt = time.UnixMilli(at).UTC()
	if detail != "" {
		f.Detail = []byte(detail)
	}
	*out = append(*out, f)
	return nil
}

const sqlFindings = `SELECT f.round, f.unit, f.instrument, f.track, f.version, f.field, f.topic, f.mark, f.se, f.low, f.high,
	f.digest, f.filed_at, f.filed_by, f.detail, f.reason FROM findings f
	WHERE f.round = $1 AND f.version = (SELECT max(n.version) FROM findings n
		WHERE n.round = f.round AND n.unit = f.unit AND n.instrument = f.instrument AND n.track = f.track)
	AND NOT EXISTS (SELECT 1 FROM strikes s WHERE s.round = f.round AND s.unit = f.unit AND s.track = f.track)
	ORDER BY f.unit, f.instrument, f.track`

// Findings returns the newest version of every finding of the round, without
// those that are struck.
func (s *Store) Findings(ctx context.Context, round int) (out []scorebook.Finding, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error { return scanFinding(rows, &out) }, sqlFindings, round)
	if err != nil {
		return nil, fmt.Errorf("findings of %d: %w", round, err)
	}
	return out, nil
}

const sqlIsClosed = `SELECT count(*) FROM closings WHERE round = $1 AND instrument = $2`

const sqlAddFinding = `INSERT INTO findings (round, unit, instrument, track, version, field, topic, mark, se, low, high,
	digest, filed_at, filed_by, detail, reason)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// FileFinding keeps f as the version that rule returns; for version 0 it writes
// nothing, no entry either.
func (s *Store) FileFinding(ctx context.Context, f *scorebook.Finding, entry audit.Entry,
	rule func(newest *scorebook.Finding, closed bool) (int, error),
) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		versions, err := findingVersions(ctx, tx, f.Key)
		if err != nil {
			return err
		}
		var newest *scorebook.Finding
		if n := len(versions); n > 0 {
			newest = &versions[n-1]
			entry.Before = summary(newest)
		}
		var closed int
		if err := tx.QueryRowContext(ctx, sqlIsClosed, f.Round, string(f.Instrument.ClosedBy())).Scan(&closed); err != nil {
			return fmt.Errorf("%s: closings: %w", f.Key, err)
		}
		if f.Version, err = rule(newest, closed > 0); err != nil || f.Version == 0 {
			return err
		}
		entry.After = summary(f)
		if err := addFinding(ctx, tx, f); err != nil {
			return err
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

func addFinding(ctx context.Context, tx *sql.Tx, f *scorebook.Finding) error {
	_, err := tx.ExecContext(ctx, sqlAddFinding, f.Round, string(f.Unit), string(f.Instrument), string(f.Track), f.Version,
		string(f.Project.Field), f.Project.Text, int64(f.Mark), int64(f.SE), int64(f.Low), int64(f.High),
		f.Digest, f.FiledAt.UnixMilli(), f.FiledBy, string(f.Detail), f.Reason)
	if err != nil {
		return fmt.Errorf("add %s: %w", f.Key, err)
	}
	return nil
}

// summary names a finding in the trail by version and digest: the trail is read
// by people who may not read marks.
func summary(f *scorebook.Finding) string {
	return fmt.Sprintf(`{"version":%d,"digest":%q}`, f.Version, f.Digest)
}

const sqlClosings = `SELECT round, instrument, closed_at, closed_by FROM closings WHERE round = $1`

// Closings returns what is closed in the round.
func (s *Store) Closings(ctx context.Context, round int) (out []scorebook.Closing, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var c scorebook.Closing
		var at int64
		if err := rows.Scan(&c.Round, &c.Instrument, &at, &c.By); err != nil {
			return err
		}
		c.At = time.UnixMilli(at).UTC()
		out = append(out, c)
		return nil
	}, sqlClosings, round)
	if err != nil {
		return nil, fmt.Errorf("closings of %d: %w", round, err)
	}
	return out, nil
}

const sqlFiled = `SELECT count(DISTINCT unit || '/' || track) FROM findings WHERE round = $1 AND instrument = $2`

const sqlClose = `INSERT INTO closings (round, instrument, closed_at, closed_by) VALUES ($1, $2, $3, $4)`

// CloseInstrument keeps the closing if rule lets it; closing twice changes
// nothing.
func (s *Store) CloseInstrument(ctx context.Context, c scorebook.Closing, entry audit.Entry, rule func(filed int) error) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		var closed, filed int
		if err := tx.QueryRowContext(ctx, sqlIsClosed, c.Round, string(c.Instrument)).Scan(&closed); err != nil {
			return fmt.Errorf("closing: %w", err)
		}
		if closed > 0 {
			return nil
		}
		if err := tx.QueryRowContext(ctx, sqlFiled, c.Round, string(c.Instrument)).Scan(&filed); err != nil {
			return fmt.Errorf("closing: %w", err)
		}
		if err := rule(filed); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlClose, c.Round, string(c.Instrument), c.At.UnixMilli(), c.By); err != nil {
			return fmt.Errorf("closing: %w", err)
		}
		return s.db.AppendTrail(ctx, tx, entry)
	})
}

const sqlPublish = `INSERT INTO publications (round, document) VALUES ($1, $2)
	ON CONFLICT (round) DO UPDATE SET document = excluded.document`

// Publish keeps a publication in place of the round's earlier one.
func (s *Store) Publish(ctx context.Context, p scorebook.Publication, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		text, err := encode(p)
		if err != nil {
			return err
		}
		entry.After = text
		if _, err := tx.ExecContext(ctx, sqlPublish, p.Round, text); err != nil {
			return fmt.Errorf("publish %d: %w", p.Round, err)
		}
		return nil
	})
}

const sqlPublication = `SELECT document FROM publications WHERE round = $1`

// Publication returns the round's publication, or a refusal publication.none.
func (s *Store) Publication(ctx context.Context, round int) (*scorebook.Publication, error) {
	var text string
	err := s.db.Reader().QueryRowContext(ctx, sqlPublication, round).Scan(&text)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "publication.none")
	}
	if err != nil {
		return nil, fmt.Errorf("publication of %d: %w", round, err)
	}
	p := &scorebook.Publication{}
	return p, decode(text, p)
}
