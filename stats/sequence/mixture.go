package sequence

import "math"

// Mixture is the two-sided normal mixture sequence (Robbins 1970; Howard and
// others 2021, equation 14; Waudby-Smith and others 2024, theorem 2.2) for the
// weighted mean of independent answers on any scale. It keeps five sums, and its
// limits rest on the linearized standard error of the weighted mean. For designs
// with clusters or strata compute estimate and standard error at each look and
// use MixtureLimits.
//
// The zero value is not usable; see NewMixture.
type Mixture struct {
	planned                       int
	level                         float64
	n                             int
	w, wx, squareW, squareWX, wwx float64
}

// NewMixture starts a sequence that is narrowest at the planned number of
// answers, and wider by little at a tenth or ten times of it. Level is the
// confidence level (0: 0.95). It fails with sequence.scale.
func NewMixture(planned int, level float64) (*Mixture, error) {
	if level == 0 {
		level = 0.95
	}
	if planned < 1 || !(level > 0 && level < 1) {
		return nil, errorf("sequence.scale", "planned", "%d answers are planned, the level is %v; plan at least 1, at a level such as 0.95", planned, level)
	}
	return &Mixture{planned: planned, level: level}, nil
}

// Add brings in one answer, or a cluster's total weight and weighted mean. It
// fails, and changes nothing, for numbers that are not finite and for a negative
// weight.
func (s *Mixture) Add(weight, value float64) error {
	if !(weight >= 0) || math.IsInf(weight, 0) {
		return errorf("sequence.weight", "weight", "the weight is %v; it must be finite and not negative", weight)
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return errorf("sequence.value", "value", "the value is %v; it must be a number", value)
	}
	s.n++
	s.w += weight
	s.wx += weight * value
	s.squareW += weight * weight
	s.wwx += weight * weight * value
	s.squareWX += weight * weight * value * value
	return nil
}

// Mean returns the weighted mean so far, NaN before the first weight.
func (s *Mixture) Mean() float64 { return s.wx / s.w }

// N returns the number of answers so far.
func (s *Mixture) N() int { return s.n }

// Limits returns the limits as they stand, NaN before the second answer and while
// all answers are the same, as no variance can be seen.
func (s *Mixture) Limits() (low, high float64) {
	n, mean := float64(s.n), s.Mean()
	v := (s.squareWX - 2*mean*s.wwx + mean*mean*s.squareW) * n / (n - 1)
	return MixtureLimits(mean, math.Sqrt(math.Max(0, v))/s.w, n, float64(s.planned), s.level)
}

// MixtureLimits returns the limits at a look at which the estimate has the
// standard error se and rests on n independent units (PSUs, or people without
// clusters):
//
//	est ± se·sqrt(2·(1+n·r)/(n·r)·log(sqrt(1+n·r)/alpha)),
//
// with r chosen so that they are narrowest at the planned number of units:
// planned·r = 2 log(1/alpha) + log(1 + 2 log(1/alpha)) (Waudby-Smith and others
// 2024, section 2.3). Level 0 is 0.95. Without a positive standard error, or
// with n below 2, they are NaN.
func MixtureLimits(est, se, n, planned, level float64) (low, high float64) {
	if level == 0 {
		level = 0.95
	}
	if !(se > 0) || math.IsInf(se, 0) || !(n >= 2) || !(planned >= 1) || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	alpha := 1 - level
	tuned := -2 * math.Log(alpha)
	nr := n * (tuned + math.Log1p(tuned)) / planned
	half := se * math.Sqrt(2*(1+nr)/nr*(math.Log1p(nr)/2-math.Log(alpha)))
	return est - half, est + half
}
