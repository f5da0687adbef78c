package result

import (
	"math"

	"minyi/stats/estimate"
	"minyi/survey/tabulate"
)

// composites are the index and the average share satisfied of each group: the mean
// over the items that anybody of the group answered, each item's mean put on 0 to
// 100 between its lowest and highest point. The standard error comes from one
// linearized value a person: what the answers add to each item's mean (Särndal,
// Swensson and Wretman 1992, equation 5.7.6, summed over the items).
func (s *Sample) composites(g *grouped) ([]IndexRow, error) {
	index, err := s.composite(g, 100, func(k int) func(int) float64 {
		low, high := span(&s.items[k])
		of := item{&s.items[k]}
		return func(p int) float64 { return 100 * (of.mean(p) - float64(low)) / float64(max(high-low, 1)) }
	})
	if err != nil {
		return nil, err
	}
	share, err := s.composite(g, 1, func(k int) func(int) float64 { return item{&s.items[k]}.satisfied })
	if err != nil {
		return nil, err
	}
	out := make([]IndexRow, len(g.names))
	for c := range out {
		out[c] = IndexRow{Category: g.names[c], People: g.people[c], Index: index[c], Satisfied: share[c]}
	}
	return out, nil
}

// composite averages one value of the answers over the items, a group at a time;
// limits keep to 0 … top.
func (s *Sample) composite(g *grouped, top float64, value func(k int) func(int) float64) ([]tabulate.Estimate, error) {
	values := make([][]float64, len(s.items)) // by item and code
	for k := range s.items {
		of := value(k)
		for _, p := range s.points[k].Of {
			values[k] = append(values[k], of(p))
		}
	}
	mean, mass, items := s.groupMeans(g, values)
	out := make([]tabulate.Estimate, len(g.names))
	z := make([]float64, s.n)
	for c := range g.names {
		if items[c] == 0 {
			out[c] = unknown()
			continue
		}
		est := s.linear(g, c, values, mean[c], mass[c], z) / float64(items[c])
		for i := range z {
			z[i] /= float64(items[c])
		}
		cov, err := s.design.Covariance([][]float64{z})
		if err != nil {
			return nil, wrap("index", err)
		}
		out[c] = limited(&estimate.Estimates{Est: []float64{est}, Cov: cov}, g.df[c], g.people[c])
		out[c].Low, out[c].High = max(out[c].Low, 0), min(out[c].High, tabulate.Number(top))
	}
	return out, nil
}

// groupMeans are the weighted means of the items' values by group and item, the
// weights behind them, and how many items each group answered.
func (s *Sample) groupMeans(g *grouped, values [][]float64) (mean, mass [][]float64, items []int) {
	mean, mass, items = make([][]float64, len(g.names)), make([][]float64, len(g.names)), make([]int, len(g.names))
	for c := range g.names {
		mean[c], mass[c] = make([]float64, len(values)), make([]float64, len(values))
	}
	weights := s.design.Weights()
	for k := range values {
		for i, c := range g.code {
			if v := values[k][s.points[k].Code[i]]; !math.IsNaN(v) {
				mean[c][k] += weights[i] * v
				mass[c][k] += weights[i]
			}
		}
	}
	for c := range mean {
		for k := range mean[c] {
			if mass[c][k] > 0 {
				mean[c][k] /= mass[c][k]
				items[c]++
			}
		}
	}
	return mean, mass, items
}

// linear fills the linearized values of the sum of one group's means and returns
// that sum.
func (s *Sample) linear(g *grouped, c int, values [][]float64, mean, mass, z []float64) float64 {
	clear(z)
	sum, weights := 0.0, s.design.Weights()
	for k := range values {
		if !(mass[k] > 0) {
			continue
		}
		sum += mean[k]
		for i, code := range s.points[k].Code {
			if v := values[k][code]; int(g.code[i]) == c && !math.IsNaN(v) {
				z[i] += weights[i] * (v - mean[k]) / mass[k]
			}
		}
	}
	return sum
}
