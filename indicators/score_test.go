package indicators_test

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"

	"minyi/indicators"
	"minyi/indicators/fault"
)

func numbers(list []indicators.Indicator) []indicators.Number {
	out := make([]indicators.Number, 0, len(list))
	for _, i := range list {
		out = append(out, i.Number)
	}
	return out
}

// marked gives every applicable indicator the same part of its full marks.
func marked(s indicators.Scheme, c *indicators.Catalogue, ruleMaking bool, m indicators.Mark) ([]indicators.Number, map[indicators.Number]indicators.Mark) {
	list := numbers(c.Applicable(ruleMaking))
	marks := map[indicators.Number]indicators.Mark{}
	for _, n := range list {
		marks[n] = min(m, s.Systems[c.System].Items[n].Full)
	}
	return list, marks
}

func TestScoreOfFullAndNoMarks(t *testing.T) {
	t.Parallel()
	s, c := scheme(t), load(t, indicators.CityCounty)
	for _, ruleMaking := range []bool{true, false} {
		for m, want := range map[indicators.Mark]indicators.Mark{100: 10000, 0: 0, 50: 5000} {
			list, marks := marked(s, c, ruleMaking, m)
			if got, err := indicators.Score(s, c, list, marks); err != nil || got != want {
				t.Errorf("rule-making %v, %s each: got %s, %v, want %s", ruleMaking, m, got, err, want)
			}
		}
	}
}

// TestScoreByHand: heading 八 has 4 indicators of 1.00 and a share of 4.00 % in
// the equal scheme. Losing one of them costs 100 * 4 % / 4 = 1.00; losing one of
// the 10 left of the 13 in heading 二 (23 to 25 not applicable) costs
// 100 * 13 % / 10 = 1.30.
func TestScoreByHand(t *testing.T) {
	t.Parallel()
	s, c := scheme(t), load(t, indicators.CityCounty)
	list, marks := marked(s, c, false, 100)
	marks["100"] = 0
	if got, err := indicators.Score(s, c, list, marks); err != nil || got != 9900 {
		t.Errorf("got %s, %v, want 99.00", got, err)
	}
	marks["26"] = 0
	if got, err := indicators.Score(s, c, list, marks); err != nil || got != 9770 {
		t.Errorf("got %s, %v, want 97.70", got, err)
	}
}

func TestHeadingWithoutAnApplicableIndicatorIsRenormalised(t *testing.T) {
	t.Parallel()
	s, c := scheme(t), load(t, indicators.CityCounty)
	// Only 一 (22.00 %) and 八 (4.00 %) are left: 22 of 26 parts full, 4 empty.
	var list []indicators.Number
	marks := map[indicators.Number]indicators.Mark{}
	for _, i := range c.Applicable(true) {
		switch i.Level1[:len("一")] {
		case "一":
			list, marks[i.Number] = append(list, i.Number), 100
		case "八":
			list, marks[i.Number] = append(list, i.Number), 0
		}
	}
	want := indicators.Round(big.NewRat(22*10000, 26))
	if got, err := indicators.Score(s, c, list, marks); err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestC67ToC70BonusAndPenaltyAreCapped(t *testing.T) {
	t.Parallel()
	s, c := scheme(t), load(t, indicators.Department)
	for n, full := range map[indicators.Number]indicators.Mark{"A1": 300, "A2": 300, "A3": 1000, "A4": 2000} {
		s.Systems[c.System].Items[n] = indicators.Item{Full: full, Method: indicators.Documents}
	}
	s.BonusCap, s.PenaltyCap = 500, 2500
	for _, want := range []struct {
		name  string
		marks map[indicators.Number]indicators.Mark
		total indicators.Mark
	}{
		{"none", nil, 5000},
		{"one bonus", map[indicators.Number]indicators.Mark{"A1": 250}, 5250},
		{"bonus capped", map[indicators.Number]indicators.Mark{"A1": 300, "A2": 300}, 5500},
		{"penalty", map[indicators.Number]indicators.Mark{"A3": 1000}, 4000},
		{"penalty capped", map[indicators.Number]indicators.Mark{"A3": 1000, "A4": 2000}, 2500},
	} {
		list, marks := marked(s, c, true, 50)
		for n, m := range want.marks {
			marks[n] = m
		}
		if got, err := indicators.Score(s, c, list, marks); err != nil || got != want.total {
			t.Errorf("%s: got %s, %v, want %s", want.name, got, err, want.total)
		}
	}
	list, marks := marked(s, c, true, 100)
	marks["A1"] = 300
	if got, err := indicators.Score(s, c, list, marks); err != nil || got != indicators.Hundred {
		t.Errorf("above 100: got %s, %v, want 100.00", got, err)
	}
	list, marks = marked(s, c, true, 0)
	marks["A4"] = 2000
	if got, err := indicators.Score(s, c, list, marks); err != nil || got != 0 {
		t.Errorf("below 0: got %s, %v, want 0.00", got, err)
	}
}

func TestC28AMissingOrWrongMarkIsRefused(t *testing.T) {
	t.Parallel()
	s, c := scheme(t), load(t, indicators.CityCounty)
	for _, k := range []struct {
		name   string
		change func(list []indicators.Number, marks map[indicators.Number]indicators.Mark) []indicators.Number
		code   string
	}{
		{"missing", func(l []indicators.Number, m map[indicators.Number]indicators.Mark) []indicators.Number {
			delete(m, "5")
			return l
		}, "score.missing"},
		{"above full marks", func(l []indicators.Number, m map[indicators.Number]indicators.Mark) []indicators.Number {
			m["5"] = 101
			return l
		}, "mark.range"},
		{"negative", func(l []indicators.Number, m map[indicators.Number]indicators.Mark) []indicators.Number {
			m["5"] = -1
			return l
		}, "mark.range"},
		{"bonus out of range", func(l []indicators.Number, m map[indicators.Number]indicators.Mark) []indicators.Number {
			m["A1"] = 1
			return l
		}, "mark.range"},
		{"penalty out of range", func(l []indicators.Number, m map[indicators.Number]indicators.Mark) []indicators.Number {
			m["A3"] = 1
			return l
		}, "mark.range"},
		{"unknown number", func(l []indicators.Number, _ map[indicators.Number]indicators.Mark) []indicators.Number {
			return append(l, "A1")
		}, "indicator.unknown"},
		{"nothing applies", func([]indicators.Number, map[indicators.Number]indicators.Mark) []indicators.Number {
			return nil
		}, "score.nothing"},
	} {
		list, marks := marked(s, c, true, 100)
		if _, err := indicators.Score(s, c, k.change(list, marks), marks); !errors.Is(err, fault.New(fault.Invalid, k.code)) {
			t.Errorf("%s: got %v, want %s", k.name, err, k.code)
		}
	}
}

func TestAHigherMarkNeverLowersTheScore(t *testing.T) {
	t.Parallel()
	s, c := scheme(t), load(t, indicators.CityCounty)
	r := rand.New(rand.NewPCG(1, 2))
	list, marks := marked(s, c, false, 0)
	last := indicators.Mark(0)
	for range 500 {
		n := list[r.IntN(len(list))]
		if marks[n] < 100 {
			marks[n]++
		}
		got, err := indicators.Score(s, c, list, marks)
		if err != nil || got < last {
			t.Fatalf("got %s, %v after %s", got, err, last)
		}
		last = got
	}
}

func TestC21SingleProjectsAreJudgedByFiveCriteria(t *testing.T) {
	t.Parallel()
	s := scheme(t)
	marks := map[indicators.Criterion]indicators.Mark{
		indicators.Innovative: 1800, indicators.Guiding: 1700, indicators.Typical: 1650, indicators.Ahead: 1905, indicators.Replicable: 2000,
	}
	if got, err := indicators.ScoreSingle(s, marks); err != nil || got != 9055 {
		t.Errorf("got %s, %v, want 90.55", got, err)
	}
	marks[indicators.Ahead] = 2001
	if _, err := indicators.ScoreSingle(s, marks); !errors.Is(err, fault.New(fault.Invalid, "mark.range")) {
		t.Errorf("got %v, want mark.range", err)
	}
	delete(marks, indicators.Ahead)
	if _, err := indicators.ScoreSingle(s, marks); !errors.Is(err, fault.New(fault.Invalid, "score.missing")) {
		t.Errorf("got %v, want score.missing", err)
	}
}

func TestMeanOfIsRoundedOnce(t *testing.T) {
	t.Parallel()
	// (8550*50 + 7995*30) / 80 = 8341.875
	got, err := indicators.MeanOf([]indicators.Mark{8550, 7995}, []indicators.Share{5000, 3000})
	if err != nil || got != 8342 {
		t.Errorf("got %s, %v, want 83.42", got, err)
	}
	if _, err := indicators.MeanOf(nil, nil); !errors.Is(err, fault.New(fault.Invalid, "score.nothing")) {
		t.Errorf("got %v, want score.nothing", err)
	}
}
