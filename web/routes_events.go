package web

import (
	"minyi/indicators/access"
	"minyi/web/events"
)

// eventRoutes are the public page of the log of events, and an assessor's receipt of
// the own sheet.
func (d Doors) eventRoutes() []route {
	if d.Events == nil {
		return nil
	}
	return []route{
		{method: get, path: events.Home, do: d.Events.Show},
		{method: post, path: events.Home, body: events.TextBytes, rate: someAMinute, do: d.Events.Find},
		{method: get, path: events.Receipt, who: []access.Role{access.Assessor}, do: d.Events.Own},
	}
}
