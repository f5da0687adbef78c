// Package analysis runs an analysis file: a JSON text that names a CSV file,
// its columns, a sampling design, steps that adjust the weights, and the
// estimates asked for (format 1). It parses both from readers and answers with
// a document that marshals to JSON; it opens nothing itself.
//
// The numbers come from stats/weight, stats/design and stats/estimate; this
// package only translates names into columns and codes, and errors into places
// of the file ("steps[0]").
package analysis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"minyi/stats/weight"
)

// Error is an error with a stable code, a message and the place in the file.
type Error = weight.Error

// maxFileBytes bounds an analysis file; data come in their own CSV files.
const maxFileBytes = 64 << 20

// File is a parsed analysis file. Fields that only people and tests use are not read.
type File struct {
	Format     int               `json:"format"`
	ID         string            `json:"id"`
	Data       string            `json:"data"`
	Columns    map[string]Column `json:"columns"`
	Filter     []Condition       `json:"filter"`
	Derive     []Derivation      `json:"derive"`
	Design     *Design           `json:"design"`
	Replicates string            `json:"replicates"`
	Steps      []Step            `json:"steps"`
	Requests   []Request         `json:"estimates"`
}

// Column declares a column: number, string, or factor with its levels in
// output order.
type Column struct {
	Type   string   `json:"type"`
	Levels []string `json:"levels"`
}

// Condition compares a column with a value; a missing value fails it.
type Condition struct {
	Var   string          `json:"var"`
	Op    string          `json:"op"`
	Value json.RawMessage `json:"value"`
}

// Derivation makes a number column: 1 or 0 by a condition, or a constant plus
// a linear combination of number columns.
type Derivation struct {
	Name   string             `json:"name"`
	When   *Condition         `json:"when"`
	Linear map[string]float64 `json:"linear"`
	Const  float64            `json:"const"`
}

// Design is the sampling design of the file, type taylor or replicate.
type Design struct {
	Type     string    `json:"type"`
	IDs      []string  `json:"ids"`
	Strata   []string  `json:"strata"`
	Weights  string    `json:"weights"`
	FPC      []string  `json:"fpc"`
	Nest     bool      `json:"nest"`
	Lonely   string    `json:"lonely_psu"`
	PPS      string    `json:"pps"`
	Combined bool      `json:"combined"`
	Scale    float64   `json:"scale"`
	RScales  []float64 `json:"rscales"`
	MSE      bool      `json:"mse"`
}

// Step is one adjustment of the weights.
type Step struct {
	Op          string                       `json:"op"`
	By          []string                     `json:"by"`
	Cells       []map[string]json.RawMessage `json:"cells"`
	Margins     []Margin                     `json:"margins"`
	Method      string                       `json:"method"`
	Intercept   bool                         `json:"intercept"`
	Terms       []string                     `json:"terms"`
	Totals      map[string]float64           `json:"totals"`
	Bounds      []Bound                      `json:"bounds"`
	BoundsConst bool                         `json:"bounds_const"`
	Epsilon     float64                      `json:"epsilon"`
	MaxIter     int                          `json:"max_iter"`
	Lower       *Bound                       `json:"lower"`
	Upper       *Bound                       `json:"upper"`
	Strict      bool                         `json:"strict"`
	Replicates  int                          `json:"replicates"`
	Seed        uint64                       `json:"seed"`
	Rho         float64                      `json:"rho"`
	MSE         bool                         `json:"mse"`
	Answered    *Condition                   `json:"answered"`
	Weighted    bool                         `json:"weighted"`
	Classes     int                          `json:"classes"`
	Floor       float64                      `json:"floor"`
}

// Margin is one margin of a rake step.
type Margin struct {
	Var    string             `json:"var"`
	Totals map[string]float64 `json:"totals"`
}

// Bound is a number, or "inf" or "-inf".
type Bound float64

// UnmarshalJSON reads a number, "inf" or "-inf". It fails on anything else.
func (b *Bound) UnmarshalJSON(text []byte) error {
	switch string(bytes.TrimSpace(text)) {
	case `"inf"`, `"Inf"`:
		*b = Bound(math.Inf(1))
		return nil
	case `"-inf"`, `"-Inf"`:
		*b = Bound(math.Inf(-1))
		return nil
	}
	var v float64
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("a bound is a number, \"inf\" or \"-inf\": %w", err)
	}
	*b = Bound(v)
	return nil
}

// Request asks for one estimate; which fields it reads depends on its kind.
type Request struct {
	Kind      string      `json:"kind"`
	Vars      []string    `json:"vars"`
	Var       string      `json:"var"`
	By        []string    `json:"by"`
	Stat      string      `json:"stat"`
	Num       string      `json:"num"`
	Den       string      `json:"den"`
	Of        *Request    `json:"of"`
	Coef      []float64   `json:"coef"`
	Probs     []float64   `json:"probs"`
	QRule     string      `json:"qrule"`
	CIMethod  string      `json:"ci_method"`
	Method    string      `json:"method"`
	Y         string      `json:"y"`
	Group     string      `json:"group"`
	Row       string      `json:"row"`
	Col       string      `json:"col"`
	Statistic string      `json:"statistic"`
	Items     []string    `json:"items"`
	Vardir    string      `json:"vardir"`
	Terms     []string    `json:"terms"`
	Family    string      `json:"family"`
	Est       string      `json:"est"`
	SE        string      `json:"se"`
	Tau       int         `json:"tau"`
	Domain    []Condition `json:"domain"`
	NaRm      bool        `json:"na_rm"`
	Level     float64     `json:"level"`
	DF        *Bound      `json:"df"`
	Deff      Flag        `json:"deff"`

	NoIntercept bool `json:"no_intercept"`
	Planning

	wrong error // a field that the kind does not read
}

// Flag is a word, or true for the default word of its place.
type Flag string

// UnmarshalJSON reads a string, true or false. It fails on anything else.
func (f *Flag) UnmarshalJSON(text []byte) error {
	var on bool
	if json.Unmarshal(text, &on) == nil {
		if on {
			*f = "wor"
		}
		return nil
	}
	var word string
	if err := json.Unmarshal(text, &word); err != nil {
		return fmt.Errorf("deff is \"wor\" or \"wr\": %w", err)
	}
	*f = Flag(word)
	return nil
}

// Parse reads an analysis file of format 1. A text that is not JSON, that
// continues after the object, that has another format, or a field that nothing reads
// is an error; such a field of a request is the error of its entry.
func Parse(r io.Reader) (*File, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the analysis file: %w", err)
	}
	if len(text) > maxFileBytes {
		return nil, weight.Errorf("analysis.too_large", "", "the analysis file is larger than %d MiB", maxFileBytes>>20)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	f := &File{}
	if err := json.Unmarshal(text, f); err != nil {
		return nil, weight.Errorf("analysis.json", jsonPlace(text, err), "the analysis file is not valid: %v", err)
	}
	if f.Format != 1 {
		return nil, weight.Errorf("analysis.format", "format", "the format is %d; this program reads format 1", f.Format)
	}
	if f.Data == "" {
		return nil, weight.Errorf("analysis.no_data", "data", "the analysis names no data file")
	}
	if err := f.checkFields(text); err != nil {
		return nil, err
	}
	return f, nil
}

// jsonPlace says where a JSON error stands: its field, or its line.
func jsonPlace(text []byte, err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return kind.Field
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("line %d", 1+bytes.Count(text[:min(len(text), int(syntax.Offset))], []byte{'\n'}))
	}
	return ""
}
