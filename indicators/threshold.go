package indicators

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Op is the comparison of a threshold.
type Op string

// The comparisons of the notice; 以上, 以下 and 以内 include the number itself.
const (
	AtLeast Op = "≥"
	AtMost  Op = "≤"
	Equal   Op = "="
)

// Form says what a threshold compares.
type Form string

// The forms of a threshold.
const (
	FormNumber  Form = "number"  // a number with a unit
	FormDate    Form = "date"    // a day of the year, the last on which the thing is in time
	FormOutside Form = "outside" // a number that the office enters each year, such as a national mean
)

// Softness says how binding a threshold is; anything but Firm only warns.
type Softness string

// The softening words of the notice.
const (
	Firm         Softness = ""
	Normally     Softness = "一般"
	InPrinciple  Softness = "原则上"
	WhereCapable Softness = "有条件的"
)

// Threshold is one number printed in an indicator's text.
type Threshold struct {
	Name  string   `json:"name"`
	Op    Op       `json:"op"`
	Form  Form     `json:"form"`
	Raw   string   `json:"raw"`   // the limit as the notice words it
	Value Mark     `json:"value"` // FormNumber: the limit in hundredths of the unit
	Month int      `json:"month"` // FormDate: 1 to 12
	Day   int      `json:"day"`   // FormDate: 1 to 31
	Unit  string   `json:"unit"`
	Soft  Softness `json:"soft"`
}

// Meets reports whether a value in hundredths of the unit keeps the threshold.
// A threshold without a number of its own (FormDate, FormOutside) is never met
// by a number: see MeetsDay and With.
func (t Threshold) Meets(v Mark) bool {
	if t.Form != FormNumber {
		return false
	}
	switch t.Op {
	case AtLeast:
		return v >= t.Value
	case AtMost:
		return v <= t.Value
	case Equal:
		return v == t.Value
	}
	return false
}

// MeetsDay reports whether something done on that month and day was in time.
func (t Threshold) MeetsDay(month, day int) bool {
	return t.Form == FormDate && (month < t.Month || month == t.Month && day <= t.Day)
}

// With returns an outside threshold with the number that the office entered. One
// that has no unit is a percentage, as the notice's only one is.
func (t Threshold) With(limit Mark) Threshold {
	if t.Form != FormOutside {
		return t
	}
	t.Form, t.Value = FormNumber, limit
	if t.Unit == "" {
		t.Unit = unitPercent
	}
	return t
}

// ParseThresholds reads the thresholds column of a catalogue file.
func ParseThresholds(column string) ([]Threshold, error) {
	var out []Threshold
	for part := range strings.SplitSeq(column, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		t, err := parseThreshold(part)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func parseThreshold(part string) (Threshold, error) {
	fields := strings.Fields(part)
	at := -1
	for i, f := range fields {
		if op := Op(f); op == AtLeast || op == AtMost || op == Equal {
			at = i
		}
	}
	if at < 1 || at+1 >= len(fields) {
		return Threshold{}, fmt.Errorf("threshold %q: want NAME OP LIMIT [UNIT]", part)
	}
	t := Threshold{Name: strings.Join(fields[:at], " "), Op: Op(fields[at]), Raw: fields[at+1]}
	rest := fields[at+2:]
	if n := len(rest); n > 0 {
		if soft, ok := softness(rest[n-1]); ok {
			t.Soft, rest = soft, rest[:n-1]
		}
	}
	t.Unit = strings.Join(rest, " ")
	return limit(t), nil
}

func softness(word string) (Softness, bool) {
	inner, ok := strings.CutPrefix(word, "(")
	if !ok {
		return Firm, false
	}
	s := Softness(strings.TrimSuffix(inner, ")"))
	return s, slices.Contains([]Softness{Normally, InPrinciple, WhereCapable}, s)
}

// limit fills in the form and the value of a threshold from its raw words.
func limit(t Threshold) Threshold {
	const quarter = "每年第一季度末"
	if v, err := ParseMark(t.Raw); err == nil {
		t.Form, t.Value = FormNumber, v
		return t
	}
	if t.Raw == quarter {
		t.Form, t.Month, t.Day = FormDate, 3, 31
		return t
	}
	if m := regexp.MustCompile(`^每年(\d{1,2})月(\d{1,2})日$`).FindStringSubmatch(t.Raw); m != nil {
		t.Form = FormDate
		t.Month, _ = strconv.Atoi(m[1])
		t.Day, _ = strconv.Atoi(m[2])
		return t
	}
	t.Form = FormOutside
	return t
}
