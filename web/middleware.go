package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/limiter"

	"minyi/indicators/fault"
	"minyi/web/view"
)

const localID = "web.id"

// id is what the request is called in the log and on the page of an error: made
// when somebody first asks, as most requests need none.
func (a *App) id(c *fiber.Ctx) string {
	if id, ok := c.Locals(localID).(string); ok {
		return id
	}
	id := a.cfg.NewID()
	c.Locals(localID, id)
	return id
}

// watch bounds the time of the request and writes one line about it. The line
// names the route, never the path: paths hold tokens. Residents' requests are
// counted instead, since a log says to the millisecond when somebody answered.
func (a *App) watch(c *fiber.Ctx) error {
	ctx := a.bound(c.UserContext())
	c.SetUserContext(ctx)
	err := c.Next()
	if err != nil {
		err = a.refuse(c, err)
	}
	drain(c)
	route, status := c.Route().Path, c.Response().StatusCode()
	if a.residents[route] && status < fiber.StatusInternalServerError {
		a.visits.add(route, status)
		return err
	}
	a.cfg.Count(route, status, 1)
	a.cfg.Log.LogAttrs(ctx, slog.LevelInfo, "request", slog.String("id", a.id(c)), slog.String("method", c.Method()),
		slog.String("route", route), slog.Int("status", status))
	return err
}

// span is a deadline that the requests of one second share: a timer for each
// would cost more than a small request does.
type span struct {
	context.Context
	over atomic.Bool // no further request joins
}

// bound returns a context that ends when a request that begins now has had its
// time, a second more at most.
func (a *App) bound(parent context.Context) context.Context {
	if s := a.span.Load(); s != nil && !s.over.Load() {
		return s
	}
	const joined = time.Second
	ctx, end := context.WithTimeout(context.WithoutCancel(parent), deadline+joined)
	s := &span{Context: ctx}
	time.AfterFunc(joined, func() { s.over.Store(true) })
	context.AfterFunc(ctx, end)
	a.span.Store(s)
	return s
}

// recovered turns a panic into an error of this one request.
func (a *App) recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return c.Next()
}

// policy allows what our own pages need and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// line is one line of an answer's head.
type line struct{ name, value []byte }

// security are the headers of every answer; a door may replace the policy or the
// caching by its own.
func security(secure bool) (out []line) {
	for _, pair := range [][2]string{
		{fiber.HeaderContentSecurityPolicy, policy},
		{fiber.HeaderXContentTypeOptions, "nosniff"},
		{fiber.HeaderReferrerPolicy, "no-referrer"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{fiber.HeaderCacheControl, "no-store"},
	} {
		out = append(out, line{[]byte(pair[0]), []byte(pair[1])})
	}
	if secure {
		out = append(out, line{[]byte(fiber.HeaderStrictTransportSecurity), []byte("max-age=31536000")})
	}
	return out
}

// headers sets the security headers. Their names are written as they go out.
func (a *App) headers(c *fiber.Ctx) error {
	h := &c.Response().Header
	for _, one := range a.security {
		h.SetCanonical(one.name, one.value)
	}
	return c.Next()
}

// clock leaves the programme clock in the request.
func (a *App) clock(c *fiber.Ctx) error {
	view.SetRound(c, a.cfg.Now(), a.cfg.Made)
	return c.Next()
}

const (
	langCookie = "minyi_lang"
	langKept   = 365 * 24 * time.Hour
)

// language takes ?lang=, then the cookie, then Chinese. Text that is not valid
// UTF-8 is refused here, for every door.
func (a *App) language(c *fiber.Ctx) error {
	lang, ok := view.Chinese, false
	if len(c.Context().URI().QueryString()) > 0 {
		lang, ok = view.ParseLang(c.Query("lang"))
	}
	if ok {
		c.Cookie(&fiber.Cookie{
			Name: langCookie, Value: string(lang), Path: "/", MaxAge: int(langKept.Seconds()),
			HTTPOnly: true, Secure: a.cfg.Secure, SameSite: fiber.CookieSameSiteLaxMode,
		})
	} else if lang, ok = view.ParseLang(c.Cookies(langCookie)); !ok {
		lang = view.Chinese
	}
	view.SetLang(c, lang)
	if !utf8.ValidString(c.Path()) || !utf8.Valid(c.Context().QueryArgs().QueryString()) {
		return fault.New(fault.Invalid, "request.encoding")
	}
	return c.Next()
}

// What is taken in of a body that nobody read, and for how long.
const (
	drained   = 8 << 20
	drainTime = 300 * time.Millisecond
)

// drain takes in what has come of a body that was refused unread: a connection
// that is closed over unread bytes is reset, and the browser never shows the
// answer. It does not wait for a client that sends no more.
func drain(c *fiber.Ctx) {
	rest := c.Context().RequestBodyStream()
	if rest == nil {
		return
	}
	conn := c.Context().Conn()
	enough := time.AfterFunc(drainTime, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	_, err := io.CopyN(io.Discard, rest, drained)
	if enough.Stop(); !errors.Is(err, io.EOF) {
		c.Context().SetConnectionClose() // there is more, or it came too slowly
	}
}

// smallBody is what a route takes that names no other size: a long form.
const smallBody = 1 << 20

// bodyLimit refuses a body that is larger than the route takes, or whose size
// is not told, before any of it is read. A compressed body is refused too: no
// browser sends one, and a small one may unpack to any size.
func bodyLimit(limit int) fiber.Handler {
	if limit == 0 {
		limit = smallBody
	}
	return func(c *fiber.Ctx) error {
		switch size := c.Request().Header.ContentLength(); {
		case size > limit:
			c.Context().SetConnectionClose()
			return fault.New(fault.TooLarge, "request.toolarge")
		case size == -1: // chunked
			c.Context().SetConnectionClose()
			return fault.New(fault.Invalid, "request.invalid")
		case len(c.Request().Header.ContentEncoding()) > 0:
			c.Context().SetConnectionClose()
			return fault.New(fault.Invalid, "request.invalid")
		}
		return c.Next()
	}
}

// readable refuses a form with text that is not valid UTF-8. No browser sends
// such a form, so there is nothing typed that could be lost.
func readable(c *fiber.Ctx) error {
	for name, value := range c.Request().PostArgs().All() {
		if !utf8.Valid(name) || !utf8.Valid(value) {
			return fault.New(fault.Invalid, "request.encoding")
		}
	}
	return c.Next()
}

// rateLimit refuses a network that asks too often. It counts in memory by the
// client's address, which is kept nowhere else.
func rateLimit(perMinute int) fiber.Handler {
	return limiter.New(limiter.Config{
		Max: perMinute, Expiration: time.Minute,
		KeyGenerator: view.ClientOf,
		LimitReached: func(*fiber.Ctx) error { return fault.New(fault.TooMany, "request.toomany") },
	})
}
