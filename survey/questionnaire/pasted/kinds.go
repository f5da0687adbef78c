package pasted

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/survey/questionnaire"
)

// finish makes a question of what was read of it.
func (r *reader) finish() {
	a := r.current
	r.current = nil
	if a == nil {
		return
	}
	if a.text == "" {
		r.remark(a.line, a.mark, "pasted.wordless")
		return
	}
	it := questionnaire.Item{ID: a.id, Text: questionnaire.Text{Zh: a.text}, Required: a.required}
	if a.mark == "" {
		r.unmarked(&it, a)
	} else {
		r.byMark(&it, a)
	}
	r.keep(it, a)
}

// unmarked is a question without a type: a single choice, or a text where it has no
// options.
func (r *reader) unmarked(it *questionnaire.Item, a *asked) {
	if len(a.lines) > 0 {
		r.single(it, a)
		return
	}
	r.words(it, a, false)
	r.remark(a.line, a.text, "pasted.markless")
}

// byMark is a question of the type that its mark names.
func (r *reader) byMark(it *questionnaire.Item, a *asked) {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(a.mark, w) })
	}
	switch {
	case has("矩阵"):
		r.grid(it, a)
	case has("多选"):
		r.choices(it, a, questionnaire.Multiple)
	case has("排序"):
		r.rank(it, a)
	case has("量表", "打分", "评分"):
		r.scale(it, a)
	case has("数字", "日期"):
		r.typed(it, a)
	case has("填空", "问答", "简答", "文本"):
		r.words(it, a, has("问答", "简答", "多行"))
	case has("单选", "判断", "下拉"):
		r.single(it, a)
	default:
		r.single(it, a)
		r.remark(a.line, a.mark, "pasted.mark")
	}
}

// keep takes the question in, unless it could not be answered.
func (r *reader) keep(it questionnaire.Item, a *asked) {
	ticked := it.Type == questionnaire.Single || it.Type == questionnaire.Multiple || it.Type == questionnaire.Rank
	if ticked && len(it.Options) < 2 || it.Type == questionnaire.Grid && len(it.Rows) == 0 {
		r.remark(a.line, a.text, "pasted.optionless")
	}
	for i, o := range a.lines {
		if o.goTo > 0 {
			r.jumps = append(r.jumps, jump{line: o.line, item: len(r.out.Items), option: i, to: o.goTo})
		}
	}
	r.out.Items = append(r.out.Items, it)
}

// single makes a single choice; one whose options are degrees of satisfaction is a
// scored scale.
func (r *reader) single(it *questionnaire.Item, a *asked) {
	if degrees(a.lines) {
		r.scale(it, a)
		return
	}
	r.choices(it, a, questionnaire.Single)
	if strings.Contains(a.mark, "判断") && len(it.Options) == 0 {
		it.Options = []questionnaire.Option{
			{Code: "1", Text: questionnaire.Text{Zh: "对"}}, {Code: "2", Text: questionnaire.Text{Zh: "错"}},
		}
	}
}

func (r *reader) choices(it *questionnaire.Item, a *asked, t questionnaire.Type) {
	it.Type = t
	for i, line := range a.lines {
		text := r.blankless(line)
		o := questionnaire.Option{Code: strconv.Itoa(i + 1), Text: questionnaire.Text{Zh: text}, Reason: reason(text)}
		o.Exclusive = t == questionnaire.Multiple && o.Reason == "" && none(text)
		it.Options = append(it.Options, o)
	}
}

// blankless takes the blank for a text from an option, and says so.
func (r *reader) blankless(o option) string {
	text := strings.TrimRight(o.text, "_＿ :：")
	if strings.ContainsAny(o.text, "_＿") {
		r.remark(o.line, o.text, "pasted.blank")
		text = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "_", ""), "＿", ""))
	}
	return text
}

// reason tells the answers that are not substantive by their words.
func reason(text string) questionnaire.Reason {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	const long = 12 // such an answer is short; a longer one is about something
	switch {
	case utf8.RuneCountInString(text) > long:
		return ""
	case has("不清楚", "不了解", "不知道", "说不清", "说不准"):
		return questionnaire.DontKnow
	case has("不想回答", "不愿回答", "拒绝回答", "不便回答"):
		return questionnaire.NoAnswer
	case has("不适用"):
		return questionnaire.NotApplicable
	}
	return ""
}

// none tells an option that can only stand alone.
func none(text string) bool {
	return text == "无" || text == "没有" || strings.HasPrefix(text, "以上都") || strings.HasPrefix(text, "都没有") || strings.HasPrefix(text, "以上均")
}

// degrees reports whether the options are degrees of satisfaction.
func degrees(lines []option) bool {
	points := 0
	for _, o := range lines {
		switch {
		case o.goTo > 0:
			return false
		case reason(o.text) != "":
		case strings.Contains(o.text, "满意") || middling(o.text):
			points++
		default:
			return false
		}
	}
	const least, most = 3, 11
	return points >= least && points <= most
}

func middling(text string) bool {
	return text == "一般" || text == "基本" || text == "中等" || text == "尚可"
}

// scale makes a scored scale of the lines: the points in the order in which they
// stand, the better end with the higher codes. Equal scales are one.
func (r *reader) scale(it *questionnaire.Item, a *asked) {
	points := a.lines
	if len(points) == 1 { // 很不满意 1 2 3 4 5 很满意
		points = spread(points[0])
	}
	it.Type, it.Scored = questionnaire.ScaleOf, true
	if len(points) < 2 {
		it.Scale = r.scaleOf(usual())
		r.remark(a.line, a.text, "pasted.pointless")
		return
	}
	it.Scale = r.scaleOf(scaleFrom(points))
}

func spread(o option) []option {
	words := strings.Fields(o.text)
	var out []option
	for i, w := range words {
		if n, err := strconv.Atoi(w); err == nil {
			text := w
			if i == 1 && n < 2 {
				text = words[0]
			}
			if i == len(words)-2 {
				text = words[len(words)-1]
			}
			out = append(out, option{line: o.line, text: text})
		}
	}
	if len(out) < 2 && len(words) > 2 { // the degrees themselves, one beside the other
		out = nil
		for _, w := range words {
			out = append(out, option{line: o.line, text: w})
		}
	}
	return out
}

// usual is the five points that people mean when they say nothing.
func usual() questionnaire.Scale {
	var lines []option
	for _, text := range []string{"非常满意", "比较满意", "一般", "不太满意", "非常不满意"} {
		lines = append(lines, option{text: text})
	}
	return scaleFrom(lines)
}

// scaleFrom makes a scale: satisfied are the points above the middle.
func scaleFrom(lines []option) questionnaire.Scale {
	s := questionnaire.Scale{ReverseForHalf: true}
	var points []option
	for _, o := range lines {
		if why := reason(o.text); why != "" {
			s.NonSubstantive = append(s.NonSubstantive, questionnaire.Point{
				Code: 98 + len(s.NonSubstantive), Text: questionnaire.Text{Zh: o.text}, Reason: why,
			})
			continue
		}
		points = append(points, o)
	}
	rising := rises(points)
	for i, o := range points {
		code := len(points) - i
		if rising {
			code = i + 1
		}
		s.Points = append(s.Points, questionnaire.Point{Code: code, Text: questionnaire.Text{Zh: o.text}})
		s.ValidCodes = append(s.ValidCodes, i+1)
		if half := (len(points) + 1) / 2; i+1 > half {
			s.SatisfiedCodes = append(s.SatisfiedCodes, i+1)
		}
	}
	return s
}

// rises reports whether the worse end stands first.
func rises(points []option) bool {
	if len(points) == 0 {
		return false
	}
	first := points[0].text
	if n, err := strconv.Atoi(first); err == nil {
		last, err := strconv.Atoi(points[len(points)-1].text)
		return err != nil || last > n
	}
	return strings.Contains(first, "不") || strings.Contains(first, "差") || strings.Contains(first, "低")
}

// scaleOf returns the name of a scale, a new one where there is no equal.
func (r *reader) scaleOf(s questionnaire.Scale) string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("scale%d", n)
		old, taken := r.out.Scales[name]
		if !taken {
			r.out.Scales[name] = s
			return name
		}
		if slices.Equal(old.Points, s.Points) && slices.Equal(old.NonSubstantive, s.NonSubstantive) {
			return name
		}
	}
}
