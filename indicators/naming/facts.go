package naming

import (
	"context"
	"slices"

	"minyi/indicators/scorebook"
)

// facts is what the decisions of a round look at, besides the objections.
type facts struct {
	proceeding *Proceeding
	snapshot   *Snapshot
	visits     []Visited
	struck     map[Target]bool // whose application was withdrawn or cancelled
}

// facts gathers them; without a ranking it refuses with ranking.none.
func (s *Service) facts(ctx context.Context, round int) (f *facts, err error) {
	f = &facts{struck: map[Target]bool{}}
	if f.snapshot, err = s.store.Ranking(ctx, round); err != nil {
		return nil, err
	}
	if f.proceeding, err = s.store.Proceeding(ctx, round); err != nil {
		return nil, err
	}
	if f.visits, err = s.visits(ctx, round); err != nil {
		return nil, err
	}
	all, err := s.book.Struck(ctx, round)
	for _, k := range all {
		f.struck[Target{Unit: k.Unit, Track: k.Track}] = true
	}
	return f, err
}

// order is the place of a target in the tables of the ranking, for sorting.
func (f *facts) order(t Target) int {
	n := 0
	for _, table := range f.snapshot.Ranking.Tables {
		for _, r := range table.Rows {
			if table.Track == t.Track && r.Unit == t.Unit {
				return n
			}
			n++
		}
	}
	return n
}

// why says why a target cannot be a candidate: unverified, outcome, struck or
// withdrawn; empty where it can.
func (f *facts) why(t Target) string {
	v := visitOf(f.visits, t)
	switch {
	case f.struck[t]:
		return "struck"
	case f.proceeding.isOut(t):
		return "withdrawn"
	case !v.Closed:
		return "unverified"
	case !v.Right:
		return "outcome"
	}
	return ""
}

// passed lists who stands higher than the last chosen one of its table, or level
// with it, and was not chosen.
func (f *facts) passed(chosen []Target) (out []Passed) {
	for n, t := range f.snapshot.Ranking.Tables {
		var last *Row
		for i, r := range t.Rows {
			if r.Ranked && slices.Contains(chosen, Target{r.Unit, t.Track}) {
				last = &t.Rows[i]
			}
		}
		if last == nil {
			continue
		}
		sure := sureness(f.snapshot, n)
		for _, r := range t.Rows {
			one := Target{r.Unit, t.Track}
			higher := r.Total >= last.Total
			tied := alike(sure, last.Unit, r.Unit)
			if !r.Ranked || slices.Contains(chosen, one) || !higher && !tied {
				continue
			}
			out = append(out, Passed{Target: one, Place: r.Place, Total: r.Total, Level: !higher, Code: f.why(one)})
		}
	}
	return out
}

// evaluated is the version of the evaluation that the newest ranking has of a
// target; 0 where there is none.
func (f *facts) evaluated(t Target) int {
	row, _ := f.snapshot.Ranking.Find(t.Unit, t.Track)
	for _, p := range row.Parts {
		if p.Instrument == scorebook.Evaluation && p.Present {
			return p.Version
		}
	}
	return 0
}

// settled reports whether nothing stands in the way of naming from this objection:
// it has an outcome, and where it was found right its consequence is done.
func (f *facts) settled(o *Objection) bool {
	if o.Outcome == Unanswered {
		return false
	}
	return !o.Outcome.right() || f.done(o.ID)
}

// done reports whether the consequence of an objection was confirmed and carried
// out: a corrected mark is in the newest ranking, a cancelled application is struck,
// a verification that was opened again is closed again.
func (f *facts) done(objection string) bool {
	a := f.proceeding.settlement(objection)
	if a == nil || !a.Counts() {
		return false
	}
	switch x := a.Settlement; x.Remedy {
	case Correct:
		return f.evaluated(x.Target) > x.Version
	case Strike:
		return f.struck[x.Target]
	case Reverify:
		v := visitOf(f.visits, x.Target)
		return v.Closed && v.ClosedAt.After(a.Since())
	case Withdraw, NoEffect:
	}
	return true
}
