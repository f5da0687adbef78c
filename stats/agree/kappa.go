package agree

import "slices"

// Weight says how much a disagreement of d steps among c categories counts.
type Weight int

// The weights of kappa: any disagreement in full, by its steps, by their square.
const (
	Unweighted Weight = iota + 1
	Linear
	Quadratic
)

// Kappa returns Cohen's kappa of two scorers (Cohen 1960; with weights Cohen
// 1968, Weighted kappa, Psychological Bulletin 70, 213-220): 1 less the weighted
// disagreement over the one expected from the margins. categories lists all
// categories in order, used or not; a score that is none of them is
// agree.category, scorers that both always give one category agree.variance.
func Kappa(a, b, categories []float64, w Weight) (float64, error) {
	if len(a) != len(b) || len(a) == 0 || len(categories) < 2 {
		return 0, errorf("agree.shape", "", "%d and %d scores in %d categories", len(a), len(b), len(categories))
	}
	table := make([][]float64, len(categories))
	for i := range table {
		table[i] = make([]float64, len(categories))
	}
	rows, cols := make([]float64, len(categories)), make([]float64, len(categories))
	one := 1 / float64(len(a))
	for k := range a {
		i, j := slices.Index(categories, a[k]), slices.Index(categories, b[k])
		if i < 0 || j < 0 {
			return 0, errorf("agree.category", "", "pair %d: %v and %v are not both among the categories", k+1, a[k], b[k])
		}
		table[i][j] += one
		rows[i] += one
		cols[j] += one
	}
	var observed, expected float64
	for i := range table {
		for j := range table {
			d := steps(i, j, w)
			observed += d * table[i][j]
			expected += d * rows[i] * cols[j]
		}
	}
	if expected == 0 {
		return 0, errorf("agree.variance", "", "both scorers give one category only")
	}
	return 1 - observed/expected, nil
}

func steps(i, j int, w Weight) float64 {
	d := float64(i - j)
	switch {
	case i == j:
		return 0
	case w == Linear:
		return max(d, -d)
	case w == Quadratic:
		return d * d
	}
	return 1
}
