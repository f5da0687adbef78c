package quality

import (
	"math"

	"minyi/stats/careless"
)

// hurry is how a response's speed becomes evidence: robust z of log time within
// mode and age band (Zhang and Conrad 2014), from 2 below the median on; a third
// of the median time counts as much as the rule can say.
func (r *review) hurry() {
	third := -math.Log(3)
	for i := range r.n {
		r.give(Speed, i, ramp(-r.speed[i], 2, 5, 2.5))
		if r.pages == nil {
			continue
		}
		quick, given := 0, 0
		for k, v := range r.pages[i] {
			if math.IsNaN(v) {
				continue
			}
			given++
			if v-r.pageMiddle[k] < third {
				quick++
			}
		}
		if given > 1 && 2*quick > given {
			r.give(Speed, i, 1.5)
		}
	}
}

// trap is the attention item: a wrong answer is little evidence, since one in
// twenty honest people slips.
func (r *review) trap() {
	for i, x := range r.s.Responses {
		if r.right != NoAnswer && x.Attention != NoAnswer && x.Attention != r.right {
			r.give(Attention, i, .6)
		}
	}
}

// contradict is the conflict between the items and the reversed ones, against
// the survey's own distribution: where most people misread an item, misreading
// says nothing.
func (r *review) contradict() {
	middle, scale := robust(r.conflict)
	width := r.high - r.low
	for i, c := range r.conflict {
		if c > .4*width {
			r.give(Reversed, i, ramp((c-middle)/max(scale, .12*width), 2, 5, 1.5))
		}
	}
}

// indices gives the little evidence of the classical indices (stats/careless):
// a run of equal answers that goes on through a reversed item, a spread beyond
// nearly everybody's, an odd vector, an order of items unlike all others'.
func (r *review) indices() error {
	run, err := careless.LongString(r.columns)
	if err != nil {
		return err
	}
	d2, df, err := careless.Mahalanobis(r.answered())
	if err != nil {
		df = 0 // nothing varies: there is no distance to speak of
	}
	fit, err := careless.PersonTotal(r.oriented)
	if err != nil {
		return err
	}
	middle, scale := robust(r.spread)
	for i := range r.n {
		if r.conflict[i] > .4*(r.high-r.low) && run[i] > .6*float64(len(r.columns)) {
			r.give(Straight, i, .5)
		}
		r.give(Variability, i, ramp((r.spread[i]-middle)/scale, 3, 5, .4))
		if df > 0 {
			r.give(Distance, i, ramp(wilsonHilferty(d2[i], float64(df)), 3.1, 6, .5))
		}
		r.give(PersonFit, i, ramp(-fit[i], .4, .8, .5))
	}
	return nil
}

// answered leaves out the items that nobody answered.
func (r *review) answered() careless.Columns {
	var out careless.Columns
	for _, column := range r.oriented {
		for _, v := range column {
			if !math.IsNaN(v) {
				out = append(out, column)
				break
			}
		}
	}
	return out
}

// wilsonHilferty turns a chi-squared value into a normal deviate (Wilson and
// Hilferty 1931).
func wilsonHilferty(x, df float64) float64 {
	return (math.Cbrt(x/df) - (1 - 2/(9*df))) / math.Sqrt(2/(9*df))
}
