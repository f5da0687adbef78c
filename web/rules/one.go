package rules

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/rulebook"
	"minyi/web/login"
	"minyi/web/view"
)

// OnePage is one indicator: its thresholds and to whom it applies.
type OnePage struct {
	Base
	System   indicators.System
	Notice   indicators.Indicator // as the notice has it
	Version  int
	Limits   []LimitForm
	Kinds    []KindForm
	Making   bool // only with rule-making power
	Departs  bool
	Reason   string // of the rule that holds, or typed
	Ops      []indicators.Op
	Softs    []indicators.Softness
	Tries    []TryForm
	Saved    string // thresholds that somebody else saved meanwhile
	Previous string // address of the indicator before
	Next     string
}

// LimitForm is one threshold as text.
type LimitForm struct {
	Field                 string
	Name, Op, Value, Unit string
	Soft                  string
}

// KindForm is one kind of unit that an indicator may be limited to.
type KindForm struct {
	Kind string
	On   bool
}

// TryForm lets the office try a value against a threshold.
type TryForm struct {
	indicators.Threshold
	At     int
	Entry  indicators.Entry
	Tried  bool
	Bad    []string
	Judged indicators.Judgement
}

const spareLimits = 2

// One shows one indicator, and judges a value that is tried.
func (d *Door) One(c *fiber.Ctx) error {
	p, err := d.one(c)
	if err != nil {
		return err
	}
	d.try(c, p)
	return d.pages.Render(c, "one", p)
}

func (d *Door) one(c *fiber.Ctx) (*OnePage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	system := indicators.System(c.Params("system"))
	notice, err := indicators.Load(r.Edition, system)
	if err != nil {
		return nil, err
	}
	i, ok := notice.Find(indicators.Number(c.Params("number")))
	if !ok {
		return nil, fault.New(fault.NotFound, "indicator.unknown", "number", "")
	}
	versions, err := d.Roster.Schemes(c.UserContext(), r.Year)
	if err != nil {
		return nil, err
	}
	rule := indicators.Rule{Limits: i.Thresholds, Applies: i.Applies}
	if n := len(versions); n > 0 {
		rule = versions[n-1].Scheme.Systems[system].RuleOf(i)
	}
	p := &OnePage{
		Base: d.base(r), System: system, Notice: i, Version: len(versions), Departs: rule.Departs(i), Reason: rule.Reason,
		Ops: indicators.Ops(), Softs: indicators.Softnesses(), Making: rule.Applies.RuleMaking,
	}
	spare := spareLimits
	if p.Locked {
		spare = 0
	}
	p.fill(rule, spare)
	p.neighbours(notice)
	under, err := d.Roster.Catalogue(c.UserContext(), r.Year, system)
	if err != nil {
		return nil, err
	}
	holds, _ := under.Find(i.Number)
	for n, t := range holds.Thresholds {
		p.Tries = append(p.Tries, TryForm{Threshold: t, At: n})
	}
	return p, nil
}

// fill puts a rule into the form, with so many empty lines for more thresholds.
func (p *OnePage) fill(rule indicators.Rule, spare int) {
	for n := range len(rule.Limits) + spare {
		l := LimitForm{Field: "limit_" + strconv.Itoa(n)}
		if n < len(rule.Limits) {
			t := rule.Limits[n]
			l.Name, l.Op, l.Value, l.Unit, l.Soft = t.Name, string(t.Op), t.Raw, t.Unit, string(t.Soft)
		}
		p.Limits = append(p.Limits, l)
	}
	for _, kind := range rulebook.Kinds(p.System) {
		p.Kinds = append(p.Kinds, KindForm{kind, indicators.Applies{Kinds: rule.Applies.Kinds}.To(kind, true)})
	}
}

func (p *OnePage) neighbours(c *indicators.Catalogue) {
	for n, i := range c.Indicators {
		if i.Number != p.Notice.Number {
			continue
		}
		if n > 0 {
			p.Previous = at("/"+string(p.System)+"/"+string(c.Indicators[n-1].Number), p.Round)
		}
		if n+1 < len(c.Indicators) {
			p.Next = at("/"+string(p.System)+"/"+string(c.Indicators[n+1].Number), p.Round)
		}
	}
}

// try judges what was entered for one threshold.
func (d *Door) try(c *fiber.Ctx, p *OnePage) {
	n, err := strconv.Atoi(c.Query("try"))
	if err != nil || n < 0 || n >= len(p.Tries) {
		return
	}
	t := &p.Tries[n]
	t.Tried = true
	t.Entry = indicators.Entry{
		Figure: c.Query("figure"), Part: c.Query("part"), Whole: c.Query("whole"), On: c.Query("on"), From: c.Query("from"), To: c.Query("to"),
	}
	for _, r := range fault.All(t.Entry.Check(t.Threshold)) {
		t.Bad = append(t.Bad, d.Texts.Refusal(view.LangOf(c), r))
	}
	t.Judged = t.Judge(t.Entry, d.Calendar)
}

// Outcome names the sentence for what was tried.
func (t TryForm) Outcome() string {
	switch {
	case t.Judged.Inapplicable:
		return "inapplicable"
	case t.Judged.NoLimit:
		return "nolimit"
	case !t.Judged.Known:
		return "unknown"
	case t.Judged.Meets:
		return "met"
	case t.Judged.Warns:
		return "warned"
	}
	return "missed"
}

// Change saves thresholds and applicability of one indicator as a new version.
func (d *Door) Change(c *fiber.Ctx) error {
	p, err := d.one(c)
	if err != nil {
		return err
	}
	basis, err := d.basis(c, p.Round, version(c))
	if err != nil {
		return err
	}
	over, err := p.read(c)
	if err == nil {
		form := basis.With(over)
		var scheme indicators.Scheme
		if scheme, err = form.Scheme(p.Round.Edition); err == nil {
			_, err = d.Roster.Reweigh(c.UserContext(), login.Actor(c), p.Round.Year, version(c), scheme, c.FormValue("reason"))
		}
	}
	if err == nil {
		return view.See(c, at("/"+string(p.System)+"/"+string(p.Notice.Number), p.Round), "scheme")
	}
	if errors.Is(err, fault.New(fault.Conflict, "scheme.changed")) {
		p.Saved = limitsOf(p)
	} else {
		p.Version = version(c)
	}
	p.keep(c)
	return d.pages.Again(c, here(err), "one", p)
}

// limitsOf writes the thresholds that hold now.
func limitsOf(p *OnePage) string {
	var out []string
	for _, t := range p.Tries {
		out = append(out, t.String())
	}
	return strings.Join(out, "; ")
}

// here names the fields of the page, which has those of one indicator only.
func here(err error) error {
	var list fault.List
	for _, r := range fault.All(err) {
		field := r.Field
		for _, end := range []string{".limits", ".applies", ".why"} {
			if strings.HasSuffix(field, end) {
				field = strings.TrimPrefix(end, ".")
			}
		}
		if field == "why" {
			field = "reason"
		}
		list.Add(r.At(field))
	}
	if len(list) == 0 {
		return err
	}
	return list
}

// read makes the fields of the form from the parts that were typed.
func (p *OnePage) read(c *fiber.Ctx) (rulebook.Form, error) {
	name := string(p.System) + "." + string(p.Notice.Number)
	if c.FormValue("do") == "restore" {
		return rulebook.Form{
			name + ".limits": indicators.WriteThresholds(p.Notice.Thresholds), name + ".applies": rulebook.WriteApplies(p.Notice.Applies), name + ".why": "",
		}, nil
	}
	var list fault.List
	var limits []indicators.Threshold
	for _, l := range typedLimits(c) {
		if l.Name == "" && l.Value == "" {
			continue
		}
		t, err := indicators.NewThreshold(l.Name, indicators.Op(l.Op), l.Value, l.Unit, indicators.Softness(l.Soft))
		for _, r := range fault.All(err) {
			list.Add(r.At(l.Field))
		}
		limits = append(limits, t)
	}
	return rulebook.Form{
		name + ".limits": indicators.WriteThresholds(limits), name + ".applies": rulebook.WriteApplies(p.applies(c)), name + ".why": c.FormValue("reason"),
	}, list.Err()
}

func (p *OnePage) applies(c *fiber.Ctx) indicators.Applies {
	a := indicators.Applies{RuleMaking: c.FormValue("rule_making") == "on"}
	for _, k := range p.Kinds {
		if c.FormValue("kind_"+k.Kind) == "on" {
			a.Kinds = append(a.Kinds, k.Kind)
		}
	}
	if len(a.Kinds) == len(p.Kinds) {
		a.Kinds = nil // all kinds is no limit
	}
	return a
}

const mostTyped = 14

func typedLimits(c *fiber.Ctx) (out []LimitForm) {
	for n := range mostTyped {
		field := "limit_" + strconv.Itoa(n)
		if c.FormValue(field+"_name")+c.FormValue(field+"_value") == "" && c.FormValue(field+"_op") == "" {
			continue
		}
		out = append(out, LimitForm{
			Field: field, Name: c.FormValue(field + "_name"), Op: c.FormValue(field + "_op"), Value: c.FormValue(field + "_value"),
			Unit: c.FormValue(field + "_unit"), Soft: c.FormValue(field + "_soft"),
		})
	}
	return out
}

// keep puts back what was typed.
func (p *OnePage) keep(c *fiber.Ctx) {
	p.Reason, p.Limits, p.Making = c.FormValue("reason"), typedLimits(c), c.FormValue("rule_making") == "on"
	for n, k := range p.Kinds {
		p.Kinds[n].On = c.FormValue("kind_"+k.Kind) == "on"
	}
}
