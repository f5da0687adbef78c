package survey

import (
	"context"
	"maps"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/contact"
	"minyi/survey/invite"
	"minyi/survey/ledger"
)

// Telephone is the survey behind the pages on which interviewers fill in the
// questionnaire: the same form and the same intake as for residents, by the code
// of a case in one's hand instead of a link, which interviewers never see. An
// answer that comes this way is one with an interviewer (Assisted), and the device
// of its trace stands for the interviewer; nothing else differs. Of the case neither
// time nor length of the interview is kept, so that who holds the keys of both the
// traces and the frame learns no more than that it is one of the interviews that its
// interviewer made in its PSU, and nothing once one of the keys is destroyed.
type Telephone struct{ s *Service }

// Telephone returns the survey as interviewers fill it in.
func (s *Service) Telephone() *Telephone { return &Telephone{s} }

// callerKey is the key of who calls in a context.
type callerKey struct{}

// Calling returns a context that says who calls.
func Calling(ctx context.Context, by access.Actor) context.Context {
	return context.WithValue(ctx, callerKey{}, by)
}

func caller(ctx context.Context) access.Actor {
	by, _ := ctx.Value(callerKey{}).(access.Actor)
	return by
}

// WithInterviewer is the kind of value of a trace's device that stands for an
// interviewer.
const WithInterviewer Kind = "interviewer"

// Open returns the form of the case in one's hand; see Service.Open.
func (t *Telephone) Open(ctx context.Context, code string) (*Form, error) {
	by := caller(ctx)
	token, err := t.opened(ctx, by, code)
	if err != nil {
		return nil, err
	}
	return t.s.Open(ctx, token)
}

// opened notes who opened the questionnaire of a case, and when.
func (t *Telephone) opened(ctx context.Context, by access.Actor, code string) (string, error) {
	_, d, c, h, err := t.s.held(ctx, by, code)
	if err != nil {
		return "", err
	}
	defer d.mu.Unlock()
	if h.check {
		return "", fault.New(fault.Forbidden, "contact.nothand")
	}
	token := t.s.token(d, c)
	now := t.s.Now()
	h.since = now // who fills in a page still has the case
	if h.opened.IsZero() {
		h.opened = now
	}
	d.hands[c.Serial] = h
	if c.Opened == by.Name || t.s.Intake.Spent(d.number, c.Serial) {
		return token, nil
	}
	return token, t.s.change(ctx, d, c, nil, func(c *contact.Case) error {
		c.Opened = by.Name
		return nil
	})
}

// Submit keeps the sheet of the case in one's hand; see Service.Submit.
func (t *Telephone) Submit(ctx context.Context, in Submission) (Receipt, error) {
	by, code := caller(ctx), in.Token
	l, d, c, h, err := t.s.held(ctx, by, code)
	if err != nil {
		return Receipt{}, err
	}
	in.Token = t.s.token(d, c)
	d.mu.Unlock()
	if in.Trace != nil {
		trace := *in.Trace
		trace.Mode, trace.Network = Assisted, Digest{}
		trace.Device = t.s.Hash(l.survey.ID, WithInterviewer, by.Name)
		in.Trace = &trace
	}
	receipt, err := t.s.Submit(ctx, in)
	if err != nil {
		return receipt, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.Sent == by.Name {
		return receipt, nil
	}
	err = t.s.change(ctx, d, c, nil, func(c *contact.Case) error {
		c.Sent = by.Name
		return nil
	})
	if err != nil || h.opened.IsZero() {
		return receipt, err
	}
	return receipt, t.s.measure(ctx, d, by.Name, t.s.Now().Sub(h.opened))
}

// Commit makes the commitment to the sheet of a case; see Service.Commit.
func (t *Telephone) Commit(ctx context.Context, in Submission) (ledger.Commitment, int, error) {
	if in.Token = t.linkOf(in.Token); in.Token == "" {
		return ledger.Commitment{}, 0, invite.Unknown()
	}
	return t.s.Commit(ctx, in)
}

// Audit opens the commitment to the sheet of the case in one's hand; see
// Service.Audit.
func (t *Telephone) Audit(ctx context.Context, in Submission) (Challenge, error) {
	_, d, c, _, err := t.s.held(ctx, caller(ctx), in.Token)
	if err != nil {
		return Challenge{}, err
	}
	in.Token = t.s.token(d, c)
	d.mu.Unlock()
	return t.s.Audit(ctx, in)
}

// measure adds the length of an interview to those of its interviewer.
func (s *Service) measure(ctx context.Context, d *desk, who string, took time.Duration) error {
	next := lengths{Version: d.spans.Version, Of: map[string]contact.Length{}}
	maps.Copy(next.Of, d.spans.Of)
	one := next.Of[who]
	next.Of[who] = contact.Length{N: one.N + 1, Seconds: one.Seconds + int(took/time.Second)}
	with, err := d.sealer()
	if err != nil {
		return err
	}
	row, err := d.box(next, SealedCase{Version: next.Version}, with)
	if err != nil {
		return err
	}
	if err := s.Contacts.SaveContactCases(ctx, d.number, []SealedCase{row}, nil); err != nil {
		return err
	}
	next.Version++
	d.spans = next
	return nil
}

// linkOf is the link behind a code, empty for none.
func (t *Telephone) linkOf(code string) string {
	l, ok := t.s.ofCode(code)
	if !ok {
		return ""
	}
	t.s.board.mu.Lock()
	d := t.s.board.desks[l.survey.ID]
	t.s.board.mu.Unlock()
	if d == nil {
		return ""
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.codes[code]; c != nil {
		return t.s.token(d, c)
	}
	return ""
}

// DraftCode is the code of a form's draft; see Service.DraftCode.
func (t *Telephone) DraftCode(code, formKey string) string {
	return t.s.DraftCode(t.linkOf(code), formKey)
}

// Keep stores a draft; see Service.Keep.
func (t *Telephone) Keep(ctx context.Context, code, draft string, sheet []byte) error {
	token, err := t.opened(ctx, caller(ctx), code)
	if err != nil {
		return err
	}
	return t.s.Keep(ctx, token, draft, sheet)
}

// Resume gives a draft back; see Service.Resume.
func (t *Telephone) Resume(ctx context.Context, code, draft string) ([]byte, error) {
	token, err := t.opened(ctx, caller(ctx), code)
	if err != nil {
		return nil, err
	}
	return t.s.Resume(ctx, token, draft)
}

// Hash is a keyed hash for the review of quality; see Service.Hash.
func (t *Telephone) Hash(id ID, kind Kind, value string) Digest { return t.s.Hash(id, kind, value) }
