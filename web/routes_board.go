package web

import (
	"minyi/indicators/access"
	"minyi/web/board"
)

// boardRoutes is the office's first page.
func (d Doors) boardRoutes() []route {
	if d.Board == nil {
		return nil
	}
	own := []access.Role{access.Office}
	return []route{
		{method: get, path: board.Home, who: own, do: d.Board.Show},
		{method: post, path: board.Home + "/close", who: own, do: d.Board.Close},
	}
}

// boardFields names what its form holds.
func boardFields() map[string]string {
	return map[string]string{board.Home + "/close": `instrument`}
}
