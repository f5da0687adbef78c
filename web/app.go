// Package web builds the Fiber application: the routes, the middleware that
// every request passes, and the one place that turns errors into pages.
package web

import (
	"embed"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/copies"
	"minyi/web/api"
	"minyi/web/mark"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Config is what the application needs besides its doors.
type Config struct {
	Texts   *view.Texts
	Log     *slog.Logger
	Now     func() time.Time // programme clock
	NewID   func() string    // request ids
	Made    bool             // the round is a rehearsal
	Secure  bool             // behind TLS: HSTS, secure cookies
	Proxies []netip.Prefix   // networks whose X-Forwarded-For is believed
	Ready   func(*fiber.Ctx) error
	Count   func(route string, status, n int) // told of every request; of residents' once in a while; may be nil
	Copies  *copies.Service                   // keeps account of what staff take away and read
	Doors   Doors
}

// App is the running application's parts.
type App struct {
	cfg      Config
	pages    *view.Pages
	security []line
	span     atomic.Pointer[span]

	residents map[string]bool // routes of the residents' door
	visits    visits
	marker    *mark.Writer
	turns     *turns
	files     map[string]fileOf // that staff take away, by route
	results   map[string]pageOf // pages that show some, by route
	api       *api.Door
	programs  []route // of the API
}

// Time-outs and sizes of the server: slow clients are cut off, none keeps a
// connection for ever.
const (
	readTimeout  = 60 * time.Second
	writeTimeout = 60 * time.Second
	idleTimeout  = readTimeout // equal, so that the deadline of a busy connection need not move back and forth
	headerBytes  = 8 << 10
	pageBytes    = 8 << 10 // a packed page with its head goes out in one piece
	deadline     = 30 * time.Second
	concurrency  = 16 << 10
)

// New builds the application.
//
// Immutable: without it, strings taken from a request change after the handler
// returns. CaseSensitive and StrictRouting: /OFFICE and /office/ must not reach
// /office past its guard. StreamRequestBody and DisablePreParseMultipartForm:
// each route bounds its own body before reading it; the server would otherwise
// read a whole multipart body of any size to disk before it asks for a handler.
func New(cfg Config) (*fiber.App, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	if cfg.Count == nil {
		cfg.Count = func(string, int, int) {}
	}
	a := &App{
		cfg: cfg, pages: pages, security: security(cfg.Secure), residents: map[string]bool{},
		marker: mark.New(), turns: newTurns(processors()), files: filesOfStaff(), results: pagesOfResults(),
		api: cfg.Doors.API, programs: cfg.Doors.apiRoutes(),
	}
	a.visits.now = cfg.Now
	a.visits.tell = func(route string, status, n int) {
		cfg.Count(route, status, n)
		cfg.Log.Info("requests", slog.String("route", route), slog.Int("status", status), slog.Int("number", n))
	}
	f := fiber.New(fiber.Config{
		AppName: "minyi", DisableStartupMessage: true,
		Immutable: true, CaseSensitive: true, StrictRouting: true,
		StreamRequestBody: true, DisablePreParseMultipartForm: true, ReadBufferSize: headerBytes,
		WriteBufferSize: pageBytes, Concurrency: concurrency,
		ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		// No proxy is trusted by Fiber itself, so that nobody's X-Forwarded-Host or
		// -Proto is believed; client.go finds the client's address.
		EnableTrustedProxyCheck: true,
		ErrorHandler:            a.refuse,
	})
	f.Use(a.watch, a.recovered, a.headers, a.client, a.clock, a.language)
	view.MountAssets(f)
	f.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	f.Get("/readyz", cfg.Ready)
	a.mount(f, cfg.Doors)
	f.Use(a.missing)
	return f, nil
}

// Forms names for each route that takes a form what its fields are called, as an
// expression: what the router refuses all other fields by.
func Forms() map[string]string {
	forms := fields()
	maps.Copy(forms, libraryFields())
	maps.Copy(forms, resultsFields())
	maps.Copy(forms, sampleFields())
	maps.Copy(forms, monitorFields())
	maps.Copy(forms, paperFields())
	maps.Copy(forms, reportFields())
	maps.Copy(forms, deputiesFields())
	maps.Copy(forms, sealFields())
	maps.Copy(forms, supervisionFields())
	maps.Copy(forms, yearlyFields())
	maps.Copy(forms, proceedingFields())
	maps.Copy(forms, inboxFields())
	maps.Copy(forms, privacyFields())
	maps.Copy(forms, calendarFields())
	maps.Copy(forms, contactFields())
	maps.Copy(forms, appointFields())
	maps.Copy(forms, agreementFields())
	maps.Copy(forms, deskFields())
	return forms
}

// mount adds every route of the table, each with the size of body that it
// takes, its guard and its handler.
func (a *App) mount(f *fiber.App, doors Doors) {
	forms := Forms()
	all := doors.routes()
	pages := routed(all)
	for _, r := range all {
		a.residents[r.path] = a.residents[r.path] || r.open
		steps := []fiber.Handler{bodyLimit(r.body)}
		if r.rate > 0 {
			steps = append(steps, rateLimit(r.rate))
		}
		if !r.open {
			steps = append(steps, readable, doors.Login.Visitor, doors.Login.Forged)
		}
		steps = append(steps, doors.guard(r)...)
		if names, ok := forms[r.path]; ok && r.method == post {
			steps = append(steps, expected(names))
		}
		steps = slices.Concat(steps, a.inTurn(r), a.copied(r), doors.around(r, pages), []fiber.Handler{r.do})
		if r.method == get {
			f.Add(fiber.MethodHead, r.path, steps...)
		}
		f.Add(r.method, r.path, steps...)
	}
}
