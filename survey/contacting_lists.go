package survey

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/survey/contact"
	"minyi/survey/invite"
)

// Outreach is a list of links to hand out. Unanswered leaves out those that are
// spent, which is all that is known of an answer; Numbered those without a
// telephone number.
type Outreach struct {
	Way        Way
	Unanswered bool
	Numbered   bool
	Message    string // with its placeholders; empty where none is sent
	Base       string // address of the service, without a slash at the end
	Lang       string // of the unit's name in the message
}

// Recipient is one line of such a list. Name, Phone and Address are empty where
// the frame does not have them or was erased.
type Recipient struct {
	Link, Code           string
	Stratum, PSU         string
	Name, Phone, Address string
	Answered             bool
	Message              string
	Size                 contact.Size
}

// Reach says what a list comes to.
type Reach struct {
	Links    int // of the list
	Numbers  int // with a telephone number
	Parts    int // of all messages together
	Longest  contact.Size
	Examples []Recipient // the first three, their numbers made unreadable
}

// check refuses a way that is none and a message that does not hold.
func (o Outreach) check() error {
	if o.Way != BySMS && o.Way != ByCall && o.Way != ByLetter {
		return fault.New(fault.Invalid, "contact.way").At("way")
	}
	if o.Way == ByLetter {
		return nil
	}
	return contact.CheckMessage(o.Message)
}

// Reach returns what a list would come to, and puts nothing into the trail: the
// numbers of its examples are not readable.
func (s *Service) Reach(ctx context.Context, by access.Actor, id ID, o Outreach) (Reach, error) {
	if err := o.check(); err != nil {
		return Reach{}, err
	}
	l, d, err := s.contacted(ctx, by, id)
	if err != nil {
		return Reach{}, err
	}
	var r Reach
	err = s.recipients(ctx, l, d, o, func(one Recipient) error {
		r.add(one)
		return nil
	})
	return r, err
}

func (r *Reach) add(one Recipient) {
	const examples = 3
	r.Links++
	if one.Phone != "" {
		r.Numbers++
	}
	r.Parts += one.Size.Parts
	if one.Size.Parts > r.Longest.Parts || one.Size.Parts == r.Longest.Parts && one.Size.Units > r.Longest.Units {
		r.Longest = one.Size
	}
	if len(r.Examples) < examples {
		one.Phone = masked(one.Phone)
		r.Examples = append(r.Examples, one)
	}
}

// masked leaves the first three and the last two digits of a number.
func masked(phone string) string {
	const head, tail = 3, 2
	if len(phone) <= head+tail {
		return strings.Repeat("*", len(phone))
	}
	return phone[:head] + strings.Repeat("*", len(phone)-head-tail) + phone[len(phone)-tail:]
}

// contacted is the desk of a survey in any state, for the agency.
func (s *Service) contacted(ctx context.Context, by access.Actor, id ID) (*live, *desk, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, nil, err
	}
	d, err := s.desk(ctx, l)
	return l, d, err
}

// Recipients calls fn for each line of a list. Who took it, how and how long it
// was is an entry in the trail, made before the first line.
func (s *Service) Recipients(ctx context.Context, by access.Actor, id ID, o Outreach, fn func(Recipient) error) error {
	if err := o.check(); err != nil {
		return err
	}
	l, d, err := s.running(ctx, by, id)
	if err != nil {
		return err
	}
	var all []Recipient
	if err := s.recipients(ctx, l, d, o, func(one Recipient) error { all = append(all, one); return nil }); err != nil {
		return err
	}
	entry, err := s.listed(by, id, o, len(all))
	if err != nil {
		return err
	}
	if err := s.Store.Record(ctx, entry); err != nil {
		return err
	}
	for _, one := range all {
		if err := fn(one); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) listed(by access.Actor, id ID, o Outreach, n int) (audit.Entry, error) {
	what, err := json.Marshal(struct {
		Way        Way  `json:"way"`
		Unanswered bool `json:"unanswered"`
		Lines      int  `json:"lines"`
	}{o.Way, o.Unanswered, n})
	entry := s.entry(by, "survey.contact.list", id)
	entry.After = string(what)
	if err != nil {
		return entry, fmt.Errorf("survey: trail of a list: %w", err)
	}
	return entry, nil
}

// Remind records a reminder of those who have not answered and calls fn for each
// of them. It is refused with contact.nobody where all have answered.
func (s *Service) Remind(ctx context.Context, by access.Actor, id ID, o Outreach, fn func(Recipient) error) (Wave, error) {
	o.Unanswered = true
	if err := o.check(); err != nil {
		return Wave{}, err
	}
	l, d, err := s.running(ctx, by, id)
	if err != nil {
		return Wave{}, err
	}
	var all []Recipient
	if err := s.recipients(ctx, l, d, o, func(one Recipient) error { all = append(all, one); return nil }); err != nil {
		return Wave{}, err
	}
	if len(all) == 0 {
		return Wave{}, fault.New(fault.Conflict, "contact.nobody")
	}
	w := Wave{At: s.Now(), By: by.Name, Way: o.Way, Count: len(all), Message: o.Message}
	err = s.plan(ctx, by, id, "survey.contact.remind", func(p *ContactPlan) (any, error) {
		p.Waves, p.Message = append(slices.Clone(p.Waves), w), cmp.Or(o.Message, p.Message)
		return w, nil
	})
	if err != nil {
		return Wave{}, err
	}
	for _, one := range all {
		if err := fn(one); err != nil {
			return w, err
		}
	}
	return w, nil
}

// recipients calls fn for each line of a list, in the order of the links. Of the
// answers it asks for nothing but the spent bit.
func (s *Service) recipients(ctx context.Context, l *live, d *desk, o Outreach, fn func(Recipient) error) error {
	known, err := s.known(ctx, l, d)
	if err != nil {
		return err
	}
	sv := l.survey
	for _, b := range sv.Batches {
		if b.Kind != invite.OneTime {
			continue
		}
		for serial := b.First; serial <= b.Last(); serial++ {
			spent := s.Intake.Spent(sv.Number, serial)
			who := known[serial]
			if o.Unanswered && spent || o.Numbered && who.Phone == "" {
				continue
			}
			if err := fn(s.recipient(sv, b, serial, who, spent, o)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) recipient(sv *Survey, b invite.Batch, serial uint32, who contact.Case, spent bool, o Outreach) Recipient {
	token := s.Signer.Format(invite.Token{Survey: sv.Number, Serial: serial})
	r := Recipient{
		Link: o.Base + "/q/" + token, Code: invite.Spaced(token), Stratum: b.Stratum, PSU: b.PSU,
		Name: who.Name, Phone: who.Phone, Address: who.Place, Answered: spent,
	}
	if o.Way != ByLetter {
		r.Message = contact.Fill(o.Message, map[string]string{
			"name": who.Name, "place": cmp.Or(who.Place, b.PSU), "link": r.Link, "code": r.Code, "phone": sv.Paper.Filling.Values["phone"].Zh,
			"unit": sv.UnitName.In(o.Lang), "to": sv.Window.To.String(),
		})
		r.Size = contact.Weigh(r.Message)
	}
	return r
}

// known is what is known of the people behind the links: what the list frame says,
// and over it what the agency imported.
func (s *Service) known(ctx context.Context, l *live, d *desk) (map[uint32]contact.Case, error) {
	out := map[uint32]contact.Case{}
	people, err := s.drawnPeople(ctx, l.survey)
	if err != nil && fault.KindOf(err) == 0 {
		return nil, err
	}
	for _, p := range people {
		phone, _ := contact.Phone(p.Phone)
		out[p.Serial] = contact.Case{Phone: phone, Name: p.Name, Place: p.Address}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.cases {
		was := out[c.Serial]
		out[c.Serial] = contact.Case{Phone: cmp.Or(c.Phone, was.Phone), Name: cmp.Or(c.Name, was.Name), Place: cmp.Or(c.Place, was.Place)}
	}
	return out, nil
}
