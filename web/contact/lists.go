package contact

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/contact"
	"minyi/survey/export"
	"minyi/web/login"
	"minyi/web/view"
)

// ListsPage makes lists and reminders.
type ListsPage struct {
	Head
	Form   ListForm
	Blanks []string
	Reach  *survey.Reach // of the preview; nil without one
}

// ListForm is what the form holds.
type ListForm struct {
	Way                  string
	Unanswered, Numbered bool
	Text                 string
	Format               string
}

// Lists shows the lists and reminders of a survey.
func (d *Door) Lists(c *fiber.Ctx) error {
	page, err := d.lists(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "lists", page)
}

func (d *Door) lists(c *fiber.Ctx) (*ListsPage, error) {
	head, err := d.head(c, "lists")
	if err != nil {
		return nil, err
	}
	page := &ListsPage{Head: head, Blanks: contact.Blanks(), Form: ListForm{Way: string(survey.BySMS), Unanswered: true, Text: head.Plan.Message, Format: "xlsx"}}
	if page.Form.Text == "" {
		page.Form.Text = d.Texts.Say(view.LangOf(c), "contact.message.usual", nil)
	}
	return page, nil
}

// Long is the number of parts of a message with its units, for the preview.
func (p *ListsPage) Long() contact.Size { return p.Reach.Longest }

// List shows what a list comes to, sends it, or records a reminder and sends it.
func (d *Door) List(c *fiber.Ctx) error {
	form := ListForm{
		Way: c.FormValue("way"), Unanswered: c.FormValue("unanswered") == "yes", Numbered: c.FormValue("numbered") == "yes",
		Text: strings.ReplaceAll(c.FormValue("text"), "\r\n", "\n"), Format: c.FormValue("format"),
	}
	order := survey.Outreach{
		Way: survey.Way(form.Way), Unanswered: form.Unanswered, Numbered: form.Numbered, Message: form.Text, Base: d.Base, Lang: string(view.LangOf(c)),
	}
	do := c.FormValue("do")
	if do == "list" || do == "remind" {
		err := d.sendList(c, order, form.Format, do == "remind")
		if err == nil {
			return nil
		}
		return d.listsAgain(c, form, err)
	}
	reach, err := d.Surveys.Reach(c.UserContext(), login.Actor(c), id(c), order)
	if err != nil {
		return d.listsAgain(c, form, err)
	}
	page, err := d.lists(c)
	if err != nil {
		return err
	}
	page.Form, page.Reach = form, &reach
	return d.pages.Render(c, "lists", page)
}

func (d *Door) listsAgain(c *fiber.Ctx, form ListForm, err error) error {
	page, shown := d.lists(c)
	if shown != nil {
		return err
	}
	page.Form = form
	return d.pages.Again(c, err, "lists", page)
}

// sendList sends a list as a file, or for letters goes where they are printed.
func (d *Door) sendList(c *fiber.Ctx, o survey.Outreach, format string, remind bool) error {
	var lines [][]string
	add := func(r survey.Recipient) error {
		lines = append(lines, d.line(r))
		return nil
	}
	var err error
	if remind {
		_, err = d.Surveys.Remind(c.UserContext(), login.Actor(c), id(c), o, add)
	} else {
		err = d.Surveys.Recipients(c.UserContext(), login.Actor(c), id(c), o, add)
	}
	if err != nil {
		return err
	}
	if o.Way == survey.ByLetter && remind {
		return view.See(c, "/agency/surveys/"+string(id(c))+"/letters", "contact.letters")
	}
	return d.sendLines(c, "contact-"+string(o.Way), format, lines)
}

// line is one line of a file, in the order of the heads.
func (d *Door) line(r survey.Recipient) []string {
	return []string{
		r.Phone, r.Name, r.Address, r.Stratum, r.PSU, r.Link, r.Code, r.Message, strconv.Itoa(r.Size.Parts), strconv.FormatBool(r.Answered),
	}
}

// heads are those of a file, which call centres and message services read.
func heads() []string {
	return []string{"phone", "name", "place", "stratum", "psu", "link", "code", "message", "parts", "answered"}
}

func (d *Door) sendLines(c *fiber.Ctx, name, format string, lines [][]string) error {
	var file bytes.Buffer
	err := error(nil)
	kind := "text/csv; charset=utf-8"
	if format == "xlsx" {
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		err = export.List(&file, "list", func(fn func([]string) error) error {
			for _, line := range append([][]string{heads()}, lines...) {
				if err := fn(line); err != nil {
					return err
				}
			}
			return nil
		})
	} else {
		format = "csv"
		err = writeCSV(&file, lines)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+"."+format+`"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(file.Bytes())
}

// writeCSV writes UTF-8 with a byte order mark, so that Excel reads it, and puts an
// apostrophe before what a spreadsheet would calculate (S24).
func writeCSV(file *bytes.Buffer, lines [][]string) error {
	file.WriteString("\ufeff")
	out := csv.NewWriter(file)
	err := out.Write(heads())
	for _, line := range lines {
		for i, cell := range line {
			if i > 0 && strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				line[i] = "'" + cell
			}
		}
		err = errors.Join(err, out.Write(line))
	}
	out.Flush()
	return errors.Join(err, out.Error())
}
