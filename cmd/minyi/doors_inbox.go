package main

import (
	"minyi/web"
	calendardoor "minyi/web/calendar"
	inboxdoor "minyi/web/inbox"
	"minyi/web/view"
)

// told builds the doors to everybody's messages and to the calendar.
func (h *house) told(d *web.Doors, texts *view.Texts) (err error) {
	d.Inbox, err = inboxdoor.New(inboxdoor.Config{Messages: h.inbox, Units: h.roster, Texts: texts, Base: h.base, Calendar: calendardoor.Own})
	if err != nil {
		return err
	}
	d.Calendar, err = calendardoor.New(calendardoor.Config{Calendar: h.steps, Tasks: h.inbox, Units: h.roster, Texts: texts, Base: h.base})
	return err
}
