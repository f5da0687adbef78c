package review

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/quality"
	"minyi/survey/tabulate"
	"minyi/web/login"
	"minyi/web/view"
)

// Effect is one batch among the others.
type Effect struct {
	Place            string
	N                int
	Mean, Z, PaceZ   string
	Odd              bool
	Issued, Excluded int
}

// effects writes the effects of batches or interviewers out.
func effects(of quality.GroupEffects) []Effect {
	const odd = 3
	out := make([]Effect, 0, len(of.Names))
	for g, name := range of.Names {
		if g >= len(of.Level.Groups) {
			break // nobody of theirs gave an answer on the scale
		}
		level := of.Level.Groups[g]
		one := Effect{Place: name, N: level.N, Mean: view.Decimal(level.Mean, 2), Z: view.Decimal(level.Z, 1), PaceZ: "—"}
		one.Odd = level.Z > odd || level.Z < -odd
		if g < len(of.Pace.Groups) {
			pace := of.Pace.Groups[g].Z
			one.PaceZ = view.Decimal(pace, 1)
			one.Odd = one.Odd || pace > odd || pace < -odd
		}
		out = append(out, one)
	}
	return out
}

// Overall are the figures of the analysis of variance, written out.
type Overall struct{ F, P, ICC, Deff, PaceDeff string }

func overall(of quality.GroupEffects) Overall {
	l := of.Level
	return Overall{
		F: view.Decimal(l.F, 2), P: chance(l.P), ICC: view.Decimal(l.ICC, 3),
		Deff: view.Decimal(l.Deff, 2), PaceDeff: view.Decimal(of.Pace.Deff, 2),
	}
}

// chance writes a p-value with what it is compared to: a small one is below the last
// digit, not 0.
func chance(p float64) string {
	const least = .0001
	if p < least {
		return "< " + view.Decimal(least, 4)
	}
	return "= " + view.Decimal(p, 4)
}

// Overall writes the effects of all batches together out.
func (p *ListPage) Overall() Overall { return overall(p.Groups) }

// HandsOverall writes the effects of all interviewers together out.
func (p *ListPage) HandsOverall() Overall { return overall(p.Hands) }

// Compared are the results without and with the excluded answers.
type Compared struct {
	Excluded     int
	N, NAll      int
	Index, Share [3]string // official, all, difference
	Items        []ItemPair
}

// ItemPair is one item: the share satisfied without and with the excluded answers.
type ItemPair struct {
	ID, Text, Official, All, Difference string
}

func (d *Door) compared(c *fiber.Ctx) (*Compared, error) {
	r, err := d.Surveys.WithAndWithout(c.UserContext(), login.Actor(c), id(c))
	if errors.Is(err, fault.New(fault.Conflict, "weigh.pending")) {
		return nil, nil // no result is shown while a plan of the weights waits
	}
	if err != nil {
		return nil, err
	}
	sv, err := d.survey(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	paper, err := sv.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	out := &Compared{Excluded: r.Excluded, N: r.Official.Sampled.N, NAll: r.All.Sampled.N}
	out.Index = pair(r.Official.Sampled.Index, r.All.Sampled.Index, 1, 2)
	const percent = 100
	out.Share = pair(r.Official.Sampled.Satisfied, r.All.Sampled.Satisfied, percent, 1)
	for k, item := range r.Official.Sampled.Items {
		q, _ := paper.Question(item.ID)
		p := pair(item.Satisfied, r.All.Sampled.Items[k].Satisfied, percent, 1)
		out.Items = append(out.Items, ItemPair{item.ID, q.Text.In(string(view.LangOf(c))), p[0], p[1], p[2]})
	}
	return out, nil
}

// pair writes two estimates with their intervals and their difference out.
func pair(official, all tabulate.Estimate, times tabulate.Number, digits int) [3]string {
	written := func(e tabulate.Estimate) string {
		text := func(n tabulate.Number) string { return view.Decimal(float64(n*times), digits) }
		return text(e.Est) + " (" + text(e.Low) + " – " + text(e.High) + ")"
	}
	difference := view.Decimal(float64((official.Est-all.Est)*times), digits)
	if v, err := strconv.ParseFloat(difference, 64); err == nil && v > 0 {
		difference = "+" + difference
	}
	return [3]string{written(official), written(all), difference}
}
