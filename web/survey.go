package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
)

// surveyHome is the address of a survey's own page; what lies below it belongs to
// one of the survey's steps.
const surveyHome = "/agency/surveys/:id"

// around returns what is left in the request of the agency's pages beside the
// page's own: the steps of its survey, and the work that was begun there.
func (d Doors) around(r route, routed func(path string) bool) []fiber.Handler {
	if r.method != get || !slices.Contains(r.who, access.Agency) || !strings.HasPrefix(r.path, "/agency") {
		return nil
	}
	steps := []fiber.Handler{d.Jobs.Here}
	if r.path == surveyHome || strings.HasPrefix(r.path, surveyHome+"/") {
		steps = append(steps, d.Agency.Road(routed))
	}
	return steps
}

// routed tells which pages there are.
func routed(all []route) func(path string) bool {
	pages := map[string]bool{}
	for _, r := range all {
		if r.method == get {
			pages[r.path] = true
		}
	}
	return func(path string) bool { return pages[path] }
}
