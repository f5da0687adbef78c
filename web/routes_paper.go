package web

import (
	"minyi/indicators/access"
	"minyi/web/paper"
)

// paperRoutes is the agency's door to the questionnaires on paper.
func (d Doors) paperRoutes() []route {
	if d.Paper == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	const home, one = paper.Home, paper.Home + "/sheets/:serial"
	return []route{
		{method: get, path: d.Paper.AssetPath(), who: own, do: d.Paper.Asset},
		{method: get, path: home, who: own, do: d.Paper.Show},
		{method: post, path: home + "/print", who: own, do: d.Paper.Print},
		{method: post, path: home + "/bundles", who: own, do: d.Paper.AddBundle},
		{method: post, path: home + "/start", who: own, do: d.Paper.Start},
		{method: get, path: one, who: own, do: d.Paper.Key},
		{method: post, path: one, who: own, do: d.Paper.Type},
		{method: get, path: one + "/settle", who: own, do: d.Paper.Settle},
		{method: post, path: one + "/settle", who: own, do: d.Paper.DoSettle},
		{method: post, path: one + "/discard", who: own, do: d.Paper.Throw},
	}
}

// paperFields names what the forms of the paper way hold; the ids of questions are
// those of a questionnaire.
func paperFields() map[string]string {
	const (
		home, one = paper.Home, paper.Home + "/sheets/:serial"
		question  = `_[0-9A-Za-z+._-]{1,32}`
	)
	return map[string]string{
		home + "/print": `which|copies|lang|stratum|psu`, home + "/bundles": `name|received|lang`, home + "/start": `bundle|code`,
		one: `do|a` + question, one + "/settle": `[pt]` + question, one + "/discard": `reason`,
	}
}
