package login

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/web/view"
)

const (
	localStay = "login.stay"
	localSeed = "login.seed"
)

// sessionCookie is the cookie's name: the __Host- prefix needs TLS.
func (d *Door) sessionCookie() string {
	if d.secure {
		return "__Host-minyi"
	}
	return "minyi_session"
}

// formCookie is the name of the cookie that the form token of somebody who is not
// signed in hangs on: under TLS no other host of the domain can set it.
func (d *Door) formCookie() string {
	if d.secure {
		return "__Host-minyi-form"
	}
	return "minyi_form"
}

func (d *Door) setCookie(c *fiber.Ctx, name, value string, seconds int) {
	cookie := &fiber.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		HTTPOnly: true, Secure: d.secure, SameSite: fiber.CookieSameSiteLaxMode,
	}
	if seconds < 0 {
		cookie.Expires = time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

// Visitor is middleware: it finds out who asks and leaves it in the request. Where the
// request gave the session a new secret, the answer carries it.
func (d *Door) Visitor(c *fiber.Ctx) error {
	v := view.Visitor{Nav: d.nav(""), Token: func() string { return d.token(c) }}
	var stay *access.Stay
	if secret := c.Cookies(d.sessionCookie()); secret != "" {
		var err error
		if stay, err = d.access.Visit(c.UserContext(), secret); err != nil {
			return err
		}
	}
	if stay != nil {
		c.Locals(localStay, stay)
		c.SetUserContext(access.Within(c.UserContext(), stay))
		v.Name, v.Role, v.Nav = stay.Name, string(stay.Role), d.nav(stay.Role)
		v.Unread = d.waiting(c, stay.Actor())
	}
	mark(v.Nav, c.Path())
	view.SetVisitor(c, v)
	err := c.Next()
	if stay != nil && stay.Fresh != "" {
		d.setCookie(c, d.sessionCookie(), stay.Fresh, int(access.Absolute.Seconds()))
	}
	return err
}

// waiting returns what counts the actor's unread messages when a page shows it: pages
// without a bar ask nothing. A count that fails is none, rather than no page.
func (d *Door) waiting(c *fiber.Ctx, by access.Actor) func() int {
	if d.unread == nil {
		return nil
	}
	ctx := c.UserContext()
	return func() int {
		n, err := d.unread(ctx, by)
		if err != nil {
			return 0
		}
		return n
	}
}

// mark sets the entry of the navigation that the path lies under: the one with
// the longest address, and the group that holds it.
func mark(nav []view.Link, path string) {
	var best []*view.Link
	longest := 0
	for i := range nav {
		if n := under(nav[i], path); n > longest {
			best, longest = []*view.Link{&nav[i]}, n
		}
		for k := range nav[i].Of {
			if n := under(nav[i].Of[k], path); n >= longest && n > 0 {
				best, longest = []*view.Link{&nav[i], &nav[i].Of[k]}, n
			}
		}
	}
	for _, l := range best {
		l.Active = true
	}
}

// under is the length of the entry's address that the path lies under; 0: none.
func under(l view.Link, path string) (longest int) {
	for _, href := range append([]string{l.Href}, l.Also...) {
		if (path == href || strings.HasPrefix(path, href+"/")) && len(href) > longest {
			longest = len(href)
		}
	}
	return longest
}

func stayOf(c *fiber.Ctx) *access.Stay {
	stay, _ := c.Locals(localStay).(*access.Stay)
	return stay
}

// Actor returns who asks; the zero Actor for the public.
func Actor(c *fiber.Ctx) access.Actor {
	if stay := stayOf(c); stay != nil {
		return stay.Actor()
	}
	return access.Actor{}
}

// detour returns where somebody has to go first who has something to do before
// anything else; empty: nowhere, or there already.
func detour(due access.Due, path string) string {
	switch {
	case due == access.DueNothing, path == "/logout", path == "/password":
		return ""
	case due != access.DueFactor:
		return "/password"
	case path == Home, strings.HasPrefix(path, Home+"/"):
		return ""
	}
	return Home
}

// Require is middleware: it lets the named roles pass. Who is not signed in is
// sent to sign in; who has a one-time or an old password, to change it; who has to
// have a second factor, to set it up; all others get the refusal.
func Require(roles ...access.Role) fiber.Handler {
	return func(c *fiber.Ctx) error {
		stay := stayOf(c)
		if stay == nil {
			if c.Method() == fiber.MethodGet {
				return c.Redirect("/login?next="+url.QueryEscape(c.OriginalURL()), fiber.StatusSeeOther)
			}
			return fault.New(fault.Forbidden, "login.needed")
		}
		if to := detour(stay.Due, c.Path()); to != "" {
			return c.Redirect(to, fiber.StatusSeeOther)
		}
		if err := stay.Actor().Require(roles...); err != nil {
			return err
		}
		return c.Next()
	}
}

// token is the form token: a MAC of the session, or for somebody without one
// of a random cookie that is set for this purpose.
func (d *Door) token(c *fiber.Ctx) string {
	if stay := stayOf(c); stay != nil {
		secret := stay.Fresh
		if secret == "" {
			secret = c.Cookies(d.sessionCookie())
		}
		return d.mac("session", secret)
	}
	seed := c.Cookies(d.formCookie())
	if made, ok := c.Locals(localSeed).(string); ok {
		seed = made
	}
	if len(seed) != base64.RawURLEncoding.EncodedLen(seedBytes) {
		raw := make([]byte, seedBytes)
		_, _ = rand.Read(raw) // never fails since Go 1.24
		seed = base64.RawURLEncoding.EncodeToString(raw)
		c.Locals(localSeed, seed)
		d.setCookie(c, d.formCookie(), seed, int(access.Absolute.Seconds()))
	}
	return d.mac("visitor", seed)
}

const seedBytes = 16

func (d *Door) mac(kind, value string) string {
	m := hmac.New(sha256.New, d.key)
	m.Write([]byte("minyi/form/v1\n" + kind + "\n" + value))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// Forged is middleware: a request that changes something passes only with the
// visitor's form token (field csrf or header X-Csrf-Token) and, where the
// browser says where it comes from, only from our own pages.
func (d *Door) Forged(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	if Foreign(c) {
		return fault.New(fault.Forbidden, "request.foreign")
	}
	got := c.Get("X-Csrf-Token")
	if got == "" {
		got = c.FormValue("csrf")
	}
	if got == "" || !hmac.Equal([]byte(got), []byte(d.token(c))) {
		return fault.New(fault.Forbidden, "request.stale")
	}
	return c.Next()
}

// Foreign reports whether the browser says that the request was started by a
// page that is not ours. A browser that says nothing passes.
func Foreign(c *fiber.Ctx) bool {
	switch c.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return true
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" || origin == "null" { // browsers say null of pages that send no referrer, such as ours
		return false
	}
	u, err := url.Parse(origin)
	// The raw Host header: forwarded hosts can be claimed by anyone.
	return err != nil || u.Host == "" || u.Host != string(c.Request().Host())
}

// network is a short digest of the client's network, for the throttle only:
// the /64 of an IPv6 address, the whole of an IPv4 address.
func network(c *fiber.Ctx) string {
	text := view.ClientOf(c)
	if addr, err := netip.ParseAddr(text); err == nil {
		const ipv6 = 64
		if addr = addr.Unmap(); addr.Is6() {
			if prefix, err := addr.Prefix(ipv6); err == nil {
				text = prefix.String()
			}
		}
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
