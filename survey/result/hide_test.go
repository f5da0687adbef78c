package result_test

import (
	"math/rand/v2"
	"testing"

	"minyi/survey/result"
)

func TestALineHidesSmallOnesWithCompany(t *testing.T) {
	t.Parallel()
	const s, g, o = result.Small, result.Guard, result.Shown
	cases := []struct {
		name   string
		counts []int
		want   []result.Hiding
	}{
		{"nothing small", []int{10, 50}, []result.Hiding{o, o}},
		{"one small takes the next smallest along", []int{4, 300, 20, 50}, []result.Hiding{s, o, g, o}},
		{"two small of too few together", []int{4, 5, 300, 20}, []result.Hiding{s, s, o, g}},
		{"two small of enough together", []int{4, 6, 300, 20}, []result.Hiding{s, s, o, o}},
		{"a group of two is hidden whole", []int{4, 300}, []result.Hiding{s, g}},
		{"nobody is nothing to hide", []int{0, 4, 30, 40}, []result.Hiding{o, s, g, o}},
		{"nobody else", []int{4}, []result.Hiding{s}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := result.Line(c.counts, 10)
			for k := range c.want {
				if got[k] != c.want[k] {
					t.Errorf("got %q, want %q", got, c.want)
					break
				}
			}
		})
	}
}

// made is a table of counts with some small ones, and its totals as lists show them.
func made(rows, cols, scale int, seed uint64, least int) result.Grid {
	chance := rand.New(rand.NewPCG(seed, 7))
	g := result.Grid{N: make([][]int, rows)}
	row, col := make([]int, rows), make([]int, cols)
	for r := range g.N {
		g.N[r] = make([]int, cols)
		for c := range g.N[r] {
			n := int(chance.ExpFloat64() * float64(scale))
			g.N[r][c] = n
			row[r], col[c] = row[r]+n, col[c]+n
		}
	}
	g.Rows, g.Cols = result.Line(row, least), result.Line(col, least)
	return g
}

// ranges finds by trying all tables of whole numbers with the shown cells and
// totals the lowest and highest count of each hidden cell.
func ranges(g result.Grid, cells [][]result.Hiding) (low, high [][]int) {
	rows, cols := len(g.N), len(g.N[0])
	total := 0
	left, down := make([]int, rows), make([]int, cols)
	low, high = make([][]int, rows), make([][]int, rows)
	for r := range g.N {
		low[r], high[r] = make([]int, cols), make([]int, cols)
		for c, n := range g.N[r] {
			low[r][c] = 1 << 30
			left[r], down[c], total = left[r]+n, down[c]+n, total+n
		}
	}
	x := make([][]int, rows)
	for r := range x {
		x[r] = make([]int, cols)
	}
	var fill func(at, rowSum, sum int)
	colSum := make([]int, cols)
	fill = func(at, rowSum, sum int) {
		r, c := at/cols, at%cols
		if c == 0 && at > 0 {
			if g.Rows[r-1] == result.Shown && rowSum != left[r-1] {
				return
			}
			rowSum = 0
		}
		if r == rows {
			for k, s := range colSum {
				if g.Cols[k] == result.Shown && s != down[k] {
					return
				}
			}
			if sum != total {
				return
			}
			for i := range x {
				for k, v := range x[i] {
					low[i][k], high[i][k] = min(low[i][k], v), max(high[i][k], v)
				}
			}
			return
		}
		from, to := g.N[r][c], g.N[r][c]
		if cells[r][c] != result.Shown {
			from, to = 0, total-sum
		}
		for v := from; v <= to; v++ {
			if g.Rows[r] == result.Shown && rowSum+v > left[r] || g.Cols[c] == result.Shown && colSum[c]+v > down[c] {
				break
			}
			x[r][c] = v
			colSum[c] += v
			fill(at+1, rowSum+v, sum+v)
			colSum[c] -= v
		}
	}
	fill(0, 0, 0)
	return low, high
}

// TestNoHiddenCountCanBeToldByTryingAllTables is the proof on small tables: of all
// tables of whole numbers that agree with what is shown, each hidden count takes
// values as far apart as it must.
func TestNoHiddenCountCanBeToldByTryingAllTables(t *testing.T) {
	t.Parallel()
	const least = 3
	hidden, shown, refused := 0, 0, 0
	for seed := range uint64(300) {
		g := made(2+int(seed%2), 3, 4, seed, least)
		cells, ok := g.Hide(least)
		if !ok {
			refused++
			continue
		}
		low, high := ranges(g, cells)
		for r := range cells {
			for c, h := range cells[r] {
				n := g.N[r][c]
				if n > 0 && n < least && h == result.Shown {
					t.Errorf("seed %d: the count %d is shown", seed, n)
				}
				if h == result.Shown {
					shown++
					continue
				}
				hidden++
				if high[r][c]-low[r][c] < least {
					t.Errorf("seed %d: %v hidden as %v: the count at %d, %d is told as %d to %d", seed, g.N, cells, r, c, low[r][c], high[r][c])
				}
			}
		}
	}
	if hidden < 300 || shown < 300 {
		t.Errorf("%d cells were hidden, %d shown, %d tables refused: the tables try nothing", hidden, shown, refused)
	}
}
