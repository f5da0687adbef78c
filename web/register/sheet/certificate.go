package sheet

import (
	"minyi/indicators/register"
	"minyi/survey/typeset"
)

// The certificate: A4 across, a double frame, everything centred but the code.
const (
	across = a4Height
	tall   = a4Width
	middle = across / 2
)

func gold() typeset.Shade { return typeset.RGB("#8a6d1f") }

// Certificate sets the certificate of one name.
func (p *Press) Certificate(a register.Award) ([]byte, error) {
	d, err := p.paper(across, tall)
	if err != nil {
		return nil, err
	}
	d.frame()
	if a.Rehearsal {
		const size = 4 * mm
		d.put("P", typeset.Style{Size: size, In: red()}, d.centred(middle, 26*mm, size, d.words("issued.rehearsal")))
	}
	d.award(a)
	if err := d.sealed(a); err != nil {
		return nil, err
	}
	if err := d.turn(); err != nil {
		return nil, err
	}
	return d.finish(a.UnitName + " " + a.Title)
}

// frame draws two lines about the page, with a square in each corner.
func (d *paper) frame() {
	const outer, inner, thick, thin, corner = 10 * mm, 13 * mm, 1200, 300, 6 * mm
	d.canvas.Artifact()
	for _, one := range []struct {
		at, width typeset.Length
		shade     typeset.Shade
	}{{outer, thick, red()}, {inner, thin, gold()}} {
		w, h := across-2*one.at, tall-2*one.at
		d.canvas.Box(one.at, one.at, w, one.width, one.shade)
		d.canvas.Box(one.at, one.at+h-one.width, w, one.width, one.shade)
		d.canvas.Box(one.at, one.at, one.width, h, one.shade)
		d.canvas.Box(one.at+w-one.width, one.at, one.width, h, one.shade)
	}
	for _, x := range []typeset.Length{inner + 2*mm, across - inner - 2*mm - corner} {
		for _, y := range []typeset.Length{inner + 2*mm, tall - inner - 2*mm - corner} {
			d.canvas.Line(x, y, x+corner, y, thin, gold(), false)
			d.canvas.Line(x, y+corner, x+corner, y+corner, thin, gold(), false)
			d.canvas.Line(x, y, x, y+corner, thin, gold(), false)
			d.canvas.Line(x+corner, y, x+corner, y+corner, thin, gold(), false)
			d.canvas.Dot(x+corner/2, y+corner/2, mm, red())
		}
	}
	d.canvas.Box(middle-30*mm, 58*mm, 60*mm, thin, gold())
	d.canvas.End()
}

// award is what is said: the head, the unit, the title.
func (d *paper) award(a register.Award) {
	const headSize, unitSize, saySize, titleSize, room = 16 * mm, 11 * mm, 6500, 14 * mm, 236 * mm
	d.put("H1", typeset.Style{Size: headSize, Bold: true, In: red()}, d.centred(middle, 50*mm, headSize, d.words("award.head")))
	name := d.clean(a.UnitName)
	size := min(unitSize, room*1000/max(1, d.font.Width(name, 1000*mm)/mm))
	d.put("P", typeset.Style{Size: size, Bold: true}, d.centred(middle, 79*mm, size, name))
	d.put("P", typeset.Style{Size: saySize}, d.centred(middle, 96*mm, saySize, d.words("award.says")))
	title := d.clean(a.Title)
	size = min(titleSize, room*1000/max(1, d.font.Width(title, 1000*mm)/mm))
	lines := []string{title}
	if least := 9 * mm; size < least {
		size = least
		lines = d.font.Balance(title, size, room)
	}
	var set []line
	for i, text := range lines {
		set = append(set, d.centred(middle, 118*mm+typeset.Length(i)*size.Scaled(1350), size, text))
	}
	d.put("H2", typeset.Style{Size: size, Bold: true, In: red()}, set...)
}

// sealed is the lower part: the code with the numbers on the left, who issued it and
// when on the right, where the stamp goes.
func (d *paper) sealed(a register.Award) error {
	const code, left, top, small, address = 30 * mm, 26 * mm, 150 * mm, 3700, 3000
	if err := d.code(left, top, code, a.Link); err != nil {
		return err
	}
	y := top + 6*mm
	for _, text := range []string{
		d.words("award.number", "number", a.Serial), d.words("award.decision", "number", a.Decision), d.words("award.code"), a.Link,
	} {
		size := typeset.Length(small)
		if text == a.Link {
			size = address
		}
		var lines []line
		for _, one := range d.font.Wrap(d.clean(text), size, 84*mm, 0) {
			lines = append(lines, line{left + code + 4*mm, y, one})
			y += size.Scaled(1500)
		}
		d.put("P", typeset.Style{Size: size, Grey: text == a.Link}, lines...)
	}
	const size, right, from = 6 * mm, across - 26*mm, 172 * mm
	name := d.clean(a.Issuer)
	width := d.font.Width(name, size)
	const most = 115 * mm
	fit := size
	if width > most {
		fit = size * most / width
		width = d.font.Width(name, fit)
	}
	x := right - width
	d.put("P", typeset.Style{Size: fit}, line{x, top + 12*mm, name})
	d.put("P", typeset.Style{Size: fit}, d.centred(x+width/2, top+24*mm, fit, d.day(a.Date)))
	return nil
}
