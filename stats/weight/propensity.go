package weight

import (
	"fmt"
	"math"
	"sort"
)

// PropensitySpec says how AdjustByPropensity turns response propensities into
// weights. Base are the weights of the logistic fit (nil: each row counts once).
// Classes 0 divides by the propensity; otherwise the rows are cut
// into that many classes at the quantiles of the propensity (2 to 100; 5 is
// usual) and every class moves the weight of its nonrespondents to its
// respondents. Floor is the smallest propensity to divide by (0: none).
type PropensitySpec struct {
	Base    []float64
	Classes int
	Floor   float64
}

// Propensity is an adjustment with its diagnostics. Fitted is the propensity by
// row, Factor what a respondent's weight was multiplied by, smallest and
// largest. RIndicator is 1-2·SD of the propensities, 1 for equal ones
// (Schouten, Cobben and Bethlehem 2009, Survey Methodology 35, 101-113). Deff
// is Kish's design effect of the respondents' weights, before and after.
type Propensity struct {
	Weights, Fitted      []float64
	Names                []string
	Beta                 []float64
	Answered, Asked      int
	Rate                 float64 // weighted response rate
	RIndicator           float64
	MinFactor, MaxFactor float64
	MinFitted, MaxFitted float64
	DeffBefore, Deff     float64
	Floored              int
	Classes              []PropensityClass
}

// PropensityClass is one class: rows with propensity up to High (the last class:
// all above the one before), their number, the respondents among them, and the
// factor Σw/Σ_answered w.
type PropensityClass struct {
	Low, High       float64
	Asked, Answered int
	Factor          float64
}

// AdjustByPropensity adjusts for nonresponse by logistic propensities: weights
// w/p of respondents and 0 of the others (Rosenbaum and Rubin 1983; Little 1986,
// International Statistical Review 54, 139-157, for the classes). answered marks
// the respondents, model holds what is known of everyone asked. It fails where
// nobody or everybody answered, where the model separates them, and on a class
// without respondents.
func AdjustByPropensity(w []float64, answered []bool, model *Model, s PropensitySpec) (*Propensity, error) {
	if err := checkPropensity(w, answered, s); err != nil {
		return nil, err
	}
	y, base := make([]float64, len(w)), make([]float64, len(w))
	for i, v := range w {
		if answered[i] {
			y[i] = 1
		}
		switch {
		case v == 0:
		case s.Base == nil:
			base[i] = 1
		default:
			base[i] = s.Base[i]
		}
	}
	fit, err := Regress(Binomial, base, y, model)
	if err != nil {
		return nil, err
	}
	out := &Propensity{Fitted: fit.Fitted, Names: model.Names(), Beta: fit.Beta}
	if s.Classes == 0 {
		err = out.divide(w, answered, s.Floor)
	} else {
		err = out.classify(w, answered, s.Classes)
	}
	if err != nil {
		return nil, err
	}
	out.diagnose(w, base, answered)
	return out, nil
}

func checkPropensity(w []float64, answered []bool, s PropensitySpec) error {
	if len(answered) != len(w) || (s.Base != nil && len(s.Base) != len(w)) {
		return Errorf("weight.length", "", "%d response marks and %d fitting weights for %d weights", len(answered), len(s.Base), len(w))
	}
	if err := Check(w); err != nil {
		return err
	}
	if s.Classes < 0 || s.Classes == 1 || s.Classes > 100 {
		return Errorf("weight.classes", "classes", "%d classes; use 2 to 100, or 0 to divide by the propensity", s.Classes)
	}
	if !(s.Floor >= 0 && s.Floor < 1) {
		return Errorf("weight.floor", "floor", "the smallest propensity is %v; it lies between 0 and 1, such as 0.05", s.Floor)
	}
	return checkBoth(w, answered)
}

// checkBoth refuses rows with weight that all answered, or none of which did.
func checkBoth(w []float64, answered []bool) error {
	yes, no := false, false
	for i, v := range w {
		if v != 0 {
			yes, no = yes || answered[i], no || !answered[i]
		}
	}
	if !yes || !no {
		return Errorf("weight.response", "answered", "the rows with weight all answered, or none did; the adjustment needs both")
	}
	return nil
}

func (p *Propensity) divide(w []float64, answered []bool, floor float64) error {
	p.Weights = make([]float64, len(w))
	for i, v := range w {
		if v == 0 || !answered[i] {
			continue
		}
		share := p.Fitted[i]
		if share < floor {
			share = floor
			p.Floored++
		}
		p.Weights[i] = v / share
		if math.IsInf(p.Weights[i], 0) {
			return Errorf("weight.propensity", fmt.Sprintf("row %d", i+1), "its propensity is %v, too small to divide by; set a floor or use classes", share)
		}
	}
	return nil
}

// classCuts returns the bounds of the classes: the quantiles of the sorted
// propensities, h = (n-1)·k/K + 1, linear between order statistics (Hyndman and
// Fan 1996, definition 7), each row counting once. Equal cuts make fewer
// classes; where there are no more different propensities than classes, each is
// a class of its own.
func classCuts(sorted []float64, classes int) []float64 {
	cuts, distinct := []float64{sorted[0]}, []float64{sorted[0], sorted[0]}
	for _, v := range sorted {
		if last := len(distinct) - 1; v > distinct[last]*(1+1e-12) {
			distinct = append(distinct, v)
		} else {
			distinct[last] = v
		}
	}
	if len(distinct)-1 <= classes {
		return distinct
	}
	for k := 1; k <= classes; k++ {
		h := float64(len(sorted)-1) * float64(k) / float64(classes)
		low := int(h)
		cut := sorted[low] + (h-float64(low))*(sorted[min(low+1, len(sorted)-1)]-sorted[low])
		if k == 1 || cut > cuts[len(cuts)-1] {
			cuts = append(cuts, cut)
		}
	}
	return cuts
}

// classify sorts the rows with weight into classes and adjusts by them.
func (p *Propensity) classify(w []float64, answered []bool, classes int) error {
	var sorted []float64
	for i, v := range w {
		if v != 0 {
			sorted = append(sorted, p.Fitted[i])
		}
	}
	sort.Float64s(sorted)
	cuts := classCuts(sorted, classes)
	cells := Classes{Code: make([]int32, len(w)), Totals: make([]float64, len(cuts)-1)}
	p.Classes = make([]PropensityClass, len(cuts)-1)
	for k := range p.Classes {
		p.Classes[k].Low, p.Classes[k].High = cuts[k], cuts[k+1]
		cells.Names = append(cells.Names, fmt.Sprintf("propensity %.4g to %.4g", cuts[k], cuts[k+1]))
	}
	for i, v := range w {
		if v == 0 {
			continue
		}
		k := max(0, min(sort.SearchFloat64s(cuts, p.Fitted[i])-1, len(p.Classes)-1))
		cells.Code[i] = int32(k)
		p.Classes[k].Asked++
		if answered[i] {
			p.Classes[k].Answered++
		}
	}
	var err error
	if p.Weights, err = AdjustNonresponse(w, answered, cells); err != nil {
		return err
	}
	for i, v := range p.Weights {
		if v != 0 {
			p.Classes[cells.Code[i]].Factor = v / w[i]
		}
	}
	return nil
}

func (p *Propensity) diagnose(w, base []float64, answered []bool) {
	p.MinFactor, p.MinFitted, p.MaxFitted = math.Inf(1), math.Inf(1), math.Inf(-1)
	var before, after []float64
	mass, sum, total, got := 0.0, 0.0, 0.0, 0.0
	for i, v := range w {
		if v == 0 {
			continue
		}
		p.Asked++
		p.MinFitted, p.MaxFitted = math.Min(p.MinFitted, p.Fitted[i]), math.Max(p.MaxFitted, p.Fitted[i])
		mass, sum, total = mass+base[i], sum+base[i]*p.Fitted[i], total+v
		if answered[i] {
			p.Answered++
			got += v
			factor := p.Weights[i] / v
			p.MinFactor, p.MaxFactor = math.Min(p.MinFactor, factor), math.Max(p.MaxFactor, factor)
			before, after = append(before, v), append(after, p.Weights[i])
		}
	}
	mean, square := sum/mass, 0.0
	for i, v := range w {
		if v != 0 {
			square += base[i] / mass * (p.Fitted[i] - mean) * (p.Fitted[i] - mean)
		}
	}
	n := float64(p.Asked)
	p.Rate, p.RIndicator = got/total, 1-2*math.Sqrt(square*n/(n-1))
	p.DeffBefore, p.Deff = Summarize(before).KishDeff, Summarize(after).KishDeff
}
