package evaluation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/stats/assign"
)

// ProposedPair gives a dossier to an assessor, as proposed.
type ProposedPair struct {
	Dossier  application.Key `json:"dossier"`
	Assessor string          `json:"assessor"`
	ByHand   bool            `json:"by_hand,omitempty"`
}

// Proposal is a plan that nobody has confirmed yet; a round has one at most.
type Proposal struct {
	Round   int            `json:"round"`
	Version int            `json:"version"`
	Seed    uint64         `json:"seed"`
	Keep    bool           `json:"keep"` // what counts today stays; only open places are filled
	Pairs   []ProposedPair `json:"pairs"`
	Found   assign.Value   `json:"found"` // what the optimiser's plan was worth
	Bound   int64          `json:"bound"` // no plan is worth less
	Proved  bool           `json:"proved"`
	MadeAt  time.Time      `json:"made_at"`
	MadeBy  string         `json:"made_by"`
}

func planObject(round int) string { return fmt.Sprintf("evaluation/%d/plan", round) }

// Propose lets the optimiser plan who marks what. Sheets that are begun stay;
// with keep, everything that counts today stays and only open places are filled,
// as when somebody drops out. The same seed makes the same plan. Where there is
// none, the refusals say which applicant lacks whom.
func (s *Service) Propose(ctx context.Context, by access.Actor, round int, keep bool, seed uint64) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	b, err := s.bench(ctx, round)
	if err != nil {
		return err
	}
	if err := appointing(b.round.Settings, s.Now()); err != nil {
		return err
	}
	p, err := b.plan(keep, seed)
	if err != nil {
		return err
	}
	found, err := p.solve()
	if err != nil {
		return err
	}
	x := &Proposal{
		Round: round, Seed: seed, Keep: keep, Found: found.Value, Bound: found.Bound, Proved: found.Proved,
		MadeAt: s.Now().UTC(), MadeBy: by.Name,
	}
	for _, pair := range found.Pairs {
		x.Pairs = append(x.Pairs, ProposedPair{Dossier: p.seats[pair.Unit].Key, Assessor: p.crew[pair.Assessor].Account})
	}
	entry := s.entry(by, "plan.propose", planObject(round))
	entry.After, err = compact(worth{Seed: seed, Value: found.Value.Total, Bound: found.Bound, Proved: found.Proved})
	if err != nil {
		return err
	}
	return s.Store.SaveProposal(ctx, x, 0, entry)
}

// worth is what the trail keeps of a plan.
type worth struct {
	Seed   uint64 `json:"seed"`
	Value  int64  `json:"value"`
	Bound  int64  `json:"bound"`
	Proved bool   `json:"proved"`
}

// Adjust puts an assessor in the place of another ("" for an open place) in the
// proposal that was seen at version. What excludes the person refuses it.
func (s *Service) Adjust(ctx context.Context, by access.Actor, k application.Key, version int, instead, assessor string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	x, p, err := s.proposed(ctx, k.Round, version)
	if err != nil {
		return err
	}
	seat := p.seat(k)
	if seat < 0 {
		return fault.New(fault.NotFound, "dossier.unknown")
	}
	all := p.candidates(p.pairs(x), seat, instead)
	at := slices.IndexFunc(all, func(c Candidate) bool { return c.Member.Account == assessor })
	if at < 0 {
		return fault.New(fault.Invalid, "assignment.assessor").At("assessor")
	}
	if err := all[at].Why.refuse(); err != nil {
		return err
	}
	if err := p.put(x, seat, instead, assessor); err != nil {
		return err
	}
	entry := s.entry(by, "plan.adjust", planObject(k.Round)+"/"+string(k.ID()))
	entry.Before, entry.After = instead, assessor
	return s.Store.SaveProposal(ctx, x, version, entry)
}

// put writes an assessor into the place of another in the proposal.
func (p *plan) put(x *Proposal, seat int, instead, assessor string) error {
	k := p.seats[seat].Key
	place := slices.IndexFunc(x.Pairs, func(pair ProposedPair) bool { return pair.Dossier == k && pair.Assessor == instead })
	fresh := ProposedPair{Dossier: k, Assessor: assessor, ByHand: true}
	switch {
	case instead == "" && p.places(x, seat) >= p.Units[seat].Need:
		return fault.New(fault.Conflict, "assignment.enough", "need", itoa(p.Units[seat].Need)).At("assessor")
	case instead == "":
		x.Pairs = append(x.Pairs, fresh)
	case place < 0:
		return fault.New(fault.Conflict, "plan.changed")
	case p.fixed(assign.Pair{Unit: seat, Assessor: p.place(instead)}):
		return fault.New(fault.Conflict, "plan.begun").At("assessor")
	default:
		x.Pairs[place] = fresh
	}
	return nil
}

// places is how many assessors a proposal gives a dossier.
func (p *plan) places(x *Proposal, seat int) (n int) {
	for _, pair := range p.pairs(x) {
		if pair.Unit == seat {
			n++
		}
	}
	return n
}

// proposed loads the proposal that was seen at version and today's problem.
func (s *Service) proposed(ctx context.Context, round, version int) (*Proposal, *plan, error) {
	x, err := s.Store.Proposal(ctx, round)
	if err != nil {
		return nil, nil, err
	}
	if x == nil || x.Version != version {
		return nil, nil, fault.New(fault.Conflict, "plan.changed")
	}
	b, err := s.bench(ctx, round)
	if err != nil {
		return nil, nil, err
	}
	if err := appointing(b.round.Settings, s.Now()); err != nil {
		return nil, nil, err
	}
	p, err := b.plan(x.Keep, x.Seed)
	return x, p, err
}

// Confirm makes the proposal that was seen at version the assignment, with a
// reason. What it leaves out is taken away, unless it is begun. It is refused
// where a place is open, where somebody has become excluded since, and to whoever
// has not declared about all applicants or has a conflict with one of them (C95).
func (s *Service) Confirm(ctx context.Context, by access.Actor, round, version int, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := checkWords("reason", reason, "reason.needed"); err != nil {
		return err
	}
	x, p, err := s.proposed(ctx, round, version)
	if err != nil {
		return err
	}
	entry := s.entry(by, "plan.confirm", planObject(round))
	entry.Reason = strings.TrimSpace(reason)
	if err := s.mayConfirm(ctx, by, p); err != nil {
		return err
	}
	return s.Store.Confirm(ctx, round, version, entry, func(now Standing) ([]Assignment, error) {
		fresh := *p.bench
		fresh.Standing = now
		q, err := fresh.plan(x.Keep, x.Seed)
		if err != nil {
			return nil, err
		}
		pairs := q.pairs(x)
		if err := q.check(pairs); err != nil {
			return nil, err
		}
		out := q.changes(pairs, by.Name)
		v := q.Value(pairs)
		entry.After, err = compact(confirmed{worth{x.Seed, v.Total, x.Bound, x.Proved && v.Total == x.Found.Total}, changed(out)})
		return out, err
	})
}

// Drop takes the proposal that was seen at version off the table; nothing is
// assigned or taken away by that.
func (s *Service) Drop(ctx context.Context, by access.Actor, round, version int) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	entry := s.entry(by, "plan.drop", planObject(round))
	return s.Store.Confirm(ctx, round, version, entry, func(Standing) ([]Assignment, error) { return nil, nil })
}

// confirmed is what the trail keeps of a plan that was confirmed.
type confirmed struct {
	worth
	Given map[string][]string `json:"given"` // dossiers by assessor; "-" before those taken away
}

func changed(all []Assignment) map[string][]string {
	out := map[string][]string{}
	for _, a := range all {
		sign := ""
		if a.Ended != nil {
			sign = "-"
		}
		out[a.Assessor] = append(out[a.Assessor], sign+string(a.Dossier.ID()))
	}
	return out
}

// mayConfirm refuses who has not declared about every applicant of the plan, or
// has a conflict with one whose assessors it changes.
func (s *Service) mayConfirm(ctx context.Context, by access.Actor, p *plan) error {
	missing, err := s.Missing(ctx, by, p.round.Year)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return fault.New(fault.Conflict, "interest.own", "count", itoa(len(missing)))
	}
	entry := s.entry(by, "plan.confirm", planObject(p.round.Year))
	for _, d := range p.seats {
		if err := s.recused(ctx, by, d.Round, d.Unit, entry); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a plan with an open place or with a pair that is excluded.
func (p *plan) check(pairs []assign.Pair) error {
	var list fault.List
	have := make([]int, len(p.seats))
	for _, x := range pairs {
		have[x.Unit]++
		if why := p.why[x.Unit][x.Assessor]; why != NoExclusion && !p.fixed(x) {
			u, err := p.shown(x.Unit)
			if err != nil {
				return err
			}
			list.Add(fault.New(fault.Conflict, "plan.excluded", "unit", u.Name, "assessor", p.crew[x.Assessor].Account))
		}
	}
	for n := range p.seats {
		if have[n] < p.Units[n].Need {
			u, err := p.shown(n)
			if err != nil {
				return err
			}
			list.Add(fault.New(fault.Conflict, "plan.open", "unit", u.Name, "have", itoa(have[n]), "need", itoa(p.Units[n].Need)))
		}
	}
	for _, x := range p.Fixed {
		if !slices.Contains(pairs, x) {
			return fault.New(fault.Conflict, "plan.changed") // begun since
		}
	}
	return list.Err()
}

// changes are the assignments that make pairs out of what stands: new ones, those
// given back, and those taken away.
func (p *plan) changes(pairs []assign.Pair, by string) []Assignment {
	now := p.now.UTC()
	var out []Assignment
	for _, x := range pairs {
		k, who := p.seats[x.Unit].Key, p.crew[x.Assessor]
		all := p.of(k)
		at := slices.IndexFunc(all, func(a Assignment) bool { return a.Assessor == who.Account })
		switch {
		case at < 0:
			out = append(out, Assignment{Dossier: k, Assessor: who.Account, Institution: who.Institution, AssignedAt: now, AssignedBy: by})
		case all[at].Ended != nil:
			a := all[at]
			a.Ended, a.AssignedAt, a.AssignedBy, a.Institution = nil, now, by, who.Institution
			out = append(out, a)
		}
	}
	for n, d := range p.seats {
		for _, a := range p.counted(d.Key) {
			if !slices.Contains(pairs, assign.Pair{Unit: n, Assessor: p.place(a.Assessor)}) && !a.Begun() && !p.result(d.Key) {
				a.Ended = &Ending{At: now, By: by, Code: endReplanned}
				out = append(out, a)
			}
		}
	}
	return out
}
