// Package rank says how sure an order is: point ranks, intervals and confidence
// sets for ranks, the probability of each rank, and how a composite of two
// scores and its order depend on their weight; and, for what-if beside the
// scheme, indices by other scalings and means, weights from the data, votes over
// criteria, and the sensitivity of an outcome to its choices.
//
// Scores are plain numbers, the higher the better; rank 1 is the highest. It
// knows no unit, scheme or scorebook, and decides nothing: the official order
// is naming's, in exact integers.
//
// Sources: Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for ranks with
// applications to mobility across neighbourhoods and academic achievement
// across countries, Review of Economic Studies 91, 476-518; Klein, Wright and
// Wieczorek (2020), A joint confidence region for an overall ranking of
// populations, JRSS C 69, 589-606.
package rank

import (
	"fmt"
	"math"
)

// tieTolerance: scores closer than this share a rank.
const tieTolerance = 1e-9

// Error says what is wrong with the numbers. Code is stable ("rank.length"),
// At names the place, Message is English.
type Error struct {
	Code, Message, At string
}

// Error returns the message, led by the place where it has one.
func (e *Error) Error() string {
	if e.At == "" {
		return e.Message
	}
	return e.At + ": " + e.Message
}

func errorf(code, at, format string, args ...any) *Error {
	return &Error{Code: code, At: at, Message: fmt.Sprintf(format, args...)}
}

// Point returns competition ranks: 1 plus the number of scores that are larger.
// Scores within 1e-9 of each other tie. A score that is not a number gets rank
// 0 and outranks nobody.
func Point(x []float64) []int {
	out := make([]int, len(x))
	for i, v := range x {
		if math.IsNaN(v) {
			continue
		}
		out[i] = 1
		for _, other := range x {
			if other > v+tieTolerance {
				out[i]++
			}
		}
	}
	return out
}

// Sets are rank sets: unit i's rank lies in Best[i] … Worst[i].
type Sets struct {
	Best, Worst []int
}

// Method is the way that Klein, Wright and Wieczorek's intervals become joint.
type Method int

// Independence takes gamma = coverage^(1/K), for independent scores;
// Bonferroni gamma = 1 - (1-coverage)/K, for any.
const (
	Independence Method = iota + 1
	Bonferroni
)

// Intervals returns Klein, Wright and Wieczorek's joint rank intervals from
// scores and their standard errors, and the normal quantile z that they use:
// unit i lies in [1 + #{lower_j > upper_i}, K - #{upper_j < lower_i}], the
// limits being x ± z·se.
func Intervals(x, se []float64, coverage float64, method Method) (Sets, float64, error) {
	if err := check(x, se, coverage); err != nil {
		return Sets{}, 0, err
	}
	k := float64(len(x))
	gamma := 1 - (1-coverage)/k
	if method == Independence {
		gamma = math.Pow(coverage, 1/k)
	}
	z := normalQuantile((1 + gamma) / 2)
	sets := Sets{Best: make([]int, len(x)), Worst: make([]int, len(x))}
	for i := range x {
		sets.Best[i], sets.Worst[i] = 1, len(x)
		for j := range x {
			if j == i {
				continue
			}
			if x[j]-z*se[j] > x[i]+z*se[i] {
				sets.Best[i]++
			}
			if x[j]+z*se[j] < x[i]-z*se[i] {
				sets.Worst[i]--
			}
		}
	}
	return sets, z, nil
}

func check(x, se []float64, coverage float64) error {
	if len(x) == 0 {
		return errorf("rank.empty", "", "there is nothing to rank")
	}
	if len(se) != len(x) {
		return errorf("rank.length", "se", "%d standard errors for %d scores", len(se), len(x))
	}
	for i := range x {
		if math.IsNaN(x[i]) || math.IsInf(x[i], 0) {
			return errorf("rank.score", fmt.Sprintf("unit %d", i+1), "the score is %v; leave out units without a score", x[i])
		}
		if !(se[i] >= 0) || math.IsInf(se[i], 0) {
			return errorf("rank.se", fmt.Sprintf("unit %d", i+1), "the standard error is %v; it must be finite and not negative", se[i])
		}
	}
	if !(coverage > 0 && coverage < 1) {
		return errorf("rank.coverage", "coverage", "the level is %v; it lies between 0 and 1, such as 0.95", coverage)
	}
	return nil
}

// Diagonal is the covariance matrix of independent scores.
func Diagonal(se []float64) [][]float64 {
	out := make([][]float64, len(se))
	for i, s := range se {
		out[i] = make([]float64, len(se))
		out[i][i] = s * s
	}
	return out
}
