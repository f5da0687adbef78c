package web

import (
	"minyi/indicators/access"
	"minyi/web/appoint"
)

// appointRoutes is the office's door to who evaluates, and the page on which
// assessors and the office's staff declare their interests.
func (d Doors) appointRoutes() []route {
	if d.Appoint == nil {
		return nil
	}
	office, assessor := []access.Role{access.Office}, []access.Role{access.Assessor}
	return []route{
		{method: get, path: appoint.Institutions, who: office, do: d.Appoint.Institutions},
		{method: post, path: appoint.Institutions, who: office, do: d.Appoint.AddInstitution},
		{method: post, path: appoint.Institutions + "/change", who: office, do: d.Appoint.ChangeInstitution},
		{method: post, path: appoint.Institutions + "/end", who: office, do: d.Appoint.EndInstitution},
		{method: post, path: appoint.Institutions + "/scan", who: office, body: appoint.ScanBytes, do: d.Appoint.AttachScan},
		{method: get, path: appoint.Institutions + "/scan", who: office, do: d.Appoint.Scan},
		{method: get, path: appoint.Members, who: office, do: d.Appoint.Members},
		{method: post, path: appoint.Members, who: office, do: d.Appoint.SaveMember},
		{method: post, path: appoint.Members + "/end", who: office, do: d.Appoint.EndMember},
		{method: get, path: appoint.Interests, who: office, do: d.Appoint.Register},
		{method: post, path: appoint.Interests + "/remind", who: office, do: d.Appoint.Remind},
		{method: get, path: appoint.Own, who: office, do: d.Appoint.Own},
		{method: post, path: appoint.Own, who: office, do: d.Appoint.DeclareOwn},
		{method: get, path: appoint.Assessors, who: assessor, do: d.Appoint.Own},
		{method: post, path: appoint.Assessors, who: assessor, do: d.Appoint.DeclareOwn},
		{method: get, path: appoint.Assignment, who: office, do: d.Appoint.Assignment},
		{method: post, path: appoint.Assignment + "/propose", who: office, do: d.Appoint.Propose},
		{method: post, path: appoint.Assignment + "/adjust", who: office, do: d.Appoint.Adjust},
		{method: post, path: appoint.Assignment + "/confirm", who: office, do: d.Appoint.Confirm},
		{method: post, path: appoint.Assignment + "/drop", who: office, do: d.Appoint.Drop},
		{method: post, path: appoint.OneDossier + "/assign", who: office, do: d.Appoint.Assign},
		{method: post, path: appoint.OneDossier + "/arbiter", who: office, do: d.Appoint.CallArbiter},
	}
}

// appointFields names what the door's forms hold.
func appointFields() map[string]string {
	const (
		institution = `round|name|kind|contract|date|scope|from|to`
		interests   = `round|rest|(interest|text|reason)-[0-9A-Z]{3,6}`
	)
	return map[string]string{
		appoint.Institutions: institution, appoint.Institutions + "/change": institution + `|lead|version`,
		appoint.Institutions + "/end": `round|name|version|end|reason`, appoint.Institutions + "/scan": `round|name|version|file`,
		appoint.Members:               `round|account|institution|title|employer|workplace|capacity|version|speciality-[a-z-]+`,
		appoint.Members + "/end":      `round|account|version|end|reason`,
		appoint.Interests + "/remind": `round|account`, appoint.Own: interests, appoint.Assessors: interests,
		appoint.Assignment + "/propose": `round|scope|seed`, appoint.Assignment + "/adjust": `round|version|dossier|instead|assessor`,
		appoint.Assignment + "/confirm": `round|version|reason`, appoint.Assignment + "/drop": `round|version`,
		appoint.OneDossier + "/assign": `round|assessor`, appoint.OneDossier + "/arbiter": ``,
	}
}
