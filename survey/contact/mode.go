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
// entry a person: with an interviewer or not, design weight, place in the design,
// what is known of the person (empty: not known), and the measures.
type Sheets struct {
	Phone       []bool
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

// ModeRow compares one measure between the modes.
type ModeRow struct {
	Name       string   `json:"name"`
	Alone      Estimate `json:"alone"` // filled in by the person
	Phone      Estimate `json:"phone"` // with an interviewer
	Difference Estimate `json:"difference"`
	Adjusted   Estimate `json:"adjusted"`
}

// ModeEffect is the comparison of the modes. Adjusted names the traits that were
// adjusted for: those that differ among the people.
type ModeEffect struct {
	Alone    int       `json:"alone"` // people
	Phone    int       `json:"phone"`
	Adjusted []string  `json:"adjusted"`
	Rows     []ModeRow `json:"rows"`
}

// leastOfAMode is how many people a mode needs before it is compared: below, what
// is seen is the few people.
const leastOfAMode = 10

// CompareModes estimates each measure by mode, and the difference (with an
// interviewer less alone) as it is and adjusted for the traits: the coefficient of
// the mode in a linear regression on mode and traits, by pseudo maximum likelihood
// with the design's variance (Binder 1983). People choose their mode, so that the
// adjusted difference is no pure effect of the interviewer (Vannieuwenhuyze and
// Loosveldt 2013). It refuses with contact.modes.few (parameter min) fewer than ten
// people of a mode.
func CompareModes(s Sheets) (*ModeEffect, error) {
	out := &ModeEffect{}
	for _, phone := range s.Phone {
		out.Phone += b2i(phone)
	}
	out.Alone = len(s.Phone) - out.Phone
	if out.Alone < leastOfAMode || out.Phone < leastOfAMode {
		return nil, fault.New(fault.Conflict, "contact.modes.few", "min", "10")
	}
	d, err := design.New(design.Spec{
		N: len(s.Phone), Nest: true, Lonely: design.LonelyAdjust, Strata: s.Strata, IDs: [][]int32{s.PSU}, Weights: s.Weight,
	})
	if err != nil {
		return nil, err
	}
	mode := estimate.Variable{Name: "mode", Levels: []string{"alone", "phone"}, Code: make([]int32, len(s.Phone))}
	for i, phone := range s.Phone {
		mode.Code[i] = int32(b2i(phone))
	}
	var traits []estimate.Variable
	for _, t := range s.Of {
		if v, ok := t.factor(); ok {
			traits = append(traits, v)
			out.Adjusted = append(out.Adjusted, t.Name)
		}
	}
	for _, m := range s.Measures {
		row, err := m.compare(d, mode, traits)
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, row)
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
	row := ModeRow{Name: m.Name, Alone: unknown(), Phone: unknown(), Difference: unknown(), Adjusted: unknown()}
	row.Alone.N, row.Phone.N = m.counts(mode)
	row.Difference.N = row.Alone.N + row.Phone.N
	if row.Alone.N < leastOfAMode || row.Phone.N < leastOfAMode {
		return row, nil
	}
	fit, err := fit(d, regress.Spec{Family: weight.Gaussian, Y: y, Terms: []estimate.Variable{mode}, NoIntercept: true})
	if err != nil || fit == nil {
		return row, err
	}
	row.Alone.take(fit, 0)
	row.Phone.take(fit, 1)
	row.Alone.P, row.Phone.P = tabulate.Number(math.NaN()), tabulate.Number(math.NaN())
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
		if name == "mode=phone" {
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

func (m Measure) counts(mode estimate.Variable) (alone, phone int) {
	for i, v := range m.Values {
		switch {
		case math.IsNaN(v):
		case mode.Code[i] == 1:
			phone++
		default:
			alone++
		}
	}
	return alone, phone
}

func unknown() Estimate {
	n := tabulate.Number(math.NaN())
	return Estimate{n, n, n, n, n, 0}
}

func (e *Estimate) take(f *regress.Fit, k int) {
	e.Est, e.SE, e.Low, e.High = tabulate.Number(f.Est[k]), tabulate.Number(f.SE[k]), tabulate.Number(f.Low[k]), tabulate.Number(f.High[k])
	e.P = tabulate.Number(f.P[k])
}
