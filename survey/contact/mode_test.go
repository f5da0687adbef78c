package contact_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"minyi/survey/contact"
	"minyi/survey/tabulate"
)

// people reads testdata/modes.csv: 144 made-up people in twelve PSUs of two strata.
func people(t *testing.T) contact.Sheets {
	t.Helper()
	f, err := os.Open("testdata/modes.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := contact.Sheets{Of: []contact.Trait{{Name: "sex"}, {Name: "age"}, {Name: "alike"}}, Measures: []contact.Measure{{Name: "index"}, {Name: "q1"}}}
	number := func(text string) float64 {
		if text == "" {
			return math.NaN()
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, r := range rows[1:] {
		s.Strata, s.PSU = append(s.Strata, int32(number(r[0]))), append(s.PSU, int32(number(r[1])))
		s.Weight, s.Phone = append(s.Weight, number(r[2])), append(s.Phone, r[3] == "phone")
		s.Of[0].Values, s.Of[1].Values, s.Of[2].Values = append(s.Of[0].Values, r[4]), append(s.Of[1].Values, r[5]), append(s.Of[2].Values, "x")
		s.Measures[0].Values, s.Measures[1].Values = append(s.Measures[0].Values, number(r[6])), append(s.Measures[1].Values, number(r[7]))
	}
	return s
}

func TestTheEffectOfTheModeIsThatOfSvyglm(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/modes.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]json.RawMessage
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	got, err := contact.CompareModes(people(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Adjusted) != 2 {
		t.Errorf("adjusted for %v", got.Adjusted)
	}
	near := func(what string, e contact.Estimate, w []float64) {
		values := []tabulate.Number{e.Est, e.SE, e.Low, e.High, e.P}
		for k, v := range w {
			if d := math.Abs(float64(values[k]) - v); !(d <= 1e-8*math.Max(1, math.Abs(v))) {
				t.Errorf("%s, number %d: got %v, want %v", what, k, values[k], v)
			}
		}
	}
	for _, row := range got.Rows {
		var w map[string][]float64
		if err := json.Unmarshal(want[row.Name], &w); err != nil {
			t.Fatal(err)
		}
		near(row.Name+" alone", row.Alone, w["alone"])
		near(row.Name+" phone", row.Other, w["phone"])
		near(row.Name+" difference", row.Difference, w["difference"])
		near(row.Name+" adjusted", row.Adjusted, w["adjusted"])
	}
}

func TestFewPeopleOfAModeAreNotCompared(t *testing.T) {
	t.Parallel()
	s := people(t)
	left := 9
	for i, phone := range s.Phone {
		s.Phone[i] = phone && left > 0
		left -= map[bool]int{true: 1}[s.Phone[i]]
	}
	_, err := contact.CompareModes(s)
	refuses(t, "nine by telephone", err, "contact.modes.few")
}

// said is a comparison in words, in which what is not known equals itself.
func said(rows []contact.ModeRow) string { return fmt.Sprintf("%+v", rows) }

// Those on paper are compared as those by telephone are, and the third mode is in
// no comparison of the other two.
func TestPaperIsAModeOfItsOwn(t *testing.T) {
	t.Parallel()
	want, err := contact.CompareModes(people(t))
	if err != nil {
		t.Fatal(err)
	}
	s := people(t)
	s.Paper, s.Phone = s.Phone, make([]bool, len(s.Phone))
	got, err := contact.CompareModes(s)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != nil || got.Phone != 0 || got.Paper != want.Phone || said(got.OnPaper) != said(want.Rows) {
		t.Errorf("all by telephone taken as on paper: got %+v, want %+v", got, want.Rows)
	}
	s, changed := people(t), people(t)
	s.Paper = make([]bool, len(s.Phone))
	for i := range s.Paper {
		s.Paper[i] = !s.Phone[i] && i%3 == 0
		if s.Paper[i] {
			changed.Measures[0].Values[i], changed.Measures[1].Values[i] = 100, 1
		}
	}
	one, err := contact.CompareModes(s)
	if err != nil {
		t.Fatal(err)
	}
	changed.Paper = s.Paper
	two, err := contact.CompareModes(changed)
	if err != nil {
		t.Fatal(err)
	}
	if one.Paper == 0 || one.Alone+one.Phone+one.Paper != len(s.Phone) || said(one.Rows) != said(two.Rows) {
		t.Error("what is said on paper changes the comparison of the telephone")
	}
	if est := float64(two.OnPaper[1].Other.Est); math.Abs(est-1) > 1e-9 {
		t.Errorf("all satisfied on paper: got a share of %v", est)
	}
}

func TestAMeasureThatFewGaveIsNotKnown(t *testing.T) {
	t.Parallel()
	s := people(t)
	for i := range s.Measures[1].Values {
		if s.Phone[i] {
			s.Measures[1].Values[i] = math.NaN()
		}
	}
	got, err := contact.CompareModes(s)
	if err != nil {
		t.Fatal(err)
	}
	if one := got.Rows[1]; !math.IsNaN(float64(one.Difference.Est)) || one.Other.N != 0 {
		t.Errorf("got %+v", one)
	}
}
