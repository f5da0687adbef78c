// Package paper is the agency's door to the questionnaires on paper: forms to
// print, piles that came back, the keying of each form by two people, the screen on
// which what they typed differently is settled, and how well they key. It decides
// no rule and keeps nothing.
package paper

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/job"
	"minyi/survey/paper"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets/keying.js
var script []byte

// Home is the address of the first page.
const Home = "/agency/surveys/:id/paper"

// Config is what a Door needs.
type Config struct {
	Papers *survey.Paperwork
	Jobs   *job.Service
	Texts  *view.Texts
	Base   string // address of the service that links carry, without a slash at the end
}

// Door serves the pages.
type Door struct {
	Config
	pages *view.Pages
}

// New makes the door, and registers what it does in the background.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	d := &Door{Config: cfg, pages: pages}
	cfg.Jobs.Register(printKind, d.runPrint)
	return d, nil
}

// AssetPath is the address of the script, with a digest of its bytes.
func (d *Door) AssetPath() string {
	sum := sha256.Sum256(script)
	return "/static/" + hex.EncodeToString(sum[:6]) + "/keying.js"
}

// Asset serves the script.
func (d *Door) Asset(c *fiber.Ctx) error {
	if path.Base(c.Path()) != "keying.js" {
		return fault.New(fault.NotFound, "page.missing")
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	return c.Send(script)
}

// id is the survey that the address names.
func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// serial is the form that the address names; 0, which there is none of, for what
// is no number.
func serial(c *fiber.Ctx) uint32 {
	const base, bits = 10, 32
	n, err := strconv.ParseUint(c.Params("serial"), base, bits)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// at is the address of a page of a survey's paper forms.
func at(id survey.ID, below string) string { return "/agency/surveys/" + string(id) + "/paper" + below }

// sheetAt is the address of one form.
func sheetAt(id survey.ID, serial uint32, below string) string {
	return at(id, fmt.Sprintf("/sheets/%d%s", serial, below))
}

// say speaks a language to what is printed.
func (d *Door) say(lang view.Lang) paper.Say {
	return func(key string, params fault.Params) string { return d.Texts.Say(lang, key, params) }
}

func in(c *fiber.Ctx, t survey.Text) string { return t.In(string(view.LangOf(c))) }

// HomePage is the desk: what can be printed, what came back, what waits.
type HomePage struct {
	view.Frame
	*survey.PaperDesk
	Name    string
	Home    string
	Sides   int
	Small   int
	Print   PrintForm
	Bundle  BundleForm
	Keying  StartForm
	Version string
}

// Sheets2 is how many sheets of paper one form takes, printed on both sides.
func (p *HomePage) Sheets2() int { return p.Sides / 2 }

// Printable reports whether forms may still be printed.
func (p *HomePage) Printable() bool {
	return p.Survey.State == survey.Planned || p.Survey.State == survey.Open
}

// Ended reports whether the survey is over.
func (p *HomePage) Ended() bool { return !p.Printable() }

// Count is how many forms of a bundle are in a state.
func (p *HomePage) Count(bundle int, state string) int {
	return p.Counts[bundle][paper.State(state)]
}

// WorkLine is what one person keyed.
type WorkLine struct {
	paper.Work
	Who string
}

// Rate is the share of the fields that this person typed wrong, in per cent.
func (w WorkLine) Rate() string {
	if w.Fields == 0 {
		return "—"
	}
	const percent, digits = 100, 2
	return view.Decimal(percent*float64(w.Wrong)/float64(w.Fields), digits) + "%"
}

// Works are those who keyed.
func (p *HomePage) Works() (out []WorkLine) {
	for _, who := range p.Keyers {
		out = append(out, WorkLine{p.Plan.Work[who], who})
	}
	return out
}

// Step is what the reader can do next with a form: open, second, settle, finish or
// wait.
func (p *HomePage) Step(r survey.PaperRow) string {
	me := p.Visitor.Name
	switch {
	case r.State == paper.Mismatch:
		return "settle"
	case r.State == paper.Agreed:
		return "finish"
	case r.State == paper.Begun && r.First == me, r.State == paper.Again && r.Second == me:
		return "open"
	case r.State == paper.Once && r.First != me:
		return "second"
	}
	return "wait"
}

// Show shows the desk.
func (d *Door) Show(c *fiber.Ctx) error {
	page, err := d.home(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "home", page)
}

func (d *Door) home(c *fiber.Ctx) (*HomePage, error) {
	by := login.Actor(c)
	desk, err := d.Papers.Desk(c.UserContext(), by, id(c))
	if err != nil {
		return nil, err
	}
	const shown = 12
	page := &HomePage{
		PaperDesk: desk, Name: in(c, desk.Survey.UnitName), Home: at(id(c), ""), Small: small,
		Print: PrintForm{Which: "links", Copies: "1", Lang: string(view.Chinese)}, Bundle: BundleForm{Lang: string(view.Chinese)},
		Keying: StartForm{Bundle: c.Query("bundle")}, Version: desk.Survey.Paper.Hash[:min(shown, len(desk.Survey.Paper.Hash))],
	}
	if page.Printable() {
		form, err := d.Papers.Sides(by, id(c), string(view.LangOf(c)), d.say(view.LangOf(c)))
		if err != nil {
			return nil, err
		}
		page.Sides = form.Pages()
	}
	if n := len(desk.Plan.Bundles); page.Keying.Bundle == "" && n > 0 {
		page.Keying.Bundle = strconv.Itoa(desk.Plan.Bundles[n-1].Number)
	}
	return page, nil
}

// again shows the desk once more with what was typed.
func (d *Door) again(c *fiber.Ctx, err error, fill func(*HomePage)) error {
	page, shown := d.home(c)
	if shown != nil {
		return err
	}
	fill(page)
	return d.pages.Again(c, err, "home", page)
}
