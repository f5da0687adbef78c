package tabulate

import (
	"slices"

	"minyi/survey/frame"
)

// Tree names the variables by which people are parted into cells.
func Tree() []string { return []string{frame.Residence, frame.Sex, frame.Age} }

// Blocks are the categories of each variable of Tree as they may be crossed with those
// of the others: neighbours are put together, the same everywhere, until no cell by all
// variables at once is small (global recoding: Samarati 2001, Protecting respondents'
// identities in microdata release, IEEE Transactions on Knowledge and Data Engineering
// 13, 1010-1027; Hundepool and others 2012, Statistical Disclosure Control, 3.2.2).
//
// Whatever is summed up from such cells is of nobody or of least people. Nor does it
// tell, with the lists by one variable beside it, of how few people any finer group is:
// those lists hang on the cells like branches, each by the blocks of its own variable,
// and a count that all of them leave open lies between the largest of 0 and what the
// sums demand, and the smallest of the sums (Dobra and Fienberg 2000, Bounds for cell
// entries in contingency tables given marginal totals and decomposable graphs, PNAS 97,
// 11885-11892): every one of these numbers is 0 or at least least, and so is how far
// they lie apart. Two tables of which each has no small cell do not have that property.
type Blocks struct {
	Items []bool       // that are crossed: shown, and answered by at least half of the people
	Of    [][][]string // by variable and block: its categories, in the order of their names
}

// mostBranches is how many categories of a variable all ways to put neighbours together
// are tried of; of more, neighbours are put together two by two before.
const mostBranches = 8

// Blocks finds those of a survey that leave most cells; hidden and few as in
// Ground.Footing. A survey without answers has none.
func (s *Survey) Blocks(least int, hidden []bool, few func([]int) []bool) Blocks {
	if s.Sampled.N == 0 {
		return Blocks{Items: make([]bool, len(s.Items))}
	}
	p := &parting{Ground: &Ground{survey: s}, least: least, hidden: hidden, few: few}
	p.carry()
	out := Blocks{Items: make([]bool, len(s.Items))}
	for _, k := range p.carried {
		out.Items[k] = true
	}
	out.Of, _, _ = p.blocks()
	return out
}

// blocks puts neighbours together until each cell has enough answers, and says of each
// person in which of the leaves he is.
func (p *parting) blocks() (of [][][]string, leaves []*leaf, place []int) {
	known := make([]Category, len(Tree()))
	branch, names := make([][]string, len(known)), make([]map[string][]string, len(known))
	for v, name := range Tree() {
		known[v] = p.survey.Sampled.category(name)
		branch[v], names[v] = p.branches(known[v])
	}
	leaves, place = p.leaves(func(i int) []string {
		key := make([]string, len(known))
		for v := range known {
			if known[v].Code != nil {
				key[v] = branch[v][known[v].Code[i]]
			}
		}
		return key
	})
	start := make([][][]string, len(known))
	for v := range known {
		start[v] = runs(leaves, v)
	}
	for v, blocks := range p.finest(leaves, start) {
		of = append(of, nil)
		for _, block := range blocks {
			var all []string
			for _, one := range block {
				all = append(all, names[v][one]...)
			}
			slices.SortFunc(all, order)
			of[v] = append(of[v], all)
		}
	}
	return of, leaves, place
}

// runs are the branches of a variable in order, each by itself, or with its neighbour
// where they are too many.
func runs(leaves []*leaf, v int) (out [][]string) {
	var names []string
	for _, one := range leaves {
		if !slices.Contains(names, one.key[v]) {
			names = append(names, one.key[v])
		}
	}
	slices.SortFunc(names, order)
	for _, name := range names {
		out = append(out, []string{name})
	}
	for len(out) > mostBranches {
		out = together(out, 0x5555_5555_5555_5555)
	}
	return out
}

// together puts neighbours together: the one after i with i where the bit i is set.
func together(blocks [][]string, bits uint64) (out [][]string) {
	for i, block := range blocks {
		if i > 0 && bits>>(i-1)&1 == 1 {
			out[len(out)-1] = slices.Concat(out[len(out)-1], block)
		} else {
			out = append(out, block)
		}
	}
	return out
}

// finest tries all ways to put neighbours together and takes one that leaves most
// variables something to cross, and of those one with most cells; all together there is
// one cell, of everybody.
func (p *parting) finest(leaves []*leaf, start [][][]string) (best [][][]string) {
	most, at := [2]int{}, make([]uint64, len(start))
	for {
		parted, cells, tried := 0, 1, make([][][]string, len(start))
		for v := range start {
			tried[v] = together(start[v], at[v])
			cells *= len(tried[v])
			parted += min(len(tried[v]), 2)
		}
		if rank := [2]int{parted, cells}; slices.Compare(rank[:], most[:]) > 0 && p.safe(leaves, tried) {
			best, most = tried, rank
		}
		v := len(at) - 1
		for ; v >= 0; v-- {
			if at[v]++; at[v] < 1<<(len(start[v])-1) {
				break
			}
			at[v] = 0
		}
		if v < 0 {
			return best
		}
	}
}

// safe reports whether each cell that somebody is in has enough answers to every item.
func (p *parting) safe(leaves []*leaf, of [][][]string) bool {
	cells := map[int][]*leaf{}
	for _, one := range leaves {
		at := cellOf(one.key, of)
		cells[at] = append(cells[at], one)
	}
	for _, cell := range cells {
		if len(cells) > 1 && !p.enough(cell) {
			return false
		}
	}
	return true
}

// cellOf is the number of the cell that a key lies in.
func cellOf(key []string, of [][][]string) (at int) {
	for v := range of {
		at = at*len(of[v]) + slices.IndexFunc(of[v], func(block []string) bool { return slices.Contains(block, key[v]) })
	}
	return at
}
