package report_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"minyi/survey/release"
	"minyi/survey/report"
	"minyi/survey/report/sample"
	"minyi/survey/tabulate"
)

// all is every text of a report, a line each.
func all(r *report.Report) string {
	var b strings.Builder
	for _, block := range slices.Concat(r.Cover, r.Blocks) {
		b.WriteString(block.Text + "\n" + strings.Join(block.Items, "\n") + "\n")
		for _, f := range block.Facts {
			b.WriteString(f.Name + "\t" + f.Text + "\n")
		}
		if t := block.Table; t != nil {
			for _, row := range t.Rows {
				b.WriteString(strings.Join(row, "\t") + "\n")
			}
		}
		if p := block.Picture; p != nil {
			for _, s := range p.Shapes {
				b.WriteString(s.Text + "\n")
			}
		}
	}
	return b.String()
}

func made(t *testing.T, lang string, n, posters int, change func(*release.Document)) *report.Report {
	t.Helper()
	q := sample.Paper(t)
	d := sample.Document(t, q, n, posters)
	if change != nil {
		change(&d)
	}
	return report.Compose(sample.Source(t, q, &d, lang))
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in the report", part)
		}
	}
}

func TestEveryFigureOfTheDocumentStandsInTheReport(t *testing.T) {
	t.Parallel()
	q := sample.Paper(t)
	d := sample.Document(t, q, 300, 40)
	text := all(report.Compose(sample.Source(t, q, &d, "zh-CN")))
	for _, one := range d.Result.Sampled.Items {
		share := strconv.FormatFloat(100*float64(one.Satisfied.Est), 'f', 1, 64) + "%"
		low := strconv.FormatFloat(float64(one.Mean.Low), 'f', 2, 64)
		question, _ := q.Question(one.ID)
		row := one.ID + " " + question.Text.Zh + "\t" + strconv.Itoa(one.Satisfied.N) + "\t" + share
		wants(t, text, row, low)
	}
	wants(t, text, strconv.FormatFloat(float64(d.Result.Sampled.Index.Est), 'f', 2, 64), d.Data.Digest, d.Questionnaire.Hash, "c0ffee", "751,389")
}

func TestTheItemsOfTheStandardStandInTheirOrder(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		var numbers []string
		for _, b := range made(t, lang, 300, 40, nil).Blocks {
			number, _, _ := strings.Cut(b.Text, "  ")
			if _, err := strconv.Atoi(number); b.Kind == report.Heading && err == nil {
				numbers = append(numbers, number)
			}
		}
		if got, want := numbers, strings.Fields("1 2 3 4 5 6 7 8 9 10 11"); !slices.Equal(got, want) {
			t.Errorf("%s: got the items %v, want %v", lang, got, want)
		}
	}
}

func TestWhatNobodyWroteIsNamed(t *testing.T) {
	t.Parallel()
	text := all(made(t, "zh-CN", 300, 40, nil))
	wants(t, text, "尚未说明：经费来源", "只含有手机的居民。", "不含外出务工者。")
	if strings.Contains(text, "尚未说明：设计") {
		t.Error("an item that was written is named as missing")
	}
}

func TestTheQuestionnaireStandsInFull(t *testing.T) {
	t.Parallel()
	q := sample.Paper(t)
	for _, lang := range []string{"zh-CN", "en"} {
		text := all(made(t, lang, 300, 40, nil))
		for _, one := range q.Questions() {
			wants(t, text, one.Text.In(lang))
			for _, c := range one.Choices {
				wants(t, text, c.Text.In(lang))
			}
		}
	}
}

func TestRatesOfResponseStandUnderAHeadingOfTheirOwn(t *testing.T) {
	t.Parallel()
	for _, b := range made(t, "zh-CN", 300, 40, nil).Blocks {
		if b.Table != nil && strings.Contains(b.Table.Caption, "AAPOR") {
			if got := b.Table.Columns[1].Name; got != "数值" {
				t.Errorf("the rates of response are headed %q, want the neutral 数值", got)
			}
			return
		}
	}
	t.Error("no table of the rates of response")
}

func TestFiguresOfFewAnswersAreNowhere(t *testing.T) {
	t.Parallel()
	r := made(t, "zh-CN", 300, 7, func(d *release.Document) {
		one := &d.Result.Sampled.Items[0]
		one.Satisfied.N, one.Mean.N, one.DontKnow.N, one.Indicator = 9, 9, 9, "1"
		d.Result.Insiders, d.Least = 8, 10
		d.Result.Weighting.Margins[0].Cells[0].N = 4
	})
	text := all(r)
	seen := 0
	for _, b := range r.Blocks {
		if b.Table == nil || strings.Contains(b.Table.Caption, "不含被评单位") {
			if b.Table != nil {
				t.Error("the table without eight people is shown: the difference tells of them")
			}
			continue
		}
		for _, row := range b.Table.Rows {
			for k, cell := range row {
				if strings.HasPrefix(row[0]+row[1], "q01 ") || strings.HasPrefix(row[1], "q01 ") {
					seen++
					if b.Table.Columns[k].Number && cell != "＊" && cell != "不足10" {
						t.Errorf("%s: %q is shown of nine answers", b.Table.Caption, cell)
					}
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("looked at %d cells, want those of both tables", seen)
	}
	wants(t, text, "不足10", "＊")
	for _, b := range r.Blocks {
		if b.Kind == report.Grid && b.Table.Caption == "海报答卷，未加权" {
			t.Error("the table of seven poster answers is shown")
		}
		if b.Kind == report.Grid && b.Table.Caption == "加权前后的构成" && (b.Table.Rows[0][2] != "＊" || b.Table.Rows[1][2] != "＊") {
			t.Errorf("got %v, want the whole margin hidden: its sum is known", b.Table.Rows[:2])
		}
	}
}

func TestResultsWithAndWithoutTheExcludedStandSideBySide(t *testing.T) {
	t.Parallel()
	change := func(excluded int) func(*release.Document) {
		return func(d *release.Document) {
			other := d.Result.Sampled
			other.Index.Est = d.Result.Sampled.Index.Est + 1.25
			d.AllAnswers, d.Data.Excluded, d.Data.ExcludedDigest = &other, excluded, strings.Repeat("cd", 32)
		}
	}
	count := func(r *report.Report) int {
		for _, b := range r.Blocks {
			if b.Kind == report.Grid && b.Table.Caption == "正式结果与全部答卷的结果" {
				return len(b.Table.Rows)
			}
		}
		return 0
	}
	r := made(t, "zh-CN", 300, 0, change(20))
	wants(t, all(r), "+1.25", "剔除 20 份", strings.Repeat("cd", 32))
	if got := count(r); got != 14 {
		t.Errorf("got %d rows, want two and those of the twelve items", got)
	}
	few := made(t, "zh-CN", 300, 0, change(3))
	if got := count(few); got != 0 {
		t.Errorf("with three left out: got %d rows, want no table, as it would tell of the three", got)
	}
	wants(t, all(few), "不足10份答卷")
	none := made(t, "zh-CN", 300, 0, func(d *release.Document) { change(3)(d); d.AllAnswers = nil })
	wants(t, all(none), "不足10份答卷")
}

// Every branch of the text, in both languages: sample.Words fails on a key without
// words.
func TestEveryTextHasWords(t *testing.T) {
	t.Parallel()
	plans := []*tabulate.Plan{
		{Method: tabulate.Linear, Low: 30, High: 300, Without: []string{"age"}},
		{Base: tabulate.EqualBase, Method: tabulate.Logit, Low: 50, High: 200, Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{"stratum"}}},
		{Method: tabulate.Poststratify, Targets: []tabulate.Target{{Name: "学历", Source: "年鉴", Variables: []string{"q1"}}}, Nonresponse: tabulate.Nonresponse{Method: tabulate.Propensity, By: []string{"size", "stratum"}}},
		{Method: tabulate.NoMargins, Nonresponse: tabulate.Nonresponse{Method: tabulate.Propensity, By: []string{"size"}, Classes: 5}},
		{Blend: tabulate.Pseudo, Trim: tabulate.Trim{Low: 30, High: 300, Strict: true, Again: true}, Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{"psu"}}},
	}
	for _, lang := range []string{"zh-CN", "en"} {
		for i, plan := range plans {
			r := made(t, lang, 300, 40, func(d *release.Document) {
				d.Weights.Plan, d.Weights.Late, d.Method.Facts.Quota = plan, true, true
				d.Revision, d.Supersedes, d.Reason = i+1, "ab", "理由"
				if i == 0 {
					d.Supersedes, d.Reason = "", ""
				}
				d.Method.Missing = []string{"funding", "coverage", "processing"}
			})
			if text := all(r); strings.Contains(text, "{") {
				t.Errorf("%s, plan %d: a placeholder is left: %s", lang, i, text[strings.Index(text, "{"):][:40])
			}
		}
	}
}

func TestTheCoverSaysWhatTheReaderHasInHand(t *testing.T) {
	t.Parallel()
	q := sample.Paper(t)
	d := sample.Document(t, q, 300, 40)
	d.Revision, d.Supersedes, d.Reason = 2, "ab", "加权有误"
	for state, want := range map[report.State]string{
		report.Proposed: "两人签署之前", report.Superseded: "已被第3版取代", report.InForce: "本版更正第1版。更正理由：加权有误",
	} {
		s := sample.Source(t, q, &d, "zh-CN")
		s.State, s.Revisions = state, 3
		r := report.Compose(s)
		wants(t, all(&report.Report{Cover: r.Cover}), want, "虚构")
		if r.Foot == "" || strings.Contains(r.Foot, "{") {
			t.Errorf("%s: got the foot %q", state, r.Foot)
		}
	}
}

// A result from before minyi-release/2 has no statement and no digests.
func TestAReleaseOfTheSchemaBeforeHasAReportToo(t *testing.T) {
	t.Parallel()
	q := sample.Paper(t)
	d := sample.Document(t, q, 300, 40)
	s := sample.Source(t, q, &d, "en")
	d.Data, d.Weights, d.Code, d.Method, d.Sample = nil, nil, nil, nil, nil
	wants(t, all(report.Compose(s)), "before there was a statement", "Annex: questionnaire")
}
