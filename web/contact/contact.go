// Package contact is the agency's door to the people of its samples: lists for
// messages and call centres with the text of each message, reminders of those who
// have not answered, telephone numbers and the rules of the calls, what became of
// the calls, who interviewed and what was verified, AAPOR's rates, and the effect
// of the mode after the review. It sends nothing itself and decides no rule.
package contact

import (
	"embed"

	"github.com/gofiber/fiber/v2"

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
	Base    string // address of the service that links carry, without a slash at the end
}

// Door serves the pages.
type Door struct {
	Config
	pages *view.Pages
}

// MaxNumbers is the largest file of telephone numbers that the door reads, in
// bytes.
const MaxNumbers = 16 << 20

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages}, nil
}

// Head is what every page of a survey's contacts has.
type Head struct {
	view.Frame
	*survey.Contacting
	Name string
	Tab  string // which of the pages this is
}

// Running reports whether lists and rules may still be made.
func (h *Head) Running() bool {
	return h.Survey.State == survey.Planned || h.Survey.State == survey.Open
}

// Over reports whether the fieldwork has ended.
func (h *Head) Over() bool { return !h.Running() }

// At is the address of the first page.
func (h *Head) At() string { return at(h.Survey.ID, "") }

// Home is the address of the survey.
func (h *Head) Home() string { return "/agency/surveys/" + string(h.Survey.ID) }

func (d *Door) head(c *fiber.Ctx, tab string) (Head, error) {
	work, err := d.Surveys.Contacting(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return Head{}, err
	}
	return Head{Contacting: work, Name: work.Survey.UnitName.In(string(view.LangOf(c))), Tab: tab}, nil
}

// id is the survey that the address names.
func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// at is the address of a page of a survey's contacts.
func at(id survey.ID, below string) string {
	return "/agency/surveys/" + string(id) + "/contact" + below
}
