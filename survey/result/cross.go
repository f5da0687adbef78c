package result

import (
	"slices"

	"minyi/stats/estimate"
	"minyi/survey/tabulate"
)

// Cross is one item by two ways to group at once: a row a category of the first
// way, a column a category of the second. Rows and Cols are the totals as the
// tables of one way have them. Whole is false where no hiding of single cells would
// keep a small one secret: then only the totals are shown.
type Cross struct {
	Item   string   `json:"item"`
	First  string   `json:"first"`
	Second string   `json:"second"`
	Least  int      `json:"least"`
	Whole  bool     `json:"whole"`
	Names  []string `json:"names"` // of the second way
	Rows   []Cell   `json:"rows"`
	Cols   []Cell   `json:"cols"`
	Cells  [][]Cell `json:"cells"`
}

// Cross makes the table of one item by two different ways. It is nil for an
// unknown item or way, for one way twice and without answers. What is hidden does not
// depend on which way is the first: two tables that hid other cells would tell them all.
func (s *Sample) Cross(id, first, second string, least int) (*Cross, error) {
	if first > second {
		out, err := s.Cross(id, second, first, least)
		return out.turned(), err
	}
	k, known := s.item(id)
	a, ok := s.way(first)
	b, also := s.way(second)
	if !known || !ok || !also || first == second || s.n == 0 {
		return nil, nil //nolint:nilnil // no such table; the caller shows none
	}
	out := &Cross{Item: id, First: first, Second: second, Least: least, Names: b.names}
	var err error
	var totals [2]ItemRow
	for i, w := range []way{a, b} {
		if totals[i], err = s.row(k, s.grouped(w), least); err != nil {
			return nil, err
		}
	}
	out.Rows, out.Cols = totals[0].Cells, totals[1].Cells
	flat, err := s.cells(k, s.grouped(crossed(a, b)))
	if err != nil {
		return nil, err
	}
	for r := range a.names {
		out.Cells = append(out.Cells, flat[r*len(b.names):(r+1)*len(b.names)])
	}
	out.hide(least)
	return out, nil
}

// turned is the table with its ways exchanged.
func (c *Cross) turned() *Cross {
	if c == nil {
		return nil
	}
	out := *c
	out.First, out.Second, out.Rows, out.Cols = c.Second, c.First, c.Cols, c.Rows
	out.Names, out.Cells = nil, make([][]Cell, len(c.Cols))
	for r, row := range c.Rows {
		out.Names = append(out.Names, row.Category)
		for k, cell := range c.Cells[r] {
			cell.Category = row.Category
			out.Cells[k] = append(out.Cells[k], cell)
		}
	}
	return &out
}

// crossed is the way by both at once.
func crossed(a, b way) way {
	w := way{name: a.name + "×" + b.name, code: make([]int32, len(a.code))}
	for range a.names {
		w.names = append(w.names, b.names...)
	}
	for i := range w.code {
		w.code[i] = a.code[i]*int32(len(b.names)) + b.code[i]
	}
	return w
}

// hide hides the small cells and those that guard them.
func (c *Cross) hide(least int) {
	g := Grid{Rows: hidings(c.Rows), Cols: hidings(c.Cols)}
	for _, row := range c.Cells {
		var counts []int
		for _, cell := range row {
			counts = append(counts, cell.N)
		}
		g.N = append(g.N, counts)
	}
	hidden, ok := g.Hide(least)
	c.Whole = ok
	for r := range c.Cells {
		for k := range c.Cells[r] {
			switch why := hidden[r][k]; {
			case why != Shown:
				c.Cells[r][k].hide(why)
			case !ok:
				c.Cells[r][k].hide(Guard)
			}
		}
	}
}

func hidings(cells []Cell) []Hiding {
	out := make([]Hiding, len(cells))
	for k := range cells {
		out[k] = cells[k].Hidden
	}
	return out
}

// Verdict says whether the share satisfied with an item reaches a threshold, such as
// 80 % for indicator 84 (C129).
type Verdict struct {
	Item      string          `json:"item"`
	Indicator string          `json:"indicator"`
	Threshold float64         `json:"threshold"`
	Says      string          `json:"says"` // met, not_met or undecided
	Share     tabulate.Number `json:"share"`
	Low       tabulate.Number `json:"low"`       // one-sided, each at 95 %
	High      tabulate.Number `json:"high"`      //
	PMet      tabulate.Number `json:"p_met"`     // against a share below the threshold
	PNotMet   tabulate.Number `json:"p_not_met"` // against one at or above it
	N         int             `json:"n"`
	Hidden    Hiding          `json:"hidden,omitempty"`
}

// Verdict tests 'at least threshold' for the item that feeds an indicator; nil
// where none does or nobody answered. Fewer than least answers have no verdict.
func (s *Sample) Verdict(indicator string, threshold float64, least int) (*Verdict, error) {
	k := slices.IndexFunc(s.items, func(i tabulate.Item) bool { return i.Indicator == indicator })
	if k < 0 || s.n == 0 {
		return nil, nil //nolint:nilnil // no such item; the page shows none
	}
	v := estimate.Variable{Name: s.items[k].ID, Small: s.points[k].Code}
	for _, p := range s.points[k].Of {
		v.Points = append(v.Points, item{&s.items[k]}.satisfied(p))
	}
	got, err := estimate.Threshold(s.design, v, threshold, estimate.Options{Level: tabulate.Level, DropMissing: true})
	if err != nil {
		return nil, wrap("threshold", err)
	}
	out := &Verdict{
		Item: s.items[k].ID, Indicator: indicator, Threshold: threshold, Says: string(got.Verdict), N: got.N,
		Share: tabulate.Number(got.Share), Low: tabulate.Number(got.Low), High: tabulate.Number(got.High),
		PMet: tabulate.Number(got.PMet), PNotMet: tabulate.Number(got.PNotMet),
	}
	if got.N < least {
		nothing := unknown().Est
		*out = Verdict{
			Item: out.Item, Indicator: indicator, Threshold: threshold, Says: string(estimate.Undecided), Hidden: Small,
			Share: nothing, Low: nothing, High: nothing, PMet: nothing, PNotMet: nothing,
		}
	}
	return out, nil
}
