package handout

import "minyi/survey/typeset"

// a4 is the page of ISO 216.
const (
	a4Width  = 210 * mm
	a4Height = 297 * mm
)

// page is a grid of one cell.
func page(width, height length) grid {
	return grid{width: width, height: height, columns: 1, rows: 1}
}

// by is a size in tenths of a point at a scale.
func by(tenths, scale int64) typeset.Style {
	return typeset.Style{Size: typeset.Point(tenths).Scaled(scale)}
}

// poster is one poster a page. A5 is A4 at 705 thousandths.
func (j *Job) poster() (grid, cell, error) {
	width, height, k := a4Width, a4Height, int64(1000)
	if j.order.Format == "a5" {
		width, height, k = 148*mm, 210*mm, 705
	}
	c := cell{width: width, height: height}
	margin := (17 * mm).Scaled(k)
	inner := width - 2*margin
	foot := height - (47 * mm).Scaled(k)
	c.rules = []rule{
		{x: margin, y: margin, width: inner, height: (3 * mm).Scaled(k), shade: typeset.Red},
		{x: margin, y: foot, width: inner, height: (400 * mm / 1000).Scaled(k), shade: typeset.Grey},
	}
	top, room := margin+(9*mm).Scaled(k), foot-margin-(13*mm).Scaled(k)
	paras, high, err := fit(j.font, inner, room, func(scale int64) []para { return j.posterParas(k, scale*k/1000) })
	if err != nil {
		return grid{}, cell{}, err
	}
	c.set(j.font, margin, top+(room-high)/2, inner, paras)
	below, _, err := fit(j.font, inner, height-foot-(14*mm).Scaled(k), func(scale int64) []para { return j.posterFoot(scale * k / 1000) })
	if err != nil {
		return grid{}, cell{}, err
	}
	c.set(j.font, margin, foot+(4*mm).Scaled(k), inner, below)
	return page(width, height), c, nil
}

func (j *Job) posterParas(k, scale int64) []para {
	gap := func(tenths length) length { return (tenths * mm / 10).Scaled(k) }
	var out []para
	for i, w := range j.order.Words {
		if i == 0 {
			out = append(out, para{text: w.Title, style: by(270, scale).Strong(), align: centre},
				para{text: w.Call, style: by(165, scale), align: centre, above: gap(30)})
			continue
		}
		out = append(out, para{text: w.Title, style: by(140, scale).Strong(), align: centre, above: gap(40)},
			para{text: w.Call, style: by(115, scale), align: centre, above: gap(10)})
	}
	out = append(out, para{code: (98 * mm).Scaled(k), above: gap(30)})
	for i, w := range j.order.Words {
		size, above := int64(160), gap(0)
		if i > 0 {
			size, above = 115, gap(5)
		}
		out = append(out, para{text: w.Scan, style: by(size, scale).Strong(), align: centre, above: above})
	}
	out = append(out, para{text: both(j.order.Words, Words.typing), style: by(105, scale).Pale(), align: centre, above: gap(30)},
		para{text: j.order.Site, style: by(135, scale), align: centre, above: gap(5)},
		para{field: Item.typed, style: by(150, scale).Strong(), align: centre})
	for i, w := range j.order.Words {
		for n, text := range w.Body {
			above := gap(5)
			if n == 0 {
				above = gap(35 - 15*length(i))
			}
			out = append(out, para{text: text, style: by(115-15*int64(i), scale), align: centre, above: above})
		}
	}
	return out
}

func (j *Job) posterFoot(scale int64) []para {
	var out []para
	for i, w := range j.order.Words {
		out = append(out, para{text: w.Phone, style: by(125-25*int64(i), scale).Strong()})
		for _, s := range w.Signed {
			out = append(out, para{text: s, style: by(105-15*int64(i), scale)})
		}
	}
	return append(out, para{field: Item.where, style: by(80, scale).Pale(), align: right, above: mm})
}

func (it Item) typed() string { return it.Code }

func (it Item) note() string { return it.Note }

// where is a poster's place, with what it is filed under.
func (it Item) where() string {
	if it.Place == "" || it.Note == "" {
		return it.Place + it.Note
	}
	return it.Place + "  ·  " + it.Note
}

func (w Words) typing() string { return w.Type }

// both is a sentence in all languages of the order, on one line.
func both(words []Words, of func(Words) string) string {
	text := ""
	for i, w := range words {
		if i > 0 {
			text += "  "
		}
		text += of(w)
	}
	return text
}
