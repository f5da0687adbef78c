package rules

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/rulebook"
	"minyi/web/login"
)

// BookPage is the form of marks, methods and shares of a round.
type BookPage struct {
	Base
	Version  int // that the form was made from; 0 where there is none
	Own      []rulebook.Field
	Systems  []SystemForm
	Reason   string
	Methods  []indicators.Method
	Versions []roster.SchemeVersion
	Unsaved  bool // filled in, not saved yet
	Checked  bool // looked through without a mistake
	Merged   bool // somebody else saved meanwhile
	Hidden   []HiddenField
	Outsides []OutsideForm
	Updated  roster.Updated

	form    rulebook.Form
	clashes rulebook.Form
}

// HiddenField carries what the form does not show.
type HiddenField struct{ Name, Value string }

// Text is what stands in a field.
func (p *BookPage) Text(field string) string { return p.form[field] }

// GoalsSet reports whether a goalpost is not the default one, or was refused.
func (p *BookPage) GoalsSet() bool {
	return slices.ContainsFunc(p.Own, func(f rulebook.Field) bool {
		if f.Part != rulebook.Goal {
			return false
		}
		plain := indicators.Mark(0).String()
		if strings.HasSuffix(f.Key, ".high") {
			plain = indicators.Hundred.String()
		}
		text := p.Text(f.Name)
		return text != "" && text != plain || p.Problem(f.Name) != ""
	})
}

// Clash is what somebody else saved for a field that both changed.
func (p *BookPage) Clash(field string) string { return p.clashes[field] }

// Ready reports whether a scheme can be compared or taken away.
func (p *BookPage) Ready() bool { return len(p.Versions) > 0 }

// SystemForm is one indicator system.
type SystemForm struct {
	System indicators.System
	Levels []LevelForm
}

// LevelForm is one heading with its share.
type LevelForm struct {
	Name  string
	Field string // of the share; empty for additional items
	Items []ItemForm
}

// ItemForm is one indicator as it holds under the scheme.
type ItemForm struct {
	indicators.Indicator
	Field   string
	Departs bool   // from the notice
	Why     string // where it departs
}

// Sum adds up the marks typed under a heading, empty where one cannot be read.
func (p *BookPage) Sum(l LevelForm) string {
	var sum indicators.Mark
	for _, i := range l.Items {
		m, err := indicators.ParseMark(p.form[i.Field])
		if err != nil {
			return ""
		}
		sum += m
	}
	return sum.String()
}

// Shares adds up the shares of a system's headings.
func (p *BookPage) Shares(s SystemForm) string {
	var sum indicators.Share
	for _, l := range s.Levels {
		if l.Field == "" {
			continue
		}
		share, err := indicators.ParseShare(p.form[l.Field])
		if err != nil {
			return ""
		}
		sum += share
	}
	return sum.String()
}

// Book shows the newest scheme as a form; with ?fill=equal one with equal marks,
// not saved yet.
func (d *Door) Book(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	scheme, err := d.Roster.Scheme(c.UserContext(), r.Year)
	empty := fault.KindOf(err) == fault.NotFound
	if err != nil && !empty {
		return err
	}
	fill := c.Query("fill") == "equal"
	if empty || fill {
		filled, err := equal(r.Edition, c.Query("full"))
		if err != nil {
			return err
		}
		if !empty {
			for system, w := range filled.Systems {
				w.Rules = scheme.Systems[system].Rules
				filled.Systems[system] = w
			}
		}
		scheme = &filled
	}
	form, err := rulebook.Of(*scheme)
	if err != nil {
		return err
	}
	page, err := d.book(c, r, form)
	if err != nil {
		return err
	}
	page.Unsaved = fill
	return d.pages.Render(c, "book", page)
}

// equal is where the office starts: equal marks, evaluation and survey alike.
func equal(edition indicators.Edition, full string) (indicators.Scheme, error) {
	mark, err := indicators.ParseMark(full)
	if err != nil {
		mark = indicators.Hundred / 100
	}
	return indicators.EqualScheme(edition, mark, indicators.Parts{Evaluation: indicators.Whole / 2, Survey: indicators.Whole / 2})
}

// book builds the page from a form, which may hold what nobody can read.
func (d *Door) book(c *fiber.Ctx, r *roster.Round, form rulebook.Form) (*BookPage, error) {
	versions, err := d.Roster.Schemes(c.UserContext(), r.Year)
	if err != nil {
		return nil, err
	}
	fields, err := rulebook.Fields(r.Edition)
	if err != nil {
		return nil, err
	}
	p := &BookPage{Base: d.base(r), Version: len(versions), Versions: versions, Methods: indicators.Methods(), form: form}
	for _, f := range fields {
		if f.System == "" {
			p.Own = append(p.Own, f)
		}
	}
	if p.Updated, err = d.Roster.Update(c.UserContext()); err != nil {
		return nil, err
	}
	scheme, _ := form.Scheme(r.Edition) // what cannot be read is shown as typed
	for _, system := range indicators.Systems() {
		catalogue, err := indicators.Load(r.Edition, system)
		if err != nil {
			return nil, err
		}
		p.Systems = append(p.Systems, systemForm(catalogue, scheme))
	}
	return p, d.outsides(c, p)
}

func systemForm(catalogue *indicators.Catalogue, s indicators.Scheme) SystemForm {
	form, heading := SystemForm{System: catalogue.System}, 0
	for _, level := range s.Under(catalogue, nil).Levels() {
		l := LevelForm{Name: level.Name}
		for _, group := range level.Groups {
			for _, i := range group.Indicators {
				rule, departs := s.Systems[catalogue.System].Rules[i.Number]
				l.Items = append(l.Items, ItemForm{
					Indicator: i, Field: string(catalogue.System) + "." + string(i.Number), Departs: departs, Why: rule.Reason,
				})
			}
		}
		if l.Items[0].Kind == indicators.Regular {
			heading++
			l.Field = string(catalogue.System) + ".level." + strconv.Itoa(heading)
		}
		form.Levels = append(form.Levels, l)
	}
	return form
}

// basis is the form that the typed one was made from.
func (d *Door) basis(c *fiber.Ctx, r *roster.Round, version int) (rulebook.Form, error) {
	if version == 0 {
		scheme, err := equal(r.Edition, "")
		if err != nil {
			return nil, err
		}
		return rulebook.Of(scheme)
	}
	scheme, err := d.Roster.SchemeAt(c.UserContext(), r.Year, version)
	if err != nil {
		return nil, err
	}
	return rulebook.Of(*scheme)
}

// Save saves the form as the round's next scheme.
func (d *Door) Save(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	basis, err := d.basis(c, r, version(c))
	if err != nil {
		return err
	}
	mine := basis.With(posted(c))
	err = d.save(c, r, mine)
	if err == nil {
		return d.saved(c, r)
	}
	return d.again(c, r, basis, mine, err)
}

func (d *Door) save(c *fiber.Ctx, r *roster.Round, form rulebook.Form) error {
	scheme, err := form.Scheme(r.Edition)
	if err != nil {
		return err
	}
	_, err = d.Roster.Reweigh(c.UserContext(), login.Actor(c), r.Year, version(c), scheme, c.FormValue("reason"))
	return err
}

// Check looks through the form and saves nothing: sums without a script.
func (d *Door) Check(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	basis, err := d.basis(c, r, version(c))
	if err != nil {
		return err
	}
	mine := basis.With(posted(c))
	scheme, err := mine.Scheme(r.Edition)
	if err == nil {
		err = scheme.Check()
	}
	if err != nil {
		return d.again(c, r, basis, mine, err)
	}
	page, err := d.typed(c, r, basis, mine, mine)
	if err != nil {
		return err
	}
	page.Version, page.Checked = version(c), true
	return d.pages.Render(c, "book", page)
}

// again shows the form once more with all that was typed. Where somebody else
// saved meanwhile, what he changed is taken over, what both changed is named, and
// saving again makes a version after his.
func (d *Door) again(c *fiber.Ctx, r *roster.Round, basis, mine rulebook.Form, err error) error {
	merged, clashes, changed := mine, rulebook.Form(nil), errors.Is(err, fault.New(fault.Conflict, "scheme.changed"))
	if changed {
		newest, failed := d.Roster.Scheme(c.UserContext(), r.Year)
		if failed != nil {
			return failed
		}
		theirs, failed := rulebook.Of(*newest)
		if failed != nil {
			return failed
		}
		fields, failed := rulebook.Fields(r.Edition)
		if failed != nil {
			return failed
		}
		merged, clashes = rulebook.Merge(fields, basis, theirs, mine)
		basis = theirs
	}
	page, failed := d.typed(c, r, basis, mine, merged)
	if failed != nil {
		return failed
	}
	page.clashes, page.Merged = clashes, changed
	if !changed {
		page.Version = version(c)
	}
	return d.pages.Again(c, err, "book", page)
}

// typed is the page of a form that somebody filled in.
func (d *Door) typed(c *fiber.Ctx, r *roster.Round, basis, mine, merged rulebook.Form) (*BookPage, error) {
	page, err := d.book(c, r, merged)
	if err != nil {
		return nil, err
	}
	page.Reason, page.Unsaved = c.FormValue("reason"), true
	fields, err := rulebook.Fields(r.Edition)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		if (f.Part == rulebook.Limits || f.Part == rulebook.Applies || f.Part == rulebook.Why) && merged[f.Name] != basis[f.Name] && mine[f.Name] != basis[f.Name] {
			page.Hidden = append(page.Hidden, HiddenField{f.Name, merged[f.Name]})
		}
	}
	return page, nil
}
