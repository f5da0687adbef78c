package contact

import (
	"errors"
	"math"

	"minyi/indicators/fault"
	"minyi/stats/design"
	"minyi/stats/estimate"
	"minyi/stats/regress"
	"minyi/stats/weight"
	"minyi/survey/tabulate"
)

// Sheets are the sampled answers of a survey as far as the modes are compared, one
// entry a person: with an interviewer, on paper (nil where nobody was) or else alone
// on a screen, design weight, place in the design, what is known of the person
// (empty: not known), and the measures.
type Sheets struct {
	Phone       []bool
	Paper       []bool
	Weight      []float64
	Strata, PSU []int32
	Of          []Trait
	Measures    []Measure
}

// Trait is one thing known of each person, that the comparison is adjusted for.
type Trait struct {
	Name   string
	Values []string
}

// Measure is one number of each person: NaN where it was not given.
type Measure struct {
	Name   string
	Values []float64
}

// Estimate is a number with its standard error and 95 % limits; what is not
// defined is NaN.
type Estimate struct {
	Est  tabulate.Number `json:"est"`
	SE   tabulate.Number `json:"se"`
	Low  tabulate.Number `json:"low"`
	High tabulate.Number `json:"high"`
	P    tabulate.Number `json:"p"` // two-sided, that it is 0; NaN for a mean
	N    int             `json:"n"`
}

// ModeRow compares one measure between alone on a screen and another mode.
type ModeRow struct {
	Name       string   `json:"name"`
	Alone      Estimate `json:"alone"` // filled in by the person on a screen
	Other      Estimate `json:"phone"` // with an interviewer, or on paper
	Difference Estimate `json:"difference"`
	Adjusted   Estimate `json:"adjusted"`
}

// ModeEffect is the comparison of the modes: Rows of those with an interviewer and
// OnPaper of those on paper, each beside those alone on a screen, and none of a
// mode with too few people. Adjusted names the traits that were adjusted for: those
// that differ among the people.
type ModeEffect struct {
	Alone    int       `json:"alone"` // people
	Phone    int       `json:"phone"`
	Paper    int       `json:"paper,omitempty"`
	Adjusted []string  `json:"adjusted"`
	Rows     []ModeRow `json:"rows"`
	OnPaper  []ModeRow `json:"on_paper,omitempty"`
}

// leastOfAMode is how many people a mode needs before it is compared: below, what
// is seen is the few people.
const leastOfAMode = 10

// CompareModes estimates each measure by mode, and the difference (the other mode
// less alone; each other mode without the people of the third) as it is and adjusted for the traits: the coefficient of
// the mode in a linear regression on mode and traits, by pseudo maximum likelihood
// with the design's variance (Binder 1983). People choose their mode, so that the
// adjusted difference is no pure effect of the interviewer (Vannieuwenhuyze and
// Loosveldt 2013). It refuses with contact.modes.few (parameter min) fewer than ten
// people alone, or of both others.
func CompareModes(s Sheets) (*ModeEffect, error) {
	out := &ModeEffect{Phone: count(s.Phone), Paper: count(s.Paper)}
	out.Alone = len(s.Phone) - out.Phone - out.Paper
	if out.Alone < leastOfAMode || max(out.Phone, out.Paper) < leastOfAMode {
		return nil, fault.New(fault.Conflict, "contact.modes.few", "min", "10")
	}
	d, err := design.New(design.Spec{
		N: len(s.Phone), Nest: true, Lonely: design.LonelyAdjust, Strata: s.Strata, IDs: [][]int32{s.PSU}, Weights: s.Weight,
	})
	if err != nil {
		return nil, err
	}
	var traits []estimate.Variable
	for _, t := range s.Of {
		if v, ok := t.factor(); ok {
			traits = append(traits, v)
			out.Adjusted = append(out.Adjusted, t.Name)
		}
	}
	if out.Rows, err = s.against(d, traits, s.Phone, s.Paper); err != nil {
		return nil, err
	}
	out.OnPaper, err = s.against(d, traits, s.Paper, s.Phone)
	return out, err
}

func count(of []bool) (n int) {
	for _, one := range of {
		n += b2i(one)
	}
	return n
}

// The codes of the modes in a comparison of two; nobody of the third is in it.
const (
	isAlone  = 0
	isOther  = 1
	isAbsent = -1
)

// against compares a mode with alone, leaving out the third; nil for too few people.
func (s Sheets) against(d *design.Design, traits []estimate.Variable, other, third []bool) (out []ModeRow, err error) {
	if count(other) < leastOfAMode {
		return nil, nil
	}
	mode := estimate.Variable{Name: "mode", Levels: []string{"alone", "other"}, Code: make([]int32, len(s.Weight))}
	for i := range mode.Code {
		switch {
		case other[i]:
			mode.Code[i] = isOther
		case third != nil && third[i]:
			mode.Code[i] = isAbsent
		}
	}
	for _, m := range s.Measures {
		row, err := m.compare(d, mode, traits)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// factor is the trait as a factor; false where all people are alike.
func (t Trait) factor() (estimate.Variable, bool) {
	v := estimate.Variable{Name: t.Name, Code: make([]int32, len(t.Values))}
	at := map[string]int32{}
	for i, value := range t.Values {
		k, ok := at[value]
		switch {
		case value == "":
			k = -1
		case !ok:
			k = int32(len(v.Levels))
			at[value] = k
			v.Levels = append(v.Levels, value)
		}
		v.Code[i] = k
	}
	return v, len(v.Levels) > 1
}

func (m Measure) compare(d *design.Design, mode estimate.Variable, traits []estimate.Variable) (ModeRow, error) {
	y := estimate.Variable{Name: m.Name, Values: m.Values}
	row := ModeRow{Name: m.Name, Alone: unknown(), Other: unknown(), Difference: unknown(), Adjusted: unknown()}
	row.Alone.N, row.Other.N = m.counts(mode)
	row.Difference.N = row.Alone.N + row.Other.N
	if row.Alone.N < leastOfAMode || row.Other.N < leastOfAMode {
		return row, nil
	}
	fit, err := fit(d, regress.Spec{Family: weight.Gaussian, Y: y, Terms: []estimate.Variable{mode}, NoIntercept: true})
	if err != nil || fit == nil {
		return row, err
	}
	row.Alone.take(fit, 0)
	row.Other.take(fit, 1)
	row.Alone.P, row.Other.P = tabulate.Number(math.NaN()), tabulate.Number(math.NaN())
	c, err := fit.Contrast([]float64{-1, 1}, estimate.Options{Level: tabulate.Level})
	if err != nil {
		return row, err
	}
	row.Difference = Estimate{tabulate.Number(c.Est), tabulate.Number(c.SE), tabulate.Number(c.Low), tabulate.Number(c.High), tabulate.Number(c.P), row.Difference.N}
	if len(traits) == 0 {
		return row, nil
	}
	return row, m.adjust(d, y, mode, traits, &row)
}

// adjust fills in the difference at equal traits.
func (m Measure) adjust(d *design.Design, y, mode estimate.Variable, traits []estimate.Variable, row *ModeRow) error {
	spec := regress.Spec{Family: weight.Gaussian, Y: y, Terms: append([]estimate.Variable{mode}, traits...)}
	fit, err := fit(d, spec)
	if err != nil || fit == nil {
		return err
	}
	for k, name := range fit.Names {
		if name == "mode=other" {
			row.Adjusted.take(fit, k)
			row.Adjusted.N = fit.N
		}
	}
	return nil
}

// fit is a regression, nil where the data do not allow one.
func fit(d *design.Design, s regress.Spec) (*regress.Fit, error) {
	f, err := regress.Run(d, s, estimate.Options{Level: tabulate.Level})
	var cannot *weight.Error
	if errors.As(err, &cannot) {
		return nil, nil //nolint:nilnil // shown as not known: terms that follow from others, too few rows
	}
	return f, err
}

func (m Measure) counts(mode estimate.Variable) (alone, other int) {
	for i, v := range m.Values {
		switch {
		case math.IsNaN(v):
		case mode.Code[i] == isOther:
			other++
		case mode.Code[i] == isAlone:
			alone++
		}
	}
	return alone, other
}

func unknown() Estimate {
	n := tabulate.Number(math.NaN())
	return Estimate{n, n, n, n, n, 0}
}

func (e *Estimate) take(f *regress.Fit, k int) {
	e.Est, e.SE, e.Low, e.High = tabulate.Number(f.Est[k]), tabulate.Number(f.SE[k]), tabulate.Number(f.Low[k]), tabulate.Number(f.High[k])
	e.P = tabulate.Number(f.P[k])
}
