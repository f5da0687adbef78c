package picture

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// SVG writes the picture as a document of its own, with its title and summary as
// text. It has neither style sheet nor script, so that it also stands in a page
// under a strict policy; each shape has the tone as its class.
func (p *Picture) SVG() string {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + length(p.Width) + " " + length(p.Height) +
		`" width="` + length(p.Width) + `" height="` + length(p.Height) +
		`" role="img" font-family="system-ui, 'Noto Sans SC', 'Microsoft YaHei', sans-serif"><title>` +
		escaped(p.Title) + "</title><desc>" + escaped(p.Summary) + "</desc>")
	b.WriteString(`<rect class="paper" width="100%" height="100%" fill="#ffffff"/>`)
	for _, s := range p.Shapes {
		s.write(&b)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// Colour is the colour of a shape on white paper.
func (s Shape) Colour() string {
	if s.Tone == Paper {
		return "#ffffff"
	}
	return s.Tone.Hex()
}

func (s Shape) class() string {
	if s.Tone == Paper {
		return "on-dark"
	}
	return s.Tone.name()
}

func (s Shape) write(b *strings.Builder) {
	attribute := func(name string, v float64) { b.WriteString(" " + name + `="` + length(v) + `"`) }
	switch s.Kind {
	case Line:
		b.WriteString(`<line class="` + s.class() + `" stroke="` + s.Colour() + `"`)
		attribute("x1", s.X1)
		attribute("y1", s.Y1)
		attribute("x2", s.X2)
		attribute("y2", s.Y2)
		attribute("stroke-width", s.Size)
		if s.Dashed {
			b.WriteString(` stroke-dasharray="4 3"`)
		}
		b.WriteString("/>")
	case Box:
		b.WriteString(`<rect class="` + s.class() + `" fill="` + s.Colour() + `"`)
		attribute("x", s.X1)
		attribute("y", s.Y1)
		attribute("width", s.X2-s.X1)
		attribute("height", s.Y2-s.Y1)
		b.WriteString("/>")
	case Dot:
		b.WriteString(`<circle class="` + s.class() + `" fill="` + s.Colour() + `"`)
		attribute("cx", s.X1)
		attribute("cy", s.Y1)
		attribute("r", s.Size)
		b.WriteString("/>")
	case Words:
		s.writeWords(b)
	}
}

func (s Shape) writeWords(b *strings.Builder) {
	b.WriteString(`<text class="` + s.class() + `" fill="` + s.Colour() + `" x="` + length(s.X1) + `" y="` + length(s.Y1) +
		`" font-size="` + length(s.Size) + `" text-anchor="` + [...]string{"start", "middle", "end"}[s.Anchor] + `"`)
	if s.Bold {
		b.WriteString(` font-weight="600"`)
	}
	b.WriteString(">" + escaped(s.Text) + "</text>")
}

func escaped(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		panic(err) // a strings.Builder never refuses
	}
	return b.String()
}

func length(v float64) string {
	const places = 2
	text := strconv.FormatFloat(v, 'f', places, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
