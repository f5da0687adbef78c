package sheet

import (
	"fmt"
	"strconv"
	"strings"

	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/survey/typeset"
)

// The page of an official document (GB/T 9704-2012, 5.1, 5.2 and 6.2): A4, 37 mm
// above and 28 mm left of a block of 156 mm by 225 mm, which holds 22 lines of 28
// characters.
const (
	a4Width  = 210 * mm
	a4Height = 297 * mm
	head     = 37 * mm
	side     = 28 * mm
	wide     = 156 * mm
	high     = 225 * mm
	rows     = 22
	columns  = 28
	pitch    = high / rows
	letter   = wide / columns // size 3, about 16 points
	foot     = head + high
	signed   = 5 * pitch // what the signature takes
)

// base is how far the baseline stands below the upper edge of its row.
const base = pitch - (pitch-letter)/2 - letter/8

// decision is a decision document under way.
type decision struct {
	*paper
	register.Decree
	y typeset.Length // upper edge of the next row
}

// Decision sets the decision document of a round.
func (p *Press) Decision(of register.Decree) ([]byte, error) {
	sheet, err := p.paper(a4Width, a4Height)
	if err != nil {
		return nil, err
	}
	d := &decision{sheet, of, head}
	d.head()
	steps := []func() error{d.opening, d.lists, d.closing, d.signature, d.record, d.endPage}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return d.finish(d.title())
}

func (d *decision) title() string {
	return d.words("decree.title", "year", strconv.Itoa(d.Round))
}

// head is the red head: the issuing body 35 mm below the block's upper edge, the
// number two rows below it, the red rule 4 mm below that (7.2.4 to 7.2.7), then the
// title after two rows (7.3.1).
func (d *decision) head() {
	const mast, most, rule = 35 * mm, 11 * mm, 700 * mm / 1000
	if d.Rehearsal {
		small := typeset.Style{Size: typeset.Point(105), In: red()}
		d.put("P", small, line{side, head + 4*mm, d.words("issued.rehearsal")})
	}
	name := d.clean(d.words("decree.mast", "issuer", d.Issuer))
	size := min(most, wide*1000/max(1, d.font.Width(name, 1000*mm)/mm))
	d.put("P", typeset.Style{Size: size, Bold: true, In: red()}, d.centred(a4Width/2, head+mast+size, size, name))
	d.y = head + mast + size + 2*pitch
	d.put("P", typeset.Style{Size: letter}, d.centred(a4Width/2, d.y, letter, d.clean(d.Number)))
	d.y += 4 * mm
	d.canvas.Artifact()
	d.canvas.Box(side, d.y, wide, rule, red())
	d.canvas.End()
	d.y += 2 * pitch
	const second = 22 * 127 * 100 / 36 // size 2, 22 points, in micrometres
	var lines []line
	for _, text := range d.font.Balance(d.clean(d.title()), second, wide) {
		lines = append(lines, d.centred(a4Width/2, d.y, second, text))
		d.y += pitch + 2*mm
	}
	d.marks = append(d.marks, typeset.Bookmark{Title: d.clean(d.title()), Level: 1, Page: d.page, Y: head})
	d.put("H1", typeset.Style{Size: second, Bold: true}, lines...)
}

// opening names whom it goes to, and what the decision rests on.
func (d *decision) opening() error {
	if err := d.text("P", d.words("decree.to"), 0, false); err != nil {
		return err
	}
	return d.paragraph(d.words("decree.opening", "year", strconv.Itoa(d.Round), "plan", d.Plan.Number, "basis", d.Plan.Basis))
}

// lists are the names by track and title, in the register's order.
func (d *decision) lists() error {
	number := 0
	for _, track := range roster.Tracks() {
		titles, of := []string{}, map[string][]string{}
		for _, e := range d.Names {
			if e.Target.Track != track {
				continue
			}
			if of[e.Title] == nil {
				titles = append(titles, e.Title)
			}
			of[e.Title] = append(of[e.Title], e.UnitName)
		}
		if len(titles) == 0 {
			continue
		}
		number++
		text := d.words("decree.part", "n", d.words(fmt.Sprintf("decree.number.%d", number)), "track", d.words("decree.track."+string(track)))
		d.marks = append(d.marks, typeset.Bookmark{Title: text, Level: 2, Page: d.page, Y: d.y})
		if err := d.text("H2", text, 2*letter, true); err != nil {
			return err
		}
		for i, title := range titles {
			if err := d.group(i+1, title, of[title]); err != nil {
				return err
			}
		}
	}
	return nil
}

// group is one title with the units that get it.
func (d *decision) group(n int, title string, units []string) error {
	key := fmt.Sprintf("decree.number.%d", min(n, 20))
	text := d.words("decree.group", "n", d.words(key), "title", title, "count", strconv.Itoa(len(units)))
	if err := d.text("H3", text, 2*letter, false); err != nil {
		return err
	}
	return d.paragraph(strings.Join(units, d.words("decree.and")) + d.words("decree.end"))
}

// closing says what comes after a name, and where its standing is told (C13, C39,
// C40, C44).
func (d *decision) closing() error {
	if err := d.paragraph(d.words("decree.duties")); err != nil {
		return err
	}
	last := d.words("decree.exit")
	lines := len(d.font.Wrap(d.clean(last), letter, wide, 2*letter))
	if err := d.need(typeset.Length(lines)*pitch + signed); err != nil {
		return err
	}
	return d.paragraph(last)
}

// signature is the body's name two characters from the right, the day centred below
// it (7.3.5.2), kept with a row of the text's end.
func (d *decision) signature() error {
	const room = 5 * pitch
	if err := d.need(room); err != nil {
		return err
	}
	d.y += 2 * pitch
	name := d.clean(d.Issuer)
	width := d.font.Width(name, letter)
	x := side + wide - 2*letter - width
	d.put("P", typeset.Style{Size: letter}, line{x, d.y + base, name})
	d.y += pitch
	d.put("P", typeset.Style{Size: letter}, d.centred(x+width/2, d.y+base, letter, d.day(d.Date)))
	d.y += pitch
	return nil
}

// record is the block at the last page's foot (7.4): where the standing is told with
// its code, and who printed it when.
func (d *decision) record() error {
	const square, thick, thin, fourth = 26 * mm, 350, 250, 14 * 127 * 100 / 36
	const room = square + 2*pitch
	if err := d.need(room + pitch); err != nil {
		return err
	}
	y := foot - room
	if err := d.code(side, y-2*mm, square, d.Link); err != nil {
		return err
	}
	small := typeset.Style{Size: typeset.Point(105)}
	var lines []line
	for i, text := range d.font.Wrap(d.clean(d.words("decree.check", "link", d.Link)), small.Size, wide-square-4*mm, 0) {
		lines = append(lines, line{side + square + 4*mm, y + 6*mm + typeset.Length(i)*6*mm, text})
	}
	d.put("P", small, lines...)
	y = foot - pitch - thin
	d.canvas.Artifact()
	d.canvas.Box(side, y, wide, thick, typeset.Black)
	d.canvas.Box(side, foot, wide, thick, typeset.Black)
	d.canvas.End()
	printed := d.words("decree.printed", "date", d.day(d.Date))
	style, at := typeset.Style{Size: fourth}, y+base
	d.put("P", style, line{side + fourth, at, d.clean(d.Issuer)})
	d.put("P", style, line{side + wide - fourth - d.font.Width(printed, fourth), at, printed})
	return nil
}

// paragraph sets a text with its first line two characters in.
func (d *decision) paragraph(text string) error { return d.text("P", text, 2*letter, false) }

// text sets a text over the pages.
func (d *decision) text(kind, text string, indent typeset.Length, bold bool) error {
	style := typeset.Style{Size: letter, Bold: bold}
	element := d.tree.Add(0, kind, "")
	for i, one := range d.font.Wrap(d.clean(text), letter, wide, indent) {
		if err := d.need(pitch); err != nil {
			return err
		}
		x := side
		if i == 0 {
			x += indent
		}
		d.canvas.Mark(d.tree, element, d.page)
		d.canvas.Text(x, d.y+base, style, one)
		d.canvas.End()
		d.y += pitch
	}
	return nil
}

// need turns the page where less than a height is left of the block.
func (d *decision) need(height typeset.Length) error {
	if d.y+height > foot && d.y > head {
		return d.endPage()
	}
	return nil
}

// endPage sets the page's number 7 mm below the block, odd ones on the right and
// even ones on the left (7.5), and turns.
func (d *decision) endPage() error {
	const size, below = 14 * 127 * 100 / 36, 7 * mm
	text := d.words("decree.page", "page", strconv.Itoa(d.page+1))
	x := side + letter
	if d.page%2 == 0 {
		x = side + wide - letter - d.font.Width(text, size)
	}
	d.canvas.Artifact()
	d.canvas.Text(x, foot+below+size, typeset.Style{Size: size}, text)
	d.canvas.End()
	d.y = head
	return d.turn()
}
