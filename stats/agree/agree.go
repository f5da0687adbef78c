// Package agree says how far scorers agree and how severe each of them is:
// intraclass correlations, Krippendorff's alpha, weighted kappa, the additive
// model of units and scorers by least squares and by REML, and the range that
// calls for arbitration.
//
// Scores are plain numbers and scorers are positions; what is missing is NaN. It
// knows no sheet, no indicator and no round, and it corrects nobody: whether an
// adjusted mark counts is a rule of the round.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	ICC(1), (2), (3) of one scorer and of the mean | psych 2.2.9; Shrout and Fleiss 1979, table 4 | their table 2 | 1e-9 + 1e-6 | TestReference
//	their intervals | psych 2.2.9 ICC(x, lmer = FALSE) | the same; 27 made-up pairs | 1e-6 | TestLimitsOfCorrelationsAreThoseOfR
//	Krippendorff's alpha, four metrics | Krippendorff 2011 as printed | his table | as printed | TestReference
//	its bootstrap interval | R 4.2.2, 100,000 draws of items | three tables | 0.015 | TestLimitsOfAlphaAreThoseOfR
//	weighted kappa | psych 2.2.9 | 20 pairs | 1e-9 + 1e-6 | TestReference
//	severity and adjusted means with their errors, least squares | R 4.2.2 lm | 22 units, 8 scorers | 1e-9 + 1e-6 | TestReference
//	the same by REML | lme4 1.1-31 | the same | as the case says | TestReference
package agree

import (
	"fmt"
	"math"
)

// Error says what is wrong with the numbers. Code is stable ("agree.shape"), At
// names the place, Message is English.
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

// rectangle checks that a matrix has at least the given sizes, rows of one length
// and no infinite number; NaN only where missing is allowed.
func rectangle(x [][]float64, rows, cols int, missing bool) error {
	if len(x) < rows {
		return errorf("agree.shape", "", "%d rows, at least %d are needed", len(x), rows)
	}
	for i, row := range x {
		if len(row) != len(x[0]) || len(row) < cols {
			return errorf("agree.shape", fmt.Sprintf("row %d", i+1), "%d values, want %d and at least %d", len(row), len(x[0]), cols)
		}
		for j, v := range row {
			if math.IsInf(v, 0) || math.IsNaN(v) && !missing {
				return errorf("agree.value", fmt.Sprintf("row %d, column %d", i+1, j+1), "%v is no score", v)
			}
		}
	}
	return nil
}
