package inbox

import (
	"context"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/keyring"
)

// Store keeps messages, their copies and their deliveries.
type Store interface {
	// AddMessage keeps the message with a copy for every account that it is for, and
	// with the deliveries that outgoing makes of each, and ends the older open tasks
	// of its topic. It does nothing when the key was posted before, and keeps nothing
	// when nobody is there to read it.
	AddMessage(ctx context.Context, m *Posted, copyFor func(*access.Account) Copy, outgoing func(*access.Account, *Mailbox) []Delivery) error
	// Settle ends every open task of the topic.
	Settle(ctx context.Context, topic string, at time.Time) error
	// OpenTopics returns the topics with that beginning on which a task is open.
	OpenTopics(ctx context.Context, beginning string) ([]string, error)
	// Copies returns the account's messages that the filter takes, newest first, and
	// how many there are in all.
	Copies(ctx context.Context, account string, f Filter) ([]Copy, int, error)
	// Copy returns one message of the account, or refuses with inbox.missing.
	Copy(ctx context.Context, account, message string) (*Copy, error)
	// Unread counts the account's unread messages.
	Unread(ctx context.Context, account string) (int, error)
	// MarkSeen marks a message of the account, all of them for an empty one; the zero
	// time marks it unread.
	MarkSeen(ctx context.Context, account, message string, at time.Time) error
	// MarkDone marks the copies of the whole team; the zero time opens them again.
	MarkDone(ctx context.Context, message, team string, at time.Time, doer string) error
	MailboxStore
	OutboxStore
	FeedStore
}

// Config is what a Service needs. Mail and Gateway are nil where the operator named
// none: deliveries by them then stand as not configured.
type Config struct {
	Store   Store
	Seals   *keyring.Box // seals addresses; nil: Key alone
	Key     []byte       // 32 bytes, under which addresses were sealed before values named their keys
	Mail    Mailer
	Gateway Gateway
	Base    string // address of the service, which links in e-mails carry
	Say     func(lang, key string, params map[string]string) string
	Now     func() time.Time // programme clock: records
	Wall    func() time.Time // real clock: attempts, codes
	NewID   func() string
}

// Service posts messages, keeps the inboxes and delivers by the other channels.
type Service struct {
	Config
	turn chan struct{} // one delivery run at a time
}

// NewService makes a Service.
func NewService(cfg Config) *Service {
	return &Service{Config: cfg, turn: make(chan struct{}, 1)}
}

func (s *Service) entry(by access.Actor, action, object string) audit.Entry {
	return audit.Entry{At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: object}
}

// Post keeps a message for its recipients, once: a second message of the same key is
// dropped without an error, so that a caller that is not sure posts again. Who has no
// account at that moment gets none; where nobody has one the message is not kept and
// its key stays free. Post sends nothing itself and does not wait for
// any server. It is called after the step that it tells about is on disk.
func (s *Service) Post(ctx context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	p := &Posted{Message: m.clone(), ID: s.NewID(), At: s.Now()}
	return s.Store.AddMessage(ctx, p,
		func(a *access.Account) Copy { return Copy{Posted: *p, Account: a.Key, Team: team(a)} },
		func(a *access.Account, box *Mailbox) []Delivery { return s.outgoing(p, a, box) })
}

// Settle ends all open tasks on a topic: what they asked for has been done, or nobody
// waits for it any more.
func (s *Service) Settle(ctx context.Context, topic string) error {
	if topic == "" {
		return nil
	}
	return s.Store.Settle(ctx, topic, s.Now())
}

// OpenTopics returns the topics with that beginning on which somebody has an open task.
func (s *Service) OpenTopics(ctx context.Context, beginning string) ([]string, error) {
	return s.Store.OpenTopics(ctx, beginning)
}

// Show says which messages of an inbox are looked at.
type Show string

// The filters of an inbox.
const (
	All    Show = ""
	Unread Show = "unread"
	Tasks  Show = "tasks" // open ones, the soonest due first
	Done   Show = "done"
)

// Shows returns the filters in the order in which people read them.
func Shows() []Show { return []Show{All, Unread, Tasks, Done} }

// Filter is what of an inbox is looked at: Limit messages from the place From on.
type Filter struct {
	Show  Show
	Kind  Kind // empty: every kind
	From  int
	Limit int
}

// Inbox returns the actor's messages, and how many the filter takes in all.
func (s *Service) Inbox(ctx context.Context, by access.Actor, f Filter) ([]Copy, int, error) {
	return s.Store.Copies(ctx, access.Fold(by.Name), f)
}

// Message returns one message of the actor's inbox, or refuses with inbox.missing.
func (s *Service) Message(ctx context.Context, by access.Actor, id string) (*Copy, error) {
	return s.Store.Copy(ctx, access.Fold(by.Name), id)
}

// Unread counts the actor's unread messages.
func (s *Service) Unread(ctx context.Context, by access.Actor) (int, error) {
	return s.Store.Unread(ctx, access.Fold(by.Name))
}

// See marks a message of the actor as read, every one for an empty id.
func (s *Service) See(ctx context.Context, by access.Actor, id string) error {
	return s.Store.MarkSeen(ctx, access.Fold(by.Name), id, s.Now())
}

// Unsee marks a message of the actor as unread again.
func (s *Service) Unsee(ctx context.Context, by access.Actor, id string) error {
	if id == "" {
		return missing()
	}
	return s.Store.MarkSeen(ctx, access.Fold(by.Name), id, time.Time{})
}

// Finish marks a task as done for everybody who shares it; Reopen takes that back.
func (s *Service) Finish(ctx context.Context, by access.Actor, id string) error {
	return s.mark(ctx, by, id, s.Now())
}

// Reopen marks a task as not done.
func (s *Service) Reopen(ctx context.Context, by access.Actor, id string) error {
	return s.mark(ctx, by, id, time.Time{})
}

func (s *Service) mark(ctx context.Context, by access.Actor, id string, at time.Time) error {
	c, err := s.Message(ctx, by, id)
	if err != nil {
		return err
	}
	if !c.Task() {
		return missing()
	}
	return s.Store.MarkDone(ctx, id, c.Team, at, by.Name)
}
