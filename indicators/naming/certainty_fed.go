package naming

import (
	"math"

	"minyi/indicators"
	"minyi/indicators/scorebook"
)

// fedError is what the errors of surveys do to an evaluation's mark by the indicators
// that they feed, in points.
type fedError struct {
	variance   float64
	withSurvey float64 // covariance with the residents' survey of the same unit
}

// fedErrors adds up the indicators; those of different surveys are independent.
func (r Row) fedErrors() (e fedError) {
	for _, f := range r.Fed {
		if !f.Known || f.Effect == 0 {
			continue
		}
		one := f.error(r.surveySE())
		e.variance += one.variance
		e.withSurvey += one.withSurvey
	}
	return e
}

func (r Row) surveySE() float64 {
	for _, p := range r.Parts {
		if p.Instrument == scorebook.Survey && p.Present {
			return points(p.SE)
		}
	}
	return 0
}

// error takes the true share as normal about the figure that decides, with the
// survey's standard error, and puts it through the rule that makes the mark: a limit
// makes a mark that is all or nothing, so that its variance is p(1-p). The covariance
// with the survey's mark is the mean slope of the rule times that of the share with
// the mark (Stein's lemma; Casella and Berger 2002, Statistical Inference, lemma
// 3.6.5). Where the finding does not tell it, it is taken as large as it can be.
func (f Fed) error(survey float64) fedError {
	const whole = float64(indicators.Whole)
	se := f.shareSE()
	if se == 0 {
		return fedError{}
	}
	mean, square, slope := f.through(float64(f.Value())/whole, se)
	effect := points(f.Effect)
	out := fedError{variance: effect * effect * max(square-mean*mean, 0)}
	if f.Source == scorebook.Survey {
		with := se * survey
		if f.WithMark != nil {
			with = float64(*f.WithMark) / whole / float64(indicators.Hundred/100)
		}
		out.withSurvey = effect * slope * with
	}
	return out
}

// shareSE is the standard error of the share, 0 to 1; of findings of before that do
// not tell it, half the width of the 95 % interval over its normal quantile.
func (f Fed) shareSE() float64 {
	const whole = float64(indicators.Whole)
	if f.SE > 0 {
		return float64(f.SE) / whole
	}
	return float64(f.High-f.Low) / 2 / z95 / whole
}

// through returns mean and mean square of the share of full marks, and the mean slope
// of the rule, where the share is normal about v with standard error s.
func (f Fed) through(v, s float64) (mean, square, slope float64) {
	const whole = float64(indicators.Whole)
	low, high := float64(f.Floor)/whole, float64(f.Limit)/whole
	if f.Rule != indicators.FedProportional || low >= high {
		above := normal((v - high) / s)
		return above, above, density((v-high)/s) / s
	}
	a, b, width := (low-v)/s, (high-v)/s, high-low
	inside, above := normal(b)-normal(a), normal(-b)
	mean = ((v-low)*inside+s*(density(a)-density(b)))/width + above
	square = ((v-low)*(v-low)*inside+2*(v-low)*s*(density(a)-density(b))+s*s*(inside+a*density(a)-b*density(b)))/(width*width) + above
	return mean, square, inside / width
}

func normal(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

func density(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }
