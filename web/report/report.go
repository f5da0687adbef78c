// Package report is the agency's door to the report and the release of a survey's
// result: the statement of the method, the proposal, the two approvals, the
// corrections, the report as a page, a file and a PDF, and the signed documents.
// The office comes in here too, from the release on, and reads only. It shows what
// packages survey and survey/report know and decides nothing.
package report

import (
	"embed"
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/view"
)

//go:embed pages/*.html file/report.html file/report.css
var files embed.FS

// Config is what a Door needs.
type Config struct {
	Surveys *survey.Service
	Texts   *view.Texts
	Base    string // address of the service that codes carry, without a slash at the end
}

// Door serves the pages.
type Door struct {
	surveys *survey.Service
	texts   *view.Texts
	base    string
	pages   *view.Pages
	file    *template.Template // the report as a file of its own
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, files)
	if err != nil {
		return nil, err
	}
	file, err := fileTemplate()
	if err != nil {
		return nil, err
	}
	return &Door{surveys: cfg.Surveys, texts: cfg.Texts, base: cfg.Base, pages: pages, file: file}, nil
}

// id is the survey that the address names.
func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// at is the address of a survey's page.
func at(id survey.ID) string { return "/agency/surveys/" + string(id) }

// desk is the address of the page where a report is made.
func desk(id survey.ID) string { return at(id) + "/report" }

// revision is the release that the address asks for: 0 for the one in force.
func revision(c *fiber.Ctx) (int, error) {
	text := c.Query("revision")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fault.New(fault.NotFound, "release.none")
	}
	return n, nil
}

// in returns a text in the language of the answer.
func in(c *fiber.Ctx, t survey.Text) string { return t.In(string(view.LangOf(c))) }
