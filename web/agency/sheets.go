package agency

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/handout"
	"minyi/survey/invite"
	"minyi/survey/job"
	"minyi/web/login"
	"minyi/web/view"
)

// Print makes what goes to a print shop: posters, letters or labels as PDF, a few
// while they are sent. It refuses with print.many what the form makes in the
// background.
func (d *Door) Print(c *fiber.Ctx) error {
	return d.print(c, printOrder{
		As: c.Query("as"), Both: c.Query("words") == "both", Stratum: c.Query("stratum"), PSU: c.Query("psu"), Batch: c.Query("batch"),
	})
}

// DoPrint is Print for the form: many are made in the background.
func (d *Door) DoPrint(c *fiber.Ctx) error {
	return d.print(c, printOrder{
		As: c.FormValue("as"), Both: c.FormValue("words") == "both",
		Stratum: c.FormValue("stratum"), PSU: c.FormValue("psu"), Batch: c.FormValue("batch"),
	})
}

func (d *Door) print(c *fiber.Ctx, o printOrder) error {
	by := login.Actor(c)
	work, err := d.surveys.Fieldwork(c.UserContext(), by, id(c))
	if err != nil {
		return err
	}
	p, err := d.printing(o, work.Survey)
	if err != nil {
		return err
	}
	codes, err := d.surveys.Codes(by, id(c), p)
	if err != nil {
		return err
	}
	if d.jobs != nil && codes > small {
		if c.Method() != fiber.MethodPost { // an address that is followed begins no work
			return fault.New(fault.TooLarge, "print.many", "codes", strconv.Itoa(codes), "max", strconv.Itoa(small))
		}
		below := map[bool]string{true: "/posters", false: "/letters"}[p.Kind == handout.Posters]
		return d.begin(c, job.Order{Kind: printKind, Key: fmt.Sprintf("%s %+v", id(c), o), Args: o}, below)
	}
	sheets, err := d.surveys.Print(c.UserContext(), by, id(c), p)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(c.UserContext()) // the request's own ends when the answer begins
	return view.Stream(c, printName(p, work.Survey), "application/pdf", func(w io.Writer) error { return sheets.Write(ctx, w) })
}

// printName is the name of a file of sheets.
func printName(p survey.Printing, sv *survey.Survey) string {
	return strings.Join([]string{string(p.Kind), p.Format, string(sv.Unit), strconv.Itoa(sv.Round)}, "-") + ".pdf"
}

// printing reads what is to be printed.
func (d *Door) printing(o printOrder, sv *survey.Survey) (survey.Printing, error) {
	kind, format, _ := strings.Cut(o.As, ":")
	p := survey.Printing{
		Kind: handout.Kind(kind), Format: format, Base: d.base, Stratum: o.Stratum, PSU: strings.TrimSpace(o.PSU),
	}
	if o.Batch != "" {
		number, err := strconv.ParseUint(o.Batch, 10, 32)
		if err != nil || number == 0 {
			return p, fault.New(fault.NotFound, "survey.unknown")
		}
		p.Batch = uint32(number)
	}
	langs := []view.Lang{view.Chinese}
	if o.Both {
		langs = view.Langs()
	}
	for _, lang := range langs {
		p.Words = append(p.Words, d.words(lang, sv, p.Kind))
	}
	return p, nil
}

// words are the sentences of a sheet in one language.
func (d *Door) words(lang view.Lang, sv *survey.Survey, kind handout.Kind) handout.Words {
	const shown = 12 // digits of the hash, as on the residents' pages
	params := fault.Params{"to": view.Date(lang, sv.Window.To.Start()), "paper": sv.Paper.Hash[:min(shown, len(sv.Paper.Hash))]}
	for name, text := range sv.Paper.Filling.Values {
		params[name] = survey.Text(text).In(string(lang))
	}
	say := func(key string) string { return d.texts.Say(lang, "print."+key, params) }
	w := handout.Words{
		Lang: string(lang), Title: say("title"), Call: say("call"), Sender: params["agency"], To: say("to"), Greeting: say("greeting"),
		Scan: say("scan"), Type: say("type"), Phone: say("phone"), Signed: []string{say("organiser"), say("agency")},
	}
	if sv.Rehearsal {
		w.Title = say("rehearsal") + w.Title
	}
	if kind == handout.Posters {
		w.Body = []string{say("poster.who"), say("poster.use")}
		return w
	}
	w.Body = []string{say("letter.why"), say("letter.who"), say("letter.promise")}
	return w
}

// Style is one way of printing.
type Style struct {
	Value string // of the field "as"
	Kind  handout.Kind
	Size  string // as people write it
	Each  int    // codes on a page
}

func styles(kinds ...handout.Kind) (out []Style) {
	for _, k := range kinds {
		for _, f := range handout.Formats(k) {
			one := Style{Value: string(k) + ":" + f, Kind: k, Size: strings.ToUpper(f), Each: handout.Each(k, f)}
			if k == handout.Labels {
				one.Size = strings.ReplaceAll(f, "x", "×")
			}
			out = append(out, one)
		}
	}
	return out
}

// LettersPage is where letters and labels of the drawn sample are ordered.
type LettersPage struct {
	view.Frame
	ID           survey.ID
	Name         string
	Links        int // issued and not used
	Strata       []string
	Stratum, PSU string // what was asked for
	Styles       []Style
}

// Letters shows what of the sample can be printed, and how.
func (d *Door) Letters(c *fiber.Ctx) error {
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	page := &LettersPage{
		ID: id(c), Name: in(c, work.Survey.UnitName), Styles: styles(handout.Letters, handout.Labels),
		Links: work.Sampled.Links - work.Sampled.Returned(),
	}
	for _, b := range work.Survey.Batches {
		if b.Kind != invite.OneTime {
			continue
		}
		if n := len(page.Strata); n == 0 || page.Strata[n-1] != b.Stratum {
			page.Strata = append(page.Strata, b.Stratum)
		}
		if strconv.Itoa(int(b.Number)) == c.Query("batch") {
			page.Stratum, page.PSU = b.Stratum, b.PSU
		}
	}
	return d.pages.Render(c, "letters", page)
}

// Poster is one poster with its link and its QR code.
type Poster struct {
	Batch  invite.Batch
	Limits survey.Limits
	Link   string
	Code   string // the token in groups of four
	Path   string // of the QR code, as the d of an SVG path
	Side   int    // modules along one side of it
}

// PostersPage shows all posters, to be looked at and printed.
type PostersPage struct {
	view.Frame
	ID      survey.ID
	Name    string
	Host    string
	Posters []Poster
	Styles  []Style
}

// Posters shows the posters, each with its QR code.
func (d *Door) Posters(c *fiber.Ctx) error {
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	page := &PostersPage{
		ID: id(c), Name: in(c, work.Survey.UnitName), Styles: styles(handout.Posters),
		Host: strings.TrimPrefix(strings.TrimPrefix(d.base, "https://"), "http://"),
	}
	err = d.surveys.Links(c.UserContext(), login.Actor(c), id(c), invite.Poster, func(l survey.Link) error {
		code, err := invite.NewCode(invite.Link(d.base, l.Token))
		if err != nil {
			return fmt.Errorf("agency: poster: %w", err)
		}
		page.Posters = append(page.Posters, Poster{
			Batch: l.Batch, Limits: work.Survey.LimitsOf(l.Batch), Link: d.base + "/q/" + l.Token,
			Code: invite.Spaced(l.Token), Path: code.SVGPath(), Side: code.Size(),
		})
		return nil
	})
	if err != nil {
		return err
	}
	return d.pages.Render(c, "posters", page)
}

// moduleScale is how many pixels a module has in a picture: enough for A4.
const moduleScale = 24

// PosterCode sends the QR code of one poster as a picture, for a design of the
// agency's own: code.svg or code.png.
func (d *Door) PosterCode(c *fiber.Ctx) error {
	number, err := strconv.ParseUint(c.Params("batch"), 10, 32)
	if err != nil {
		return fault.New(fault.NotFound, "poster.unknown")
	}
	code, err := d.surveys.PosterCode(c.UserContext(), login.Actor(c), id(c), uint32(number), d.base)
	if err != nil {
		return err
	}
	name := "poster-" + strconv.Itoa(int(number))
	var file bytes.Buffer
	switch c.Params("file") {
	case "code.svg":
		file.WriteString(code.SVG())
		return view.SendFile(c, name+".svg", "image/svg+xml", int64(file.Len()), &file)
	case "code.png":
		err := code.PNG(&file, moduleScale)
		return errors.Join(err, view.SendFile(c, name+".png", "image/png", int64(file.Len()), &file))
	}
	return fault.New(fault.NotFound, "poster.unknown")
}
