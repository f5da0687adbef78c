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
)

// Kind says what a decision decides.
type Kind string

// The decisions on the road to a name.
const (
	ChooseFront   Kind = "front"      // whom of the units that cannot be told apart the on-site verification takes (C32)
	ListCandidate Kind = "candidates" // C34
	PostNotice    Kind = "notice"     // C35
	AnswerIt      Kind = "answer"     // the outcome of one objection (C36)
	SettleIt      Kind = "settlement" // what follows from an objection that was found right
	GiveNames     Kind = "naming"     // C36
)

// Act is one decision: who, when, why, and what was known. It counts once a second
// person has confirmed it, where the round wants one.
type Act struct {
	ID          string    `json:"id"`
	Kind        Kind      `json:"kind"`
	About       string    `json:"about,omitempty"` // the objection
	By          string    `json:"by"`
	At          time.Time `json:"at"`
	Reason      string    `json:"reason,omitempty"`
	Alone       bool      `json:"alone,omitempty"` // no second person is wanted
	Confirmed   string    `json:"confirmed,omitempty"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	Dropped     string    `json:"dropped,omitempty"`
	DroppedAt   time.Time `json:"dropped_at,omitzero"`
	Why         string    `json:"why,omitempty"` // it was dropped
	Known       Known     `json:"known"`

	Front      *FrontChoice `json:"front,omitempty"`
	Candidates *Candidates  `json:"candidates,omitempty"`
	Notice     *Notice      `json:"notice,omitempty"`
	Decision   *Decision    `json:"decision,omitempty"`
	Answer     *Answer      `json:"answer,omitempty"`
	Settlement *Settlement  `json:"settlement,omitempty"`
}

// Open reports whether the act waits for a second person.
func (a *Act) Open() bool { return !a.Alone && a.Confirmed == "" && a.Dropped == "" }

// Counts reports whether the act is in force.
func (a *Act) Counts() bool { return a.Dropped == "" && (a.Alone || a.Confirmed != "") }

// Since is when the act came into force.
func (a *Act) Since() time.Time {
	if a.Confirmed != "" {
		return a.ConfirmedAt
	}
	return a.At
}

// Known is what was known when an act was proposed. It never changes.
type Known struct {
	Snapshot   string           `json:"snapshot"` // the newest ranking
	Digest     string           `json:"digest"`   // of that ranking
	Scheme     int              `json:"scheme"`   // version
	Visits     []Visited        `json:"visits"`
	Objections []KnownObjection `json:"objections"`
	Notice     int              `json:"notice"` // number of the notice that stood; 0: none
	Sum        string           `json:"sum"`    // digest of all this
}

// KnownObjection is how an objection stood.
type KnownObjection struct {
	ID      string  `json:"id"`
	Target  Target  `json:"target"`
	State   State   `json:"state"`
	Outcome Outcome `json:"outcome"`
	Settled bool    `json:"settled"`
}

// known gathers what is known now.
func (s *Service) known(ctx context.Context, round int) (Known, error) {
	snapshot, err := s.store.Ranking(ctx, round)
	if err != nil {
		return Known{}, err
	}
	k := Known{Snapshot: snapshot.ID, Digest: snapshot.Digest, Scheme: snapshot.Ranking.Scheme}
	if k.Visits, err = s.visits(ctx, round); err != nil {
		return k, err
	}
	all, err := s.store.Objections(ctx, round)
	if err != nil {
		return k, err
	}
	facts, err := s.facts(ctx, round)
	if err != nil {
		return k, err
	}
	for i := range all {
		o := &all[i]
		k.Objections = append(k.Objections, KnownObjection{
			ID: o.ID, Target: o.Target, State: o.State(), Outcome: o.Outcome, Settled: facts.settled(o),
		})
	}
	if facts.proceeding.Notice != nil {
		k.Notice = facts.proceeding.Notice.No()
	}
	k.Sum, err = digest(k)
	return k, err
}

// begin makes an act of what is decided.
func (s *Service) begin(ctx context.Context, by access.Actor, round int, kind Kind, about, reason string, alone bool) (Act, error) {
	known, err := s.known(ctx, round)
	return Act{
		ID: s.newID(), Kind: kind, About: about, By: by.Name, At: s.now().UTC().Truncate(time.Millisecond),
		Reason: reason, Alone: alone, Known: known,
	}, err
}

// put adds the act to the proceeding, one open one a kind and thing, and lets it
// take effect where one person suffices.
func (p *Proceeding) put(a Act, e *audit.Entry) error {
	if p.open(a.Kind, a.About) != nil {
		return fault.New(fault.Conflict, "act.open")
	}
	p.Acts = append(p.Acts, a)
	e.After = fmt.Sprintf(`{"act":%q,"known":%q,"ranking":%q}`, a.ID, a.Known.Sum, a.Known.Digest)
	if a.Alone {
		p.apply(&p.Acts[len(p.Acts)-1])
	}
	return nil
}

// open returns the act of a kind about a thing that waits for a second person.
func (p *Proceeding) open(kind Kind, about string) *Act {
	i := slices.IndexFunc(p.Acts, func(a Act) bool { return a.Kind == kind && a.About == about && a.Open() })
	if i < 0 {
		return nil
	}
	return &p.Acts[i]
}

// Act returns an act by its id.
func (p *Proceeding) Act(id string) (*Act, bool) {
	i := slices.IndexFunc(p.Acts, func(a Act) bool { return a.ID == id })
	if i < 0 {
		return nil, false
	}
	return &p.Acts[i], true
}

// Waiting are the acts that wait for a second person, oldest first.
func (p *Proceeding) Waiting() (out []Act) {
	for _, a := range p.Acts {
		if a.Open() {
			out = append(out, a)
		}
	}
	return out
}

// Last returns the newest act of a kind that counts, about any thing.
func (p *Proceeding) Last(kind Kind) *Act {
	for i := len(p.Acts) - 1; i >= 0; i-- {
		if a := &p.Acts[i]; a.Kind == kind && a.Counts() {
			return a
		}
	}
	return nil
}

// apply lets an act take effect.
func (p *Proceeding) apply(a *Act) {
	switch a.Kind {
	case ChooseFront:
		p.Front = a.Front
	case ListCandidate:
		p.Candidates = a.Candidates
	case PostNotice:
		p.stand(a.Notice)
	case AnswerIt, SettleIt, GiveNames: // stand in the objection, in the acts, and in the register
	}
}

// Confirm lets an act of somebody else take effect: another person of the office,
// without a declared interest in a unit that it is about (C95). What may have changed
// since is checked again.
func (s *Service) Confirm(ctx context.Context, by access.Actor, round int, id string) error {
	a, err := s.waiting(ctx, by, round, id)
	if err != nil {
		return err
	}
	if err := s.apart(ctx, by, a); err != nil {
		return err
	}
	if err := s.recused(ctx, by, round, string(a.Kind)+".confirm", a.units()...); err != nil {
		return err
	}
	if a.Kind == GiveNames {
		return s.confirmNames(ctx, by, round, a)
	}
	if a.Kind == PostNotice {
		if err := s.mayPost(ctx, round, a.Notice); err != nil {
			return err
		}
	}
	entry := s.entry(by, string(a.Kind)+".confirm", object(string(a.Kind), round, id), a.Reason)
	err = s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, e *audit.Entry) error {
		now, ok := p.Act(id)
		if !ok || !now.Open() {
			return fault.New(fault.Conflict, "act.ended")
		}
		if now.Kind == ListCandidate {
			if err := p.mayList(now.Candidates.Reason); err != nil {
				return err
			}
		}
		now.Confirmed, now.ConfirmedAt = by.Name, s.now().UTC().Truncate(time.Millisecond)
		p.apply(now)
		a = *now
		e.After = fmt.Sprintf(`{"act":%q,"known":%q,"ranking":%q}`, now.ID, now.Known.Sum, now.Known.Digest)
		return nil
	})
	if err != nil {
		return err
	}
	return s.follow(ctx, by, round, a)
}

// apart refuses who is not somebody else than the person who began the act (S14). Its
// beginner never changes, so that it may be asked before the step.
func (s *Service) apart(ctx context.Context, by access.Actor, a Act) error {
	if access.Fold(a.By) == access.Fold(by.Name) {
		return fault.New(fault.Forbidden, "act.second_person")
	}
	second, err := by.Second(ctx, s.store)
	if err != nil {
		return err
	}
	return second.Apart(a.By)
}

// waiting finds an act that waits for a second person.
func (s *Service) waiting(ctx context.Context, by access.Actor, round int, id string) (Act, error) {
	if err := by.Require(access.Office); err != nil {
		return Act{}, err
	}
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return Act{}, err
	}
	a, ok := p.Act(id)
	switch {
	case !ok:
		return Act{}, fault.New(fault.NotFound, "act.unknown")
	case !a.Open():
		return Act{}, fault.New(fault.Conflict, "act.ended")
	}
	return *a, nil
}

// Drop takes an act back that waits for a second person, with a reason. Who has
// declared an interest in a unit that it is about takes back only an own act (C95).
func (s *Service) Drop(ctx context.Context, by access.Actor, round int, id, why string) error {
	a, err := s.waiting(ctx, by, round, id)
	if err != nil {
		return err
	}
	if access.Fold(a.By) != access.Fold(by.Name) {
		if err := s.recused(ctx, by, round, string(a.Kind)+".drop", a.units()...); err != nil {
			return err
		}
	}
	var list fault.List
	checkTexts(&list, text{"why", &why, textMost, true, true})
	if err := list.Err(); err != nil {
		return err
	}
	entry := s.entry(by, string(a.Kind)+".drop", object(string(a.Kind), round, id), why)
	return s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, _ *audit.Entry) error {
		now, ok := p.Act(id)
		if !ok || !now.Open() {
			return fault.New(fault.Conflict, "act.ended")
		}
		now.Dropped, now.DroppedAt, now.Why = by.Name, s.now().UTC().Truncate(time.Millisecond), why
		return nil
	})
}

// follow does what an act brings about outside the proceeding.
func (s *Service) follow(ctx context.Context, by access.Actor, round int, a Act) error {
	switch {
	case a.Open():
		return s.post(ctx, inbox.Message{
			Code: "act.waits", Params: map[string]string{"kind_key": "act." + string(a.Kind), "by": a.By},
			To: inbox.ToRole(access.Office), Link: "/office/notice/acts/" + a.ID, Key: "act/" + a.ID, Topic: "act/" + a.ID,
		})
	case a.Kind == PostNotice:
		return s.posted(ctx, by, round, a.Notice)
	case a.Kind == SettleIt && a.Settlement.Remedy == Reverify:
		return s.inspections().Reopen(ctx, by, round, a.Settlement.Target, a.Reason)
	}
	return nil
}

// units are those that an act decides about.
func (a *Act) units() (out []roster.UnitCode) {
	add := func(list []Candidate) {
		for _, c := range list {
			out = append(out, c.Unit)
		}
	}
	switch {
	case a.Front != nil:
		for _, t := range append(slices.Clone(a.Front.Taken), a.Front.Left...) {
			out = append(out, t.Unit)
		}
	case a.Candidates != nil:
		add(a.Candidates.List)
		for _, p := range a.Candidates.Passed {
			out = append(out, p.Unit)
		}
	case a.Notice != nil:
		add(a.Notice.List)
	case a.Decision != nil:
		add(a.Decision.Names)
		for _, t := range a.Decision.Left {
			out = append(out, t.Unit)
		}
	case a.Settlement != nil:
		out = append(out, a.Settlement.Target.Unit)
	}
	return out
}

// recused refuses who has declared a conflict of interests with one of the units,
// and logs the refusal (C95).
func (s *Service) recused(ctx context.Context, by access.Actor, round int, action string, units ...roster.UnitCode) error {
	for _, u := range units {
		err := by.StandBack(ctx, s.store, round, string(u))
		if err == nil {
			continue
		}
		if fault.KindOf(err) == 0 {
			return err
		}
		refused := s.entry(by, action, object("unit", round, string(u)), "interest.recused")
		refused.Outcome = audit.Refused
		if logged := s.store.Record(ctx, refused); logged != nil {
			return logged
		}
		return err
	}
	return nil
}

// Moment is an act with what was known then: the ranking as it was.
type Moment struct {
	Act      Act
	Snapshot *Snapshot // nil where the ranking is not kept
	Whole    bool      // the digests are those that the act names
}

// Moment opens an act with the ranking that was known then. The reading is on the
// record (C97).
func (s *Service) Moment(ctx context.Context, by access.Actor, round int, id string) (*Moment, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return nil, err
	}
	a, ok := p.Act(id)
	if !ok {
		return nil, fault.New(fault.NotFound, "act.unknown")
	}
	m := &Moment{Act: *a}
	all, err := s.store.Rankings(ctx, round)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(x Snapshot) bool { return x.ID == a.Known.Snapshot }); i >= 0 {
		m.Snapshot = &all[i]
	}
	whole, err := a.Known.whole()
	if err != nil {
		return nil, err
	}
	m.Whole = whole && m.Snapshot != nil && m.Snapshot.Digest == a.Known.Digest
	return m, s.store.Record(ctx, s.entry(by, "ranking.read", object("ranking", round, a.Known.Snapshot), "act/"+id))
}
