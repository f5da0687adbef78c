package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"minyi/indicators/access"
	"minyi/indicators/db"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
	"minyi/web"
	"minyi/web/login"
	"minyi/web/view"
)

// setup is everything that the house is built from.
type setup struct {
	config
	dir    string
	now    func() time.Time // programme clock
	log    *slog.Logger
	secure bool // TLS, here or at the proxy in front
	made   bool // the round is a rehearsal
}

// house is the whole service, tied together.
type house struct {
	setup
	key       masterKey
	programme *store.Store
	survey    *db.DB
	access    *access.Service
	app       *fiber.App
}

// newID makes a UUIDv7: ids of records, in the order of their making.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// build opens both halves and ties every service and door together. What it
// opened it closes again when it fails.
func build(ctx context.Context, s setup) (h *house, err error) {
	h = &house{setup: s}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
			h = nil
		}
	}()
	if h.key, err = openKey(s.dir); err != nil {
		return h, err
	}
	if h.programme, err = store.Open(ctx, filepath.Join(s.dir, programmeFile)); err != nil {
		return h, err
	}
	if h.survey, err = db.Open(ctx, db.Survey, filepath.Join(s.dir, surveyFile), surveystore.Migrations()); err != nil {
		return h, err
	}
	h.access = access.NewService(h.programme, time.Now, s.now)
	return h, h.open()
}

// open builds the doors and the application.
func (h *house) open() error {
	texts, err := view.LoadTexts()
	if err != nil {
		return err
	}
	formKey, err := h.key.derive("form")
	if err != nil {
		return err
	}
	signIn, err := login.New(login.Config{Access: h.access, Texts: texts, Key: formKey, Secure: h.secure, Nav: web.Nav})
	if err != nil {
		return err
	}
	proxies, err := h.prefixes()
	if err != nil {
		return err
	}
	h.app, err = web.New(web.Config{
		Texts: texts, Log: h.log, Now: h.now, NewID: newID, Made: h.made, Secure: h.secure, Proxies: proxies,
		Ready: h.ready, Doors: web.Doors{Login: signIn},
	})
	return err
}

// ready says whether both stores answer.
func (h *house) ready(c *fiber.Ctx) error {
	if err := errors.Join(h.programme.Ping(c.UserContext()), h.survey.Ping(c.UserContext())); err != nil {
		return err
	}
	return c.SendString("ready\n")
}

// grace is how long requests in hand may take after a stop was asked for.
const grace = 9 * time.Second

// run serves until the context ends, then finishes what is in hand.
func (h *house) run(ctx context.Context, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- h.app.Listener(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		h.log.Info("stopping")
		if err := h.app.ShutdownWithTimeout(grace); err != nil {
			return fmt.Errorf("stop: %w", err)
		}
		return nil
	}
}

// Close closes both halves.
func (h *house) Close() error {
	var errs []error
	if h.survey != nil {
		errs = append(errs, h.survey.Close())
	}
	if h.programme != nil {
		errs = append(errs, h.programme.Close())
	}
	return errors.Join(errs...)
}
