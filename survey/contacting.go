package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
	"minyi/survey/contact"
	"minyi/survey/invite"
)

// Contacts keeps the plan of a survey's contacts and its sealed cases. A change
// that somebody else overtook is refused with survey.changed.
type Contacts interface {
	ContactPlan(ctx context.Context, id ID) (version int, doc string, err error)
	SaveContactPlan(ctx context.Context, id ID, version int, doc string, entry audit.Entry) error
	ContactCases(ctx context.Context, number uint16, fn func(SealedCase) error) error
	SaveContactCases(ctx context.Context, number uint16, cases []SealedCase, entry *audit.Entry) error
	DropContactCases(ctx context.Context, number uint16) (int64, error)
}

// SealedCase is a contact.Case as it is stored.
type SealedCase struct {
	Serial  uint32
	Version int // 0: new
	Sealed  []byte
}

// ContactPlan is how a survey's sample is followed up. Nothing in it names
// anybody.
type ContactPlan struct {
	Rules   contact.Rules       `json:"rules"`
	Message string              `json:"message,omitempty"` // the last one, with its placeholders
	Waves   []Wave              `json:"waves,omitempty"`   // the oldest first
	Summary *ContactSummary     `json:"summary,omitempty"` // after the end: what stays when the numbers are erased
	Modes   *contact.ModeEffect `json:"modes,omitempty"`   // as last compared
	version int
}

// Way is how a list or a reminder goes out.
type Way string

// The ways.
const (
	BySMS    Way = "sms"
	ByCall   Way = "call"   // a call centre of somebody else's
	ByLetter Way = "letter" // letters or labels once more
)

// Wave is one reminder of those who had not answered.
type Wave struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Way     Way       `json:"way"`
	Count   int       `json:"count"`
	Message string    `json:"message,omitempty"` // with its placeholders
}

// ContactSummary is what stays of the calls when the numbers are erased.
type ContactSummary struct {
	Cases   int                  `json:"cases"`
	Strata  []StratumOutcomes    `json:"strata"`
	Calls   contact.Counts       `json:"calls"`
	Codes   map[contact.Code]int `json:"codes"`
	Workers []contact.Work       `json:"workers"`
}

// switchboard has the cases of the surveys that are being called, in memory.
type switchboard struct {
	mu    sync.Mutex
	desks map[ID]*desk
}

// desk is the cases of one survey. Its lock is held while one of them changes.
type desk struct {
	mu     sync.Mutex
	number uint16
	cases  []*contact.Case // by serial number
	by     map[uint32]*contact.Case
	codes  map[string]*contact.Case // by the code of their page
	hands  map[uint32]hand
	spans  lengths
	name   *keyed // makes the codes
	plan   ContactPlan
	sealer func() (*keyring.One, error) // under the key of the frame; nil once the cases are erased
}

// lengths are the interviewers' interviews by length, summed up so that no length
// can be told of one case. They are sealed like a case, under the number 0.
type lengths struct {
	Version int                       `json:"-"`
	Of      map[string]contact.Length `json:"of"`
}

// hand is who works on a case; after holding it for long without a step, nobody
// does.
type hand struct {
	who    string
	since  time.Time
	check  bool      // to verify it
	opened time.Time // when the questionnaire was opened; zero before
}

const handTerm = 90 * time.Minute

// desk returns the desk of a survey, reading its cases where nobody did yet. Once
// the frame is erased it has none.
func (s *Service) desk(ctx context.Context, l *live) (*desk, error) {
	if s.Contacts == nil {
		return nil, fault.New(fault.Unavailable, "store.unavailable")
	}
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	erased := !l.survey.Sampling.Erased.IsZero()
	if d := s.board.desks[l.survey.ID]; d != nil {
		if erased {
			d.clear()
		}
		return d, nil
	}
	d := &desk{
		number: l.survey.Number, name: newKeyed(subkey(s.Secret, "contact-case")),
		by: map[uint32]*contact.Case{}, codes: map[string]*contact.Case{}, hands: map[uint32]hand{},
	}
	var err error
	if d.plan, err = s.contactPlan(ctx, l.survey.ID); err != nil {
		return nil, err
	}
	if !erased {
		if err := s.readCases(ctx, l.survey, d); err != nil {
			return nil, err
		}
	}
	if s.board.desks == nil {
		s.board.desks = map[ID]*desk{}
	}
	s.board.desks[l.survey.ID] = d
	return d, nil
}

// clear forgets the cases, which are erased.
func (d *desk) clear() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cases, d.sealer = nil, nil
	clear(d.by)
	clear(d.codes)
	clear(d.hands)
}

// erased reports whether the cases of a locked desk are gone, and what stayed.
func (d *desk) erased() (*ContactSummary, bool) {
	return d.plan.Summary, d.plan.Summary != nil && len(d.cases) == 0
}

func (s *Service) contactPlan(ctx context.Context, id ID) (ContactPlan, error) {
	plan := ContactPlan{Rules: contact.DefaultRules()}
	version, doc, err := s.Contacts.ContactPlan(ctx, id)
	if err != nil || version == 0 {
		return plan, err
	}
	if err := json.Unmarshal([]byte(doc), &plan); err != nil {
		return plan, fmt.Errorf("survey: read the plan of contacts: %w", err)
	}
	plan.version = version
	return plan, nil
}

// readCases opens the sealed cases.
func (s *Service) readCases(ctx context.Context, sv *Survey, d *desk) error {
	d.sealer = func() (*keyring.One, error) { return s.frameSeal(sv, "contact") }
	var with *keyring.One
	return s.Contacts.ContactCases(ctx, sv.Number, func(one SealedCase) (err error) {
		if with == nil {
			if with, err = d.sealer(); err != nil {
				return err
			}
		}
		doc, err := unseal(with, one.Sealed, d.bound(one.Serial))
		if err != nil {
			return fmt.Errorf("survey: open case: %w", err)
		}
		if one.Serial == 0 {
			d.spans.Version = one.Version
			return json.Unmarshal(doc, &d.spans)
		}
		c := &contact.Case{Serial: one.Serial, Version: one.Version}
		if err := json.Unmarshal(doc, c); err != nil {
			return fmt.Errorf("survey: read case: %w", err)
		}
		d.enter(c)
		return nil
	})
}

// bound binds a sealed case to its link.
func (d *desk) bound(serial uint32) []byte {
	return appendLink(nil, invite.Token{Survey: d.number, Serial: serial})
}

// sealed is a case as it is stored.
func (d *desk) sealed(c *contact.Case, with *keyring.One) (SealedCase, error) {
	return d.box(c, SealedCase{Serial: c.Serial, Version: c.Version}, with)
}

func (d *desk) box(what any, to SealedCase, with *keyring.One) (SealedCase, error) {
	doc, err := json.Marshal(what)
	if err != nil {
		return to, fmt.Errorf("survey: write case: %w", err)
	}
	to.Sealed = seal(with, doc, d.bound(to.Serial))
	return to, nil
}

// enter puts a case on the desk, in the order of the serial numbers.
func (d *desk) enter(c *contact.Case) {
	d.by[c.Serial] = c
	d.codes[d.code(c.Serial)] = c
	i := len(d.cases)
	for i > 0 && d.cases[i-1].Serial > c.Serial {
		i--
	}
	d.cases = append(d.cases, nil)
	copy(d.cases[i+1:], d.cases[i:])
	d.cases[i] = c
}

const caseChars = 16

// code names a case on the interviewers' pages: the survey's number and an
// HMAC of the link, so that nobody gets the link itself to see.
func (d *desk) code(serial uint32) string {
	sum := d.name.mac(invite.Token{Survey: d.number, Serial: serial})
	return fmt.Sprintf("%04X", d.number) + invite.Short(sum[:10], caseChars)
}

// change lets a rule change a copy of a case, stores it and then puts it in the
// place of the old one.
func (s *Service) change(ctx context.Context, d *desk, c *contact.Case, entry *audit.Entry, rule func(*contact.Case) error) error {
	next := *c
	next.Attempts = append([]contact.Attempt(nil), c.Attempts...)
	next.Checks = append([]contact.Check(nil), c.Checks...)
	if err := rule(&next); err != nil {
		return err
	}
	with, err := d.sealer()
	if err != nil {
		return err
	}
	one, err := d.sealed(&next, with)
	if err != nil {
		return err
	}
	if err := s.Contacts.SaveContactCases(ctx, d.number, []SealedCase{one}, entry); err != nil {
		return err
	}
	next.Version++
	*c = next
	return nil
}

// SetContactRules sets the rules of the calls. It is refused as contact.Rules.Check
// refuses, and with survey.state after the end.
func (s *Service) SetContactRules(ctx context.Context, by access.Actor, id ID, r contact.Rules) error {
	if err := r.Check(); err != nil {
		return err
	}
	return s.plan(ctx, by, id, "survey.contact.rules", func(p *ContactPlan) (any, error) {
		r.Signed = by.Name
		p.Rules = r
		return r, nil
	})
}

// plan changes the plan of a survey that is not over; what rule returns goes into
// the trail.
func (s *Service) plan(ctx context.Context, by access.Actor, id ID, action string, rule func(*ContactPlan) (any, error)) error {
	l, d, err := s.running(ctx, by, id)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return s.replan(ctx, l, d, s.entry(by, action, id), rule)
}

// running is the desk of a survey that is not over, for the agency.
func (s *Service) running(ctx context.Context, by access.Actor, id ID) (*live, *desk, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, nil, err
	}
	if l.survey.State != Planned && l.survey.State != Open {
		return nil, nil, fault.New(fault.Conflict, "survey.state", "state", string(l.survey.State))
	}
	d, err := s.desk(ctx, l)
	return l, d, err
}

// replan changes the plan of a desk that is locked.
func (s *Service) replan(ctx context.Context, l *live, d *desk, entry audit.Entry, rule func(*ContactPlan) (any, error)) error {
	next := d.plan
	said, err := rule(&next)
	if err != nil {
		return err
	}
	doc, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("survey: write the plan of contacts: %w", err)
	}
	after, err := json.Marshal(said)
	if err != nil {
		return fmt.Errorf("survey: trail of contacts: %w", err)
	}
	entry.After = string(after)
	if err := s.Contacts.SaveContactPlan(ctx, l.survey.ID, d.plan.version, string(doc), entry); err != nil {
		return err
	}
	next.version++
	d.plan = next
	return nil
}
