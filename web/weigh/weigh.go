// Package weigh is the agency's page of the weights: base, nonresponse, margins,
// method, trimming and blending are chosen here, what each choice does to the weights
// and to the standard errors is shown, and two people put a plan in force. No estimate
// stands on its pages, so that no plan is chosen by the result. It decides nothing and
// computes nothing itself.
//
// What a user can do here is judged by TestBrowserWeights of cmd/minyi: it makes a plan
// with a margin from a file, confirms it as a second person and looks into the store.
package weigh

import (
	"embed"
	"io"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Config is what a Door needs.
type Config struct {
	Surveys *survey.Service
	Texts   *view.Texts
}

// Door serves the pages of the weights.
type Door struct {
	Config
	pages *view.Pages
}

// MaxFile is the largest request with a file, in bytes.
const MaxFile = survey.MaxMarginFile + 16<<10

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages}, nil
}

func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// at is the address of a survey's weights, or of a page below it.
func at(id survey.ID, below string) string {
	return "/agency/surveys/" + string(id) + "/weights" + below
}

// Show shows the weights.
func (d *Door) Show(c *fiber.Ctx) error {
	page, err := d.page(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "weights", page)
}

// Set saves the settings of the plan that is being made.
func (d *Door) Set(c *fiber.Ctx) error {
	typed := typedPlan(c)
	_, err := d.Surveys.SetWeighting(c.UserContext(), login.Actor(c), id(c), typed.plan())
	if err == nil {
		return view.See(c, at(id(c), ""), "weights.set")
	}
	page, shown := d.page(c)
	if shown != nil {
		return err
	}
	page.Typed = typed
	return d.pages.Again(c, err, "weights", page)
}

// Propose asks for the plan to come into force.
func (d *Door) Propose(c *fiber.Ctx) error {
	sv, err := d.Surveys.ProposeWeighting(c.UserContext(), login.Actor(c), id(c), c.FormValue("digest"), c.FormValue("reason"))
	if err != nil {
		return d.again(c, err)
	}
	if sv.Weighting.Draft == nil {
		return view.See(c, at(id(c), ""), "weights.confirm")
	}
	return view.See(c, at(id(c), ""), "weights.propose")
}

// Confirm is the second person's word.
func (d *Door) Confirm(c *fiber.Ctx) error {
	if _, err := d.Surveys.ConfirmWeighting(c.UserContext(), login.Actor(c), id(c), c.FormValue("digest")); err != nil {
		return d.again(c, err)
	}
	return view.See(c, at(id(c), ""), "weights.confirm")
}

// Drop gives the plan that is being made up.
func (d *Door) Drop(c *fiber.Ctx) error {
	if _, err := d.Surveys.DropWeighting(c.UserContext(), login.Actor(c), id(c)); err != nil {
		return d.again(c, err)
	}
	return view.See(c, at(id(c), ""), "weights.drop")
}

// Remove takes a margin out of the plan.
func (d *Door) Remove(c *fiber.Ctx) error {
	if _, err := d.Surveys.RemoveMargin(c.UserContext(), login.Actor(c), id(c), c.FormValue("margin")); err != nil {
		return d.again(c, err)
	}
	return view.See(c, at(id(c), ""), "weights.margin_gone")
}

// Import reads a margin from a file.
func (d *Door) Import(c *fiber.Ctx) error {
	name, text, err := file(c)
	if err == nil {
		var n int
		if _, n, err = d.Surveys.AddMargin(c.UserContext(), login.Actor(c), id(c), name, text); err == nil {
			return view.See(c, at(id(c), "/margins/"+strconv.Itoa(n)), "weights.margin")
		}
	}
	return d.again(c, err)
}

// file reads the uploaded file.
func file(c *fiber.Ctx) (string, []byte, error) {
	head, err := c.FormFile("file")
	if err != nil {
		return "", nil, fault.New(fault.Invalid, "weigh.file").At("file")
	}
	f, err := head.Open()
	if err != nil {
		return "", nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, survey.MaxMarginFile))
	if closed := f.Close(); err == nil {
		err = closed
	}
	return head.Filename, text, err
}

// again shows the page of the weights once more.
func (d *Door) again(c *fiber.Ctx, err error) error {
	page, shown := d.page(c)
	if shown != nil {
		return err
	}
	page.Reason = c.FormValue("reason")
	return d.pages.Again(c, err, "weights", page)
}
