package main

import (
	"minyi/web"
	"minyi/web/view"
	"minyi/web/yearly"
)

// yearly makes the door to the reports and spot checks of every year after a naming.
func (h *house) yearly(d *web.Doors, texts *view.Texts) (err error) {
	d.Yearly, err = yearly.New(yearly.Config{Supervision: h.supervision, Units: h.roster, Calendar: h.calendar, Texts: texts})
	return err
}
