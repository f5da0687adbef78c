package result

import "minyi/survey/tabulate"

// asked is the way by an answer in the words of the paper, finer than the way whose
// groups its own lie in, such as ages in five bands of which the census joins four.
// It is no way where its groups do not lie in those of the other, or are no finer.
func asked(name string, of *tabulate.Category, coarse way) (way, bool) {
	w := sorted(name, *of)
	w.within = make([]int, len(w.names))
	w.blocks = len(coarse.names)
	for c := range w.within {
		w.within[c] = -1
	}
	for i, c := range w.code {
		in := int(coarse.code[i])
		if w.within[c] >= 0 && w.within[c] != in {
			return way{}, false
		}
		w.within[c] = in
	}
	return w, len(w.names) > len(coarse.names)
}

// line is Line for the groups of a way. Where they lie in those of a coarser way,
// whose figures are shown too, those in a group that is hidden there are all hidden,
// and those in one that is shown are a list with that group for its total.
func (w *way) line(counts []int, least int) []Hiding {
	if w.within == nil {
		return Line(counts, least)
	}
	out := make([]Hiding, len(counts))
	for b, why := range Line(w.sums(counts), least) {
		members, of := w.members(b), []int{}
		for _, c := range members {
			of = append(of, counts[c])
		}
		for k, own := range Line(of, least) {
			if why != Shown && own == Shown && of[k] > 0 {
				own = Guard
			}
			out[members[k]] = own
		}
	}
	return out
}

// sums are the counts of the coarser way.
func (w *way) sums(counts []int) []int {
	out := make([]int, w.blocks)
	for c, n := range counts {
		out[w.within[c]] += n
	}
	return out
}

// members are the groups that lie in one of the coarser way.
func (w *way) members(block int) (out []int) {
	for c, in := range w.within {
		if in == block {
			out = append(out, c)
		}
	}
	return out
}

// company hides another group beside one whose index is hidden alone, which would
// follow from the total: of all, and in a finer way of the group that it lies in.
// Where the coarser way hides the index of a group, that of all in it is hidden.
func (s *Sample) company(g *grouped, why []Hiding, least int) {
	if g.within == nil {
		alone(g.people, why)
		return
	}
	for b, outer := range s.outer(g, least) {
		members, of, own := g.members(b), []int{}, []Hiding{}
		for _, c := range members {
			one := why[c]
			if one == Shown && outer != Shown && g.people[c] > 0 {
				one = Guard
			}
			of, own = append(of, g.people[c]), append(own, one)
		}
		alone(of, own)
		for k, c := range members {
			why[c] = own[k]
		}
	}
}

// outer says which groups of the coarser way have their index hidden there.
func (s *Sample) outer(g *grouped, least int) []Hiding {
	sums := g.sums(g.people)
	why := Line(sums, least)
	for k := range s.items {
		values, counts := s.asked(k)[askMean].Value, make([]int, len(g.names))
		for c := range counts {
			counts[c] = g.answers(k, c, values)
		}
		for b, own := range Line(g.sums(counts), least) {
			if why[b] == Shown {
				why[b] = own
			}
		}
	}
	alone(sums, why)
	return why
}

// alone hides the smallest shown one beside the only hidden one.
func alone(counts []int, why []Hiding) {
	if next := smallest(counts, why); hiddenOf(why) == 1 && next >= 0 {
		why[next] = Guard
	}
}

func hiddenOf(why []Hiding) (n int) {
	for _, one := range why {
		n += int(indicator(one != Shown))
	}
	return n
}
