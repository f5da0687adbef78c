package paper

import (
	"context"
	"io"
	"slices"
	"strconv"

	"minyi/survey/invite"
	"minyi/survey/typeset"
)

// Write writes a PDF with all forms, one after the other. It ends early when the
// context does or the writer refuses.
func (f *Form) Write(ctx context.Context, w io.Writer) error {
	used := make([]bool, f.font.Glyphs())
	still := f.still(used)
	d := typeset.NewDocument(w)
	own := typeset.NewCanvas(f.font, pageHeight)
	for i := range f.order.Count {
		if err := ctx.Err(); err != nil {
			return err
		}
		it := f.order.Item(i)
		if err := f.font.Check(it.Note); err != nil {
			return err
		}
		for p := range f.pages {
			own.Reset()
			if err := f.own(own, it, p); err != nil {
				return err
			}
			content, err := typeset.Pack(append(slices.Clone(still[p]), own.Bytes()...))
			if err != nil {
				return err
			}
			if err := d.Page(pageWidth, pageHeight, content); err != nil {
				return err
			}
		}
		if f.order.Report != nil {
			f.order.Report(i+1, f.order.Count)
		}
	}
	own.Used(used)
	return d.Finish(typeset.About{Title: f.order.Title, Lang: f.order.Lang}, f.font, used)
}

// still draws what is the same on every form, by page.
func (f *Form) still(used []bool) [][]byte {
	c := typeset.NewCanvas(f.font, pageHeight)
	var out [][]byte
	for p, blocks := range f.pages {
		c.Reset()
		y := top
		for _, b := range blocks {
			for _, draw := range b.ink {
				draw(c, y)
			}
			y += b.height
		}
		f.foot(c, p)
		out = append(out, slices.Clone(c.Bytes()))
	}
	c.Used(used)
	return out
}

// foot is the version of the questionnaire and the number of the page.
func (f *Form) foot(c *typeset.Canvas, page int) {
	small := style(smallSize).Pale()
	y := pageHeight - 12*mm
	c.Line(side, y-5*mm, pageWidth-side, y-5*mm, mm/5, typeset.Grey, false)
	c.Text(side, y, small, f.say("a4.version", "version", f.order.Version))
	number := f.say("a4.page", "page", strconv.Itoa(page+1), "pages", strconv.Itoa(len(f.pages)))
	big := style(noticeSize).Strong()
	c.Text(pageWidth-side-f.font.Width(number, big.Size), y, big, number)
}

// own draws what one form has alone: which one it is, and on its first page the
// code.
func (f *Form) own(c *typeset.Canvas, it Item, page int) error {
	small := style(smallSize).Pale()
	c.Text(side, 14*mm, small, it.Note)
	if page > 0 {
		return nil
	}
	x, y := pageWidth-side-codeSide, top
	if it.Link == "" {
		label := f.say("a4.code.write")
		for i, line := range f.font.Wrap(label, small.Size, codeSide, 0) {
			c.Text(x, y+4*mm+length(i)*4*mm, small, line)
		}
		c.Line(x, y+24*mm, x+codeSide, y+24*mm, mm*3/10, typeset.Grey, false)
		return nil
	}
	code, err := invite.NewCode(it.Link)
	if err != nil {
		return err
	}
	c.Code(x, y-4*mm, codeSide, code)
	typed := style(95).Strong()
	if wide := f.font.Width(it.Code, typed.Size); wide > codeSide+4*mm {
		typed.Size = typed.Size * (codeSide + 4*mm) / wide
	}
	c.Text(x+(codeSide-f.font.Width(it.Code, typed.Size))/2, y+codeSide, typed, it.Code)
	label := f.say("a4.code.scan")
	for i, line := range f.font.Wrap(label, small.Size, codeSide, 0) {
		c.Text(x, y+codeSide+5*mm+length(i)*4*mm, small, line)
	}
	return nil
}
