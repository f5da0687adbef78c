package main

import (
	"crypto/ed25519"
	"path/filepath"

	"github.com/google/uuid"

	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/verification"
	"minyi/web"
	"minyi/web/verify"
	"minyi/web/view"
)

// verifies builds the on-site verification; its seals have a key of their own.
func (h *house) verifies(photographs *evidence.Folder) error {
	seed, err := h.key.derive("verification-signature")
	if err != nil {
		return err
	}
	h.verification = verification.NewService(verification.Config{
		Store: h.programme, Dossiers: h.application, Rounds: h.roster, Problems: h.evaluation, Book: h.book, Evidence: photographs,
		Posts: h.inbox, Accounts: h.programme, Key: ed25519.NewKeyFromSeed(seed), Now: h.now,
	})
	return nil
}

// onSite builds the door of the on-site verification.
func (h *house) onSite(d *web.Doors, texts *view.Texts) error {
	previews, err := preview.Open(filepath.Join(h.dir, evidenceFolder, "previews"))
	if err != nil {
		return err
	}
	d.Verify, err = verify.New(verify.Config{
		Visits: h.verification, Naming: h.naming, Roster: h.roster, Previews: previews, Texts: texts, NewID: uuid.NewString, Secure: h.secure, Base: h.base,
	})
	return err
}
