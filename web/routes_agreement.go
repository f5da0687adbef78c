package web

import (
	"minyi/indicators/access"
	"minyi/web/agreement"
)

// agreementRoutes is the office's door to how the evaluation goes; inspectors add
// to its register of problems, and an institution's leading member signs there.
func (d Doors) agreementRoutes() []route {
	if d.Agreement == nil {
		return nil
	}
	office, assessor := []access.Role{access.Office}, []access.Role{access.Assessor}
	finders := []access.Role{access.Office, access.Inspector}
	return []route{
		{method: get, path: agreement.Board, who: office, do: d.Agreement.Board},
		{method: post, path: agreement.Board + "/close", who: office, do: d.Agreement.CloseRound},
		{method: get, path: agreement.Figures, who: office, do: d.Agreement.Figures},
		{method: get, path: agreement.Figures + "/file", who: office, do: d.Agreement.FiguresFile},
		{method: get, path: agreement.Problems, who: finders, do: d.Agreement.Problems},
		{method: get, path: agreement.Problems + "/file", who: finders, do: d.Agreement.ProblemsFile},
		{method: post, path: agreement.Problems, who: finders, do: d.Agreement.AddProblem},
		{method: post, path: agreement.Problems + "/:problem", who: office, do: d.Agreement.Conclude},
		{method: get, path: agreement.Dossier, who: office, do: d.Agreement.Dossier},
		{method: post, path: agreement.Dossier + "/close", who: office, do: d.Agreement.Close},
		{method: post, path: agreement.Dossier + "/corrections", who: office, do: d.Agreement.Correct},
		{method: post, path: agreement.Dossier + "/corrections/:correction", who: office, do: d.Agreement.Answer},
		{method: get, path: agreement.Signed, who: office, do: d.Agreement.Signed},
		{method: get, path: agreement.Due, who: assessor, do: d.Agreement.Due},
		{method: get, path: agreement.Own, who: assessor, do: d.Agreement.Signed},
		{method: get, path: agreement.Opinion, who: assessor, do: d.Agreement.Opinion},
		{method: post, path: agreement.Opinion, who: assessor, do: d.Agreement.Sign},
	}
}

// agreementFields names what the door's forms hold; that of an opinion is read
// field by field.
func agreementFields() map[string]string {
	return map[string]string{
		agreement.Board + "/close": `round`,
		agreement.Problems:         `dossier|problem|item|exhibit|kind|severity`, agreement.Problems + "/:problem": `result|outcome`,
		agreement.Dossier + "/close": `despite`, agreement.Dossier + "/corrections": `mark|reason`,
		agreement.Dossier + "/corrections/:correction": `word`,
	}
}
