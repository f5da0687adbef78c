package design

import "minyi/stats/weight"

// slots numbers the pairs of a unit (or cell) and a group that have rows, by group
// and then by unit. The key of a pair is the unit where none has rows of two groups,
// else group·units + unit.
type slots struct {
	of        []int32 // row to unit
	units     int
	nested    bool
	rows      [][]int32                    // by block and key
	shift     func(keys []int32, from int) // adds group·units of the rows from `from` on; nil if nested
	place     []int32                      // key to slot, -1 without rows
	id, group []int32                      // slot to unit and to group
	first     []int32                      // group to its first slot, and one more
}

// newSlots counts the rows of each key, in blocks, and numbers the keys that have
// some. ok is false where a row has no group, or the pairs are too many.
func newSlots[G uint8 | int32](of []int32, units int, group []G, groups int) (s slots, ok bool) {
	home, nested, ok := homes(&s, of, units, group, groups)
	s.of, s.units, s.nested = of, units, nested
	if ok && !nested {
		if ok = units*groups <= maxPairs; ok {
			s.shift = func(keys []int32, from int) {
				for i, g := range group[from:][:len(keys)] {
					keys[i] += int32(g) * int32(units)
				}
			}
			s.countPairs(units * groups)
		}
	}
	if ok {
		s.number(home, groups)
	}
	return s, ok
}

// homes counts the rows of each unit and returns its group (-1 without rows), whether
// no unit has rows of two groups, and whether every row has a group.
func homes[G uint8 | int32](s *slots, of []int32, units int, group []G, groups int) (home []int32, nested, ok bool) {
	blocks := weight.Blocks(len(of))
	s.rows = make([][]int32, blocks)
	seen, flags := make([][]int32, blocks), make([][2]bool, blocks)
	weight.InBlocks(len(of), blocks, func(b, low, high int) {
		s.rows[b], seen[b] = make([]int32, units), make([]int32, units)
		flags[b][0], flags[b][1] = onlyGroups(s.rows[b], seen[b], of[low:high], group[low:high], groups)
	})
	nested, ok = true, true
	for b := range seen {
		nested, ok = nested && flags[b][0], ok && flags[b][1]
		for u, g := range seen[b] {
			nested = nested && (g == 0 || seen[0][u] == 0 || seen[0][u] == g)
			seen[0][u] = max(seen[0][u], g)
		}
	}
	for u := range seen[0] {
		seen[0][u]--
	}
	return seen[0], nested, ok
}

// onlyGroups counts the rows of each unit and notes its group, plus 1.
func onlyGroups[G uint8 | int32](rows, seen, of []int32, group []G, groups int) (nested, sound bool) {
	nested = true
	group = group[:len(of)]
	for i, u := range of {
		g := int32(group[i]) + 1
		if g < 1 || int(g) > groups {
			return false, false
		}
		rows[u]++
		if old := seen[u]; old != g {
			nested = nested && old == 0
			seen[u] = g
		}
	}
	return nested, true
}

// countPairs counts the rows by pair of group and unit instead.
func (s *slots) countPairs(pairs int) {
	weight.InBlocks(len(s.of), len(s.rows), func(b, low, high int) {
		rows, buffer := make([]int32, pairs), make([]int32, windowRows)
		for from := low; from < high; from += windowRows {
			for _, key := range s.keys(buffer, from, min(from+windowRows, high)) {
				rows[key]++
			}
		}
		s.rows[b] = rows
	})
}

// keys returns the keys of the rows from to to-1; the buffer has room for them.
func (s *slots) keys(buffer []int32, from, to int) []int32 {
	if s.nested {
		return s.of[from:to]
	}
	keys := buffer[:to-from]
	copy(keys, s.of[from:to])
	s.shift(keys, from)
	return keys
}

// number numbers the keys that have rows by group and unit.
func (s *slots) number(home []int32, groups int) {
	s.place, s.first = make([]int32, len(s.rows[0])), make([]int32, groups+1)
	for key := range s.place {
		s.place[key] = -1
		if s.total(key) > 0 {
			s.first[s.groupOf(key, home)+1]++
		}
	}
	for g := range groups {
		s.first[g+1] += s.first[g]
	}
	next := append([]int32(nil), s.first...)
	s.id, s.group = make([]int32, s.first[groups]), make([]int32, s.first[groups])
	for key := range s.place {
		if s.total(key) > 0 {
			g := s.groupOf(key, home)
			slot := next[g]
			next[g]++
			s.place[key], s.id[slot], s.group[slot] = slot, int32(key%s.units), g
		}
	}
}

// total is the number of rows of a key.
func (s *slots) total(key int) (rows int) {
	for _, block := range s.rows {
		rows += int(block[key])
	}
	return rows
}

func (s *slots) groupOf(key int, home []int32) int32 {
	if s.nested {
		return home[key]
	}
	return int32(key / s.units)
}
