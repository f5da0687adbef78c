// Package agency is the statistics agency's door: setting up each unit's
// survey, its sample and links, the fieldwork's counts, the close, the tables
// and the release that two people sign. It shows what package survey knows and
// decides nothing; nobody but the agency comes in here (C96, C97).
package agency

import (
	"context"
	"embed"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/job"
	"minyi/survey/library"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Rounds gives the register and the rounds that a survey may belong to.
type Rounds interface {
	Units() []roster.Unit
	Rounds(ctx context.Context) ([]roster.Round, error)
}

// Papers gives the questionnaires of the agency's library.
type Papers interface {
	Papers(ctx context.Context, by access.Actor) ([]*library.Paper, error)
}

// Config is what a Door needs.
type Config struct {
	Surveys *survey.Service
	Papers  Papers // nil: surveys are made with the built-in questionnaire
	Rounds  Rounds
	Texts   *view.Texts
	Jobs    *job.Service // nil: everything is done within the request
	Base    string       // address of the service that links and QR codes carry, without a slash at the end
}

// Door serves the agency's pages.
type Door struct {
	surveys *survey.Service
	papers  Papers
	rounds  Rounds
	pages   *view.Pages
	texts   *view.Texts
	jobs    *job.Service
	base    string
}

// MaxFrame is the largest sampling frame that the door reads, in bytes.
const MaxFrame = 12 << 20

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	d := &Door{surveys: cfg.Surveys, papers: cfg.Papers, rounds: cfg.Rounds, pages: pages, texts: cfg.Texts, base: cfg.Base, jobs: cfg.Jobs}
	d.register()
	return d, nil
}

// id is the survey that the address names.
func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// at is the address of a survey's page.
func at(id survey.ID) string { return "/agency/surveys/" + string(id) }

// in returns a text in the language of the answer.
func in(c *fiber.Ctx, t survey.Text) string { return t.In(string(view.LangOf(c))) }
