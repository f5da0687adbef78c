package web

import (
	"minyi/indicators/access"
	"minyi/web/apply"
	"minyi/web/evaluate"
)

// applyRoutes is the applicant's door. No address names a unit: it is always
// the actor's own.
func (d Doors) applyRoutes() []route {
	if d.Apply == nil {
		return nil
	}
	own := []access.Role{access.Applicant}
	const dossier = "/apply/:round/:track"
	var out []route
	for _, path := range d.Apply.AssetPaths() {
		out = append(out, route{method: get, path: path, who: own, do: d.Apply.Asset})
	}
	return append(out, []route{
		{method: get, path: "/apply", who: own, do: d.Apply.Home},
		{method: post, path: dossier + "/start", who: own, do: d.Apply.Start},
		{method: get, path: dossier, who: own, do: d.Apply.Desk},
		{method: get, path: dossier + "/self", who: own, do: d.Apply.Self},
		{method: post, path: dossier + "/self", who: own, body: apply.SelfBytes, do: d.Apply.SaveSelf},
		{method: get, path: dossier + "/report", who: own, do: d.Apply.Report},
		{method: post, path: dossier + "/report", who: own, do: d.Apply.SaveReport},
		{method: get, path: dossier + "/profile", who: own, do: d.Apply.Profile},
		{method: post, path: dossier + "/profile", who: own, do: d.Apply.SaveProfile},
		{method: get, path: dossier + "/declaration", who: own, do: d.Apply.Declaration},
		{method: post, path: dossier + "/declaration", who: own, do: d.Apply.Declare},
		{method: get, path: dossier + "/copy", who: own, do: d.Apply.Copy},
		{method: post, path: dossier + "/copy", who: own, do: d.Apply.DoCopy},
		{method: post, path: dossier + "/looked", who: own, do: d.Apply.Look},
		{method: get, path: dossier + "/print", who: own, do: d.Apply.Print},
	}...)
}

// evaluateRoutes is the assessors' door.
func (d Doors) evaluateRoutes() []route {
	if d.Evaluate == nil {
		return nil
	}
	own := []access.Role{access.Assessor}
	office := []access.Role{access.Office}
	return []route{
		{method: get, path: "/evaluate", who: own, do: d.Evaluate.Home},
		{method: get, path: "/evaluate/:dossier", who: own, do: d.Evaluate.Show},
		{method: post, path: "/evaluate/:dossier/interest", who: own, do: d.Evaluate.Declare},
		{method: post, path: "/evaluate/:dossier/sheet", who: own, body: evaluate.SheetBytes, do: d.Evaluate.Save},
		{method: post, path: "/evaluate/:dossier/items/:item", who: own, do: d.Evaluate.Item},
		{method: get, path: "/evaluate/:dossier/state", who: own, do: d.Evaluate.State},
		{method: get, path: "/evaluate/:dossier/submit", who: own, do: d.Evaluate.Summary},
		{method: post, path: "/evaluate/:dossier/submit", who: own, do: d.Evaluate.Submit},
		{method: get, path: "/evaluate/:dossier/problems", who: own, do: d.Evaluate.Problem},
		{method: post, path: "/evaluate/:dossier/problems", who: own, do: d.Evaluate.Report},
		{method: get, path: d.Evaluate.AssetPaths()[0], who: own, do: d.Evaluate.Asset},
		{method: get, path: d.Evaluate.AssetPaths()[1], who: own, do: d.Evaluate.Asset},
		{method: get, path: "/office/evaluation/:dossier/reopen", who: office, do: d.Evaluate.Reopening},
		{method: post, path: "/office/evaluation/:dossier/reopen", who: office, do: d.Evaluate.Reopen},
	}
}
