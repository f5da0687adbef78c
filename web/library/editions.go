package library

import (
	"bytes"
	"path"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/xlsform"
	"minyi/web/login"
	"minyi/web/view"
)

// DiffPage is what changed from one version to another, in words.
type DiffPage struct {
	view.Frame
	Paper    *library.Paper
	From, To string
	Versions []Version
	Changes  []string
	Compared bool
}

// Version is one side of a comparison that may be chosen.
type Version struct{ Value, Hash string }

// Base is the address of the questionnaire's page.
func (p *DiffPage) Base() string { return at(p.Paper.ID, "") }

// Diff compares two versions, the draft, and the built-in form.
func (d *Door) Diff(c *fiber.Ctx) error {
	p, err := d.Papers.Paper(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	page := &DiffPage{Paper: p, From: c.Query("from"), To: c.Query("to", "draft")}
	if page.From == "" {
		page.From = "default"
		if n := len(p.Editions); n > 0 {
			page.From = strconv.Itoa(p.Editions[n-1].Number)
		}
	}
	page.Versions = []Version{{"default", ""}}
	for _, e := range p.Editions {
		page.Versions = append(page.Versions, Version{strconv.Itoa(e.Number), e.Hash})
	}
	page.Versions = append(page.Versions, Version{"draft", ""})
	changes, err := d.compare(c, page.From, page.To)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return err
	}
	if err != nil {
		return d.pages.Again(c, err, "diff", page)
	}
	page.Compared, page.Changes = true, d.sentences(c, changes)
	return d.pages.Render(c, "diff", page)
}

func (d *Door) compare(c *fiber.Ctx, from, to string) ([]questionnaire.Change, error) {
	var refs [2]library.Ref
	for i, word := range []string{from, to} {
		if word == "default" {
			continue
		}
		n, err := refOf(word)
		if err != nil {
			return nil, err
		}
		refs[i] = library.Ref{ID: id(c), Number: n}
	}
	return d.Papers.Diff(c.UserContext(), login.Actor(c), refs[0], refs[1])
}

func (d *Door) sentences(c *fiber.Ctx, changes []questionnaire.Change) []string {
	lang := view.LangOf(c)
	var out []string
	for _, one := range changes {
		params := fault.Params{}
		for name, value := range one.Params {
			params[name] = d.worded(lang, one.Params["field"], name, value)
		}
		out = append(out, d.Texts.Say(lang, one.Code, params))
	}
	return out
}

// worded puts a value of a change into words where there are any: names of fields,
// languages and types, yes and no.
func (d *Door) worded(lang view.Lang, field, name, value string) string {
	if name == "old" || name == "new" {
		switch value {
		case "":
			return d.Texts.Say(lang, "library.none", nil)
		case "true":
			return d.Texts.Say(lang, "library.yes", nil)
		case "false":
			return d.Texts.Say(lang, "library.no", nil)
		}
		name = field
	}
	if name == "section" {
		name = "part"
	}
	if key := "library." + name + "." + value; d.Texts.Has(lang, key) {
		return d.Texts.Say(lang, key, nil)
	}
	return value
}

// Export sends the draft or a version as JSON or as XLSForm.
func (d *Door) Export(c *fiber.Ctx) error {
	name := c.Params("file")
	ext := path.Ext(name)
	n, err := refOf(strings.TrimSuffix(name, ext))
	if err != nil {
		return err
	}
	p, err := d.Papers.Paper(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	text, err := d.Papers.Content(c.UserContext(), library.Ref{ID: p.ID, Number: n})
	if err != nil {
		return err
	}
	form, err := questionnaire.Read(text)
	if err != nil {
		return err
	}
	media, data := fiber.MIMEApplicationJSON, form.JSON()
	switch ext {
	case ".json":
	case ".xlsx":
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		if data, err = xlsform.Write(form); err != nil {
			return err
		}
	default:
		return fault.New(fault.NotFound, "paper.unknown")
	}
	return view.SendFile(c, p.Name+"-"+name, media, int64(len(data)), bytes.NewReader(data))
}
