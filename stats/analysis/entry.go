package analysis

import (
	"encoding/json"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Entry is the answer to one request: Fields in the shape of the format's
// expect, or Err.
type Entry struct {
	Fields map[string]any
	Err    *Error
}

// MarshalJSON writes the fields, or {"error":{"code","message"}}. It never fails for
// what Run returns.
func (e Entry) MarshalJSON() ([]byte, error) {
	if e.Err != nil {
		return json.Marshal(map[string]any{"error": warning{Code: e.Err.Code, Message: e.Err.Error()}})
	}
	return json.Marshal(e.Fields)
}

// number marshals NaN as null and infinities as "inf" and "-inf".
type number float64

// MarshalJSON writes a number so that reading it back gives the same double. It
// never fails.
func (n number) MarshalJSON() ([]byte, error) {
	v := float64(n)
	switch {
	case math.IsNaN(v):
		return []byte("null"), nil
	case math.IsInf(v, 1):
		return []byte(`"inf"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-inf"`), nil
	}
	return json.Marshal(v)
}

func numbers(values []float64) []number {
	out := make([]number, len(values))
	for k, v := range values {
		out[k] = number(v)
	}
	return out
}

func matrix(m *mat.SymDense, n int) [][]number {
	out := make([][]number, n)
	for i := range out {
		out[i] = make([]number, n)
		for j := range out[i] {
			out[i][j] = number(m.At(i, j))
		}
	}
	return out
}

// warning tells a reader of the document why a value or an entry is missing.
type warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// warn adds the warnings that explain undefined values: missing answers that
// were not dropped, and a domain without rows.
func warn(fields map[string]any, missing, rows int, dropped bool) map[string]any {
	var list []warning
	if missing > 0 && !dropped {
		list = append(list, warning{"estimate.missing", "some rows have no value, so the estimate is not defined; set na_rm to leave them out"})
	}
	if rows == 0 {
		list = append(list, warning{"estimate.no_rows", "no row with weight is left in the domain"})
	}
	if list != nil {
		fields["warnings"] = list
	}
	return fields
}

// explained gives an entry that holds an undefined number a word on it, where it has
// none yet.
func explained(fields map[string]any) map[string]any {
	if _, said := fields["warnings"]; said || !undefined(fields) {
		return fields
	}
	code, message := "estimate.undefined", "a number is null where it is not defined: a group without rows or a limit outside the data"
	if df, ok := fields["df"].(number); ok && !(df > 0) {
		code, message = "estimate.no_df", "no degrees of freedom are left for tests and limits; join strata, ask for more rows, or set df"
	} else if flat(fields["se"]) {
		code, message = "estimate.no_variance", "all answers are the same, so no sampling error can be seen; for a share, method minyi has limits all the same"
	}
	fields["warnings"] = []warning{{code, message}}
	return fields
}

// undefined says whether a number among the fields is NaN.
func undefined(fields map[string]any) bool {
	for _, field := range fields {
		switch v := field.(type) {
		case number:
			if math.IsNaN(float64(v)) {
				return true
			}
		case []number:
			if slices.ContainsFunc(v, func(n number) bool { return math.IsNaN(float64(n)) }) {
				return true
			}
		}
	}
	return false
}

// flat says whether every standard error is 0.
func flat(se any) bool {
	switch v := se.(type) {
	case number:
		return v == 0
	case []number:
		return len(v) > 0 && !slices.ContainsFunc(v, func(n number) bool { return n != 0 })
	}
	return false
}
