package naming

import (
	"cmp"
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// FrontChoice says whom of the units at the cut the on-site verification takes,
// where the data cannot tell them apart (C32).
type FrontChoice struct {
	Taken  []Target `json:"taken"`
	Left   []Target `json:"left"`
	Reason string   `json:"reason"`
}

// FrontTable is one table of a ranking with its cut: who is surely in the front
// group, and who stands at its edge.
type FrontTable struct {
	Track roster.Track
	Group roster.Group
	Cut   int
	Rows  []FrontRow // those inside, and those at the edge
	Tied  bool       // somebody at the edge is outside: the office must choose
}

// FrontRow is a unit inside the front group or at its edge.
type FrontRow struct {
	Row
	Sure  Sureness
	Edge  bool // the data cannot tell it from the last one inside
	Taken bool
}

// Fronts returns the front groups of a ranking by the round's cut-offs, tracks and
// kinds apart, with those at the edge that the data cannot tell from the last one
// inside. A choice of the office counts at the edge.
func Fronts(s *Snapshot, choice *FrontChoice) []FrontTable {
	var out []FrontTable
	for n, t := range s.Ranking.Tables {
		ft := t.front(sureness(s, n))
		for i := range ft.Rows { // nobody to choose among: no edge
			r := &ft.Rows[i]
			r.Edge = r.Edge && ft.Tied
			if one := (Target{r.Unit, t.Track}); r.Edge && choice != nil && choice.knows(one) {
				r.Taken = slices.Contains(choice.Taken, one)
			}
		}
		out = append(out, ft)
	}
	return out
}

// front is the front group of a table with those at its edge.
func (t Table) front(sure []Sureness) FrontTable {
	ft := FrontTable{Track: t.Track, Group: t.Group, Cut: t.Cut}
	last := t.last()
	for i, r := range t.Rows {
		edge := last != "" && (r.Unit == last || alike(sure, last, r.Unit))
		if !r.Front && !edge {
			continue
		}
		row := FrontRow{Row: r, Edge: edge, Taken: r.Front}
		if i < len(sure) {
			row.Sure = sure[i]
		}
		ft.Tied = ft.Tied || edge && !r.Front
		ft.Rows = append(ft.Rows, row)
	}
	return ft
}

// knows reports whether the choice was about the target.
func (c *FrontChoice) knows(t Target) bool {
	return slices.Contains(c.Taken, t) || slices.Contains(c.Left, t)
}

// sureness is the certainty of the rows of a table, none in old rankings.
func sureness(s *Snapshot, table int) []Sureness {
	if table < len(s.Certainty) {
		return s.Certainty[table].Rows
	}
	return nil
}

// alike reports whether the data cannot tell two units of a table apart.
func alike(sure []Sureness, a, b roster.UnitCode) bool {
	return slices.ContainsFunc(sure, func(x Sureness) bool {
		return x.Unit == a && slices.Contains(x.Level, b) || x.Unit == b && slices.Contains(x.Level, a)
	})
}

// last is the unit of the front group with the lowest total; empty where everybody
// who is ranked is inside.
func (t Table) last() roster.UnitCode {
	var in []Row
	outside := false
	for _, r := range t.Rows {
		if r.Front {
			in = append(in, r)
		}
		outside = outside || r.Ranked && !r.Front
	}
	if len(in) == 0 || !outside {
		return ""
	}
	return slices.MinFunc(in, func(a, b Row) int { return cmp.Compare(a.Total, b.Total) }).Unit
}

// Choose keeps whom of the units at the edges of the front groups the on-site
// verification takes, with the reason; everybody else at those edges is left out. It
// holds for the newest ranking (C32).
func (s *Service) Choose(ctx context.Context, by access.Actor, round int, taken []Target, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	snapshot, err := s.store.Ranking(ctx, round)
	if err != nil {
		return err
	}
	var list fault.List
	checkTexts(&list, text{"reason", &reason, textMost, true, true})
	choice := chosen(snapshot, taken)
	choice.Reason = reason
	if len(choice.Taken) != len(taken) || len(choice.Taken) == 0 {
		list.Add(fault.New(fault.Invalid, "front.edge"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	a, err := s.begin(ctx, by, round, ChooseFront, "", reason, true)
	if err != nil {
		return err
	}
	a.Front = choice
	if err := s.recused(ctx, by, round, "front.choose", a.units()...); err != nil {
		return err
	}
	entry := s.entry(by, "front.choose", object("front", round, ""), reason)
	return s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, e *audit.Entry) error {
		if p.Notice != nil {
			return fault.New(fault.Closed, "verification.late")
		}
		return p.put(a, e)
	})
}

// chosen parts those at the edges into whom the office takes and whom it leaves out.
func chosen(s *Snapshot, taken []Target) *FrontChoice {
	choice := &FrontChoice{}
	for _, t := range Fronts(s, nil) {
		for _, r := range t.Rows {
			one := Target{r.Unit, t.Track}
			switch {
			case !r.Edge:
			case slices.Contains(taken, one):
				choice.Taken = append(choice.Taken, one)
			default:
				choice.Left = append(choice.Left, one)
			}
		}
	}
	return choice
}

// InFront reports whether the office has taken the unit into the front group where
// the data cannot tell it from the last one inside.
func (p *Proceeding) InFront(t Target) bool {
	return p.Front != nil && slices.Contains(p.Front.Taken, t)
}
