package drill

import (
	"math"
	"time"
)

// trend is the line of least squares through what was watched.
type trend struct {
	level float64 // mean
	slope float64 // an hour
	err   float64 // standard error of the slope
	span  float64 // hours watched
}

// batches are how many means the standard error rests on. Levels that follow each
// other closely are alike (a collector's saw, a log that fills until it is folded), so
// that their residuals understate the error; means of batches longer than such a
// swing are nearly independent (Law, Simulation Modeling and Analysis, 5th ed., 9.5.3).
const batches = 12

// trendOf fits a line to levels at times in hours, both in order.
func trendOf(at, levels []float64) (t trend) {
	n := min(batches, len(at))
	if n == 0 {
		return t
	}
	xs, ys := make([]float64, n), make([]float64, n)
	for i := range n {
		from, to := i*len(at)/n, (i+1)*len(at)/n
		xs[i], ys[i] = average(at[from:to]), average(levels[from:to])
	}
	x, y := average(xs), average(ys)
	var up, down float64
	for i := range xs {
		up += (xs[i] - x) * (ys[i] - y)
		down += (xs[i] - x) * (xs[i] - x)
	}
	t.level, t.span = y, at[len(at)-1]-at[0]
	if down == 0 {
		return t
	}
	t.slope = up / down
	rest := 0.0
	for i := range xs {
		off := ys[i] - y - t.slope*(xs[i]-x)
		rest += off * off
	}
	if n > 2 {
		t.err = math.Sqrt(rest / float64(n-2) / down)
	}
	return t
}

// mark is what a level may do.
const (
	hourly     = 0.01 // growth an hour, in parts of the mean, over an hour or more
	sure       = 3    // standard errors that chance does not make
	longEnough = time.Hour
)

// grows reports whether the level grows more than it may. Over an hour or more that is
// one in a hundred an hour. Over minutes one in a hundred an hour is a hundredth of
// what comes and goes: there only a growth over the whole run of more than a step is
// seen. In either case it must be more than three standard errors.
func (t trend) grows(span time.Duration, step float64) bool {
	allowed := step
	if span >= longEnough {
		allowed = hourly * t.level * t.span
	}
	grown := t.slope * t.span
	return grown > allowed && t.slope > sure*t.err
}

// least is the smallest growth, in percent of the mean an hour, that this run could
// have told from chance.
func (t trend) least() float64 { return t.percent(sure * t.err) }

func (t trend) percent(an float64) float64 {
	if t.level == 0 {
		return 0
	}
	return 100 * an / t.level
}

func average(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(1, len(v)))
}
