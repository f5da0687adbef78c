package main

import (
	"time"

	"minyi/indicators/privacy"
	"minyi/web"
	privacydoor "minyi/web/privacy"
	"minyi/web/view"
)

// rights gives people their rights over what is kept of them, and erases what is past
// its term.
func (h *house) rights() *privacy.Service { return privacy.NewService(h.programme, h.now, time.Now) }

// privacy builds the door of rights.
func (h *house) privacy(d *web.Doors, texts *view.Texts) (err error) {
	d.Privacy, err = privacydoor.New(privacydoor.Config{Texts: texts, Rights: h.rights(), Inbox: h.inbox})
	return err
}
