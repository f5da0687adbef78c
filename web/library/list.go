package library

import (
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/pasted"
	"minyi/survey/questionnaire/xlsform"
	"minyi/web/login"
	"minyi/web/view"
)

// ListPage lists the questionnaires and takes a new one.
type ListPage struct {
	view.Frame
	Papers  []Row
	BuiltIn library.Printed
	Trial   string // of the built-in form
	New     NewForm
	Lines   []Line // of the pasted text, where some could not be used
}

// Row is one questionnaire in the list.
type Row struct {
	*library.Paper
	Findings int
}

// Last is the newest published version; nil before the first.
func (r Row) Last() *library.Edition {
	if len(r.Editions) == 0 {
		return nil
	}
	return &r.Editions[len(r.Editions)-1]
}

// NewForm is what was typed for a new questionnaire.
type NewForm struct {
	Name, From, Text string
	Usual            bool // keep the usual opening, screening and background questions
}

// Line is one line of pasted text with what was made of it.
type Line struct {
	Number int
	Text   string
	Remark string // in words; empty where the line was understood
}

func (d *Door) listPage(c *fiber.Ctx) (*ListPage, error) {
	all, err := d.Papers.Papers(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	page := &ListPage{New: NewForm{Usual: true}, Trial: TrialPath + d.Trials.Token(library.Ref{})}
	for _, p := range all {
		page.Papers = append(page.Papers, Row{p, len(p.Findings())})
	}
	page.BuiltIn, err = library.BuiltIn()
	return page, err
}

// List shows the library.
func (d *Door) List(c *fiber.Ctx) error {
	page, err := d.listPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "list", page)
}

// made goes on to a new questionnaire, or shows the list again with what was
// refused and what was typed.
func (d *Door) made(c *fiber.Ctx, p *library.Paper, err error, typed NewForm, lines []Line) error {
	if err == nil && len(lines) == 0 {
		return view.See(c, at(p.ID, ""), "paper.create")
	}
	page, listed := d.listPage(c)
	if listed != nil {
		return listed
	}
	page.New, page.Lines = typed, lines
	if err == nil {
		return d.pages.Render(c, "list", page)
	}
	return d.pages.Again(c, err, "list", page)
}

// Copy makes a new questionnaire from the built-in form or from one of the
// library's versions.
func (d *Door) Copy(c *fiber.Ctx) error {
	typed := NewForm{Name: c.FormValue("name"), From: c.FormValue("from"), Usual: true}
	p, err := d.copied(c, typed)
	return d.made(c, p, err, typed, nil)
}

func (d *Door) copied(c *fiber.Ctx, typed NewForm) (*library.Paper, error) {
	ref, ok := library.ParseRef(typed.From)
	if !ok {
		return nil, fault.New(fault.NotFound, "paper.unknown")
	}
	if ref.ID != "" {
		if _, err := d.Papers.Paper(c.UserContext(), login.Actor(c), ref.ID); err != nil {
			return nil, err
		}
	}
	text, err := d.Papers.Content(c.UserContext(), ref)
	if err != nil {
		return nil, err
	}
	form, err := questionnaire.Read(text)
	if err != nil {
		return nil, err
	}
	return d.Papers.Make(c.UserContext(), login.Actor(c), typed.Name, form, nil)
}

// Import makes a new questionnaire from a file: JSON of the own schema, or XLSForm.
func (d *Door) Import(c *fiber.Ctx) error {
	typed := NewForm{Name: c.FormValue("name"), Usual: true}
	form, remarks, err := imported(c)
	var p *library.Paper
	if err == nil {
		p, err = d.Papers.Make(c.UserContext(), login.Actor(c), typed.Name, form, remarks)
	}
	return d.made(c, p, err, typed, nil)
}

func imported(c *fiber.Ctx) (form *questionnaire.Form, remarks []library.Remark, err error) {
	noFile := fault.New(fault.Invalid, "paper.file").At("file")
	head, err := c.FormFile("file")
	if err != nil {
		return nil, nil, noFile
	}
	file, err := head.Open()
	if err != nil {
		return nil, nil, noFile
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	data, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil || len(data) == 0 || len(data) > MaxFile {
		return nil, nil, noFile
	}
	if strings.EqualFold(path.Ext(head.Filename), ".xlsx") {
		form, left, err := xlsform.Read(data)
		for _, l := range left {
			remarks = append(remarks, library.Remark{Place: l.Sheet + " " + strconv.Itoa(l.Row), Text: l.Text, Code: l.Code})
		}
		return form, remarks, err
	}
	form, err = questionnaire.Read(data)
	return form, nil, err
}

// Paste makes a new questionnaire from numbered text. Where a line could not be
// used, the text is shown line by line first, and made only when that is asked for.
func (d *Door) Paste(c *fiber.Ctx) error {
	typed := NewForm{Name: c.FormValue("name"), Text: c.FormValue("text"), Usual: c.FormValue("usual") == "yes"}
	paper := pasted.Read(typed.Text)
	if len(paper.Items) == 0 {
		return d.made(c, nil, fault.New(fault.Invalid, "paper.pasted").At("text"), typed, d.lines(c, typed.Text, paper.Remarks))
	}
	if len(paper.Remarks) > 0 && c.FormValue("anyway") != "yes" {
		return d.made(c, nil, nil, typed, d.lines(c, typed.Text, paper.Remarks))
	}
	form, err := paper.Form(typed.Usual)
	if err != nil {
		return err
	}
	var remarks []library.Remark
	for _, r := range paper.Remarks {
		remarks = append(remarks, library.Remark{Place: strconv.Itoa(r.Line), Text: r.Text, Code: r.Code})
	}
	p, err := d.Papers.Make(c.UserContext(), login.Actor(c), typed.Name, form, remarks)
	return d.made(c, p, err, typed, nil)
}

// lines are the lines of the text with the remarks in words.
func (d *Door) lines(c *fiber.Ctx, text string, remarks []pasted.Remark) []Line {
	var out []Line
	for i, line := range strings.Split(strings.TrimRight(text, "\r\n "), "\n") {
		out = append(out, Line{Number: i + 1, Text: strings.TrimRight(line, "\r")})
	}
	for _, r := range remarks {
		if r.Line > 0 && r.Line <= len(out) {
			out[r.Line-1].Remark = d.Texts.Say(view.LangOf(c), "remark."+r.Code, nil)
		}
	}
	return out
}
