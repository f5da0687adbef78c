package results

import (
	"slices"
	"strconv"
	"strings"

	"minyi/indicators/fault"
	"minyi/survey/result"
	"minyi/survey/tabulate"
	"minyi/web/view"
)

// Grid is a table as it is shown and as it is handed out: what a page does not show
// no file has either.
type Grid struct {
	Name    string // of its file, without an ending
	Caption string
	Head    []string
	Rows    []GridRow
	Href    string // of its file; empty for none
}

// GridRow is one row with its name.
type GridRow struct {
	Label string
	Cells []string
}

func (g *Grid) add(label string, cells ...string) {
	g.Rows = append(g.Rows, GridRow{Label: label, Cells: cells})
}

// heads are the texts of a table's head.
func (d desk) heads(keys ...string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = d.say("results.head." + key)
	}
	return out
}

// Decimals of what is shown.
const (
	percentDigits = 1
	pointDigits   = 2
	testDigits    = 3
)

func percent(n tabulate.Number) string { return view.Percent(float64(n), percentDigits) }

func decimal(n tabulate.Number) string { return view.Decimal(float64(n), pointDigits) }

// chance writes a p value; a very small one by its bound.
func chance(p tabulate.Number) string {
	const smallest = 0.001
	if p.Known() && p < smallest {
		return "<0.001"
	}
	return view.Decimal(float64(p), testDigits)
}

// span writes an interval.
func span(low, high string) string {
	if low == "—" || high == "—" {
		return "—"
	}
	return low + " – " + high
}

func shareSpan(e tabulate.Estimate) string { return span(percent(e.Low), percent(e.High)) }

func pointSpan(e tabulate.Estimate) string { return span(decimal(e.Low), decimal(e.High)) }

// points is a difference of shares in percentage points, with its sign.
func points(n tabulate.Number) string {
	if !n.Known() {
		return "—"
	}
	return signed(100*float64(n), percentDigits)
}

// pointsOff is the standard error of a difference of shares, in percentage points.
func pointsOff(n tabulate.Number) string { return view.Decimal(100*float64(n), percentDigits) }

// shareOff is the standard error of a share.
func shareOff(n tabulate.Number) string { return view.Percent(float64(n), percentDigits+1) }

func signed(v float64, digits int) string {
	text := view.Decimal(v, digits)
	if v > 0 && strings.Trim(text, "0.") != "" {
		return "+" + text
	}
	return text
}

func count(n int) string { return view.Number(n) }

// hidden is the word in place of what is not shown.
func (d desk) hidden(why result.Hiding, least int) string {
	if why == result.Small {
		return "<" + strconv.Itoa(least)
	}
	return d.say("results.hidden.guard")
}

// params turns pairs into the parameters of a text.
func params(pairs []string) fault.Params {
	p := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		p[pairs[i]] = pairs[i+1]
	}
	return p
}

// Cell is one cell with the class of its column.
type Cell struct {
	Text  string
	Words bool
}

// Columns are the heads with the class of their columns, the first left out.
func (g Grid) Columns() []Cell { return g.classed(g.Head[min(1, len(g.Head)):]) }

// Line is a row's cells with the class of their columns.
func (g Grid) Line(row GridRow) []Cell { return g.classed(row.Cells) }

func (g Grid) classed(cells []string) []Cell {
	out := make([]Cell, len(cells))
	for i, text := range cells {
		out[i] = Cell{text, g.words(i)}
	}
	return out
}

// words reports whether a column has words: no cell of it is a figure.
func (g Grid) words(column int) bool {
	return !slices.ContainsFunc(g.Rows, func(row GridRow) bool {
		return column < len(row.Cells) && figure(row.Cells[column])
	})
}

// figure reports whether a cell is a number, an interval or both with their answers.
func figure(cell string) bool {
	const digits = "0123456789"
	other := func(r rune) bool { return !strings.ContainsRune(digits+".,%+-−–() <=n", r) }
	return strings.ContainsAny(cell, digits) && !strings.ContainsFunc(cell, other)
}
