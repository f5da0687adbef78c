package sample

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Setting describes the survey that a size is planned for: Deff is the design
// effect (0: 1), ResponseRate the share of invitations that bring an answer (0:
// 1), Population the number of people (0: no finite population correction),
// Level the confidence level (0: 0.95).
type Setting struct {
	Deff, ResponseRate, Population, Level float64
}

// Size is a planned size: Answers needed, and Invitations to get them.
type Size struct {
	Answers, Invitations int
}

func (s Setting) filled() (Setting, error) {
	if s.Deff == 0 {
		s.Deff = 1
	}
	if s.ResponseRate == 0 {
		s.ResponseRate = 1
	}
	if s.Level == 0 {
		s.Level = 0.95
	}
	if !(s.Deff > 0) || math.IsInf(s.Deff, 0) || !(s.ResponseRate > 0 && s.ResponseRate <= 1) ||
		!(s.Level > 0 && s.Level < 1) || !(s.Population >= 0) {
		return s, errorf("sample.setting", "", "the design effect must be positive, the response rate and the level between 0 and 1, the population not negative")
	}
	return s, nil
}

// SizeForMargin returns the size at which the interval of a share p is p ± margin:
// n0 = z²·p(1-p)·deff/margin², with n = n0/(1+n0/N) for a finite population (Cochran
// 1977, equations 4.1 and 4.2). It fails for a share outside 0 to 1, a margin that
// is not positive, a Setting that is none, and a size beyond any sample.
func SizeForMargin(p, margin float64, s Setting) (Size, error) {
	s, err := s.filled()
	if err != nil {
		return Size{}, err
	}
	if !(p >= 0 && p <= 1) || !(margin > 0 && margin < 1) {
		return Size{}, errorf("sample.target", "", "the share is %v and the margin %v; both are shares, such as 0.5 and 0.03", p, margin)
	}
	z := normalQuantile((1 + s.Level) / 2)
	return s.size(z * z * p * (1 - p) * s.Deff / (margin * margin))
}

// SizeForThreshold returns the size at which a one-sided test at level Level of "the
// share is at most threshold" finds a true share p with the given power: n0 =
// deff·((z_level·sqrt(t(1-t)) + z_power·sqrt(p(1-p)))/(p-t))² (Fleiss, Levin and
// Paik 2003, equation 2.24). p below the threshold is for the test in the other
// direction. It fails for a threshold, share or power that is none, for a share
// equal to the threshold, and for a Setting that is none.
func SizeForThreshold(threshold, p, power float64, s Setting) (Size, error) {
	s, err := s.filled()
	if err != nil {
		return Size{}, err
	}
	if !(threshold > 0 && threshold < 1) || !(p >= 0 && p <= 1) || p == threshold || !(power > 0 && power < 1) {
		return Size{}, errorf("sample.target", "", "the threshold is %v, the share %v, the power %v; a share equal to the threshold is never decided", threshold, p, power)
	}
	z := normalQuantile(s.Level)*math.Sqrt(threshold*(1-threshold)) + normalQuantile(power)*math.Sqrt(p*(1-p))
	return s.size(s.Deff * z * z / ((p - threshold) * (p - threshold)))
}

// size applies population and response rate and rounds up.
func (s Setting) size(n0 float64) (Size, error) {
	n := n0
	if s.Population > 0 {
		n = n0 / (1 + n0/s.Population)
	}
	if !(n < math.MaxInt32) || !(n/s.ResponseRate < math.MaxInt32) {
		return Size{}, errorf("sample.target", "", "the size would be %.3g; choose a wider margin", n)
	}
	answers := max(1, math.Ceil(n-1e-9))
	return Size{Answers: int(answers), Invitations: int(math.Ceil(answers/s.ResponseRate - 1e-9))}, nil
}

func normalQuantile(p float64) float64 { return distuv.UnitNormal.Quantile(p) }
