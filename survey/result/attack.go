package result

// place is a cell of a table with its totals: row len(N) holds the totals of the
// columns, column len(N[0]) those of the rows.
type place struct{ row, col int }

// attack is what somebody knows of a table who knows every cell that is shown: the
// hidden ones are unknown numbers of which each row and each column has a sum that
// is known. They are the edges of a network between rows and columns; a total
// stands on the other side of the sum and runs the other way.
type attack struct {
	rows, cols int
	edges      []edge
}

// edge is a hidden cell, with its true count.
type edge struct {
	place
	n     int
	total bool
}

// attack lists the hidden cells, totals among them.
func (g Grid) attack(cells [][]Hiding) attack {
	a := attack{rows: len(g.N), cols: len(g.N[0])}
	column := make([]int, a.cols)
	for r, row := range g.N {
		sum := 0
		for c, n := range row {
			sum += n
			column[c] += n
			if cells[r][c] != Shown {
				a.edges = append(a.edges, edge{place{r, c}, n, false})
			}
		}
		if g.Rows[r] != Shown {
			a.edges = append(a.edges, edge{place{r, a.cols}, sum, true})
		}
	}
	for c, sum := range column {
		if g.Cols[c] != Shown {
			a.edges = append(a.edges, edge{place{a.rows, c}, sum, true})
		}
	}
	return a
}

// loose returns the first hidden cell that can be told to a range narrower than
// least.
func (a attack) loose(least int) (place, bool) {
	for e, one := range a.edges {
		if one.n > 0 && a.width(e, least) < least {
			return one.place, true
		}
	}
	return place{}, false
}

// width is how far the count of an edge may lie from lowest to highest, as far as
// the attacker can tell; enough stops the search.
func (a attack) width(e, enough int) int {
	up := a.push(e, true, enough)
	if up >= enough {
		return enough
	}
	return up + min(a.push(e, false, enough), a.edges[e].n)
}

// push returns by how much the cell e may grow (or shrink) while every row and
// column keeps its sum and no cell falls below 0: a largest flow along the other
// hidden cells from the end that has too much to the end that has too little
// (Edmonds and Karp 1972). It stops at enough.
func (a attack) push(e int, grow bool, enough int) int {
	n := make([]int, len(a.edges))
	for k, one := range a.edges {
		n[k] = one.n
	}
	node := func(p place, row bool) int {
		if row {
			return p.row
		}
		return a.rows + 1 + p.col
	}
	fromRow := grow == a.edges[e].total // a cell that grows leaves its column with too much
	from, to := node(a.edges[e].place, fromRow), node(a.edges[e].place, !fromRow)
	flow := 0
	for flow < enough {
		path := a.path(from, to, e, n)
		if path == nil {
			break
		}
		step := enough - flow
		for _, s := range path {
			if !s.grows {
				step = min(step, n[s.edge])
			}
		}
		for _, s := range path {
			if s.grows {
				n[s.edge] += step
			} else {
				n[s.edge] -= step
			}
		}
		flow += step
	}
	return flow
}

// step is one cell of a path, and whether it grows along it.
type step struct {
	edge  int
	grows bool
}

// path is a shortest way between two nodes along cells that can still move,
// without the cell itself; nil where there is none.
func (a attack) path(from, to, without int, n []int) []step {
	nodes := a.rows + a.cols + 2
	came, seen := make([]step, nodes), make([]bool, nodes)
	before := make([]int, nodes)
	queue := []int{from}
	seen[from] = true
	for len(queue) > 0 && !seen[to] {
		at := queue[0]
		queue = queue[1:]
		for k, one := range a.edges {
			if k == without {
				continue
			}
			row, col := one.row, a.rows+1+one.col
			// Along a row to a column a cell grows and a total shrinks.
			s, next := step{k, !one.total}, col
			if at == col {
				s, next = step{k, one.total}, row
			} else if at != row {
				continue
			}
			if seen[next] || !s.grows && n[k] == 0 {
				continue
			}
			seen[next], came[next], before[next] = true, s, at
			queue = append(queue, next)
		}
	}
	if !seen[to] {
		return nil
	}
	var out []step
	for at := to; at != from; at = before[at] {
		out = append(out, came[at])
	}
	return out
}
