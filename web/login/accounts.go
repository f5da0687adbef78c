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
	Reset    string // account whose password was reset, if that made the password
	Factors  map[string]bool
	Movable  map[access.Role]bool // roles between which accounts may be moved
}

// Staff reports whether an account is one of staff, of which somebody says whose it is.
func (p *AccountsPage) Staff(a access.Account) bool { return a.Role != access.Applicant }

// Unnamed counts the accounts of staff that are in use and of which nobody has said whose they are.
func (p *AccountsPage) Unnamed() (n int) {
	for _, a := range p.Accounts {
		if p.Staff(a) && !a.Disabled && a.Person == "" {
			n++
		}
	}
	return n
}

// Doubles are the other accounts of the same person.
func (p *AccountsPage) Doubles(a access.Account) (names []string) {
	for _, o := range p.Accounts {
		if a.Person != "" && o.Person == a.Person && o.Key != a.Key {
			names = append(names, o.Name)
		}
	}
	return names
}

func (d *Door) accountsPage(c *fiber.Ctx) (*AccountsPage, error) {
	all, err := d.access.Accounts(c.UserContext(), Actor(c))
	if err != nil {
		return nil, err
	}
	page := &AccountsPage{Accounts: all, Roles: access.Roles(), Movable: map[access.Role]bool{}}
	for _, role := range page.Roles {
		page.Movable[role] = !access.Fixed(role)
	}
	page.Factors, err = d.access.Factored(c.UserContext(), Actor(c))
	return page, err
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
		Unit: c.FormValue("unit"), Institution: c.FormValue("institution"), Person: c.FormValue("person"),
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
	return d.changed(c, d.access.Disable(c.UserContext(), Actor(c), c.FormValue("name"), c.FormValue("to") == "disabled"))
}

// ResetPassword gives an account a one-time password and shows it, once.
func (d *Door) ResetPassword(c *fiber.Ctx) error {
	name := c.FormValue("name")
	password, err := d.access.Reset(c.UserContext(), Actor(c), name)
	page, listErr := d.accountsPage(c)
	if listErr != nil {
		return listErr
	}
	if err != nil {
		return d.pages.Again(c, err, "accounts", page)
	}
	page.Password, page.Reset = password, name
	return d.pages.Render(c, "accounts", page)
}

// AssignRole gives an account another role.
func (d *Door) AssignRole(c *fiber.Ctx) error {
	return d.changed(c, d.access.Assign(c.UserContext(), Actor(c), c.FormValue("name"), access.Role(c.FormValue("role")), c.FormValue("institution")))
}

// NamePerson says whose an account of staff is.
func (d *Door) NamePerson(c *fiber.Ctx) error {
	return d.changed(c, d.access.SetPerson(c.UserContext(), Actor(c), c.FormValue("name"), c.FormValue("person")))
}

// changed leads back to the accounts after one was changed, or shows them again with
// what stands in the way.
func (d *Door) changed(c *fiber.Ctx, err error) error {
	if err == nil {
		return view.See(c, "/accounts", "account")
	}
	page, listErr := d.accountsPage(c)
	if listErr != nil {
		return listErr
	}
	return d.pages.Again(c, err, "accounts", page)
}
