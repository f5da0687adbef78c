package estimate

import (
	"math"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// Interval names a confidence interval for a share.
type Interval string

// The intervals for a share, with t(df) for the quantile. Plain is p ± t·se.
// XLogit and Logit work on ln(p/(1-p)) by the delta method, ArcSine on
// asin(sqrt(p)), an end beyond 0 or 1 folding back as in svyciprop: near the
// edges of small samples it may miss the estimate itself. Beta is Korn and Graubard's (1998, Survey Methodology 24,
// 193-201) Clopper-Pearson interval with the effective sample size. Wilson is
// the score interval with it. Likelihood inverts the scaled likelihood ratio
// (Owen 2001; svyciprop of R's survey). Own is minyi's (KornGraubard), which
// also knows the Kish design effect of the weights.
const (
	Plain      Interval = "mean"
	XLogit     Interval = "xlogit"
	Logit      Interval = "logit"
	ArcSine    Interval = "asin"
	Beta       Interval = "beta"
	Wilson     Interval = "wilson"
	Likelihood Interval = "likelihood"
	Own        Interval = "minyi"
)

// Share is an estimated share with its interval; N counts the rows behind it.
type Share struct {
	Est, SE, DF, Low, High float64
	N, Missing             int
}

// Proportion estimates the share of ones of a 0/1 column with the named interval.
// Where all answers are the same, only Plain has limits (the point itself) and Own;
// the others are NaN, as no variance can be seen. It fails as Mean does, on a
// factor, on a value besides 0 and 1, and on an interval of no known name.
func Proportion(d *design.Design, v Variable, method Interval, o Options) (*Share, error) {
	if v.Levels != nil {
		return nil, weight.Errorf("estimate.not_number", v.Name, "a share needs a 0/1 column; derive one for the level")
	}
	v = v.spread()
	for i, x := range v.Values {
		if !math.IsNaN(x) && x != 0 && x != 1 {
			return nil, weight.Errorf("estimate.not_binary", v.Name, "row %d holds %v; a share needs a column of 0 and 1", i+1, x)
		}
	}
	e, err := Mean(d, []Variable{v}, o)
	if err != nil {
		return nil, err
	}
	s := &Share{Est: e.Est[0], SE: e.SE[0], DF: e.DF, N: e.N, Missing: e.Missing}
	if method == Own {
		s.Low, s.High = KornGraubard(s.Est, s.SE, s.DF, float64(s.N), kishDeff(d, v, o), o.Level)
		return s, nil
	}
	s.Low, s.High, err = ShareLimits(method, s.Est, s.SE, s.DF, float64(s.N), o.Level)
	return s, err
}

// kishDeff is the Kish design effect of the weights behind a share: those of the
// rows of the domain that have weight and a value.
func kishDeff(d *design.Design, v Variable, o Options) float64 {
	var w []float64
	for i, one := range d.Weights() {
		if one != 0 && !math.IsNaN(v.Values[i]) && (o.Domain == nil || o.Domain[i]) {
			w = append(w, one)
		}
	}
	return weight.Summarize(w).KishDeff
}

// ShareLimits computes the named interval of a share p with standard error se,
// df degrees of freedom and n rows, at the level (0: 0.95).
func ShareLimits(method Interval, p, se, df, n, level float64) (low, high float64, err error) {
	if level == 0 {
		level = 0.95
	}
	t := tQuantile(level, df)
	switch method {
	case Plain:
		return p - t*se, p + t*se, nil
	case XLogit, Logit:
		u, half := math.Log(p/(1-p)), t*se/(p*(1-p))
		return expit(u - half), expit(u + half), nil
	case ArcSine:
		u, half := math.Asin(math.Sqrt(p)), t*se/(2*math.Sqrt(p*(1-p)))
		return sinSquared(u - half), sinSquared(u + half), nil
	case Beta:
		low, high = betaLimits(p, se, df, n, level)
		return low, high, nil
	case Wilson:
		low, high = wilsonLimits(p, se, t)
		return low, high, nil
	case Likelihood:
		low, high = likelihoodLimits(p, se, n, t)
		return low, high, nil
	case Own: // needs more than these numbers: Proportion has it
	}
	return 0, 0, weight.Errorf("estimate.interval", "method", "the interval %q is not known; use mean, xlogit, logit, asin, beta, wilson, likelihood or, for a share, minyi", string(method))
}

func expit(u float64) float64 { return 1 / (1 + math.Exp(-u)) }

func sinSquared(u float64) float64 { s := math.Sin(u); return s * s }

// betaLimits is Korn and Graubard's interval; the effective sample size is not
// truncated to n.
func betaLimits(p, se, df, n, level float64) (low, high float64) {
	ratio := tQuantile(level, n-1) / tQuantile(level, df)
	effective := p * (1 - p) / (se * se) * ratio * ratio
	tail := (1 - level) / 2
	return betaQuantile(tail, effective*p, effective*(1-p)+1), betaQuantile(1-tail, effective*p+1, effective*(1-p))
}

func wilsonLimits(p, se, t float64) (low, high float64) {
	effective := p * (1 - p) / (se * se)
	shrink := 1 + t*t/effective
	centre := (p + t*t/(2*effective)) / shrink
	half := t / shrink * math.Sqrt(p*(1-p)/effective+t*t/(4*effective*effective))
	return centre - half, centre + half
}

// likelihoodLimits solves 2n(l(p̂)-l(p)) = t²·lambda on both sides of p̂.
func likelihoodLimits(p, se, n, t float64) (low, high float64) {
	lambda := se * se / (p * (1 - p) / n)
	bound := t * t * lambda / (2 * n)
	if math.IsNaN(bound) || p <= 0 || p >= 1 {
		return math.NaN(), math.NaN()
	}
	loss := func(q float64) float64 { return p*math.Log(p/q) + (1-p)*math.Log((1-p)/(1-q)) - bound }
	return bisect(loss, p, 0), bisect(loss, p, 1)
}

// bisect finds the point between inside (where f <= 0) and outside (where f
// rises) at which f is 0.
func bisect(f func(float64) float64, inside, outside float64) float64 {
	for range 1100 {
		mid := inside + (outside-inside)/2
		if mid == inside || mid == outside {
			break
		}
		if f(mid) <= 0 {
			inside = mid
		} else {
			outside = mid
		}
	}
	return inside
}
