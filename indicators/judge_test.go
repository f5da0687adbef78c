package indicators_test

import (
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/fault"
)

// weekends counts Mondays to Fridays; known says whether it pretends to know
// the holidays.
type weekends struct{ known bool }

func (w weekends) Workdays(from, to time.Time) (days int, known bool) {
	for d := from.AddDate(0, 0, 1); !d.After(to); d = d.AddDate(0, 0, 1) {
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			days++
		}
	}
	return days, w.known
}

func threshold(t *testing.T, text string) indicators.Threshold {
	t.Helper()
	got, err := indicators.ParseThresholds(text)
	if err != nil || len(got) != 1 {
		t.Fatalf("%s: got %v, %v", text, got, err)
	}
	return got[0]
}

func TestAnEntryIsJudgedByItself(t *testing.T) {
	t.Parallel()
	type J = indicators.Judgement
	for _, c := range []struct {
		name, text string
		entry      indicators.Entry
		want       J
	}{
		{"nothing entered", "a ≥ 95 %", indicators.Entry{}, J{}},
		{"a rate on the limit", "a ≥ 95 %", indicators.Entry{Part: "19", Whole: "20"}, J{Known: true, Meets: true, Value: 9500}},
		{"a rate a hair below, never rounded up", "a ≥ 95 %", indicators.Entry{Part: "94999", Whole: "100000"}, J{Known: true, Value: 9499}},
		{"99.996 % is not 100 %", "a = 100 %", indicators.Entry{Part: "24999", Whole: "25000"}, J{Known: true, Value: 9999}},
		{"a lower-is-better rate a hair above, never rounded down", "a ≤ 5 %", indicators.Entry{Part: "5001", Whole: "100000"}, J{Known: true, Value: 501}},
		{"nothing of nothing", "a = 100 %", indicators.Entry{Part: "0", Whole: "0"}, J{Inapplicable: true}},
		{"nothing of nothing without a numerator", "a = 100 %", indicators.Entry{Whole: "0"}, J{Inapplicable: true}},
		{"the parts count, not the percentage", "a ≥ 95 %", indicators.Entry{Figure: "99", Part: "1", Whole: "2"}, J{Known: true, Value: 5000}},
		{"a percentage alone", "a ≥ 95 %", indicators.Entry{Figure: "95"}, J{Known: true, Meets: true, Value: 9500}},
		{"normally only warns", "a ≥ 30 日 (一般)", indicators.Entry{From: "2020-06-01", To: "2020-06-30"}, J{Known: true, Warns: true, Value: 2900}},
		{"in principle only warns", "a ≥ 5 % (原则上)", indicators.Entry{Part: "1", Whole: "100"}, J{Known: true, Warns: true, Value: 100}},
		{"where capable only warns", "a ≥ 1 人 (有条件的)", indicators.Entry{Figure: "0"}, J{Known: true, Warns: true}},
		{"a day in time", "a ≤ 每年1月31日", indicators.Entry{On: "2020-01-31"}, J{Known: true, Meets: true, On: time.Date(2020, 1, 31, 0, 0, 0, 0, time.UTC)}},
		{"a day late", "a ≤ 每年1月31日", indicators.Entry{On: "2020-02-01"}, J{Known: true, On: time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC)}},
		{"thirty days, the first not counted", "a ≥ 30 日", indicators.Entry{From: "2020-06-01", To: "2020-07-01"}, J{Known: true, Meets: true, Value: 3000}},
		{"five working days over a weekend", "a ≤ 5 工作日", indicators.Entry{From: "2020-06-03", To: "2020-06-10"}, J{Known: true, Meets: true, Value: 500}},
		{"hours by the minute", "a ≤ 5 小时", indicators.Entry{From: "2020-06-03T08:00", To: "2020-06-03T13:01"}, J{Known: true, Value: 502}},
		{"an outside limit nobody entered", "a ≤ 全国平均值", indicators.Entry{Part: "1", Whole: "10"}, J{NoLimit: true}},
		{"unreadable", "a ≥ 1 人", indicators.Entry{Figure: "many"}, J{}},
		{"half of a pair", "a ≥ 30 日", indicators.Entry{From: "2020-06-01"}, J{}},
	} {
		if got := threshold(t, c.text).Judge(c.entry, weekends{true}); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
	fails := threshold(t, "a ≥ 1 人").Judge(indicators.Entry{Figure: "0"}, nil)
	soft := threshold(t, "a ≥ 1 人 (一般)").Judge(indicators.Entry{Figure: "0"}, nil)
	if !fails.Fails() || soft.Fails() {
		t.Errorf("got %v and %v, want only the firm one to fail", fails.Fails(), soft.Fails())
	}
}

func TestWorkingDaysOfUnknownYearsSaySo(t *testing.T) {
	t.Parallel()
	limit := threshold(t, "a ≤ 5 工作日")
	entry := indicators.Entry{From: "2020-06-03", To: "2020-06-10"}
	if got := limit.Judge(entry, weekends{}); !got.Weekends || !got.Meets {
		t.Errorf("got %+v, want a count by weekends that says so", got)
	}
	if got := limit.Judge(entry, nil); got.Known {
		t.Errorf("got %+v without a calendar", got)
	}
	if got := limit.Judge(indicators.Entry{Figure: "6"}, nil); !got.Known || got.Meets {
		t.Errorf("got %+v, want a typed number of days compared without a calendar", got)
	}
}

func TestTwoLimitsOfOneTimeNeedOneEntry(t *testing.T) {
	t.Parallel()
	both, err := indicators.ParseThresholds("审核时间 ≥ 5 工作日 (一般); 审核时间 ≤ 15 工作日")
	if err != nil {
		t.Fatal(err)
	}
	got := indicators.JudgeAll(both, []indicators.Entry{{Figure: "16"}}, nil)
	if !got[0].Meets || got[1].Meets || !got[1].Known {
		t.Errorf("got %+v, want the entry of the first judged by both", got)
	}
}

func TestEntriesThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		entry indicators.Entry
		code  string
		field string
	}{
		{"a ≥ 95 %", indicators.Entry{Part: "2", Whole: "1"}, "entry.part", "part"},
		{"a ≥ 95 %", indicators.Entry{Part: "2"}, "entry.half", "whole"},
		{"a ≥ 95 %", indicators.Entry{Whole: "2"}, "entry.half", "part"},
		{"a ≥ 95 %", indicators.Entry{Figure: "-1"}, "entry.figure", "figure"},
		{"a ≥ 30 日", indicators.Entry{From: "2020-06-02", To: "2020-06-01"}, "entry.reversed", "to"},
		{"a ≥ 30 日", indicators.Entry{To: "2020-06-01"}, "entry.half", "from"},
		{"a ≤ 5 小时", indicators.Entry{From: "2020-06-02", To: "2020-06-03"}, "date.form", "from"},
		{"a ≤ 每年1月31日", indicators.Entry{On: "31.1."}, "date.form", "on"},
		{"a ≥ 1 人", indicators.Entry{Figure: "1.234"}, "entry.figure", "figure"},
	} {
		all := fault.All(c.entry.Check(threshold(t, c.text)))
		if len(all) == 0 || all[0].Code != c.code || all[0].Field != c.field {
			t.Errorf("%s %+v: got %v, want %s at %s", c.text, c.entry, all, c.code, c.field)
		}
	}
}

func TestThresholdsAskForWhatTheyCompare(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]indicators.Ask{
		"a ≥ 95 %": indicators.AskRate, "a ≤ 5 工作日": indicators.AskWorkdays, "a ≥ 30 日 (一般)": indicators.AskDays,
		"a ≤ 24 小时": indicators.AskHours, "a ≤ 每年1月31日": indicators.AskDay, "a ≥ 40 学时/年": indicators.AskFigure,
		"a ≤ 全国平均值": indicators.AskRate, "a ≥ 4 次/年": indicators.AskFigure,
	} {
		if got := threshold(t, text).Asks(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
