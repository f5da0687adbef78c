package estimate

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// Verdict says whether a sample shows that a rule such as 'at least 80 % are
// satisfied' is met (C129).
type Verdict string

// Met means that the share is shown to reach the threshold, NotMet that it is
// shown not to, at the level asked for; Undecided that the sample is too small to
// say. A sample is never both.
const (
	Met       Verdict = "met"
	NotMet    Verdict = "not_met"
	Undecided Verdict = "undecided"
)

// Evidence is what a sample says about a share: the estimate, its standard error,
// degrees of freedom, number of answers, and the Kish design effect of the weights
// (1 where they are equal).
type Evidence struct {
	Share, SE, DF, N, Kish float64
}

// ThresholdTest is the verdict on 'at least Threshold'. Low and High are one-sided
// limits of the share, each at Level: the rule is met where Low reaches the
// threshold and not met where High stays below. PMet is the one-sided p value
// against a share below the threshold, PNotMet that against one at or above it; a
// verdict has a p value of at most 1-Level. Deff is the estimated design effect
// against simple random sampling with replacement (NaN where all answers are the
// same).
type ThresholdTest struct {
	Share, SE, DF, Threshold, Level float64
	Low, High, PMet, PNotMet, Deff  float64
	N, Missing                      int
	Verdict                         Verdict
}

// DecideThreshold tests evidence about a share against 'at least threshold' at the
// one-sided level (0: 0.95), with the limits of KornGraubard, which behave near 0
// and 1; for a simple random sample this is the exact binomial test (Clopper and
// Pearson 1934). The p values are beta tails with the effective sample size of the
// limits. Without degrees of freedom it is undecided and the numbers
// are NaN. It fails for a threshold or a level that is none.
func DecideThreshold(e Evidence, threshold, level float64) (*ThresholdTest, error) {
	if level == 0 {
		level = 0.95
	}
	if !(threshold > 0 && threshold < 1) {
		return nil, weight.Errorf("estimate.threshold", "threshold", "the threshold is %v; it is a share between 0 and 1, such as 0.8", threshold)
	}
	if !(level > 0.5 && level < 1) {
		return nil, weight.Errorf("estimate.level", "level", "the level is %v; a one-sided test needs one between 0.5 and 1, such as 0.95", level)
	}
	out := &ThresholdTest{
		Share: e.Share, SE: e.SE, DF: e.DF, N: int(e.N), Threshold: threshold, Level: level, Verdict: Undecided,
		Deff: e.SE * e.SE * e.N / (e.Share * (1 - e.Share)),
	}
	out.Low, out.High = KornGraubard(e.Share, e.SE, e.DF, e.N, e.Kish, 2*level-1)
	out.PMet, out.PNotMet = e.tails(threshold, 1-level)
	switch {
	case out.Low >= threshold:
		out.Verdict = Met
	case out.High < threshold:
		out.Verdict = NotMet
	}
	return out, nil
}

// tails are the probabilities, if the share is the threshold, of an estimate this
// high or higher and this low or lower in a simple random sample of the effective
// size that limits of the given error have.
func (e Evidence) tails(threshold, errs float64) (above, below float64) {
	n := effectiveSize(e.Share, e.SE, e.DF, e.N, e.Kish, errs)
	if math.IsNaN(n) {
		return n, n
	}
	above, below = 1, 1
	if e.Share > 0 {
		above = mathext.RegIncBeta(n*e.Share, n*(1-e.Share)+1, threshold)
	}
	if e.Share < 1 {
		below = mathext.RegIncBeta(n*(1-e.Share), n*e.Share+1, 1-threshold)
	}
	return above, below
}

// Threshold tests the share of ones of a 0/1 column against 'at least threshold'.
// Level of the options is the one-sided level; the Kish design effect is that of the
// weights behind the share. It fails as Proportion and DecideThreshold do.
func Threshold(d *design.Design, v Variable, threshold float64, o Options) (*ThresholdTest, error) {
	level := o.Level
	s, err := Proportion(d, v, Plain, o)
	if err != nil {
		return nil, err
	}
	kish := kishDeff(d, v.spread(), o)
	out, err := DecideThreshold(Evidence{Share: s.Est, SE: s.SE, DF: s.DF, N: float64(s.N), Kish: kish}, threshold, level)
	if err != nil {
		return nil, err
	}
	out.Missing = s.Missing
	return out, nil
}
