package web

import (
	"minyi/indicators/access"
	"minyi/web/verify"
)

// verifyRoutes are the on-site verification: the office's list and plans, and the
// pages at the place, which the team sees of its own visits only.
func (d Doors) verifyRoutes() []route {
	if d.Verify == nil {
		return nil
	}
	own, team := []access.Role{access.Office}, []access.Role{access.Office, access.Inspector}
	const plan, visit = verify.Office + "/:unit/:track", verify.Home + "/:visit"
	out := []route{
		{method: get, path: verify.Office, who: own, do: d.Verify.List},
		{method: post, path: verify.Office, who: own, do: d.Verify.Open},
		{method: get, path: plan, who: own, do: d.Verify.Plan},
		{method: post, path: plan, who: own, do: d.Verify.SavePlan},
		{method: post, path: plan + "/reopen", who: own, do: d.Verify.Reopen},
		{method: get, path: verify.Out, do: d.Verify.Out},
		{method: get, path: verify.Worker, who: team, do: d.Verify.Worker},
		{method: get, path: verify.Home, who: team, do: d.Verify.Mine},
		{method: get, path: visit, who: team, do: d.Verify.Place},
		{method: post, path: visit, who: team, do: d.Verify.Save},
		{method: get, path: visit + "/state", who: team, do: d.Verify.Current},
		{method: post, path: visit + "/acts", who: team, do: d.Verify.Sync},
		{method: post, path: visit + "/interest", who: team, do: d.Verify.Declare},
		{method: post, path: visit + "/photos", who: team, body: verify.PhotoBytes, do: d.Verify.Photo},
		{method: get, path: visit + "/photos/:photo", who: team, do: d.Verify.Picture},
		{method: get, path: visit + "/photos/:photo/original", who: own, do: d.Verify.Original},
		{method: post, path: visit + "/close", who: team, do: d.Verify.Close},
		{method: get, path: visit + "/record.pdf", who: team, do: d.Verify.Printed},
		{method: get, path: visit + "/record.json", who: team, do: d.Verify.Sealed},
	}
	for _, path := range d.Verify.AssetPaths() {
		out = append(out, route{method: get, path: path, open: true, do: d.Verify.Asset})
	}
	return out
}

// verifyFields names what the forms of the on-site verification hold.
func verifyFields() map[string]string {
	const (
		plan, visit = verify.Office + "/:unit/:track", verify.Home + "/:visit"
		item        = `(A?\d{1,3}|[a-z-]{3,30})`
		field       = item + `\.(result|remark|(figure|part|whole|on|from|to)\.\d)|people|words`
	)
	return map[string]string{
		verify.Office: `target|reason`, plan: `team\.\d{1,2}(\.(id|category|other|part|account))?|item\.` + item + `|date|seen`,
		plan + "/reopen": `reason|do`, visit: `(f|was)\.(` + field + `)|look|settle|value|member|digest|typed|problem|about|severity|kind`,
		visit + "/acts": `acts`, visit + "/interest": `member|interest|about|from`, visit + "/photos": `id|item|taken|photo`, visit + "/close": ``,
	}
}
