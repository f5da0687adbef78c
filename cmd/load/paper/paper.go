// Package paper fills in the questionnaire as the door's pages show it: it reads
// the form of a page with every question, chooses answers by chance, and makes
// the body of the POST. It knows pages only, no questionnaire.
package paper

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Paper is the questionnaire behind a link, as a page with every question shows it.
type Paper struct {
	Questions []Question // in the order of the page
}

// Question is one field of the form that a resident fills in.
type Question struct {
	Name  string
	Codes []string // what may be chosen; nil where text is typed
	Kind  string   // radio, checkbox, select, number, date or text
}

// errNoForm means that the page has no form with every question.
var errNoForm = errors.New("no questionnaire on the page")

// Read reads the questions of a page.
func Read(page []byte) (*Paper, error) {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	p := &Paper{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			p.take(n)
		}
	}
	if len(p.Questions) == 0 {
		return nil, errNoForm
	}
	return p, nil
}

// take adds one control of the page to its question.
func (p *Paper) take(n *html.Node) {
	name, value := attribute(n, "name"), attribute(n, "value")
	if name == "" || strings.HasPrefix(name, "_") || attribute(n, "hidden") != "" {
		return
	}
	switch n.Data {
	case "input":
		p.input(name, attribute(n, "type"), value)
	case "textarea":
		p.question(name, "text")
	case "select":
		q := p.question(name, "select")
		for o := range n.Descendants() {
			if code := attribute(o, "value"); o.Data == "option" && code != "" {
				q.Codes = append(q.Codes, code)
			}
		}
	}
}

func (p *Paper) input(name, kind, value string) {
	switch kind {
	case "radio", "checkbox":
		q := p.question(name, kind)
		q.Codes = append(q.Codes, value)
	case "number", "date":
		p.question(name, kind)
	default: // a button, or a short text, which may be a trap for programs: left empty
	}
}

func (p *Paper) question(name, kind string) *Question {
	i := slices.IndexFunc(p.Questions, func(q Question) bool { return q.Name == name })
	if i < 0 {
		p.Questions = append(p.Questions, Question{Name: name, Kind: kind})
		i = len(p.Questions) - 1
	}
	return &p.Questions[i]
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// ending are the answers of the default questionnaire that end it: these
// residents take part, are of age, and live here long enough.
func ending(name, code string) bool {
	return slices.Contains([]string{"consent no", "s1 u18", "s2 outside", "s3 lt6m"}, name+" "+code)
}

// Fill chooses an answer to every question by chance; texts get a comment of so
// many Chinese characters.
func (p *Paper) Fill(chance *rand.Rand, comment int) url.Values {
	sheet := url.Values{}
	for _, q := range p.Questions {
		switch {
		case len(q.Codes) > 0:
			code := q.Codes[chance.IntN(len(q.Codes))]
			for ending(q.Name, code) {
				code = q.Codes[chance.IntN(len(q.Codes))]
			}
			sheet.Set(q.Name, code)
		case q.Kind == "text" && comment > 0:
			sheet.Set(q.Name, words(chance, comment))
		}
	}
	return sheet
}

// words are so many common Chinese characters.
func words(chance *rand.Rand, n int) string {
	const first, span = 0x4e00, 0x3000
	out := make([]rune, n)
	for i := range out {
		out[i] = rune(first + chance.IntN(span))
	}
	return string(out)
}

// Hidden returns the hidden fields of a page's form, those whose names begin
// with an underscore, without parsing the page as a whole.
func Hidden(page []byte) url.Values {
	fields := url.Values{}
	for {
		at := bytes.Index(page, []byte("<input"))
		if at < 0 {
			return fields
		}
		page = page[at+len("<input"):]
		end := bytes.IndexByte(page, '>')
		if end < 0 {
			return fields
		}
		tag := page[:end]
		if name := quoted(tag, ` name="`); strings.HasPrefix(name, "_") && bytes.Contains(tag, []byte("hidden")) {
			fields.Add(name, html.UnescapeString(quoted(tag, ` value="`)))
		}
	}
}

func quoted(tag []byte, before string) string {
	_, rest, found := bytes.Cut(tag, []byte(before))
	if !found {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(value)
}

// Receipt returns the receipt that a page of thanks shows; empty where there is
// none.
func Receipt(page []byte) string { return between(page, `id="receipt">`, "<") }

func between(page []byte, before, after string) string {
	_, rest, found := bytes.Cut(page, []byte(before))
	if !found {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte(after))
	return string(value)
}
