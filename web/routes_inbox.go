package web

import (
	"minyi/indicators/access"
	"minyi/web/inbox"
)

// inboxRoutes are everybody's inbox and the office's page of all messages.
func (d Doors) inboxRoutes() []route {
	if d.Inbox == nil {
		return nil
	}
	all, own := everyone(), []access.Role{access.Office}
	return []route{
		{method: get, path: inbox.Home, who: all, do: d.Inbox.List},
		{method: post, path: inbox.Home, who: all, do: d.Inbox.ReadAll},
		{method: get, path: inbox.Settings, who: all, do: d.Inbox.Settings},
		{method: post, path: inbox.Settings, who: all, do: d.Inbox.Choose},
		{method: post, path: inbox.Settings + "/email", who: all, rate: fewAMinute, do: d.Inbox.Address},
		{method: get, path: inbox.Home + "/confirm/:code", who: all, do: d.Inbox.Confirm},
		{method: post, path: inbox.Home + "/confirm/:code", who: all, rate: fewAMinute, do: d.Inbox.DoConfirm},
		{method: post, path: inbox.Home + "/feed", who: all, do: d.Inbox.Feed},
		{method: post, path: inbox.Home + "/:message", who: all, do: d.Inbox.Act},
		{method: get, path: inbox.Office, who: own, do: d.Inbox.Office},
		{method: post, path: inbox.Office + "/:message", who: own, do: d.Inbox.Resend},
	}
}

// inboxFields names what the forms of the door hold.
func inboxFields() map[string]string {
	return map[string]string{
		inbox.Home: ``, inbox.Settings: `lang|phone|on_[a-z]+`, inbox.Settings + "/email": `email`,
		inbox.Home + "/confirm/:code": ``, inbox.Home + "/feed": `do`, inbox.Home + "/:message": `do|show|kind`,
		inbox.Office + "/:message": `account|channel`,
	}
}
