// Package sample is the agency's door to the sample of a survey: the frame's import
// with its columns and mistakes, the size and the allocation, the announced draw and
// its check, the reserve, and the end of what identifies people. It shows what
// package survey knows and decides nothing.
package sample

import (
	"context"
	"embed"
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/frame/listing"
	"minyi/survey/job"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Config is what a Door needs.
type Config struct {
	Surveys *survey.Service
	Jobs    *job.Service // for long imports; nil: all are done in the request
	Texts   *view.Texts
}

// Door serves the pages of the sample.
type Door struct {
	Config
	pages *view.Pages
}

// Home is the address of the page of a survey's sample.
const Home = "/agency/surveys/:id/sample"

// MaxBody is the largest upload: a list, and the form around it.
const MaxBody = listing.MaxBytes + 1<<20

// New makes the door and registers its work in the background.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	d := &Door{Config: cfg, pages: pages}
	if cfg.Jobs != nil {
		cfg.Jobs.Register(importKind, d.importing)
	}
	return d, nil
}

// id is the survey that the address names.
func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// at is the address of a survey's sample page, or of one below it.
func at(id survey.ID, below string) string {
	return "/agency/surveys/" + string(id) + "/sample" + below
}

// Base is what every page of the door has.
type Base struct {
	view.Frame
	*survey.Survey
	Name string
}

// Home is the address of the survey's sample page.
func (b *Base) Home() string { return at(b.ID, "") }

func base(c *fiber.Ctx, work *survey.Fieldwork) Base {
	return Base{Survey: work.Survey, Name: work.Survey.UnitName.In(string(view.LangOf(c)))}
}

// Open reports whether the sample may still be planned.
func (b *Base) Open() bool { return b.State == survey.Planned && b.Sample == nil }

// Fixed reports whether an announcement has fixed frame and plan.
func (b *Base) Fixed() bool { return b.Sampling.Announced != nil }

// importKind names the import among the work in the background.
const importKind = "frame"

// importArgs are the arguments of an import.
type importArgs struct {
	Skip bool `json:"skip"`
}

// importing is the import of a long list. What was stored before a stop is done
// already.
func (d *Door) importing(ctx context.Context, t *job.Task) (any, error) {
	var args importArgs
	if err := t.Args(&args); err != nil {
		return nil, err
	}
	sv, err := d.Surveys.AcceptUpload(ctx, t.By(), survey.ID(t.Survey()), args.Skip, t.Report)
	if errors.Is(err, fault.New(fault.NotFound, "listing.none")) {
		work, none := d.Surveys.Fieldwork(ctx, t.By(), survey.ID(t.Survey()))
		if none == nil && work.Survey.FrameHash != "" {
			sv, err = work.Survey, nil
		}
	}
	if err != nil {
		return nil, err
	}
	f, err := d.Surveys.Frame(ctx, t.By(), sv.ID)
	if err != nil {
		return nil, err
	}
	sum := &HomePage{}
	sum.frame(f)
	return map[string]any{
		"frame": sv.FrameHash, "strata": len(f.Strata), "psus": sum.PSUs, "people": sum.People, "out": sv.Sampling.LeftOut, "href": at(sv.ID, ""),
	}, nil
}

// underWay reports whether the survey's frame is just being imported.
func (d *Door) underWay(c *fiber.Ctx) (bool, error) {
	if d.Jobs == nil {
		return false, nil
	}
	all, err := d.Jobs.Jobs(c.UserContext(), login.Actor(c), string(id(c)))
	return slices.ContainsFunc(all, func(j *job.Job) bool { return j.Kind == importKind && j.Open() }), err
}
