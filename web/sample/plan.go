package sample

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/survey/frame"
	"minyi/web/login"
	"minyi/web/view"
)

// PlanForm is what was typed into the form of the plan.
type PlanForm map[string]string

// At is what stands in a field.
func (f PlanForm) At(field string) string { return f[field] }

// PlanPage settles size and allocation.
type PlanPage struct {
	Base
	Form    PlanForm
	Sizes   []SizeRow // what the target needs; by domain where it is to hold in each
	Allot   []frame.Allotment
	Links   int
	Reserve int
	Domains []DomainField
	Strata  []StratumField
	People  int64
	Listed  bool
	Flat    bool
}

// SizeRow is the size of the sample, or of a domain of it.
type SizeRow struct {
	Domain string
	frame.Size
}

// DomainField is the size wanted in a domain.
type DomainField struct {
	Number int
	Name   string
	People int64
	Links  string
}

// StratumField is what is expected of a stratum.
type StratumField struct {
	Number   int
	Name     string
	Expected string
}

// Goals are what a size may be reckoned from.
func (p *PlanPage) Goals() []frame.Goal { return frame.Goals() }

// Splits are the ways to spread the sample.
func (p *PlanPage) Splits() []frame.Split { return frame.Splits() }

// Selections are the ways to draw PSUs.
func (p *PlanPage) Selections() []frame.Selection { return frame.Selections() }

// hundredths writes hundredths as people do: 2.5 for 250.
func hundredths(n int) string {
	const all = 100
	out := strconv.Itoa(n / all)
	if rest := n % all; rest != 0 {
		out += "." + strings.TrimRight(strconv.Itoa(all + rest)[1:], "0")
	}
	return out
}

func (d *Door) planPage(c *fiber.Ctx) (*PlanPage, frame.Frame, error) {
	work, err := d.Surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, frame.Frame{}, err
	}
	f, err := d.Surveys.Frame(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, f, err
	}
	if len(f.Strata) == 0 {
		return nil, f, fault.New(fault.Conflict, "survey.noframe")
	}
	p := &PlanPage{Base: base(c, work), Form: PlanForm{}, People: f.Population(), Listed: f.People != nil, Flat: f.People != nil && f.People.Flat}
	target, plan := frame.UsualTarget(), frame.Plan{}
	target.Expected = firstExpected
	if t := work.Survey.Sampling.Target; t != nil {
		target = *t
	}
	if saved := work.Survey.Sampling.Plan; saved != nil {
		plan = *saved
	}
	p.Form.target(target)
	p.Form.plan(plan)
	p.fields(f, plan)
	return p, f, nil
}

// firstExpected is the share satisfied that a form begins with: above the usual
// threshold, so that each goal can be reckoned as it stands.
const firstExpected = 8500

// target writes a target into the form.
func (f PlanForm) target(t frame.Target) {
	f["goal"] = string(t.Goal)
	for field, n := range map[string]int{
		"expected": t.Expected, "margin": t.Margin, "threshold": t.Threshold, "low": t.Low, "power": t.Power,
		"level": t.Level, "icc": t.ICC, "response": t.Response,
	} {
		f[field] = hundredths(n)
	}
	f["take"], f["answers"] = strconv.Itoa(t.Take), strconv.Itoa(t.Answers)
	for field, n := range map[string]int64{"budget": t.Budget, "cost_psu": t.PerPSU, "cost_answer": t.PerAnswer} {
		if n != 0 {
			f[field] = strconv.FormatInt(n, 10)
		}
	}
	if t.Each {
		f["each"] = "yes"
	}
}

// plan writes a plan into the form.
func (f PlanForm) plan(p frame.Plan) {
	f["selection"], f["split"] = string(p.Selection), string(p.Split)
	f["q"] = hundredths(p.Power)
	if p.Power == 0 {
		f["q"] = "0.5"
	}
	for field, n := range map[string]int{"links": p.Links, "per_psu": p.PerPSU} {
		if n != 0 {
			f[field] = strconv.Itoa(n)
		}
	}
	f["floor"], f["reserve"] = strconv.Itoa(p.Floor), strconv.Itoa(p.Reserve)
}

// fields lists domains and strata with what the plan says of them.
func (p *PlanPage) fields(f frame.Frame, plan frame.Plan) {
	people := map[string]int64{}
	for i, s := range f.Strata {
		people[s.Domain] += s.Population()
		if i >= mostStrata {
			continue
		}
		one := StratumField{Number: i, Name: s.Name}
		if n, ok := plan.Expected[s.Name]; ok {
			one.Expected = strconv.Itoa(n)
		}
		p.Strata = append(p.Strata, one)
	}
	domains := f.Domains()
	if len(domains) < 2 {
		return
	}
	for i, name := range domains {
		one := DomainField{Number: i, Name: name, People: people[name]}
		if n, ok := plan.Domains[name]; ok {
			one.Links = strconv.Itoa(n)
		}
		p.Domains = append(p.Domains, one)
	}
}

// Plan shows the plan, or what a new one may be.
func (d *Door) Plan(c *fiber.Ctx) error {
	p, f, err := d.planPage(c)
	if err != nil {
		return err
	}
	if err := p.show(f); err != nil && fault.KindOf(err) == 0 {
		return err
	}
	return d.pages.Render(c, "plan", p)
}

// show works out what the form says, for looking. What is refused is left out. Where
// no plan was saved, it begins with the sizes that the usual target needs.
func (p *PlanPage) show(f frame.Frame) error {
	target, err := p.Form.readTarget()
	if err != nil {
		return err
	}
	if err := p.sizes(f, target); err != nil {
		p.Sizes = nil
		return err
	}
	if p.Sampling.Plan == nil {
		p.take()
	}
	plan, err := p.readPlan()
	if err != nil {
		return err
	}
	return p.allot(f, plan)
}

func (p *PlanPage) allot(f frame.Frame, plan frame.Plan) (err error) {
	if p.Allot, err = f.Allot(plan); err != nil {
		return err
	}
	p.Links, p.Reserve = 0, 0
	for _, one := range p.Allot {
		p.Links += one.Links
		p.Reserve += one.Reserve
	}
	return nil
}

// sizes reckons what the target needs, in all or in each domain.
func (p *PlanPage) sizes(f frame.Frame, t frame.Target) error {
	if !t.Each || len(p.Domains) == 0 {
		size, err := t.Size(f.Population())
		if err == nil {
			p.Sizes = []SizeRow{{Size: size}}
		}
		return err
	}
	p.Sizes = nil
	for _, domain := range p.Domains {
		size, err := t.Size(domain.People)
		if err != nil {
			return err
		}
		p.Sizes = append(p.Sizes, SizeRow{Domain: domain.Name, Size: size})
	}
	return nil
}

// take puts the reckoned sizes into the form.
func (p *PlanPage) take() {
	links, each := 0, 0
	for i, s := range p.Sizes {
		links += s.Links
		each = max(each, s.PerPSU)
		if s.Domain != "" {
			p.Domains[i].Links = strconv.Itoa(s.Links)
		}
	}
	if p.Listed {
		each = max(each, frame.LeastGroup)
	}
	if p.Flat {
		const group = 20
		each = max(each, min(group, links/2))
	}
	p.Form["links"], p.Form["per_psu"] = strconv.Itoa(links), strconv.Itoa(each)
}

// DoPlan does what its button says: reckons the size, shows the allocation, or
// saves the plan.
func (d *Door) DoPlan(c *fiber.Ctx) error {
	p, f, err := d.planPage(c)
	if err != nil {
		return err
	}
	p.typed(c)
	target, err := p.Form.readTarget()
	if err == nil {
		err = p.sizes(f, target)
	}
	if err != nil {
		return d.pages.Again(c, err, "plan", p)
	}
	if c.FormValue("do") == "size" {
		p.take()
	}
	plan, err := p.readPlan()
	if err == nil {
		err = p.allot(f, plan)
	}
	if err == nil && c.FormValue("do") == "save" {
		if _, err = d.Surveys.SetPlan(c.UserContext(), login.Actor(c), id(c), target, plan); err == nil {
			return view.See(c, at(id(c), ""), "sample.plan")
		}
	}
	if err != nil {
		return d.pages.Again(c, err, "plan", p)
	}
	return d.pages.Render(c, "plan", p)
}

// typed reads the form; nothing that was typed is lost.
func (p *PlanPage) typed(c *fiber.Ctx) {
	delete(p.Form, "each")
	for name, value := range c.Request().PostArgs().All() {
		p.Form[string(name)] = string(value)
	}
	for i := range p.Domains {
		p.Domains[i].Links = c.FormValue("domain_" + strconv.Itoa(i))
	}
	for i := range p.Strata {
		p.Strata[i].Expected = c.FormValue("expected_" + strconv.Itoa(i))
	}
}

// reader reads numbers off the form and notes those that are none.
type reader struct {
	form PlanForm
	list fault.List
}

// share reads a percentage into hundredths of a per cent.
func (r *reader) share(field string) int {
	v, err := indicators.ParseShare(r.form[field])
	if err != nil || v < 0 || v > indicators.Whole {
		r.list.Add(fault.New(fault.Invalid, "target.share", "low", "0", "high", "100").At(field))
		return 0
	}
	return int(v)
}

// whole reads a whole number; an empty field is 0.
func (r *reader) whole(field, code string, most int) int {
	text := strings.ReplaceAll(strings.TrimSpace(r.form[field]), ",", "")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		r.list.Add(fault.New(fault.Invalid, code, "max", strconv.Itoa(most)).At(field))
		return 0
	}
	return n
}

const mostMoney = 1_000_000_000

func (f PlanForm) readTarget() (frame.Target, error) {
	r := &reader{form: f}
	t := frame.Target{
		Goal: frame.Goal(f["goal"]), Expected: r.share("expected"), Margin: r.share("margin"), Threshold: r.share("threshold"),
		Low: r.share("low"), Power: r.share("power"), Level: r.share("level"), ICC: r.share("icc"), Response: r.share("response"),
		Take: r.whole("take", "target.take", frame.MaxPerPSU/2), Answers: r.whole("answers", "target.answers", frame.MaxLinks),
		Budget: int64(r.whole("budget", "target.money", mostMoney)), PerPSU: int64(r.whole("cost_psu", "target.money", mostMoney)),
		PerAnswer: int64(r.whole("cost_answer", "target.money", mostMoney)), Each: f["each"] == "yes",
	}
	return t, r.list.Err()
}

func (p *PlanPage) readPlan() (frame.Plan, error) {
	r := &reader{form: p.Form}
	plan := frame.Plan{
		Links: r.whole("links", "draw.links", frame.MaxLinks), PerPSU: r.whole("per_psu", "draw.perpsu", frame.MaxPerPSU),
		Selection: frame.Selection(p.Form["selection"]), Split: frame.Split(p.Form["split"]),
		Floor: r.whole("floor", "draw.floor", frame.MaxLinks), Reserve: r.whole("reserve", "draw.reserve", frame.MaxPerPSU),
	}
	if plan.Split == frame.Power {
		const one = 100 // hundredths
		q, err := indicators.ParseMark(strings.TrimSpace(p.Form["q"]))
		if err != nil || q < 0 || q > one {
			r.list.Add(fault.New(fault.Invalid, "draw.power").At("power"))
		}
		plan.Power = int(q)
	}
	if plan.Split == frame.Neyman {
		plan.Expected = map[string]int{}
		for _, s := range p.Strata {
			r.form["expected_"+strconv.Itoa(s.Number)] = s.Expected
			if n := r.whole("expected_"+strconv.Itoa(s.Number), "draw.expected", 99); n > 0 {
				plan.Expected[s.Name] = n
			}
		}
	}
	if p.Form["each"] == "yes" && len(p.Domains) > 0 {
		plan.Domains = map[string]int{}
		for _, one := range p.Domains {
			r.form["domain_"+strconv.Itoa(one.Number)] = one.Links
			plan.Domains[one.Name] = r.whole("domain_"+strconv.Itoa(one.Number), "draw.domain", frame.MaxLinks)
		}
	}
	return plan, r.list.Err()
}

// Hundredths writes hundredths as people do.
func (p *PlanPage) Hundredths(n int) string { return hundredths(n) }
