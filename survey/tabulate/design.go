package tabulate

import "minyi/stats/design"

// Design returns the design that every estimate rests on, one row an answer in the
// order of s.Sampled: its weights brought to the population, its variance that of
// the weighting. It is nil without answers, and refuses what Tabulate refuses.
func (s Survey) Design() (*design.Design, error) {
	if err := s.check(); err != nil || s.Sampled.N == 0 {
		return nil, err
	}
	return (&Result{}).weigh(&s)
}
