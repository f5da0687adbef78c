package result

import (
	"slices"

	"minyi/stats/estimate"
	"minyi/survey/tabulate"
)

// Cross is one item by two ways to group at once: a row a group of the first way, a
// column a group of the second, neighbours put together as tabulate.Blocks says, so that
// no cell of it is small, and none can be told by all crossings of all items. Rows and
// Cols are the totals. Withheld says that this cannot be shown at all; then there are no
// rows.
type Cross struct {
	Item     string     `json:"item"`
	First    string     `json:"first"`
	Second   string     `json:"second"`
	Least    int        `json:"least"`
	Withheld bool       `json:"withheld,omitempty"`
	Firsts   [][]string `json:"firsts"`  // the categories of each row
	Seconds  [][]string `json:"seconds"` // and of each column
	Rows     []Cell     `json:"rows"`
	Cols     []Cell     `json:"cols"`
	Cells    [][]Cell   `json:"cells"`
}

// Joined reports whether neighbours stand together in a row or column.
func (c *Cross) Joined() bool {
	more := func(of []string) bool { return len(of) > 1 }
	return slices.ContainsFunc(c.Firsts, more) || slices.ContainsFunc(c.Seconds, more)
}

// Crossable are the ways that can be crossed with each other: what the cells of the
// published sums are made of. Strata are not, as they may lie in the kinds of residence,
// nor is the age as it was asked, which lies in that of the census.
func Crossable() []string { return tabulate.Tree() }

// Cross makes the table of one item by two different ways. It is nil for an unknown item
// or way, for one way twice and without answers. It is withheld where too few answered
// the item, or where all of a way had to be put together.
func (s *Sample) Cross(id, first, second string, least int) (*Cross, error) {
	k, known := s.item(id)
	a, b := slices.Index(Crossable(), first), slices.Index(Crossable(), second)
	if !known || a < 0 || b < 0 || a == b || s.n == 0 {
		return nil, nil //nolint:nilnil // no such table; the caller shows none
	}
	out, blocks := &Cross{Item: id, First: first, Second: second, Least: least}, s.blocks(least)
	if !blocks.Items[k] || len(blocks.Of[a]) < 2 || len(blocks.Of[b]) < 2 {
		out.Withheld = true
		return out, nil
	}
	out.Firsts, out.Seconds = blocks.Of[a], blocks.Of[b]
	return out, s.fill(out, k)
}

// fill makes the cells of a crossing and their totals.
func (s *Sample) fill(out *Cross, k int) (err error) {
	rows, cols := s.coarse(out.First, out.Firsts), s.coarse(out.Second, out.Seconds)
	if out.Rows, err = s.cells(k, s.grouped(rows)); err != nil {
		return err
	}
	if out.Cols, err = s.cells(k, s.grouped(cols)); err != nil {
		return err
	}
	flat, err := s.cells(k, s.grouped(crossed(rows, cols)))
	if err != nil {
		return err
	}
	for r := range out.Firsts {
		out.Cells = append(out.Cells, flat[r*len(out.Seconds):(r+1)*len(out.Seconds)])
	}
	return nil
}

// blocks are the groups that crossings are made of, the same for all items.
func (s *Sample) blocks(least int) tabulate.Blocks {
	counts, g := make([]int, len(s.items)), s.grouped(s.everybody())
	for k := range s.items {
		counts[k] = g.answers(k, 0, s.asked(k)[askMean].Value)
	}
	few := func(counts []int) []bool {
		out := make([]bool, len(counts))
		for k, why := range Line(counts, least) {
			out[k] = why != Shown
		}
		return out
	}
	return s.survey.Blocks(least, few(counts), few)
}

// coarse is a way with its categories put together.
func (s *Sample) coarse(name string, blocks [][]string) way {
	of, _ := s.way(name)
	out := way{name: name, names: make([]string, len(blocks)), code: make([]int32, len(of.code))}
	place := make([]int32, len(of.names))
	for b, block := range blocks {
		out.names[b] = block[0]
		for _, category := range block {
			place[slices.Index(of.names, category)] = int32(b)
		}
	}
	for i, c := range of.code {
		out.code[i] = place[c]
	}
	return out
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
