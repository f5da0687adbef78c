package web

import (
	"minyi/indicators/access"
	"minyi/web/weigh"
)

// weighRoutes is the agency's page of the weights.
func (d Doors) weighRoutes() []route {
	if d.Weigh == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	const one = surveyHome + "/weights"
	return []route{
		{method: get, path: one, who: own, do: d.Weigh.Show},
		{method: post, path: one, who: own, do: d.Weigh.Set},
		{method: post, path: one + "/propose", who: own, do: d.Weigh.Propose},
		{method: post, path: one + "/confirm", who: own, do: d.Weigh.Confirm},
		{method: post, path: one + "/drop", who: own, do: d.Weigh.Drop},
		{method: post, path: one + "/margins", who: own, body: weigh.MaxFile, do: d.Weigh.Import},
		{method: post, path: one + "/margins/remove", who: own, do: d.Weigh.Remove},
		{method: get, path: one + "/margins/:margin", who: own, do: d.Weigh.Margin},
		{method: post, path: one + "/margins/:margin", who: own, do: d.Weigh.Map},
	}
}
