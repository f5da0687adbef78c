package ranking

import (
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/scorebook"
	"minyi/survey/result/picture"
	"minyi/web/view"
)

// pictureWidth is that of a phone's page twice over: wider pages show it as it is,
// a phone lets it be moved sideways.
const pictureWidth = 640

func drawn(p picture.Picture) template.HTML {
	return template.HTML(p.SVG()) //nolint:gosec // shapes of ours, all words escaped
}

// draw makes the pictures of a table; each stands beside a table that says the same.
func (d *Door) draw(c *fiber.Ctx, t *RankTable) {
	var ranked []RankRow
	for _, r := range t.Rows {
		if r.Ranked {
			ranked = append(ranked, r)
		}
	}
	if len(ranked) == 0 {
		return
	}
	t.Shares = d.contributions(c, ranked)
	if t.Sure {
		t.Places, t.Chances = d.places(c, ranked), d.chances(c, ranked, t.Cut)
	}
}

// places draws the sets of places.
func (d *Door) places(c *fiber.Ctx, rows []RankRow) template.HTML {
	var units []picture.Place
	for _, r := range rows {
		p := picture.Place{Label: r.Name, At: r.Place}
		if r.Sure.Known {
			p.Best, p.Worst, p.AllBest, p.AllWorst = r.Sure.Own.Best, r.Sure.Own.Worst, r.Sure.All.Best, r.Sure.All.Worst
			p.Value = span(p.Best, p.Worst) + " / " + span(p.AllBest, p.AllWorst)
		}
		units = append(units, p)
	}
	return drawn(picture.Ranks(d.say(c, "ranking.pic.places"), d.say(c, "ranking.pic.places.sum"), d.say(c, "ranking.place"), pictureWidth, units))
}

func span(a, b int) string {
	if a == b {
		return strconv.Itoa(a)
	}
	return strconv.Itoa(a) + " – " + strconv.Itoa(b)
}

// chances draws the chance of each place as a map of tiles.
func (d *Door) chances(c *fiber.Ctx, rows []RankRow, cut int) template.HTML {
	m := tiles{title: d.say(c, "ranking.pic.chances"), summary: d.say(c, "ranking.pic.chances.sum"), cut: cut}
	for _, r := range rows {
		if r.Sure.Known {
			m.labels, m.values = append(m.labels, r.Name), append(m.values, r.Sure.Chances)
		}
	}
	return drawn(m.picture())
}

// tiles is a map of shares, unit by place: the darker the likelier, with the per
// cent in each tile that has one.
type tiles struct {
	title, summary string
	labels         []string
	values         [][]float64 // 0 to 1
	cut            int         // a line after so many places
}

const (
	tileHeight, labelHeight, headHeight = 22.0, 18.0, 56.0
	edge, small, plainSize              = 8.0, 11.0, 13.0
)

func (m tiles) picture() picture.Picture {
	p := picture.Picture{Width: pictureWidth, Title: m.title, Summary: m.summary}
	words := func(x, y, size float64, t picture.Tone, a picture.Anchor, text string) {
		p.Shapes = append(p.Shapes, picture.Shape{Kind: picture.Words, Tone: t, X1: x, Y1: y, Size: size, Text: text, Anchor: a})
	}
	words(edge, 22, plainSize, picture.Ink, picture.Start, m.title)
	places := 0
	for _, row := range m.values {
		places = max(places, len(row))
	}
	wide := (pictureWidth - 2*edge) / float64(max(places, 1))
	for k := range places {
		words(edge+(float64(k)+0.5)*wide, headHeight-8, small, picture.Muted, picture.Middle, strconv.Itoa(k+1))
	}
	y := headHeight
	for i, row := range m.values {
		words(edge, y+labelHeight-5, plainSize, picture.Ink, picture.Start, m.labels[i])
		y += labelHeight
		for k, v := range row {
			x := edge + float64(k)*wide
			p.Shapes = append(p.Shapes, picture.Shape{Kind: picture.Box, Tone: toneOf(v), X1: x, Y1: y, X2: x + wide - 1, Y2: y + tileHeight - 1})
			if text := percent(v); text != "" {
				words(x+wide/2, y+tileHeight-7, small, inkOn(v), picture.Middle, text)
			}
		}
		y += tileHeight
	}
	if m.cut > 0 && m.cut < places {
		x := edge + float64(m.cut)*wide - 0.5
		p.Shapes = append(p.Shapes, picture.Shape{Kind: picture.Line, Tone: picture.Target, X1: x, Y1: headHeight - 4, X2: x, Y2: y, Size: 2, Dashed: true})
	}
	p.Height = y + edge
	return p
}

// percent writes a share without decimals; nothing below half a per cent.
func percent(v float64) string {
	const least, whole = 0.005, 100
	if v < least {
		return ""
	}
	return strconv.Itoa(int(v*whole + 0.5))
}

const dark = 0.5 // share from which a tile is dark

func toneOf(v float64) picture.Tone {
	const faint = 0.05
	switch {
	case v >= dark:
		return picture.Main
	case v >= faint:
		return picture.Faint
	}
	return picture.Grid
}

func inkOn(v float64) picture.Tone {
	if v >= dark {
		return picture.Paper
	}
	return picture.Ink
}

// contributions draws what each part adds to the totals, one bar a unit.
func (d *Door) contributions(c *fiber.Ctx, rows []RankRow) template.HTML {
	const barHeight, whole = 16.0, 100.0
	p := picture.Picture{Width: pictureWidth, Title: d.say(c, "ranking.pic.shares"), Summary: d.say(c, "ranking.pic.shares.sum")}
	add := func(s picture.Shape) { p.Shapes = append(p.Shapes, s) }
	add(picture.Shape{Kind: picture.Words, Tone: picture.Ink, X1: edge, Y1: 22, Size: plainSize, Text: p.Title})
	y := 34.0
	for _, r := range rows {
		add(picture.Shape{Kind: picture.Words, Tone: picture.Ink, X1: edge, Y1: y + labelHeight - 5, Size: plainSize, Text: r.Name + "  " + r.Total.String()})
		y += labelHeight
		x := edge
		for _, part := range r.Contributions {
			wide := part.Points / whole * (pictureWidth - 2*edge)
			tone, ink := toneOfPart(part.Instrument)
			add(picture.Shape{Kind: picture.Box, Tone: tone, X1: x, Y1: y, X2: x + max(wide-1, 0), Y2: y + barHeight})
			if text := d.say(c, "instrument."+string(part.Instrument)) + " " + view.Decimal(part.Points, 2); wide > 130 {
				add(picture.Shape{Kind: picture.Words, Tone: ink, X1: x + 4, Y1: y + barHeight - 4, Size: small, Text: text})
			} else if wide > 34 {
				add(picture.Shape{Kind: picture.Words, Tone: ink, X1: x + 4, Y1: y + barHeight - 4, Size: small, Text: view.Decimal(part.Points, 2)})
			}
			x += wide
		}
		y += barHeight + 6
	}
	p.Height = y + edge
	return drawn(p)
}

func toneOfPart(i scorebook.Instrument) (tone, ink picture.Tone) {
	if i == scorebook.Evaluation {
		return picture.Main, picture.Paper
	}
	if i == scorebook.Survey {
		return picture.Faint, picture.Ink
	}
	return picture.Grid, picture.Ink
}
