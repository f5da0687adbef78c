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
	localAccount = "login.account"
	formCookie   = "minyi_form"
)

// sessionCookie is the cookie's name: the __Host- prefix needs TLS.
func (d *Door) sessionCookie() string {
	if d.secure {
		return "__Host-minyi"
	}
	return "minyi_session"
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

// Visitor is middleware: it finds out who asks and leaves it in the request.
func (d *Door) Visitor(c *fiber.Ctx) error {
	v := view.Visitor{Nav: d.nav(""), Token: func() string { return d.token(c) }}
	if secret := c.Cookies(d.sessionCookie()); secret != "" {
		account, err := d.access.Visit(c.UserContext(), secret)
		if err != nil {
			return err
		}
		if account != nil {
			c.Locals(localAccount, account)
			v.Name, v.Role, v.Nav = account.Name, string(account.Role), d.nav(account.Role)
			v.Unread = d.waiting(c, account.Actor())
		}
	}
	mark(v.Nav, c.Path())
	view.SetVisitor(c, v)
	return c.Next()
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

func accountOf(c *fiber.Ctx) *access.Account {
	a, _ := c.Locals(localAccount).(*access.Account)
	return a
}

// Actor returns who asks; the zero Actor for the public.
func Actor(c *fiber.Ctx) access.Actor {
	if a := accountOf(c); a != nil {
		return a.Actor()
	}
	return access.Actor{}
}

func mustChange(c *fiber.Ctx) bool {
	a := accountOf(c)
	return a != nil && a.MustChange
}

// Require is middleware: it lets the named roles pass. Who is not signed in is
// sent to sign in; who has a one-time password, to change it; all others get
// the refusal.
func Require(roles ...access.Role) fiber.Handler {
	return func(c *fiber.Ctx) error {
		actor := Actor(c)
		if actor.Anonymous() {
			if c.Method() == fiber.MethodGet {
				return c.Redirect("/login?next="+url.QueryEscape(c.OriginalURL()), fiber.StatusSeeOther)
			}
			return fault.New(fault.Forbidden, "login.needed")
		}
		if mustChange(c) && c.Path() != "/password" && c.Path() != "/logout" {
			return c.Redirect("/password", fiber.StatusSeeOther)
		}
		if err := actor.Require(roles...); err != nil {
			return err
		}
		return c.Next()
	}
}

// token is the form token: a MAC of the session, or for somebody without one
// of a random cookie that is set for this purpose.
func (d *Door) token(c *fiber.Ctx) string {
	if accountOf(c) != nil {
		return d.mac("session", c.Cookies(d.sessionCookie()))
	}
	seed := c.Cookies(formCookie)
	if made, ok := c.Locals(formCookie).(string); ok {
		seed = made
	}
	if len(seed) != base64.RawURLEncoding.EncodedLen(seedBytes) {
		raw := make([]byte, seedBytes)
		_, _ = rand.Read(raw) // never fails since Go 1.24
		seed = base64.RawURLEncoding.EncodeToString(raw)
		c.Locals(formCookie, seed)
		d.setCookie(c, formCookie, seed, int(access.Absolute.Seconds()))
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
