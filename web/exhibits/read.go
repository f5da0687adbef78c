package exhibits

import (
	"errors"
	"html/template"
	"io"
	"mime"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// Reader opens the exhibit that an address names, for whoever may read it there.
type Reader func(c *fiber.Ctx) (application.Exhibit, io.ReadSeekCloser, error)

// Own opens one of the unit's own exhibits.
func (d *Door) Own(c *fiber.Ctx) (application.Exhibit, io.ReadSeekCloser, error) {
	k, err := keyOf(c)
	if err != nil {
		return application.Exhibit{}, nil, err
	}
	return d.service.OwnExhibit(c.UserContext(), login.Actor(c), k, exhibitOf(c))
}

// Mine opens an exhibit of a dossier assigned to the assessor.
func (d *Door) Mine(c *fiber.Ctx) (application.Exhibit, io.ReadSeekCloser, error) {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return application.Exhibit{}, nil, fault.New(fault.NotFound, "assignment.unknown")
	}
	return d.assigned.Exhibit(c.UserContext(), login.Actor(c), k, exhibitOf(c))
}

// Filed opens an exhibit of a dossier that was filed, for the office.
func (d *Door) Filed(c *fiber.Ctx) (application.Exhibit, io.ReadSeekCloser, error) {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return application.Exhibit{}, nil, err
	}
	return d.service.FiledExhibit(c.UserContext(), login.Actor(c), k, exhibitOf(c))
}

// File sends an exhibit, to be saved and never to be run.
func (d *Door) File(read Reader) fiber.Handler {
	return func(c *fiber.Ctx) error {
		e, r, err := read(c)
		if err != nil {
			return err
		}
		return view.SendFile(c, e.File.Name, e.File.Kind.MediaType(), e.File.Size, r)
	}
}

// PreviewPage shows one exhibit without running anything of it.
type PreviewPage struct {
	view.Frame
	Exhibit  application.Exhibit
	File     string // where the original is
	Style    string
	Document *preview.Document
	Fault    string // why the file cannot be had; empty where it can
}

// PDF reports whether the browser's own viewer shows the file.
func (p *PreviewPage) PDF() bool { return p.Exhibit.File.Kind == evidence.PDF }

// Image is a picture of a document as an address that the template may use: it
// was made here, from nothing but pixels.
func (p *PreviewPage) Image(b preview.Block) template.URL { return template.URL(b.Picture) } //nolint:gosec // see above

// framed is the policy of previews: they stand in frames of our own pages, and
// hold nothing but a frame, styles and pictures of our own.
const framed = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; object-src 'self'; " +
	"form-action 'none'; frame-ancestors 'self'; base-uri 'none'"

// Preview shows an exhibit as a page that can stand in a frame. A file that the
// disk has lost or changed is told there, too.
func (d *Door) Preview(read Reader) fiber.Handler {
	return func(c *fiber.Ctx) error {
		e, r, err := read(c)
		page := &PreviewPage{Exhibit: e, File: parent(c.Path()), Style: d.assets.Path(styleFile)}
		if lost := fault.All(err); len(lost) > 0 && strings.HasPrefix(lost[0].Code, "evidence.") {
			page.Fault = d.texts.Refusal(view.LangOf(c), lost[0])
			c.Status(view.Status(lost[0].Kind))
		} else if err != nil {
			return err
		} else if err := d.document(c, page, r); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentSecurityPolicy, framed)
		return d.pages.Part(c, "preview", "sheet", page)
	}
}

// document reads what of a file is shown as text. It closes r. What cannot be
// shown is offered to be saved.
func (d *Door) document(c *fiber.Ctx, page *PreviewPage, r io.ReadSeekCloser) (err error) {
	defer func() { err = errors.Join(err, r.Close()) }()
	f := page.Exhibit.File
	at, ok := r.(io.ReaderAt)
	if !ok || !preview.Shows(f.Kind) {
		return nil // the page says so
	}
	page.Document, err = d.previews.Document(c.UserContext(), f.Kind, at, f.Size)
	if fault.KindOf(err) != 0 {
		return nil // the page says so
	}
	return err
}

// parent is the address without its last part.
func parent(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return ""
}

// Content sends what the preview's frame or picture shows: a PDF file for the
// browser's own viewer, or a picture made anew.
func (d *Door) Content(read Reader) fiber.Handler {
	return func(c *fiber.Ctx) error {
		e, r, err := read(c)
		if err != nil {
			return err
		}
		if e.File.Kind == evidence.PDF {
			r, size, err := view.Take(c, e.File.Name, e.File.Kind.MediaType(), e.File.Size, r) // a browser's viewer saves it too
			if err != nil {
				return err
			}
			c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'self'; base-uri 'none'")
			c.Set(fiber.HeaderContentType, e.File.Kind.MediaType())
			c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("inline", map[string]string{"filename": e.File.Name}))
			return c.SendStream(r, int(size))
		}
		return d.picture(c, e, r, preview.Full)
	}
}

// Thumbnail sends a small picture of an image.
func (d *Door) Thumbnail(read Reader) fiber.Handler {
	return func(c *fiber.Ctx) error {
		e, r, err := read(c)
		if err != nil {
			return err
		}
		return d.picture(c, e, r, preview.Thumbnail)
	}
}

// picture sends a picture made of an image. It closes r.
func (d *Door) picture(c *fiber.Ctx, e application.Exhibit, r io.ReadSeekCloser, side int) error {
	if !e.File.Kind.Picture() {
		return errors.Join(fault.New(fault.NotFound, "exhibit.unknown"), r.Close())
	}
	given := false
	out, err := d.previews.Picture(c.UserContext(), e.File, side, func() (io.ReadSeekCloser, error) {
		given = true
		return r, nil
	})
	if !given {
		err = errors.Join(err, r.Close())
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; sandbox")
	c.Set(fiber.HeaderCacheControl, "private, max-age=86400")
	c.Set(fiber.HeaderContentType, evidence.JPEG.MediaType())
	return c.Send(out)
}

// placing reads what a file proves as it is typed: numbers parted by commas or
// spaces, a day, a kind of attachment.
func placing(numbers, dated, attachment string) (application.Placing, error) {
	place := application.Placing{Attachment: application.Attachment(attachment), Indicators: listed(numbers)}
	if dated == "" {
		return place, nil
	}
	var err error
	if place.Dated, err = roster.ParseDate(dated); err != nil {
		return place, fault.New(fault.Invalid, "date.form").At("dated")
	}
	return place, nil
}
