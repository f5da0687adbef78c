package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/web/login"
)

// Doors are the doors of the house, by audience.
type Doors struct {
	Login *login.Door
}

// route is one row of the table: who may ask what. A request that no row
// grants is refused.
type route struct {
	method string
	path   string
	who    []access.Role // signed-in roles; none: the public
	open   bool          // no session and no visitor's form token (the resident's door has a token of its own)
	body   int           // largest body in bytes; 0: a long form (1 MiB)
	do     fiber.Handler
}

const (
	get  = fiber.MethodGet
	post = fiber.MethodPost
)

// everyone is every role that can sign in.
func everyone() []access.Role { return access.Roles() }

// routes is the whole table, door by door.
func (d Doors) routes() []route {
	return slices.Concat(
		d.loginRoutes(),
	)
}

func (d Doors) loginRoutes() []route {
	return []route{
		{method: get, path: "/login", do: d.Login.SignIn},
		{method: post, path: "/login", do: d.Login.DoSignIn},
		{method: post, path: "/logout", do: d.Login.SignOut},
		{method: get, path: "/password", who: everyone(), do: d.Login.Password},
		{method: post, path: "/password", who: everyone(), do: d.Login.DoPassword},
		{method: get, path: "/accounts", who: []access.Role{access.Secadmin}, do: d.Login.Accounts},
		{method: post, path: "/accounts", who: []access.Role{access.Secadmin}, do: d.Login.AddAccount},
		{method: post, path: "/accounts/state", who: []access.Role{access.Secadmin}, do: d.Login.SwitchAccount},
	}
}
