package survey

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/contact"
	"minyi/survey/invite"
)

// Station is one survey as an interviewer sees it: what is to be done, and nothing
// of what was answered.
type Station struct {
	ID       ID
	UnitName Text
	Ends     time.Time
	Rules    contact.Rules
	Now      bool // calls are made at this hour
	Waiting  int  // cases that are called now or later
	Verify   int  // interviews of others to be verified
	InHand   string
	Checking bool // what is in hand is to be verified
	Own      contact.Work
}

// CallSheet is one case in somebody's hand.
type CallSheet struct {
	Code     string
	Survey   ID
	UnitName Text
	Filling  map[string]Text // of the questionnaire: organiser, agency, phone
	Ends     time.Time
	Rules    contact.Rules
	Checking bool
	Answered bool // the link is spent
	contact.Case
}

// Stations lists the surveys in which calls are made or verified, by unit.
func (s *Service) Stations(ctx context.Context, by access.Actor) ([]Station, error) {
	if err := by.Require(access.Interviewer); err != nil {
		return nil, err
	}
	var out []Station
	for _, sv := range s.all() {
		l, err := s.get(sv.ID)
		if err != nil {
			return nil, err
		}
		if sv.State != Open && sv.State != Closed {
			continue
		}
		d, err := s.desk(ctx, l)
		if err != nil {
			return nil, err
		}
		if one, ok := s.station(l, d, by); ok {
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b Station) int { return cmp.Compare(a.UnitName.Zh, b.UnitName.Zh) })
	return out, nil
}

func (s *Service) station(l *live, d *desk, by access.Actor) (Station, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := s.Now()
	one := Station{ID: l.survey.ID, UnitName: l.survey.UnitName, Ends: l.ends, Rules: d.plan.Rules}
	if l.survey.Takes(now) == nil && d.plan.Rules.On {
		one.Now = d.plan.Rules.Allows(now)
		one.Waiting = contact.Waiting(d.cases, d.plan.Rules, func(serial uint32) bool { return s.Intake.Spent(d.number, serial) })
	}
	for _, c := range contact.Drawn(d.cases, d.plan.Rules) {
		if !c.Settled() && c.Interviewer() != by.Name {
			one.Verify++
		}
	}
	if serial, h, ok := d.holds(by, now); ok {
		one.InHand, one.Checking = d.code(serial), h.check
	}
	for _, w := range contact.Works(d.cases, d.plan.Rules, d.spans.Of) {
		if w.Name == by.Name {
			one.Own = w
		}
	}
	return one, one.Waiting+one.Verify+one.Own.Attempts > 0 || one.InHand != ""
}

// holds returns what somebody has in hand.
func (d *desk) holds(by access.Actor, now time.Time) (uint32, hand, bool) {
	for serial, h := range d.hands {
		if h.who == by.Name && now.Sub(h.since) < handTerm {
			return serial, h, true
		}
	}
	return 0, hand{}, false
}

// taken reports whether somebody has a case in hand.
func (d *desk) taken(serial uint32, now time.Time) bool {
	h, ok := d.hands[serial]
	return ok && now.Sub(h.since) < handTerm
}

// NextCall puts the next case into an interviewer's hand and returns its code; see
// contact.Next for the order. Who has one in hand gets that one. It is refused with
// survey.notyet and survey.closed, contact.off, contact.hours (parameters from and
// to) and contact.nocase.
func (s *Service) NextCall(ctx context.Context, by access.Actor, id ID) (string, error) {
	if err := by.Require(access.Interviewer); err != nil {
		return "", err
	}
	return s.hand(ctx, by, id, false, func(l *live, d *desk, now time.Time) (*contact.Case, error) {
		if err := l.survey.Takes(now); err != nil {
			return nil, err
		}
		if err := callable(d.plan.Rules, now); err != nil {
			return nil, err
		}
		c := contact.Next(d.cases, d.plan.Rules, now, by.Name, func(serial uint32) bool {
			return d.taken(serial, now) || s.Intake.Spent(d.number, serial)
		})
		if c == nil {
			return nil, fault.New(fault.NotFound, "contact.nocase")
		}
		return c, nil
	})
}

// hand puts the case that next chooses into somebody's hand, to be called or to be
// checked, and returns its code. Who has one in hand gets that one.
func (s *Service) hand(ctx context.Context, by access.Actor, id ID, check bool,
	next func(l *live, d *desk, now time.Time) (*contact.Case, error),
) (string, error) {
	l, err := s.get(id)
	if err != nil {
		return "", err
	}
	d, err := s.desk(ctx, l)
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	now := s.Now()
	if serial, _, ok := d.holds(by, now); ok {
		return d.code(serial), nil
	}
	c, err := next(l, d, now)
	if err != nil {
		return "", err
	}
	d.hands[c.Serial] = hand{who: by.Name, since: now, check: check}
	return d.code(c.Serial), nil
}

func callable(r contact.Rules, now time.Time) error {
	switch {
	case !r.On:
		return fault.New(fault.Closed, "contact.off")
	case !r.Allows(now):
		return fault.New(fault.Closed, "contact.hours", "from", contact.Clock(r.From), "to", contact.Clock(r.To))
	}
	return nil
}

// NextVerification puts the next interview that is to be verified into somebody's
// hand and returns its code. It is refused with contact.hours, contact.noverify
// and, once the numbers are erased, with contact.erased.
func (s *Service) NextVerification(ctx context.Context, by access.Actor, id ID) (string, error) {
	if err := by.Require(access.Interviewer, access.Agency); err != nil {
		return "", err
	}
	return s.hand(ctx, by, id, true, func(_ *live, d *desk, now time.Time) (*contact.Case, error) {
		if d.sealer == nil {
			return nil, fault.New(fault.Closed, "contact.erased")
		}
		rules := d.plan.Rules
		rules.On = true // verification goes on when no more calls are made
		if err := callable(rules, now); err != nil {
			return nil, err
		}
		c := contact.NextCheck(d.cases, rules, by.Name, func(serial uint32) bool { return d.taken(serial, now) })
		if c == nil {
			return nil, fault.New(fault.NotFound, "contact.noverify")
		}
		return c, nil
	})
}

// held finds the case of a code in somebody's hand and locks its desk, which the
// caller unlocks. It refuses with contact.nothand.
func (s *Service) held(ctx context.Context, by access.Actor, code string) (*live, *desk, *contact.Case, hand, error) {
	none := fault.New(fault.Forbidden, "contact.nothand")
	if err := by.Require(access.Interviewer, access.Agency); err != nil {
		return nil, nil, nil, hand{}, err
	}
	l, ok := s.ofCode(code)
	if !ok {
		return nil, nil, nil, hand{}, none
	}
	d, err := s.desk(ctx, l)
	if err != nil {
		return nil, nil, nil, hand{}, err
	}
	d.mu.Lock()
	if c := d.codes[code]; c != nil {
		if h := d.hands[c.Serial]; h.who == by.Name && s.Now().Sub(h.since) < handTerm {
			return l, d, c, h, nil
		}
	}
	d.mu.Unlock()
	return nil, nil, nil, hand{}, none
}

// ofCode finds the survey of a case's code.
func (s *Service) ofCode(code string) (*live, bool) {
	const digits = 4
	if len(code) != digits+caseChars {
		return nil, false
	}
	number, err := strconv.ParseUint(code[:digits], 16, 16)
	if err != nil {
		return nil, false
	}
	return s.byNumber(uint16(number))
}

// CallSheet returns what is known of the case in one's hand.
func (s *Service) CallSheet(ctx context.Context, by access.Actor, code string) (*CallSheet, error) {
	l, d, c, h, err := s.held(ctx, by, code)
	if err != nil {
		return nil, err
	}
	defer d.mu.Unlock()
	out := &CallSheet{
		Code: code, Survey: l.survey.ID, UnitName: l.survey.UnitName, Ends: l.ends, Rules: d.plan.Rules, Checking: h.check,
		Answered: s.Intake.Spent(d.number, c.Serial), Case: *c, Filling: map[string]Text{},
	}
	for name, text := range l.survey.Paper.Filling.Values {
		out.Filling[name] = Text(text)
	}
	if b, ok := l.survey.Batches.Find(c.Serial); ok && out.Place == "" {
		out.Place = b.PSU
	}
	return out, nil
}

// LogCall ends a call with its disposition and gives the case out of hand. It is
// refused as contact.Case.Log refuses.
func (s *Service) LogCall(ctx context.Context, by access.Actor, code string, a contact.Attempt) error {
	l, d, c, h, err := s.held(ctx, by, code)
	if err != nil {
		return err
	}
	defer d.mu.Unlock()
	if h.check {
		return fault.New(fault.Forbidden, "contact.nothand")
	}
	a.At, a.By = s.Now().UTC(), by.Name
	answered := s.Intake.Spent(d.number, c.Serial)
	err = s.change(ctx, d, c, nil, func(c *contact.Case) error { return c.Log(a, d.plan.Rules, answered, l.ends) })
	if err == nil {
		delete(d.hands, c.Serial)
	}
	return err
}

// LogVerification ends a verifying call. Its finding is an entry in the trail,
// with the interviewer and without the person.
func (s *Service) LogVerification(ctx context.Context, by access.Actor, code string, k contact.Check) error {
	l, d, c, h, err := s.held(ctx, by, code)
	if err != nil {
		return err
	}
	defer d.mu.Unlock()
	if !h.check {
		return fault.New(fault.Forbidden, "contact.nothand")
	}
	second, err := by.Second(ctx, s.People)
	if err != nil {
		return err
	}
	k.At, k.By = s.Now().UTC(), by.Name
	entry := s.entry(by, "survey.contact.verify", l.survey.ID)
	entry.After = `{"finding":` + strconv.Quote(string(k.Finding)) + `,"interviewer":` + strconv.Quote(c.Interviewer()) + `}`
	err = s.change(ctx, d, c, &entry, func(c *contact.Case) error {
		if err := c.Verify(k); err != nil {
			return err
		}
		return second.Apart(c.Interviewer())
	})
	if err == nil {
		delete(d.hands, c.Serial)
	}
	return err
}

// PutBack gives a case out of hand without a call.
func (s *Service) PutBack(ctx context.Context, by access.Actor, code string) error {
	_, d, c, _, err := s.held(ctx, by, code)
	if err != nil {
		return err
	}
	defer d.mu.Unlock()
	if c.Sent == by.Name && c.Interviewer() == "" {
		return fault.New(fault.Conflict, "contact.unsent").At("code")
	}
	delete(d.hands, c.Serial)
	return nil
}

// Contacting is the plan of a survey's contacts with what came of it.
type Contacting struct {
	Survey  *Survey
	Plan    ContactPlan
	Cases   int // links with a telephone number
	Waiting int // of those, to be called now or later
	Workers []contact.Work
	Verify  int  // interviews drawn for verification that are not settled
	Erased  bool // the numbers are gone
	List    bool // the sample is one of people, whose numbers can be taken
	Outcomes
}

// Contacting returns the plan of a survey's contacts with what came of it.
func (s *Service) Contacting(ctx context.Context, by access.Actor, id ID) (*Contacting, error) {
	l, d, err := s.contacted(ctx, by, id)
	if err != nil {
		return nil, err
	}
	people, err := s.drawnPeople(ctx, l.survey)
	if err != nil && fault.KindOf(err) == 0 {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	out := &Contacting{Survey: l.survey, Plan: d.plan, List: len(people) > 0, Outcomes: *s.outcomes(l, d)}
	if done, gone := d.erased(); gone {
		out.Erased, out.Workers = true, done.Workers
		out.Cases = done.Cases
		return out, nil
	}
	out.Cases = len(d.cases)
	out.Waiting = contact.Waiting(d.cases, d.plan.Rules, func(serial uint32) bool { return s.Intake.Spent(d.number, serial) })
	out.Workers = contact.Works(d.cases, d.plan.Rules, d.spans.Of)
	for _, c := range contact.Drawn(d.cases, d.plan.Rules) {
		if !c.Settled() {
			out.Verify++
		}
	}
	return out, nil
}

// token is the link of a case, which leaves this package only towards the intake.
func (s *Service) token(d *desk, c *contact.Case) string {
	return s.Signer.Format(invite.Token{Survey: d.number, Serial: c.Serial})
}
