package view

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
)

// Pages are the pages of one door, in every language. A page is put together with
// the layout when somebody first asks for it: most doors' pages are rarely asked
// for, and each holds a copy of the layout.
type Pages struct {
	texts  *Texts
	assets Assets
	files  fs.FS
	names  map[string]string // file of each page
	parts  []string          // files whose parts every page may use

	mu  sync.Mutex
	set map[label]*template.Template
}

// label names a page in a language.
type label struct {
	lang Lang
	name string
}

// NewPages reads every page of a door: the files pages/*.html of its embedded
// folder. Each defines "title" and "main"; the layout does the rest. Files whose
// name begins with _ are parts that every page of the door may use. It fails on a
// page that does not parse.
func NewPages(texts *Texts, files fs.FS) (*Pages, error) {
	p := &Pages{texts: texts, assets: assets(), files: files, names: map[string]string{}, set: map[label]*template.Template{}}
	all, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	for _, file := range all {
		if _, err := template.New("").Funcs(funcs(texts, Chinese)).ParseFS(files, file); err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
		if base := path.Base(file); strings.HasPrefix(base, "_") {
			p.parts = append(p.parts, file)
		} else {
			p.names[strings.TrimSuffix(base, ".html")] = file
		}
	}
	return p, nil
}

// page returns the page of that name with the layout around it.
func (p *Pages) page(lang Lang, name string) (*template.Template, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if page, ok := p.set[label{lang, name}]; ok {
		return page, nil
	}
	file, ok := p.names[name]
	if !ok {
		return nil, fmt.Errorf("pages: no page %q", name)
	}
	page, err := template.New("layout.html").Funcs(funcs(p.texts, lang)).ParseFS(layoutFiles, "layout/*.html")
	if err != nil {
		return nil, fmt.Errorf("pages: layout: %w", err)
	}
	if page, err = page.ParseFS(p.files, append(slices.Clone(p.parts), file)...); err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	p.set[label{lang, name}] = page
	return page, nil
}

// Render answers with the page of that name (its file without .html), filled
// from one struct. Nothing is sent when the template fails.
func (p *Pages) Render(c *fiber.Ctx, name string, page Framed) error {
	p.fill(c, page.frame())
	return p.send(c, name, page)
}

// Part answers with one named template of a page, without the layout: what a
// script puts in the place of an older one.
func (p *Pages) Part(c *fiber.Ctx, name, part string, page Framed) error {
	p.fill(c, page.frame())
	return p.write(c, name, part, page)
}

func (p *Pages) send(c *fiber.Ctx, name string, page Framed) error {
	return p.write(c, name, "layout.html", page)
}

func (p *Pages) write(c *fiber.Ctx, name, part string, page Framed) error {
	tmpl, err := p.page(LangOf(c), name)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := tmpl.ExecuteTemplate(&out, part, page); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(out.Bytes())
}

// Again shows a form once more after err: with the words of each refusal, the
// right status, and what was typed still in page. An error that is no refusal
// goes on to the error handler.
func (p *Pages) Again(c *fiber.Ctx, err error, name string, page Framed) error {
	kind := fault.KindOf(err)
	if kind == 0 {
		return err
	}
	p.fill(c, page.frame())
	page.frame().Problems = p.problems(LangOf(c), err)
	c.Status(FormStatus(kind))
	return p.send(c, name, page)
}

// Refused answers with an error page: the sentence of each refusal, or for any
// other error the general sentence with the request's id (code is then
// "internal").
func (p *Pages) Refused(c *fiber.Ctx, status int, err error, id string) error {
	page := &ErrorPage{ID: id, Status: status, Typed: typed(c, err)}
	p.fill(c, &page.Frame)
	if page.Road != nil {
		page.Back = page.Road.Home
	}
	page.Road, page.Work, page.Watching, page.Printed = nil, nil, false, nil
	page.Problems = p.problems(LangOf(c), err)
	if len(page.Problems) == 0 {
		refusal := fault.New(fault.Unavailable, "internal", "id", id)
		page.Problems = []Problem{{Text: p.texts.Refusal(LangOf(c), refusal)}}
	}
	c.Status(status)
	return p.send(c, "error", page)
}

// ErrorPage is the page of a request that could not be done.
type ErrorPage struct {
	Frame
	ID     string
	Status int
	Back   string  // the survey that the request was about; empty for none
	Typed  []Entry // what was typed, to be copied
}

// Status maps a kind of refusal to the HTTP status.
func Status(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return fiber.StatusBadRequest
	case fault.Forbidden, fault.Closed:
		return fiber.StatusForbidden
	case fault.NotFound:
		return fiber.StatusNotFound
	case fault.Conflict:
		return fiber.StatusConflict
	case fault.TooLarge:
		return fiber.StatusRequestEntityTooLarge
	case fault.TooMany:
		return fiber.StatusTooManyRequests
	case fault.Unavailable:
		return fiber.StatusServiceUnavailable
	}
	return fiber.StatusInternalServerError
}

// FormStatus is Status for a form that is shown again: 422 where its content
// breaks a rule.
func FormStatus(kind fault.Kind) int {
	if kind == fault.Invalid {
		return fiber.StatusUnprocessableEntity
	}
	return Status(kind)
}

// See sends the browser on to one of our own pages after a form was done (303),
// where the message "done."+done is shown. done may be empty.
func See(c *fiber.Ctx, to, done string) error {
	if done != "" {
		join := "?"
		if strings.Contains(to, "?") {
			join = "&"
		}
		to += join + "done=" + url.QueryEscape(done)
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}
