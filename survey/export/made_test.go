package export_test

import (
	"strings"
	"testing"
	"time"

	"minyi/survey/export"
)

// long is a text for which SPSS needs four pieces and Stata (repeated) a strL.
func long() string { return strings.Repeat("很满意，办事快。", 38)[:900] }

// made is a small survey with everything that a writer must carry: Chinese,
// user-missing codes, weights, dates, labelled texts short and long, very long
// texts, and cells that a spreadsheet would calculate.
func made() *export.Dataset {
	missing := []export.Label{
		{Number: 98, Code: "unclear", Text: export.Name{Zh: "不清楚", En: "don't know"}, Missing: true},
		{Number: 99, Code: "silent", Text: export.Name{Zh: "不想回答", En: "no answer"}, Missing: true},
	}
	four := append([]export.Label{
		{Number: -1, Text: export.Name{Zh: "未答", En: "skipped"}, Missing: true},
		{Number: 1, Text: export.Name{Zh: "很不满意", En: "very dissatisfied"}},
		{Number: 5, Text: export.Name{Zh: "很满意", En: "very satisfied"}},
		{Number: 97, Text: export.Name{Zh: "不适用", En: "not applicable"}, Missing: true},
	}, missing...)
	d := &export.Dataset{
		Study: export.Study{
			ID: "s-1", Title: export.Name{Zh: "银川市居民满意度调查", En: "Yinchuan residents' survey"}, Lang: "zh-CN",
			Producer: export.Name{Zh: "某统计调查机构", En: "the agency"}, Organiser: export.Name{Zh: "依法治区办", En: "the office"},
			Place: export.Name{Zh: "银川市", En: "Yinchuan"}, From: "2020-09-10", To: "2020-10-20",
			Universe: export.Name{Zh: "年满18周岁的常住居民", En: "residents of 18 and over"},
			Sampling: export.Name{Zh: "分层二阶段抽样", En: "stratified two-stage sample"}, Mode: export.Name{Zh: "网上填答", En: "web"},
			Weighting: export.Name{Zh: "抽样权重，按人口边际校准", En: "design weights, raked"}, Questionnaire: strings.Repeat("ab", 32),
			Software: "minyi test", Access: export.Name{Zh: "仅限调查机构内部", En: "agency only"},
			Read:    export.Name{Zh: "由 li 于 2020-11-01 为“核对 <权重> & 结果”导出", En: "exported by li for 'checking <weights> & results'"},
			Reading: export.Reading{Reader: "li", At: time.Date(2020, 11, 1, 4, 5, 6, 0, time.UTC), Purpose: "核对 <权重> & 结果"},
		},
		Weight: "weight_final",
		Variables: []export.Variable{
			{Name: "stratum", Label: export.Name{Zh: "层", En: "stratum"}, Kind: export.Text},
			{Name: "weight_final", Label: export.Name{Zh: "最终权重", En: "final weight"}, Level: export.Scale, Decimals: 4},
			{
				Name: "overall_satisfaction", Label: export.Name{Zh: "总体满意度", En: "overall"}, Level: export.Ordinal, Labels: four,
				Question: export.Name{Zh: "您对“依法行政”总体满意吗？<&>", En: "How satisfied are you overall?"},
			},
			{Name: "knows", Label: export.Name{Zh: "是否知道", En: "knows"}, Labels: append([]export.Label{
				{Number: 0, Text: export.Name{Zh: "否", En: "no"}}, {Number: 1, Text: export.Name{Zh: "是", En: "yes"}},
			}, missing...)},
			{Name: "sex", Label: export.Name{Zh: "性别", En: "sex"}, Kind: export.Text, Labels: append([]export.Label{
				{Code: "male", Text: export.Name{Zh: "男", En: "male"}}, {Code: "female", Text: export.Name{Zh: "女", En: "female"}},
			}, missing...)},
			{Name: "work", Label: export.Name{Zh: "职业", En: "work"}, Kind: export.Text, Labels: append([]export.Label{
				{Code: "public_institution", Text: export.Name{Zh: "事业单位", En: "public institution"}},
			}, missing...)},
			{Name: "visited", Label: export.Name{Zh: "办事日期", En: "visited"}, Kind: export.Date},
			{Name: "wait", Label: export.Name{Zh: "等候时间", En: "wait"}, Level: export.Scale, Decimals: 1},
			{Name: "words", Label: export.Name{Zh: "意见", En: "words"}, Kind: export.Text},
			{Name: "more", Label: export.Name{Zh: "补充", En: "more"}, Kind: export.Text},
		},
	}
	none, n, s := export.Cell{Number: 7, Text: "nothing", Empty: true}, func(v float64) export.Cell { return export.Cell{Number: v} }, func(v string) export.Cell { return export.Cell{Text: v} }
	rows := [][]export.Cell{
		{s("城区"), n(2.5), n(5), n(1), s("male"), s("public_institution"), n(18500), n(12.5), s(long()), s(long() + long() + long())},
		{s("=1+2"), n(1.25), n(98), n(0), s("female"), s("silent"), n(-3), n(-0.5), s("+86 \"好\", 是\n换行"), none},
		{s("-x"), n(0.75), n(-1), n(99), s("unclear"), none, none, none, none, s("@短")},
		{s("农村"), none, n(1), none, none, s("public_institution"), n(0), n(1e9), s("好"), none},
	}
	d.Rows = func(fn func([]export.Cell) error) error {
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
		}
		return nil
	}
	return d
}

// written is what a writer writes.
func written(t *testing.T, write func(b *strings.Builder) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
