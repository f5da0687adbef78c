package notice

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/invite"
	"minyi/survey/typeset"
	"minyi/web/view"
)

// The page of an official document (GB/T 9704-2012, 5.1 and 5.2): A4 with 37 mm above
// and 28 mm left of a block of 156 mm by 225 mm; the title of 22 points, the text of
// 16 points in rows of 28.95 points, its paragraphs two characters in.
const (
	paperWidth  = 210 * typeset.MM
	paperHeight = 297 * typeset.MM
	blockTop    = 37 * typeset.MM
	blockLeft   = 28 * typeset.MM
	blockWidth  = 156 * typeset.MM
	blockHeight = 225 * typeset.MM
	codeSide    = 30 * typeset.MM
)

// sheet is a notice under way on paper.
type sheet struct {
	out    bytes.Buffer
	doc    *typeset.Document
	canvas *typeset.Canvas
	tree   *typeset.Tree
	say    func(key string, pairs ...string) string
	lang   string
	y      typeset.Length // upper edge of the next row
	page   int
}

// Paper sends the notice as a file for printing, in the page's language.
func (d *Door) Paper(c *fiber.Ctx) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	d.once.Do(func() { d.font, d.lost = typeset.LoadFont() })
	if d.lost != nil {
		return d.lost
	}
	lang := view.LangOf(c)
	if asked, ok := view.ParseLang(c.Query("in")); ok {
		lang = asked
	}
	say := func(key string, pairs ...string) string {
		params := fault.Params{}
		for i := 0; i+1 < len(pairs); i += 2 {
			params[pairs[i]] = pairs[i+1]
		}
		return d.Texts.Say(lang, key, params)
	}
	raw, err := set(d.font, page, string(lang), say)
	if err != nil {
		return err
	}
	return view.SendFile(c, fmt.Sprintf("minyi-notice-%d.pdf", page.Year), "application/pdf", int64(len(raw)), bytes.NewReader(raw))
}

// set sets a notice: title, words, the list by track, dates and contact, who posts it
// and when, and the code that leads to its page.
func set(font *typeset.Font, p *OnePage, lang string, say func(string, ...string) string) ([]byte, error) {
	s := &sheet{canvas: typeset.NewCanvas(font, paperHeight), tree: typeset.NewTree(), say: say, lang: lang, y: blockTop}
	s.doc = typeset.NewDocument(&s.out)
	s.doc.Structured = true
	title := say("paper.title", "year", strconv.Itoa(p.Year))
	n := p.Notice
	err := s.centred("H1", title, typeset.Point(220))
	for _, words := range append([]string{
		say("paper.opening", "year", strconv.Itoa(p.Year)), n.Words, say("paper.window", "from", day(lang, n.Window.From), "to", day(lang, n.Window.To), "days", strconv.Itoa(n.Window.Days())),
		say("paper.contact", "contact", n.Contact, "link", p.Link),
	}, s.corrected(p)...) {
		for line := range strings.SplitSeq(words, "\n") {
			if err == nil && strings.TrimSpace(line) != "" {
				err = s.text("P", line, 2*body(), false)
			}
		}
	}
	for _, list := range p.Tables {
		if err == nil {
			err = s.text("H2", say("track."+string(list.Track)), 2*body(), true)
		}
		for i, one := range list.List {
			if err == nil {
				err = s.text("P", say("paper.line", "n", strconv.Itoa(i+1), "unit", one.Unit, "title", one.Title), 2*body(), false)
			}
		}
	}
	if err == nil {
		err = s.signed(p)
	}
	if err != nil {
		return nil, err
	}
	used := make([]bool, font.Glyphs())
	s.canvas.Used(used)
	if err := s.doc.Finish(typeset.About{Title: title, Lang: lang, Tree: s.tree}, font, used); err != nil {
		return nil, err
	}
	return s.out.Bytes(), nil
}

func body() typeset.Length { return typeset.Point(160) }

func row() typeset.Length { return typeset.Point(290) }

// corrected says which notice this one corrects, and why.
func (s *sheet) corrected(p *OnePage) []string {
	if p.Notice.Why == "" {
		return nil
	}
	return []string{s.say("paper.corrected", "n", strconv.Itoa(p.Notice.No()), "why", p.Notice.Why)}
}

func (s *sheet) centred(kind, text string, size typeset.Length) error {
	for _, line := range s.canvas.Font().Balance(s.clean(text), size, blockWidth) {
		if err := s.line(kind, blockLeft+(blockWidth-s.canvas.Font().Width(line, size))/2, typeset.Style{Size: size, Bold: true}, line, size.Scaled(1600)); err != nil {
			return err
		}
	}
	s.y += row()
	return nil
}

// text sets a text over the rows, its first line in by the indent.
func (s *sheet) text(kind, text string, indent typeset.Length, bold bool) error {
	for i, line := range s.canvas.Font().Wrap(s.clean(text), body(), blockWidth, indent) {
		x := blockLeft
		if i == 0 {
			x += indent
		}
		if err := s.line(kind, x, typeset.Style{Size: body(), Bold: bold}, line, row()); err != nil {
			return err
		}
	}
	return nil
}

// clean puts the geta mark in the place of characters that the font lacks.
func (s *sheet) clean(text string) string {
	return strings.Map(func(r rune) rune {
		if s.canvas.Font().Has(r) {
			return r
		}
		return '〓'
	}, strings.TrimSpace(text))
}

// line sets one line in a row of its own, on a new page where the block is full.
func (s *sheet) line(kind string, x typeset.Length, style typeset.Style, line string, high typeset.Length) error {
	if err := s.need(high); err != nil {
		return err
	}
	s.canvas.Mark(s.tree, s.tree.Add(0, kind, line), s.page)
	s.canvas.Text(x, s.y+style.Size, style, line)
	s.canvas.End()
	s.y += high
	return nil
}

func (s *sheet) need(high typeset.Length) error {
	if s.y+high <= blockTop+blockHeight {
		return nil
	}
	return s.endPage()
}

// day is a date as papers write it.
func day(lang string, on roster.Date) string { return view.Date(view.Lang(lang), on.Start()) }

// signed is who posts it and when, on the right, with the code on the left (7.3.5).
func (s *sheet) signed(p *OnePage) error {
	s.y += row()
	if err := s.need(codeSide + row()); err != nil {
		return err
	}
	qr, err := invite.NewCode(p.Link)
	if err != nil {
		return err
	}
	top := s.y
	s.canvas.Mark(s.tree, s.tree.Add(0, "Figure", p.Link), s.page)
	s.canvas.Code(blockLeft, top, codeSide, qr)
	s.canvas.End()
	for _, words := range []string{p.Body, day(s.lang, p.Notice.Window.From)} {
		x := blockLeft + blockWidth - 2*body() - s.canvas.Font().Width(words, body())
		if err := s.line("P", x, typeset.Style{Size: body()}, words, row()); err != nil {
			return err
		}
	}
	s.y = top + codeSide
	return s.endPage()
}

// endPage sets the page's number below the block and turns the page.
func (s *sheet) endPage() error {
	number := "— " + strconv.Itoa(s.page+1) + " —"
	style := typeset.Style{Size: typeset.Point(140)}
	s.canvas.Artifact()
	s.canvas.Text(blockLeft+(blockWidth-s.canvas.Font().Width(number, style.Size))/2, blockTop+blockHeight+10*typeset.MM, style, number)
	s.canvas.End()
	content, err := typeset.Pack(s.canvas.Bytes())
	if err != nil {
		return err
	}
	if err := s.doc.Page(paperWidth, paperHeight, content); err != nil {
		return err
	}
	s.canvas.Reset()
	s.page, s.y = s.page+1, blockTop
	return nil
}
