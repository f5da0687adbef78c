package login

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/web/view"
)

// KeysPage lists the keys to the programming interface and takes a new one.
type KeysPage struct {
	view.Frame
	Keys   []KeyRow
	Roles  []access.Role
	Name   string
	Role   access.Role
	Days   int
	Secret string // of the key just made; shown once
}

// KeyRow is a key in the list.
type KeyRow struct {
	access.Key
	Opens bool
}

func (d *Door) keysPage(c *fiber.Ctx) (*KeysPage, error) {
	all, err := d.access.Keys(c.UserContext(), Actor(c))
	page := &KeysPage{Roles: access.KeyRoles(), Days: access.KeyDays}
	for _, k := range all {
		page.Keys = append(page.Keys, KeyRow{k, d.access.Opens(&k)})
	}
	return page, err
}

// Keys shows the keys to the security administrator.
func (d *Door) Keys(c *fiber.Ctx) error {
	page, err := d.keysPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "keys", page)
}

// AddKey makes a key and shows its secret, once.
func (d *Door) AddKey(c *fiber.Ctx) error {
	name, role := c.FormValue("name"), access.Role(c.FormValue("role"))
	days, _ := strconv.Atoi(c.FormValue("days")) // what is no number is refused as 0 days
	secret, err := d.access.AddKey(c.UserContext(), Actor(c), name, role, days)
	page, listErr := d.keysPage(c)
	if listErr != nil {
		return listErr
	}
	page.Name, page.Role, page.Days = name, role, days
	if err != nil {
		return d.pages.Again(c, err, "keys", page)
	}
	page.Secret = secret
	return d.pages.Render(c, "keys", page)
}

// EndKey makes a key open nothing any more.
func (d *Door) EndKey(c *fiber.Ctx) error {
	if err := d.access.EndKey(c.UserContext(), Actor(c), c.FormValue("name")); err != nil {
		page, listErr := d.keysPage(c)
		if listErr != nil {
			return listErr
		}
		return d.pages.Again(c, err, "keys", page)
	}
	return view.See(c, "/accounts/keys", "key")
}
