package login

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/web/view"
)

// AccountsPage lists the accounts and takes a new one.
type AccountsPage struct {
	view.Frame
	Accounts []access.Account
	Roles    []access.Role
	New      access.New
	Password string // of the account just made; shown once
}

func (d *Door) accountsPage(c *fiber.Ctx) (*AccountsPage, error) {
	all, err := d.access.Accounts(c.UserContext(), Actor(c))
	return &AccountsPage{Accounts: all, Roles: access.Roles()}, err
}

// Accounts shows the accounts to the security administrator.
func (d *Door) Accounts(c *fiber.Ctx) error {
	page, err := d.accountsPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "accounts", page)
}

// AddAccount makes an account and shows its one-time password, once.
func (d *Door) AddAccount(c *fiber.Ctx) error {
	fresh := access.New{
		Name: c.FormValue("name"), Role: access.Role(c.FormValue("role")),
		Unit: c.FormValue("unit"), Institution: c.FormValue("institution"),
	}
	password, err := d.access.Add(c.UserContext(), Actor(c), fresh)
	page, listErr := d.accountsPage(c)
	if listErr != nil {
		return listErr
	}
	page.New = fresh
	if err != nil {
		return d.pages.Again(c, err, "accounts", page)
	}
	page.Password = password
	return d.pages.Render(c, "accounts", page)
}

// SwitchAccount disables or enables an account.
func (d *Door) SwitchAccount(c *fiber.Ctx) error {
	err := d.access.Disable(c.UserContext(), Actor(c), c.FormValue("name"), c.FormValue("to") == "disabled")
	if err != nil {
		page, listErr := d.accountsPage(c)
		if listErr != nil {
			return listErr
		}
		return d.pages.Again(c, err, "accounts", page)
	}
	return view.See(c, "/accounts", "account")
}
