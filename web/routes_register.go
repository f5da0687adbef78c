package web

import "minyi/web/register"

// registerRoutes is the public's door to the register of the named, to the papers of
// each name, and to the published survey results. A part of the answer is a file of
// its own for programs.
func (d Doors) registerRoutes() []route {
	if d.Register == nil {
		return nil
	}
	const one, result = register.One, register.Result
	return []route{
		{method: get, path: register.Named, do: d.Register.Named},
		{method: get, path: register.NamedCSV, do: d.Register.CSV},
		{method: get, path: register.NamedDoc, do: d.Register.JSON},
		{method: get, path: register.Valid, do: d.Register.Valid},
		{method: get, path: register.ValidSig, do: d.Register.ValidSignature},
		{method: get, path: register.Key, do: d.Register.Key},
		{method: get, path: one, do: d.Register.Entry},
		{method: get, path: one + "/decision.pdf", do: d.Register.Decision},
		{method: get, path: one + "/certificate.pdf", do: d.Register.Certificate},
		{method: get, path: register.Results, do: d.Register.Results},
		{method: get, path: register.Results + ".csv", do: d.Register.ResultsCSV},
		{method: get, path: register.Results + ".json", do: d.Register.ResultsJSON},
		{method: get, path: result, do: d.Register.Result},
		{method: get, path: result + "/report.pdf", rate: someAMinute, do: d.Register.ResultPDF},
		{method: get, path: result + "/figures.csv", do: d.Register.ResultCSV},
		{method: get, path: result + "/figures.json", do: d.Register.ResultJSON},
		{method: get, path: result + "/figures.sig", do: d.Register.ResultSignature},
		{method: get, path: result + "/pack.zip", rate: someAMinute, do: d.Register.Pack},
		{method: get, path: result + "/release.json", do: d.Register.Release},
		{method: get, path: result + "/release.sig", do: d.Register.ReleaseSignature},
	}
}
