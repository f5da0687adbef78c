// Package careless computes response indices: numbers that say how a person
// answered (in runs, against the scale's direction, like somebody else), never
// what the person thinks. Every function is pure, takes columns of answers and
// returns one number a person; a person for whom an index is not defined has NaN.
//
// It decides nothing and drops nobody: whether an answer is doubtful is for
// survey/quality to advise and for people to decide. It knows no clock, no
// device and no unit.
//
// Sources: Johnson (2005), Ascertaining the validity of individual protocols
// from web-based personality inventories, J. Res. Pers. 39, 103-129 (longest and
// average run); Dunn, Heggestad, Shanock and Theilgard (2018), Intra-individual
// response variability as an indicator of insufficient effort responding, J. Bus.
// Psychol. 33, 105-121; Marjanovic, Holden, Struthers, Cribbie and Greenglass
// (2015), The inter-item standard deviation, Pers. Individ. Differ. 84, 79-83;
// Meade and Craig (2012), Identifying careless responses in survey data, Psychol.
// Methods 17, 437-455 (Mahalanobis distance, even-odd consistency, psychometric
// synonyms); Donlon and Fischer (1968), An index of an individual's agreement
// with group-determined item difficulties, Educ. Psychol. Meas. 28, 105-113
// (person-total correlation); Emons (2008), Nonparametric person-fit analysis of
// polytomous item scores, Appl. Psychol. Meas. 32, 224-247 (Guttman errors);
// Kuriakose and Robbins (2016), Don't get duped, Stat. J. IAOS 32, 283-291, with
// Simmons, Mercer, Schwarzer and Kennedy (2016), Evaluating a new proposal for
// detecting data falsification in surveys, Pew Research Center (percent match,
// and why 85 % is no proof).
//
// The functions whose results R's package careless 1.2.2 also gives (longstring,
// irv, mahad, evenodd, psychsyn) agree with it to 1e-6.
package careless

import (
	"fmt"
	"math"
)

// Columns holds answers by item: Columns[j][i] is what person i answered to item
// j. NaN is no opinion or no answer.
type Columns [][]float64

// Error says what is wrong with the numbers. Code is stable ("careless.shape"),
// Message is English and says what to do.
type Error struct {
	Code, Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

func errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// people returns how many people the columns hold. The code is careless.shape
// when there is no item or the columns differ in length.
func (c Columns) people() (int, error) {
	if len(c) == 0 {
		return 0, errorf("careless.shape", "no item is given; give at least one column")
	}
	for j, column := range c {
		if len(column) != len(c[0]) {
			return 0, errorf("careless.shape", "item %d has %d people, item 1 has %d; give columns of one length", j+1, len(column), len(c[0]))
		}
	}
	return len(c[0]), nil
}

// row copies person i's answers into out, without those that are missing.
func (c Columns) row(i int, out []float64) []float64 {
	out = out[:0]
	for _, column := range c {
		if !math.IsNaN(column[i]) {
			out = append(out, column[i])
		}
	}
	return out
}

// each applies an index to every person's given answers.
func (c Columns) each(index func([]float64) float64) ([]float64, error) {
	n, err := c.people()
	if err != nil {
		return nil, err
	}
	out := make([]float64, n)
	answers := make([]float64, 0, len(c))
	for i := range out {
		answers = c.row(i, answers)
		out[i] = index(answers)
	}
	return out, nil
}

// correlation is Pearson's correlation; NaN with fewer than two pairs or where
// one side does not vary.
func correlation(x, y []float64) float64 {
	n := float64(len(x))
	mx, my := mean(x), mean(y)
	var sxx, syy, sxy float64
	for k := range x {
		dx, dy := x[k]-mx, y[k]-my
		sxx += dx * dx
		syy += dy * dy
		sxy += dx * dy
	}
	// Sums of squares of equal numbers can end a rounding error above 0.
	if n < 2 || sxx <= 1e-24*n*(1+mx*mx) || syy <= 1e-24*n*(1+my*my) {
		return math.NaN()
	}
	return max(-1, min(1, sxy/math.Sqrt(sxx*syy)))
}

func mean(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
