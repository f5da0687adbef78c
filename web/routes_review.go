package web

import (
	"minyi/indicators/access"
)

// reviewRoutes is the agency's review of the answers' quality.
func (d Doors) reviewRoutes() []route {
	if d.Review == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	const one = surveyHome + "/review"
	return []route{
		{method: get, path: d.Review.ScriptPath(), who: own, do: d.Review.Script},
		{method: get, path: one, who: own, do: d.Review.List},
		{method: get, path: one + "/answers/:response", who: own, do: d.Review.Answer},
		{method: post, path: one + "/acts", who: own, do: d.Review.Propose},
		{method: post, path: one + "/acts/:act", who: own, do: d.Review.Decide},
		{method: post, path: one + "/end", who: own, do: d.Review.End},
	}
}
