package web

import (
	"minyi/indicators/access"
	"minyi/web/search"
)

// searchRoutes is the office's search.
func (d Doors) searchRoutes() []route {
	if d.Search == nil {
		return nil
	}
	return []route{{method: get, path: search.Home, who: []access.Role{access.Office}, do: d.Search.Show}}
}
