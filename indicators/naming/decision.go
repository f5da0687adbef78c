package naming

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Decision is the act that names (C36, C88). It keeps what was known then.
type Decision struct {
	Number   string            `json:"number"` // of the decision document
	Date     roster.Date       `json:"date"`
	Snapshot string            `json:"snapshot"` // the ranking that was known
	Digest   string            `json:"digest"`   // of that ranking
	Names    []Candidate       `json:"names,omitempty"`
	Left     []Target          `json:"left"`          // candidates that are not named
	Why      map[string]string `json:"why,omitempty"` // by target: why
	At       time.Time         `json:"at"`
	By       string            `json:"by"`
	Act      string            `json:"act,omitempty"` // the decision as it was made
}

// Standing is where a name stands (C13): no name is for ever.
type Standing string

// The standings.
const (
	Valid   Standing = "valid"
	Checked Standing = "under-check"
	Revoked Standing = "revoked"
)

// Named is one entry of the register of the named.
type Named struct {
	ID       string         `json:"id"`
	Round    int            `json:"round"`
	Target   Target         `json:"target"`
	Project  roster.Project `json:"project"`
	Title    string         `json:"title"`
	Date     roster.Date    `json:"date"`
	Decision string         `json:"decision"` // number of the decision document
	Snapshot string         `json:"snapshot"`
	Standing Standing       `json:"standing"`
}

// Award is what the office writes to give names: the number and date of the
// decision document, whom it names, and why another candidate is left out for good.
// Who is neither is decided on later.
type Award struct {
	Number string
	Date   roster.Date
	Names  []Target
	Left   map[Target]string
}

// decisions are the naming decisions of the round, oldest first; rounds of before
// have one.
func (p *Proceeding) decisions() []Decision {
	if len(p.Decisions) == 0 && p.Decision != nil {
		return []Decision{*p.Decision}
	}
	return p.Decisions
}

// Given are the naming decisions of the round, oldest first.
func (p *Proceeding) Given() []Decision { return p.decisions() }

// Undecided are the candidates of the notice that are neither named nor left out.
func (p *Proceeding) Undecided() (out []Candidate) {
	if p.Notice == nil || p.Decision != nil && len(p.Decisions) == 0 {
		return nil
	}
	for _, c := range p.Notice.List {
		done := slices.ContainsFunc(p.Decisions, func(d Decision) bool {
			return slices.Contains(d.Left, c.Target) || slices.ContainsFunc(d.Names, func(x Candidate) bool { return x.Target == c.Target })
		})
		if !done {
			out = append(out, c)
		}
	}
	return out
}

// Give proposes to name candidates of the notice, the whole list or some of it. It
// needs the notice over, long enough and in the media (C35), an outcome for every
// objection and the consequence of each that was found right done for whom it names
// (C36, C89), and the naming window open (C88). A second person confirms it, unless
// the round says that one suffices.
func (s *Service) Give(ctx context.Context, by access.Actor, round int, x Award) (*Act, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return nil, err
	}
	if err := s.checkNaming(&x, r.Settings); err != nil {
		return nil, err
	}
	f, err := s.mayGive(ctx, r, x.Names)
	if err != nil {
		return nil, err
	}
	alone := r.Settings.Road().NamingAlone
	a, err := s.begin(ctx, by, round, GiveNames, "", "", alone)
	if err != nil {
		return nil, err
	}
	if a.Decision, err = s.decide(f.proceeding, x, a); err != nil {
		return nil, err
	}
	if err := s.recused(ctx, by, round, "naming.propose", a.units()...); err != nil {
		return nil, err
	}
	if alone {
		return &a, s.confirmNames(ctx, by, round, a)
	}
	entry := s.entry(by, "naming.propose", object("naming", round, ""), "")
	err = s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, e *audit.Entry) error { return p.put(a, e) })
	if err != nil {
		return nil, err
	}
	return &a, s.follow(ctx, by, round, a)
}

// mayGive gathers what a naming looks at, and refuses one that comes too early.
func (s *Service) mayGive(ctx context.Context, r *roster.Round, names []Target) (*facts, error) {
	f, err := s.facts(ctx, r.Year)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Objections(ctx, r.Year)
	if err != nil {
		return nil, err
	}
	return f, s.ready(f, r.Settings, all, names)
}

// checkNaming checks the form of a naming decision, and its window (C88).
func (s *Service) checkNaming(x *Award, r roster.Settings) error {
	var list fault.List
	checkTexts(&list, text{"number", &x.Number, nameMost, true, false})
	if x.Date.IsZero() || x.Date.Start().After(s.now()) || x.Date.Before(r.Naming.From) || r.Naming.To.Before(x.Date) {
		list.Add(fault.New(fault.Invalid, "naming.date", "from", r.Naming.From.String(), "to", r.Naming.To.String()).At("date"))
	}
	if len(x.Names) == 0 && len(x.Left) == 0 {
		list.Add(fault.New(fault.Invalid, "naming.nobody").At("names"))
	}
	for t, why := range x.Left {
		field := "left." + t.String()
		checkTexts(&list, text{field, &why, textMost, true, true})
		x.Left[t] = why
	}
	if err := list.Err(); err != nil {
		return err
	}
	return r.Naming.Refuse(s.now(), "naming.closed")
}

// ready refuses a decision that comes too early, or names whom it cannot.
func (s *Service) ready(f *facts, r roster.Settings, all []Objection, names []Target) error {
	p, open := f.proceeding, unanswered(all)
	switch {
	case p.Notice == nil:
		return fault.New(fault.Conflict, "notice.none")
	case p.Decision != nil && len(p.Undecided()) == 0:
		return fault.New(fault.Conflict, "naming.decided")
	case !p.Notice.Window.Over(s.now()):
		return fault.New(fault.Closed, "naming.notice_runs", "to", p.Notice.Window.To.String())
	case open > 0:
		return fault.New(fault.Conflict, "naming.objections_open", "count", fmt.Sprint(open))
	case !p.listed():
		return fault.New(fault.Conflict, "naming.unnoticed")
	}
	if err := p.Notice.Complete(r); err != nil {
		return err
	}
	return s.hindered(f, all, names)
}

// unanswered counts the objections without an outcome.
func unanswered(all []Objection) (n int) {
	for _, o := range all {
		if o.Outcome == Unanswered {
			n++
		}
	}
	return n
}

// hindered refuses the names that something stands in the way of.
func (s *Service) hindered(f *facts, all []Objection, names []Target) error {
	var list fault.List
	for _, t := range names {
		if code := s.hindrance(f, all, t); code != "" {
			unit, err := s.units.Unit(t.Unit)
			if err != nil {
				return err
			}
			list.Add(fault.New(fault.Conflict, "naming."+code, "unit", unit.Name).At("names"))
		}
	}
	return list.Err()
}

// hindrance says why a candidate cannot be named: struck, withdrawn, unsettled,
// verification or unlisted; empty where it can.
func (s *Service) hindrance(f *facts, all []Objection, t Target) string {
	v := visitOf(f.visits, t)
	switch {
	case f.struck[t]:
		return "struck"
	case f.proceeding.isOut(t):
		return "withdrawn"
	case slices.ContainsFunc(all, func(o Objection) bool { return o.Target == t && o.Outcome != Unanswered && !f.settled(&o) }):
		return "unsettled"
	case !v.Right:
		return "verification"
	case !slices.ContainsFunc(f.proceeding.Undecided(), func(c Candidate) bool { return c.Target == t }):
		return "unlisted"
	}
	return ""
}

// Nameable says of each candidate of the notice why it cannot be named yet, by
// target; an empty text: it can.
func (s *Service) Nameable(ctx context.Context, by access.Actor, round int) (map[Target]string, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	f, err := s.facts(ctx, round)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Objections(ctx, round)
	if err != nil {
		return nil, err
	}
	out := map[Target]string{}
	for _, c := range f.proceeding.Undecided() {
		out[c.Target] = s.hindrance(f, all, c.Target)
	}
	return out, nil
}

// decide writes the decision of a draft.
func (s *Service) decide(p *Proceeding, x Award, a Act) (*Decision, error) {
	d := &Decision{
		Number: x.Number, Date: x.Date, Snapshot: a.Known.Snapshot, Digest: a.Known.Digest, Why: map[string]string{},
		At: a.At, By: a.By, Act: a.ID,
	}
	for _, c := range p.Undecided() {
		why, left := x.Left[c.Target]
		named := slices.Contains(x.Names, c.Target)
		switch {
		case named && left:
			return nil, fault.New(fault.Invalid, "naming.both").At("names")
		case named:
			d.Names = append(d.Names, c)
		case left:
			d.Left, d.Why[c.String()] = append(d.Left, c.Target), why
		}
	}
	if len(d.Names)+len(d.Left) != len(x.Names)+len(x.Left) {
		return nil, fault.New(fault.Conflict, "naming.changed")
	}
	return d, nil
}

// confirmNames puts the names into the register, once everything holds still.
func (s *Service) confirmNames(ctx context.Context, by access.Actor, round int, a Act) error {
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return err
	}
	x := Award{Number: a.Decision.Number, Date: a.Decision.Date, Left: map[Target]string{}}
	for _, c := range a.Decision.Names {
		x.Names = append(x.Names, c.Target)
	}
	for _, t := range a.Decision.Left {
		x.Left[t] = a.Decision.Why[t.String()]
	}
	if err := s.checkNaming(&x, r.Settings); err != nil {
		return err
	}
	f, err := s.facts(ctx, round)
	if err != nil {
		return err
	}
	entry := s.entry(by, "naming.decide", object("naming", round, a.ID), "")
	err = s.store.Decide(ctx, round, entry, func(p *Proceeding, all []Objection, e *audit.Entry) ([]Named, error) {
		f.proceeding = p
		if err := s.ready(f, r.Settings, all, x.Names); err != nil {
			return nil, err
		}
		if err := p.decided(a, by.Name, s.now()); err != nil {
			return nil, err
		}
		out := s.names(p.Round, *a.Decision)
		sum, err := digest(out)
		e.After = fmt.Sprintf(`{"act":%q,"names":%q,"known":%q}`, a.ID, sum, a.Known.Sum)
		return out, err
	})
	if err == nil {
		s.issue(ctx, round)
	}
	return err
}

// decided puts the act and its decision into the proceeding.
func (p *Proceeding) decided(a Act, by string, now time.Time) error {
	if !a.Alone {
		kept, ok := p.Act(a.ID)
		if !ok || !kept.Open() {
			return fault.New(fault.Conflict, "act.ended")
		}
		kept.Confirmed, kept.ConfirmedAt = by, now.UTC().Truncate(time.Millisecond)
	} else {
		p.Acts = append(p.Acts, a)
	}
	p.Decisions = append(p.decisions(), *a.Decision)
	if p.Decision == nil {
		p.Decision = a.Decision
	}
	return nil
}

func (s *Service) names(round int, d Decision) (out []Named) {
	for _, c := range d.Names {
		out = append(out, Named{
			ID: s.newID(), Round: round, Target: c.Target, Project: c.Project, Title: c.Title,
			Date: d.Date, Decision: d.Number, Snapshot: d.Snapshot, Standing: Valid,
		})
	}
	return out
}

// Named returns the register of the named to everybody, newest first.
func (s *Service) Named(ctx context.Context) ([]Named, error) { return s.store.Named(ctx) }
