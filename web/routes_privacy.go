package web

import (
	"minyi/indicators/access"
	"minyi/web/privacy"
)

// privacyRoutes are the inventory of what is kept, and everybody's own record.
func (d Doors) privacyRoutes() []route {
	if d.Privacy == nil {
		return nil
	}
	return []route{
		{method: get, path: privacy.Inventory, who: []access.Role{access.Office, access.Auditor, access.Secadmin}, do: d.Privacy.Show},
		{method: get, path: privacy.Own, who: everyone(), do: d.Privacy.Own},
		{method: get, path: privacy.Own + "/data.json", who: everyone(), rate: someAMinute, do: d.Privacy.Copy},
		{method: post, path: privacy.Own + "/drop", who: everyone(), rate: fewAMinute, do: d.Privacy.Drop},
	}
}

// privacyFields names what the forms of the door hold.
func privacyFields() map[string]string { return map[string]string{privacy.Own + "/drop": ``} }
