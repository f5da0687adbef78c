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
}

// Gaps returns everything that keeps the dossier from being filed, nil when
// nothing does: the checklist shows the same that filing refuses.
func (d *Dossier) Gaps(t Terms) fault.List {
	var list fault.List
	if d.Track == roster.Single {
		d.projectGaps(&list)
	} else {
		d.claimGaps(&list, t)
	}
	d.reportGaps(&list, t.Round.Settings)
	if strings.TrimSpace(d.Leader.Name) == "" || strings.TrimSpace(d.Leader.Post) == "" {
		list.Add(fault.New(fault.Invalid, "dossier.leader_missing").At("leader_name"))
	}
	if !d.Declaration.Made() {
		list.Add(fault.New(fault.Invalid, "dossier.undeclared").At("declared"))
	}
	return list
}

func (d *Dossier) projectGaps(list *fault.List) {
	if faults := projectFaults(d.Project); len(faults) > 0 {
		*list = append(*list, faults...)
	}
	if strings.TrimSpace(d.Title) == "" {
		list.Add(fault.New(fault.Invalid, "dossier.title_missing").At("title"))
	}
	if len(d.Exhibits) == 0 {
		list.Add(fault.New(fault.Invalid, "dossier.attachments_missing"))
	}
}

// claimGaps wants a claim on every indicator that applies (C25) and enough of
// them met (C18), compared in integers.
func (d *Dossier) claimGaps(list *fault.List, t Terms) {
	var open []string
	for _, i := range t.Applicable {
		if d.Claims[i.Number].Verdict == "" {
			open = append(open, string(i.Number))
		}
	}
	whole, _ := d.Count(t.Applicable)
	if len(open) > 0 {
		list.Add(fault.New(fault.Invalid, "dossier.claims_missing", "count", strconv.Itoa(len(open)),
			"numbers", strings.Join(open, "、")))
		return
	}
	gate := t.Round.Settings.Gate
	if !gate.Passes(whole.Met, whole.Applicable()) && !t.Round.Settings.AllowBelowGate {
		list.Add(fault.New(fault.Invalid, "dossier.gate", "met", strconv.Itoa(whole.Met),
			"applicable", strconv.Itoa(whole.Applicable()), "needed", strconv.Itoa(gate.Needed(whole.Applicable()))))
	}
}

func (d *Dossier) reportGaps(list *fault.List, s roster.Settings) {
	for _, p := range Parts(d.Track) {
		if strings.TrimSpace(d.Report[p]) == "" {
			list.Add(p.missing())
		}
	}
	if n := d.ReportLength(s); n > s.ReportLimit {
		list.Add(tooLong(n, s))
	}
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
