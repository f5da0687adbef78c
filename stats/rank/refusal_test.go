package rank_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"minyi/stats/rank"
)

// What cannot be ranked or combined is an error with a code and, where there is one,
// the place.
func TestRefusalsNameTheirPlace(t *testing.T) {
	t.Parallel()
	two := rank.Part{Score: []float64{1, 2}, SE: []float64{1, 1}}
	three := rank.Part{Score: []float64{1, 2, 3}, SE: []float64{1, 1, 1}}
	sick := rank.Part{Score: []float64{1, 2}, SE: []float64{1, -1}}
	few, bent := rank.Draws{Count: 7}, [][]float64{{1, 2}, {2, 1}} // an eigenvalue of -1
	one := rank.Diagonal([]float64{1, 1})
	for name, c := range map[string]struct {
		f        func() error
		code, at string
	}{
		"parts of different length":  {func() error { _, err := rank.Composite(two, three, 0.5); return err }, "rank.length", ""},
		"a first part that is none":  {func() error { _, err := rank.Composite(sick, two, 0.5); return err }, "rank.se", "unit 2"},
		"a second part that is none": {func() error { _, err := rank.Swaps(two, sick); return err }, "rank.se", "unit 2"},
		"a weight of 3":              {func() error { _, err := rank.Composite(two, two, 3); return err }, "rank.weight", "weight"},
		"swaps of different parts":   {func() error { _, err := rank.Swaps(two, three); return err }, "rank.length", ""},
		"a range of different parts": {func() error { _, _, err := rank.SteadyRange(two, three, 0.5, 1); return err }, "rank.length", ""},
		"intervals of nothing":       {func() error { _, _, err := rank.Intervals(nil, nil, 0.95, rank.Bonferroni); return err }, "rank.empty", ""},
		"a score that is none": {func() error {
			_, _, err := rank.Intervals([]float64{math.NaN()}, []float64{1}, 0.95, rank.Bonferroni)
			return err
		}, "rank.score", "unit 1"},
		"an error too few": {func() error {
			_, _, err := rank.Intervals([]float64{1, 2}, []float64{1}, 0.95, rank.Bonferroni)
			return err
		}, "rank.length", "se"},
		"a coverage of 95":         {func() error { _, _, err := rank.Intervals(two.Score, two.SE, 95, rank.Bonferroni); return err }, "rank.coverage", "coverage"},
		"seven draws":              {func() error { _, err := rank.Marginal(two.Score, one, 0.95, few); return err }, "rank.draws", "draws"},
		"seven draws for all":      {func() error { _, err := rank.Simultaneous(two.Score, one, 0.95, few); return err }, "rank.draws", "draws"},
		"seven draws for the best": {func() error { _, err := rank.TauBest(two.Score, one, 1, 0.95, few); return err }, "rank.draws", "draws"},
		"the best three of two":    {func() error { _, err := rank.TauBest(two.Score, one, 3, 0.95, rank.Draws{}); return err }, "rank.tau", "tau"},
		"chances of seven draws":   {func() error { _, err := rank.Probabilities(two.Score, one, 1, few); return err }, "rank.draws", "draws"},
		"chances of a bent matrix": {func() error { _, err := rank.Probabilities(two.Score, bent, 1, rank.Draws{}); return err }, "rank.sigma", "Sigma"},
		"chances of no scores":     {func() error { _, err := rank.Probabilities(nil, nil, 1, rank.Draws{}); return err }, "rank.empty", ""},
		"a lopsided matrix": {func() error {
			_, err := rank.Marginal(two.Score, [][]float64{{1, 2}, {0, 1}}, 0.95, rank.Draws{})
			return err
		}, "rank.sigma", "Sigma[1][2]"},
		"a matrix of one row": {func() error {
			_, err := rank.Marginal(two.Score, [][]float64{{1}, {0, 1}}, 0.95, rank.Draws{})
			return err
		}, "rank.length", "Sigma row 1"},
	} {
		err := c.f()
		var known *rank.Error
		if !errors.As(err, &known) || known.Code != c.code || known.At != c.at {
			t.Errorf("%s: got %+v, want %s at %q", name, err, c.code, c.at)
			continue
		}
		if text := known.Error(); !strings.HasPrefix(text, c.at) || !strings.HasSuffix(text, known.Message) {
			t.Errorf("%s: the error reads %q", name, text)
		}
	}
}
