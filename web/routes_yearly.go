package web

import (
	"minyi/indicators/access"
	"minyi/web/yearly"
)

// yearlyRoutes are the reports and spot checks of every year after a naming: the
// applicant's own, the office's, and what the public may read. They stand before the
// applicant's door, whose addresses take any name.
func (d Doors) yearlyRoutes() []route {
	y := d.Yearly
	if y == nil {
		return nil
	}
	own, office := []access.Role{access.Applicant}, []access.Role{access.Office}
	out := []route{
		{method: get, path: yearly.Own, who: own, do: y.Home},
		{method: get, path: yearly.OwnOne, who: own, do: y.Write},
		{method: post, path: yearly.OwnOne, who: own, do: y.Save},
		{method: post, path: yearly.OwnOne + "/files", who: own, body: yearly.FileBytes, do: y.Attach},
		{method: post, path: yearly.OwnOne + "/files/remove", who: own, do: y.Detach},
		{method: get, path: yearly.OwnOne + "/files/:digest", who: own, do: y.OwnFile},
		{method: post, path: yearly.OwnOne + "/publish", who: own, body: yearly.FileBytes, do: y.Publish},
		{method: get, path: yearly.Hearing, who: own, do: y.Hearing},
		{method: post, path: yearly.Hearing, who: own, body: yearly.FileBytes, do: y.State},
		{method: get, path: yearly.Hearing + "/files/:digest", who: own, do: y.StatementFile},
		{method: get, path: yearly.Board, who: office, do: y.Board},
		{method: get, path: yearly.One, who: office, do: y.One},
		{method: post, path: yearly.One, who: office, do: y.Rule},
		{method: get, path: yearly.One + "/files/:digest", who: office, do: y.File},
		{method: get, path: yearly.Public, do: y.List},
		{method: get, path: yearly.Read, do: y.Read},
		{method: get, path: yearly.Drawn, do: y.Drawn},
		{method: get, path: yearly.DrawnDoc, do: y.Document},
	}
	for _, path := range y.AssetPaths() {
		out = append(out, route{method: get, path: path, who: own, do: y.Asset})
	}
	return append(out, d.checkRoutes()...)
}

// checkRoutes are the office's spot checks.
func (d Doors) checkRoutes() []route {
	y, office := d.Yearly, []access.Role{access.Office}
	return []route{
		{method: get, path: yearly.Checks, who: office, do: y.Checks},
		{method: post, path: yearly.Checks, who: office, do: y.Freeze},
		{method: post, path: yearly.Checks + "/:year/draw", who: office, do: y.Draw},
		{method: get, path: yearly.Checks + "/:year/draw.json", who: office, do: y.Document},
		{method: get, path: yearly.Check, who: office, do: y.CheckOne},
		{method: post, path: yearly.Check + "/open", who: office, do: y.Open},
		{method: post, path: yearly.Check + "/find", who: office, do: y.Find},
		{method: post, path: yearly.Check + "/evidence", who: office, body: yearly.FileBytes, do: y.Evidence},
		{method: get, path: yearly.Check + "/files/:digest", who: office, do: y.CheckFile},
		{method: post, path: yearly.Check + "/order", who: office, do: y.Order},
		{method: post, path: yearly.Check + "/surveyed", who: office, do: y.Surveyed},
		{method: post, path: yearly.Check + "/propose", who: office, do: y.Propose},
		{method: post, path: yearly.Check + "/confirm", who: office, do: y.Confirm},
		{method: post, path: yearly.Check + "/drop", who: office, do: y.Drop},
	}
}

// yearlyFields names what the forms of the door hold.
func yearlyFields() map[string]string {
	const (
		check = yearly.Check
		value = `(figure|part|whole|on|from|to)-\d{1,3}-\d{1,2}`
	)
	return map[string]string{
		yearly.OwnOne: `measures|results|problems|plan|seen|reason|do`, yearly.OwnOne + "/files": `file`, yearly.OwnOne + "/files/remove": `digest`,
		yearly.OwnOne + "/publish": `proof_(date|place|url)|file`, yearly.Hearing: `seen|text|nothing|file`,
		yearly.One: `kind|version|words`, yearly.Checks: `digest|source|on`, yearly.Checks + "/:year/draw": `number`,
		check + "/open": `team|from|to|document`, check + "/find": `seen|level|rest|rest_text|(verdict|item)-\d{1,3}|` + value,
		check + "/evidence": `file`, check + "/order": `order`, check + "/surveyed": `n|survey|survey_result`,
		check + "/propose": `result|text|document|deadline`, check + "/confirm": `seen`, check + "/drop": `seen|why`,
	}
}
