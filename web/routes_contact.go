package web

import (
	"maps"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/web/call"
	"minyi/web/contact"
	"minyi/web/login"
	"minyi/web/respond"
)

// contactRoutes is the agency's door to the people of its samples.
func (d Doors) contactRoutes() []route {
	own := []access.Role{access.Agency}
	const one = "/agency/surveys/:id/contact"
	return []route{
		{method: get, path: one, who: own, do: d.Contact.Lists},
		{method: post, path: one + "/list", who: own, do: d.Contact.List},
		{method: get, path: one + "/calls", who: own, do: d.Contact.Calls},
		{method: post, path: one + "/numbers", who: own, body: contact.MaxNumbers, do: d.Contact.ImportNumbers},
		{method: post, path: one + "/people", who: own, do: d.Contact.TakeNumbers},
		{method: post, path: one + "/rules", who: own, do: d.Contact.SetRules},
		{method: get, path: one + "/rates", who: own, do: d.Contact.Rates},
		{method: get, path: one + "/modes", who: own, do: d.Contact.Modes},
	}
}

// callRoutes is the interviewers' desk. The questionnaire of a case is the
// residents' own, whose forms carry a ticket of their own.
func (d Doors) callRoutes() []route {
	own := []access.Role{access.Interviewer}
	both := []access.Role{access.Interviewer, access.Agency} // the agency's people verify too
	const one = call.Home + "/cases/:case"
	return []route{
		{method: get, path: call.Home, who: own, do: d.Call.Desk},
		{method: post, path: call.Home + "/:id/next", who: own, do: d.Call.Next},
		{method: post, path: call.Home + "/:id/verify", who: both, do: d.Call.Verify},
		{method: get, path: one, who: both, do: d.Call.Case},
		{method: post, path: one, who: own, do: d.Call.Log},
		{method: post, path: one + "/check", who: both, do: d.Call.Check},
		{method: post, path: one + "/back", who: both, do: d.Call.Back},
		{method: get, path: call.Paper + ":token", who: own, open: true, do: d.Line.Open},
		{method: post, path: call.Paper + ":token", who: own, open: true, body: respond.MaxBody, do: d.Line.Answer},
	}
}

// guard lets in whom a row grants. An open row with roles is the residents' page
// for who calls: its form has a ticket of its own, and the session says who it is.
func (d Doors) guard(r route) []fiber.Handler {
	switch {
	case len(r.who) == 0:
		return nil
	case r.open:
		return []fiber.Handler{d.Login.Visitor, login.Require(r.who...), call.Calling}
	}
	return []fiber.Handler{login.Require(r.who...)}
}

// contactFields names what the forms of both hold.
func contactFields() map[string]string {
	const one, here = "/agency/surveys/:id/contact", call.Home + "/cases/:case"
	out := map[string]string{
		one + "/list":    `way|format|unanswered|numbered|text|do`,
		one + "/numbers": `numbers`, one + "/people": ``,
		one + "/rules": `on|attempts|pause|from|to|weekend|convert|wait|share|seed|numbers`,
	}
	maps.Copy(out, map[string]string{
		call.Home + "/:id/next": ``, call.Home + "/:id/verify": ``,
		here: `code|again|note`, here + "/check": `finding|note`, here + "/back": ``,
	})
	return out
}
