// Package deputies is the agency's door to the small surveys of deputies and
// committee members whose suggestions a unit handled (C122): the list, its links,
// the counts, the close, and the result that two people sign. From the release on
// the office reads the signed result here too. It decides nothing.
package deputies

import (
	"context"
	"embed"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// MaxList is the largest list that the door reads, in bytes, with what a form adds.
const MaxList = survey.MaxDeputyList + 64<<10

// Rounds gives the register and the rounds.
type Rounds interface {
	Units() []roster.Unit
	Rounds(ctx context.Context) ([]roster.Round, error)
}

// Applicants says which units have applied in a round; everyone where all count.
type Applicants interface {
	Applied(ctx context.Context, by access.Actor, year int) (codes []roster.UnitCode, everyone bool, err error)
}

// Config is what a Door needs.
type Config struct {
	Deputies   *survey.Deputies
	Applicants Applicants
	Rounds     Rounds
	Texts      *view.Texts
	Base       string // address of the service that links carry, without a slash at the end
}

// Door serves the pages.
type Door struct {
	Config
	pages *view.Pages
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{cfg, pages}, nil
}

// Home is the address of the list of these surveys.
const Home = "/agency/deputies"

func at(id survey.ID) string { return Home + "/" + string(id) }

func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

func actor(c *fiber.Ctx) access.Actor { return login.Actor(c) }

func in(c *fiber.Ctx, t survey.Text) string { return t.In(string(view.LangOf(c))) }
