package login

import (
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/survey/invite"
	"minyi/web/view"
)

// Home is everybody's own account.
const Home = "/account"

// AccountPage shows an account to its owner.
type AccountPage struct {
	view.Frame
	Account  *access.Account
	Set      time.Time // when the password was set
	Until    time.Time // when it has to be changed; zero: never
	Factors  *access.Factors
	Sessions []access.Session
	Here     string // handle of this session
	Proved   bool   // may change factors
	Must     bool   // a second factor is demanded and there is none
	Demanded bool
	Apps     bool // authenticator apps are offered
	Keys     bool // passkeys are offered
	Host     string
	Script   string
}

func (d *Door) accountPage(c *fiber.Ctx) (*AccountPage, error) {
	stay := stayOf(c)
	f, err := d.access.Own(c.UserContext(), stay.Actor())
	if err != nil {
		return nil, err
	}
	open, err := d.access.Sessions(c.UserContext(), stay.Actor())
	if err != nil {
		return nil, err
	}
	host, keys := d.access.Passes()
	set, until := d.access.Term(stay.Account)
	return &AccountPage{
		Account: stay.Account, Set: set, Until: until, Factors: f, Sessions: open, Here: stay.Session.Handle(),
		Proved: stay.Proved, Must: stay.Due == access.DueFactor, Demanded: d.access.Demanded(stay.Role),
		Apps: d.access.Apps(), Keys: keys, Host: host, Script: d.AssetPath(),
	}, nil
}

// Account shows the page.
func (d *Door) Account(c *fiber.Ctx) error {
	page, err := d.accountPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "account", page)
}

// again shows the page once more with what was refused.
func (d *Door) again(c *fiber.Ctx, refused error) error {
	page, err := d.accountPage(c)
	if err != nil {
		return err
	}
	return d.pages.Again(c, refused, "account", page)
}

// EndSession ends one of the own sessions, or all others.
func (d *Door) EndSession(c *fiber.Ctx) error {
	var err error
	if handle := c.FormValue("session"); handle != "" {
		err = d.access.EndOwn(c.UserContext(), Actor(c), handle)
	} else {
		err = d.access.EndOthers(c.UserContext(), stayOf(c))
	}
	if err != nil {
		return d.again(c, err)
	}
	return view.See(c, Home, "sessions")
}

// AppPage sets up an authenticator app.
type AppPage struct {
	view.Frame
	Seed   string // in groups that can be typed
	Square int    // units along one side of the code
	Path   string // its dark parts
}

func (d *Door) appPage(c *fiber.Ctx) (*AppPage, error) {
	seed, link, err := d.access.Seed(c.UserContext(), stayOf(c))
	if err != nil || seed == "" {
		return nil, err
	}
	code, err := invite.NewCode(link)
	if err != nil {
		return nil, err
	}
	const group = 4
	var groups []string
	for ; len(seed) > group; seed = seed[group:] {
		groups = append(groups, seed[:group])
	}
	return &AppPage{Seed: strings.Join(append(groups, seed), " "), Square: code.Size(), Path: code.SVGPath()}, nil
}

// App shows the code to scan; without a seed that waits it leads back.
func (d *Door) App(c *fiber.Ctx) error {
	page, err := d.appPage(c)
	if err != nil {
		return err
	}
	if page == nil {
		return c.Redirect(Home, fiber.StatusSeeOther)
	}
	return d.pages.Render(c, "app", page)
}

// BeginApp makes the seed of an authenticator app.
func (d *Door) BeginApp(c *fiber.Ctx) error {
	if err := d.access.NewSeed(c.UserContext(), stayOf(c)); err != nil {
		return d.again(c, err)
	}
	return view.See(c, Home+"/app", "")
}

// ConfirmApp takes the app's first code.
func (d *Door) ConfirmApp(c *fiber.Ctx) error {
	codes, err := d.access.ConfirmSeed(c.UserContext(), stayOf(c), c.FormValue("code"), network(c))
	if err != nil {
		page, pageErr := d.appPage(c)
		if pageErr != nil {
			return pageErr
		}
		if page == nil {
			return d.again(c, err)
		}
		return d.pages.Again(c, err, "app", page)
	}
	return d.codes(c, codes, "app")
}

// DropApp takes the authenticator app away.
func (d *Door) DropApp(c *fiber.Ctx) error {
	if err := d.access.DropApp(c.UserContext(), stayOf(c)); err != nil {
		return d.again(c, err)
	}
	return view.See(c, Home, "dropped")
}

// BeginPasskey gives the script what it hands to the device.
func (d *Door) BeginPasskey(c *fiber.Ctx) error {
	options, err := d.access.BeginPasskey(c.UserContext(), stayOf(c))
	if err != nil {
		return err
	}
	return sendJSON(c, options)
}

// AddPasskey takes the device's answer.
func (d *Door) AddPasskey(c *fiber.Ctx) error {
	codes, err := d.access.AddPasskey(c.UserContext(), stayOf(c), c.FormValue("name"), []byte(c.FormValue("credential")))
	if err != nil {
		return d.again(c, err)
	}
	return d.codes(c, codes, "passkey")
}

// DropPasskey takes a passkey away.
func (d *Door) DropPasskey(c *fiber.Ctx) error {
	if err := d.access.DropPasskey(c.UserContext(), stayOf(c), c.FormValue("passkey")); err != nil {
		return d.again(c, err)
	}
	return view.See(c, Home, "dropped")
}

// CodesPage shows recovery codes, once.
type CodesPage struct {
	view.Frame
	Codes []string
	Name  string
	Next  string
}

// Refill makes new recovery codes.
func (d *Door) Refill(c *fiber.Ctx) error {
	codes, err := d.access.Refill(c.UserContext(), stayOf(c))
	if err != nil {
		return d.again(c, err)
	}
	return d.codes(c, codes, "")
}

// codes shows new recovery codes; without any it leads back.
func (d *Door) codes(c *fiber.Ctx, codes []string, done string) error {
	if len(codes) == 0 {
		return view.See(c, Home, done)
	}
	stay := stayOf(c)
	return d.pages.Render(c, "codes", &CodesPage{Codes: codes, Name: stay.Name, Next: home(stay.Role)})
}

// agent says which browser and system a request came from, by words of its own: what
// browsers send is long and can hold anything.
func agent(header string) string {
	first := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(header, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := first("MicroMessenger", "WeChat", "DingTalk", "DingTalk", "Edg", "Edge", "OPR/", "Opera", "Firefox/", "Firefox",
		"UCBrowser", "UC", "QQBrowser", "QQ", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl")
	system := first("HarmonyOS", "HarmonyOS", "Android", "Android", "iPhone", "iOS", "iPad", "iPadOS", "Windows", "Windows",
		"Mac OS X", "macOS", "Linux", "Linux")
	return strings.Trim(fmt.Sprintf("%s · %s", browser, system), " ·")
}
