package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
)

// Record is what is kept of one account, for the person whose it is. Of a session only
// times are kept that can be shown; passwords, codes and secrets are kept as digests
// alone and are no part of it.
type Record struct {
	Name        string      `json:"name"`
	Role        access.Role `json:"role"`
	Unit        string      `json:"unit"`
	Institution string      `json:"institution"`
	Created     time.Time   `json:"created"`
	Sessions    []Session   `json:"sessions"`
	Messages    []Message   `json:"messages"`
	Feed        bool        `json:"calendar_feed"`
	Mailbox     bool        `json:"addresses"` // whether some stand in the mailbox
	Rows        []Rows      `json:"rows"`      // what stands elsewhere, by table
	Trail       int         `json:"trail"`     // entries of the person's own doing
}

// Session is one that is open.
type Session struct {
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
}

// Message is one of the person's inbox.
type Message struct {
	At   time.Time `json:"at"`
	Code string    `json:"code"`
	Link string    `json:"link"`
	Open bool      `json:"open"` // a task that is not done
}

// Rows is how many rows of a table name the person.
type Rows struct {
	Table string `json:"table"`
	N     int    `json:"n"`
}

// Counts is how many rows went, by table.
type Counts map[string]int64

// Due is what the erasure goes by.
type Due struct {
	Idle, Absolute time.Time // sessions not seen since, and begun before
	Messages       time.Time // posted before
	Now            time.Time // for addresses whose code is over
}

// Store keeps the rows.
type Store interface {
	// PersonalRecord returns what is kept of the account.
	PersonalRecord(ctx context.Context, account string) (*Record, error)
	// DropPersonal deletes addresses, calendar subscription and finished messages of
	// the account, with the trail entry that entry makes of the counts.
	DropPersonal(ctx context.Context, account string, entry func(Counts) audit.Entry) (Counts, error)
	// EraseDue deletes what is past its term; where nothing is, no entry is made.
	EraseDue(ctx context.Context, due Due, entry func(Counts) audit.Entry) (Counts, error)
	// Forget cuts the log, so that what was deleted stands nowhere.
	Forget(ctx context.Context) (bool, error)
	Record(ctx context.Context, entry audit.Entry) error
}

// Service gives people their rights over their data (articles 44 to 47) and erases
// what is past its term.
type Service struct {
	store Store
	now   func() time.Time // programme clock: the trail
	wall  func() time.Time // real clock: sessions, codes
}

// NewService makes a Service.
func NewService(store Store, now, wall func() time.Time) *Service {
	return &Service{store: store, now: now, wall: wall}
}

func (s *Service) entry(by access.Actor, action, object string, counts Counts) audit.Entry {
	after, err := json.Marshal(counts)
	if err != nil || counts == nil {
		after = nil // a map of numbers always marshals
	}
	return audit.Entry{At: s.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: object, After: string(after)}
}

// Own returns what is kept of the actor.
func (s *Service) Own(ctx context.Context, by access.Actor) (*Record, error) {
	if err := by.Require(access.Roles()...); err != nil {
		return nil, err
	}
	return s.store.PersonalRecord(ctx, access.Fold(by.Name))
}

// Copy is Own for a file that the actor takes away; it stands in the trail.
func (s *Service) Copy(ctx context.Context, by access.Actor) (*Record, error) {
	r, err := s.Own(ctx, by)
	if err != nil {
		return nil, err
	}
	return r, s.store.Record(ctx, s.entry(by, "privacy.copy", "account/"+access.Fold(by.Name), nil))
}

// Drop deletes what the actor may have deleted at once: the addresses, the calendar
// subscription and the messages that ask for nothing any more. What must stay is what
// Stays names.
func (s *Service) Drop(ctx context.Context, by access.Actor) (Counts, error) {
	if err := by.Require(access.Roles()...); err != nil {
		return nil, err
	}
	key := access.Fold(by.Name)
	counts, err := s.store.DropPersonal(ctx, key, func(c Counts) audit.Entry { return s.entry(by, "privacy.drop", "account/"+key, c) })
	if err != nil {
		return nil, err
	}
	_, err = s.store.Forget(ctx)
	return counts, err
}

// Stays are the keys of the words that say what cannot be deleted on request, and why.
func Stays() []string { return []string{"account", "trail", "work", "declared"} }

// Tend erases what is past its term: sessions that are over, addresses that nobody
// confirmed, addresses and subscriptions of closed accounts, and messages after their
// three years. The trail says how many rows of which table, and the log is cut, so that
// they stand in no file of the service and in no later backup.
func (s *Service) Tend(ctx context.Context) error {
	now := s.wall().UTC()
	due := Due{
		Idle: now.Add(-access.Idle), Absolute: now.Add(-access.Absolute), Now: now,
		Messages: s.now().AddDate(0, 0, -MessageDays),
	}
	counts, err := s.store.EraseDue(ctx, due, func(c Counts) audit.Entry {
		return s.entry(access.Command("privacy"), "privacy.erase", "programme", c)
	})
	if err != nil || len(counts) == 0 {
		return err
	}
	if _, err := s.store.Forget(ctx); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}
