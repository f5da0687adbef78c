package sequence_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"minyi/stats/sequence"
)

// An error is led by its place, where it has one, and keeps its code.
func TestErrorsReadWithTheirPlace(t *testing.T) {
	t.Parallel()
	_, err := sequence.NewMixture(0, 0.95)
	_, other := sequence.NewBetting(sequence.Scale{Low: 1, High: 0, MaxWeight: 1})
	for _, err := range []error{err, other} {
		var known *sequence.Error
		if !errors.As(err, &known) || known.Code == "" || !strings.HasPrefix(known.Error(), known.At) || !strings.HasSuffix(known.Error(), known.Message) {
			t.Errorf("got %v, want an error with its place", err)
		}
	}
	bare := sequence.Error{Code: "sequence.value", Message: "no place"}
	if got := bare.Error(); got != "no place" {
		t.Errorf("got %q, want the message alone", got)
	}
}

// Level 0 is 0.95; what is no standard error, number, plan or level has no limits.
func TestMixtureLimitsOfWhatIsNone(t *testing.T) {
	t.Parallel()
	low, high := sequence.MixtureLimits(0.5, 0.02, 400, 400, 0)
	wantLow, wantHigh := sequence.MixtureLimits(0.5, 0.02, 400, 400, 0.95)
	if low != wantLow || high != wantHigh || !(low < 0.5-1.96*0.02) {
		t.Errorf("got %v to %v, want those of 0.95, %v to %v", low, high, wantLow, wantHigh)
	}
	for name, c := range map[string][5]float64{
		"no error": {0.5, 0, 400, 400, 0.95}, "an infinite error": {0.5, math.Inf(1), 400, 400, 0.95}, "one unit": {0.5, 0.1, 1, 400, 0.95},
		"no plan": {0.5, 0.1, 400, 0, 0.95}, "a level of 2": {0.5, 0.1, 400, 400, 2}, "no number": {0.5, math.NaN(), 400, 400, 0.95},
	} {
		if low, high := sequence.MixtureLimits(c[0], c[1], c[2], c[3], c[4]); !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("%s: got %v to %v, want none", name, low, high)
		}
	}
}
