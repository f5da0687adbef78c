package monitor

import (
	"math"
	"slices"
)

// Pace is how the sheets have come so far.
type Pace struct {
	Counts  []int   // sheets that count, of each whole day since the opening, oldest first
	Weekday int     // of the first of those days, 0 for Sunday
	Today   int     // sheets of the day that is not over
	Rest    float64 // part of that day that is left, 0 to 1
	Target  int     // sheets wanted
	Links   int     // links that may still bring one
	End     int     // days from today until the last of the window, negative once it is over
}

// Forecast says when the target is reached. Days are counted from today; Never stands
// for a day beyond the horizon. The interval holds nine times in ten where the model
// does; a wave of reminders to come is not known to it.
type Forecast struct {
	Done     int     // sheets so far
	Low      int     // earliest day of the interval
	Day      int     // median
	High     int     // latest day
	InWindow float64 // chance that the target is reached by the window's end
	ByEnd    [3]int  // sheets at the window's end: lower limit, median, upper limit
	Daily    float64 // sheets a day expected next
}

// Never is a day beyond the horizon of the forecast.
const Never = math.MaxInt32

const (
	paths    = 1000
	horizon  = 180 // days
	leastDay = 3   // whole days needed
	leastSum = 10  // sheets needed
)

// Forecast simulates the days to come. Each day's count is Poisson about a level that
// drifts as in the gamma-beta local level model of Harvey and Fernandes (1989, Journal
// of Business & Economic Statistics 7, 407-417), times the weekday's usual share and a
// daily trend; discount and trend are averaged over a grid by their likelihood, so that
// the interval holds what is not known of them. It returns false while too few days or
// sheets are there, and without a target.
func (p Pace) Forecast(seed uint64) (Forecast, bool) {
	sum := 0
	for _, n := range p.Counts {
		sum += n
	}
	out := Forecast{Done: sum + p.Today}
	if p.Target > 0 && out.Done >= p.Target {
		out.InWindow = 1
		return out, true
	}
	if p.Target <= 0 || len(p.Counts) < leastDay || sum < leastSum {
		return out, false
	}
	week := p.week()
	grid := p.fit(week)
	out.Daily = p.expected(grid, week)
	p.simulate(&out, grid, week, newDice(seed))
	return out, true
}

const weekdays = 7

// week is the usual share of each weekday: its sheets over those of an even week,
// drawn towards 1 as by ten more sheets. Two whole weeks are needed for it.
func (p Pace) week() (f [weekdays]float64) {
	const prior, least = 10, 2 * weekdays
	for k := range f {
		f[k] = 1
	}
	if len(p.Counts) < least {
		return f
	}
	var got, even [weekdays]float64
	for end := len(p.Counts); end >= weekdays; end -= weekdays {
		mean := 0.0
		for _, n := range p.Counts[end-weekdays : end] {
			mean += float64(n) / weekdays
		}
		for t := end - weekdays; t < end; t++ {
			k := (p.Weekday + t) % weekdays
			got[k] += float64(p.Counts[t])
			even[k] += mean
		}
	}
	total := 0.0
	for k := range f {
		f[k] = (got[k] + prior) / (even[k] + prior)
		total += f[k]
	}
	for k := range f {
		f[k] *= weekdays / total
	}
	return f
}

// candidate is one discount and trend with the level that the counts leave under it,
// and its part of the likelihood.
type candidate struct {
	discount, trend float64
	a, b            float64 // gamma of the level at the last whole day
	weight          float64
}

// fit runs the filter for every candidate.
func (p Pace) fit(week [weekdays]float64) []candidate {
	mean := 0.0
	for _, n := range p.Counts {
		mean += float64(n) / float64(len(p.Counts))
	}
	const spread = 0.05 // standard deviation of the trend beforehand, a day
	var out []candidate
	best := math.Inf(-1)
	for _, discount := range []float64{0.4, 0.55, 0.7, 0.8, 0.9, 0.97, 1} {
		for _, trend := range []float64{-0.25, -0.18, -0.12, -0.08, -0.05, -0.025, 0, 0.025, 0.05} {
			c := candidate{discount: discount, trend: trend, a: 1, b: 1 / mean}
			c.weight = -trend * trend / (2 * spread * spread)
			for t, n := range p.Counts {
				c.weight += c.step(float64(n), week[(p.Weekday+t)%weekdays]*math.Exp(trend*float64(t)), t > 0)
			}
			best = max(best, c.weight)
			out = append(out, c)
		}
	}
	total := 0.0
	for k := range out {
		out[k].weight = math.Exp(out[k].weight - best)
		total += out[k].weight
	}
	for k := range out {
		out[k].weight /= total
	}
	return out
}

// step brings in one day's count and returns its log likelihood, a negative binomial
// one.
func (c *candidate) step(n, exposure float64, ages bool) float64 {
	if ages {
		c.a, c.b = c.a*c.discount, c.b*c.discount
	}
	up, _ := math.Lgamma(c.a + n)
	down, _ := math.Lgamma(c.a)
	ways, _ := math.Lgamma(n + 1)
	like := up - down - ways + c.a*math.Log(c.b/(c.b+exposure)) + n*math.Log(exposure/(c.b+exposure))
	c.a, c.b = c.a+n, c.b+exposure
	return like
}

// expected is the mean of the next whole day.
func (p Pace) expected(grid []candidate, week [weekdays]float64) float64 {
	out, next := 0.0, len(p.Counts)+1
	for _, c := range grid {
		out += c.weight * c.a / c.b * week[(p.Weekday+next)%weekdays] * math.Exp(c.trend*float64(next))
	}
	return out
}

// simulate draws the paths and reads the forecast off them.
func (p Pace) simulate(out *Forecast, grid []candidate, week [weekdays]float64, d dice) {
	days, ends := make([]int, paths), make([]int, paths)
	inTime := 0
	for k := range days {
		days[k], ends[k] = p.path(pick(grid, d), week, out.Done, d)
		if days[k] <= p.End {
			inTime++
		}
	}
	slices.Sort(days)
	slices.Sort(ends)
	at := func(list []int, share float64) int { return list[min(int(share*paths), paths-1)] }
	const low, half, high = 0.05, 0.5, 0.95
	out.Low, out.Day, out.High = at(days, low), at(days, half), at(days, high)
	out.ByEnd = [3]int{at(ends, low), at(ends, half), at(ends, high)}
	out.InWindow = float64(inTime) / paths
}

func pick(grid []candidate, d dice) candidate {
	at := d.Float64()
	for _, c := range grid {
		if at -= c.weight; at < 0 {
			return c
		}
	}
	return grid[len(grid)-1]
}

// path draws one future: the day on which the target is reached, and the sheets at the
// window's end.
func (p Pace) path(c candidate, week [weekdays]float64, done int, d dice) (reached, byEnd int) {
	left, reached, byEnd := p.Links, Never, done
	for day := range horizon {
		t := len(p.Counts) + day
		exposure := week[(p.Weekday+t)%weekdays] * math.Exp(c.trend*float64(t))
		if day == 0 {
			exposure *= p.Rest
		}
		c.a, c.b = c.a*c.discount, c.b*c.discount
		n := 0
		if exposure > 0 {
			n = min(d.poisson(d.gamma(max(c.a, math.SmallestNonzeroFloat32))/c.b*exposure), left)
		}
		c.a, c.b = c.a+float64(n), c.b+exposure
		done, left = done+n, left-n
		if day <= p.End {
			byEnd = done
		}
		if done >= p.Target && reached == Never {
			reached = day
		}
		if left == 0 || reached != Never && day >= p.End {
			break
		}
	}
	return reached, byEnd
}
