package web

import (
	"minyi/indicators/access"
	"minyi/web/sample"
)

// sampleRoutes is the agency's door to the sample of a survey.
func (d Doors) sampleRoutes() []route {
	if d.Sample == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	const home = sample.Home
	return []route{
		{method: get, path: home, who: own, do: d.Sample.Home},
		{method: post, path: home + "/upload", who: own, body: sample.MaxBody, do: d.Sample.Upload},
		{method: get, path: home + "/example/:kind", who: own, do: d.Sample.Example},
		{method: get, path: home + "/import", who: own, do: d.Sample.Import},
		{method: post, path: home + "/import", who: own, do: d.Sample.DoImport},
		{method: get, path: home + "/import/errors.csv", who: own, do: d.Sample.Errors},
		{method: get, path: home + "/frame.csv", who: own, do: d.Sample.Frame},
		{method: get, path: home + "/plan", who: own, do: d.Sample.Plan},
		{method: post, path: home + "/plan", who: own, do: d.Sample.DoPlan},
		{method: post, path: home + "/announce", who: own, do: d.Sample.Announce},
		{method: post, path: home + "/takeback", who: own, do: d.Sample.TakeBack},
		{method: post, path: home + "/draw", who: own, do: d.Sample.Draw},
		{method: get, path: home + "/check", who: own, do: d.Sample.Check},
		{method: get, path: home + "/drawn.csv", who: own, do: d.Sample.Drawn},
		{method: post, path: home + "/release", who: own, do: d.Sample.Release},
		{method: post, path: home + "/share", who: own, do: d.Sample.Share},
		{method: post, path: home + "/keep", who: own, do: d.Sample.Keep},
		{method: post, path: home + "/erase", who: own, do: d.Sample.Erase},
	}
}

// sampleFields names what the forms of the sample hold.
func sampleFields() map[string]string {
	const (
		home = sample.Home
		goal = `goal|expected|margin|threshold|low|power|level|icc|response|take|answers|budget|cost_(psu|answer)|each`
		plan = `selection|split|q|links|per_psu|floor|reserve|domain_\d{1,6}|expected_\d{1,3}`
	)
	return map[string]string{
		home + "/upload":   `kind|file`,
		home + "/import":   `do|kind|skip|column_(domain|stratum|cross|psu|label|size|code|name|phone|address)`,
		home + "/plan":     `do|` + goal + `|` + plan,
		home + "/announce": `source|due`, home + "/takeback": `reason`, home + "/draw": `number`,
		home + "/release": `stratum|each|reason`, home + "/share": `own|to_[0-9a-zA-Z-]{1,64}`,
		home + "/keep": `frame_days`, home + "/erase": `reason|erase_sure`,
	}
}
