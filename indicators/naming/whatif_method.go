package naming

import (
	"math"
	"slices"

	"minyi/stats/rank"
)

// methods puts the parts together in other ways. Where one is missing, those that
// need all of them take the mean of the others' marks. Kemeny is left out where
// there are more units than can be looked through.
func (f frame) methods() ([]Method, error) {
	var out []Method
	add := func(name string, scores []float64) {
		// Weights from data that agree altogether are no numbers: then there is no such order.
		if !slices.ContainsFunc(scores, math.IsNaN) {
			out = append(out, Method{name, rank.Point(scores)})
		}
	}
	add("geometric", combined(f.x, f.share, rank.Geometric))
	add("harmonic", combined(f.x, f.share, rank.Harmonic))
	equal := make([]float64, len(f.share))
	for n := range equal {
		equal[n] = 1
	}
	add("equal", combined(f.x, equal, rank.Arithmetic))
	whole := filled(f.x, true)
	if len(f.share) < 2 {
		return out, nil
	}
	if err := f.byData(whole, add); err != nil {
		return nil, err
	}
	votes, err := rank.Count(turned(whole))
	if err != nil {
		return nil, err
	}
	add("borda", votes.Borda())
	add("copeland", votes.Copeland())
	const most = 9 // units whose orders can all be looked through
	if len(f.x) > most {
		return out, nil
	}
	orders, _, err := votes.Kemeny()
	if err != nil {
		return nil, err
	}
	places := make([]int, len(f.x))
	for at, unit := range orders[0] {
		places[unit] = at + 1
	}
	return append(out, Method{"kemeny", places}), nil
}

// byData adds TOPSIS and the weights that follow from the data.
func (f frame) byData(whole [][]float64, add func(string, []float64)) error {
	up := make([]int, len(f.share))
	for n := range up {
		up[n] = 1
	}
	near, err := rank.Topsis(whole, up, f.share)
	if err != nil {
		return err
	}
	add("topsis", near)
	shares, err := rank.Shares(whole, up)
	if err != nil {
		return err
	}
	entropy, _ := rank.EntropyWeights(shares)
	add("entropy", combined(whole, entropy, rank.Arithmetic))
	add("critic", combined(whole, rank.CriticWeights(shares), rank.Arithmetic))
	return nil
}

func turned(x [][]float64) [][]float64 {
	out := make([][]float64, len(x[0]))
	for n := range out {
		out[n] = columnOf(x, n)
	}
	return out
}
