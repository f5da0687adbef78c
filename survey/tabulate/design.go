package tabulate

import "minyi/stats/design"

// Weighted returns the survey with the design that every estimate rests on, one row
// an answer in the order of its Sampled: the weights brought to the population by
// the plan, the variance that of the weighting. Where the plan blends, the poster
// answers stand behind the sampled ones. The design is nil without answers. It
// refuses what Tabulate refuses.
func (s Survey) Weighted() (Survey, *design.Design, error) {
	if err := s.check(); err != nil || s.Sampled.N == 0 {
		return s, nil, err
	}
	s, err := s.Pooled()
	if err != nil {
		return s, nil, err
	}
	d, err := (&Result{}).weigh(&s)
	return s, d, err
}
