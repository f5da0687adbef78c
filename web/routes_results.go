package web

import (
	"minyi/indicators/access"
	"minyi/web/results"
)

// resultsRoutes is the agency's door to results: of one survey, and of a round's
// units side by side. The old address of the open texts stays.
func (d Doors) resultsRoutes() []route {
	if d.Results == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	const one = "/agency/surveys/:id/results"
	out := []route{
		{method: get, path: results.Home, who: own, do: d.Results.Beside},
		{method: get, path: results.Home + "/files/:file", who: own, do: d.Results.BesideFile},
		{method: get, path: one, who: own, do: d.Results.Summary},
		{method: get, path: one + "/groups", who: own, do: d.Results.Groups},
		{method: get, path: one + "/importance", who: own, do: d.Results.Importance},
		{method: get, path: one + "/scale", who: own, do: d.Results.Scale},
		{method: get, path: one + "/texts", who: own, do: d.Results.OpenTexts},
		{method: get, path: one + "/texts/codes.csv", who: own, do: d.Results.CodesFile},
		{method: post, path: one + "/texts", who: own, do: d.Results.GiveCodes},
		{method: post, path: one + "/texts/settle", who: own, do: d.Results.SettleCode},
		{method: post, path: one + "/texts/codes", who: own, do: d.Results.AddCode},
		{method: post, path: one + "/texts/retire", who: own, do: d.Results.RetireCode},
		{method: post, path: one + "/least", who: own, do: d.Results.ShowFrom},
		{method: get, path: one + "/files/:file", who: own, do: d.Results.File},
	}
	for _, path := range d.Results.AssetPaths() {
		out = append(out, route{method: get, path: path, who: own, do: d.Results.Asset})
	}
	return out
}

// resultsFields names what the forms of the results hold; the codes of a page are
// read field by field.
func resultsFields() map[string]string {
	const one = "/agency/surveys/:id/results"
	return map[string]string{
		one + "/least": `least|reason`, one + "/texts/settle": `text|code`, one + "/texts/codes": `zh|en|note`, one + "/texts/retire": `key`,
	}
}
