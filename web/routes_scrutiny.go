package web

import (
	"minyi/indicators/access"
	"minyi/web/scrutiny"
)

// scrutinyRoutes are the look behind a closed log: everybody's page, the office's and
// the agency's, and the sheet of the drawn leaves.
func (d Doors) scrutinyRoutes() []route {
	if d.Scrutiny == nil {
		return nil
	}
	office, agency := []access.Role{access.Office}, []access.Role{access.Agency}
	return []route{
		{method: get, path: scrutiny.Home, do: d.Scrutiny.Show},
		{method: post, path: scrutiny.Invitation, rate: someAMinute, do: d.Scrutiny.Ask},
		{method: get, path: scrutiny.Used, rate: someAMinute, do: d.Scrutiny.List},
		{method: get, path: scrutiny.Desk, who: office, do: d.Scrutiny.Staff},
		{method: post, path: scrutiny.Desk + "/examiners", who: office, do: d.Scrutiny.Name},
		{method: post, path: scrutiny.Desk + "/lot", who: office, do: d.Scrutiny.Announce},
		{method: post, path: scrutiny.Desk + "/number", who: office, do: d.Scrutiny.Enter},
		{method: post, path: scrutiny.Desk + "/sign", who: office, do: d.Scrutiny.Sign},
		{method: get, path: scrutiny.Lot, who: []access.Role{access.Office, access.Agency}, do: d.Scrutiny.Drawn},
		{method: get, path: scrutiny.Agency, who: agency, do: d.Scrutiny.Staff},
		{method: post, path: scrutiny.Agency, who: agency, do: d.Scrutiny.Hand},
	}
}
