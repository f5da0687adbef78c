package tabulate

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Number is a float64 that JSON can carry: null for what is not a number, and
// ten significant digits, so that the same data give the same text on every
// machine (the last bits of a sum depend on how a processor fuses operations).
type Number float64

// digits is the number of significant digits of a Number in JSON.
const digits = 10

// noise is the size below which a Number is written as 0: rounding errors of
// sums of squares that are zero by construction.
const noise = 1e-12

// MarshalJSON writes the number, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	if math.Abs(v) < noise {
		return []byte("0"), nil
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', digits-1, 64), 64)
	if err != nil {
		return nil, fmt.Errorf("tabulate: round %v: %w", v, err)
	}
	return json.Marshal(rounded)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *Number) UnmarshalJSON(text []byte) error {
	var v *float64
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("tabulate: a number: %w", err)
	}
	*n = nan()
	if v != nil {
		*n = Number(*v)
	}
	return nil
}

// Known reports whether the number is defined.
func (n Number) Known() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

func nan() Number { return Number(math.NaN()) }

func positive(v float64) bool { return v > 0 && !math.IsInf(v, 0) }
