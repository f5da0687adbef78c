package contact_test

import (
	"encoding/csv"
	"encoding/json"
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
		near(row.Name+" phone", row.Phone, w["phone"])
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
	if one := got.Rows[1]; !math.IsNaN(float64(one.Difference.Est)) || one.Phone.N != 0 {
		t.Errorf("got %+v", one)
	}
}
