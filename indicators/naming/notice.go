package naming

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Notice is the public notice of the candidates (C35).
type Notice struct {
	Number     int                    `json:"number"`        // from 1; a corrected one has the next
	Medium     string                 `json:"medium"`        // where it is to appear, in the office's words
	Window     roster.Window          `json:"window"`        // first and last day, both included, in Asia/Shanghai
	Contact    string                 `json:"contact"`       // where objections go besides the page
	Words      string                 `json:"words"`         // the office's own words above the list
	Why        string                 `json:"why,omitempty"` // what was corrected
	List       []Candidate            `json:"list"`
	Published  []scorebook.Instrument `json:"published"` // whose findings on the listed units everybody may read
	Media      []Medium               `json:"media,omitempty"`
	PostedAt   time.Time              `json:"posted_at"`
	PostedBy   string                 `json:"posted_by"`
	ReplacedAt time.Time              `json:"replaced_at,omitzero"` // by the next one
	// Checkpoint is the signed head of the public log that closes the notice; the log
	// fills it in.
	Checkpoint string `json:"checkpoint,omitempty"`
}

// No is the notice's number; notices of before have none and are the first.
func (n *Notice) No() int { return max(n.Number, 1) }

// Lists reports whether the target is on the notice.
func (n *Notice) Lists(t Target) bool {
	return slices.ContainsFunc(n.List, func(c Candidate) bool { return c.Target == t })
}

// Draft is what the office fills in for a notice. Why says what is corrected, where a
// notice stands already.
type Draft struct {
	Medium    string
	Window    roster.Window
	Contact   string
	Words     string
	Why       string
	Published []scorebook.Instrument
}

// check refuses a draft that is not complete, too short (the round's setting,
// C35), outside the round's notice window (C86) or in the past.
func (d *Draft) check(s roster.Settings, now time.Time) error {
	var list fault.List
	checkTexts(&list, text{"medium", &d.Medium, nameMost, true, false}, text{"why", &d.Why, textMost, false, true},
		text{"contact", &d.Contact, nameMost, true, false}, text{"words", &d.Words, textMost, false, true})
	checkWindow(&list, d.Window, s, now)
	for _, i := range d.Published {
		if i != scorebook.Evaluation && i != scorebook.Survey && i != scorebook.Verification {
			list.Add(fault.New(fault.Invalid, "finding.instrument").At("published"))
		}
	}
	return list.Err()
}

func checkWindow(list *fault.List, w roster.Window, s roster.Settings, now time.Time) {
	switch {
	case w.From.IsZero() || w.To.IsZero() || w.To.Before(w.From):
		list.Add(fault.New(fault.Invalid, "notice.dates").At("from"))
	case w.From.Before(s.Notice.From) || s.Notice.To.Before(w.To):
		list.Add(fault.New(fault.Invalid, "notice.window", "from", s.Notice.From.String(), "to", s.Notice.To.String()).At("from"))
	case w.From.Before(roster.DateOf(now)):
		list.Add(fault.New(fault.Invalid, "notice.past").At("from"))
	case w.Days() < s.NoticeDays:
		list.Add(fault.New(fault.Invalid, "notice.short", "days", fmt.Sprint(s.NoticeDays)).At("to"))
	}
}

// Post posts the public notice of the candidates and lets everybody read the chosen
// findings from its first day on; where the round wants a second person, once that
// has confirmed it. A notice that has begun is changed only by a corrected one, with
// a reason, whose period begins anew. A publication that was cut short is made up by
// posting the same again.
func (s *Service) Post(ctx context.Context, by access.Actor, round int, d Draft) error {
	r, p, err := s.drafting(ctx, by, round)
	if err != nil {
		return err
	}
	if p.Notice != nil && p.Notice.matches(d) && p.listed() {
		return s.posted(ctx, by, round, p.Notice)
	}
	if err := d.check(r.Settings, s.now()); err != nil {
		return err
	}
	if p.Candidates == nil {
		return fault.New(fault.Conflict, "candidates.none")
	}
	a, err := s.begin(ctx, by, round, PostNotice, "", d.Why, !r.Settings.Road().NoticeSecond)
	if err != nil {
		return err
	}
	a.Notice = &Notice{
		Number: p.numbered() + 1, Medium: d.Medium, Window: d.Window, Contact: d.Contact, Words: d.Words, Why: d.Why,
		Published: d.Published, List: p.Candidates.List, PostedAt: a.At, PostedBy: by.Name,
	}
	if err := s.recused(ctx, by, round, "notice.post", a.units()...); err != nil {
		return err
	}
	entry := s.entry(by, "notice.post", object("notice", round, ""), d.Why)
	err = s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, e *audit.Entry) error {
		if p.numbered()+1 != a.Notice.Number { // somebody else has posted one since
			return fault.New(fault.Conflict, "naming.changed")
		}
		if err := p.mayCorrect(d.Why, s.now()); err != nil {
			return err
		}
		return p.put(a, e)
	})
	if err != nil {
		return err
	}
	return s.follow(ctx, by, round, a)
}

// drafting gives the office what a draft looks at.
func (s *Service) drafting(ctx context.Context, by access.Actor, round int) (*roster.Round, *Proceeding, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, nil, err
	}
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.store.Proceeding(ctx, round)
	return r, p, err
}

// mayCorrect refuses a notice after the names, and one without a reason in the place
// of one that has begun.
func (p *Proceeding) mayCorrect(why string, now time.Time) error {
	switch {
	case len(p.decisions()) > 0:
		return fault.New(fault.Conflict, "notice.decided")
	case p.Notice == nil || !p.Notice.Window.Began(now):
		return nil
	case why == "":
		return fault.New(fault.Invalid, "notice.why").At("why")
	}
	return nil
}

// mayPost checks a notice again that a second person confirms: its first day may have
// passed since, or the candidates be others.
func (s *Service) mayPost(ctx context.Context, round int, n *Notice) error {
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return err
	}
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return err
	}
	var list fault.List
	checkWindow(&list, n.Window, r.Settings, s.now())
	if p.Candidates == nil || !same(p.Candidates.List, n.List) {
		list.Add(fault.New(fault.Conflict, "naming.changed"))
	}
	if err := p.mayCorrect(n.Why, s.now()); err != nil {
		return err
	}
	return list.Err()
}

// stand puts a notice in the place of the one before.
func (p *Proceeding) stand(n *Notice) {
	if p.Notice != nil {
		old := *p.Notice
		old.ReplacedAt = n.PostedAt
		p.Past = append(p.Past, old)
	}
	p.Notice = n
}

// numbered is the number of the newest notice; 0 where there is none.
func (p *Proceeding) numbered() int {
	if p.Notice == nil {
		return 0
	}
	return p.Notice.No()
}

// listed reports whether the notice that stands names the candidates that stand.
func (p *Proceeding) listed() bool {
	return p.Notice != nil && p.Candidates != nil && same(p.Notice.List, p.Candidates.List)
}

// Fits reports whether the notice that stands names the candidates that stand.
func (p *Proceeding) Fits() bool { return p.listed() }

// same reports whether two lists hold the same candidates.
func same(a, b []Candidate) bool {
	if len(a) != len(b) {
		return false
	}
	for _, c := range a {
		if !slices.ContainsFunc(b, func(x Candidate) bool { return x.Target == c.Target }) {
			return false
		}
	}
	return true
}

// posted publishes the findings that go with a notice that stands, and tells the
// units on it. What was public before stays so.
func (s *Service) posted(ctx context.Context, by access.Actor, round int, n *Notice) error {
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return err
	}
	publication := scorebook.Publication{Round: round, From: n.Window.From.Start(), Instruments: n.Published}
	for _, c := range n.List {
		publication.Units = append(publication.Units, c.Unit)
	}
	for _, old := range p.Past {
		if !old.Window.Began(n.PostedAt) {
			continue
		}
		if from := old.Window.From.Start(); from.Before(publication.From) {
			publication.From = from
		}
		for _, c := range old.List {
			if !slices.Contains(publication.Units, c.Unit) {
				publication.Units = append(publication.Units, c.Unit)
			}
		}
	}
	if err := s.book.Publish(ctx, by, publication); err != nil {
		return err
	}
	return s.announce(ctx, round, n)
}

// announce tells the office and the listed units of a notice.
func (s *Service) announce(ctx context.Context, round int, n *Notice) error {
	params := map[string]string{"year": fmt.Sprint(round), "from_date": n.Window.From.String(), "to_date": n.Window.To.String()}
	key := fmt.Sprintf("notice/%d/%d", round, n.No())
	err := s.post(ctx, inbox.Message{
		Code: "notice.posted", Params: params, To: inbox.ToRole(access.Office), Link: "/office/notice", Key: key,
	})
	for _, c := range n.List {
		if err != nil {
			return err
		}
		if !n.Window.Began(s.now()) {
			return nil // the units learn it with everybody, on the first day: see Remind
		}
		err = s.post(ctx, inbox.Message{
			Code: "notice.listed", Params: params, To: inbox.ToUnit(string(c.Unit)), Link: "/", Key: key + "/" + string(c.Unit),
		})
	}
	return err
}

func (n *Notice) matches(d Draft) bool {
	return n.Medium == d.Medium && n.Window == d.Window && n.Contact == d.Contact && n.Words == d.Words && d.Why == n.Why
}

// Notice returns the round's notice to everybody from its first day on, and
// else refuses with notice.none. Until a corrected one begins, the one before stands.
func (s *Service) Notice(ctx context.Context, round int) (*Notice, error) {
	all, err := s.Notices(ctx, round)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.New(fault.NotFound, "notice.none")
	}
	return &all[0], nil
}

// Notices returns all notices of a round that have begun, the newest first; who
// posted them and the media's proofs stay out.
func (s *Service) Notices(ctx context.Context, round int) (out []Notice, err error) {
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(p.Past)
	if p.Notice != nil {
		all = append(all, *p.Notice)
	}
	for _, n := range slices.Backward(all) {
		if !n.Window.Began(s.now()) || !n.ReplacedAt.IsZero() && !n.Window.Began(n.ReplacedAt) {
			continue // not yet, or replaced before anybody saw it
		}
		n.PostedBy, n.Media = "", n.shown()
		out = append(out, n)
	}
	return out, nil
}

// Published returns what everybody may read of the listed units' findings: none
// before the notice's first day.
func (s *Service) Published(ctx context.Context, round int) ([]scorebook.Finding, error) {
	return s.book.Published(ctx, round)
}
