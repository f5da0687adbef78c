// Package handout lays out what carries a survey's codes to people on paper:
// posters, letters and sheets of labels, as PDF files for a print shop. Codes are
// drawn as vectors, texts with a part of an embedded font that can be copied and
// searched, and a file is written front to back while it is made, on all cores,
// with the same bytes for the same input: a hundred thousand codes need no more
// memory than a hundred. It makes no codes and keeps none, and all words on the
// paper come from its caller.
package handout

import (
	"slices"

	"minyi/indicators/fault"
	"minyi/survey/invite"
	"minyi/survey/typeset"
)

// Kind is what is printed.
type Kind string

// The kinds of sheets.
const (
	Posters Kind = "poster" // one a page, A4 or A5
	Letters Kind = "letter" // one a page, A4, for envelopes with a window
	Labels  Kind = "label"  // sheets of A4 to peel off
)

// Words are the sentences on the paper in one language, complete as they are
// printed. Posters use Title, Call, Body, Scan, Type, Phone and Signed; letters
// use Sender, To and Greeting in place of Call; labels Title, Scan, Type and Phone.
type Words struct {
	Lang     string   // BCP 47, such as zh-CN
	Title    string   // names the survey
	Call     string   // asks passers-by to take part
	Sender   string   // stands small in the window
	To       string   // stands in the window where a letter has no address
	Greeting string   // opens the letter
	Body     []string // paragraphs
	Scan     string   // says to scan the code
	Type     string   // says to type the address that stands below it
	Phone    string   // says whom to call
	Signed   []string // who asks, a line each
}

// Item is one code with what belongs to it alone. It carries nothing of a person
// but the address of a letter, where there is one.
type Item struct {
	Link    string   // what the code holds
	Code    string   // what people type after Order.Site, in groups
	Place   string   // where a poster hangs
	Note    string   // small, for those who pack and hand out: batch and number
	Address []string // lines of the addressee; six at most, none for Words.To
}

// Order is what is to be printed.
type Order struct {
	Kind   Kind
	Format string  // one of Formats(Kind)
	Words  []Words // one language, or two: the first one leads
	Site   string  // what people type, up to the code
	Count  int
	Item   func(i int) Item    // called at the same time from several goroutines, more than once for an i
	Report func(pages, of int) // told after each page; nil for nobody
}

// Formats names the sizes that a kind can be printed in, the usual one first.
func Formats(k Kind) []string {
	switch k {
	case Posters:
		return []string{"a4", "a5"}
	case Letters:
		return []string{"a4"}
	case Labels:
		var names []string
		for _, s := range stationery() {
			names = append(names, s.name)
		}
		return names
	}
	return nil
}

// Each is how many codes stand on one page of a format; 0 where there is no such
// format.
func Each(k Kind, format string) int {
	switch {
	case !slices.Contains(Formats(k), format):
		return 0
	case k == Labels:
		return stockOf(format).grid().each()
	}
	return 1
}

// Job is an order that has been looked through and can be written.
type Job struct {
	order Order
	font  *typeset.Font
	grid  grid
	cell  cell
}

// Pages is how many pages the file will have.
func (j *Job) Pages() int { return (j.order.Count + j.grid.each() - 1) / j.grid.each() }

// smallestModule is how large a module must be printed, so that an office
// printer and an old phone cope with it.
const smallestModule = 500 // micrometres

// New looks an order through: print.format and print.empty refuse what cannot be
// printed, print.character (parameter character) a character that the font lacks,
// print.toolong words that do not fit, print.small a link that is too long for
// the size of the code.
func New(o Order) (*Job, error) {
	if !slices.Contains(Formats(o.Kind), o.Format) || len(o.Words) == 0 || len(o.Words) > 2 {
		return nil, fault.New(fault.Invalid, "print.format")
	}
	if o.Count < 1 {
		return nil, fault.New(fault.NotFound, "print.empty")
	}
	f, err := typeset.LoadFont()
	if err != nil {
		return nil, err
	}
	j := &Job{order: o, font: f}
	if err := j.check(); err != nil {
		return nil, err
	}
	if err := j.layOut(); err != nil {
		return nil, err
	}
	code, err := invite.NewCode(o.Item(0).Link)
	if err != nil {
		return nil, err
	}
	if j.cell.side/length(code.Size()) < smallestModule {
		return nil, fault.New(fault.Invalid, "print.small")
	}
	return j, nil
}

func (j *Job) layOut() (err error) {
	switch j.order.Kind {
	case Posters:
		j.grid, j.cell, err = j.poster()
	case Letters:
		j.grid, j.cell, err = j.letter()
	case Labels:
		j.grid, j.cell, err = j.label()
	}
	return err
}

// check refuses an order with a text that the font cannot show.
func (j *Job) check() error {
	texts := []string{j.order.Site}
	for _, w := range j.order.Words {
		texts = append(texts, w.Title, w.Call, w.Sender, w.To, w.Greeting, w.Scan, w.Type, w.Phone)
		texts = append(append(texts, w.Body...), w.Signed...)
	}
	for i := range j.order.Count {
		item := j.order.Item(i)
		texts = append(append(texts, item.Code, item.Place, item.Note), item.Address...)
		for _, t := range texts {
			if err := j.font.Check(t); err != nil {
				return err
			}
		}
		texts = texts[:0]
	}
	return nil
}
