package web

import (
	"minyi/indicators/access"
	"minyi/web/jobs"
)

// jobsRoutes is the agency's page of work in the background.
func (d Doors) jobsRoutes() []route {
	if d.Jobs == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	const one = jobs.Home + "/:job"
	return []route{
		{method: get, path: jobs.Home, who: own, do: d.Jobs.List},
		{method: get, path: one, who: own, do: d.Jobs.One},
		{method: get, path: one + "/part", who: own, do: d.Jobs.Part},
		{method: get, path: one + "/events", who: own, do: d.Jobs.Events},
		{method: get, path: one + "/file", who: own, do: d.Jobs.File},
		{method: post, path: one + "/cancel", who: own, do: d.Jobs.Cancel},
	}
}
