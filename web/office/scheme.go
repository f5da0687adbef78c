package office

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// SchemePage is the form of marks, methods and shares of a whole round.
type SchemePage struct {
	view.Frame
	Round    *roster.Round
	Locked   bool
	Version  int // that the form was made from; 0 where there is none
	Systems  []SystemForm
	Criteria []CriterionForm
	Parts    PartsForm
	Bonus    string
	Penalty  string
	Reason   string
	Methods  []indicators.Method
	Versions []roster.SchemeVersion
	Unsaved  bool // filled in by "equal marks", not saved yet
}

// PartsForm are the shares of the instruments as text.
type PartsForm struct{ Evaluation, Survey, Verification string }

// CriterionForm is one criterion of single projects.
type CriterionForm struct {
	Criterion indicators.Criterion
	Full      string
}

// SystemForm is one indicator system.
type SystemForm struct {
	System indicators.System
	Levels []LevelForm
}

// LevelForm is one heading with its share.
type LevelForm struct {
	Name  string
	Field string // form field of the share; empty for additional items
	Share string
	Items []ItemForm
}

// ItemForm is one indicator.
type ItemForm struct {
	indicators.Indicator
	Field  string
	Full   string
	Method indicators.Method
}

// Indicators shows the newest scheme as a form; with ?fill=equal one with equal
// marks, not saved yet.
func (d *Door) Indicators(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	page, err := d.schemePage(c, r)
	if err != nil {
		return err
	}
	scheme, err := d.Roster.Scheme(c.UserContext(), r.Year)
	empty := fault.KindOf(err) == fault.NotFound
	if err != nil && !empty {
		return err
	}
	if empty || c.Query("fill") == "equal" {
		filled, err := equal(r.Edition, c.Query("full"))
		if err != nil {
			return err
		}
		page.Unsaved = !empty || c.Query("fill") == "equal"
		scheme = &filled
	}
	if err := page.fill(scheme); err != nil {
		return err
	}
	return d.pages.Render(c, "scheme", page)
}

// equal is where the office starts: equal marks, evaluation and survey alike.
func equal(edition indicators.Edition, full string) (indicators.Scheme, error) {
	mark, err := indicators.ParseMark(full)
	if err != nil {
		mark = indicators.Hundred / 100
	}
	return indicators.EqualScheme(edition, mark, indicators.Parts{Evaluation: indicators.Whole / 2, Survey: indicators.Whole / 2})
}

func (d *Door) schemePage(c *fiber.Ctx, r *roster.Round) (*SchemePage, error) {
	versions, err := d.Roster.Schemes(c.UserContext(), r.Year)
	if err != nil {
		return nil, err
	}
	return &SchemePage{
		Round: r, Locked: r.Settings.Evaluation.Began(d.Now()), Version: len(versions), Versions: versions, Methods: indicators.Methods(),
	}, nil
}

func (p *SchemePage) fill(s *indicators.Scheme) error {
	for _, system := range indicators.Systems() {
		catalogue, err := indicators.Load(s.Edition, system)
		if err != nil {
			return err
		}
		p.Systems = append(p.Systems, systemForm(catalogue, s.Systems[system]))
	}
	for _, k := range indicators.Criteria() {
		p.Criteria = append(p.Criteria, CriterionForm{k, s.Criteria[k].String()})
	}
	p.Parts = PartsForm{s.Parts.Evaluation.String(), s.Parts.Survey.String(), s.Parts.Verification.String()}
	p.Bonus, p.Penalty = s.BonusCap.String(), s.PenaltyCap.String()
	return nil
}

func systemForm(catalogue *indicators.Catalogue, w indicators.Weights) SystemForm {
	form := SystemForm{System: catalogue.System}
	heading := 0
	for _, level := range catalogue.Levels() {
		l := LevelForm{Name: level.Name}
		for _, group := range level.Groups {
			for _, i := range group.Indicators {
				item := w.Items[i.Number]
				l.Items = append(l.Items, ItemForm{
					Indicator: i, Field: string(catalogue.System) + "." + string(i.Number), Full: item.Full.String(), Method: item.Method,
				})
			}
		}
		if l.Items[0].Kind == indicators.Regular {
			heading++
			l.Field, l.Share = levelField(catalogue.System, heading), w.Levels[level.Name].String()
		}
		form.Levels = append(form.Levels, l)
	}
	return form
}

func levelField(s indicators.System, n int) string { return string(s) + ".level." + strconv.Itoa(n) }

// Reweigh saves the form as the round's next scheme.
func (d *Door) Reweigh(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	scheme, err := readScheme(c, r.Edition)
	if err == nil {
		_, err = d.Roster.Reweigh(c.UserContext(), actor(c), r.Year, version(c), scheme, c.FormValue("reason"))
	}
	if err == nil {
		return view.See(c, "/office/indicators", "scheme")
	}
	page, pageErr := d.schemePage(c, r)
	if pageErr != nil {
		return pageErr
	}
	if fillErr := page.fill(&scheme); fillErr != nil {
		return fillErr
	}
	page.keep(c)
	return d.pages.Again(c, err, "scheme", page)
}

// keep puts back what was typed, also where it is no number.
func (p *SchemePage) keep(c *fiber.Ctx) {
	p.Reason, p.Unsaved, p.Version = c.FormValue("reason"), true, version(c)
	p.Bonus, p.Penalty = c.FormValue("bonus_cap"), c.FormValue("penalty_cap")
	p.Parts = PartsForm{c.FormValue("parts.evaluation"), c.FormValue("parts.survey"), c.FormValue("parts.verification")}
	for i := range p.Criteria {
		p.Criteria[i].Full = c.FormValue("criteria." + string(p.Criteria[i].Criterion))
	}
	for _, s := range p.Systems {
		for l := range s.Levels {
			if s.Levels[l].Field != "" {
				s.Levels[l].Share = c.FormValue(s.Levels[l].Field)
			}
			for n := range s.Levels[l].Items {
				s.Levels[l].Items[n].Full = c.FormValue(s.Levels[l].Items[n].Field)
			}
		}
	}
}

// form reads numbers of a request and gathers what is wrong with them.
type form struct {
	c    *fiber.Ctx
	list fault.List
}

func (f *form) mark(field string) indicators.Mark {
	m, err := indicators.ParseMark(f.c.FormValue(field))
	for _, r := range fault.All(err) {
		f.list.Add(r.At(field))
	}
	return m
}

func (f *form) share(field string) indicators.Share {
	s, err := indicators.ParseShare(f.c.FormValue(field))
	for _, r := range fault.All(err) {
		f.list.Add(r.At(field))
	}
	return s
}

func (f *form) date(field string) roster.Date {
	date, err := roster.ParseDate(f.c.FormValue(field))
	for _, r := range fault.All(err) {
		f.list.Add(r.At(field))
	}
	return date
}

func readScheme(c *fiber.Ctx, edition indicators.Edition) (indicators.Scheme, error) {
	f := &form{c: c}
	s := indicators.Scheme{
		Edition: edition, Systems: map[indicators.System]indicators.Weights{}, Criteria: map[indicators.Criterion]indicators.Mark{},
		Parts: indicators.Parts{
			Evaluation: f.share("parts.evaluation"), Survey: f.share("parts.survey"), Verification: f.share("parts.verification"),
		},
		BonusCap: f.mark("bonus_cap"), PenaltyCap: f.mark("penalty_cap"),
	}
	for _, k := range indicators.Criteria() {
		s.Criteria[k] = f.mark("criteria." + string(k))
	}
	for _, system := range indicators.Systems() {
		catalogue, err := indicators.Load(edition, system)
		if err != nil {
			return s, err
		}
		w := indicators.Weights{Items: map[indicators.Number]indicators.Item{}, Levels: map[string]indicators.Share{}}
		for _, i := range catalogue.Indicators {
			field := string(system) + "." + string(i.Number)
			w.Items[i.Number] = indicators.Item{Full: f.mark(field), Method: indicators.Method(c.FormValue(field + ".method"))}
		}
		for n, h := range catalogue.Headings() {
			w.Levels[h] = f.share(levelField(system, n+1))
		}
		s.Systems[system] = w
	}
	return s, f.list.Err()
}
