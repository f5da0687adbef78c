package naming

import (
	"minyi/indicators"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Contribution is what a part adds to a row's total: what its mark counts
// between its goalposts times its share, renormalised over the parts that are there,
// in points before any rounding.
type Contribution struct {
	Instrument scorebook.Instrument
	Share      float64 // 0 to 1, as it counts in this row
	Mark       indicators.Mark
	Points     float64
}

// Contributions returns those of the parts that are there; they add up to the
// total but for its rounding.
func (r Row) Contributions() []Contribution {
	var out []Contribution
	for n, w := range r.weights() {
		if p := r.Parts[n]; p.Present && w > 0 {
			out = append(out, Contribution{p.Instrument, w, p.Mark, w * p.counts()})
		}
	}
	return out
}

// Fronts returns who may belong to the front group, in the order of the table.
func (c Certainty) Fronts() []roster.UnitCode {
	var out []roster.UnitCode
	for _, r := range c.Rows {
		if r.MayFront {
			out = append(out, r.Unit)
		}
	}
	return out
}
