package evaluation

import (
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/stats/assign"
)

// Seat is one assessor of a dossier in a plan.
type Seat struct {
	Assessor    string
	Institution string
	Fixed       bool // stays: begun, or kept
	Today       bool // has it already
	ByHand      bool
	Why         Exclusion // stands against it
}

// PlanRow is one dossier of a plan.
type PlanRow struct {
	Dossier application.Key
	Unit    roster.Unit
	Load    int
	Need    int
	Dispute Dispute // why it needs an arbiter
	Arbiter bool    // the third assessor is there
	Closed  bool    // has its result
	Seats   []Seat
	Lost    []Assignment // taken away because of a conflict, and not given to another yet
}

// Workload is what a plan gives one assessor.
type Workload struct {
	Member         Member
	State          InstitutionState
	Count, Load    int
	Today          int // dossiers today
	Most           int
	Open, Excluded int // dossiers that the person could have, and those that something stands against
}

// Overview is the page of the assignment: the plan that is proposed, or today's.
type Overview struct {
	Round    *roster.Round
	Proposal *Proposal // nil without one
	Rows     []PlanRow
	People   []Workload
	Now      assign.Value // of the plan that is shown
	Today    assign.Value
	Open     bool // assignments may change
}

// Assignment returns the proposal beside today's assignment, to the office.
func (s *Service) Assignment(ctx context.Context, by access.Actor, round int) (*Overview, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	b, err := s.bench(ctx, round)
	if err != nil {
		return nil, err
	}
	x, err := s.Store.Proposal(ctx, round)
	if err != nil {
		return nil, err
	}
	keep, seed := true, uint64(0)
	if x != nil {
		keep, seed = x.Keep, x.Seed
	}
	p, err := b.plan(keep, seed)
	if err != nil {
		return nil, err
	}
	o := &Overview{Round: b.round, Proposal: x, Open: appointing(b.round.Settings, b.now) == nil}
	today := p.today()
	pairs := today
	if x != nil {
		pairs = p.pairs(x)
	}
	o.Now, o.Today = p.Value(pairs), p.Value(today)
	at, err := s.standing(ctx, round)
	if err != nil {
		return nil, err
	}
	if o.Rows, err = p.rows(pairs, today, x, at); err != nil {
		return nil, err
	}
	o.People = p.workloads(pairs, today)
	return o, nil
}

func (p *plan) rows(pairs, today []assign.Pair, x *Proposal, at *standing) ([]PlanRow, error) {
	var out []PlanRow
	for n, d := range p.seats {
		u, err := p.shown(n)
		if err != nil {
			return nil, err
		}
		row := PlanRow{Dossier: d.Key, Unit: u, Load: p.Units[n].Load, Need: p.Units[n].Need, Closed: p.result(d.Key)}
		if stands, ok := at.row(d.Key); ok {
			row.Dispute = stands.Dispute
		}
		for _, a := range p.of(d.Key) {
			row.Arbiter = row.Arbiter || a.Arbiter && a.Counts()
			if a.Ended != nil && a.Ended.Code == endConflict {
				row.Lost = append(row.Lost, a)
			}
		}
		for _, pair := range pairs {
			if pair.Unit != n {
				continue
			}
			who := p.crew[pair.Assessor]
			seat := Seat{Assessor: who.Account, Institution: who.Institution, Fixed: p.fixed(pair), Today: slices.Contains(today, pair), Why: p.why[n][pair.Assessor]}
			seat.ByHand = x != nil && slices.Contains(x.Pairs, ProposedPair{Dossier: d.Key, Assessor: who.Account, ByHand: true})
			row.Seats = append(row.Seats, seat)
		}
		out = append(out, row)
	}
	return out, nil
}

func (p *plan) workloads(pairs, today []assign.Pair) []Workload {
	count, work := p.weighed(pairs)
	before, _ := p.weighed(today)
	var out []Workload
	for m, who := range p.crew {
		w := Workload{Member: who, Count: count[m], Load: work[m], Today: before[m], Most: p.Assessors[m].Most}
		if i := p.institution(who.Institution); i != nil {
			w.State = i.State(p.now)
		}
		for n := range p.seats {
			if p.why[n][m] == NoExclusion {
				w.Open++
			} else {
				w.Excluded++
			}
		}
		out = append(out, w)
	}
	return out
}

// Candidates returns whom a dossier may be given to in the place of somebody (""
// for an open place), each with what that changes or why not: within the proposal
// where there is one, else within today's assignment.
func (s *Service) Candidates(ctx context.Context, by access.Actor, k application.Key, instead string) ([]Candidate, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	b, err := s.bench(ctx, k.Round)
	if err != nil {
		return nil, err
	}
	x, err := s.Store.Proposal(ctx, k.Round)
	if err != nil {
		return nil, err
	}
	p, err := b.plan(x == nil || x.Keep, 0)
	if err != nil {
		return nil, err
	}
	seat := p.seat(k)
	if seat < 0 {
		return nil, fault.New(fault.NotFound, "dossier.unknown")
	}
	pairs := p.today()
	if x != nil {
		pairs = p.pairs(x)
	}
	return p.candidates(pairs, seat, instead), nil
}
