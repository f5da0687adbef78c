package store

import (
	"context"
	"database/sql"
	"fmt"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/privacy"
)

const (
	sqlOwnAccount  = `SELECT name, role, unit, institution, created FROM account WHERE key = $1`
	sqlOwnSessions = `SELECT created, seen FROM session WHERE account = $1 ORDER BY created`
	sqlOwnMessages = `SELECT c.at, m.code, m.link, c.due > 0 AND c.done = 0 FROM message_copy c
		JOIN message m ON m.id = c.message WHERE c.account = $1 ORDER BY c.at DESC, c.message LIMIT 1000`
	sqlOwnReach = `SELECT (SELECT COUNT(*) FROM feed WHERE account = $1),
		(SELECT COUNT(*) FROM mailbox WHERE account = $1 AND instr(document, 'mys1.') > 0)`
	sqlOwnTrail = `SELECT COUNT(*) FROM trail WHERE actor = $1`
	sqlOwnRows  = `SELECT 'assignments', COUNT(*) FROM assignments WHERE assessor = $1
		UNION ALL SELECT 'interests', COUNT(*) FROM interests WHERE account = $1
		UNION ALL SELECT 'members', COUNT(*) FROM members WHERE account = $1
		UNION ALL SELECT 'submissions', COUNT(*) FROM submissions WHERE assessor = $1
		UNION ALL SELECT 'problems', COUNT(*) FROM problems WHERE found_by = $1
		UNION ALL SELECT 'findings', COUNT(*) FROM findings WHERE filed_by = $1
		UNION ALL SELECT 'schemes', COUNT(*) FROM schemes WHERE made_by = $1`
)

// PersonalRecord returns what is kept of an account.
func (s *Store) PersonalRecord(ctx context.Context, account string) (*privacy.Record, error) {
	r := &privacy.Record{}
	var created int64
	q := s.db.Reader()
	err := q.QueryRowContext(ctx, sqlOwnAccount, account).Scan(&r.Name, &r.Role, &r.Unit, &r.Institution, &created)
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "account.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("own record: %w", err)
	}
	r.Created = moment(created)
	var feeds, mailboxes int
	if err := q.QueryRowContext(ctx, sqlOwnReach, account).Scan(&feeds, &mailboxes); err != nil {
		return nil, fmt.Errorf("own record: %w", err)
	}
	r.Feed, r.Mailbox = feeds > 0, mailboxes > 0
	if err := q.QueryRowContext(ctx, sqlOwnTrail, r.Name).Scan(&r.Trail); err != nil {
		return nil, fmt.Errorf("own record: %w", err)
	}
	return r, s.ownLists(ctx, account, r)
}

func (s *Store) ownLists(ctx context.Context, account string, r *privacy.Record) error {
	err := each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var created, seen int64
		err := rows.Scan(&created, &seen)
		r.Sessions = append(r.Sessions, privacy.Session{Created: moment(created), Seen: moment(seen)})
		return err
	}, sqlOwnSessions, account)
	if err != nil {
		return err
	}
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var m privacy.Message
		var at int64
		err := rows.Scan(&at, &m.Code, &m.Link, &m.Open)
		m.At = moment(at)
		r.Messages = append(r.Messages, m)
		return err
	}, sqlOwnMessages, account)
	if err != nil {
		return err
	}
	return each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var one privacy.Rows
		err := rows.Scan(&one.Table, &one.N)
		if one.N > 0 {
			r.Rows = append(r.Rows, one)
		}
		return err
	}, sqlOwnRows, r.Name)
}

const (
	sqlDropOutbox = `DELETE FROM outbox WHERE account = $1 AND EXISTS (SELECT 1 FROM message_copy c
		WHERE c.account = outbox.account AND c.message = outbox.message AND (c.due = 0 OR c.done > 0))`
	sqlDropCopies  = `DELETE FROM message_copy WHERE account = $1 AND (due = 0 OR done > 0)`
	sqlDropMailbox = `DELETE FROM mailbox WHERE account = $1`
	sqlDropFeed    = `DELETE FROM feed WHERE account = $1`
)

// deletion is one statement of an erasure and the table that it is about.
type deletion struct {
	table, query string
	args         []any
}

// DropPersonal deletes what a person may have deleted at once.
func (s *Store) DropPersonal(ctx context.Context, account string, entry func(privacy.Counts) audit.Entry) (privacy.Counts, error) {
	of := []any{account}
	return s.erase(ctx, true, entry, []deletion{
		{"outbox", sqlDropOutbox, of},
		{"message_copy", sqlDropCopies, of},
		{"mailbox", sqlDropMailbox, of},
		{"feed", sqlDropFeed, of},
	})
}

const (
	sqlOverSessions  = `DELETE FROM session WHERE seen < $1 OR created < $2`
	sqlClosedMailbox = `DELETE FROM mailbox WHERE account IN (SELECT key FROM account WHERE disabled = 1)`
	sqlClosedFeed    = `DELETE FROM feed WHERE account IN (SELECT key FROM account WHERE disabled = 1)`
	sqlUnconfirmed   = `UPDATE mailbox SET version = version + 1,
		document = json_remove(document, '$.pending', '$.code', '$.until', '$.asked')
		WHERE json_extract(document, '$.pending') IS NOT NULL AND unixepoch(json_extract(document, '$.until')) < $1`
	sqlOldOutbox   = `DELETE FROM outbox WHERE message IN (SELECT id FROM message WHERE at < $1)`
	sqlOldCopies   = `DELETE FROM message_copy WHERE message IN (SELECT id FROM message WHERE at < $1)`
	sqlOldMessages = `DELETE FROM message WHERE at < $1`
)

// EraseDue deletes what is past its term.
func (s *Store) EraseDue(ctx context.Context, due privacy.Due, entry func(privacy.Counts) audit.Entry) (privacy.Counts, error) {
	old := []any{due.Messages.UnixMilli()}
	return s.erase(ctx, false, entry, []deletion{
		{"session", sqlOverSessions, []any{due.Idle.UnixMilli(), due.Absolute.UnixMilli()}},
		{"mailbox", sqlClosedMailbox, nil},
		{"feed", sqlClosedFeed, nil},
		{"mailbox", sqlUnconfirmed, []any{due.Now.Unix()}},
		{"outbox", sqlOldOutbox, old},
		{"message_copy", sqlOldCopies, old},
		{"message", sqlOldMessages, old},
	})
}

// erase runs the statements in one transaction and puts the counts into the trail;
// always says that there is an entry where nothing went.
func (s *Store) erase(ctx context.Context, always bool, entry func(privacy.Counts) audit.Entry, all []deletion) (privacy.Counts, error) {
	counts := privacy.Counts{}
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		for _, d := range all {
			result, err := tx.ExecContext(ctx, d.query, d.args...)
			if err != nil {
				return fmt.Errorf("erase %s: %w", d.table, err)
			}
			n, err := result.RowsAffected()
			if err != nil {
				return fmt.Errorf("erase %s: %w", d.table, err)
			}
			if n > 0 {
				counts[d.table] += n
			}
		}
		if len(counts) == 0 && !always {
			return nil
		}
		return s.db.AppendTrail(ctx, tx, entry(counts))
	})
	if err != nil {
		return nil, err
	}
	return counts, nil
}
