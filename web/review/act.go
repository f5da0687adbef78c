package review

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

// Propose puts an exclusion or a restoring before a second person: of the answers
// that are ticked, or of all that fit what was chosen.
func (d *Door) Propose(c *fiber.Ctx) error {
	form := func(name string, _ ...string) string { return c.FormValue("pick_" + name) }
	p := survey.Proposal{Kind: survey.ActKind(c.FormValue("kind")), Rule: c.FormValue("reason_rule"), Reason: c.FormValue("reason")}
	if c.FormValue("scope") == "all" {
		b, err := d.bench(c)
		if err != nil {
			return err
		}
		rows, err := d.rows(c, &b, picked(form), form("act"))
		if err != nil {
			return err
		}
		for _, row := range rows {
			p.Responses = append(p.Responses, row.Response)
		}
		p.Group = group(form)
	} else {
		p.Responses = ticked(c)
	}
	_, err := d.Surveys.ProposeAct(c.UserContext(), login.Actor(c), id(c), p)
	return d.done(c, err, back(c), "review.proposed")
}

// ticked are the answers whose boxes were ticked.
func ticked(c *fiber.Ctx) (out []int64) {
	for key := range c.Request().PostArgs().All() {
		text, is := strings.CutPrefix(string(key), "r_")
		if n, err := strconv.ParseInt(text, 10, 64); is && err == nil {
			out = append(out, n)
		}
	}
	return out
}

// group says how the answers of an act were chosen.
func group(form func(string, ...string) string) string {
	var parts []string
	for _, name := range asked() {
		if v := form(name); v != "" && name != "sort" {
			parts = append(parts, name+"="+v)
		}
	}
	return strings.Join(parts, " ")
}

// back is the page that the visitor came from, within the review.
func back(c *fiber.Ctx) string {
	to := at(id(c))
	if n, err := strconv.ParseInt(c.FormValue("from"), 10, 64); err == nil {
		to += "/answers/" + strconv.FormatInt(n, 10)
	}
	return to
}

// Decide is a word on an act that waits.
func (d *Door) Decide(c *fiber.Ctx) error {
	number, err := c.ParamsInt("act")
	if err != nil {
		number = 0 // no such act, as the service says
	}
	to := survey.ActState(c.FormValue("word"))
	_, err = d.Surveys.DecideAct(c.UserContext(), login.Actor(c), id(c), number, to, c.FormValue("note"))
	return d.done(c, err, at(id(c)), "review.decided")
}

// End is a word on the end of the review: the first person's, the second's, or
// that it goes on.
func (d *Door) End(c *fiber.Ctx) error {
	actor, word := login.Actor(c), c.FormValue("word")
	var err error
	done := "review." + word
	switch word {
	case "end":
		_, err = d.Surveys.ProposeReviewEnd(c.UserContext(), actor, id(c), c.FormValue("nothing") == "yes")
	case "confirm":
		_, err = d.Surveys.EndReview(c.UserContext(), actor, id(c), c.FormValue("seal"))
	default:
		_, err = d.Surveys.GoOnReviewing(c.UserContext(), actor, id(c))
		done = "review.goon"
	}
	return d.done(c, err, at(id(c)), done)
}

// done goes back to the page, or shows the review with the refusal.
func (d *Door) done(c *fiber.Ctx, err error, to, key string) error {
	if err == nil {
		return view.See(c, to, key)
	}
	page, failed := d.list(c)
	if failed != nil {
		return err
	}
	return d.pages.Again(c, err, "list", page)
}

// Chosen is one thing by which the answers of an act were chosen.
type Chosen struct{ Name, Value string }

// Chosen takes a group apart.
func (b *Bench) Chosen(a *survey.Act) (out []Chosen) {
	for _, part := range strings.Fields(a.Group) {
		name, value, _ := strings.Cut(part, "=")
		out = append(out, Chosen{name, value})
	}
	return out
}

// First reports whether the visitor proposed the act.
func (b *Bench) First(a *survey.Act) bool { return a.Proposed.Account == b.Me }
