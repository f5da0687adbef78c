package results

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/result"
	"minyi/survey/result/picture"
	"minyi/survey/tabulate"
	"minyi/web/login"
	"minyi/web/view"
)

// BesidePage are the units of a round side by side.
type BesidePage struct {
	view.Frame
	Tools
	Round   int
	Rounds  []Option
	Items   []Option
	Sides   []SideView
	Waiting []UnitLink
}

// UnitLink names a unit's survey.
type UnitLink struct{ Name, Href string }

// SideView is one group of units.
type SideView struct {
	Name   string
	Lead   int
	Charts []*Chart
	Units  Grid
	Pairs  Grid
	Apart  int // pairs that differ after Holm's correction
	All    int
}

// besideIn is a comparison on its way to the page.
type besideIn struct {
	desk
	*survey.Beside
}

func (d *Door) beside(c *fiber.Ctx) (besideIn, error) {
	round, err := strconv.Atoi(c.Query("round"))
	if err != nil {
		round = 0
	}
	got, err := d.Surveys.Beside(c.UserContext(), login.Actor(c), round, c.Query("item"))
	return besideIn{d.desk(c), got}, err
}

// Beside shows the units of a round side by side.
func (d *Door) Beside(c *fiber.Ctx) error {
	b, err := d.beside(c)
	if err != nil {
		return err
	}
	page := &BesidePage{Tools: d.tools(), Round: b.Round}
	for _, round := range b.Rounds {
		page.Rounds = append(page.Rounds, Option{yearOf(round), yearOf(round), round == b.Round})
	}
	page.Items = []Option{{Label: b.say("results.index"), Chosen: b.Item == ""}}
	for _, one := range b.Items() {
		page.Items = append(page.Items, Option{one.ID, one.ID + " " + b.name(one.Text), one.ID == b.Item})
	}
	for _, sv := range b.Waiting {
		page.Waiting = append(page.Waiting, UnitLink{b.name(sv.UnitName), "/agency/surveys/" + string(sv.ID)})
	}
	for k := range b.Sides {
		page.Sides = append(page.Sides, b.side(&b.Sides[k]))
	}
	return d.pages.Render(c, "beside", page)
}

// Items are the items that can be compared.
func (b besideIn) Items() []survey.ItemName { return b.Beside.Items }

// what is compared, in words.
func (b besideIn) what() string {
	for _, one := range b.Items() {
		if one.ID == b.Item {
			return b.name(one.Text)
		}
	}
	return b.say("results.index")
}

func (b besideIn) file(name string, s *survey.Side) string {
	return Home + "/files/" + name + "?round=" + yearOf(b.Round) + "&item=" + b.Item + "&group=" + string(s.Group)
}

func (b besideIn) side(s *survey.Side) SideView {
	v := SideView{Name: b.say("results.group." + string(s.Group)), Lead: s.Lead, All: len(s.Pairs), Units: b.units(s), Pairs: b.pairs(s)}
	for _, p := range s.Pairs {
		if p.Holm.Known() && p.Holm < 1-tabulate.Level {
			v.Apart++
		}
	}
	v.Charts = []*Chart{b.unitChart(s)}
	if len(s.Standings) > 1 {
		v.Charts = append(v.Charts, b.rankChart(s))
	}
	return v
}

// figure writes an estimate and its interval on the scale of what is compared.
func (b besideIn) figure(e tabulate.Estimate) (est, se, limits string) {
	if b.Item == "" {
		return decimal(e.Est), decimal(e.SE), pointSpan(e)
	}
	return percent(e.Est), shareOff(e.SE), shareSpan(e)
}

func (b besideIn) difference(d result.Difference) (est, se, limits string) {
	if b.Item == "" {
		return signed(float64(d.Est), pointDigits), decimal(d.SE), span(signed(float64(d.Low), pointDigits), signed(float64(d.High), pointDigits))
	}
	return points(d.Est), pointsOff(d.SE), span(points(d.Low), points(d.High))
}

// units are the units with their places.
func (b besideIn) units(s *survey.Side) Grid {
	g := Grid{
		Name: "units-" + string(s.Group), Caption: b.say("results.units", "what", b.what()), Href: b.file("units.csv", s),
		Head: append(b.heads("unit", "n", "value", "se", "ci", "place", "own", "together"), b.say("results.head.lead", "n", strconv.Itoa(s.Lead))),
	}
	for _, one := range s.Standings {
		name := b.name(one.Survey.UnitName)
		if one.Hidden != result.Shown {
			why := b.hidden(one.Hidden, one.Survey.LeastShown())
			g.add(name, why, why, why, why, "—", "—", "—", "—")
			continue
		}
		est, se, limits := b.figure(one.Est)
		if !one.Known {
			g.add(name, count(one.Est.N), est, se, limits, "—", "—", "—", "—")
			continue
		}
		g.add(name, count(one.Est.N), est, se, limits, strconv.Itoa(one.Place), places(one.OwnBest, one.OwnWorst), places(one.AllBest, one.AllWorst), b.yes(one.MayLead))
	}
	return g
}

func (b besideIn) yes(on bool) string {
	if on {
		return b.say("results.maylead")
	}
	return b.say("results.notlead")
}

func places(best, worst int) string {
	if best == worst {
		return strconv.Itoa(best)
	}
	return strconv.Itoa(best) + " – " + strconv.Itoa(worst)
}

// pairs are the differences of all pairs.
func (b besideIn) pairs(s *survey.Side) Grid {
	g := Grid{
		Name: "pairs-" + string(s.Group), Caption: b.say("results.pairs", "n", strconv.Itoa(len(s.Pairs))), Href: b.file("pairs.csv", s),
		Head: b.heads("pair", "difference", "se", "ci", "df", "p", "holm", "bh", "verdict"),
	}
	for _, p := range s.Pairs {
		est, se, limits := b.difference(p.Difference)
		first, second := b.name(s.Standings[p.First].Survey.UnitName), b.name(s.Standings[p.Second].Survey.UnitName)
		verdict := b.say("results.same")
		if p.Holm.Known() && p.Holm < 1-tabulate.Level {
			verdict = b.say("results.differ")
		}
		g.add(first+" − "+second, est, se, limits, view.Decimal(float64(p.DF), 1), chance(p.P), chance(p.Holm), chance(p.BH), verdict)
	}
	return g
}

func (b besideIn) unitChart(s *survey.Side) *Chart {
	var rows []picture.Row
	for _, one := range s.Standings {
		r := picture.Row{Label: b.name(one.Survey.UnitName), Est: float64(one.Est.Est), Low: float64(one.Est.Low), High: float64(one.Est.High)}
		if one.Hidden != result.Shown {
			r.Hidden = b.hidden(one.Hidden, one.Survey.LeastShown())
		} else {
			est, _, limits := b.figure(one.Est)
			r.Value = est + " (" + limits + ")  n=" + count(one.Est.N)
		}
		rows = append(rows, r)
	}
	const top, step = 100, 20
	axis := picture.Axis{To: top, Step: step, Name: b.say("results.index")}
	if b.Item != "" {
		axis = picture.Percent(b.say("results.head.satisfied"))
	}
	title := b.say("results.chart.units", "what", b.what(), "group", b.say("results.group."+string(s.Group)))
	return intervals("units-"+string(s.Group), b.file("units.svg", s), title, b.say("results.chart.interval"), closer(axis, rows), b.Item != "", rows)
}

func (b besideIn) rankChart(s *survey.Side) *Chart {
	var rows []picture.Place
	for _, one := range s.Standings {
		p := picture.Place{Label: b.name(one.Survey.UnitName)}
		switch {
		case one.Hidden != result.Shown:
			p.Hidden = b.hidden(one.Hidden, one.Survey.LeastShown())
		case !one.Known:
			p.Hidden = "—"
		default:
			p.At, p.Best, p.Worst, p.AllBest, p.AllWorst = one.Place, one.OwnBest, one.OwnWorst, one.AllBest, one.AllWorst
			p.Value = b.say("results.placed", "place", strconv.Itoa(p.At), "own", places(p.Best, p.Worst), "all", places(p.AllBest, p.AllWorst))
		}
		rows = append(rows, p)
	}
	title := b.say("results.chart.ranks", "what", b.what(), "group", b.say("results.group."+string(s.Group)))
	return ranks("ranks-"+string(s.Group), b.file("ranks.svg", s), title, b.say("results.chart.rank"), b.say("results.head.place"), rows)
}
