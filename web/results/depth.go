package results

import (
	"math"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey/result"
	"minyi/survey/result/picture"
	"minyi/survey/tabulate"
	"minyi/web/view"
)

func yearOf(round int) string { return strconv.Itoa(round) }

// ImportancePage shows what matters for an item and how it fares.
type ImportancePage struct {
	Head
	Outcomes []Option
	Chart    *Chart
	Table    Grid
	R2       string
	N        string
	Missing  string
	LeftOut  string
	Why      string
}

// Importance shows what matters and how it fares.
func (d *Door) Importance(c *fiber.Ctx) error {
	r, err := d.read(c)
	if err != nil {
		return err
	}
	outcome := r.outcome(c)
	page := &ImportancePage{Head: r.head("importance"), Outcomes: options(outcome, r.scored(), r.item)}
	if !page.Whole {
		return d.pages.Render(c, "importance", page)
	}
	of, err := r.Importance(outcome)
	if err != nil {
		return err
	}
	page.Why, page.LeftOut = of.Why, strings.Join(of.LeftOut, ", ")
	if of.Why == "" {
		page.R2, page.N, page.Missing = percent(of.R2), count(of.N), count(of.Missing)
		page.Chart, page.Table = r.importanceChart(of), r.importanceTable(of)
	}
	return d.pages.Render(c, "importance", page)
}

// outcome is the item that the others are to explain: the first that speaks to no
// indicator of its own, which is the overall one, unless another is asked for.
func (r reading) outcome(c *fiber.Ctx) string {
	if q, ok := r.Paper.Question(c.Query("outcome")); ok && q.Scored {
		return q.ID
	}
	all := r.scored()
	for _, id := range all {
		if len(r.Paper.Indicators(id)) == 0 {
			return id
		}
	}
	return all[0]
}

func (r reading) importanceTable(of *result.Importance) Grid {
	g := Grid{
		Name: "importance", Caption: r.say("results.importance.caption", "item", r.item(of.Outcome)), Href: r.file("importance.csv") + "?outcome=" + of.Outcome,
		Head: r.heads("number", "item", "performance", "ci", "importance", "ci", "beta", "p", "corner"),
	}
	for k, one := range of.Items {
		g.add(strconv.Itoa(k+1), r.item(one.ID), decimal(one.Performance.Est), pointSpan(one.Performance),
			percent(one.Importance.Est), shareSpan(one.Importance), decimal(one.Beta), chance(one.P), r.say("results.corner."+string(one.Corner)))
	}
	return g
}

func (r reading) importanceChart(of *result.Importance) *Chart {
	const side, step = 100, 20
	top := 0.1
	var all []picture.Point
	for k, one := range of.Items {
		p := picture.Point{
			Number: k + 1, Label: r.item(one.ID), X: float64(one.Performance.Est), XLow: float64(one.Performance.Low), XHi: float64(one.Performance.High),
			Y: float64(one.Importance.Est), YLow: float64(one.Importance.Low), YHi: float64(one.Importance.High),
		}
		if one.Importance.High.Known() {
			top = max(top, p.YHi)
		}
		all = append(all, p)
	}
	share := picture.Percent(r.say("results.head.importance"))
	share.Step = 0.1
	if top > 0.5 {
		share.Step = 0.2
	}
	share.To = share.Step * math.Ceil(top/share.Step)
	low := side
	for _, p := range all {
		low = min(low, int(p.X)/step*step)
	}
	field := picture.Field{
		X: picture.Axis{From: float64(max(low-step, 0)), To: side, Step: step / 2, Name: r.say("results.head.performance")}, Y: share,
		CutX: float64(of.CutX), CutY: float64(of.CutY),
		Corners: [4]string{r.say("results.corner.improve"), r.say("results.corner.keep"), r.say("results.corner.wait"), r.say("results.corner.overdone")},
	}
	return quadrants("importance", r.file("importance.svg")+"?outcome="+of.Outcome, r.say("results.chart.importance", "item", r.item(of.Outcome)), r.say("results.importance.summary"), field, all)
}

// ScalePage shows how well the items hang together.
type ScalePage struct {
	Head
	Table      Grid
	Facts      Grid
	N, Missing string
	LeftOut    string
	Why        string
}

// Scale shows the reliability of the scale.
func (d *Door) Scale(c *fiber.Ctx) error {
	r, err := d.read(c)
	if err != nil {
		return err
	}
	page := &ScalePage{Head: r.head("scale")}
	if page.Whole {
		of, err := r.Reliability()
		if err != nil {
			return err
		}
		page.Why, page.LeftOut = of.Why, strings.Join(of.LeftOut, ", ")
		if of.Why == "" {
			page.N, page.Missing = count(of.N), count(of.Missing)
			page.Facts, page.Table = r.scaleFacts(of), r.scaleTable(of)
		}
	}
	return d.pages.Render(c, "scale", page)
}

func (r reading) scaleFacts(of *result.Reliability) Grid {
	g := Grid{Name: "reliability", Caption: r.say("results.reliability"), Head: r.heads("measure", "value", "se", "ci")}
	for _, one := range []struct {
		key string
		e   tabulate.Estimate
	}{{"alpha", of.Alpha}, {"omega", of.Omega}} {
		g.add(r.say("results."+one.key), thousandths(one.e.Est), thousandths(one.e.SE), span(thousandths(one.e.Low), thousandths(one.e.High)))
	}
	g.add(r.say("results.meanr"), thousandths(of.MeanR), "—", "—")
	return g
}

func thousandths(n tabulate.Number) string { return view.Decimal(float64(n), testDigits) }

func (r reading) scaleTable(of *result.Reliability) Grid {
	g := Grid{
		Name: "scale", Caption: r.say("results.scale.caption"), Href: r.file("scale.csv"),
		Head: r.heads("item", "mean", "sd", "rest", "without", "loading"),
	}
	for _, one := range of.Items {
		g.add(r.item(one.ID), decimal(one.Mean), decimal(one.SD), thousandths(one.Rest), thousandths(one.Without), thousandths(one.Loading))
	}
	return g
}
