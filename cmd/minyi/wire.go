package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/calendar"
	"minyi/indicators/copies"
	"minyi/indicators/db"
	"minyi/indicators/evaluation"
	"minyi/indicators/event"
	"minyi/indicators/evidence"
	"minyi/indicators/inbox"
	"minyi/indicators/keyring"
	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/indicators/supervision"
	"minyi/indicators/verification"
	"minyi/indicators/workday"
	"minyi/survey"
	"minyi/survey/coding"
	"minyi/survey/job"
	ledgerkeeper "minyi/survey/ledger/keeper"
	"minyi/survey/library"
	surveystore "minyi/survey/store"
	"minyi/web"
)

// setup is everything that the house is built from.
type setup struct {
	config
	dir    string
	now    func() time.Time // programme clock
	log    *slog.Logger
	secure bool      // TLS, here or at the proxy in front
	made   bool      // the round is a rehearsal
	stage  web.Stage // the rehearsal's control page; empty in the real service
}

// house is the whole service, tied together.
type house struct {
	setup
	key       masterKey
	keys      *keyring.File // under which personal data are sealed
	vault     *surveystore.Vault
	programme *store.Store
	survey    *db.DB
	intake    *surveystore.Intake
	access    *access.Service
	roster    *roster.Service
	calendar  *workday.Calendar
	book      *scorebook.Book
	surveys   *survey.Service
	papers    *survey.Paperwork
	logs      *ledgerkeeper.Service // public logs of commitments and of events
	library   *library.Service
	trial     *survey.Trial
	coding    *coding.Service
	jobs      *job.Service

	application  *application.Service
	evaluation   *evaluation.Service
	naming       *naming.Service
	supervision  *supervision.Service
	register     *register.Service
	verification *verification.Service
	inbox        *inbox.Service
	events       *event.Service // what the programme puts into its public log
	steps        *calendar.Service
	copies       *copies.Service  // what staff take away and read
	objections   *evidence.Folder // what came with objections, and proofs of media
	after        afternaming

	grants []web.Grant
	app    *fiber.App
	silent newcomers
	meters *meters
	probe  *probe
	saver  *saver
}

// newID makes a UUIDv7: ids of records, in the order of their making.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// build opens both halves and ties every service and door together. What it
// opened it closes again when it fails.
func build(ctx context.Context, s setup) (h *house, err error) {
	h = &house{setup: s, meters: newMeters(), probe: &probe{dir: s.dir, now: time.Now}}
	h.saver = &saver{house: h, wall: time.Now}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
			h = nil
		}
	}()
	if h.key, err = openKey(s.dir); err != nil {
		return h, err
	}
	if err := errors.Join(h.openKeys(), h.openHalves(ctx)); err != nil {
		return h, err
	}
	if err := h.openProgramme(); err != nil {
		return h, err
	}
	if err := h.roster.Refresh(ctx); err != nil {
		return h, err
	}
	if err := errors.Join(h.openLogs(), h.openSurvey(ctx)); err != nil {
		return h, err
	}
	for _, open := range []func() error{h.openCopies, h.openEvents, h.openAfter, h.openJobs, h.openRegister} {
		if err := open(); err != nil {
			return h, err
		}
	}
	if err := h.resume(ctx); err != nil {
		return h, err
	}
	if err := h.openApp(); err != nil { //nolint:contextcheck // a page asks under its own request
		return h, err
	}
	h.meters.house(h)           //nolint:contextcheck // who reads the meters asks under a time of their own
	return h, h.jobs.Start(ctx) // now that the doors have registered what they do
}

// errBroken says that the intake can no longer promise that an answer is on
// disk: a failed flush is never retried, so the process ends and says so.
var errBroken = errors.New("an answer could not be flushed to disk: stopping, check the disk")

// grace is how long requests in hand may take after a stop was asked for.
const grace = 9 * time.Second

// run serves until the context ends, then finishes what is in hand.
func (h *house) run(ctx context.Context, l net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	tended := h.tend(ctx)
	delivered := h.deliver(ctx)
	saved := h.saves(ctx)
	defer func() { stop(); <-tended; <-delivered; <-saved }()
	failed := make(chan error, 1)
	go func() { failed <- h.app.Listener(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-h.intake.Broken():
		return errors.Join(errBroken, h.app.ShutdownWithTimeout(grace))
	case <-ctx.Done():
		h.log.Info("stopping")
		if err := notify(context.WithoutCancel(ctx), notifyStopping); err != nil {
			h.log.Warn("not told", slog.Any("error", err))
		}
		h.silent.dismiss()
		h.jobs.Quit()
		if err := h.app.ShutdownWithTimeout(grace); err != nil {
			return fmt.Errorf("stop: %w", err)
		}
		return nil
	}
}

// Close closes both halves; closing twice does no harm.
func (h *house) Close() error {
	var errs []error
	if h.jobs != nil {
		h.jobs.Stop()
	}
	if h.intake != nil {
		errs = append(errs, h.intake.Close())
	}
	if h.survey != nil {
		errs = append(errs, h.survey.Close())
	}
	if h.programme != nil {
		errs = append(errs, h.programme.Close())
	}
	h.intake, h.survey, h.programme = nil, nil, nil
	return errors.Join(errs...)
}
