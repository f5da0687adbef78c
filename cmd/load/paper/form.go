package paper

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Form is one step of the door: what its page carries on, what it asks, and the
// button that leads on.
type Form struct {
	Action  string
	Hidden  url.Values
	Asked   Paper
	Button  string // value of _do; empty where there is none
	Receipt string // of the page of thanks, which has no form
}

// ReadForm reads the form with id f of a page. A page without one has a receipt
// or is an error.
func ReadForm(page []byte) (*Form, error) {
	f := &Form{Hidden: url.Values{}, Receipt: Receipt(page)}
	if f.Receipt != "" {
		return f, nil
	}
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && strings.EqualFold(attribute(n, "method"), "post") {
			f.read(n)
			return f, nil
		}
	}
	return nil, errNoForm
}

func (f *Form) read(form *html.Node) {
	f.Action = attribute(form, "action")
	for n := range form.Descendants() {
		name, value := attribute(n, "name"), attribute(n, "value")
		switch {
		case n.Type != html.ElementNode || name == "": // a browser does not send what has no name
		case n.Data == "input" && attribute(n, "type") == "hidden":
			f.Hidden.Add(name, value)
		case n.Data == "button" && name == "_do":
			f.press(value, attribute(n, "class") == "g")
		default:
			f.Asked.take(n)
		}
	}
}

// press takes the button that leads on: the one that sends, else the large one,
// else the first.
func (f *Form) press(value string, large bool) {
	if f.Button == "" || f.Button != "send" && (large || value == "send") {
		f.Button = value
	}
}

// Body fills the form in by chance, with a comment of so many characters where
// there is room for one, and returns what the browser would send.
func (f *Form) Body(chance *rand.Rand, comment int) string {
	values := maps.Clone(f.Hidden)
	for name, codes := range f.Asked.Fill(chance, comment) {
		values[name] = codes
	}
	if f.Button != "" {
		values.Set("_do", f.Button)
	}
	return values.Encode()
}
