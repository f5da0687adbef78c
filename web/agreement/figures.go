package agreement

import (
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// FiguresPage is how far assessors agree and how lenient each is.
type FiguresPage struct {
	view.Frame
	Round  roster.Round
	Tab    string
	Least  int // dossiers from which a coefficient may be read
	Units  int // dossiers from which something is said of an assessor
	Tracks []FiguresTrack
	names  map[application.Key]string
}

// Label is the name of a dossier's unit.
func (p *FiguresPage) Label(k application.Key) string { return p.names[k] }

// Whole is the line of the totals.
func (t FiguresTrack) Whole() FiguresLine { return FiguresLine{Agreement: t.Total} }

// FiguresTrack is one track.
type FiguresTrack struct {
	evaluation.TrackAgreement
	Plain    []string      // what it comes to, in words
	Most     []FiguresLine // the indicators furthest apart
	Rest     []FiguresLine
	Levels   []FiguresLine
	Both     []BothLine
	Lenient  template.HTML // pictures
	Distance template.HTML
	Scatter  template.HTML
}

// FiguresLine is one heading or indicator.
type FiguresLine struct {
	evaluation.Agreement
	Name string
}

// Same is why there is no coefficient at all, where that is one reason for all;
// else empty.
func (l FiguresLine) Same() string { return sameReason(l.Agreement) }

func sameReason(a evaluation.Agreement) string {
	for _, f := range []evaluation.Figure{a.Kappa, a.One, a.Two, a.Three, a.Alpha} {
		if f.Known || f.Why != a.One.Why {
			return ""
		}
	}
	return a.One.Why
}

// BothLine is a dossier with both numbers.
type BothLine struct {
	evaluation.Result
	Name string
}

// Figures shows the agreement of the round.
func (d *Door) Figures(c *fiber.Ctx) error {
	page, err := d.figures(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "figures", page)
}

const mostShown = 10

func (d *Door) figures(c *fiber.Ctx) (*FiguresPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	a, err := d.Evaluations.Agreement(c.UserContext(), login.Actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	page := &FiguresPage{Round: *r, Tab: "figures", Least: evaluation.LeastPairs, Units: evaluation.LeastUnits, names: map[application.Key]string{}}
	for k := range a.Units {
		page.names[k] = d.name(c, k.Unit)
	}
	for _, t := range a.Tracks {
		one := FiguresTrack{TrackAgreement: t, Plain: d.plain(c, t)}
		for n, i := range t.Items {
			line := FiguresLine{i, d.itemName(c, a, i)}
			if n < mostShown {
				one.Most = append(one.Most, line)
			} else {
				one.Rest = append(one.Rest, line)
			}
		}
		for _, h := range t.Headings {
			one.Levels = append(one.Levels, FiguresLine{h, h.Heading})
		}
		for _, b := range t.Results {
			one.Both = append(one.Both, BothLine{b, d.name(c, b.Dossier.Unit)})
		}
		d.draw(c, &one)
		page.Tracks = append(page.Tracks, one)
	}
	return page, nil
}

// itemName is the text of an indicator, or the name of a criterion.
func (d *Door) itemName(c *fiber.Ctx, a *evaluation.RoundAgreement, i evaluation.Agreement) string {
	if i.System == "" {
		return d.say(c, "criterion."+string(i.Item))
	}
	one, _ := a.Describe(i.System, i.Item)
	return one.Text
}

// FiguresFile sends the figures as a file: query format, csv or xlsx.
func (d *Door) FiguresFile(c *fiber.Ctx) error {
	page, err := d.figures(c)
	if err != nil {
		return err
	}
	lines := [][]string{d.heads(c, "track", "system", "thing", "dossiers", "pairs", "apart", "kappa", "icc1", "low", "high", "icc2k", "low", "high", "icc3", "low", "high", "alpha", "low", "high")}
	for _, t := range page.Tracks {
		lines = append(lines, d.figureLine(c, t, FiguresLine{t.Total, d.say(c, "agreement.total")}))
		for _, list := range [][]FiguresLine{t.Levels, t.Most, t.Rest} {
			for _, l := range list {
				lines = append(lines, d.figureLine(c, t, l))
			}
		}
	}
	lines = append(lines, nil, d.heads(c, "track", "finder", "dossiers", "mean", "leniency", "se", "low", "high", "blup", "se"))
	for _, t := range page.Tracks {
		for _, l := range t.Model.Leniency {
			lines = append(lines, d.leniencyLine(c, t, l))
		}
	}
	lines = append(lines, nil, d.heads(c, "track", "unit", "raw", "corrected", "counts", "se"))
	for _, t := range page.Tracks {
		for _, b := range t.Both {
			lines = append(lines, d.bothLine(c, t, b))
		}
	}
	return send(c, "agreement-"+strconv.Itoa(page.Round.Year), lines)
}

func (d *Door) figureLine(c *fiber.Ctx, t FiguresTrack, l FiguresLine) []string {
	system := ""
	if l.System != "" {
		system = d.say(c, "system."+string(l.System))
	}
	name := l.Name
	if l.Item != "" {
		name = string(l.Item) + " " + name
	}
	out := []string{
		d.say(c, "track."+string(t.Track)), system, name, strconv.Itoa(l.Dossiers), strconv.Itoa(l.Pairs),
		decimal(l.Apart, true), decimal(l.Kappa.Value, l.Kappa.Known),
	}
	for _, f := range []evaluation.Figure{l.One, l.Two, l.Three, l.Alpha} {
		out = append(out, decimal(f.Value, f.Known), decimal(f.Low, f.Limited), decimal(f.High, f.Limited))
	}
	return out
}

func (d *Door) leniencyLine(c *fiber.Ctx, t FiguresTrack, l evaluation.Leniency) []string {
	return []string{
		d.say(c, "track."+string(t.Track)), l.Assessor, strconv.Itoa(l.Units), l.Mean.String(), decimal(l.Effect, l.Known), decimal(l.SE, l.Known),
		decimal(l.Low, l.Known), decimal(l.High, l.Known), decimal(l.Shrunk, l.Mixed), decimal(l.ShrunkSE, l.Mixed),
	}
}

func (d *Door) bothLine(c *fiber.Ctx, t FiguresTrack, b BothLine) []string {
	corrected, counts := b.Corrected.String(), "agreement.raw"
	if b.Refused != "" {
		corrected = ""
	}
	if b.Adjusted {
		counts = "agreement.corrected"
	}
	return []string{d.say(c, "track."+string(t.Track)), b.Name, b.Raw.String(), corrected, d.say(c, counts), b.SE.String()}
}

// decimal writes a number for a file, empty where there is none.
func decimal(v float64, known bool) string {
	const places = 4
	if !known {
		return ""
	}
	return strconv.FormatFloat(v, 'f', places, 64)
}

// inMarks is a total as a number, for pictures.
func inMarks(m indicators.Mark) float64 { return float64(m) / float64(indicators.Hundred) * 100 }
