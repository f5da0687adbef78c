package exhibits

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// change does one change of the exhibits by its form and shows the list, again
// where it was refused.
func (d *Door) change(c *fiber.Ctx, known func(string) bool, done string, do func(k application.Key, form map[string]string) error) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	form, err := view.ReadForm(c, known)
	if err != nil {
		return err
	}
	err = do(k, form)
	if err == nil {
		return view.See(c, base(k)+"/exhibits", done)
	}
	if fault.KindOf(err) == fault.NotFound {
		return err
	}
	page, failed := d.list(c)
	if failed != nil {
		return failed
	}
	return d.pages.Again(c, err, "exhibits", page)
}

// Detach takes a file out of one indicator (field number), or of the dossier.
func (d *Door) Detach(c *fiber.Ctx) error {
	return d.change(c, among("number"), "exhibits.detached", func(k application.Key, form map[string]string) error {
		return d.service.Detach(c.UserContext(), login.Actor(c), k, exhibitOf(c), indicators.Number(form["number"]))
	})
}

// Restore puts a file back that was taken out.
func (d *Door) Restore(c *fiber.Ctx) error {
	return d.change(c, among(), "exhibits.restored", func(k application.Key, _ map[string]string) error {
		return d.service.Restore(c.UserContext(), login.Actor(c), k, exhibitOf(c))
	})
}

// Move puts a file one place up or down: field to.
func (d *Door) Move(c *fiber.Ctx) error {
	return d.change(c, among("to"), "", func(k application.Key, form map[string]string) error {
		if form["to"] != "up" && form["to"] != "down" {
			return fault.New(fault.Invalid, "request.invalid")
		}
		return d.service.Move(c.UserContext(), login.Actor(c), k, exhibitOf(c), form["to"] == "up")
	})
}

// Share lets ticked files prove further indicators: fields pick-ID and also.
func (d *Door) Share(c *fiber.Ctx) error {
	known := func(name string) bool { return name == "also" || strings.HasPrefix(name, "pick-") }
	return d.change(c, known, "exhibits.shared", func(k application.Key, form map[string]string) error {
		var ids []application.ExhibitID
		for name := range form {
			if id, ok := strings.CutPrefix(name, "pick-"); ok {
				ids = append(ids, application.ExhibitID(id))
			}
		}
		err := d.service.Share(c.UserContext(), login.Actor(c), k, ids, listed(form["also"]))
		return asked(err, "also")
	})
}

// asked binds refusals of the numbers to the field in which they stand here.
func asked(err error, field string) error {
	for _, r := range fault.All(err) {
		if r.Field == "indicator" {
			r.Field = field
		}
	}
	return err
}

// Date says when documents were made: fields dated-ID (C83).
func (d *Door) Date(c *fiber.Ctx) error {
	known := func(name string) bool { return strings.HasPrefix(name, "dated-") }
	return d.change(c, known, "exhibits.saved", func(k application.Key, form map[string]string) error {
		dates := map[application.ExhibitID]roster.Date{}
		for name, value := range form {
			id, ok := strings.CutPrefix(name, "dated-")
			if !ok || value == "" {
				continue
			}
			day, err := roster.ParseDate(value)
			if err != nil {
				return fault.New(fault.Invalid, "date.form").At(name)
			}
			dates[application.ExhibitID(id)] = day
		}
		return d.service.Date(c.UserContext(), login.Actor(c), k, dates)
	})
}

// Discard ends an upload that was not finished.
func (d *Door) Discard(c *fiber.Ctx) error {
	return d.change(c, among(), "exhibits.discarded", func(k application.Key, _ map[string]string) error {
		return d.service.DropUpload(c.UserContext(), login.Actor(c), k, application.UploadID(c.Params("upload")))
	})
}

// EditPage is the form for name, caption, date and place of one file.
type EditPage struct {
	dossier
	Exhibit     application.Exhibit
	Seen        int
	Name        string
	Caption     string
	Dated       string
	Indicator   string
	Attachment  string
	Attachments []application.Attachment
}

func (d *Door) editPage(c *fiber.Ctx) (*EditPage, error) {
	base, err := d.load(c)
	if err != nil {
		return nil, err
	}
	e, err := base.Dossier.Exhibit(exhibitOf(c))
	if err != nil {
		return nil, err
	}
	p := &EditPage{
		dossier: base, Exhibit: e, Seen: e.Edits, Name: e.File.Name, Caption: e.Caption, Indicator: titleOf(e),
		Attachment: string(e.Attachment), Attachments: application.Attachments(),
	}
	if !e.Dated.IsZero() {
		p.Dated = e.Dated.String()
	}
	return p, nil
}

// Edit shows the form of one file.
func (d *Door) Edit(c *fiber.Ctx) error {
	page, err := d.editPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "edit", page)
}

// Relabel keeps what the form says: fields seen, name, caption, dated, and
// indicator or attachment.
func (d *Door) Relabel(c *fiber.Ctx) error {
	page, err := d.editPage(c)
	if err != nil {
		return err
	}
	form, err := view.ReadForm(c, among("seen", "name", "caption", "dated", "indicator", "attachment"))
	if err != nil {
		return err
	}
	page.Name, page.Caption, page.Dated = form["name"], form["caption"], strings.TrimSpace(form["dated"])
	page.Indicator, page.Attachment = form["indicator"], form["attachment"]
	if page.Seen, err = strconv.Atoi(form["seen"]); err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	place, err := placing(page.Indicator, page.Dated, page.Attachment)
	if err == nil {
		err = d.service.Relabel(c.UserContext(), login.Actor(c), page.Dossier.Key, page.Exhibit.ID, page.Seen,
			application.Labels{Name: page.Name, Caption: page.Caption, Placing: place})
	}
	if err != nil {
		return d.pages.Again(c, err, "edit", page)
	}
	return view.See(c, page.Base+"/exhibits", "exhibits.saved")
}
