package agree

// ICC are the six intraclass correlations of complete ratings. One scorer or the
// mean of all k; 1: each subject has scorers of its own; 2: the scorers are a
// sample, and their severity counts as error; 3: these scorers only, severity
// left out.
type ICC struct {
	One1, Two1, Three1 float64
	OneK, TwoK, ThreeK float64
}

// Intraclass computes the correlations from the mean squares of the two-way
// analysis of variance (Shrout and Fleiss 1979, Intraclass correlations: uses in
// assessing rater reliability, Psychological Bulletin 86, 420-428, p. 423). x is
// subjects by scorers, complete, at least 2 by 2. Ratings without any variance
// have no correlation: agree.variance.
func Intraclass(x [][]float64) (ICC, error) {
	if err := rectangle(x, 2, 2, false); err != nil {
		return ICC{}, err
	}
	n, k := float64(len(x)), float64(len(x[0]))
	between, scorers, rest := squares(x)
	bms := between / (n - 1)
	jms := scorers / (k - 1)
	ems := rest / ((n - 1) * (k - 1))
	wms := (scorers + rest) / (n * (k - 1))
	if bms == 0 {
		return ICC{}, errorf("agree.variance", "", "all subjects have the same mean: there is nothing to correlate")
	}
	return ICC{
		One1:   (bms - wms) / (bms + (k-1)*wms),
		Two1:   (bms - ems) / (bms + (k-1)*ems + k*(jms-ems)/n),
		Three1: (bms - ems) / (bms + (k-1)*ems),
		OneK:   (bms - wms) / bms,
		TwoK:   (bms - ems) / (bms + (jms-ems)/n),
		ThreeK: (bms - ems) / bms,
	}, nil
}

// squares splits the sum of squares: between subjects, between scorers, and the
// rest.
func squares(x [][]float64) (between, scorers, rest float64) {
	n, k := float64(len(x)), float64(len(x[0]))
	rows, cols, grand := make([]float64, len(x)), make([]float64, len(x[0])), 0.0
	for i, row := range x {
		for j, v := range row {
			rows[i] += v / k
			cols[j] += v / n
			grand += v / (n * k)
		}
	}
	for _, m := range rows {
		between += k * (m - grand) * (m - grand)
	}
	for _, m := range cols {
		scorers += n * (m - grand) * (m - grand)
	}
	for i, row := range x {
		for j, v := range row {
			e := v - rows[i] - cols[j] + grand
			rest += e * e
		}
	}
	return between, scorers, rest
}
