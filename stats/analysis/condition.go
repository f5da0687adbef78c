package analysis

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"minyi/stats/weight"
)

// where marks the rows that meet every condition.
func (t *table) where(conditions []Condition, place string) ([]bool, error) {
	mark := make([]bool, t.rows)
	for i := range mark {
		mark[i] = true
	}
	for k, c := range conditions {
		if err := t.and(mark, c, fmt.Sprintf("%s[%d]", place, k)); err != nil {
			return nil, err
		}
	}
	return mark, nil
}

func (t *table) and(mark []bool, c Condition, place string) error {
	s, err := t.column(c.Var, place)
	if err != nil {
		return err
	}
	test, err := s.test(c, place)
	if err != nil {
		return err
	}
	for i := range mark {
		mark[i] = mark[i] && test(i)
	}
	return nil
}

// test compiles a condition to a function of the row.
func (s *series) test(c Condition, place string) (func(i int) bool, error) {
	if c.Op == "notna" {
		return func(i int) bool { return !s.missing(i) }, nil
	}
	values, err := c.values(place)
	if err != nil {
		return nil, err
	}
	if s.numeric {
		return s.numberTest(c, values, place)
	}
	return s.textTest(c, values, place)
}

func (s *series) missing(i int) bool {
	if s.numeric {
		return math.IsNaN(s.value(i))
	}
	return s.codes[i] < 0
}

// values reads the value of a condition as a list of texts; only `in` may have
// more than one.
func (c *Condition) values(place string) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(c.Value, &list) != nil {
		list = []json.RawMessage{c.Value}
	} else if c.Op != "in" {
		return nil, weight.Errorf("analysis.condition", place, "a list goes with the operator in")
	}
	out := make([]string, len(list))
	for k, raw := range list {
		text, err := scalar(raw)
		if err != nil {
			return nil, weight.Errorf("analysis.condition", place, "the value must be a number or a text")
		}
		out[k] = text
	}
	return out, nil
}

// scalar reads a JSON string, or a number in its shortest decimal form.
func scalar(raw json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil && string(raw) != "null" {
		return text, nil
	}
	var v *float64
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", fmt.Errorf("neither text nor number: %w", err)
	}
	if v == nil {
		return "", fmt.Errorf("null is no value")
	}
	return strconv.FormatFloat(*v, 'g', -1, 64), nil
}

func (s *series) numberTest(c Condition, values []string, place string) (func(i int) bool, error) {
	numbers, err := numbersOf(c, values, place)
	if err != nil {
		return nil, err
	}
	meets, err := comparison(c, numbers, place)
	if err != nil {
		return nil, err
	}
	if s.compact() {
		point := s.meeting(meets)
		return func(i int) bool { return point[s.small[i]] }, nil
	}
	return func(i int) bool { return meets(s.numbers[i]) }, nil
}

// compact says whether the column has one byte a row.
func (s *series) compact() bool { return s.numeric && s.numbers == nil }

// meeting compares a compact column point by point.
func (s *series) meeting(meets func(float64) bool) []bool {
	out := make([]bool, len(s.points))
	for k, v := range s.points {
		out[k] = meets(v)
	}
	return out
}

// pointTest is test for a compact column, by point.
func (s *series) pointTest(c Condition, place string) ([]bool, error) {
	if c.Op == "notna" {
		return s.meeting(func(v float64) bool { return !math.IsNaN(v) }), nil
	}
	values, err := c.values(place)
	if err != nil {
		return nil, err
	}
	list, err := numbersOf(c, values, place)
	if err != nil {
		return nil, err
	}
	meets, err := comparison(c, list, place)
	if err != nil {
		return nil, err
	}
	return s.meeting(meets), nil
}

// indicator is the 0/1 column of a condition on a compact column: the same codes
// with other points, no new rows.
func (s *series) indicator(c Condition, place string) (*series, error) {
	test, err := s.pointTest(c, place)
	if err != nil {
		return nil, err
	}
	out := &series{numeric: true, small: s.small, points: make([]float64, len(s.points))}
	for k, v := range s.points {
		switch {
		case math.IsNaN(v) && c.Op != "notna":
			out.points[k] = math.NaN()
		case test[k]:
			out.points[k] = 1
		}
	}
	return out, nil
}

func numbersOf(c Condition, values []string, place string) ([]float64, error) {
	numbers := make([]float64, len(values))
	for k, text := range values {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, weight.Errorf("analysis.condition", place, "the column %q holds numbers, the value %q is none", c.Var, text)
		}
		numbers[k] = v
	}
	return numbers, nil
}

// comparison compiles the comparison of a number; NaN meets none.
func comparison(c Condition, numbers []float64, place string) (func(x float64) bool, error) {
	if len(numbers) == 0 {
		return func(float64) bool { return false }, nil
	}
	v := numbers[0]
	switch c.Op {
	case "in":
		return func(x float64) bool { return slices.Contains(numbers, x) }, nil
	case "==":
		return func(x float64) bool { return x == v }, nil
	case "!=":
		return func(x float64) bool { return x != v && !math.IsNaN(x) }, nil
	case ">":
		return func(x float64) bool { return x > v }, nil
	case ">=":
		return func(x float64) bool { return x >= v }, nil
	case "<":
		return func(x float64) bool { return x < v }, nil
	case "<=":
		return func(x float64) bool { return x <= v }, nil
	}
	return nil, badOperator(c, place)
}

func (s *series) textTest(c Condition, values []string, place string) (func(i int) bool, error) {
	match := make([]bool, len(s.levels))
	for _, text := range values {
		k := slices.Index(s.levels, text)
		if k < 0 && s.factor {
			return nil, weight.Errorf("analysis.condition", place, "the column %q has no level %q", c.Var, text)
		}
		if k >= 0 {
			match[k] = true
		}
	}
	switch c.Op {
	case "==", "in":
		return func(i int) bool { return s.codes[i] >= 0 && match[s.codes[i]] }, nil
	case "!=":
		return func(i int) bool { return s.codes[i] >= 0 && !match[s.codes[i]] }, nil
	}
	return nil, badOperator(c, place)
}

func badOperator(c Condition, place string) error {
	return weight.Errorf("analysis.operator", place, "the operator %q does not go with column %q; use ==, !=, in, notna, "+
		"and for numbers >, >=, <, <=", c.Op, c.Var)
}

// derive makes the new columns in order.
func (t *table) derive(list []Derivation) error {
	for k, d := range list {
		place := fmt.Sprintf("derive[%d]", k)
		if d.Name == "" || (d.When == nil) == (d.Linear == nil) {
			return weight.Errorf("analysis.derive", place, "a derived column has a name and either when or linear")
		}
		if _, taken := t.columns[d.Name]; taken {
			return weight.Errorf("analysis.column_twice", place, "there is a column %q already; choose another name", d.Name)
		}
		derived := t.combination
		if d.When != nil {
			derived = t.indicator
		}
		s, err := derived(d, place)
		if err != nil {
			return err
		}
		t.columns[d.Name] = s
	}
	return nil
}

// combination is a constant plus a linear combination of columns.
func (t *table) combination(d Derivation, place string) (*series, error) {
	out := make([]float64, t.rows)
	for i := range out {
		out[i] = d.Const
	}
	for _, name := range sortedKeys(d.Linear) {
		values, err := t.number(name, place)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			out[i] += d.Linear[name] * v
		}
	}
	return &series{numeric: true, numbers: out}, nil
}

// indicator is 1 where the condition holds, 0 where not, missing where its
// column is.
func (t *table) indicator(d Derivation, place string) (*series, error) {
	s, err := t.column(d.When.Var, place)
	if err != nil {
		return nil, err
	}
	test, err := s.test(*d.When, place)
	if err != nil {
		return nil, err
	}
	if s.compact() {
		return s.indicator(*d.When, place)
	}
	out := &series{numeric: true, small: make([]uint8, t.rows), points: []float64{0, 1, math.NaN()}}
	for i := range out.small {
		switch {
		case s.missing(i) && d.When.Op != "notna":
			out.small[i] = 2
		case test(i):
			out.small[i] = 1
		}
	}
	return out, nil
}
