package web

import (
	"minyi/indicators/access"
	"minyi/web/login"
)

// accountRoutes are the second step of signing in, everybody's own account, and what
// the security administrator does with the accounts of others. Without a script all of
// it works but passkeys, which only a script can ask a device for.
func (d Doors) accountRoutes() []route {
	all, sec := everyone(), []access.Role{access.Secadmin}
	const home, factor = login.Home, login.FactorHome
	l := d.Login
	return []route{
		{method: get, path: l.AssetPath(), do: l.Asset},
		{method: get, path: factor, do: l.Factor},
		{method: post, path: factor, do: l.DoFactor},
		{method: post, path: factor + "/begin", rate: fewAMinute, do: l.BeginProof},
		{method: post, path: factor + "/passkey", do: l.DoPasskey},
		{method: get, path: home, who: all, do: l.Account},
		{method: post, path: home + "/sessions", who: all, do: l.EndSession},
		{method: get, path: home + "/app", who: all, do: l.App},
		{method: post, path: home + "/app", who: all, do: l.BeginApp},
		{method: post, path: home + "/app/confirm", who: all, do: l.ConfirmApp},
		{method: post, path: home + "/app/drop", who: all, do: l.DropApp},
		{method: post, path: home + "/passkeys", who: all, do: l.AddPasskey},
		{method: post, path: home + "/passkeys/begin", who: all, do: l.BeginPasskey},
		{method: post, path: home + "/passkeys/drop", who: all, do: l.DropPasskey},
		{method: post, path: home + "/recovery", who: all, do: l.Refill},
		{method: post, path: "/accounts/reset", who: sec, do: l.ResetPassword},
		{method: post, path: "/accounts/role", who: sec, do: l.AssignRole},
		{method: post, path: "/accounts/person", who: sec, do: l.NamePerson},
		{method: get, path: "/accounts/keys", who: sec, do: l.Keys},
		{method: post, path: "/accounts/keys", who: sec, do: l.AddKey},
		{method: post, path: "/accounts/keys/end", who: sec, do: l.EndKey},
	}
}

// accountFields names what their forms hold.
func accountFields() map[string]string {
	const home, factor = login.Home, login.FactorHome
	return map[string]string{
		factor: `code|next`, factor + "/begin": ``, factor + "/passkey": `credential|next`,
		home + "/sessions": `session`, home + "/app": ``, home + "/app/confirm": `code`, home + "/app/drop": ``,
		home + "/passkeys": `name|credential`, home + "/passkeys/begin": ``, home + "/passkeys/drop": `passkey`, home + "/recovery": ``,
		"/accounts/reset": `name`, "/accounts/role": `name|role|institution`, "/accounts/person": `name|person`,
		"/accounts/keys": `name|role|days`, "/accounts/keys/end": `name`,
	}
}
