package handout

// stock is one kind of self-adhesive sheet: an A4 page of labels.
type stock struct {
	name           string // width x height in mm
	columns, rows  int
	width, height  length
	left, top      length
	pitchX, pitchY length
	insetX, insetY length // kept free on each label: 5 mm where labels touch the edge of the page
}

// stationery lists the usual sheets as their makers state them, most used first:
// 24, 21, 21, 10 and 8 labels a page. Labels on which a code would be smaller
// than 20 mm are not among them.
func stationery() []stock {
	const tenth = mm / 10
	return []stock{
		{"70x37", 3, 8, 70 * mm, 37 * mm, 0, 5 * tenth, 70 * mm, 37 * mm, 5 * mm, 5 * mm},
		{"70x42.3", 3, 7, 70 * mm, 423 * tenth, 0, 4 * tenth, 70 * mm, 423 * tenth, 5 * mm, 5 * mm},
		{"63.5x38.1", 3, 7, 635 * tenth, 381 * tenth, 72 * tenth, 151 * tenth, 660 * tenth, 381 * tenth, 3 * mm, 4 * mm},
		{"105x57", 2, 5, 105 * mm, 57 * mm, 0, 6 * mm, 105 * mm, 57 * mm, 6 * mm, 5 * mm},
		{"99.1x67.7", 2, 4, 991 * tenth, 677 * tenth, 47 * tenth, 131 * tenth, 1016 * tenth, 677 * tenth, 6 * mm, 6 * mm},
	}
}

func stockOf(format string) stock {
	for _, s := range stationery() {
		if s.name == format {
			return s
		}
	}
	return stock{}
}

func (s stock) grid() grid {
	return grid{
		width: a4Width, height: a4Height, columns: s.columns, rows: s.rows,
		left: s.left, top: s.top, pitchX: s.pitchX, pitchY: s.pitchY,
	}
}

// label is a sheet of labels: the code on the left, words on the right.
func (j *Job) label() (grid, cell, error) {
	s := stockOf(j.order.Format)
	c := cell{width: s.width, height: s.height}
	side := min(s.height-2*s.insetY, s.width*45/100)
	c.set(j.font, s.insetX, (s.height-side)/2, side, []para{{code: side}})
	x := s.insetX + side + mm
	inner := s.width - x - s.insetX
	grow := int64(min(s.width*1000/(70*mm), s.height*1000/(37*mm), 1600))
	paras, high, err := fit(j.font, inner, s.height-2*s.insetY+mm, func(scale int64) []para { return j.labelParas(scale * grow / 1000) })
	if err != nil {
		return grid{}, cell{}, err
	}
	c.set(j.font, x, (s.height-high)/2, inner, paras)
	return s.grid(), c, nil
}

// halfCode is where the code to type is cut into two lines: after three groups.
const halfCode = 15

func (j *Job) labelParas(scale int64) []para {
	var out []para
	for i, w := range j.order.Words {
		out = append(out, para{text: w.Title, style: by(80-20*int64(i), scale).Strong()})
	}
	for i, w := range j.order.Words {
		out = append(out, para{text: w.Scan, style: by(65-10*int64(i), scale), above: mm / 2 * length(1-i)})
	}
	return append(out, para{text: j.order.Site, style: by(65, scale), above: mm / 2},
		para{field: func(it Item) string { return it.Code[:min(halfCode, len(it.Code))] }, style: by(80, scale).Strong()},
		para{field: func(it Item) string { return it.Code[min(halfCode, len(it.Code)):] }, style: by(80, scale).Strong()},
		para{text: j.order.Words[0].Phone, style: by(60, scale), above: mm / 2},
		para{field: Item.note, style: by(50, scale).Pale()})
}
