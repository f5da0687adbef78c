package paper

import (
	"strconv"

	"minyi/survey/questionnaire"
	"minyi/survey/typeset"
)

const (
	boxWide   = 42 * mm / 10 // of a box to tick
	boxIndent = 9 * mm       // of the boxes below their question
	boxGap    = 22 * mm / 10
	lineGap   = 9 * mm  // between lines to write on
	keyWide   = 11 * mm // of a box with its key
)

// head is the title, who asks and why; the room beside it is left to the code.
func (f *Form) head() block {
	b := block{}
	beside := inner - codeSide - 6*mm
	f.text(&b, side, beside, style(titleSize).Strong(), f.order.Title)
	b.gap(3 * mm)
	for i, notice := range f.order.Notices {
		width := inner
		if b.height < codeSide+12*mm || i == 0 {
			width = beside
		}
		f.text(&b, side, width, style(noticeSize), notice)
		b.gap(15 * mm / 10)
	}
	b.height = max(b.height, codeSide+14*mm)
	return b
}

// section parts the form.
func (f *Form) section(s questionnaire.Section) block {
	b := block{}
	b.gap(3 * mm)
	name := f.say("a4.section." + s.String())
	b.add(8*mm, func(c *typeset.Canvas, y length) {
		c.Box(side, y, inner, 7*mm, typeset.Pale)
		c.Text(side+2*mm, y+5*mm, style(noticeSize).Strong(), name)
	})
	return b
}

// question is a question with its boxes or lines: in one piece where it fits on a
// page.
func (f *Form) question(one Field) []block {
	b := block{id: one.Question.ID, sticks: f.first(one)}
	b.gap(25 * mm / 10)
	number := strconv.Itoa(one.Number)
	ask := style(askSize).Strong()
	wide := f.font.Width("00. ", ask.Size)
	numbered := b.height
	f.text(&b, side+wide, inner-wide, ask, f.in(one.Question.Text))
	b.ink = append(b.ink, func(c *typeset.Canvas, y length) {
		c.Text(side, y+numbered+ask.Size.Scaled(baseline), ask, number+".")
	})
	for _, hint := range f.hints(one) {
		f.text(&b, side+wide, inner-wide, style(noticeSize).Pale(), hint)
	}
	b.gap(mm)
	out := append([]block{b}, f.boxes(one)...)
	out = append(out, f.lines(one)...)
	return joined(out)
}

// first reports whether a question begins its section, whose name it stands under.
func (f *Form) first(one Field) bool {
	i := one.Number - 1
	return i == 0 || f.order.Plan.Fields[i-1].Question.Section != one.Question.Section
}

// joined is one block of several where they fit on a page, else as they are, the
// first two together.
func joined(blocks []block) []block {
	high := length(0)
	for _, b := range blocks {
		high += b.height
	}
	if high > (bottom-top)/2 {
		if len(blocks) > 1 {
			blocks[1].sticks = true
		}
		return blocks
	}
	all := blocks[0]
	for _, b := range blocks[1:] {
		all.add(b.height, func(c *typeset.Canvas, y length) {
			for _, draw := range b.ink {
				draw(c, y)
			}
		})
	}
	return []block{all}
}

// boxes are the boxes of a question in so many columns as fit, a row a block; they
// are read column by column.
func (f *Form) boxes(one Field) []block {
	s := style(boxSize)
	texts, widest := f.boxTexts(one), length(0)
	for _, t := range texts {
		widest = max(widest, f.font.Width(t, s.Size))
	}
	room := inner - boxIndent
	columns := max(1, min(4, int(room/(keyWide+widest+3*mm))))
	pitch := room / length(columns)
	rows := rows(one, columns)
	var out []block
	for i := range min(rows, len(texts)) {
		row := block{}
		high := length(0)
		for k := i; k < len(texts); k += rows {
			cell := block{}
			x := side + boxIndent + length(k/rows)*pitch
			f.text(&cell, x+keyWide, pitch-keyWide-2*mm, s, texts[k])
			high = max(high, cell.height)
			row.ink = append(append(row.ink, f.box(one, k, x)), cell.ink...)
		}
		row.height = high + boxGap
		out = append(out, row)
	}
	return out
}

// rows is how many boxes stand below each other: the points of a short scale all,
// so that what is no point of it stands beside.
func rows(one Field, columns int) int {
	n := len(one.Boxes)
	points := 0
	for _, b := range one.Boxes {
		if !b.Choice.NonSubstantive {
			points++
		}
	}
	const short = 6
	if one.Question.Type == questionnaire.ScaleOf && columns > 1 && points <= short && n <= 2*points {
		return points
	}
	return max(1, (n+columns-1)/columns)
}

// boxTexts are what stands beside the boxes, with where they lead.
func (f *Form) boxTexts(one Field) []string {
	var out []string
	for _, b := range one.Boxes {
		text := f.in(b.Choice.Text)
		if lead := f.lead(one, b); lead != "" {
			text += "　" + lead
		}
		out = append(out, text)
	}
	return out
}

// box is the box of a choice with its key; of a rank the key alone, which is
// written on a line.
func (f *Form) box(one Field, k int, x length) ink {
	key := one.Boxes[k].Key
	return func(c *typeset.Canvas, y length) {
		size := typeset.Point(boxSize)
		c.Text(x+boxWide+mm, y+size.Scaled(baseline), style(95).Pale(), key)
		if one.Question.Type == questionnaire.Rank && !one.Boxes[k].Choice.NonSubstantive {
			return
		}
		up := y + 12*mm/10
		for _, l := range [][4]length{{0, 0, boxWide, 0}, {0, boxWide, boxWide, boxWide}, {0, 0, 0, boxWide}, {boxWide, 0, boxWide, boxWide}} {
			c.Line(x+l[0], up+l[1], x+l[2], up+l[3], mm*3/10, typeset.Black, false)
		}
	}
}

// lines are the lines to write on.
func (f *Form) lines(one Field) []block {
	q := one.Question
	switch q.Type {
	case questionnaire.Words:
		const eachLine, most = 40, 8
		n := min(most, max(1, (q.MaxChars+eachLine-1)/eachLine))
		out := make([]block, n)
		for i := range out {
			out[i] = line(inner-boxIndent, "", "")
		}
		return out
	case questionnaire.Number:
		return []block{line(50*mm, "", f.in(q.Range.Unit))}
	case questionnaire.Date:
		return []block{line(0, "", f.say("a4.date"))}
	case questionnaire.Rank:
		var out []block
		for n := range q.Places {
			out = append(out, line(25*mm, f.say("a4.place", "place", strconv.Itoa(n+1)), ""))
		}
		return out
	default:
		return nil
	}
}

// line is a line of a width to write on, between words.
func line(width length, before, after string) block {
	b := block{}
	b.add(lineGap, func(c *typeset.Canvas, y length) {
		s := style(boxSize)
		x := side + boxIndent
		if before != "" {
			c.Text(x, y+7*mm, s, before)
			x += c.Font().Width(before, s.Size) + 2*mm
		}
		if width > 0 {
			c.Line(x, y+8*mm, x+width, y+8*mm, mm*3/10, typeset.Grey, false)
		}
		c.Text(x+width+2*mm, y+7*mm, s, after)
	})
	return b
}

// end thanks, below all questions.
func (f *Form) end() block {
	b := block{}
	b.gap(5 * mm)
	f.text(&b, side, inner, style(askSize).Strong(), f.in(f.order.Plan.of.Closing()))
	f.text(&b, side, inner, style(noticeSize), f.say("a4.return"))
	return b
}

// blank is the back of the last sheet.
func (f *Form) blank() block {
	b := block{}
	b.gap(120 * mm)
	text := f.say("a4.blank")
	b.add(8*mm, func(c *typeset.Canvas, y length) {
		s := style(noticeSize).Pale()
		c.Text((pageWidth-f.font.Width(text, s.Size))/2, y, s, text)
	})
	return b
}
