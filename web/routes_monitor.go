package web

import (
	"minyi/indicators/access"
	"minyi/web/monitor"
)

// monitorRoutes is the agency's page of the fieldwork while it runs.
func (d Doors) monitorRoutes() []route {
	if d.Monitor == nil {
		return nil
	}
	own := []access.Role{access.Agency}
	const one = surveyHome + "/monitor"
	out := []route{
		{method: get, path: monitor.Home, who: own, do: d.Monitor.All},
		{method: get, path: monitor.Home + "/events", who: own, do: d.Monitor.AllEvents},
		{method: get, path: one, who: own, do: d.Monitor.Field},
		{method: get, path: one + "/events", who: own, do: d.Monitor.Events},
		{method: get, path: one + "/places", who: own, do: d.Monitor.Places},
		{method: get, path: one + "/balance", who: own, do: d.Monitor.Balance},
		{method: get, path: one + "/running", who: own, do: d.Monitor.Running},
		{method: post, path: one + "/running", who: own, do: d.Monitor.Read},
		{method: post, path: one + "/allow", who: own, do: d.Monitor.Allow},
		{method: get, path: one + "/settings", who: own, do: d.Monitor.Settings},
		{method: post, path: one + "/settings", who: own, do: d.Monitor.Set},
	}
	for _, path := range d.Monitor.AssetPaths() {
		out = append(out, route{method: get, path: path, who: own, do: d.Monitor.Asset})
	}
	return out
}

// monitorFields names what the forms of the monitor hold.
func monitorFields() map[string]string {
	const one = surveyHome + "/monitor"
	return map[string]string{one + "/running": ``, one + "/allow": `on|reason`, one + "/settings": `target|quiet|rate|odd|network|cell|flood`}
}
