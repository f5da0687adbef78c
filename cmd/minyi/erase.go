package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

// noticeVersion is the version of the privacy notice before the first question: the
// beginning of the SHA-256 of its words in all languages. It is kept with every survey
// when it opens, so that it can be told later what residents had read.
func noticeVersion() (string, error) {
	texts, err := view.LoadTexts()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, lang := range view.Langs() {
		for _, part := range []string{"who", "who.deputies", "kept", "trace", "draft", "link", "term", "rights", "sensitive"} {
			if _, err := fmt.Fprintf(sum, "%s %s\n%s\n", lang, part, texts.Say(lang, "respond.notice."+part, nil)); err != nil {
				return "", err
			}
		}
	}
	const digits = 16
	return "notice-" + hex.EncodeToString(sum.Sum(nil))[:digits], nil
}
