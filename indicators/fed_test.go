package indicators_test

import (
	"errors"
	"testing"

	"minyi/indicators"
	"minyi/indicators/fault"
)

// TestC129AndC122OnlySatisfactionIsFed: 84 wants 80 % of residents and 72 wants
// 95 % of deputies and members, in both systems; no other indicator is a share
// of satisfied people (annexes 1 and 2 of the notice).
func TestC129AndC122OnlySatisfactionIsFed(t *testing.T) {
	t.Parallel()
	want := map[indicators.Number]indicators.Mark{"84": 8000, "72": 9500}
	for _, system := range indicators.Systems() {
		got := map[indicators.Number]indicators.Mark{}
		for _, i := range load(t, system).Indicators {
			if limit, ok := i.Satisfaction(); ok {
				got[i.Number] = limit.Value
			}
		}
		if len(got) != len(want) || got["84"] != want["84"] || got["72"] != want["72"] {
			t.Errorf("%s: got %v, want %v", system, got, want)
		}
	}
}

// TestC64AMethodThatFeedsNothingIsRefused: nobody would mark an indicator whose
// method is the survey where no survey can tell its value.
func TestC64AMethodThatFeedsNothingIsRefused(t *testing.T) {
	t.Parallel()
	for number, want := range map[indicators.Number]bool{"84": true, "72": true, "5": false, "A1": false} {
		s := scheme(t)
		for _, system := range indicators.Systems() {
			item := s.Systems[system].Items[number]
			item.Method = indicators.Surveyed
			s.Systems[system].Items[number] = item
		}
		err := s.Check()
		if got := err == nil; got != want {
			t.Errorf("%s by the survey: got %v, want allowed %v", number, err, want)
		}
		if !want && !errors.Is(err, fault.New(fault.Invalid, "scheme.method_survey")) {
			t.Errorf("%s: got %v, want scheme.method_survey", number, err)
		}
	}
}

// TestC129TheMarkFollowsByTheOfficesRule: by hand. Between 60 and 80 %, 75 % is
// three quarters of the way: 1.50 of 2.00; 61.11 % is 0.111 of it, rounded.
func TestC129TheMarkFollowsByTheOfficesRule(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		rule  indicators.FedRule
		floor indicators.Share
		value indicators.Share
		want  indicators.Mark
	}{
		{"reached", indicators.FedByLimit, 6000, 8000, 200},
		{"missed by a hundredth", indicators.FedByLimit, 6000, 7999, 0},
		{"no rule is the limit", "", 0, 8000, 200},
		{"at the floor", indicators.FedProportional, 6000, 6000, 0},
		{"below the floor", indicators.FedProportional, 6000, 100, 0},
		{"three quarters", indicators.FedProportional, 6000, 7500, 150},
		{"rounded once", indicators.FedProportional, 6000, 6111, 11},
		{"above the limit", indicators.FedProportional, 6000, 9000, 200},
		{"a floor above the limit", indicators.FedProportional, 9000, 8500, 200},
		{"a floor above the limit, missed", indicators.FedProportional, 9000, 7900, 0},
	} {
		if got := (indicators.Feeding{Rule: row.rule, Floor: row.floor}).Mark(200, row.value, 8000); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
}

// TestC30AnIndicatorThatComesInLaterIsScoredAsIfItHadBeenThere: the total of 99
// marks and one more is the total of a hundred, and without the one the heading
// is judged by the others (never as if the one were 0).
func TestC30AnIndicatorThatComesInLaterIsScoredAsIfItHadBeenThere(t *testing.T) {
	t.Parallel()
	s, c := scheme(t), load(t, indicators.Department)
	list, marks := marked(s, c, true, 100)
	marks["83"], marks["1"], marks["84"] = 50, 20, 30
	whole, err := indicators.Score(s, c, list, marks)
	if err != nil {
		t.Fatal(err)
	}
	var rest []indicators.Number
	for _, n := range list {
		if n != "84" {
			rest = append(rest, n)
		}
	}
	i, _ := c.Find("84")
	r, err := indicators.Reach(s, c, rest, marks)
	if err != nil {
		t.Fatal(err)
	}
	w := s.Systems[c.System]
	if got, err := r.With(i.Level1, 30, w.Items["84"].Full).Total(w); err != nil || got != whole {
		t.Errorf("with 84: got %s, %v, want %s as if it had been on the sheet", got, err, whole)
	}
	marks["84"] = 100
	other, err := indicators.Score(s, c, list, marks)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Total(w); err != nil || got != other {
		t.Errorf("without 84: got %s, %v, want %s: all others of its heading have full marks", got, err, other)
	}
}
