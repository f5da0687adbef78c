package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
)

const (
	sqlAddMessage = `INSERT INTO message (id, key, topic, at, due, kind, code, link, audience, document)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (key) DO NOTHING`
	sqlAddCopy = `INSERT INTO message_copy (account, message, at, due, team, seen, done, doer)
	VALUES ($1, $2, $3, $4, $5, 0, 0, '')`
	sqlReplaceTasks = `UPDATE message_copy SET done = $3, doer = '' WHERE account = $1 AND due > 0 AND done = 0
	AND message IN (SELECT id FROM message WHERE topic = $2)`
)

// millis is how a moment is stored: 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is how a stored moment is read.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// AddMessage keeps the message with the copies and deliveries of everybody that it is
// for, once.
func (s *Store) AddMessage(ctx context.Context, m *inbox.Posted, copyFor func(*access.Account) inbox.Copy,
	outgoing func(*access.Account, *inbox.Mailbox) []inbox.Delivery,
) error {
	text, err := encode(m.Params)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, sqlAddMessage, m.ID, m.Key, m.Topic, m.At.UnixMilli(), millis(m.Due),
			string(inbox.KindOf(m.Code)), m.Code, m.Link, m.To.Audience(), text)
		if err != nil {
			return fmt.Errorf("add message: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err // posted before
		}
		accounts, err := readers(ctx, tx, m.To)
		if err != nil {
			return err
		}
		if len(accounts) == 0 {
			return errNobody
		}
		for i := range accounts {
			if err := addCopy(ctx, tx, copyFor(&accounts[i])); err != nil {
				return err
			}
			if err := addDeliveries(ctx, tx, &accounts[i], outgoing); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errNobody) {
		return nil
	}
	return err
}

// errNobody undoes a message that nobody would read.
var errNobody = errors.New("a message for nobody")

// readers returns the accounts that a message is for.
func readers(ctx context.Context, tx *sql.Tx, to inbox.Recipient) (out []access.Account, err error) {
	err = each(ctx, tx, func(rows *sql.Rows) error {
		a, err := scanAccount(rows)
		if err == nil && to.Takes(a) {
			out = append(out, *a)
		}
		return err
	}, sqlAccounts)
	return out, err
}

func addCopy(ctx context.Context, tx *sql.Tx, c inbox.Copy) error {
	if c.Topic != "" && c.Task() {
		if _, err := tx.ExecContext(ctx, sqlReplaceTasks, c.Account, c.Topic, c.At.UnixMilli()); err != nil {
			return fmt.Errorf("replace tasks: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, sqlAddCopy, c.Account, c.ID, c.At.UnixMilli(), millis(c.Due), c.Team); err != nil {
		return fmt.Errorf("add copy: %w", err)
	}
	return nil
}

const sqlSettle = `UPDATE message_copy SET done = $2, doer = '' WHERE due > 0 AND done = 0
	AND message IN (SELECT id FROM message WHERE topic = $1)`

// Settle ends every open task of the topic.
func (s *Store) Settle(ctx context.Context, topic string, at time.Time) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlSettle, topic, at.UnixMilli()); err != nil {
			return fmt.Errorf("settle: %w", err)
		}
		return nil
	})
}

const sqlOpenTopics = `SELECT DISTINCT m.topic FROM message m JOIN message_copy c ON c.message = m.id
	WHERE c.due > 0 AND c.done = 0 AND substr(m.topic, 1, $2) = $1 AND m.topic <> '' ORDER BY m.topic`

// OpenTopics returns the topics with that beginning on which a task is open.
func (s *Store) OpenTopics(ctx context.Context, beginning string) (out []string, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var topic string
		if err := rows.Scan(&topic); err != nil {
			return err
		}
		out = append(out, topic)
		return nil
	}, sqlOpenTopics, beginning, len(beginning))
	if err != nil {
		return nil, fmt.Errorf("open topics: %w", err)
	}
	return out, nil
}

const (
	sqlCopies = `SELECT m.id, m.key, m.topic, m.at, m.due, m.code, m.link, m.audience, m.document,
	c.account, c.team, c.seen, c.done, c.doer
	FROM message_copy c JOIN message m ON m.id = c.message
	WHERE c.account = $1 AND ($3 = '' OR m.kind = $3) AND ($2 = '' OR ($2 = 'unread' AND c.seen = 0)
		OR ($2 = 'tasks' AND c.due > 0 AND c.done = 0) OR ($2 = 'done' AND c.done > 0))
	ORDER BY CASE WHEN $2 = 'tasks' THEN c.due ELSE -c.at END, m.id DESC LIMIT $4 OFFSET $5`
	sqlCountCopies = `SELECT COUNT(*) FROM message_copy c JOIN message m ON m.id = c.message
	WHERE c.account = $1 AND ($3 = '' OR m.kind = $3) AND ($2 = '' OR ($2 = 'unread' AND c.seen = 0)
		OR ($2 = 'tasks' AND c.due > 0 AND c.done = 0) OR ($2 = 'done' AND c.done > 0))`
	sqlCopy = `SELECT m.id, m.key, m.topic, m.at, m.due, m.code, m.link, m.audience, m.document,
	c.account, c.team, c.seen, c.done, c.doer
	FROM message_copy c JOIN message m ON m.id = c.message WHERE c.account = $1 AND c.message = $2`
)

// scanCopy reads the columns of sqlCopies, and what follows them.
func scanCopy(row scanner, more ...any) (*inbox.Copy, error) {
	var c inbox.Copy
	var at, due, seen, done int64
	var audience, text string
	columns := append([]any{
		&c.ID, &c.Key, &c.Topic, &at, &due, &c.Code, &c.Link, &audience, &text, &c.Account, &c.Team, &seen, &done, &c.Doer,
	}, more...)
	if err := row.Scan(columns...); err != nil {
		return nil, err
	}
	c.At, c.Due, c.Seen, c.Done, c.To = moment(at), moment(due), moment(seen), moment(done), inbox.ParseAudience(audience)
	return &c, decode(text, &c.Params)
}

// Copies returns the account's messages that the filter takes, newest first.
func (s *Store) Copies(ctx context.Context, account string, f inbox.Filter) (out []inbox.Copy, all int, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		c, err := scanCopy(rows)
		if err == nil {
			out = append(out, *c)
		}
		return err
	}, sqlCopies, account, string(f.Show), string(f.Kind), f.Limit, f.From)
	if err != nil {
		return nil, 0, fmt.Errorf("inbox: %w", err)
	}
	if err := s.db.Reader().QueryRowContext(ctx, sqlCountCopies, account, string(f.Show), string(f.Kind)).Scan(&all); err != nil {
		return nil, 0, fmt.Errorf("inbox: %w", err)
	}
	return out, all, nil
}

// Copy returns one message of the account.
func (s *Store) Copy(ctx context.Context, account, message string) (*inbox.Copy, error) {
	c, err := scanCopy(s.db.Reader().QueryRowContext(ctx, sqlCopy, account, message))
	if db.Missing(err) {
		return nil, fault.New(fault.NotFound, "inbox.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	return c, nil
}

const sqlUnread = `SELECT COUNT(*) FROM message_copy WHERE account = $1 AND seen = 0`

// Unread counts the account's unread messages; the index of the unread answers.
func (s *Store) Unread(ctx context.Context, account string) (n int, err error) {
	if err := s.db.Reader().QueryRowContext(ctx, sqlUnread, account).Scan(&n); err != nil {
		return 0, fmt.Errorf("unread: %w", err)
	}
	return n, nil
}

const sqlMarkSeen = `UPDATE message_copy SET seen = $3 WHERE account = $1 AND ($2 = '' OR message = $2) AND (seen = 0 OR $3 = 0)`

// MarkSeen marks a message of the account as read or unread, all for an empty one.
func (s *Store) MarkSeen(ctx context.Context, account, message string, at time.Time) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlMarkSeen, account, message, millis(at)); err != nil {
			return fmt.Errorf("mark seen: %w", err)
		}
		return nil
	})
}

const sqlMarkDone = `UPDATE message_copy SET done = $3, doer = $4 WHERE message = $1 AND team = $2 AND due > 0`

// MarkDone marks the copies of a team as done or open.
func (s *Store) MarkDone(ctx context.Context, message, team string, at time.Time, doer string) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlMarkDone, message, team, millis(at), doer); err != nil {
			return fmt.Errorf("mark done: %w", err)
		}
		return nil
	})
}
