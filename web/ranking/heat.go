package ranking

import (
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/naming"
	"minyi/survey/result/picture"
	"minyi/web/view"
)

// heat is a map of places, unit by choice: the place stands in each tile, and the
// tiles of the front group are dark.
type heat struct {
	title, summary string
	labels         []string // of units
	heads          []string // of choices
	places         [][]int  // by choice, by unit; 0 for none
	cut            int
}

func (h heat) picture() picture.Picture {
	p := picture.Picture{Width: pictureWidth, Title: h.title, Summary: h.summary}
	words := func(x, y, size float64, t picture.Tone, a picture.Anchor, text string) {
		p.Shapes = append(p.Shapes, picture.Shape{Kind: picture.Words, Tone: t, X1: x, Y1: y, Size: size, Text: text, Anchor: a})
	}
	words(edge, 22, plainSize, picture.Ink, picture.Start, h.title)
	wide := (pictureWidth - 2*edge) / float64(max(len(h.heads), 1))
	for k, head := range h.heads {
		words(edge+(float64(k)+0.5)*wide, headHeight-8, small, picture.Muted, picture.Middle, head)
	}
	y := headHeight
	for i, label := range h.labels {
		words(edge, y+labelHeight-5, plainSize, picture.Ink, picture.Start, label)
		y += labelHeight
		for k := range h.heads {
			place, x := h.places[k][i], edge+float64(k)*wide
			tone, ink, text := picture.Grid, picture.Ink, "—"
			if place > 0 {
				text = strconv.Itoa(place)
			}
			if place > 0 && place <= h.cut {
				tone, ink = picture.Main, picture.Paper
			}
			p.Shapes = append(p.Shapes, picture.Shape{Kind: picture.Box, Tone: tone, X1: x, Y1: y, X2: x + wide - 1, Y2: y + tileHeight - 1})
			words(x+wide/2, y+tileHeight-7, small, ink, picture.Middle, text)
		}
		y += tileHeight
	}
	p.Height = y + edge
	return p
}

// choices maps the places by whole other ways to put the parts together; the first
// column is the official one.
func (d *Door) choices(c *fiber.Ctx, s naming.Study, names []string) template.HTML {
	h := heat{title: d.say(c, "ranking.pic.methods"), summary: d.say(c, "ranking.pic.methods.sum"), labels: names, cut: s.Cut}
	var official []int
	for _, u := range s.Units {
		official = append(official, u.Place)
	}
	h.heads, h.places = append(h.heads, d.say(c, "ranking.was.short")), append(h.places, official)
	for _, m := range s.Methods {
		h.heads, h.places = append(h.heads, d.say(c, "ranking.method.short."+m.Name)), append(h.places, m.Places)
	}
	return drawn(h.picture())
}

// scene maps the places as one part's share goes from nothing to all.
func (d *Door) scene(c *fiber.Ctx, s naming.Study, scene naming.Scene, names []string) template.HTML {
	part := d.say(c, "instrument."+string(scene.Instrument))
	say := func(key string) string {
		return d.Texts.Say(view.LangOf(c), key, map[string]string{"part": part, "share": view.Percent(scene.Official, 0)})
	}
	h := heat{title: say("ranking.pic.scene"), summary: say("ranking.pic.scene.sum"), labels: names, cut: s.Cut, places: scene.Places}
	for _, w := range scene.Shares {
		h.heads = append(h.heads, view.Percent(w, 0))
	}
	return drawn(h.picture())
}
