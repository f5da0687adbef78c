package tabulate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"minyi/stats/design"
)

// Ground is the official table before it was summed up: what a footing with cells and
// groups is made from. It holds every answer and is never given out.
type Ground struct {
	Result *Result

	survey *Survey
	design *design.Design
	on     *domain
	of     *estimates
}

// Ground tabulates the survey and keeps what the official table was made from. It
// refuses what Tabulate refuses; of a survey without answers there is only the result.
func (s Survey) Ground() (*Ground, error) {
	out := &Ground{Result: &Result{}}
	out.Result.keep = func(in *Survey, d *design.Design, on *domain, of *estimates) {
		out.survey, out.design, out.on, out.of = in, d, on, of
	}
	r, err := s.tabulate(out.Result)
	out.Result.keep = nil
	if err != nil {
		return nil, err
	}
	out.Result = r
	return out, nil
}

// Footing returns what the official table is computed from, in cells and in groups of
// drawn units, each with at least least answers on the scale of every item that is
// carried through them. Hidden items are left out (Footing.Suppress), and those that
// fewer than half of the people answered have their sums over everybody only.
//
// The cells are those of Blocks, by residence, sex and age. The tree along which
// neighbouring groups are merged is fixed before the fieldwork: strata, then units, each
// in the order of its names. How far either goes follows from how many answered, never
// from what. While an item is hidden or not carried, the composites have no totals by
// group, from which its own could be taken.
//
// few says which of a list of counts are hidden beside their total. The categories of a
// variable that are hidden in the tables by groups, for any carried item, are one branch
// of the tree: else the cells would add up to what those tables hide.
func (g *Ground) Footing(least int, hidden []bool, few func([]int) []bool) (*Footing, error) {
	if g.of == nil {
		return nil, nil
	}
	p := &parting{Ground: g, least: least, hidden: hidden, few: few}
	p.carry()
	f := p.whole()
	p.cells(f)
	if g.design.Replicated() {
		return f, nil
	}
	return f, p.groups(f)
}

// parting merges people into cells and drawn units into groups.
type parting struct {
	*Ground
	least   int
	hidden  []bool
	few     func([]int) []bool
	carried []int // places of the items
	all     bool  // every item that anybody answered is carried
}

// carry finds the items that most people answered.
func (p *parting) carry() {
	most, n := 0, make([]int, len(p.survey.Items))
	for k := range n {
		n[k] = p.given(k)
		most = max(most, n[k])
	}
	p.all = true
	for k := range n {
		shown := k >= len(p.hidden) || !p.hidden[k]
		switch {
		case shown && 2*n[k] >= most && n[k] >= p.least:
			p.carried = append(p.carried, k)
		case n[k] > 0:
			p.all = false
		}
	}
}

// given counts the answers on the scale of an item.
func (p *parting) given(k int) (n int) {
	points := p.survey.Sampled.Points[k]
	on := p.scale(k)
	for _, code := range points.Code {
		if on[code] {
			n++
		}
	}
	return n
}

// scale says which codes of an item are points on its scale.
func (p *parting) scale(k int) (on [256]bool) {
	for code, point := range p.survey.Sampled.Points[k].Of {
		on[code] = slices.Contains(p.survey.Items[k].Valid, point)
	}
	return on
}

// whole is the footing before the parting.
func (p *parting) whole() *Footing { return p.Result.Sampled.footing.Suppress(p.hidden) }

// leaf is the smallest part of a tree: its branch by level, and its answers by carried
// item.
type leaf struct {
	key  []string
	n    []int
	at   int
	part int
}

// leaves sorts the people by their keys.
func (p *parting) leaves(key func(i int) []string) (all []*leaf, of []int) {
	seen, of := map[string]*leaf{}, make([]int, p.survey.Sampled.N)
	on := make([][256]bool, len(p.carried))
	for j, k := range p.carried {
		on[j] = p.scale(k)
	}
	for i := range of {
		branch := key(i)
		name := fmt.Sprintf("%q", branch)
		one, ok := seen[name]
		if !ok {
			one = &leaf{key: branch, n: make([]int, len(p.carried)), at: len(all)}
			seen[name] = one
			all = append(all, one)
		}
		of[i] = one.at
		for j, k := range p.carried {
			if on[j][p.survey.Sampled.Points[k].Code[i]] {
				one.n[j]++
			}
		}
	}
	return all, of
}

// merge joins neighbours, level by level, until each part has enough answers. Parts
// of several branches of a level are not parted further.
func (p *parting) merge(all []*leaf, level int) (parts [][]*leaf) {
	if level == len(all[0].key) {
		return [][]*leaf{all}
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b *leaf) int { return order(a.key[level], b.key[level]) })
	var runs [][]*leaf
	var run []*leaf
	for i, one := range sorted {
		run = append(run, one)
		last := i+1 == len(sorted) || sorted[i+1].key[level] != one.key[level]
		if last && p.enough(run) {
			runs, run = append(runs, run), nil
		}
	}
	switch {
	case len(run) > 0 && len(runs) > 0:
		runs[len(runs)-1] = append(runs[len(runs)-1], run...)
	case len(run) > 0:
		runs = [][]*leaf{run}
	}
	for _, one := range runs {
		if one[0].key[level] != one[len(one)-1].key[level] {
			parts = append(parts, one)
			continue
		}
		parts = append(parts, p.merge(one, level+1)...)
	}
	return parts
}

// order puts names in the order of their letters, what is not known last.
func order(a, b string) int {
	if (a == "") != (b == "") {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

func (p *parting) enough(run []*leaf) bool {
	for j := range p.carried {
		n := 0
		for _, one := range run {
			n += one.n[j]
		}
		if n < p.least {
			return false
		}
	}
	return true
}

// cells parts the sums of the carried items.
func (p *parting) cells(f *Footing) {
	of, leaves, place := p.blocks()
	parts, number := map[int]int{}, make([]int, len(leaves))
	sorted := slices.Clone(leaves)
	slices.SortFunc(sorted, func(a, b *leaf) int { return cmp.Compare(cellOf(a.key, of), cellOf(b.key, of)) })
	var cells []Cell
	for _, one := range sorted {
		at := cellOf(one.key, of)
		if _, ok := parts[at]; !ok {
			parts[at] = len(cells)
			cells = append(cells, cellAt(at, of))
		}
		number[one.at] = parts[at]
	}
	if len(p.carried) == 0 || len(cells) < 2 {
		return
	}
	f.Cells = cells
	for i, at := range place {
		place[i] = number[at]
	}
	for _, k := range p.carried {
		f.Items[k].Sums = p.sums(k, place, len(cells))
	}
}

// cellAt names the categories of a cell.
func cellAt(at int, of [][][]string) Cell {
	cell, variables := Cell{}, Tree()
	for v := len(of) - 1; v >= 0; v-- {
		cell[variables[v]] = slices.Clone(of[v][at%len(of[v])])
		at /= len(of[v])
	}
	return cell
}

// sums are those of an item by cell.
func (p *parting) sums(k int, cell []int, cells int) []Sums {
	counts, weights := make([][256]int, cells), make([][256]float64, cells)
	w := p.design.Weights()
	for i, code := range p.on.points[k].Code {
		counts[cell[i]][code]++
		weights[cell[i]][code] += w[i]
	}
	out := make([]Sums, cells)
	for c := range out {
		out[c] = p.survey.Items[k].sums(p.on.points[k].Of, &counts[c], &weights[c])
	}
	return out
}

// groups parts the variances.
func (p *parting) groups(f *Footing) error {
	units, err := p.design.Units()
	if err != nil {
		return fmt.Errorf("tabulate: groups: %w", err)
	}
	sheets := &p.survey.Sampled
	all, place := p.leaves(func(i int) []string {
		unit := sheets.Units[sheets.Of[i]]
		return []string{unit.Stratum, unit.PSU}
	})
	parts := p.merge(all, 0)
	if len(p.carried) == 0 || len(parts) < 2 {
		return nil
	}
	for g, part := range parts {
		for _, one := range part {
			one.part = g
		}
	}
	group := make([]int, len(units.Stratum)) // of each unit
	for i, at := range place {
		group[units.Of[i]] = all[at].part
	}
	f.Groups = grouped(parts, group, units.Stratum)
	return p.totals(f, group)
}

// grouped says what the groups are.
func grouped(parts [][]*leaf, group []int, stratum []int32) []Group {
	out, size := make([]Group, len(parts)), map[int32]int{}
	for _, h := range stratum {
		size[h]++
	}
	for g, part := range parts {
		for _, one := range part {
			if !slices.Contains(out[g].Strata, one.key[0]) {
				out[g].Strata = append(out[g].Strata, one.key[0])
			}
		}
	}
	for u, g := range group {
		out[g].Units++
		if n := float64(size[stratum[u]]); n > 1 {
			out[g].Factor = Exact(n / (n - 1))
		}
	}
	return out
}

// totals parts the spread of every figure of the carried items, and of the composites
// where all items are.
func (p *parting) totals(f *Footing, group []int) error {
	for _, k := range p.carried {
		item := &f.Items[k]
		for a, to := range map[aspect]*Spread{
			satisfied: &item.ShareSpread, meanPoint: &item.MeanSpread, dontKnow: &item.DontKnow, noAnswer: &item.NoAnswer, notApplicable: item.NotApplicable,
		} {
			if to == nil {
				continue
			}
			_, add := p.of.adds([]int{k}, asIs, a)
			if err := p.part(f, to, []int{k}, add, group); err != nil {
				return err
			}
		}
	}
	if !p.all {
		return nil
	}
	used := p.of.used(p.survey.Items)
	_, index := p.of.adds(used, onIndex(p.survey.Items), meanPoint)
	if err := p.part(f, &f.Index, used, index, group); err != nil {
		return err
	}
	_, share := p.of.adds(used, asIs, satisfied)
	return p.part(f, &f.Satisfied, used, share, group)
}

// part sums the linearized values of a figure by group and leaves the rest.
func (p *parting) part(f *Footing, s *Spread, items []int, add [][256]float64, group []int) error {
	if math.IsNaN(float64(s.Rest)) || math.IsInf(float64(s.Rest), 0) {
		return nil
	}
	totals, err := p.design.UnitTotals(p.on.linear(p.design.Weights(), items, add))
	if err != nil {
		return fmt.Errorf("tabulate: totals: %w", err)
	}
	s.Totals = make([]Exact, len(f.Groups))
	for u, t := range totals {
		s.Totals[group[u]] += Exact(t)
	}
	s.Rest = Exact(math.Max(0, float64(s.Rest)-f.between(s.Totals)))
	return nil
}
