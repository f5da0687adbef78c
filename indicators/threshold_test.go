package indicators_test

import (
	"testing"

	"minyi/indicators"
)

// limits are the numbers of the annexes as clauses C102 to C136 list them.
func TestC102ToC136ThresholdsAreTyped(t *testing.T) {
	t.Parallel()
	city := load(t, indicators.CityCounty)
	for _, c := range []struct {
		number indicators.Number
		at     int
		want   indicators.Threshold
	}{
		{"5", 0, indicators.Threshold{Name: "企业开办承诺办理时限", Op: indicators.AtMost, Form: indicators.FormNumber, Raw: "5", Value: 500, Unit: "工作日"}},
		{"6", 2, indicators.Threshold{Name: "实现“最多跑一次”的高频事项", Op: indicators.Equal, Form: indicators.FormNumber, Raw: "100", Value: 10000, Unit: "项"}},
		{"23", 0, indicators.Threshold{Name: "报告上年度立法工作并报请审定计划", Op: indicators.AtMost, Form: indicators.FormDate, Raw: "每年第一季度末", Month: 3, Day: 31}},
		{"26", 0, indicators.Threshold{Name: "规章草案公开征求意见期限", Op: indicators.AtLeast, Form: indicators.FormNumber, Raw: "30", Value: 3000, Unit: "日", Soft: indicators.Normally}},
		{"33", 0, indicators.Threshold{Name: "规章或规范性文件后评估", Op: indicators.AtLeast, Form: indicators.FormNumber, Raw: "1", Value: 100, Unit: "次/2年"}},
		{"56", 0, indicators.Threshold{Name: "公开上年度行政执法总体情况", Op: indicators.AtMost, Form: indicators.FormDate, Raw: "每年1月31日", Month: 1, Day: 31}},
		{"63", 0, indicators.Threshold{Name: "法制审核人员占执法人员总数", Op: indicators.AtLeast, Form: indicators.FormNumber, Raw: "5", Value: 500, Unit: "%", Soft: indicators.InPrinciple}},
		{"73", 1, indicators.Threshold{Name: "行政诉讼败诉率", Op: indicators.AtMost, Form: indicators.FormOutside, Raw: "上一年度全国行政诉讼败诉率平均值"}},
		{"85", 2, indicators.Threshold{Name: "村(居)、企事业单位调委会专职调解员", Op: indicators.AtLeast, Form: indicators.FormNumber, Raw: "1", Value: 100, Unit: "人", Soft: indicators.WhereCapable}},
		{"100", 0, indicators.Threshold{Name: "法治建设成效在政绩考核中的分值权重", Op: indicators.AtLeast, Form: indicators.FormNumber, Raw: "10", Value: 1000, Unit: "%"}},
	} {
		i, _ := city.Find(c.number)
		if len(i.Thresholds) <= c.at {
			t.Errorf("%s: got %d thresholds", c.number, len(i.Thresholds))
			continue
		}
		if got := i.Thresholds[c.at]; got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.number, got, c.want)
		}
	}
}

func TestThresholdsIncludeTheNumberItself(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		value indicators.Mark
		want  bool
	}{
		{"a ≥ 80 %", 8000, true},
		{"a ≥ 80 %", 7999, false},
		{"a ≤ 5 工作日", 500, true},
		{"a ≤ 5 工作日", 501, false},
		{"a = 100 %", 10000, true},
		{"a = 100 %", 9999, false},
		{"a ≤ 每年1月31日", 0, false},
		{"a ≤ 全国平均值", 0, false},
	} {
		got, err := indicators.ParseThresholds(c.text)
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: got %v, %v", c.text, got, err)
		}
		if got[0].Meets(c.value) != c.want {
			t.Errorf("%s with %s: got %v, want %v", c.text, c.value, !c.want, c.want)
		}
	}
}

func TestDatesAndOutsideFigures(t *testing.T) {
	t.Parallel()
	got, err := indicators.ParseThresholds("a ≤ 每年1月31日; b ≤ 全国平均值")
	if err != nil {
		t.Fatal(err)
	}
	if !got[0].MeetsDay(1, 31) || got[0].MeetsDay(2, 1) || !got[0].MeetsDay(1, 1) {
		t.Error("31 January is the last day in time")
	}
	if got[1].MeetsDay(1, 1) {
		t.Error("a figure is not a date")
	}
	entered := got[1].With(1450)
	if !entered.Meets(1450) || entered.Meets(1451) {
		t.Errorf("%+v: the entered figure is the limit", entered)
	}
	if same := got[0].With(1); same != got[0] {
		t.Errorf("got %+v, want the date unchanged", same)
	}
}
