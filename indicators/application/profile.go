package application

import (
	"slices"
	"strings"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Leader is the first person responsible (第一责任人, C06).
type Leader struct {
	Name string `json:"name"`
	Post string `json:"post"`
}

// Plan is the unit's plan of its work (创建方案, C50). No document asks for it,
// so nothing is missing without it (C10).
type Plan struct {
	Name  string      `json:"name"`  // title and number of the document
	Dated roster.Date `json:"dated"` // of the document; zero where not given
	Aim   string      `json:"aim"`   // what it sets out to reach
}

// Head is what a unit says of itself beside indicators and report. Declared makes
// the declaration of truth over the dossier as it then stands; without it the
// declaration is left as it is.
type Head struct {
	Project  roster.Project
	Title    string
	Criteria map[indicators.Criterion]string
	Leader   Leader
	Plan     Plan
	Declared bool
}

// Head returns what the dossier says of the unit.
func (d *Dossier) Head() Head {
	return Head{
		Project: d.Project, Title: d.Title, Criteria: d.Criteria, Leader: d.Leader, Plan: d.Plan, Declared: d.Declared(),
	}
}

const (
	longestTitle     = 60
	longestName      = 40
	longestPost      = 80
	longestPlan      = 100
	longestCriterion = 300
)

// CriterionField names the form field of a criterion.
func CriterionField(c indicators.Criterion) string { return "criterion_" + string(c) }

// SetProfile changes project, criteria, leader and plan. Empty fields are fine
// in a draft.
func (d *Dossier) SetProfile(seen int, h Head, by Editor) error {
	if d.Track != roster.Single {
		h.Project, h.Title, h.Criteria = roster.Project{}, "", nil
	}
	if err := h.check(); err != nil {
		return err
	}
	fields := changed(d.Head().fields(), h.fields())
	if err := d.edit(Profile, seen, fields); err != nil {
		return err
	}
	d.Project, d.Title, d.Criteria, d.Leader, d.Plan = h.Project, h.Title, h.Criteria, h.Leader, h.Plan
	d.touch(Profile, by, fields)
	if h.Declared {
		d.declare(by)
	}
	return nil
}

func (h Head) check() error {
	var list fault.List
	checkText(&list, "title", h.Title, longestTitle, line)
	checkText(&list, "leader_name", h.Leader.Name, longestName, line)
	checkText(&list, "leader_post", h.Leader.Post, longestPost, line)
	checkText(&list, "plan_name", h.Plan.Name, longestPlan, line)
	checkText(&list, "plan_aim", h.Plan.Aim, longestNote, paragraph)
	for name, text := range h.Criteria {
		if !slices.Contains(indicators.Criteria(), name) {
			list.Add(fault.New(fault.Invalid, "project.criterion"))
			continue
		}
		checkText(&list, CriterionField(name), text, longestCriterion, paragraph)
	}
	if h.Project != (roster.Project{}) {
		checkText(&list, "project_text", h.Project.Text, longestTitle, line)
		list = append(list, projectFaults(h.Project)...)
	}
	return list.Err()
}

// fields returns the head as the form's fields.
func (h Head) fields() map[string]string {
	out := map[string]string{
		"project_field": string(h.Project.Field), "project_text": h.Project.Text, "title": h.Title,
		"leader_name": h.Leader.Name, "leader_post": h.Leader.Post,
		"plan_name": h.Plan.Name, "plan_dated": h.Plan.Dated.String(), "plan_aim": h.Plan.Aim,
	}
	for _, c := range indicators.Criteria() {
		out[CriterionField(c)] = h.Criteria[c]
	}
	return out
}

// changed returns the names of the fields that differ, in order.
func changed(old, fresh map[string]string) []string {
	var out []string
	for name, text := range fresh {
		if old[name] != text {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// projectFaults checks a project and names its fields as the form does.
func projectFaults(p roster.Project) []*fault.Refusal {
	out := fault.All(p.Check())
	for _, r := range out {
		r.Field = "project_" + r.Field
	}
	return out
}

// blank reports whether a text says nothing.
func blank(s string) bool { return strings.TrimSpace(s) == "" }
