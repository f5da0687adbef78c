package agency

import (
	"strconv"

	"minyi/survey/tabulate"
	"minyi/web/view"
)

// Decimals of what is shown; the release has ten significant digits.
const (
	percentDigits = 1
	pointDigits   = 2
)

func percent(n tabulate.Number) string { return view.Percent(float64(n), percentDigits) }

func decimal(n tabulate.Number) string { return view.Decimal(float64(n), pointDigits) }

// shares writes an estimated share in per cent; its standard error has one digit
// more.
func shares(e tabulate.Estimate) Figure {
	return Figure{
		Est: percent(e.Est), SE: view.Percent(float64(e.SE), percentDigits+1), Low: percent(e.Low), High: percent(e.High),
		Deff: decimal(e.Deff), N: strconv.Itoa(e.N),
	}
}

// points writes an estimate on the scale of its points.
func points(e tabulate.Estimate) Figure {
	return Figure{
		Est: decimal(e.Est), SE: decimal(e.SE), Low: decimal(e.Low), High: decimal(e.High), Deff: decimal(e.Deff), N: strconv.Itoa(e.N),
	}
}

// bar places a share on a line of 100 units, empty where it is not known.
func bar(e tabulate.Estimate) Bar {
	if !e.Est.Known() || !e.Low.Known() || !e.High.Known() {
		return Bar{}
	}
	on := func(n tabulate.Number) string { return strconv.FormatFloat(100*float64(n), 'f', 1, 64) }
	return Bar{Low: on(e.Low), Est: on(e.Est), High: on(e.High)}
}

// marginRows writes a margin with its answers before and after weighting.
func marginRows(m tabulate.Margin) []MarginRow {
	n, total := 0, 0.0
	for _, cell := range m.Cells {
		n += cell.N
		total += float64(cell.Total)
	}
	out := make([]MarginRow, len(m.Cells))
	for i, cell := range m.Cells {
		out[i] = MarginRow{
			Variable: m.Variable, Category: cell.Category, N: strconv.Itoa(cell.N), Source: m.Source,
			Before: view.Percent(float64(cell.N)/float64(n), percentDigits), After: view.Percent(float64(cell.Total)/total, percentDigits),
		}
	}
	return out
}

// rates lists AAPOR's outcome rates with the names that they have there.
func rates(r tabulate.Rates) []Choice {
	return []Choice{
		{"RR1", percent(r.RR1)},
		{"RR2", percent(r.RR2)},
		{"RR3", percent(r.RR3)},
		{"RR4", percent(r.RR4)},
		{"RR5", percent(r.RR5)},
		{"RR6", percent(r.RR6)},
		{"COOP1", percent(r.COOP1)},
		{"REF1", percent(r.REF1)},
	}
}
