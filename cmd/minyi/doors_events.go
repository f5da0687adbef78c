package main

import (
	"minyi/web"
	"minyi/web/events"
	"minyi/web/view"
)

// eventsDoor makes the public's door to the log of events.
func (h *house) eventsDoor(d *web.Doors, texts *view.Texts) (err error) {
	d.Events, err = events.New(events.Config{Events: h.events, Sheets: h.evaluation, Texts: texts})
	return err
}
