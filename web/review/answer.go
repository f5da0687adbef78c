package review

import (
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/quality"
	"minyi/web/view"
)

// AnswerPage is one answer with what lies behind its finding.
type AnswerPage struct {
	Bench
	Row            *survey.Row
	Proof          *survey.Proof
	Query          string
	Before, After  int64 // its neighbours among what was chosen; 0 for none
	Place, Of      int   // its place among them, from 1; 0 where it is not one of them
	Act            *survey.Act
	Lines          []Line
	Rules          []Said
	Hours          []Bar
	HourMost       int
	NearExpected   string
	SpreadOfAnswer string
}

// Said is a rule with what it said, in nats.
type Said struct {
	Code   quality.Code
	Amount string
}

// Line is one item of the answer.
type Line struct {
	Number, ID, Text, Code, Choice, Share string
	InRun                                 bool
	Seconds, Low, Middle, High, Quicker   string
	Hasty, Timed                          bool
}

// Bar is one hour in the picture of arrivals, in units of a drawing that is 100
// high.
type Bar struct {
	X                   int
	All, Batch, Network string // heights
	YAll, YBatch, YNet  string
	Own                 bool
	Count               quality.HourEvidence
	Hour                string
}

// Answer shows one answer.
func (d *Door) Answer(c *fiber.Ctx) error {
	page, err := d.answer(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "answer", page)
}

func (d *Door) answer(c *fiber.Ctx) (*AnswerPage, error) {
	b, err := d.bench(c)
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseInt(c.Params("response"), 10, 64)
	if err != nil {
		return nil, fault.New(fault.NotFound, "review.unknown")
	}
	p := &AnswerPage{Bench: b, Query: query(c)}
	if p.Proof, err = b.Proof(number); err != nil {
		return nil, err
	}
	p.Row = p.Proof.Row
	rows, err := d.rows(c, &p.Bench, picked(c.Query), c.Query("act"))
	if err != nil {
		return nil, err
	}
	p.neighbours(rows)
	for _, a := range p.Acts {
		if a.Number == b.Out[number] || a.Number == b.Waiting[number] {
			p.Act = a
		}
	}
	lang := string(view.LangOf(c))
	for i, one := range p.Proof.Answers {
		p.Lines = append(p.Lines, line(i, &one, lang))
	}
	for k, code := range p.Row.Finding.Rules {
		p.Rules = append(p.Rules, Said{code, view.Decimal(p.Row.Finding.Amounts[k], 1)})
	}
	p.NearExpected, p.SpreadOfAnswer = view.Decimal(p.Proof.Twins.Expected, 1), view.Decimal(p.Proof.Spread, 2)
	p.draw()
	return p, nil
}

// neighbours finds the answers before and after among what was chosen.
func (p *AnswerPage) neighbours(rows []*survey.Row) {
	k := slices.Index(rows, p.Row)
	p.Of = len(rows)
	if k < 0 {
		return
	}
	p.Place = k + 1
	if k > 0 {
		p.Before = rows[k-1].Response
	}
	if k+1 < len(rows) {
		p.After = rows[k+1].Response
	}
}

func line(i int, one *survey.Answered, lang string) Line {
	const hasty = .05
	l := Line{
		Number: strconv.Itoa(i + 1), ID: one.Item.ID, Text: one.Item.Text.In(lang), Code: one.Code, Choice: one.Choice.In(lang),
		Share: view.Percent(one.Share, 0), InRun: one.InRun,
		Low: view.Decimal(one.Page.Low, 0), Middle: view.Decimal(one.Page.Middle, 0), High: view.Decimal(one.Page.High, 0),
		Seconds: view.Decimal(one.Page.Seconds, 0), Quicker: view.Percent(one.Page.Quicker, 0),
		Timed: one.Page.Seconds == one.Page.Seconds && one.Page.Middle == one.Page.Middle, //nolint:gocritic // NaN is unequal to itself
	}
	l.Hasty = l.Timed && one.Page.Quicker < hasty
	return l
}

// draw makes the picture of the hours around the answer.
func (p *AnswerPage) draw() {
	const high, wide = 100, 12
	for _, h := range p.Proof.Hours {
		p.HourMost = max(p.HourMost, h.All)
	}
	part := func(n int) (height, y string) {
		v := high * n / max(1, p.HourMost)
		if n > 0 {
			v = max(v, 2)
		}
		return strconv.Itoa(v), strconv.Itoa(high - v)
	}
	for k, h := range p.Proof.Hours {
		b := Bar{X: k * wide, Own: h.Own, Count: h, Hour: time.Unix(h.Hour*3600, 0).In(time.FixedZone("", 8*3600)).Format("01-02 15:00")}
		b.All, b.YAll = part(h.All)
		b.Batch, b.YBatch = part(h.Batch)
		b.Network, b.YNet = part(h.Network)
		p.Hours = append(p.Hours, b)
	}
}

// Signs names what the door saw.
func (p *AnswerPage) Signs() (out []string) {
	for _, s := range []struct {
		sign survey.Sign
		name string
	}{
		{survey.SignHoneypot, "honeypot"},
		{survey.SignFast, "fast"},
		{survey.SignReplayed, "replayed"},
		{survey.SignTiming, "timing"},
		{survey.SignRate, "rate"},
		{survey.SignWorked, "worked"},
	} {
		if p.Row.Signs&s.sign != 0 {
			out = append(out, s.name)
		}
	}
	return out
}

// Busy lists the hours in which anything came, for the table behind the picture.
func (p *AnswerPage) Busy() (out []Bar) {
	for _, b := range p.Hours {
		if b.Count.All > 0 {
			out = append(out, b)
		}
	}
	return out
}
