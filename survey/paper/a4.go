package paper

import (
	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/survey/typeset"
)

type length = typeset.Length

const mm = typeset.MM

// The sheet: A4 with the same margin left and right, so that both sides of the
// paper take a hole punch.
const (
	pageWidth  = 210 * mm
	pageHeight = 297 * mm
	side       = 20 * mm
	inner      = pageWidth - 2*side
	top        = 22 * mm
	bottom     = pageHeight - 22*mm
	codeSide   = 38 * mm
)

// Sizes of type in tenths of a point: questions in 小四 and more, so that old eyes
// read them.
const (
	titleSize  = 180
	askSize    = 135
	boxSize    = 125
	noticeSize = 115
	smallSize  = 85
)

// leading is the distance of lines, and baseline how far the baseline stands below
// the upper edge of its line; both in thousandths of the size.
const (
	leading  = 1450
	baseline = 1070
)

// Say puts a key with its parameters into the words of the form's language.
type Say func(key string, params fault.Params) string

// Order is what is to be printed: a form for each item, or one to look at.
type Order struct {
	Plan    *Plan
	Lang    string // BCP 47, such as zh-CN
	Say     Say
	Title   string
	Notices []string // who asks and why, consent, privacy, where to send the form
	Version string   // hash of the questionnaire
	Count   int
	Item    func(i int) Item
	Report  func(forms, of int) // told after each form; nil for nobody
}

// Item is what one form has alone. Without a link it has a line to write the code
// on.
type Item struct {
	Link string // what the QR code holds
	Code string // the same as people type it, in groups
	Note string // on every page: which form it is, so that loose pages find each other
}

// ink draws a part of a form with its upper edge at y.
type ink func(c *typeset.Canvas, y length)

// block is a part of a form that stands on one page.
type block struct {
	id     string // of the question that begins here
	height length
	ink    []ink
	sticks bool // stays with the block before it
}

func (b *block) add(height length, draw ink) {
	at := b.height
	b.ink = append(b.ink, func(c *typeset.Canvas, y length) { draw(c, y+at) })
	b.height += height
}

func (b *block) gap(height length) { b.height += height }

// Form is an order that has been laid out.
type Form struct {
	order Order
	font  *typeset.Font
	pages [][]block
	page  map[string]int
}

// NewForm lays a form out: print.character (parameter character) refuses a
// character that the font lacks, print.empty an order for nobody.
func NewForm(o Order) (*Form, error) {
	if o.Count < 1 {
		return nil, fault.New(fault.NotFound, "print.empty")
	}
	font, err := typeset.LoadFont()
	if err != nil {
		return nil, err
	}
	f := &Form{order: o, font: font, page: map[string]int{}}
	if err := f.check(); err != nil {
		return nil, err
	}
	blocks := []block{f.head()}
	for i, one := range o.Plan.Fields {
		if i == 0 || one.Question.Section != o.Plan.Fields[i-1].Question.Section {
			blocks = append(blocks, f.section(one.Question.Section))
		}
		blocks = append(blocks, f.question(one)...)
	}
	f.place(append(blocks, f.end()))
	return f, nil
}

// Pages is how many sides one form has, an even number.
func (f *Form) Pages() int { return len(f.pages) }

// Page is the side, from 1, on which a question begins; 0 for an unknown one.
func (f *Form) Page(id string) int { return f.page[id] }

// check refuses what the font cannot show.
func (f *Form) check() error {
	texts := append([]string{f.order.Title, f.order.Item(0).Note}, f.order.Notices...)
	for _, one := range f.order.Plan.Fields {
		texts = append(texts, f.in(one.Question.Text))
		for _, b := range one.Boxes {
			texts = append(texts, f.in(b.Choice.Text))
		}
	}
	for _, t := range texts {
		if err := f.font.Check(t); err != nil {
			return err
		}
	}
	return nil
}

func (f *Form) in(t questionnaire.Text) string { return t.In(f.order.Lang) }

func (f *Form) say(key string, pairs ...string) string {
	params := fault.Params{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
	}
	return f.order.Say(key, params)
}

// place puts the blocks on pages; one that sticks takes the one before it along.
func (f *Form) place(blocks []block) {
	y := bottom
	for i := 0; i < len(blocks); {
		n, high := 1, blocks[i].height
		for i+n < len(blocks) && blocks[i+n].sticks {
			high += blocks[i+n].height
			n++
		}
		if y+high > bottom && high > bottom-top {
			n, high = 1, blocks[i].height // more than a page: it breaks where it must
		}
		if y+high > bottom {
			f.pages = append(f.pages, nil)
			y = top
		}
		last := len(f.pages) - 1
		for _, b := range blocks[i : i+n] {
			if b.id != "" {
				f.page[b.id] = last + 1
			}
			f.pages[last] = append(f.pages[last], b)
			y += b.height
		}
		i += n
	}
	if len(f.pages)%2 == 1 {
		f.pages = append(f.pages, []block{f.blank()})
	}
}

func style(tenths int64) typeset.Style { return typeset.Style{Size: typeset.Point(tenths)} }

// text adds lines of text.
func (f *Form) text(b *block, x, width length, s typeset.Style, text string) {
	for _, line := range f.font.Wrap(text, s.Size, width, 0) {
		b.add(s.Size.Scaled(leading), func(c *typeset.Canvas, y length) {
			c.Text(x, y+s.Size.Scaled(baseline), s, line)
		})
	}
}
