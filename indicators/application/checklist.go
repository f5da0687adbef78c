package application

import (
	"strconv"
	"strings"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Terms are the rules that a dossier is measured by: its round's settings and
// the indicators that apply to its unit.
type Terms struct {
	Round      roster.Round
	Unit       roster.Unit
	Catalogue  *indicators.Catalogue
	Applicable []indicators.Indicator
	Calendar   indicators.Calendar // counts working days; may be nil
}

// The tasks of a dossier that have no section of their own.
const (
	Files     Section = "exhibits"
	Declaring Section = "declaration"
)

// Tasks returns the tasks of a track in the order in which they are best done.
func Tasks(t roster.Track) []Section {
	if t == roster.Single {
		return []Section{Profile, Words, Files, Declaring}
	}
	return []Section{Profile, Self, Files, Words, Declaring}
}

// Gap is one thing that keeps a dossier from being filed: the task that it
// belongs to, the refusal that filing gives for it with the form's field, how
// many required fields are still empty behind it, and the indicators that have
// no claim.
type Gap struct {
	Task   Section
	Why    *fault.Refusal
	Fields int
	Open   []indicators.Number
}

// Gaps returns everything that keeps the dossier from being filed, nil when
// nothing does.
func (d *Dossier) Gaps(t Terms) fault.List {
	var list fault.List
	for _, g := range d.Checklist(t) {
		list.Add(g.Why)
	}
	return list
}

// Checklist returns everything that keeps the dossier from being filed, task by
// task: filing refuses with the very same.
func (d *Dossier) Checklist(t Terms) []Gap {
	var out []Gap
	if d.Track == roster.Single {
		out = d.projectGaps()
	} else {
		out = d.claimGaps(t)
	}
	out = append(out, d.reportGaps(t.Round.Settings)...)
	if blank(d.Leader.Name) {
		out = append(out, gap(Profile, "dossier.leader_missing", "leader_name"))
	}
	if blank(d.Leader.Post) {
		out = append(out, gap(Profile, "dossier.post_missing", "leader_post"))
	}
	switch {
	case !d.Declaration.Made():
		out = append(out, gap(Declaring, "dossier.undeclared", "declared"))
	case !d.Declared():
		out = append(out, gap(Declaring, "dossier.redeclare", "declared"))
	}
	return out
}

func gap(task Section, code, field string) Gap {
	return Gap{Task: task, Why: fault.New(fault.Invalid, code).At(field), Fields: 1}
}

func (d *Dossier) projectGaps() []Gap {
	var out []Gap
	for _, r := range projectFaults(d.Project) {
		out = append(out, Gap{Task: Profile, Why: r, Fields: 1})
	}
	if blank(d.Title) {
		out = append(out, gap(Profile, "dossier.title_missing", "title"))
	}
	if len(d.Exhibits) == 0 {
		out = append(out, gap(Files, "dossier.attachments_missing", "file"))
	}
	return out
}

// claimGaps wants a claim on every indicator that applies (C25) and enough of
// them met (C18), compared in integers.
func (d *Dossier) claimGaps(t Terms) []Gap {
	var open []indicators.Number
	var numbers []string
	for _, i := range t.Applicable {
		if d.Claims[i.Number].Verdict == "" {
			open, numbers = append(open, i.Number), append(numbers, string(i.Number))
		}
	}
	if len(open) > 0 {
		why := fault.New(fault.Invalid, "dossier.claims_missing", "count", strconv.Itoa(len(open)), "numbers", strings.Join(numbers, "、"))
		return []Gap{{Task: Self, Why: why.At(ClaimField(open[0])), Fields: len(open), Open: open}}
	}
	if below := d.BelowGate(t); below != nil && !t.Round.Settings.AllowBelowGate {
		return []Gap{{Task: Self, Why: below}}
	}
	return nil
}

// BelowGate returns why too few indicators are met for the comprehensive track
// (C18), nil where enough are or the track has no such rule. It blocks filing
// unless the round's settings let it pass (C25).
func (d *Dossier) BelowGate(t Terms) *fault.Refusal {
	gate := t.Round.Settings.Gate
	whole, _ := d.Count(t.Applicable)
	if d.Track != comprehensive || gate.Passes(whole.Met, whole.Applicable()) {
		return nil
	}
	return fault.New(fault.Invalid, "dossier.gate", "met", strconv.Itoa(whole.Met),
		"applicable", strconv.Itoa(whole.Applicable()), "needed", strconv.Itoa(gate.Needed(whole.Applicable())))
}

func (d *Dossier) reportGaps(s roster.Settings) []Gap {
	var out []Gap
	for _, p := range Parts(d.Track) {
		if blank(d.Report[p]) {
			out = append(out, Gap{Task: Words, Why: p.missing(), Fields: 1})
		}
	}
	if n := d.ReportLength(s); n > s.ReportLimit {
		out = append(out, Gap{Task: Words, Why: tooLong(n, s).At(string(Parts(d.Track)[0]))})
	}
	return out
}

// Progress is how many of the fields that the documents ask for are filled in
// (C10: no other is required).
type Progress struct{ Filled, Required int }

// Remaining is how many required fields are still empty.
func (p Progress) Remaining() int { return p.Required - p.Filled }

// Progress counts the required fields of the whole dossier and of each task.
func (d *Dossier) Progress(t Terms) (whole Progress, tasks map[Section]Progress) {
	tasks = map[Section]Progress{Profile: {Required: 2}, Words: {Required: len(Parts(d.Track))}, Declaring: {Required: 1}, Files: {}, Self: {}}
	if d.Track == roster.Single {
		tasks[Profile], tasks[Files] = Progress{Required: 4}, Progress{Required: 1}
	} else {
		tasks[Self] = Progress{Required: len(t.Applicable)}
	}
	empty := map[Section]int{}
	for _, g := range d.Checklist(t) {
		empty[g.Task] += g.Fields
	}
	for task, p := range tasks {
		p.Filled = p.Required - empty[task]
		tasks[task] = p
		whole.Required += p.Required
		whole.Filled += p.Filled
	}
	return whole, tasks
}

// Unproven returns the indicators that are claimed met without an exhibit; they
// are flagged and do not keep the dossier from being filed (C80).
func (d *Dossier) Unproven(applicable []indicators.Indicator) []indicators.Number {
	var out []indicators.Number
	for _, i := range applicable {
		if d.Claims[i.Number].Verdict == Met && len(d.ExhibitsOf(i.Number)) == 0 {
			out = append(out, i.Number)
		}
	}
	return out
}

// missing refuses a report without this part.
func (p Part) missing() *fault.Refusal {
	code := "report.missing." + string(p)
	return fault.New(fault.Invalid, code).At(string(p))
}
