// Package login turns cookies into actors: signing in by password and second factor,
// signing out, everybody's own account page, the form token that every state-changing
// request must carry, and the guard that refuses a role a page. It decides no rule of
// the programme.
package login

import (
	"context"
	"embed"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets/passkey.js
var assetFiles embed.FS

// Door is the way in for people with an account.
type Door struct {
	access *access.Service
	pages  *view.Pages
	assets view.Shelf
	key    []byte // secret for form tokens
	secure bool   // cookies only over TLS
	nav    func(access.Role) []view.Link
	unread func(ctx context.Context, by access.Actor) (int, error)
}

// Config is what a Door needs.
type Config struct {
	Access *access.Service
	Texts  *view.Texts
	Key    []byte                                                  // at least 32 secret bytes, the same after a restart
	Secure bool                                                    // true behind TLS
	Nav    func(access.Role) []view.Link                           // what a role finds in the top bar
	Unread func(ctx context.Context, by access.Actor) (int, error) // messages that wait; nil: no inbox
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	assets, err := view.LoadShelf(assetFiles, view.ShelfFile{Name: script, Path: "assets/" + script})
	if err != nil {
		return nil, err
	}
	return &Door{access: cfg.Access, pages: pages, assets: assets, key: cfg.Key, secure: cfg.Secure, nav: cfg.Nav, unread: cfg.Unread}, nil
}

// SignInPage is the sign-in form.
type SignInPage struct {
	view.Frame
	Name  string
	Next  string
	Again bool // somebody is signed in, and has to show again who it is
}

// SignIn shows the form; with ?again= to who is signed in and is to show it once more.
func (d *Door) SignIn(c *fiber.Ctx) error {
	page := &SignInPage{Next: ownPath(c.Query("next"))}
	if c.Query("again") != "" {
		page.Name = Actor(c).Name
		page.Again = page.Name != ""
	}
	return d.pages.Render(c, "signin", page)
}

// DoSignIn checks name and password; a session that the browser already had
// ends, and the new one has a secret of its own. Who has a second factor is asked
// for it next.
func (d *Door) DoSignIn(c *fiber.Ctx) error {
	page := &SignInPage{Name: c.FormValue("name"), Next: ownPath(c.FormValue("next"))}
	in, err := d.access.Enter(c.UserContext(), access.Try{
		From: Actor(c), Name: page.Name, Password: c.FormValue("password"), Network: network(c),
		Place: view.ClientOf(c), Agent: agent(c.Get(fiber.HeaderUserAgent)),
	})
	if err != nil {
		return d.pages.Again(c, err, "signin", page)
	}
	if old := c.Cookies(d.sessionCookie()); old != "" && !Actor(c).Anonymous() {
		if err := d.access.SignOut(c.UserContext(), Actor(c), old); err != nil {
			return err
		}
	}
	d.setCookie(c, d.sessionCookie(), in.Secret, int(access.Absolute.Seconds()))
	if in.Stage == access.Halfway {
		return c.Redirect(withNext(FactorHome, page.Next), fiber.StatusSeeOther)
	}
	return d.begin(c, in.Actor.Role, page.Next)
}

// begin leads who has come in to where it wanted, else to where its role begins.
func (d *Door) begin(c *fiber.Ctx, role access.Role, next string) error {
	if next == "" {
		next = home(role)
	}
	return view.See(c, next, "")
}

// withNext is a path that carries where to go afterwards.
func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

// SignOut ends the session.
func (d *Door) SignOut(c *fiber.Ctx) error {
	if secret := c.Cookies(d.sessionCookie()); secret != "" {
		if err := d.access.SignOut(c.UserContext(), Actor(c), secret); err != nil {
			return err
		}
	}
	d.setCookie(c, d.sessionCookie(), "", -1)
	if by := ownPath(c.Cookies(passCookie)); by != "" {
		return view.See(c, by, "")
	}
	return view.See(c, "/", "signedout")
}

// PasswordPage is the form for a new password.
type PasswordPage struct {
	view.Frame
	Must    bool // the password is a one-time one
	Expired bool // the password is too old
	Level3  bool // three classes of signs are demanded
}

func (d *Door) passwordPage(c *fiber.Ctx) *PasswordPage {
	due := stayOf(c).Due
	return &PasswordPage{Must: due == access.DuePassword, Expired: due == access.DueExpired, Level3: d.access.Level3()}
}

// Password shows the form.
func (d *Door) Password(c *fiber.Ctx) error {
	return d.pages.Render(c, "password", d.passwordPage(c))
}

// DoPassword sets the new password; all sessions end, so sign in again.
func (d *Door) DoPassword(c *fiber.Ctx) error {
	page := d.passwordPage(c)
	if c.FormValue("new") != c.FormValue("again") {
		return d.pages.Again(c, fault.New(fault.Invalid, "password.again").At("again"), "password", page)
	}
	err := d.access.ChangePassword(c.UserContext(), Actor(c), c.FormValue("old"), c.FormValue("new"), network(c))
	if err != nil {
		return d.pages.Again(c, err, "password", page)
	}
	return view.See(c, "/login", "password")
}

// home is where a role begins.
func home(role access.Role) string {
	switch role {
	case access.Office:
		return "/office"
	case access.Auditor:
		return "/office/trail"
	case access.Agency:
		return "/agency"
	case access.Interviewer:
		return "/call"
	case access.Applicant:
		return "/apply"
	case access.Assessor:
		return "/evaluate"
	case access.Inspector:
		return "/verify"
	case access.Secadmin:
		return "/accounts"
	case access.Sysadmin:
		return Home
	}
	return "/"
}

// ownPath returns next when it is a path of this server, else nothing: no
// stranger's link may send people elsewhere after signing in.
func ownPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return ""
	}
	return next
}

// passCookie holds the address by which a sign-out comes, for browsers that keep
// pages of a door for use without a line.
const passCookie = "minyi_pass"

// PassBy lets the next sign-out of this browser come by an own address, where what
// the browser kept is cleared.
func PassBy(c *fiber.Ctx, path string, secure bool) {
	c.Cookie(&fiber.Cookie{
		Name: passCookie, Value: path, Path: "/logout", HTTPOnly: true, Secure: secure, SameSite: fiber.CookieSameSiteLaxMode,
	})
}
