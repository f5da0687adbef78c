package exhibits

import (
	"context"
	"errors"
	"mime/multipart"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

const (
	// UploadBytes is the largest request of one piece of a file.
	UploadBytes = 51 << 20
	// FormBytes is the largest request of the form: several files and the fields
	// around them.
	FormBytes = 201 << 20
	formFiles = 20
)

// keeping is how long storing an upload may take once all of it has come.
const keeping = 2 * time.Minute

// Row is one file in the list.
type Row struct {
	application.Exhibit
	Place string // the indicators that it proves
	Late  bool
}

// ListPage lists the files and takes new ones.
type ListPage struct {
	dossier
	Rows        []Row
	Undated     []application.Exhibit
	Unproven    []indicators.Number // met without a file (C80)
	Unfinished  []application.Upload
	Bin         []application.Exhibit
	Attachments []application.Attachment
	Attachment  string
	Indicator   string // typed numbers
	Dated       string
	Kinds       string
	Accept      string
	MostFile    int64 // MiB
	MostFiles   int
	MostForm    int   // files of the form without script
	MostAll     int64 // GiB
	Held        int64 // bytes of all files
	MostBytes   int64 // of one file
	Guarded     bool
}

// undatedShown is how many dates are asked for at once.
const undatedShown = 30

// List shows the files and the form.
func (d *Door) List(c *fiber.Ctx) error {
	page, err := d.list(c)
	if err != nil {
		return err
	}
	page.Indicator = c.Query("indicator")
	return d.pages.Render(c, "exhibits", page)
}

func (d *Door) list(c *fiber.Ctx) (*ListPage, error) {
	base, err := d.load(c)
	if err != nil {
		return nil, err
	}
	const mib, gib = 20, 30
	limits, allowance := d.service.Limits()
	p := &ListPage{
		dossier: base, Attachments: application.Attachments(), Guarded: d.service.Guarded(),
		MostFile: limits.File >> mib, MostBytes: limits.File, MostFiles: allowance.Files, MostForm: formFiles, MostAll: allowance.Bytes >> gib,
		Undated: base.Dossier.Undated(), Accept: strings.Join(evidence.Extensions(), ","),
	}
	var kinds []string
	for _, k := range evidence.Kinds() {
		kinds = append(kinds, strings.ToUpper(string(k)))
	}
	p.Kinds = strings.Join(kinds, "、")
	for _, e := range base.Dossier.Exhibits {
		p.Rows = append(p.Rows, Row{Exhibit: e, Place: titleOf(e), Late: e.Late(base.Terms.Round)})
		p.Held += e.File.Size
	}
	if !base.Open {
		return p, nil
	}
	p.Undated = p.Undated[:min(len(p.Undated), undatedShown)]
	p.Bin = slices.Clone(base.Dossier.Bin)
	slices.Reverse(p.Bin)
	if !p.Single() {
		p.Unproven = base.Dossier.Unproven(base.Terms.Applicable)
	}
	p.Unfinished, err = d.service.Unfinished(c.UserContext(), login.Actor(c), base.Dossier.Key)
	return p, err
}

// Attach takes files from a form: fields indicator (numbers, parted by commas or
// spaces) or attachment, dated, and file, which may come several times. What can
// be taken of them is taken, and the page says what cannot.
func (d *Door) Attach(c *fiber.Ctx) error {
	page, err := d.list(c)
	if err != nil {
		return err
	}
	place, files, err := page.upload(c)
	if err != nil {
		return d.pages.Again(c, err, "exhibits", page)
	}
	var refused fault.List
	for _, header := range files {
		err := d.attach(c, page.Dossier.Key, place, header)
		if err != nil && fault.KindOf(err) == 0 {
			return err
		}
		refused = append(refused, fault.All(err)...)
	}
	if len(refused) == 0 {
		return view.See(c, page.Base+"/exhibits", "exhibits.attached")
	}
	typed := page
	if page, err = d.list(c); err != nil { // with those that were taken
		return err
	}
	page.Indicator, page.Dated, page.Attachment = typed.Indicator, typed.Dated, typed.Attachment
	return d.pages.Again(c, refused, "exhibits", page)
}

func (d *Door) attach(c *fiber.Ctx, k application.Key, place application.Placing, header *multipart.FileHeader) (err error) {
	file, err := header.Open()
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	ctx, stop := context.WithTimeout(context.WithoutCancel(c.UserContext()), keeping)
	defer stop()
	return d.service.Attach(ctx, login.Actor(c), k, place, header.Filename, file)
}

// upload reads the form; what was typed stays in the page.
func (p *ListPage) upload(c *fiber.Ctx) (application.Placing, []*multipart.FileHeader, error) {
	form, err := c.MultipartForm()
	if err != nil {
		return application.Placing{}, nil, fault.New(fault.Invalid, "request.invalid")
	}
	known := among("csrf", "indicator", "dated", "attachment")
	for name, values := range form.Value {
		if name == "file" && strings.Join(values, "") == "" {
			continue // a file field in which nothing was chosen comes as an empty value
		}
		if len(values) != 1 || !known(name) {
			return application.Placing{}, nil, fault.New(fault.Invalid, "request.invalid")
		}
	}
	p.Indicator, p.Dated, p.Attachment = c.FormValue("indicator"), strings.TrimSpace(c.FormValue("dated")), c.FormValue("attachment")
	place, err := placing(p.Indicator, p.Dated, p.Attachment)
	if err != nil {
		return place, nil, err
	}
	files := slices.DeleteFunc(slices.Clone(form.File["file"]), func(h *multipart.FileHeader) bool { return h.Filename == "" && h.Size == 0 })
	if len(files) == 0 || len(form.File) != 1 {
		return place, nil, fault.New(fault.Invalid, "exhibit.file").At("file")
	}
	return place, files, nil
}

// listed reads numbers as they are typed.
func listed(typed string) (out []indicators.Number) {
	for _, n := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(", ，、;；\t\n\r", r) }) {
		if number := indicators.Number(n); !slices.Contains(out, number) {
			out = append(out, number)
		}
	}
	return out
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
