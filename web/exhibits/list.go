package exhibits

import (
	"context"
	"mime/multipart"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// UploadBytes is the largest request of the upload form: one file of the limit
// and the fields around it.
const UploadBytes = 51 << 20

// keeping is how long storing an upload may take once all of it has come.
const keeping = 2 * time.Minute

// ExhibitRow is one file in the list.
type ExhibitRow struct {
	application.Exhibit
	Place string // the indicators that it proves
	Late  bool
}

// ExhibitsPage lists the files and takes a new one.
type ExhibitsPage struct {
	dossier
	Rows        []ExhibitRow
	Attachments []application.Attachment
	Attachment  string
	Indicator   string // typed numbers
	Dated       string
	Kinds       string
	MostFile    int64 // MiB
	MostFiles   int
	Choices     []indicators.Indicator
}

// List shows the files and the form.
func (d *Door) List(c *fiber.Ctx) error {
	page, err := d.exhibits(c)
	if err != nil {
		return err
	}
	page.Indicator = c.Query("indicator")
	return d.pages.Render(c, "exhibits", page)
}

func (d *Door) exhibits(c *fiber.Ctx) (*ExhibitsPage, error) {
	base, err := d.load(c)
	if err != nil {
		return nil, err
	}
	limits, allowance := d.service.Limits()
	p := &ExhibitsPage{
		dossier: base, Attachments: application.Attachments(), Choices: base.Terms.Applicable,
		MostFile: limits.File >> 20, MostFiles: allowance.Files,
	}
	var kinds []string
	for _, k := range evidence.Kinds() {
		kinds = append(kinds, string(k))
	}
	p.Kinds = strings.Join(kinds, ", ")
	for _, e := range base.Dossier.Exhibits {
		p.Rows = append(p.Rows, ExhibitRow{Exhibit: e, Place: titleOf(e), Late: e.Late(base.Terms.Round)})
	}
	return p, nil
}

// Attach takes a file: fields indicator (numbers, parted by commas or spaces)
// or attachment, dated, and file.
func (d *Door) Attach(c *fiber.Ctx) error {
	page, err := d.exhibits(c)
	if err != nil {
		return err
	}
	place, header, err := page.upload(c)
	if err != nil {
		return d.pages.Again(c, err, "exhibits", page)
	}
	file, err := header.Open()
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	defer file.Close()
	ctx, stop := context.WithTimeout(context.WithoutCancel(c.UserContext()), keeping)
	defer stop()
	err = d.service.Attach(ctx, login.Actor(c), page.Dossier.Key, place, header.Filename, file)
	if err != nil {
		return d.pages.Again(c, err, "exhibits", page)
	}
	return view.See(c, page.Base+"/exhibits", "apply.attached")
}

// upload reads the form; what was typed stays in the page.
func (p *ExhibitsPage) upload(c *fiber.Ctx) (application.Placing, *multipart.FileHeader, error) {
	form, err := c.MultipartForm()
	if err != nil {
		return application.Placing{}, nil, fault.New(fault.Invalid, "request.invalid")
	}
	known := among("csrf", "indicator", "dated", "attachment")
	for name, values := range form.Value {
		if len(values) != 1 || !known(name) {
			return application.Placing{}, nil, fault.New(fault.Invalid, "request.invalid")
		}
	}
	p.Indicator, p.Dated, p.Attachment = c.FormValue("indicator"), strings.TrimSpace(c.FormValue("dated")), c.FormValue("attachment")
	place := application.Placing{Attachment: application.Attachment(p.Attachment)}
	for _, n := range strings.FieldsFunc(p.Indicator, func(r rune) bool { return strings.ContainsRune(", ，、;；\t\n\r", r) }) {
		if number := indicators.Number(n); !slices.Contains(place.Indicators, number) {
			place.Indicators = append(place.Indicators, number)
		}
	}
	if p.Dated != "" {
		if place.Dated, err = roster.ParseDate(p.Dated); err != nil {
			return place, nil, fault.New(fault.Invalid, "date.form").At("dated")
		}
	}
	files := form.File["file"]
	if len(files) != 1 || len(form.File) != 1 || files[0].Filename == "" {
		return place, nil, fault.New(fault.Invalid, "exhibit.file").At("file")
	}
	return place, files[0], nil
}

// Detach takes a file out of one indicator, or of the dossier.
func (d *Door) Detach(c *fiber.Ctx) error {
	page, err := d.exhibits(c)
	if err != nil {
		return err
	}
	f, err := view.ReadForm(c, among("number"))
	if err != nil {
		return err
	}
	err = d.service.Detach(c.UserContext(), login.Actor(c), page.Dossier.Key,
		application.ExhibitID(c.Params("exhibit")), indicators.Number(f["number"]))
	if fault.KindOf(err) == fault.NotFound {
		return err
	}
	if err != nil {
		return d.pages.Again(c, err, "exhibits", page)
	}
	return view.See(c, page.Base+"/exhibits", "apply.detached")
}

// among returns a test for a fixed list of names.
func among(names ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(names, name) }
}

// titleOf names an exhibit's place: the indicators that it proves.
func titleOf(e application.Exhibit) string {
	out := make([]string, len(e.Indicators))
	for i, n := range e.Indicators {
		out[i] = string(n)
	}
	return strings.Join(out, "、")
}
