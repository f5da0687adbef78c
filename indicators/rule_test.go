package indicators_test

import (
	"errors"
	"reflect"
	"testing"

	"minyi/indicators"
	"minyi/indicators/fault"
)

func TestThresholdsAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, system := range indicators.Systems() {
		for _, i := range load(t, system).Indicators {
			text := indicators.WriteThresholds(i.Thresholds)
			got, err := indicators.ReadThresholds(text)
			if err != nil || !reflect.DeepEqual(got, i.Thresholds) {
				t.Errorf("%s %s: %q reads as %+v, %v", system, i.Number, text, got, err)
			}
			for _, l := range i.Thresholds {
				one, err := indicators.NewThreshold(l.Name, l.Op, l.Raw, l.Unit, l.Soft)
				if err != nil || one != l {
					t.Errorf("%s %s: parts make %+v, %v, want %+v", system, i.Number, one, err, l)
				}
			}
		}
	}
	wide, err := indicators.ReadThresholds("回复率 ≥ 95 ％ （一般）；人数 ≥ 2 人")
	if err != nil || len(wide) != 2 || wide[0].Unit != "%" || wide[0].Soft != indicators.Normally {
		t.Errorf("got %+v, %v", wide, err)
	}
}

func TestThresholdsThatCannotBeComparedAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		op         indicators.Op
		limit      string
		unit, code string
	}{
		{"", indicators.AtLeast, "1", "", "threshold.name"},
		{"a;b", indicators.AtLeast, "1", "", "threshold.name"},
		{"a", ">", "1", "", "threshold.op"},
		{"a", indicators.AtLeast, "", "", "threshold.limit"},
		{"a", indicators.AtMost, "每年2月29日", "", "threshold.limit"},
		{"a", indicators.AtMost, "每年13月1日", "", "threshold.limit"},
		{"a", indicators.AtLeast, "1", "一二三四五六七八九十一二三四五六七八九十一", "threshold.unit"},
	} {
		_, err := indicators.NewThreshold(c.name, c.op, c.limit, c.unit, indicators.Firm)
		if !errors.Is(err, fault.New(fault.Invalid, c.code)) {
			t.Errorf("%+v: got %v", c, err)
		}
	}
	if _, err := indicators.ReadThresholds("no comparison"); !errors.Is(err, fault.New(fault.Invalid, "threshold.form")) {
		t.Errorf("got %v", err)
	}
}

func TestC66ApplicabilityIsTheNoticesUntilTheOfficeSetsIt(t *testing.T) {
	t.Parallel()
	c := load(t, indicators.CityCounty)
	s := scheme(t)
	for _, k := range []struct {
		kind string
		rule bool
		want int
	}{{"city", true, 100}, {"city", false, 97}, {"county", false, 97}} {
		if got := len(s.Under(c, nil).ApplicableTo(k.kind, k.rule)); got != k.want {
			t.Errorf("%+v: got %d", k, got)
		}
	}
	w := s.Systems[indicators.CityCounty]
	w.Rules = map[indicators.Number]indicators.Rule{
		"92": {Applies: indicators.Applies{Kinds: []string{"city"}}, Reason: "县级不设基地"},
		"23": {Reason: "所有市县都报告"},
	}
	s.Systems[indicators.CityCounty] = w
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	under := s.Under(c, nil)
	if got := len(under.ApplicableTo("county", false)); got != 97 {
		t.Errorf("got %d, want 97: without 24, 25 and 92, with 23", got)
	}
	if got := len(under.ApplicableTo("city", false)); got != 98 {
		t.Errorf("got %d, want 98", got)
	}
	if i, _ := c.Find("92"); len(i.Thresholds) != 1 || len(i.Applies.Kinds) != 0 {
		t.Errorf("the catalogue itself changed: %+v", i)
	}
}

func TestARuleThatDepartsFromTheNoticeNeedsAReason(t *testing.T) {
	t.Parallel()
	s := scheme(t)
	w := s.Systems[indicators.Department]
	limit, err := indicators.NewThreshold("a", indicators.AtLeast, "1", "人", indicators.Firm)
	if err != nil {
		t.Fatal(err)
	}
	w.Rules = map[indicators.Number]indicators.Rule{"1": {Limits: []indicators.Threshold{limit}}}
	s.Systems[indicators.Department] = w
	all := fault.All(s.Check())
	if len(all) != 1 || all[0].Code != "rule.reason" || all[0].Field != "department.1.why" {
		t.Errorf("got %v", all)
	}
	w.Rules["1"] = indicators.Rule{Limits: []indicators.Threshold{{}}, Reason: "r"}
	if all = fault.All(s.Check()); len(all) != 1 || all[0].Code != "threshold.name" || all[0].Field != "department.1.limits" {
		t.Errorf("got %v", all)
	}
	delete(w.Rules, "1")
	w.Rules["999"] = indicators.Rule{Reason: "r"}
	if all = fault.All(s.Check()); len(all) != 1 || all[0].Code != "indicator.unknown" {
		t.Errorf("got %v", all)
	}
}

func TestOutsideFiguresBecomeLimits(t *testing.T) {
	t.Parallel()
	c := load(t, indicators.Department)
	const mean = "上一年度全国行政诉讼败诉率平均值"
	if got := c.OutsideFigures(); !reflect.DeepEqual(got, []string{mean}) {
		t.Fatalf("got %v", got)
	}
	s := scheme(t)
	i, _ := s.Under(c, map[string]indicators.Mark{mean: 1450}).Find("73")
	limit := i.Thresholds[1]
	if limit.Asks() != indicators.AskRate || limit.Raw != mean {
		t.Errorf("got %+v", limit)
	}
	for part, want := range map[string]bool{"1450": true, "1451": false} {
		if got := limit.Judge(indicators.Entry{Part: part, Whole: "10000"}, nil); !got.Known || got.Meets != want {
			t.Errorf("%s: got %+v", part, got)
		}
	}
}
