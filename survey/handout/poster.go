package handout

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
func by(tenths, scale int64) style { return style{size: point(tenths).scaled(scale)} }

func (s style) strong() style { s.bold = true; return s }

func (s style) pale() style { s.grey = true; return s }

// poster is one poster a page. A5 is A4 at 705 thousandths.
func (j *Job) poster() (grid, cell, error) {
	width, height, k := a4Width, a4Height, int64(1000)
	if j.order.Format == "a5" {
		width, height, k = 148*mm, 210*mm, 705
	}
	c := cell{width: width, height: height}
	margin := (17 * mm).scaled(k)
	inner := width - 2*margin
	foot := height - (47 * mm).scaled(k)
	c.rules = []rule{
		{x: margin, y: margin, width: inner, height: (3 * mm).scaled(k), shade: red},
		{x: margin, y: foot, width: inner, height: (400 * mm / 1000).scaled(k), shade: grey},
	}
	top, room := margin+(9*mm).scaled(k), foot-margin-(13*mm).scaled(k)
	paras, high, err := j.font.fit(inner, room, func(scale int64) []para { return j.posterParas(k, scale*k/1000) })
	if err != nil {
		return grid{}, cell{}, err
	}
	c.set(j.font, margin, top+(room-high)/2, inner, paras)
	below, _, err := j.font.fit(inner, height-foot-(14*mm).scaled(k), func(scale int64) []para { return j.posterFoot(scale * k / 1000) })
	if err != nil {
		return grid{}, cell{}, err
	}
	c.set(j.font, margin, foot+(4*mm).scaled(k), inner, below)
	return page(width, height), c, nil
}

func (j *Job) posterParas(k, scale int64) []para {
	gap := func(tenths length) length { return (tenths * mm / 10).scaled(k) }
	var out []para
	for i, w := range j.order.Words {
		if i == 0 {
			out = append(out, para{text: w.Title, style: by(270, scale).strong(), align: centre},
				para{text: w.Call, style: by(165, scale), align: centre, above: gap(30)})
			continue
		}
		out = append(out, para{text: w.Title, style: by(140, scale).strong(), align: centre, above: gap(40)},
			para{text: w.Call, style: by(115, scale), align: centre, above: gap(10)})
	}
	out = append(out, para{code: (98 * mm).scaled(k), above: gap(30)})
	for i, w := range j.order.Words {
		size, above := int64(160), gap(0)
		if i > 0 {
			size, above = 115, gap(5)
		}
		out = append(out, para{text: w.Scan, style: by(size, scale).strong(), align: centre, above: above})
	}
	out = append(out, para{text: both(j.order.Words, Words.typing), style: by(105, scale).pale(), align: centre, above: gap(30)},
		para{text: j.order.Site, style: by(135, scale), align: centre, above: gap(5)},
		para{field: Item.typed, style: by(150, scale).strong(), align: centre})
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
		out = append(out, para{text: w.Phone, style: by(125-25*int64(i), scale).strong()})
		for _, s := range w.Signed {
			out = append(out, para{text: s, style: by(105-15*int64(i), scale)})
		}
	}
	return append(out, para{field: Item.where, style: by(80, scale).pale(), align: right, above: mm})
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
