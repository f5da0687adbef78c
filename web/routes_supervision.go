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
		{method: post, path: supervision.One + "/revoke", who: own, body: supervision.FileBytes, do: d.Supervision.Propose},
		{method: post, path: supervision.One + "/revoke/evidence", who: own, body: supervision.FileBytes, do: d.Supervision.Attach},
		{method: post, path: supervision.One + "/revoke/confirm", who: own, do: d.Supervision.Confirm},
		{method: post, path: supervision.One + "/revoke/drop", who: own, do: d.Supervision.Drop},
		{method: get, path: supervision.One + "/evidence/:digest", who: own, do: d.Supervision.Evidence},
	}
}

// supervisionFields names what the forms of the door hold.
func supervisionFields() map[string]string {
	const one = supervision.One
	return map[string]string{
		one: `to|from|document|reason|seen`, one + "/revoke": `ground-(grave|fraud|below|other)|means-(untrue|hidden|tampered|improper)|text|event|distinct|words|file`,
		one + "/revoke/evidence": `seen|file`, one + "/revoke/confirm": `seen|files|document|date|meeting|words`, one + "/revoke/drop": `seen|why`,
	}
}
