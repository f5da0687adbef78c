package login

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/web/view"
)

// FactorHome is where the second factor is asked for.
const FactorHome = "/login/factor"

// script is the name of the one script that passkeys need; everything else works
// without.
const script = "passkey.js"

// AssetPath is the address of the script.
func (d *Door) AssetPath() string { return d.assets.Paths()[0] }

// Asset serves the script.
func (d *Door) Asset(c *fiber.Ctx) error { return d.assets.Serve(c) }

// FactorPage asks for the second factor.
type FactorPage struct {
	view.Frame
	Name     string
	Next     string
	App      bool // an authenticator app is set up
	Keys     bool // there are passkeys, and this address has them
	Recovery bool // recovery codes are left
	Host     string
	Script   string
}

// half returns who has given the password and not yet the second factor; without
// anybody it sends the browser to sign in.
func (d *Door) half(c *fiber.Ctx) (*access.Stay, error) {
	secret := c.Cookies(d.sessionCookie())
	if secret == "" {
		return nil, nil //nolint:nilnil // nobody is a good answer here
	}
	return d.access.Half(c.UserContext(), secret)
}

func (d *Door) factorPage(c *fiber.Ctx, stay *access.Stay, next string) (*FactorPage, error) {
	f, err := d.access.Own(c.UserContext(), stay.Actor())
	if err != nil {
		return nil, err
	}
	host, offered := d.access.Passes()
	return &FactorPage{
		Name: stay.Name, Next: next, App: f.App(), Keys: offered && len(f.Passkeys) > 0, Recovery: len(f.Recovery) > 0,
		Host: host, Script: d.AssetPath(),
	}, nil
}

// Factor shows the page that asks for the second factor.
func (d *Door) Factor(c *fiber.Ctx) error {
	next := ownPath(c.Query("next"))
	stay, err := d.half(c)
	if err != nil {
		return err
	}
	if stay == nil {
		return c.Redirect(withNext("/login", next), fiber.StatusSeeOther)
	}
	page, err := d.factorPage(c, stay, next)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "factor", page)
}

// DoFactor takes a code of the app or a recovery code.
func (d *Door) DoFactor(c *fiber.Ctx) error {
	return d.prove(c, func(stay *access.Stay) error {
		return d.access.ProveCode(c.UserContext(), stay, c.FormValue("code"), network(c))
	})
}

// DoPasskey takes a passkey's answer.
func (d *Door) DoPasskey(c *fiber.Ctx) error {
	return d.prove(c, func(stay *access.Stay) error {
		return d.access.ProvePasskey(c.UserContext(), stay, []byte(c.FormValue("credential")), network(c))
	})
}

// prove lets in who shows the second factor, under a new secret.
func (d *Door) prove(c *fiber.Ctx, show func(*access.Stay) error) error {
	next := ownPath(c.FormValue("next"))
	stay, err := d.half(c)
	if err != nil {
		return err
	}
	if stay == nil {
		return fault.New(fault.Forbidden, "factor.over")
	}
	if err := show(stay); err != nil {
		page, pageErr := d.factorPage(c, stay, next)
		if pageErr != nil {
			return pageErr
		}
		return d.pages.Again(c, err, "factor", page)
	}
	d.setCookie(c, d.sessionCookie(), stay.Fresh, int(access.Absolute.Seconds()))
	return d.begin(c, stay.Role, next)
}

// BeginProof gives the script what it hands to the device.
func (d *Door) BeginProof(c *fiber.Ctx) error {
	stay, err := d.half(c)
	if err != nil {
		return err
	}
	if stay == nil {
		return fault.New(fault.Forbidden, "factor.over")
	}
	options, err := d.access.BeginProof(c.UserContext(), stay)
	if err != nil {
		return err
	}
	return sendJSON(c, options)
}

func sendJSON(c *fiber.Ctx, doc []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(doc)
}
