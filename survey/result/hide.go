package result

// Hiding says why a figure is not shown; empty where it is.
type Hiding string

// A cell is hidden for itself, as too few people are behind it (Small), or so that
// no other hidden one can be worked out from what is shown (Guard).
const (
	Shown Hiding = ""
	Small Hiding = "small"
	Guard Hiding = "guard"
)

// Line says which categories of a list are hidden when their total is shown:
// those of fewer than least answers, and with them, smallest first, so many others
// that at least two are hidden and least answers lie behind the hidden ones
// together. Whoever takes the shown ones from the total is then left with a group
// that may itself be shown. A category without answers has nothing to hide.
//
// Where too few are left the whole list is hidden.
func Line(counts []int, least int) []Hiding {
	out := make([]Hiding, len(counts))
	hidden, sum := 0, 0
	for k, n := range counts {
		if n > 0 && n < least {
			out[k] = Small
			hidden, sum = hidden+1, sum+n
		}
	}
	for hidden > 0 && (hidden < 2 || sum < least) {
		next := smallest(counts, out)
		if next < 0 {
			break
		}
		out[next] = Guard
		hidden, sum = hidden+1, sum+counts[next]
	}
	return out
}

// smallest is the shown category of fewest answers, -1 where none is left.
func smallest(counts []int, why []Hiding) int {
	next := -1
	for k, n := range counts {
		if n > 0 && why[k] == Shown && (next < 0 || n < counts[next]) {
			next = k
		}
	}
	return next
}

// Grid is a table of counts with its totals. Rows and Cols say which of the totals
// are hidden already, as they are in the lists that stand beside the table.
type Grid struct {
	N          [][]int
	Rows, Cols []Hiding
}

// Hide says which cells of the table are hidden: those of fewer than least
// answers, and with them others until nobody who knows all that is shown can tell
// any hidden count, total or not, to a range narrower than least. Others are
// hidden by rectangles, the cheapest in answers first (Cox 1980, Suppression
// methodology and statistical disclosure control, JASA 75, 377-385; the ranges are
// the attacker's linear programs of Fischetti and Salazar 2001, Management Science
// 47, 1008-1027, which for a table with totals are flows). ok is false where no
// hiding of cells suffices: then the table as a whole must not be shown.
func (g Grid) Hide(least int) (cells [][]Hiding, ok bool) {
	cells = make([][]Hiding, len(g.N))
	for r, row := range g.N {
		cells[r] = make([]Hiding, len(row))
		for c, n := range row {
			if n > 0 && n < least {
				cells[r][c] = Small
			}
		}
	}
	for {
		a := g.attack(cells)
		at, loose := a.loose(least)
		if !loose {
			return cells, true
		}
		if !g.rectangle(cells, at) {
			return cells, false
		}
	}
}

// rectangle hides the three cells that with (at) make the cheapest rectangle that
// hides anything new. A total is guarded by a cell of its row or column.
func (g Grid) rectangle(cells [][]Hiding, at place) bool {
	best, cost := [3]place{}, -1
	for r := range g.N {
		for c := range g.N[r] {
			if r == at.row || c == at.col {
				continue
			}
			corners := [3]place{{at.row, c}, {r, at.col}, {r, c}}
			if price, ok := g.price(cells, corners); ok && (cost < 0 || price < cost) {
				best, cost = corners, price
			}
		}
	}
	if cost < 0 {
		return false
	}
	for _, p := range best {
		if g.inner(p) && cells[p.row][p.col] == Shown {
			cells[p.row][p.col] = Guard
		}
	}
	return true
}

// price is how many answers the corners would newly hide; ok is false where they
// hide none, or where one of them has none, which guards nothing. A total among
// them is hidden or shown by the list beside.
func (g Grid) price(cells [][]Hiding, corners [3]place) (price int, ok bool) {
	for _, p := range corners {
		if !g.inner(p) {
			continue
		}
		n := g.N[p.row][p.col]
		if n == 0 {
			return 0, false
		}
		if cells[p.row][p.col] == Shown {
			price += n
		}
	}
	return price, price > 0
}

func (g Grid) inner(p place) bool { return p.row < len(g.N) && p.col < len(g.N[0]) }
