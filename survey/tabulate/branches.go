package tabulate

import "slices"

// branches names for each code of a variable its branch of the tree, and the categories
// of each branch: itself, or all that are hidden together, named by the first of them.
func (p *parting) branches(of Category) (branch []string, names map[string][]string) {
	codes := of.inOrder()
	joined := make([]bool, len(codes))
	for _, k := range p.carried {
		n, counts := p.answered(k, of), make([]int, len(codes))
		for at, code := range codes {
			counts[at] = n[code]
		}
		for at, hidden := range p.few(counts) {
			joined[at] = joined[at] || hidden
		}
	}
	first := slices.Index(joined, true)
	branch, names = slices.Clone(of.Names), map[string][]string{}
	for at, code := range codes {
		if joined[at] {
			branch[code] = of.Names[codes[first]]
		}
		names[branch[code]] = append(names[branch[code]], of.Names[code])
	}
	if len(codes) == 0 {
		names[""] = []string{""} // nothing is known of anybody
	}
	return branch, names
}

// inOrder are the codes that somebody has, in the order of their names.
func (c *Category) inOrder() []int {
	people, codes := make([]int, len(c.Names)), []int{}
	for _, code := range c.Code {
		people[code]++
	}
	for code, n := range people {
		if n > 0 {
			codes = append(codes, code)
		}
	}
	slices.SortStableFunc(codes, func(a, b int) int { return order(c.Names[a], c.Names[b]) })
	return codes
}

// answered counts for each code of a variable the people with an answer on the scale of
// an item.
func (p *parting) answered(k int, of Category) []int {
	points, on := p.survey.Sampled.Points[k], p.scale(k)
	out := make([]int, len(of.Names))
	for i, c := range of.Code {
		if on[points.Code[i]] {
			out[c]++
		}
	}
	return out
}
