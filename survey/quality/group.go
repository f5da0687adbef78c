package quality

import "math"

// group is some responses of one unit that paradata put together: one device,
// one network in some hours, rented networks in some hours.
type group struct {
	unit    int
	members []int
}

// deviations says in standard errors how a group differs from the rest of its
// unit in how it was answered.
type deviations struct {
	hurry    float64 // quicker
	pace     float64 // more alike in speed
	even     float64 // page profiles more alike among themselves
	shape    float64 // pages shared out otherwise
	conflict float64 // reversed items answered like the others
	level    float64 // answers higher or lower
	apart    float64 // the same in standard deviations of the rest
	channel  float64 // come in by one channel
}

// Within-group correlations of honest neighbours, by which a group's size is
// deflated (Kish's design effect): people at one place are somewhat alike in
// speed and rather alike in their views.
const (
	alikeSpeed = .05
	alikeLevel = .1
)

func effective(k, correlation float64) float64 { return k / (1 + (k-1)*correlation) }

// sums are the count, sum and sum of squares of a column over some responses.
type sums struct{ n, sum, squares float64 }

func (s *sums) add(v float64) { s.n, s.sum, s.squares = s.n+1, s.sum+v, s.squares+v*v }

func (s sums) less(t sums) sums { return sums{s.n - t.n, s.sum - t.sum, s.squares - t.squares} }

func (s sums) mean() float64 { return s.sum / max(1, s.n) }

func (s sums) variance() float64 {
	m := s.mean()
	return max(0, (s.squares-s.n*m*m)/max(1, s.n-1))
}

// The places of two aspects.
const (
	aspectLevel   = 2
	aspectChannel = 3
)

// aspects makes the columns by which groups are compared ready: speed, conflict,
// level, channel, then the share of each page.
func (r *review) aspects() {
	if r.aspect == nil {
		open := make([]float64, r.n)
		for i, x := range r.s.Responses {
			if x.Channel == "open" {
				open[i] = 1
			}
		}
		r.aspect = append([][]float64{r.speed, r.conflict, r.level, open}, r.shapes()...)
		r.totals = make([][]sums, len(r.units))
		for u, members := range r.byUnit {
			r.totals[u] = r.sumUp(members, true)
		}
	}
}

func (r *review) sumUp(members []int, selfOnly bool) []sums {
	out := make([]sums, len(r.aspect))
	for _, i := range members {
		if selfOnly && !r.self[i] {
			continue
		}
		for k, column := range r.aspect {
			out[k].add(column[i])
		}
	}
	return out
}

// compare takes the deviations of a group of at least three who answered on
// devices of their own.
func (r *review) compare(g group) deviations {
	var d deviations
	k := float64(len(g.members))
	r.aspects()
	if k < 3 || r.totals[g.unit][0].n < k+3 {
		return d
	}
	own := r.sumUp(g.members, false)
	rest := make([]sums, len(own))
	for a := range rest {
		rest[a] = r.totals[g.unit][a].less(own[a])
	}
	d.hurry = -shift(own[0], rest[0], alikeSpeed)
	if r.hasReversed() {
		d.conflict = shift(own[1], rest[1], alikeSpeed)
	}
	d.level = math.Abs(shift(own[2], rest[2], alikeLevel))
	d.apart = math.Abs(own[2].mean()-rest[2].mean()) / math.Sqrt(max(1e-6, rest[2].variance()))
	d.channel = math.Abs(shift(own[3], rest[3], alikeLevel))
	if v := rest[0].variance(); v > 0 { // else times are not known
		d.pace = (1 - own[0].variance()/max(v, .01)) * math.Sqrt((k-1)/2)
	}
	d.even, d.shape = profiles(own[4:], rest[4:])
	return d
}

// leastFit is the smallest group whose members are told apart by how they
// answered.
const leastFit = 6

// fits says of each member of a group whether it answered like the group or like
// the rest of the unit: the log likelihood ratio of its speed, conflict and page
// shares under two normal distributions, from -2.5 to .5. Honest people who were
// there by chance are let off; level and channel have no say.
func (r *review) fits(g group) []float64 {
	return r.fitsOf(g, g.members)
}

// fitsOf says the same of others of the group's unit.
func (r *review) fitsOf(g group, of []int) []float64 {
	out := make([]float64, len(of))
	r.aspects()
	if len(g.members) < leastFit || r.totals[g.unit][0].n < 2*leastFit+float64(len(g.members)) {
		return out
	}
	own := r.sumUp(g.members, false)
	for a, column := range r.aspect {
		if a == aspectLevel || a == aspectChannel {
			continue
		}
		rest := r.totals[g.unit][a].less(own[a])
		outer := max(rest.variance(), 1e-4)
		inner := max(.05*outer, (own[a].variance()*own[a].n+4*outer)/(own[a].n+4))
		for k, i := range of {
			x, y := column[i]-own[a].mean(), column[i]-rest.mean()
			out[k] += .5 * (math.Log(outer/inner) + y*y/outer - x*x/inner)
		}
	}
	for k, x := range out {
		out[k] = max(-2.5, min(.5, x))
	}
	return out
}

// shift is how far a group's mean lies from the rest's, in standard errors.
func shift(own, rest sums, correlation float64) float64 {
	variance := max(rest.variance(), 1e-6)
	return (own.mean() - rest.mean()) / math.Sqrt(variance/effective(own.n, correlation)+variance/rest.n)
}

// profiles compares how pages share a person's time: the variance inside the
// group with that of the rest, and the group's means with theirs.
func profiles(own, rest []sums) (even, shape float64) {
	if len(own) < leastPages || rest[0].variance() == 0 {
		return 0, 0
	}
	degrees := float64(len(own) - 1)
	var ratio, chi float64
	for page := range own {
		variance := max(rest[page].variance(), 4e-4)
		ratio += own[page].variance() / variance / float64(len(own))
		t := shift(own[page], rest[page], alikeSpeed)
		chi += t * t * degrees / float64(len(own))
	}
	even = (1 - ratio) * math.Sqrt((own[0].n-1)*degrees/2)
	return even, (chi - degrees) / math.Sqrt(2*degrees)
}

// shapes are the log shares of the pages in each person's time: columns.
func (r *review) shapes() [][]float64 {
	out := make([][]float64, len(r.pageSD))
	for page := range out {
		out[page] = make([]float64, r.n)
	}
	for i := range r.pages {
		var all sums
		for _, v := range r.pages[i] {
			if !math.IsNaN(v) {
				all.add(v)
			}
		}
		for page, v := range r.pages[i] {
			if !math.IsNaN(v) {
				out[page][i] = v - all.mean()
			}
		}
	}
	return out
}

func (r *review) hasReversed() bool {
	for _, is := range r.reversed {
		if is {
			return true
		}
	}
	return false
}

// strange is what a group's deviations say, in nats. Level counts only as a
// whole group's distance from its unit, either way, and never suffices.
func (d deviations) strange() float64 {
	return ramp(d.hurry, 1.8, 5, 2.8) + ramp(d.pace, 2, 3.5, 1) + ramp(d.even, 2.5, 7, 2) + ramp(d.shape, 3, 10, 1.8) +
		ramp(d.conflict, 2.5, 6, 2) + min(ramp(d.level, 2, 4, 1.8), ramp(d.apart, .7, 1.3, 1.8)) + ramp(d.channel, 3, 6, .4)
}
