package inbox

import (
	"context"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
)

// Channel is a way beside the inbox.
type Channel string

// The channels.
const (
	Email   Channel = "email"
	Webhook Channel = "webhook"
)

// State is where a delivery stands.
type State string

// The states of a delivery.
const (
	Waiting      State = "waiting"      // to be sent
	Failed       State = "failed"       // the last attempt failed; another follows
	Sent         State = "sent"         // the server took it
	GivenUp      State = "given-up"     // it failed too often, or for good; only the office sends it again
	Unconfigured State = "unconfigured" // the operator named no server
	Addressless  State = "addressless"  // the account has confirmed no address
	Declined     State = "declined"     // the account wants none of this kind
)

// States returns every state, failures first.
func States() []State {
	return []State{GivenUp, Failed, Waiting, Sent, Unconfigured, Addressless, Declined}
}

// Delivery is one message to one account by one channel.
type Delivery struct {
	Message string
	Account string
	Channel Channel
	State   State
	Tries   int
	At      time.Time // of the last change
	Next    time.Time // of the next attempt, while it waits
	Reason  string    // why the last attempt failed: a code of Reasons
}

// Letter is an e-mail in plain text.
type Letter struct {
	To, Subject, Body string
	ID                string // left part of the Message-ID: the same for every attempt
}

// Mailer hands a letter to the mail server and returns when that has taken it, else an
// *DeliveryError.
type Mailer interface {
	Send(ctx context.Context, l Letter) error
}

// Ping is what the messaging gateway gets: no name of a person, no result.
type Ping struct {
	ID      string // the same for every attempt
	Account string
	Phone   string // empty: none known
	Kind    Kind
	Link    string // address of the inbox
	Lang    string // zh-CN or en
	Text    string // that something is there, and the way to it
	At, Due time.Time
}

// Gateway hands a ping to the messaging gateway; errors as for Mailer. NeedsPhone
// reports whether it finds people by their telephone numbers only.
type Gateway interface {
	NeedsPhone() bool
	Post(ctx context.Context, p Ping) error
}

// OutboxStore keeps the deliveries.
type OutboxStore interface {
	// DueDeliveries returns up to limit deliveries whose next attempt has come,
	// longest waiting first, each with its message.
	DueDeliveries(ctx context.Context, now time.Time, limit int) ([]Dispatch, error)
	// SaveDelivery keeps a delivery as it stands.
	SaveDelivery(ctx context.Context, d Delivery) error
	// Redeliver sets a delivery to be sent at once, with its entry in the trail, or
	// refuses with inbox.missing.
	Redeliver(ctx context.Context, d Delivery, entry audit.Entry) error
	// Dispatches returns the messages of everybody with their deliveries.
	Dispatches(ctx context.Context, f OutboxFilter) ([]Sending, int, error)
	// DeliveryCounts counts the deliveries by state.
	DeliveryCounts(ctx context.Context) (map[State]int, error)
}

// Dispatch is a delivery with what it delivers.
type Dispatch struct {
	Delivery
	Posted Posted
	Box    Mailbox
}

// OutboxFilter is what of all messages the office looks at.
type OutboxFilter struct {
	State State  // only those with a delivery in that state; empty: all
	Kind  Kind   // empty: every kind
	Name  string // part of an account's name; empty: all
	From  int
	Limit int
}

// Sending is one account's copy of a message with its deliveries.
type Sending struct {
	Copy
	Name       string // of the account
	Deliveries []Delivery
}

// outgoing makes the deliveries of a message to an account.
func (s *Service) outgoing(p *Posted, a *access.Account, box *Mailbox) []Delivery {
	now := s.Wall()
	email := Delivery{Message: p.ID, Account: a.Key, Channel: Email, State: Waiting, At: now, Next: now}
	switch {
	case s.Mail == nil:
		email.State = Unconfigured
	case box.Email == "":
		email.State = Addressless
	case slices.Contains(box.Off, KindOf(p.Code)):
		email.State = Declined
	}
	hook := Delivery{Message: p.ID, Account: a.Key, Channel: Webhook, State: Waiting, At: now, Next: now}
	if s.Gateway == nil {
		hook.State = Unconfigured
	} else if s.Gateway.NeedsPhone() && box.Phone == "" {
		hook.State = Addressless
	}
	return []Delivery{email, hook}
}
