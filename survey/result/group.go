package result

import (
	"math"

	"minyi/stats/estimate"
	"minyi/survey/tabulate"
)

// Table is every item by the categories of one way to group, with small ones
// hidden. Test says whether the groups shown differ in the share satisfied.
type Table struct {
	Way   string     `json:"way"`
	Least int        `json:"least"` // fewest answers that are shown
	Items []ItemRow  `json:"items"`
	Index []IndexRow `json:"index"`
}

// ItemRow is one item: a cell a category.
type ItemRow struct {
	ID        string `json:"id"`
	Indicator string `json:"indicator,omitempty"`
	Cells     []Cell `json:"cells"`
	Test      Test   `json:"test"`
}

// IndexRow is the overall index of one category on 0 to 100, and the share
// satisfied averaged over the items, as the official table has them. People are all
// who answered, whatever part.
type IndexRow struct {
	Category  string            `json:"category"`
	Hidden    Hiding            `json:"hidden,omitempty"`
	People    int               `json:"people"`
	Index     tabulate.Estimate `json:"index"`
	Satisfied tabulate.Estimate `json:"satisfied"`
}

// Test is a test with its p value, also after the correction for the tests beside
// it (Holm 1979); NaN where there is none. Groups is how many were compared.
type Test struct {
	F      tabulate.Number `json:"f"`
	DF     tabulate.Number `json:"df"`
	DDF    tabulate.Number `json:"ddf"`
	P      tabulate.Number `json:"p"`
	Holm   tabulate.Number `json:"holm"`
	Groups int             `json:"groups"`
}

// By makes the table of a way (Everybody, Sex, Age, AgeAsked, Residence or Stratum); of
// fewer than least answers nothing is shown. An unknown way and a survey without
// answers give an empty table.
func (s *Sample) By(name string, least int) (*Table, error) {
	out := &Table{Way: name, Least: least}
	w, ok := s.way(name)
	if !ok || s.n == 0 {
		return out, nil
	}
	g := s.grouped(w)
	for k := range s.items {
		row, err := s.row(k, g, least)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, row)
	}
	out.correct()
	var err error
	out.Index, err = s.index(g, out.Items, least)
	return out, err
}

// row is one item with its small cells hidden, and the test of those shown.
func (s *Sample) row(k int, g *grouped, least int) (ItemRow, error) {
	cells, err := s.cells(k, g)
	if err != nil {
		return ItemRow{}, err
	}
	counts := make([]int, len(cells))
	for c := range cells {
		counts[c] = cells[c].N
	}
	use := make([]bool, len(cells))
	for c, why := range g.line(counts, least) {
		use[c] = why == Shown && counts[c] > 0
		if why != Shown {
			cells[c].hide(why)
		}
	}
	out := ItemRow{ID: s.items[k].ID, Indicator: s.items[k].Indicator, Cells: cells}
	out.Test = s.test(k, g, use)
	return out, nil
}

// test is Rao and Scott's second-order test that the share satisfied is the same in
// the groups in use (estimate.TestF).
func (s *Sample) test(k int, g *grouped, use []bool) Test {
	none := tabulate.Number(math.NaN())
	out := Test{F: none, DF: none, DDF: none, P: none, Holm: none}
	for _, on := range use {
		out.Groups += int(indicator(on))
	}
	if out.Groups < 2 {
		return out
	}
	of := item{&s.items[k]}
	row := estimate.Variable{Name: "satisfied", Levels: []string{"no", "yes"}, Code: make([]int32, s.n)}
	col := estimate.Variable{Name: g.name, Levels: g.names, Code: make([]int32, s.n)}
	both := [2]bool{}
	for i, code := range s.points[k].Code {
		v := of.satisfied(s.points[k].Of[code])
		row.Code[i], col.Code[i] = -1, -1
		if !math.IsNaN(v) && use[g.code[i]] {
			row.Code[i], col.Code[i] = int32(v), g.code[i]
			both[row.Code[i]] = true
		}
	}
	if !both[0] || !both[1] {
		return out // all of one mind: nothing to tell apart
	}
	a, err := estimate.Chisq(s.design, row, col, estimate.TestF, estimate.Options{DropMissing: true})
	if err != nil {
		return out // a table without a test, as under a lonely PSU: a dash
	}
	out.F, out.P = tabulate.Number(a.Statistic), tabulate.Number(a.P)
	out.DF, out.DDF = tabulate.Number(a.NDF), tabulate.Number(a.DDF)
	return out
}

// correct corrects the tests of all items for their number.
func (t *Table) correct() {
	p := make([]float64, len(t.Items))
	for k := range t.Items {
		p[k] = float64(t.Items[k].Test.P)
	}
	for k, v := range Holm(p) {
		t.Items[k].Test.Holm = tabulate.Number(v)
	}
}

// index is the index of each group. A group of which any item is hidden has its
// index hidden too, as the items that are shown would give the hidden one away.
func (s *Sample) index(g *grouped, items []ItemRow, least int) ([]IndexRow, error) {
	rows, err := s.composites(g)
	if err != nil {
		return nil, err
	}
	counts := make([]int, len(rows))
	for c := range rows {
		counts[c] = rows[c].People
	}
	why := g.line(counts, least)
	for c := range rows {
		for k := range items {
			if why[c] == Shown && items[k].Cells[c].Hidden != Shown {
				why[c] = items[k].Cells[c].Hidden
			}
		}
	}
	s.company(g, why, least)
	for c := range rows {
		if why[c] != Shown {
			rows[c] = IndexRow{Category: rows[c].Category, Hidden: why[c], Index: unknown(), Satisfied: unknown()}
		}
	}
	return rows, nil
}
