package agency

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

// place is where the pages of a step lie, below the survey's own page: the first
// that there is is the step's page, and all of them belong to it.
type place struct {
	step  survey.Step
	below []string
}

func places() []place {
	return []place{
		{survey.StepPaper, nil}, // in the library of questionnaires
		{survey.StepSample, []string{"/sample", "/quota"}},
		{survey.StepContact, []string{"/contact", "/letters", "/posters", "/paper"}},
		{survey.StepField, []string{"/monitor"}},
		{survey.StepReview, []string{"/review"}},
		{survey.StepWeight, []string{"/weights"}},
		{survey.StepResult, []string{"/results", "/comments", "/coding"}},
		{survey.StepReport, []string{"/report", "/release", "/export"}},
	}
}

// begins is the state from which a page that was there before its step had one of
// its own can be looked at.
func begins(s survey.State, below string) bool {
	switch below {
	case "/review", "/results", "/comments", "/coding", "/report", "/export":
		return rank(s) >= rank(survey.Closed)
	case "/release":
		return s == survey.Released
	}
	return true
}

// Road is middleware for the pages of a survey: it leaves the survey's steps in
// the request, each with its page where routed knows one. The office, which reads
// the release only, is shown none.
func (d *Door) Road(routed func(path string) bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		view.SetRoad(c, func() *view.Road {
			by := login.Actor(c)
			if by.Require(access.Agency) != nil {
				return nil
			}
			work, err := d.surveys.Fieldwork(c.UserContext(), by, id(c))
			if err != nil {
				return nil // the page itself says what is wrong
			}
			return d.road(c, work.Survey, routed)
		})
		return c.Next()
	}
}

func (d *Door) road(c *fiber.Ctx, sv *survey.Survey, routed func(path string) bool) *view.Road {
	road := &view.Road{Home: at(sv.ID), Name: in(c, sv.UnitName) + " " + strconv.Itoa(sv.Round), Full: c.Path() == at(sv.ID)}
	next := sv.Next().Step
	here, _ := strings.CutPrefix(c.Path(), road.Home)
	for i, leg := range sv.Road() {
		p := places()[i]
		step := view.Step{Key: string(leg.Step), State: string(leg.Stage), Next: leg.Next}
		step.First = leg.Step == next && (leg.Stage == survey.Todo || leg.Stage == survey.Doing)
		step.Here = slices.ContainsFunc(p.below, func(b string) bool { return here == b || strings.HasPrefix(here, b+"/") })
		if j := slices.IndexFunc(p.below, func(b string) bool { return routed("/agency/surveys/:id"+b) && begins(sv.State, b) }); j >= 0 {
			step.Href = road.Home + p.below[j]
		}
		if leg.Step == survey.StepPaper {
			step.Href = strings.TrimSuffix("/agency/questionnaires/"+string(sv.Paper.Origin.ID), "/")
		}
		if step.Here && leg.Step == survey.StepReview && !sv.Reviewed() {
			road.Name = d.surveys.ReviewName(sv) // reviewers are not told whom they judge
		}
		road.Steps = append(road.Steps, step)
	}
	return road
}
