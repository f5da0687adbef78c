package verify

import (
	"errors"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/evaluation"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
	"minyi/indicators/verification"
	"minyi/web/login"
	"minyi/web/view"
)

// PlacePage is the page at the place.
type PlacePage struct {
	view.Frame
	Visit      *verification.Work
	Name       string
	ID         string
	State      State
	Results    []verification.Result
	Severities []evaluation.Severity
	Kinds      []evaluation.ProblemKind
	Shelf      view.Shelf
	Writes     bool // who looks may write
	Declares   bool // who looks must declare first
	Rest       []evaluation.Line
	Said       string // of the whole
	People     string
}

// Whole are the photographs of the visit as a whole.
func (p *PlacePage) Whole() (out []verification.Photo) {
	for _, one := range p.Visit.Photos {
		if one.Item == "" {
			out = append(out, one)
		}
	}
	return out
}

// policy is that of our pages with two more: photographs that wait on the device, and
// the worker of this door.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; worker-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Place shows the page at the place.
func (d *Door) Place(c *fiber.Ctx) error {
	page, err := d.place(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	// Signing out comes by the address that clears what the browser keeps.
	login.PassBy(c, Out, d.Secure)
	return d.pages.Render(c, "place", page)
}

func (d *Door) place(c *fiber.Ctx) (*PlacePage, error) {
	k, err := keyOf(c)
	if err != nil {
		return nil, err
	}
	w, err := d.Visits.Work(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return nil, err
	}
	page := &PlacePage{
		Visit: w, Name: d.unitName(c, k.Unit), ID: string(k.ID()), Results: verification.Results(),
		Severities: evaluation.Severities(), Kinds: evaluation.ProblemKinds(), Shelf: d.assets,
		Said: w.Fields[verification.Words], People: w.Fields[verification.People],
	}
	own := w.Own
	page.Writes = !w.Closed() && (officer(login.Actor(c)) || own != nil && own.Active() && own.Interest == verification.Clear)
	page.Declares = !w.Closed() && own != nil && own.Interest == verification.Undeclared
	for _, l := range w.Terms.Lines() {
		if !looked(w, l.Item) {
			page.Rest = append(page.Rest, l)
		}
	}
	page.State = d.state(c, w)
	return page, nil
}

func looked(w *verification.Work, item verification.Item) bool {
	for _, p := range w.Items {
		if p.Item == item {
			return true
		}
	}
	return false
}

// Save keeps the form where no script runs: each field that was changed is an act.
func (d *Door) Save(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	acts := d.formActs(c)
	answers, _, err := d.Visits.Apply(c.UserContext(), login.Actor(c), k, acts)
	if err == nil {
		var list fault.List
		for _, a := range answers {
			for _, r := range fault.All(a.Err) {
				list.Add(r)
			}
		}
		err = list.Err()
	}
	if err == nil {
		return view.See(c, Home+"/"+string(k.ID()), "saved")
	}
	page, pageErr := d.place(c)
	if pageErr != nil {
		return errors.Join(err, pageErr)
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	return d.pages.Again(c, err, "place", page)
}

// formActs reads a form: f.FIELD is the value, was.FIELD what the page showed.
func (d *Door) formActs(c *fiber.Ctx) (out []verification.Act) {
	plain := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(c.FormValue(name), "\r\n", "\n"))
	}
	for name := range c.Request().PostArgs().All() {
		field, ok := strings.CutPrefix(string(name), "f.")
		if was := plain("was." + field); ok && plain("f."+field) != was {
			out = append(out, verification.Act{ID: d.NewID(), Kind: verification.Write, Field: field, Value: plain("f." + field), Base: was})
		}
	}
	if item := c.FormValue("look"); item != "" {
		out = append(out, verification.Act{ID: d.NewID(), Kind: verification.Look, Field: item})
	}
	if field := c.FormValue("settle"); field != "" {
		out = append(out, verification.Act{ID: d.NewID(), Kind: verification.Settle, Field: field, Value: plain("value")})
	}
	if member := c.FormValue("member"); member != "" {
		out = append(out, verification.Act{
			ID: d.NewID(), Kind: verification.Sign, Member: member, Digest: c.FormValue("digest"), Typed: plain("typed"),
		})
	}
	if text := plain("problem"); text != "" {
		out = append(out, verification.Act{
			ID: d.NewID(), Kind: verification.Report, Field: c.FormValue("about"), Value: text,
			Severity: evaluation.Severity(c.FormValue("severity")), About: evaluation.ProblemKind(c.FormValue("kind")),
		})
	}
	return out
}

// Photo takes a photograph: from the script, which gives it an id and wants JSON, or
// from the plain form.
func (d *Door) Photo(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	header, err := c.FormFile("photo")
	if err != nil {
		return fault.New(fault.Invalid, "verification.no_photo").At("photo")
	}
	file, err := header.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	shot := verification.Shot{ID: c.FormValue("id"), Item: verification.Item(c.FormValue("item")), Taken: c.FormValue("taken"), Name: header.Filename, Body: file}
	plain := shot.ID == ""
	if plain {
		shot.ID = d.NewID()
	}
	_, err = d.Visits.AddPhoto(c.UserContext(), login.Actor(c), k, shot)
	if plain && err == nil {
		return view.See(c, Home+"/"+string(k.ID()), "photo")
	}
	if plain {
		return err
	}
	return d.answer(c, k, []verification.Answer{{ID: shot.ID, State: verification.Kept, Err: err}}, nil, err)
}

// Picture sends a photograph made anew, without what the camera noted.
func (d *Door) Picture(c *fiber.Ctx) (err error) {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	p, r, err := d.Visits.OpenPhoto(c.UserContext(), login.Actor(c), k, c.Params("photo"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	side := preview.Full
	if c.Query("small") != "" {
		side = preview.Thumbnail
	}
	out, err := d.Previews.Picture(c.UserContext(), p.File, side, func() (io.ReadSeekCloser, error) { return kept{r}, nil })
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/jpeg")
	c.Set(fiber.HeaderCacheControl, "private, max-age=86400")
	return c.Send(out)
}

// kept leaves closing to the handler.
type kept struct{ io.ReadSeekCloser }

func (kept) Close() error { return nil }

// Original sends the office a photograph as it came.
func (d *Door) Original(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	p, r, err := d.Visits.OpenPhoto(c.UserContext(), login.Actor(c), k, c.Params("photo"))
	if err != nil {
		return err
	}
	return view.SendFile(c, p.File.Name, p.File.Kind.MediaType(), p.File.Size, r)
}

// Close closes the visit.
func (d *Door) Close(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	if _, err := d.Visits.Close(c.UserContext(), login.Actor(c), k); err != nil {
		page, pageErr := d.place(c)
		if pageErr != nil {
			return pageErr
		}
		c.Set(fiber.HeaderContentSecurityPolicy, policy)
		return d.pages.Again(c, err, "place", page)
	}
	return view.See(c, Home+"/"+string(k.ID()), "visit.closed")
}
