package apply

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// Link is a sentence with the field that mends it.
type Link struct{ Href, Text string }

// TaskRow is one task of the list: its state, how much of it is done, and what
// is missing, line by line.
type TaskRow struct {
	Task     application.Section
	Progress application.Progress
	Gaps     []Link
	Open     []OpenLevel // indicators without a claim
	Begun    bool
}

// State says in one word how far the task is.
func (r TaskRow) State() string {
	switch {
	case len(r.Gaps) == 0 && r.Progress.Required == 0 && !r.Begun:
		return "free"
	case len(r.Gaps) == 0:
		return "done"
	case r.Begun:
		return "doing"
	}
	return "todo"
}

// OpenLevel is a heading with its indicators that have no claim.
type OpenLevel struct {
	Number  int
	Numbers []indicators.Number
}

// DeskPage is the dossier at a glance: what is done, what is missing, filing.
type DeskPage struct {
	dossier
	Whole    application.Tally
	Levels   []application.Tally
	Needed   int // indicators that must be met
	Length   int // characters of the report
	Progress application.Progress
	Tasks    []TaskRow
	Below    string // why too few indicators are met; empty where enough are
	Unproven []Link
	Copied   int  // lines taken over and not yet looked at
	Other    bool // the unit has filed on the other track, and may file on one only
	Moved    int  // indicators whose limit has changed since the figure was typed
	Sources  int
	Ready    bool
	Seal     application.Seal
}

// Decision is the latest decision of the formal check; nil where none was taken.
func (p *DeskPage) Decision() *application.Decision {
	if x, ok := p.Dossier.LastDecision(); ok {
		return &x
	}
	return nil
}

// Passes reports whether enough indicators are met.
func (p *DeskPage) Passes() bool {
	return p.Settings().Gate.Passes(p.Whole.Met, p.Whole.Applicable())
}

// Shares are the headings with the share met in each (C19).
func (p *DeskPage) Shares() []SelfLevel {
	out := make([]SelfLevel, len(p.Levels))
	for i, t := range p.Levels {
		out[i] = SelfLevel{Number: i + 1, Tally: t}
	}
	return out
}

// Desk shows the dossier at a glance.
func (d *Door) Desk(c *fiber.Ctx) error {
	page, err := d.desk(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "desk", page)
}

func (d *Door) desk(c *fiber.Ctx) (*DeskPage, error) {
	base, err := d.load(c)
	if err != nil {
		return nil, err
	}
	p := &DeskPage{dossier: base, Seal: base.Dossier.Seal(), Copied: len(base.Dossier.Copied)}
	p.Whole, p.Levels = base.Dossier.Count(base.Terms.Applicable)
	p.Needed = p.Settings().Gate.Needed(p.Whole.Applicable())
	p.Length = base.Dossier.ReportLength(p.Settings())
	if !p.Draft() {
		return p, nil
	}
	return p, d.missing(c, p)
}

// missing fills in what keeps the draft from being filed.
func (d *Door) missing(c *fiber.Ctx, p *DeskPage) error {
	var tasks map[application.Section]application.Progress
	p.Progress, tasks = p.Dossier.Progress(p.Terms)
	level := levelOf(p.Terms.Applicable)
	gaps := map[application.Section][]application.Gap{}
	for _, g := range p.Dossier.Checklist(p.Terms) {
		gaps[g.Task] = append(gaps[g.Task], g)
	}
	p.Ready = len(gaps) == 0
	for _, task := range application.Tasks(p.Dossier.Track) {
		row := TaskRow{Task: task, Progress: tasks[task], Begun: tasks[task].Filled > 0 || task == application.Files && len(p.Dossier.Exhibits) > 0}
		for _, g := range gaps[task] {
			row.Gaps = append(row.Gaps, Link{Href: p.address(task, g.Why.Field, level), Text: d.gap(c, g)})
			row.Open = append(row.Open, openLevels(g.Open, level)...)
		}
		p.Tasks = append(p.Tasks, row)
	}
	if below := p.Dossier.BelowGate(p.Terms); below != nil && p.Whole.Open == 0 {
		p.Below = d.texts.Refusal(view.LangOf(c), below)
	}
	p.Moved = len(p.Dossier.Unsettled(p.Terms.Applicable))
	for _, n := range p.Dossier.Unproven(p.Terms.Applicable) {
		p.Unproven = append(p.Unproven, Link{Href: p.address(application.Self, application.ClaimField(n), level), Text: string(n)})
	}
	return d.neighbours(c, p)
}

// gap says what is missing: the sentence of the refusal, but the numbers of open
// indicators stand below it, each with its own link.
func (d *Door) gap(c *fiber.Ctx, g application.Gap) string {
	if len(g.Open) > 0 {
		return d.texts.Say(view.LangOf(c), "apply.gap.claims", fault.Params{"count": strconv.Itoa(len(g.Open))})
	}
	return d.texts.Refusal(view.LangOf(c), g.Why)
}

// neighbours looks at the unit's other dossiers: what can be taken over, and
// whether the other track stands filed where only one may be (C17).
func (d *Door) neighbours(c *fiber.Ctx, p *DeskPage) error {
	all, err := d.service.Ours(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	for _, o := range all {
		p.Other = p.Other || o.Round == p.Dossier.Round && o.Track != p.Dossier.Track && o.State == application.Filed && !p.Settings().BothTracks
	}
	sources, err := d.service.Sources(c.UserContext(), login.Actor(c), p.Dossier.Key)
	p.Sources = len(sources)
	return err
}

// address leads to a field of a task's page.
func (d *dossier) address(task application.Section, field string, level map[indicators.Number]int) string {
	to := d.Base + "/" + string(task)
	if _, n := numberOf(field); task == application.Self {
		to += "?level=" + strconv.Itoa(level[n])
	}
	return to + "#" + field
}

// levelOf gives each indicator the number of its first-level heading, from 1.
func levelOf(applicable []indicators.Indicator) map[indicators.Number]int {
	out, at, name := map[indicators.Number]int{}, 0, ""
	for _, i := range applicable {
		if at == 0 || i.Level1 != name {
			at, name = at+1, i.Level1
		}
		out[i.Number] = at
	}
	return out
}

func openLevels(open []indicators.Number, level map[indicators.Number]int) []OpenLevel {
	var out []OpenLevel
	for _, n := range open {
		if len(out) == 0 || out[len(out)-1].Number != level[n] {
			out = append(out, OpenLevel{Number: level[n]})
		}
		last := &out[len(out)-1]
		last.Numbers = append(last.Numbers, n)
	}
	return out
}

// PrintPage is the whole dossier as it was filed, to be read or printed.
type PrintPage struct {
	dossier
	Seal   application.Seal
	Groups []SelfLevel
	Parts  []PartField
}

// Print shows the whole dossier on one page with its seal (C75).
func (d *Door) Print(c *fiber.Ctx) error {
	base, err := d.load(c)
	if err != nil {
		return err
	}
	p := &PrintPage{dossier: base, Seal: base.Dossier.Seal(), Parts: reportOf(base, base.Dossier.Report).Parts}
	if base.Dossier.Track == roster.Comprehensive {
		p.Groups = selfLevels(base, base.Dossier.Claims)
	}
	return d.pages.Render(c, "print", p)
}
