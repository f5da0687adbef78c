package rank

import "math"

// Source is one source of an unobserved-components aggregate: it reads a unit's
// hidden standing g as alpha + beta·(g + e), e normal with standard deviation
// sigma.
type Source struct{ Alpha, Beta, Sigma float64 }

// Unobserved returns the expected standing of each unit and its standard
// deviation, given what the sources say, NaN where one says nothing: the precision
// aggregate of the World Bank's governance indicators (Kaufmann, Kraay and
// Mastruzzi 2011, Hague Journal on the Rule of Law 3, 220-246, equations 2 and 3),
// with a standard normal prior.
func Unobserved(y [][]float64, sources []Source) (estimate, sd []float64, err error) {
	for k, s := range sources {
		if !(s.Sigma > 0) || s.Beta == 0 {
			return nil, nil, errorf("rank.source", place("source", k), "sigma is %v and beta %v", s.Sigma, s.Beta)
		}
	}
	estimate, sd = make([]float64, len(y)), make([]float64, len(y))
	for i, row := range y {
		if len(row) != len(sources) {
			return nil, nil, errorf("rank.length", place("unit", i), "%d values of %d sources", len(row), len(sources))
		}
		sum, precision := 0.0, 1.0
		for k, s := range sources {
			if math.IsNaN(row[k]) {
				continue
			}
			w := 1 / (s.Sigma * s.Sigma)
			sum += w * (row[k] - s.Alpha) / s.Beta
			precision += w
		}
		estimate[i], sd[i] = sum/precision, 1/math.Sqrt(precision)
	}
	return estimate, sd, nil
}
