package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
)

const sqlMailbox = `SELECT version, document FROM mailbox WHERE account = $1`

// Mailbox returns where the account can be reached, an empty one where it said
// nothing.
func (s *Store) Mailbox(ctx context.Context, account string) (*inbox.Mailbox, error) {
	return mailbox(ctx, s.db.Reader(), account)
}

func mailbox(ctx context.Context, q queryer, account string) (*inbox.Mailbox, error) {
	var text string
	box := &inbox.Mailbox{}
	err := q.QueryRowContext(ctx, sqlMailbox, account).Scan(&box.Version, &text)
	if db.Missing(err) {
		return &inbox.Mailbox{Account: account}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	box.Account = account
	return box, decode(text, box)
}

const sqlSaveMailbox = `INSERT INTO mailbox (account, version, document) VALUES ($1, $2, $3)
	ON CONFLICT (account) DO UPDATE SET version = excluded.version, document = excluded.document`

// UpdateMailbox loads, changes and saves where an account can be reached.
func (s *Store) UpdateMailbox(ctx context.Context, account string, entry audit.Entry, change func(*inbox.Mailbox) error) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		box, err := mailbox(ctx, tx, account)
		if err != nil {
			return err
		}
		if err := change(box); err != nil {
			return err
		}
		text, err := encode(box)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlSaveMailbox, account, box.Version+1, text); err != nil {
			return fmt.Errorf("save mailbox: %w", err)
		}
		return nil
	})
}

const sqlSaveDelivery = `INSERT INTO outbox (message, account, channel, state, tries, at, next, reason)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (message, account, channel) DO UPDATE SET
	state = excluded.state, tries = excluded.tries, at = excluded.at, next = excluded.next, reason = excluded.reason`

func saveDelivery(ctx context.Context, tx *sql.Tx, d inbox.Delivery) error {
	if _, err := tx.ExecContext(ctx, sqlSaveDelivery, d.Message, d.Account, string(d.Channel), string(d.State), d.Tries,
		millis(d.At), millis(d.Next), d.Reason); err != nil {
		return fmt.Errorf("save delivery: %w", err)
	}
	return nil
}

func addDeliveries(ctx context.Context, tx *sql.Tx, a *access.Account, outgoing func(*access.Account, *inbox.Mailbox) []inbox.Delivery) error {
	box, err := mailbox(ctx, tx, a.Key)
	if err != nil {
		return err
	}
	for _, d := range outgoing(a, box) {
		if err := saveDelivery(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// SaveDelivery keeps a delivery as it stands.
func (s *Store) SaveDelivery(ctx context.Context, d inbox.Delivery) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error { return saveDelivery(ctx, tx, d) })
}

const sqlDelivery = `SELECT message, account, channel, state, tries, at, next, reason FROM outbox
	WHERE message = $1 AND account = $2 AND channel = $3`

// Redeliver sets a delivery that exists to what it is given.
func (s *Store) Redeliver(ctx context.Context, d inbox.Delivery, entry audit.Entry) error {
	return s.write(ctx, &entry, func(tx *sql.Tx) error {
		_, err := scanDelivery(tx.QueryRowContext(ctx, sqlDelivery, d.Message, d.Account, string(d.Channel)))
		if db.Missing(err) {
			return fault.New(fault.NotFound, "inbox.missing")
		}
		if err != nil {
			return fmt.Errorf("delivery: %w", err)
		}
		return saveDelivery(ctx, tx, d)
	})
}

func scanDelivery(row scanner, before ...any) (d inbox.Delivery, err error) {
	var at, next int64
	err = row.Scan(append(before, &d.Message, &d.Account, &d.Channel, &d.State, &d.Tries, &at, &next, &d.Reason)...)
	d.At, d.Next = moment(at), moment(next)
	return d, err
}

const sqlDue = `SELECT m.id, m.at, m.due, m.code, m.link, o.message, o.account, o.channel, o.state, o.tries, o.at, o.next, o.reason
	FROM outbox o JOIN message m ON m.id = o.message
	WHERE o.state IN ('waiting', 'failed') AND o.next <= $1 ORDER BY o.next, o.message, o.account, o.channel LIMIT $2`

// DueDeliveries returns the deliveries whose next attempt has come.
func (s *Store) DueDeliveries(ctx context.Context, now time.Time, limit int) (out []inbox.Dispatch, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var x inbox.Dispatch
		var at, due int64
		d, err := scanDelivery(rows, &x.Posted.ID, &at, &due, &x.Posted.Code, &x.Posted.Link)
		x.Delivery, x.Posted.At, x.Posted.Due = d, moment(at), moment(due)
		out = append(out, x)
		return err
	}, sqlDue, now.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	for i := range out {
		box, err := mailbox(ctx, s.db.Reader(), out[i].Account)
		if err != nil {
			return nil, err
		}
		out[i].Box = *box
	}
	return out, nil
}

const (
	sqlSendings = `SELECT m.id, m.key, m.topic, m.at, m.due, m.code, m.link, m.audience, m.document,
	c.account, c.team, c.seen, c.done, c.doer, a.name
	FROM message_copy c JOIN message m ON m.id = c.message JOIN account a ON a.key = c.account
	WHERE ($1 = '' OR EXISTS (SELECT 1 FROM outbox o WHERE o.message = c.message AND o.account = c.account AND o.state = $1))
		AND ($2 = '' OR m.kind = $2) AND ($3 = '' OR c.account LIKE '%' || $3 || '%')
	ORDER BY EXISTS (SELECT 1 FROM outbox o WHERE o.message = c.message AND o.account = c.account AND o.state IN ('given-up', 'failed')) DESC,
		c.at DESC, m.id DESC, c.account LIMIT $4 OFFSET $5`
	sqlCountSendings = `SELECT COUNT(*) FROM message_copy c JOIN message m ON m.id = c.message
	WHERE ($1 = '' OR EXISTS (SELECT 1 FROM outbox o WHERE o.message = c.message AND o.account = c.account AND o.state = $1))
		AND ($2 = '' OR m.kind = $2) AND ($3 = '' OR c.account LIKE '%' || $3 || '%')`
	sqlDeliveriesOf = `SELECT message, account, channel, state, tries, at, next, reason FROM outbox
	WHERE message = $1 AND account = $2 ORDER BY channel`
)

// Dispatches returns everybody's messages with their deliveries, failures on top.
func (s *Store) Dispatches(ctx context.Context, f inbox.OutboxFilter) (out []inbox.Sending, all int, err error) {
	who := access.Fold(f.Name)
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var name string
		c, err := scanCopy(rows, &name)
		if err == nil {
			out = append(out, inbox.Sending{Copy: *c, Name: name})
		}
		return err
	}, sqlSendings, string(f.State), string(f.Kind), who, f.Limit, f.From)
	if err != nil {
		return nil, 0, fmt.Errorf("messages: %w", err)
	}
	if err := s.db.Reader().QueryRowContext(ctx, sqlCountSendings, string(f.State), string(f.Kind), who).Scan(&all); err != nil {
		return nil, 0, fmt.Errorf("messages: %w", err)
	}
	for i := range out {
		err := each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
			d, err := scanDelivery(rows)
			out[i].Deliveries = append(out[i].Deliveries, d)
			return err
		}, sqlDeliveriesOf, out[i].ID, out[i].Account)
		if err != nil {
			return nil, 0, fmt.Errorf("deliveries: %w", err)
		}
	}
	return out, all, nil
}

const sqlDeliveryCounts = `SELECT state, COUNT(*) FROM outbox GROUP BY state`

// DeliveryCounts counts the deliveries by state.
func (s *Store) DeliveryCounts(ctx context.Context) (map[inbox.State]int, error) {
	out := map[inbox.State]int{}
	err := each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var state inbox.State
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return err
		}
		out[state] = n
		return nil
	}, sqlDeliveryCounts)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return out, nil
}
