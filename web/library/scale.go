package library

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// ScalePage edits one scale.
type ScalePage struct {
	Bench
	Name    string
	Scale   questionnaire.Scale
	Stored  *questionnaire.Scale // as stored, where somebody else has changed it meanwhile
	Used    []string             // the questions on it
	Reasons []questionnaire.Reason
}

// Satisfied reports whether a point counts as satisfied.
func (p *ScalePage) Satisfied(code int) bool { return slices.Contains(p.Scale.SatisfiedCodes, code) }

// Ended reports whether the scale names its ends only.
func (p *ScalePage) Ended() bool { return len(p.Scale.Points) == 0 && p.Scale.To > p.Scale.From }

func (d *Door) scalePage(c *fiber.Ctx, name string) (*ScalePage, error) {
	b, err := d.bench(c)
	if err != nil {
		return nil, err
	}
	form, err := b.Paper.Draft()
	if err != nil {
		return nil, err
	}
	s, ok := form.Scales[name]
	if !ok {
		return nil, fault.New(fault.NotFound, "paper.question", "question", name)
	}
	page := &ScalePage{Bench: b, Name: name, Scale: s}
	page.Reasons = []questionnaire.Reason{questionnaire.DontKnow, questionnaire.NoAnswer, questionnaire.NotApplicable}
	for part := questionnaire.Screening; part <= questionnaire.Open; part++ {
		for _, it := range form.Part(part) {
			if it.Scale != name {
				continue
			}
			if page.Used = append(page.Used, it.ID); page.Shown == "" {
				page.Shown = it.ID
			}
			if len(it.Rows) > 0 && page.Shown == it.ID {
				page.Shown = it.Rows[0].ID
			}
		}
	}
	return page, nil
}

// Scale shows one scale to be edited.
func (d *Door) Scale(c *fiber.Ctx) error {
	page, err := d.scalePage(c, c.Params("scale"))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "scale", page)
}

// SaveScale saves a scale, with what the pressed button does to it.
func (d *Door) SaveScale(c *fiber.Ctx) error {
	name := c.Params("scale")
	typed := typedQuestion{value: func(name string) string { return c.FormValue(name) }}
	_, err := d.save(c, func(f *questionnaire.Form) error {
		stored, ok := f.Scales[name]
		if !ok {
			return fault.New(fault.NotFound, "paper.question", "question", name)
		}
		s := typed.scale(stored)
		typed.pressScale(&s)
		f.Scales[name] = s
		return nil
	})
	if err == nil {
		return view.See(c, at(id(c), "/scales/"+name)+"#points", "")
	}
	page, shown := d.scalePage(c, name)
	if shown != nil {
		return err
	}
	now := page.Scale
	page.Theirs, page.Stored, page.Scale = changed(err), &now, typed.scale(page.Scale)
	return d.pages.Again(c, err, "scale", page)
}

// scale is the stored scale with what was typed. All its points are valid codes.
func (t typedQuestion) scale(s questionnaire.Scale) questionnaire.Scale {
	s.ReverseForHalf = t.on("reverse")
	s.Points, s.NonSubstantive = t.points("p", t.value("points")), t.points("n", t.value("apart"))
	if t.value("ended") == "yes" {
		s.From, s.To, s.Low, s.High = number(t.value("from")), number(t.value("to")), t.text("low_"), t.text("high_")
		s.SatisfiedCodes = nil
		for _, word := range strings.Fields(t.value("satisfied")) {
			s.SatisfiedCodes = append(s.SatisfiedCodes, number(word))
		}
		return s
	}
	s.ValidCodes, s.SatisfiedCodes = nil, nil
	for n, p := range s.Points {
		s.ValidCodes = append(s.ValidCodes, p.Code)
		if t.on("p" + strconv.Itoa(n) + "_satisfied") {
			s.SatisfiedCodes = append(s.SatisfiedCodes, p.Code)
		}
	}
	slices.Sort(s.ValidCodes)
	slices.Sort(s.SatisfiedCodes)
	return s
}

func (t typedQuestion) points(letter, count string) []questionnaire.Point {
	var out []questionnaire.Point
	for n := range min(number(count), maxList) {
		p := letter + strconv.Itoa(n) + "_"
		out = append(out, questionnaire.Point{
			Code: number(t.value(p + "code")), Text: t.text(p), Reason: questionnaire.Reason(t.value(p + "reason")),
		})
	}
	return out
}

// pressScale adds, moves or removes a point.
func (t typedQuestion) pressScale(s *questionnaire.Scale) {
	what, list, n := t.pressed()
	switch {
	case what == "point":
		s.Points = append(s.Points, questionnaire.Point{Code: freePoint(*s, 1)})
	case what == "apart":
		const first = 97 // where others look for 不清楚 and 不想回答
		s.NonSubstantive = append(s.NonSubstantive, questionnaire.Point{Code: freePoint(*s, first), Reason: questionnaire.DontKnow})
	case list == "point":
		s.Points = pressList(s.Points, what, n)
	case list == "apart":
		s.NonSubstantive = pressList(s.NonSubstantive, what, n)
	}
	if len(s.Points) == 0 {
		return
	}
	s.ValidCodes = nil
	for _, p := range s.Points {
		s.ValidCodes = append(s.ValidCodes, p.Code)
	}
	slices.Sort(s.ValidCodes)
	s.SatisfiedCodes = slices.DeleteFunc(s.SatisfiedCodes, func(code int) bool { return !slices.Contains(s.ValidCodes, code) })
}

// freePoint is the first number from the given one that no point has.
func freePoint(s questionnaire.Scale, from int) int {
	for n := from; ; n++ {
		taken := func(p questionnaire.Point) bool { return p.Code == n }
		if !slices.ContainsFunc(s.Points, taken) && !slices.ContainsFunc(s.NonSubstantive, taken) {
			return n
		}
	}
}
