package agency

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/web/login"
)

// PosterForm is what was typed into the form for a poster. Dates and cap that
// are all empty stand for those of a new poster.
type PosterForm struct{ Place, From, To, Cap string }

func posterForm(c *fiber.Ctx) PosterForm {
	return PosterForm{Place: c.FormValue("place"), From: c.FormValue("from"), To: c.FormValue("to"), Cap: c.FormValue("cap")}
}

// usual are the limits of a new poster, as they stand in the form.
func usual(sv *survey.Survey) PosterForm {
	l := sv.DefaultLimits()
	return PosterForm{From: l.From.String(), To: l.To.String(), Cap: strconv.Itoa(l.Cap)}
}

// limits reads dates and cap; what is malformed becomes nothing, which the survey
// refuses with the words for it.
func (f PosterForm) limits() *survey.Limits {
	if f.From+f.To+f.Cap == "" {
		return nil
	}
	from, errFrom := roster.ParseDate(strings.TrimSpace(f.From))
	to, errTo := roster.ParseDate(strings.TrimSpace(f.To))
	most, errCap := strconv.Atoi(strings.TrimSpace(f.Cap))
	if errFrom != nil || errTo != nil {
		from, to = roster.Date{}, roster.Date{}
	}
	if errCap != nil {
		most = 0
	}
	return &survey.Limits{From: from, To: to, Cap: most}
}

// HangPoster issues a poster link.
func (d *Door) HangPoster(c *fiber.Ctx) error {
	form := posterForm(c)
	_, err := d.surveys.HangPoster(c.UserContext(), login.Actor(c), id(c), form.Place, form.limits())
	return d.step(c, err, "survey.poster", func(p *DetailPage) { p.Hanging = form })
}

// LimitPoster changes the dates and the cap of a poster that hangs.
func (d *Door) LimitPoster(c *fiber.Ctx) error {
	number, err := strconv.ParseUint(c.Params("batch"), 10, 32)
	if err != nil {
		return fault.New(fault.NotFound, "poster.unknown")
	}
	limits := posterForm(c).limits()
	if limits == nil {
		limits = &survey.Limits{}
	}
	_, err = d.surveys.LimitPoster(c.UserContext(), login.Actor(c), id(c), uint32(number), *limits)
	return d.step(c, err, "survey.poster.limit", nothing)
}

// PosterRow is one poster with its limits and what came through it.
type PosterRow struct {
	survey.BatchCounts
	survey.Limits
}

// PosterLinks are the survey's posters.
func (p *DetailPage) PosterLinks() (out []PosterRow) {
	for _, b := range p.Batches {
		if b.Batch.Kind == invite.Poster {
			out = append(out, PosterRow{b, p.Survey.LimitsOf(b.Batch)})
		}
	}
	return out
}
