// Package weight makes survey weights: post-stratification, raking,
// calibration with the linear, raking and logit distances, trimming and
// nonresponse adjustment, each with its diagnostics. Everything is a pure
// function over columns of equal length, one entry a respondent; the input
// slices are never changed.
//
// It does not compute variances (stats/design does, and asks this package for
// the residuals that calibration leaves) and knows no file, unit or clock.
//
// Sources: Deville and Särndal (1992), Calibration estimators in survey
// sampling, JASA 87, 376-382; Deville, Särndal and Sautory (1993), Generalized
// raking procedures, JASA 88, 1013-1020; Kish (1965), Survey Sampling.
package weight

import (
	"fmt"
	"math"
)

// Error says what is wrong with the numbers and what to do about it. Code is
// stable ("weight.infeasible"), At names the place (a column, a cell, a row
// counted from 1), Message is English for the person who wrote the analysis.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	At      string `json:"at,omitempty"`
}

// Error returns the message, led by the place where it has one.
func (e *Error) Error() string {
	if e.At == "" {
		return e.Message
	}
	return e.At + ": " + e.Message
}

// Errorf makes an Error from a code, a place and a formatted message.
func Errorf(code, at, format string, args ...any) *Error {
	return &Error{Code: code, At: at, Message: fmt.Sprintf(format, args...)}
}

// Check demands weights that are finite and not negative, with a positive sum.
// The error names the first bad row, counted from 1.
func Check(w []float64) error { return check(w, nil) }

// Checked returns a copy of weights that Check accepts, else its error.
func Checked(w []float64) ([]float64, error) {
	out := make([]float64, len(w))
	return out, check(w, out)
}

// check is Check, and copies the weights where there is room for them.
func check(w, out []float64) error {
	blocks := Blocks(len(w))
	sums, bad := make([]float64, blocks), make([]int, blocks)
	InBlocks(len(w), blocks, func(b, low, high int) {
		bad[b] = -1
		for from := low; from < high && bad[b] < 0; from += windowRows {
			to, sum := min(from+windowRows, high), 0.0
			sum, bad[b] = checkRows(w, from, to)
			sums[b] += sum
			if out != nil {
				copy(out[from:to], w[from:to])
			}
		}
	})
	sum := 0.0
	for b, i := range bad {
		if i >= 0 {
			return Errorf("weight.bad", fmt.Sprintf("row %d", i+1),
				"the weight is %v; weights must be finite and not negative", w[i])
		}
		sum += sums[b]
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return Errorf("weight.sum", "", "the weights of %d rows sum to %v; give at least one row a positive weight", len(w), sum)
	}
	return nil
}

// checkRows sums the weights of rows low to high-1, or returns the first bad row.
func checkRows(w []float64, low, high int) (sum float64, bad int) {
	var sums [4]float64 // so that an addition need not wait for the one before
	for i, v := range w[low:high] {
		if !(v >= 0 && v <= math.MaxFloat64) {
			return 0, low + i
		}
		sums[i&3] += v
	}
	return sums[0] + sums[1] + sums[2] + sums[3], -1
}

// Summary describes a set of weights. KishDeff is n·Σw²/(Σw)² (Kish 1965,
// section 11.7), KishNeff is n/KishDeff. Without rows Min, Max and both Kish
// figures are NaN.
type Summary struct {
	N                  int
	Sum, Min, Max      float64
	KishDeff, KishNeff float64
}

// Summarize computes the Summary of w.
func Summarize(w []float64) Summary {
	s := Summary{N: len(w), Min: math.NaN(), Max: math.NaN(), KishDeff: math.NaN(), KishNeff: math.NaN()}
	if len(w) == 0 {
		return s
	}
	s.Min, s.Max = w[0], w[0]
	for _, v := range w {
		s.Sum += v
		s.Min, s.Max = math.Min(s.Min, v), math.Max(s.Max, v)
	}
	squares, scale := 0.0, math.Max(math.Abs(s.Min), math.Abs(s.Max))
	for _, v := range w {
		squares += (v / scale) * (v / scale)
	}
	relative := s.Sum / scale
	s.KishNeff = relative * relative / squares
	s.KishDeff = float64(len(w)) / s.KishNeff
	return s
}
