package main

import (
	"time"

	"minyi/indicators/calendar"
	"minyi/indicators/inbox"
	"minyi/web/view"
)

// openInbox builds the service that posts messages; the services after it may post.
func (h *house) openInbox() error {
	key, err := h.key.derive("inbox-addresses")
	if err != nil {
		return err
	}
	texts, err := view.LoadTexts()
	if err != nil {
		return err
	}
	say := func(lang, key string, params map[string]string) string {
		spoken, _ := view.ParseLang(lang)
		if spoken == "" {
			spoken = view.Chinese
		}
		return texts.Say(spoken, key, params)
	}
	mailer, err := h.mailer()
	if err != nil {
		return err
	}
	hook, err := h.gateway()
	if err != nil {
		return err
	}
	h.inbox = inbox.NewService(inbox.Config{
		Store: h.programme, Mail: mailer, Gateway: hook, Seals: h.ring().Box("mailbox"), Key: key, Base: h.base, Say: say, Now: h.now, Wall: time.Now, NewID: newID,
	})
	h.steps = calendar.NewService(h.roster, h.inbox, underway{h})
	return nil
}
