package tabulate

// Weights returns the weights that every estimate rests on, one an answer in the
// order of in.Sampled: the design weights brought to the population. It refuses
// what Tabulate refuses.
func Weights(in Input) ([]float64, error) {
	s := Survey{Items: in.Items, Population: in.Population, Margins: in.Margins, Fieldwork: in.Fieldwork}
	var err error
	if s.Sampled, err = gather(len(in.Items), in.Sampled); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil || s.Sampled.N == 0 {
		return nil, err
	}
	d, err := (&Result{}).weigh(&s)
	if err != nil {
		return nil, err
	}
	return d.Weights(), nil
}
