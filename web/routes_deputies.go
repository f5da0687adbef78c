package web

import (
	"minyi/indicators/access"
	"minyi/web/deputies"
)

// deputiesRoutes is the agency's door to the small surveys of deputies and
// committee members. From the release on the office reads what was signed.
func (d Doors) deputiesRoutes() []route {
	if d.Deputies == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	readers := []access.Role{access.Agency, access.Office}
	const one = deputies.Home + "/:id"
	return []route{
		{method: get, path: deputies.Home, who: own, do: d.Deputies.List},
		{method: post, path: deputies.Home, who: own, do: d.Deputies.Create},
		{method: get, path: one, who: own, do: d.Deputies.Show},
		{method: post, path: one + "/list", who: own, body: deputies.MaxList, do: d.Deputies.Import},
		{method: get, path: one + "/links.csv", who: own, do: d.Deputies.Links},
		{method: post, path: one + "/open", who: own, do: d.Deputies.Open},
		{method: post, path: one + "/close", who: own, do: d.Deputies.Close},
		{method: post, path: one + "/propose", who: own, do: d.Deputies.Propose},
		{method: post, path: one + "/approve", who: own, do: d.Deputies.Approve},
		{method: post, path: one + "/file", who: own, do: d.Deputies.File},
		{method: get, path: one + "/release.json", who: readers, do: d.Deputies.Document},
		{method: get, path: one + "/release.sig", who: readers, do: d.Deputies.Signature},
	}
}

// deputiesFields names what the forms of these pages hold.
func deputiesFields() map[string]string {
	const one = deputies.Home + "/:id"
	return map[string]string{
		deputies.Home:    `round|unit|from|to|(organiser|agency)_(zh|en)|phone|reason`,
		one + "/list":    `file`,
		one + "/open":    ``,
		one + "/close":   `sure`,
		one + "/propose": ``, one + "/approve": `digest`, one + "/file": ``,
	}
}
