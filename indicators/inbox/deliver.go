package inbox

import (
	"context"
	"errors"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
)

// DeliveryError is the error of a delivery that a server did not take. It holds no
// address and nothing that the server said, which may repeat one.
type DeliveryError struct {
	Reason string // one of Reasons
	Final  bool   // it will not be taken later either
	Server bool   // nothing at all can be delivered now: the server is away
}

// Error names the reason.
func (u *DeliveryError) Error() string { return "undelivered: " + u.Reason }

// The reasons for which a delivery fails.
const (
	Unreachable = "unreachable" // no connection
	TooSlow     = "slow"        // no answer in time
	BadSignIn   = "sign-in"     // the server refuses the service's name and password, or signature
	BadTLS      = "tls"         // no connection that can be trusted
	Refused     = "refused"     // the server refuses this recipient or this message
	Busy        = "busy"        // the server asks to come later
	Elsewhere   = "elsewhere"   // the address leads where it may not
	Broken      = "broken"      // anything else
)

// Reasons returns every reason for which a delivery fails.
func Reasons() []string {
	return []string{Unreachable, TooSlow, BadSignIn, BadTLS, Refused, Busy, Elsewhere, Broken}
}

const (
	atOnce      = 50               // deliveries of one run
	attemptTime = 45 * time.Second // of one attempt, whatever a server does
)

// waits returns how long to wait after each attempt that failed; after the last one a
// delivery is given up. In all it is tried over five days, as mail servers do
// (RFC 5321, 4.5.4.1).
func waits() []time.Duration {
	const hour = time.Hour
	return []time.Duration{
		time.Minute, 5 * time.Minute, 15 * time.Minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour, 24 * hour, 24 * hour, 48 * hour,
	}
}

// Deliver hands over what is due, and returns how many deliveries the servers took.
// While one run is under way another returns at once. A server that is away is asked
// once a run; a delivery that it took is kept as sent before the next begins, so that
// only a crash between the two can send one twice, under the same id.
func (s *Service) Deliver(ctx context.Context) (sent int, err error) {
	select {
	case s.turn <- struct{}{}:
	default:
		return 0, nil
	}
	defer func() { <-s.turn }()
	due, err := s.Store.DueDeliveries(ctx, s.Wall(), atOnce)
	if err != nil {
		return 0, err
	}
	away := map[Channel]bool{}
	for _, x := range due {
		if away[x.Channel] {
			continue
		}
		after, server := s.attempt(ctx, x)
		if ctx.Err() != nil {
			return sent, nil // stopped in between: not the server's failure
		}
		away[x.Channel] = server
		if after.State == Sent {
			sent++
		}
		if err := s.Store.SaveDelivery(ctx, after); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// attempt tries one delivery and returns how it stands then, and whether the server
// is away.
func (s *Service) attempt(ctx context.Context, x Dispatch) (Delivery, bool) {
	within, done := context.WithTimeout(ctx, attemptTime)
	defer done()
	var err error
	d := x.Delivery
	switch {
	case d.Channel == Email && s.Mail == nil, d.Channel == Webhook && s.Gateway == nil:
		d.State, d.At = Unconfigured, s.Wall()
		return d, false
	case d.Channel == Email && x.Box.Email == "", d.Channel == Webhook && s.Gateway.NeedsPhone() && x.Box.Phone == "":
		d.State, d.At = Addressless, s.Wall()
		return d, false
	case d.Channel == Email:
		err = s.mail(within, x)
	default:
		err = s.ping(within, x)
	}
	d.Tries++
	d.At = s.Wall()
	if err == nil {
		d.State, d.Reason = Sent, ""
		return d, false
	}
	return d.failed(err)
}

// failed notes a failed attempt and when the next one comes.
func (d Delivery) failed(err error) (Delivery, bool) {
	var u *DeliveryError
	if !errors.As(err, &u) {
		u = &DeliveryError{Reason: Broken}
	}
	d.Reason, d.State = u.Reason, Failed
	all := waits()
	if u.Final || d.Tries > len(all) {
		d.State = GivenUp
		return d, u.Server
	}
	d.Next = d.At.Add(all[d.Tries-1])
	return d, u.Server
}

// mail sends the letter that something is there: no more than that and the way to it.
func (s *Service) mail(ctx context.Context, x Dispatch) error {
	to, err := s.open(x.Account, x.Box.Email)
	if err != nil {
		return err
	}
	return s.Mail.Send(ctx, Letter{
		To: to, ID: x.Message + "." + hashOf(x.Account)[:12],
		Subject: s.Say(x.Box.spoken(), "inbox.mail.subject", nil),
		Body:    s.Say(x.Box.spoken(), "inbox.mail.body", map[string]string{"link": s.Base + "/inbox"}),
	})
}

func (s *Service) ping(ctx context.Context, x Dispatch) error {
	phone, err := s.open(x.Account, x.Box.Phone)
	if err != nil {
		return err
	}
	return s.Gateway.Post(ctx, Ping{
		ID: x.Message + "." + hashOf(x.Account)[:12], Account: x.Account, Phone: phone, Kind: KindOf(x.Posted.Code),
		Lang: x.Box.spoken(), Link: s.Base + "/inbox", At: x.Posted.At, Due: x.Posted.Due,
		Text: s.Say(x.Box.spoken(), "inbox.ping", map[string]string{"link": s.Base + "/inbox"}),
	})
}

// Messages returns everybody's messages with their deliveries, failures on top, and
// how many the filter takes; the office's alone.
func (s *Service) Messages(ctx context.Context, by access.Actor, f OutboxFilter) ([]Sending, int, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, 0, err
	}
	return s.Store.Dispatches(ctx, f)
}

// Counts counts the deliveries by state, for the office.
func (s *Service) Counts(ctx context.Context, by access.Actor) (map[State]int, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.DeliveryCounts(ctx)
}

// Resend sends a delivery again, whatever became of it: the office says so, and the
// trail keeps that. It is refused with inbox.missing for one that does not exist.
func (s *Service) Resend(ctx context.Context, by access.Actor, message, account string, channel Channel) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	now := s.Wall()
	d := Delivery{Message: message, Account: access.Fold(account), Channel: channel, State: Waiting, At: now, Next: now}
	return s.Store.Redeliver(ctx, d, s.resent(by, d))
}

func (s *Service) resent(by access.Actor, d Delivery) audit.Entry {
	return s.entry(by, "inbox.resend", "message/"+d.Message+"/"+string(d.Channel)+"/"+d.Account)
}
