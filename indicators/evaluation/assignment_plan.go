package evaluation

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/stats/assign"
)

// plan is the problem of who marks what, and what its places stand for.
type plan struct {
	*bench
	assign.Problem
	seats []application.Dossier
	crew  []Member
	why   [][]Exclusion // by seat, then member
}

// plan puts the problem for the optimiser. What is fixed stays: sheets that are
// begun, dossiers that have their result and, where keep is set, everything that
// counts today.
func (b *bench) plan(keep bool, seed uint64) (*plan, error) {
	p := &plan{bench: b, seats: b.dossiers}
	p.Seed, p.Apart, p.Least = seed, b.round.Settings.InstitutionsDiffer, b.round.Settings.LeastDossiers
	groups := map[string]int{}
	for _, m := range b.members {
		if _, ok := groups[m.Institution]; !ok {
			groups[m.Institution] = len(groups)
		}
		p.crew = append(p.crew, m)
		p.Assessors = append(p.Assessors, assign.Assessor{Most: b.capacity(m), Group: groups[m.Institution]})
	}
	for n, d := range p.seats {
		u, err := b.unit(d.Unit)
		if err != nil {
			return nil, err
		}
		why, no, fit := make([]Exclusion, len(p.crew)), make([]bool, len(p.crew)), make([]int, len(p.crew))
		for m, who := range p.crew {
			if why[m] = b.exclusion(who, u); why[m] == NoExclusion && b.round.Settings.Assessors > 1 {
				why[m] = b.double(who)
			}
			no[m], fit[m] = why[m] != NoExclusion, who.misfit(u, d.Track, d.Project.Field)
		}
		p.why, p.Barred, p.Misfit = append(p.why, why), append(p.Barred, no), append(p.Misfit, fit)
		p.fix(n, keep)
	}
	return p, nil
}

// fix adds a dossier's place with what stays as it is.
func (p *plan) fix(seat int, keep bool) {
	k := p.seats[seat].Key
	unit := assign.Unit{Load: load(p.seats[seat]), Need: p.round.Settings.Assessors}
	closed, fixed := p.result(k), 0
	for _, a := range p.counted(k) {
		at := p.place(a.Assessor)
		if at < 0 || !closed && !a.Arbiter && !keep && !a.Begun() {
			continue
		}
		if a.Arbiter {
			unit.Need++
		}
		p.Fixed = append(p.Fixed, assign.Pair{Unit: seat, Assessor: at})
		fixed++
	}
	if closed {
		unit.Need = fixed
	}
	unit.Need = max(unit.Need, fixed)
	p.Units = append(p.Units, unit)
}

// place is the place of an account among the members, -1 for none.
func (p *plan) place(account string) int {
	return slices.IndexFunc(p.crew, func(m Member) bool { return m.Account == account })
}

func (p *plan) seat(k application.Key) int {
	return slices.IndexFunc(p.seats, func(d application.Dossier) bool { return d.Key == k })
}

// today is the assignment as it stands.
func (p *plan) today() (out []assign.Pair) {
	for n, d := range p.seats {
		for _, a := range p.counted(d.Key) {
			if at := p.place(a.Assessor); at >= 0 {
				out = append(out, assign.Pair{Unit: n, Assessor: at})
			}
		}
	}
	return out
}

// pairs are the places of a proposal's pairs; those of people or dossiers that are
// no longer there are left out.
func (p *plan) pairs(x *Proposal) (out []assign.Pair) {
	for _, pair := range x.Pairs {
		n, m := p.seat(pair.Dossier), p.place(pair.Assessor)
		if n >= 0 && m >= 0 {
			out = append(out, assign.Pair{Unit: n, Assessor: m})
		}
	}
	return out
}

// fixed reports whether a pair stays.
func (p *plan) fixed(x assign.Pair) bool { return slices.Contains(p.Fixed, x) }

// explain says which applicants lack whom.
func (p *plan) explain(none *assign.InfeasibleError) error {
	var list fault.List
	for _, l := range none.Lacks {
		u, err := p.unit(p.seats[l.Unit].Unit)
		if err != nil {
			return err
		}
		switch {
		case l.Allowed < l.Need:
			list.Add(fault.New(fault.Conflict, "plan.few", "unit", u.Name, "need", itoa(l.Need),
				"allowed", itoa(l.Allowed), "all", itoa(len(p.crew))))
		case p.Apart && l.Groups < l.Need:
			list.Add(fault.New(fault.Conflict, "plan.groups", "unit", u.Name, "need", itoa(l.Need), "groups", itoa(l.Groups)))
		default:
			list.Add(fault.New(fault.Conflict, "plan.room", "unit", u.Name, "rivals", itoa(len(l.Rivals)),
				"few", p.names(l.Few), "demand", itoa(l.Demand), "room", itoa(l.Room)))
		}
	}
	return list.Err()
}

func (p *plan) names(places []int) (out string) {
	for n, at := range places {
		if n > 0 {
			out += "、"
		}
		out += p.crew[at].Account
	}
	return out
}

// solve asks the optimiser.
func (p *plan) solve() (assign.Plan, error) {
	if len(p.seats) == 0 {
		return assign.Plan{}, fault.New(fault.Conflict, "plan.none")
	}
	if p.round.Settings.Assessors > 0 && len(p.crew) == 0 {
		return assign.Plan{}, fault.New(fault.Conflict, "plan.nobody")
	}
	out, err := assign.Solve(p.Problem)
	var none *assign.InfeasibleError
	if errors.As(err, &none) {
		return out, p.explain(none)
	}
	return out, err
}

// Candidate is somebody who may be given a dossier, or why not.
type Candidate struct {
	Member Member
	Why    Exclusion
	Change int64 // of the objective, where nothing excludes
	Misfit int
	Count  int // dossiers the person has without this one
	Load   int
	Most   int
}

// candidates are all members for a dossier, in the place of somebody ("" for an
// open place), within a plan: those who can come first, best first.
func (p *plan) candidates(pairs []assign.Pair, seat int, instead string) []Candidate {
	without := slices.DeleteFunc(slices.Clone(pairs), func(x assign.Pair) bool {
		return x.Unit == seat && p.crew[x.Assessor].Account == instead
	})
	now := p.Value(pairs).Total
	var out []Candidate
	for m, who := range p.crew {
		if who.Account == instead {
			continue
		}
		c := Candidate{Member: who, Misfit: p.Misfit[seat][m], Most: p.Assessors[m].Most, Why: p.why[seat][m]}
		for _, x := range without {
			if x.Assessor == m {
				c.Count++
				c.Load += p.Units[x.Unit].Load
			}
		}
		if c.Why == NoExclusion {
			c.Why = p.crowded(without, seat, m, c.Count)
		}
		if c.Why == NoExclusion {
			c.Change = p.Value(append(slices.Clone(without), assign.Pair{Unit: seat, Assessor: m})).Total - now
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(excluded(a), excluded(b)), cmp.Compare(a.Change, b.Change))
	})
	return out
}

func excluded(c Candidate) int {
	if c.Why == NoExclusion {
		return 0
	}
	return 1
}

// crowded is why a member cannot join the others of a dossier.
func (p *plan) crowded(pairs []assign.Pair, seat, m, count int) Exclusion {
	for _, x := range pairs {
		switch {
		case x.Unit != seat:
		case x.Assessor == m:
			return AlreadyThere
		case p.Apart && p.Assessors[x.Assessor].Group == p.Assessors[m].Group:
			return SameHouse
		}
	}
	if count >= p.Assessors[m].Most {
		return NoRoom
	}
	return NoExclusion
}

// Arbiters returns whom the office may call as third assessor of a dossier, the
// best first: nobody with a conflict, another institution than those of the two
// before the same, then who has the least load for what the person may have, then
// who knows best what it is about. Where the round wants different institutions,
// the same one excludes.
func (s *Service) Arbiters(ctx context.Context, by access.Actor, k application.Key) ([]Candidate, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	b, err := s.bench(ctx, k.Round)
	if err != nil {
		return nil, err
	}
	p, err := b.plan(true, 0)
	if err != nil {
		return nil, err
	}
	seat := p.seat(k)
	if seat < 0 {
		return nil, fault.New(fault.NotFound, "dossier.unknown")
	}
	there := p.of(k)
	out := p.candidates(p.today(), seat, "")
	own := func(c Candidate) int {
		if slices.ContainsFunc(there, func(a Assignment) bool { return a.Counts() && a.Institution == c.Member.Institution }) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(excluded(a), excluded(b)), cmp.Compare(own(a), own(b)),
			cmp.Compare(a.Load*b.Most, b.Load*a.Most), cmp.Compare(a.Misfit, b.Misfit), cmp.Compare(a.Member.Account, b.Member.Account))
	})
	return out, nil
}

// CallArbiter gives a dossier whose sheets call for a third one, by whichever rule
// of the round, to the first of Arbiters and returns who that is (C94).
func (s *Service) CallArbiter(ctx context.Context, by access.Actor, k application.Key) (string, error) {
	all, err := s.Arbiters(ctx, by, k)
	if err != nil {
		return "", err
	}
	if len(all) == 0 || all[0].Why != NoExclusion {
		return "", fault.New(fault.Conflict, "arbiter.nobody")
	}
	at, err := s.standing(ctx, k.Round)
	if err != nil {
		return "", err
	}
	if row, ok := at.row(k); !ok || !row.Dispute.Needed() {
		return "", fault.New(fault.Conflict, "arbiter.needless")
	}
	who := all[0].Member.Account
	return who, s.Assign(ctx, by, k, who)
}

// weighed is the work of the members by what they are given.
func (p *plan) weighed(pairs []assign.Pair) (count, work []int) {
	count, work = make([]int, len(p.crew)), make([]int, len(p.crew))
	for _, x := range pairs {
		count[x.Assessor]++
		work[x.Assessor] += p.Units[x.Unit].Load
	}
	return count, work
}

// track and unit of a dossier as they are shown.
func (p *plan) shown(n int) (roster.Unit, error) { return p.unit(p.seats[n].Unit) }
