package pasted_test

import (
	"fmt"
	"strings"
	"testing"

	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/pasted"
)

// text is a paper as people paste it: numbers, marks, letters, blanks.
const text = `法治政府建设满意度调查
感谢您参加。
一、总体评价
1. 您对本地政府依法办事的总体情况满意吗？[单选题]*
非常满意
比较满意
一般
不太满意
非常不满意
不清楚

2、您办过下列哪些事？【多选题】（必答）
A. 行政许可  B. 行政处罚
C．投诉举报：____
D. 以上都没有
3．您的职业 [单选题]
○ 农民
○ 职工 (跳至第5题)
○ 学生
4.您每年办几次事？[数字题]
5. 您的建议 [简答题]
6. 请评价以下方面 [矩阵量表题] *
很不满意 不满意 一般 满意 很满意
服务态度 ○ ○ ○ ○ ○
办事效率 ○ ○ ○ ○ ○
7. 请按重要程度排序 [排序题]
公开
公正
便民
8. 上传照片 [文件上传题]
9. 您对服务打分 [量表题]
很不满意 1 2 3 4 5 很满意
`

func TestNumberedTextBecomesQuestions(t *testing.T) {
	t.Parallel()
	p := pasted.Read(text)
	var got []string
	for _, it := range p.Items {
		got = append(got, fmt.Sprintf("%s %s %d %d %v %s", it.ID, it.Type, len(it.Options), len(it.Rows), it.Required, it.Text.Zh))
	}
	want := []string{
		"q01 scale 0 0 true 您对本地政府依法办事的总体情况满意吗？",
		"q02 multiple 4 0 true 您办过下列哪些事？",
		"q03 single 3 0 false 您的职业",
		"q04 number 0 0 false 您每年办几次事？",
		"q05 text 0 0 false 您的建议",
		"q06 grid 0 2 true 请评价以下方面：{row}",
		"q07 rank 3 0 false 请按重要程度排序",
		"q08 single 0 0 false 上传照片",
		"q09 scale 0 0 false 您对服务打分",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if p.Title != "法治政府建设满意度调查" || p.Intro != "感谢您参加。\n一、总体评价" {
		t.Errorf("title %q, intro %q", p.Title, p.Intro)
	}
	if got := p.Items[2].Options[1].GoTo; got != "q05" {
		t.Errorf("jump: got %q, want q05", got)
	}
	if last := p.Items[1].Options[3]; !last.Exclusive || last.Text.Zh != "以上都没有" {
		t.Errorf("the last option stands alone: got %+v", last)
	}
	s := p.Scales[p.Items[0].Scale]
	if len(s.Points) != 5 || s.Points[0].Code != 5 || len(s.NonSubstantive) != 1 || s.NonSubstantive[0].Reason != questionnaire.DontKnow {
		t.Errorf("scale: got %+v", s)
	}
	grid := p.Scales[p.Items[5].Scale]
	if len(grid.Points) != 5 || grid.Points[0].Code != 1 || grid.Points[4].Text.Zh != "很满意" {
		t.Errorf("scale of the grid: got %+v", grid)
	}
	nine := p.Scales[p.Items[8].Scale]
	if len(nine.Points) != 5 || nine.Points[0].Text.Zh != "很不满意" || nine.Points[4].Text.Zh != "很满意" || nine.Points[4].Code != 5 {
		t.Errorf("scale of numbers: got %+v", nine)
	}
}

func TestWhatIsNotUnderstoodIsNamedAtItsLine(t *testing.T) {
	t.Parallel()
	var got []string
	for _, r := range pasted.Read(text + "第二部分 其他\n附注").Remarks {
		got = append(got, fmt.Sprintf("%d %s", r.Line, r.Code))
	}
	want := "14 pasted.blank,20 pasted.range,30 pasted.mark,30 pasted.optionless,33 pasted.heading"
	if strings.Join(got, ",") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ","), want)
	}
}

// A pasted paper is sound but for what only people can supply: the English, and
// the options of a type that does not exist here.
func TestPastedPaperLacksTheTranslationOnly(t *testing.T) {
	t.Parallel()
	sound := strings.Replace(text, "8. 上传照片 [文件上传题]\n", "", 1)
	p := pasted.Read(strings.Replace(sound, "9. 您对", "8. 您对", 1))
	f, err := p.Form(true)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := f.Mended(false)
	if err != nil {
		t.Fatal(err)
	}
	q, err := questionnaire.Parse(whole.JSON())
	if err != nil && !strings.Contains(err.Error(), "questionnaire.rule_order") {
		t.Fatal(err)
	}
	if q == nil {
		whole, err = f.Mended(true)
		if err != nil {
			t.Fatal(err)
		}
		if q, err = questionnaire.Parse(whole.JSON()); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(q.Scored()); got != 4 {
		t.Errorf("scored questions: got %d, want 4", got)
	}
}

func TestOddTextsAreReadToo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"no number", "您好\n再见", ""},
		{"a star before the number", "*1. 您满意吗？\nA. 是\nB. 否", "q01 single 2"},
		{"wide figures", "１．您满意吗？（单选）\nＡ．是\nＢ．否", "q01 single 2"},
		{"numbered options", "1. 您满意吗？\n1) 是\n2) 否\n2. 还有吗？【填空】", "q01 single 2;q02 text 0"},
		{"the number again", "1. 甲？[填空题]\n1. 乙？[填空题]", "q01 text 0;q02 text 0"},
		{"one line of letters", "第1题 甲？[单选题]\nA、是 B、否 C、不知道", "q01 single 3"},
		{"columns in words", "1. 评价[矩阵单选题]\n列：好 中 差\n行：窗口 电话", "q01 grid 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, it := range pasted.Read(c.text).Items {
				got = append(got, fmt.Sprintf("%s %s %d", it.ID, it.Type, len(it.Options)))
			}
			if strings.Join(got, ";") != c.want {
				t.Errorf("got %s, want %s", strings.Join(got, ";"), c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(text)
	f.Add("1. a[矩阵量表题]\n列：\n1 2 3\n")
	f.Fuzz(func(t *testing.T, text string) {
		p := pasted.Read(text)
		form, err := p.Form(true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := questionnaire.Read(form.JSON()); err != nil {
			t.Errorf("a pasted paper cannot be kept: %v", err)
		}
	})
}

// TestOptionsStandBesideEachOther reads options as they are printed on one line.
func TestOptionsStandBesideEachOther(t *testing.T) {
	t.Parallel()
	p := pasted.Read("1、您满意吗？（单选题）\n○非常满意 ○比较满意 ○一般 ○不太满意 ○非常不满意\n2、去过哪里？[多选题]\n□公安　□税务（跳至第3题） □都没有去过\n3. 还有呢？[多选题]\n□ 一处\n□ 两处\n")
	if len(p.Items) != 3 || len(p.Remarks) != 1 || p.Remarks[0].Code != "pasted.jump" {
		t.Fatalf("got %d questions, remarks %+v; want 3 and the jump of a multiple choice", len(p.Items), p.Remarks)
	}
	if it := p.Items[0]; it.Type != questionnaire.ScaleOf || len(p.Scales[it.Scale].Points) != 5 {
		t.Errorf("first: got %s with %d points, want a scale of 5", it.Type, len(p.Scales[it.Scale].Points))
	}
	if it := p.Items[1]; len(it.Options) != 3 || it.Options[1].Text.Zh != "税务" || !it.Options[2].Exclusive {
		t.Errorf("second: got %+v", it.Options)
	}
	if it := p.Items[2]; len(it.Options) != 2 || it.Options[0].Text.Zh != "一处" {
		t.Errorf("third: got %+v", it.Options)
	}
}
