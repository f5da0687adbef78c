package handout

import "minyi/survey/typeset"

// addressLines is how many lines of an address show in the window.
const addressLines = 6

// The window of a DL envelope and the folds of the sheet, as DIN 5008 (form B)
// and the envelopes made for it have them: 20 mm from the left, 45 mm from the
// top, 85 mm by 45 mm.
const (
	windowX      = 20 * mm
	windowY      = 45 * mm
	windowWidth  = 85 * mm
	windowHeight = 45 * mm
	firstFold    = 105 * mm
	secondFold   = 210 * mm
)

// letter is one letter a page. Nothing that opens the survey shows in the window
// or stands on the part behind it.
func (j *Job) letter() (grid, cell, error) {
	c := cell{width: a4Width, height: a4Height, rules: []rule{
		{x: 5 * mm, y: firstFold, width: 4 * mm, height: mm / 5, shade: typeset.Grey},
		{x: 5 * mm, y: secondFold, width: 4 * mm, height: mm / 5, shade: typeset.Grey},
	}}
	j.window(&c)
	const side, bottom = 25 * mm, 22 * mm
	inner := a4Width - 2*side
	square := 52 * mm
	codeY := a4Height - bottom - square - 4*mm
	grow := int64(1000)
	if len(j.order.Words) == 1 {
		grow = 1200 // there is room for letters that old eyes read
	}
	paras, _, err := fit(j.font, inner, codeY-firstFold+4*mm, func(scale int64) []para { return j.letterParas(scale * grow / 1000) })
	if err != nil {
		return grid{}, cell{}, err
	}
	c.set(j.font, side, firstFold-8*mm, inner, paras)
	c.set(j.font, side-4*mm, codeY, square, []para{{code: square}})
	beside := side - 4*mm + square + 3*mm
	paras, high, err := fit(j.font, a4Width-side-beside, square, j.letterBeside)
	if err != nil {
		return grid{}, cell{}, err
	}
	c.set(j.font, beside, codeY+(square-high)/2, a4Width-side-beside, paras)
	c.set(j.font, side, a4Height-18*mm, inner, []para{{field: Item.note, style: by(75, 1000).Pale()}})
	return page(a4Width, a4Height), c, nil
}

// window fills the window: who writes, then the address or whom it is meant for.
func (j *Job) window(c *cell) {
	inner := windowWidth - 10*mm
	y := c.set(j.font, windowX+5*mm, windowY+5*mm, inner, []para{{text: j.order.Words[0].Sender, style: by(70, 1000).Pale()}})
	c.rules = append(c.rules, rule{x: windowX + 5*mm, y: y + mm/2, width: inner, height: mm / 10, shade: typeset.Grey})
	to := j.order.Words[0].To
	var lines []para
	for n := range addressLines {
		lines = append(lines, para{style: by(100, 1000), field: func(it Item) string {
			switch {
			case len(it.Address) == 0 && n == 0:
				return to
			case n < len(it.Address):
				return it.Address[n]
			}
			return ""
		}})
	}
	c.set(j.font, windowX+5*mm, y+2*mm, inner, lines)
}

func (j *Job) letterParas(scale int64) []para {
	var out []para
	for i, w := range j.order.Words {
		size, indent, above := int64(110), true, mm
		if i > 0 {
			size, indent, above = 95, false, 4*mm
		}
		out = append(out, para{text: w.Title, style: by(size+20, scale).Strong(), align: align(1 - min(i, 1)), above: above},
			para{text: w.Greeting, style: by(size, scale), above: 3 * mm})
		for _, text := range w.Body {
			out = append(out, para{text: text, style: by(size, scale), indent: indent, above: mm / 2})
		}
		for n, text := range w.Signed {
			out = append(out, para{text: text, style: by(size, scale), align: right, above: max(0, mm-length(n)*mm)})
		}
	}
	return out
}

// letterBeside is what stands beside the code: how to answer by phone, by typing,
// and whom to ask.
func (j *Job) letterBeside(scale int64) []para {
	var out []para
	for i, w := range j.order.Words {
		out = append(out, para{text: w.Scan, style: by(130-35*int64(i), scale).Strong()})
	}
	for i, w := range j.order.Words {
		above := 3 * mm
		if i > 0 {
			above = 0
		}
		out = append(out, para{text: w.Type, style: by(95-10*int64(i), scale).Pale(), above: above})
	}
	out = append(out, para{text: j.order.Site, style: by(120, scale)}, para{field: Item.typed, style: by(125, scale).Strong()})
	for i, w := range j.order.Words {
		above := 3 * mm
		if i > 0 {
			above = 0
		}
		out = append(out, para{text: w.Phone, style: by(100-10*int64(i), scale), above: above})
	}
	return out
}
