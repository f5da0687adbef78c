// Package pasted reads numbered Chinese text as people paste it from a document
// or from 问卷星: a question begins with its number and may say its type in
// brackets, its options follow line by line or as A. B. C. What it cannot use it
// names by its line. It invents no translation and does not check the paper.
package pasted

import (
	"strings"

	"minyi/survey/questionnaire"
)

// Remark is a line that could not be used, or not wholly; Code is the key of the
// sentence about it.
type Remark struct {
	Line int // from 1
	Text string
	Code string
}

// Paper is what was understood.
type Paper struct {
	Title   string
	Intro   string
	Items   []questionnaire.Item
	Scales  map[string]questionnaire.Scale
	Remarks []Remark
}

// reader goes through the lines.
type reader struct {
	out     Paper
	number  int            // of the line
	current *asked         // the question that options belong to
	numbers map[int]string // ids of the questions by their numbers
	sign    rune           // behind the number of the last question
	jumps   []jump
	head    []string // lines before the first question
}

// asked is a question while its lines are read.
type asked struct {
	line     int
	id       string
	text     string
	mark     string // type as it was written; empty where none was
	required bool
	lines    []option
}

// option is one line below a question.
type option struct {
	line   int
	text   string
	goTo   int // number of the question to go to; 0 for none
	letter bool
}

// jump is a go_to that is set once all questions have their ids.
type jump struct {
	line, item, option, to int
}

// maxText bounds what is read, in bytes.
const maxText = 512 << 10

// Read reads pasted text. What it does not understand becomes a remark; it never
// fails.
func Read(text string) Paper {
	r := &reader{numbers: map[int]string{}}
	r.out.Scales = map[string]questionnaire.Scale{}
	if len(text) > maxText {
		text = text[:maxText]
	}
	text = strings.ToValidUTF8(text, "")
	for line := range strings.SplitSeq(text, "\n") {
		r.number++
		r.line(clean(line))
	}
	r.finish()
	r.land()
	r.opening()
	return r.out
}

// clean takes control characters and spaces of any width from the ends.
func clean(line string) string {
	line = strings.Map(func(c rune) rune {
		switch {
		case c == '\t' || c == '\u3000' || c == '\u00a0':
			return ' '
		case c < ' ' || c == '\u007f' || c == '\ufeff':
			return -1
		}
		return c
	}, line)
	return strings.TrimSpace(line)
}

func (r *reader) remark(line int, text, code string) {
	const most = 80
	if short := []rune(text); len(short) > most {
		text = string(short[:most]) + "…"
	}
	r.out.Remarks = append(r.out.Remarks, Remark{Line: line, Text: text, Code: code})
}

// line takes one line: a question, an option of the one before, or neither.
func (r *reader) line(line string) {
	if line == "" {
		return
	}
	if n, sign, rest, ok := numbered(line); ok && r.begins(n, sign, rest) {
		r.finish()
		r.begin(n, rest)
		r.current.required = r.current.required || starred(line)
		r.sign = sign
		return
	}
	switch {
	case r.current == nil && len(r.out.Items) == 0:
		r.head = append(r.head, line)
	case heading(line):
		r.remark(r.number, line, "pasted.heading")
	case r.current == nil:
		r.remark(r.number, line, "pasted.stray")
	default:
		r.options(line)
	}
}

// starred reports whether a line begins with the star of what must be answered,
// before or behind its number.
func starred(line string) bool {
	return strings.ContainsAny(strings.TrimRight(string([]rune(line)[:min(len([]rune(line)), 6)]), " "), "*＊")
}

// begins tells a question from an option that is numbered too: a question has a
// mark of its type, or the next number in the way of the question before.
func (r *reader) begins(n int, sign rune, rest string) bool {
	if _, mark, _ := marked(rest); mark != "" {
		return true
	}
	if r.current == nil {
		return true
	}
	return sign == r.sign && n > 1 && r.numbers[n-1] == r.current.id
}

func (r *reader) begin(n int, rest string) {
	text, mark, required := marked(rest)
	r.current = &asked{line: r.number, id: r.free(n), text: text, mark: mark, required: required}
	if _, twice := r.numbers[n]; !twice {
		r.numbers[n] = r.current.id
	}
}

// options takes the options of a line: one, or several after A. B. C. or ○ ○ ○
func (r *reader) options(line string) {
	several := lettered(line)
	if several == nil {
		several = ticked(line)
	}
	for _, one := range several {
		text, to := jumps(one)
		r.current.lines = append(r.current.lines, option{line: r.number, text: text, goTo: to, letter: true})
	}
	if len(several) > 0 {
		return
	}
	text, to := jumps(bulletless(line))
	r.current.lines = append(r.current.lines, option{line: r.number, text: text, goTo: to})
}

// opening takes the lines before the first question: the first is the title, the
// others stand before the questions.
func (r *reader) opening() {
	if len(r.head) == 0 {
		return
	}
	r.out.Title = r.head[0]
	r.out.Intro = strings.Join(r.head[1:], "\n")
}

// land gives the options that jump the ids of the questions that they jump to.
func (r *reader) land() {
	for _, j := range r.jumps {
		to, ok := r.numbers[j.to]
		item := &r.out.Items[j.item]
		if !ok || j.option >= len(item.Options) || item.Type != questionnaire.Single {
			r.remark(j.line, item.Text.Zh, "pasted.jump")
			continue
		}
		item.Options[j.option].GoTo = to
	}
}

// Form returns the paper as a draft. Its opening, consent and thanks are those of
// the built-in form; with usual its questions before and behind are kept too, on
// which the weighting rests.
func (p Paper) Form(usual bool) (*questionnaire.Form, error) {
	f, err := questionnaire.Read(questionnaire.Default())
	if err != nil {
		return nil, err
	}
	f.ID, f.Version, f.Status, f.ItemsOrder = "pasted", 1, "draft", ""
	f.Items, f.Scales = p.Items, p.Scales
	if !usual {
		f.Screening, f.Background, f.Integrity, f.Open = nil, nil, nil, nil
	}
	if p.Title != "" {
		f.Title = questionnaire.Text{Zh: p.Title}
	}
	if p.Intro != "" {
		f.Intro = questionnaire.Text{Zh: p.Intro}
	}
	for i := range f.Items {
		f.Items[i].AppliesTo = nil
	}
	return f, nil
}
