package main

import (
	"context"
	"crypto/ed25519"
	"log/slog"

	"minyi/indicators/register"
	"minyi/web"
	registerdoor "minyi/web/register"
	"minyi/web/view"
)

// openRegister builds the register of the named, with the press that sets its papers.
func (h *house) openRegister() error {
	texts, err := view.LoadTexts()
	if err != nil {
		return err
	}
	seed, err := h.key.derive("register-signature")
	if err != nil {
		return err
	}
	h.register = register.NewService(register.Config{
		Store: h.programme, Names: h.supervision, Rounds: h.roster, Units: h.roster, Setter: registerdoor.Press(texts),
		Key: ed25519.NewKeyFromSeed(seed), Base: h.base, Rehearsal: h.made, Now: h.now,
	})
	h.naming.Issues(func(ctx context.Context, round int) {
		if err := h.register.Issue(ctx, round); err != nil {
			h.log.WarnContext(ctx, "papers of names are issued later", slog.Int("round", round), slog.Any("error", err))
		}
	})
	return nil
}

// named builds the public's door to the register and to the published results.
func (h *house) named(d *web.Doors, texts *view.Texts) (err error) {
	d.Register, err = registerdoor.New(registerdoor.Config{
		Texts: texts, Register: h.register, Surveys: h.surveys, Naming: h.naming, Days: h.supervision, Roster: h.roster, Base: h.base, Now: h.now,
		Reports: h.reportsOf, Practices: h.practicesOf, Nationals: h.nationalsOf, Supports: h.supportsOf,
	})
	return err
}

// issue issues the papers of names that have none yet.
func (h *house) issue(ctx context.Context) error { return h.register.IssueAll(ctx) }
