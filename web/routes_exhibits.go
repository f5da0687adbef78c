package web

import (
	"minyi/indicators/access"
	"minyi/web/exhibits"
)

// exhibitsRoutes is the door to the files of dossiers: the applicant's own, and
// for each other role those that it may read.
func (d Doors) exhibitsRoutes() []route {
	if d.Exhibits == nil {
		return nil
	}
	own, assessor := []access.Role{access.Applicant}, []access.Role{access.Assessor}
	const mine = "/apply/:round/:track/exhibits"
	return []route{
		{method: get, path: mine, who: own, do: d.Exhibits.List},
		{method: post, path: mine, who: own, body: exhibits.UploadBytes, do: d.Exhibits.Attach},
		{method: get, path: mine + "/:exhibit", who: own, do: d.Exhibits.Own},
		{method: post, path: mine + "/:exhibit/remove", who: own, do: d.Exhibits.Detach},
		{method: get, path: "/evaluate/:dossier/exhibits/:exhibit", who: assessor, do: d.Exhibits.Mine},
	}
}
