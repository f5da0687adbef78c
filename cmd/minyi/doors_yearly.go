package main

import (
	"context"
	"strconv"

	"minyi/indicators/register"
	"minyi/web"
	registerdoor "minyi/web/register"
	"minyi/web/view"
	"minyi/web/yearly"
)

// yearly makes the door to the reports and spot checks of every year after a naming.
func (h *house) yearly(d *web.Doors, texts *view.Texts) (err error) {
	d.Yearly, err = yearly.New(yearly.Config{Supervision: h.supervision, Units: h.roster, Calendar: h.calendar, Texts: texts})
	return err
}

// reportsOf lists the yearly reports of a name that the public may read (C40).
func (h *house) reportsOf(ctx context.Context, e register.Entry) (out []registerdoor.Item, err error) {
	all, err := h.supervision.ReportsOf(ctx, e.Target.Unit)
	for _, d := range all {
		if d.Year < e.Date.Year {
			continue
		}
		year := strconv.Itoa(d.Year)
		out = append(out, registerdoor.Item{Title: year, Date: d.Report.Proven().Proof.Date, Href: yearly.Public + "/" + year + "/" + string(d.Unit)})
	}
	return out, err
}
