package web

import (
	"minyi/indicators/access"
	"minyi/web/supervision"
)

// supervisionRoutes are the office's steps after a naming.
func (d Doors) supervisionRoutes() []route {
	if d.Supervision == nil {
		return nil
	}
	own := []access.Role{access.Office}
	return []route{
		{method: get, path: supervision.Home, who: own, do: d.Supervision.List},
		{method: get, path: supervision.One, who: own, do: d.Supervision.One},
		{method: post, path: supervision.One, who: own, do: d.Supervision.Change},
	}
}

// supervisionFields names what the forms of the door hold.
func supervisionFields() map[string]string {
	return map[string]string{supervision.One: `to|from|document|reason|seen`}
}
