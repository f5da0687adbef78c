package web

import (
	"minyi/indicators/access"
	"minyi/web/ranking"
)

// rankingRoutes is the office's door to the combined ranking and what other choices
// would give.
func (d Doors) rankingRoutes() []route {
	if d.Ranking == nil {
		return nil
	}
	own := []access.Role{access.Office}
	return []route{
		{method: get, path: ranking.Home, who: own, do: d.Ranking.Show},
		{method: post, path: ranking.Home, who: own, do: d.Ranking.Rank},
		{method: post, path: ranking.WhatIf, who: own, do: d.Ranking.Try},
		{method: post, path: ranking.Study, who: own, do: d.Ranking.Explore},
		{method: get, path: ranking.Tried, who: own, do: d.Ranking.Tried},
		{method: get, path: ranking.One, who: own, do: d.Ranking.Made}, // last: it takes any name
	}
}

// rankingFields names what the door's forms hold.
func rankingFields() map[string]string {
	return map[string]string{
		ranking.Home: `round`, ranking.WhatIf: `parts\.(evaluation|survey|verification)|(bonus|penalty)_cap|comprehensive|single|note|round`,
		ranking.Study: `runs|seed|round`,
	}
}
