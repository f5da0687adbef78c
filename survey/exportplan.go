package survey

import (
	"strconv"

	"minyi/survey/export"
	"minyi/survey/frame"
	"minyi/survey/tabulate"
)

// percent is a whole one as the plans of the weights count.
const percent = 100

// plan is the plan of the weights as the script does it again; nil for the usual one.
func (x *exporting) plan() *export.Plan {
	p := x.result.Weighting.Plan
	if p == nil {
		return nil
	}
	out := &export.Plan{
		Equal: p.Base == tabulate.EqualBase, Adjust: string(p.Nonresponse.Method), By: p.Nonresponse.By, Classes: p.Nonresponse.Classes,
		Method: string(p.Method), Low: float64(p.Low) / percent, High: float64(p.High) / percent,
		Trim: x.result.Weighting.Trimmed > 0, TrimLow: float64(p.Trim.Low) / percent, TrimHigh: float64(p.Trim.High) / percent,
		Strict: p.Trim.Strict, Again: p.Trim.Again, Blend: x.result.Weighting.Blend != nil,
	}
	if p.Method == tabulate.Raking {
		out.Method = "raking"
	}
	for _, u := range x.units {
		out.Units = append(out.Units, export.Unit(u))
	}
	return out
}

// planColumns are what the script needs beside the census margins: the cell of each
// margin of the agency's own, and what the blend was fitted on.
func (x *exporting) planColumns() (out []exportColumn) {
	p := x.result.Weighting.Plan
	if p == nil {
		return nil
	}
	for k, t := range p.Targets {
		v := export.Variable{
			Name: targetColumn(k + 1), Label: x.named("var.margin_plan", map[string]export.Name{"name": both(t.Name)}), Kind: export.Text, Level: export.Nominal,
		}
		out = append(out, exportColumn{v, func(a *answer) export.Cell { return text(t.Label(x.knows(a))) }})
	}
	if x.result.Weighting.Blend == nil {
		return out
	}
	for _, name := range margins() {
		v := export.Variable{Name: "known_" + name, Label: x.say("var.known_" + name), Kind: export.Text, Level: export.Nominal}
		out = append(out, exportColumn{v, func(a *answer) export.Cell { return text(x.knows(a)(name)) }})
	}
	return out
}

// knows tells each variable of an answer.
func (x *exporting) knows(a *answer) func(variable string) string {
	others := x.live.survey.Weighting.questions()
	return func(variable string) string {
		switch variable {
		case frame.Sex:
			return a.person.Sex
		case frame.Residence:
			return a.person.Residence
		case frame.Age:
			return a.person.Age
		case tabulate.Stratum:
			return a.person.Stratum
		}
		for k, id := range others {
			if id == variable {
				return a.person.Others[k]
			}
		}
		return ""
	}
}

// targetColumn names the column of the agency's n-th margin.
func targetColumn(n int) string { return "margin_plan_" + strconv.Itoa(n) }
