package main

import (
	"context"

	"minyi/web"
	"minyi/web/events"
	"minyi/web/view"
)

// eventsDoor makes the public's door to the log of events.
func (h *house) eventsDoor(d *web.Doors, texts *view.Texts) (err error) {
	d.Events, err = events.New(events.Config{Events: h.events, Sheets: h.evaluation, Texts: texts})
	return err
}

// filedEvent is the receipt of a filed dossier in the log of events.
func (h *house) filedEvent(ctx context.Context, digest string) ([]byte, error) {
	r, err := h.events.Filed(ctx, digest)
	if err != nil {
		return nil, err
	}
	return r.JSON()
}
