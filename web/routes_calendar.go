package web

import (
	"minyi/indicators/access"
	"minyi/web/calendar"
)

// calendarRoutes are the public's calendar, personal feeds, and the office's page.
func (d Doors) calendarRoutes() []route {
	if d.Calendar == nil {
		return nil
	}
	own := []access.Role{access.Office}
	return []route{
		{method: get, path: calendar.Home, do: d.Calendar.Public},
		{method: get, path: calendar.ICS, do: d.Calendar.ICS},
		{method: get, path: calendar.Own + ":secret.ics", rate: someAMinute, do: d.Calendar.Own},
		{method: get, path: calendar.Office, who: own, do: d.Calendar.Office},
		{method: post, path: calendar.Office + "/:year", who: own, do: d.Calendar.Move},
	}
}

// calendarFields names what the forms of the door hold.
func calendarFields() map[string]string {
	return map[string]string{calendar.Office + "/:year": `(filing|evaluation|notice|naming)_(from|to)|version|reason`}
}
