package tabulate

// Weights returns the weights that every estimate rests on, one an answer in the
// order of in.Sampled: the design weights brought to the population. Where the plan
// blends, those of in.Posters follow. It refuses
// what Tabulate refuses.
func Weights(in Input) ([]float64, error) {
	s, err := in.Columns()
	if err != nil {
		return nil, err
	}
	if err := s.check(); err != nil || s.Sampled.N == 0 {
		return nil, err
	}
	if s, err = s.Pooled(); err != nil {
		return nil, err
	}
	d, err := (&Result{}).weigh(&s)
	if err != nil {
		return nil, err
	}
	return d.Weights(), nil
}
