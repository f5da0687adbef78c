package sample

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/frame/listing"
	"minyi/web/login"
	"minyi/web/view"
)

// mostStrata is how many strata the page shows; more are counted.
const mostStrata = 200

// HomePage is where the sample stands: frame, plan, draw, reserve, and how long
// people's data are kept.
type HomePage struct {
	Base
	Kind      string // of the upload
	Waiting   *survey.Upload
	Importing bool         // in the background
	Strata    []StratumRow // of the frame
	More      int          // strata that are not shown
	PSUs      int
	People    int64
	Allot     []frame.Allotment // what the plan gives
	Links     int
	Reserve   int
	Source    string
	Due       string
	Number    string
	Reason    string
	Stratum   string
	Each      string
	Days      string
	Ready     bool // the number is due
	Others    []Other
	Chosen    map[survey.ID]bool
	Own       bool
}

// StratumRow is one stratum of the imported frame.
type StratumRow struct {
	Name   string
	PSUs   int
	People int64
}

// Other is another survey that may get the same frame and plan.
type Other struct {
	ID     survey.ID
	Name   string
	Chosen bool
}

// Listed reports whether the frame lists people.
func (p *HomePage) Listed() bool { return p.Sampling.List != nil }

// Spare reports whether any of the reserve is left.
func (p *HomePage) Spare() bool {
	for _, h := range p.Sample.Strata {
		if h.Spare > 0 {
			return true
		}
	}
	return false
}

// May reports whether the reserve may be released now.
func (p *HomePage) May() bool { return p.State == survey.Planned || p.State == survey.Open }

// Over reports whether the fieldwork has ended.
func (p *HomePage) Over() bool { return p.State == survey.Closed || p.State == survey.Released }

// Holds reports whether there may be data that identify people.
func (p *HomePage) Holds() bool { return p.Sampling.Erased.IsZero() }

func (d *Door) home(c *fiber.Ctx) (*HomePage, error) {
	by := login.Actor(c)
	work, err := d.Surveys.Fieldwork(c.UserContext(), by, id(c))
	if err != nil {
		return nil, err
	}
	p := &HomePage{
		Base: base(c, work), Kind: string(work.Survey.KindOf()), Days: strconv.Itoa(work.Survey.FrameDays()),
		Due: roster.DateOf(view.NowOf(c)).String(), Each: "5",
	}
	f, err := d.Surveys.Frame(c.UserContext(), by, id(c))
	if err != nil {
		return nil, err
	}
	p.frame(f)
	if !p.Open() {
		return p, nil
	}
	if p.Fixed() {
		p.Ready = !view.NowOf(c).Before(p.Sampling.Announced.Due.Start())
	} else if p.Waiting, err = d.Surveys.Waiting(c.UserContext(), by, id(c)); err != nil && fault.KindOf(err) != fault.Unavailable {
		return nil, err
	}
	if p.Importing, err = d.underWay(c); err != nil {
		return nil, err
	}
	if p.Others, err = d.others(c); err != nil {
		return nil, err
	}
	return p, p.allot(f)
}

// frame sums the frame up.
func (p *HomePage) frame(f frame.Frame) {
	for i, s := range f.Strata {
		p.PSUs += len(s.PSUs)
		if i < mostStrata {
			p.Strata = append(p.Strata, StratumRow{Name: s.Name, PSUs: len(s.PSUs), People: s.Population()})
		} else {
			p.More++
		}
	}
	p.People = f.Population()
}

// allot works out what the plan gives; a plan that does no longer fit the frame
// gives nothing, and the page asks for a new one.
func (p *HomePage) allot(f frame.Frame) error {
	if p.Sampling.Plan == nil || len(f.Strata) == 0 {
		return nil
	}
	all, err := f.Allot(*p.Sampling.Plan)
	if err != nil {
		if fault.KindOf(err) == fault.Invalid {
			return nil
		}
		return err
	}
	p.Allot = all
	for _, one := range all {
		p.Links += one.Links
		p.Reserve += one.Reserve
	}
	return nil
}

// others are the surveys that may get the same frame and plan.
func (d *Door) others(c *fiber.Ctx) (out []Other, err error) {
	all, err := d.Surveys.Surveys(c.UserContext(), login.Actor(c))
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		if sv := w.Survey; sv.ID != id(c) && sv.State == survey.Planned && sv.Sample == nil && sv.Sampling.Announced == nil {
			out = append(out, Other{ID: sv.ID, Name: sv.UnitName.In(string(view.LangOf(c))) + " " + strconv.Itoa(sv.Round)})
		}
	}
	return out, nil
}

// Home shows the sample.
func (d *Door) Home(c *fiber.Ctx) error {
	p, err := d.home(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "home", p)
}

// step goes on to the page after a step, or shows it again with what was refused
// and what was typed.
func (d *Door) step(c *fiber.Ctx, err error, done string, typed func(*HomePage)) error {
	if err == nil {
		return view.See(c, at(id(c), ""), done)
	}
	p, shown := d.home(c)
	if shown != nil {
		return err
	}
	typed(p)
	return d.pages.Again(c, err, "home", p)
}

// Announce says where the seed will come from.
func (d *Door) Announce(c *fiber.Ctx) error {
	source, due := c.FormValue("source"), c.FormValue("due")
	day, err := roster.ParseDate(strings.TrimSpace(due))
	if err != nil {
		err = fault.New(fault.Invalid, "survey.date").At("due")
	} else {
		_, err = d.Surveys.AnnounceDraw(c.UserContext(), login.Actor(c), id(c), source, day)
	}
	return d.step(c, err, "sample.announce", func(p *HomePage) { p.Source, p.Due = source, due })
}

// TakeBack takes the announcement back.
func (d *Door) TakeBack(c *fiber.Ctx) error {
	reason := c.FormValue("reason")
	_, err := d.Surveys.TakeBackDraw(c.UserContext(), login.Actor(c), id(c), reason)
	return d.step(c, err, "sample.takeback", func(p *HomePage) { p.Reason = reason })
}

// Draw draws with the number that was published.
func (d *Door) Draw(c *fiber.Ctx) error {
	number := c.FormValue("number")
	_, err := d.Surveys.DrawBy(c.UserContext(), login.Actor(c), id(c), number)
	return d.step(c, err, "sample.draw", func(p *HomePage) { p.Number = number })
}

// Release hands out the next of the reserve.
func (d *Door) Release(c *fiber.Ctx) error {
	stratum, typed, reason := c.FormValue("stratum"), c.FormValue("each"), c.FormValue("reason")
	each, err := strconv.Atoi(strings.TrimSpace(typed))
	if err != nil {
		each = 0 // refused with the words for it
	}
	_, err = d.Surveys.ReleaseReserve(c.UserContext(), login.Actor(c), id(c), stratum, each, reason)
	return d.step(c, err, "sample.release", func(p *HomePage) { p.Stratum, p.Each, p.Reason = stratum, typed, reason })
}

// Keep sets how long people's data are kept.
func (d *Door) Keep(c *fiber.Ctx) error {
	typed := c.FormValue("frame_days")
	days, err := strconv.Atoi(strings.TrimSpace(typed))
	if err != nil {
		days = -1 // refused with the words for it
	}
	_, err = d.Surveys.SetFrameTerm(c.UserContext(), login.Actor(c), id(c), days)
	return d.step(c, err, "sample.keep", func(p *HomePage) { p.Days = typed })
}

// Erase erases people's data before their term; the box that says so must be
// ticked.
func (d *Door) Erase(c *fiber.Ctx) error {
	reason := c.FormValue("reason")
	var err error = fault.New(fault.Invalid, "survey.confirm").At("erase_sure")
	if c.FormValue("erase_sure") == "yes" {
		err = d.Surveys.EraseFrame(c.UserContext(), login.Actor(c), id(c), reason)
	}
	return d.step(c, err, "sample.erase", func(p *HomePage) { p.Reason = reason })
}

// Share gives frame and plan to other surveys.
func (d *Door) Share(c *fiber.Ctx) error {
	to, own := map[survey.ID]bool{}, c.FormValue("own") == "yes"
	var list []survey.ID
	for name := range c.Request().PostArgs().All() {
		if other, ok := strings.CutPrefix(string(name), "to_"); ok {
			to[survey.ID(other)] = true
			list = append(list, survey.ID(other))
		}
	}
	err := d.Surveys.ShareSample(c.UserContext(), login.Actor(c), id(c), list, own)
	return d.step(c, err, "sample.share", func(p *HomePage) {
		p.Own = own
		for i := range p.Others {
			p.Others[i].Chosen = to[p.Others[i].ID]
		}
	})
}

// kinds are what a list may name.
func kinds() []string { return []string{string(listing.Areas), string(listing.People)} }

// Kinds are what a list may name.
func (p *HomePage) Kinds() []string { return kinds() }
