package rehearsal

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// form is a form of a page, filled in as the page shows it.
type form struct {
	action    *url.URL
	method    string
	multipart bool
	fields    []field
	files     []file
}

// field is one name of a form with what is entered or chosen. Options are the
// codes that a list, radio buttons or boxes offer; nil where text is typed.
type field struct {
	name    string
	label   string // aria-label
	options []string
	chosen  []string
	button  bool // sent only when it is the one that is pressed
}

type file struct {
	field, name, kind string
	body              []byte
}

// errNoForm and errNoField mean that a page has changed under the rehearsal.
var (
	errNoForm  = errors.New("no such form on the page")
	errNoField = errors.New("no such field in the form")
)

// form returns the first form of the page that has all the fields.
func (a *answer) form(fields ...string) (*form, error) {
	for _, f := range a.forms() {
		if !slices.ContainsFunc(fields, func(name string) bool { return !f.has(name) }) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%w: with %s on %s", errNoForm, strings.Join(fields, ", "), a.address.Path)
}

// formTo returns the first form of the page whose action's path ends so.
func (a *answer) formTo(suffix string) (*form, error) {
	for _, f := range a.forms() {
		if strings.HasSuffix(f.action.Path, suffix) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%w: to …%s on %s", errNoForm, suffix, a.address.Path)
}

// forms returns all forms of the page.
func (a *answer) forms() []*form {
	if a.doc == nil {
		return nil
	}
	var out []*form
	for _, node := range find(a.doc, func(n *html.Node) bool { return n.Data == "form" }) {
		action, err := a.address.Parse(attribute(node, "action"))
		if err != nil {
			continue
		}
		f := &form{action: action, method: http.MethodGet}
		if strings.EqualFold(attribute(node, "method"), "post") {
			f.method = http.MethodPost
		}
		f.multipart = attribute(node, "enctype") == "multipart/form-data"
		id := attribute(node, "id")
		for _, n := range find(a.doc, func(n *html.Node) bool { return control(n) && belongs(n, node, id) }) {
			f.read(n)
		}
		out = append(out, f)
	}
	return out
}

func control(n *html.Node) bool {
	return slices.Contains([]string{"input", "select", "textarea", "button"}, n.Data) &&
		attribute(n, "name") != "" && !has(n, "disabled")
}

// belongs reports whether a control is the form's: inside it, or named to it.
func belongs(n, owner *html.Node, id string) bool {
	if named := attribute(n, "form"); named != "" {
		return named == id
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p == owner {
			return true
		}
	}
	return false
}

// read adds a control as it stands on the page.
func (f *form) read(n *html.Node) {
	name, value := attribute(n, "name"), attribute(n, "value")
	f.field(name).label = attribute(n, "aria-label")
	kind := attribute(n, "type")
	switch {
	case n.Data == "textarea":
		f.field(name).chosen = []string{strings.TrimPrefix(text(n), "\n")}
	case n.Data == "select":
		f.readList(n, name)
	case n.Data == "button" || kind == "submit":
		one := f.field(name)
		one.button, one.options = true, append(one.options, value)
	case kind == "radio" || kind == "checkbox":
		one := f.field(name)
		if !has(n, "value") {
			value = "on"
		}
		one.options = append(one.options, value)
		if has(n, "checked") {
			one.chosen = append(one.chosen, value)
		}
	case kind == "file":
		f.field(name)
	default:
		one := f.field(name)
		one.chosen = append(one.chosen, value)
	}
}

func (f *form) readList(n *html.Node, name string) {
	one := f.field(name)
	for _, o := range find(n, func(n *html.Node) bool { return n.Data == "option" }) {
		value := attribute(o, "value")
		if !has(o, "value") {
			value = strings.TrimSpace(text(o))
		}
		one.options = append(one.options, value)
		if has(o, "selected") {
			one.chosen = append(one.chosen, value)
		}
	}
	if len(one.chosen) == 0 && len(one.options) > 0 && !has(n, "multiple") {
		one.chosen = one.options[:1:1]
	}
}

// field returns the field of that name, adding it.
func (f *form) field(name string) *field {
	if i := slices.IndexFunc(f.fields, func(one field) bool { return one.name == name }); i >= 0 {
		return &f.fields[i]
	}
	f.fields = append(f.fields, field{name: name})
	return &f.fields[len(f.fields)-1]
}

// has reports whether the form has a field of that name.
func (f *form) has(name string) bool {
	return slices.ContainsFunc(f.fields, func(one field) bool { return one.name == name })
}

// set enters values into a field that the page has, or chooses codes that it
// offers; anything else is an error, since a person could not do it either.
func (f *form) set(name string, values ...string) error {
	i := slices.IndexFunc(f.fields, func(one field) bool { return one.name == name })
	if i < 0 {
		return fmt.Errorf("%w: %s in %s", errNoField, name, f.action.Path)
	}
	one := &f.fields[i]
	for _, v := range values {
		if one.options != nil && !slices.Contains(one.options, v) {
			return fmt.Errorf("%w: %s=%q in %s (offered: %s)", errNoField, name, v, f.action.Path, strings.Join(one.options, ", "))
		}
	}
	one.chosen, one.button = slices.Clone(values), false
	return nil
}

// fill sets many fields of one value each.
func (f *form) fill(values map[string]string) error {
	for name, value := range values {
		if err := f.set(name, value); err != nil {
			return err
		}
	}
	return nil
}

// attach puts a file into a file field.
func (f *form) attach(field, name, kind string, body []byte) error {
	if !f.has(field) {
		return fmt.Errorf("%w: %s in %s", errNoField, field, f.action.Path)
	}
	f.files = append(f.files, file{field: field, name: name, kind: kind, body: body})
	return nil
}

// values returns what the browser would send; buttons only when pressed (set).
func (f *form) values() url.Values {
	out := url.Values{}
	for _, one := range f.fields {
		isFile := slices.ContainsFunc(f.files, func(x file) bool { return x.field == one.name })
		if !one.button && !isFile && len(one.chosen) > 0 {
			out[one.name] = one.chosen
		}
	}
	return out
}

// find returns the elements below n, in order, for which keep holds.
func find(n *html.Node, keep func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && keep(d) {
			out = append(out, d)
		}
	}
	return out
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// text returns all text below n.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// linkOf returns the address of the page's first link with that text, in a table the
// first whose row says the year, empty where there is none.
func (a *answer) linkOf(words, year string) string {
	for _, n := range find(a.doc, func(n *html.Node) bool { return n.Data == "a" && strings.TrimSpace(text(n)) == words }) {
		row := n
		for row.Parent != nil && row.Data != "tr" {
			row = row.Parent
		}
		if row.Data == "tr" && !strings.Contains(text(row), year) {
			continue
		}
		if target, err := a.address.Parse(attribute(n, "href")); err == nil {
			return target.RequestURI()
		}
	}
	return ""
}

// links returns the addresses that the page's links lead to and whose path
// holds the given part, once each, in order.
func (a *answer) links(part string) []string {
	var out []string
	if a.doc == nil {
		return nil
	}
	for _, n := range find(a.doc, func(n *html.Node) bool { return n.Data == "a" }) {
		target, err := a.address.Parse(attribute(n, "href"))
		if err == nil && strings.Contains(target.Path, part) && !slices.Contains(out, target.RequestURI()) {
			out = append(out, target.RequestURI())
		}
	}
	return out
}

// shown returns what stands in a field, empty where nothing does.
func (f *form) shown(name string) string {
	if one := f.field(name); len(one.chosen) > 0 {
		return one.chosen[0]
	}
	return ""
}

// press presses the button of that name and value, as far as the form has it.
func (f *form) press(name, value string) {
	one := f.field(name)
	one.chosen, one.button = []string{value}, false
}

// names returns the fields whose names begin so, in the order of the page.
func (f *form) names(prefix string) []string {
	var out []string
	for _, one := range f.fields {
		if strings.HasPrefix(one.name, prefix) {
			out = append(out, one.name)
		}
	}
	return out
}
