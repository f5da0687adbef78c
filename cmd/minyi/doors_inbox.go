package main

import (
	"minyi/web"
	inboxdoor "minyi/web/inbox"
	"minyi/web/view"
)

// told builds the door to everybody's messages.
func (h *house) told(d *web.Doors, texts *view.Texts) (err error) {
	d.Inbox, err = inboxdoor.New(inboxdoor.Config{Messages: h.inbox, Units: h.roster, Texts: texts, Base: h.base, Calendar: "/calendar/own/"})
	return err
}
