package monitor

import (
	"math"

	"minyi/stats/sequence"
	"minyi/survey/tabulate"
)

// Running is a share while the survey runs, with limits that hold at all looks at once:
// whoever looks every day is still wrong in at most one survey in twenty.
type Running struct {
	Est, SE, Low, High tabulate.Number
	N                  int
	DF                 tabulate.Number
}

// What a running estimate needs at least: the limits rest on the normal distribution
// of the estimate.
const (
	LeastAnswers = 60
	LeastDF      = 15
)

// Sequence gives a design-based estimate the limits of the normal mixture sequence
// (Howard, Ramdas, McAuliffe and Sekhon 2021, Annals of Statistics 49, 1055-1080,
// equation 14; Waudby-Smith and others 2024, Annals of Statistics 52, 2613-2640,
// theorem 2.2), so that design weights, PSUs and strata are in them: its clock is the
// information 1/(4·SE²), the number of independent answers that would know as much. It
// is narrowest at a standard error of planned, a share. What is many normal standard
// errors away is as many of Student's t with the degrees of freedom of the design
// (Abramowitz and Stegun 1964, 26.7.5). It assumes that who answers early does not
// differ from who answers late, as every running estimate does, and guards against
// looking, not against nonresponse. It returns false below LeastAnswers and LeastDF.
func Sequence(e tabulate.Estimate, planned float64) (Running, bool) {
	out := Running{Est: e.Est, SE: e.SE, N: e.N, DF: e.DF}
	se := float64(e.SE)
	if e.N < LeastAnswers || !(e.DF >= LeastDF) || !(se > 0) || !(planned > 0) {
		return out, false
	}
	const quarter = 0.25 // the largest variance of a share
	low, _ := sequence.MixtureLimits(0, se, max(quarter/(se*se), 2), max(quarter/(planned*planned), 1), tabulate.Level)
	half := se * student(-low/se, float64(e.DF))
	out.Low, out.High = tabulate.Number(max(float64(e.Est)-half, 0)), tabulate.Number(min(float64(e.Est)+half, 1))
	return out, !math.IsNaN(half)
}

// student turns a quantile of the normal distribution into the same one of Student's t.
func student(z, df float64) float64 {
	z2 := z * z
	return z * (1 + (z2+1)/(4*df) + ((5*z2+16)*z2+3)/(96*df*df) + (((3*z2+19)*z2+17)*z2-15)/(384*df*df*df))
}
