// Package evaluate is the assessors' door: the dossiers assigned to one, the
// declaration of interests, the score sheet beside claim, value and evidence,
// and the register of problems. It shows no other assessor's sheet and nothing
// of the survey. It decides no rule; evaluation does.
package evaluate

import (
	"embed"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Config is what a Door needs.
type Config struct {
	Evaluations *evaluation.Service
	Texts       *view.Texts
}

// Door is the assessors' door.
type Door struct {
	service *evaluation.Service
	texts   *view.Texts
	pages   *view.Pages
	assets  map[string]asset
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{
		service: cfg.Evaluations, texts: cfg.Texts, pages: pages, assets: assets(),
	}, nil
}

// SheetBytes is the largest request of the score sheet: reason and note of 500
// characters for each of some hundred items, as browsers encode them.
const SheetBytes = 4 << 20

// DeclarePage is the declaration of interests, before anything is shown.
type DeclarePage struct {
	view.Frame
	Base     string
	Unit     string
	Stood    bool // back, after a conflict
	Interest string
	Text     string
}

func declarePage(c *fiber.Ctx, d *Door, w *evaluation.Work) (*DeclarePage, error) {
	unit, err := d.service.Unit(w.Assignment.Dossier.Unit)
	if err != nil {
		return nil, err
	}
	return &DeclarePage{
		Base: base(w.Assignment.Dossier), Unit: unit.Label(string(view.LangOf(c))), Stood: !w.Assignment.Counts(),
	}, nil
}

func base(k application.Key) string { return "/evaluate/" + string(k.ID()) }

// keyOf reads the dossier from the address.
func keyOf(c *fiber.Ctx) (application.Key, error) {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return k, fault.New(fault.NotFound, "assignment.unknown")
	}
	return k, nil
}

// open returns the actor's work for a step behind a page that was read already.
func (d *Door) open(c *fiber.Ctx) (*evaluation.Work, error) {
	k, err := keyOf(c)
	if err != nil {
		return nil, err
	}
	return d.service.Look(c.UserContext(), login.Actor(c), k)
}

// Declare records the declaration of interests: fields interest and text.
func (d *Door) Declare(c *fiber.Ctx) error {
	w, err := d.open(c)
	if err != nil {
		return err
	}
	f, err := read(c, func(name string) bool { return name == "interest" || name == "text" })
	if err != nil {
		return err
	}
	err = d.service.Declare(c.UserContext(), login.Actor(c), w.Assignment.Dossier, evaluation.Interest(f["interest"]), f["text"])
	if err != nil {
		page, failed := declarePage(c, d, w)
		if failed != nil {
			return failed
		}
		page.Interest, page.Text = f["interest"], f["text"]
		return d.pages.Again(c, err, "declare", page)
	}
	return view.See(c, base(w.Assignment.Dossier), "evaluate.declared")
}
