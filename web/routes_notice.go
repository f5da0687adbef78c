package web

import (
	"minyi/indicators/access"
	"minyi/web/notice"
	"minyi/web/proceeding"
)

// How often one network may ask what costs something: an office or a family shares an
// address, a script does not wait. What the public writes has a limit of its own,
// which loses nothing that was typed.
const (
	fewAMinute  = 6
	someAMinute = 30
)

// noticeRoutes is the public's first door.
func (d Doors) noticeRoutes() []route {
	return []route{
		{method: get, path: notice.Home, do: d.Notice.Home},
		{method: get, path: notice.One, do: d.Notice.One},
		{method: get, path: notice.Paper, do: d.Notice.Paper},
		{method: get, path: notice.Objections, do: d.Notice.Objection},
		{method: post, path: notice.Objections, body: notice.FormBytes, do: d.Notice.Object},
		{method: get, path: notice.State, do: d.Notice.State},
		{method: post, path: notice.State, rate: someAMinute, do: d.Notice.ShowState},
		{method: post, path: notice.Reply, body: notice.FormBytes, do: d.Notice.Reply},
	}
}

// proceedingRoutes is the office's door to the notice and the names. Who may propose
// the candidates is a setting of the round: the on-site team only where it says so.
func (d Doors) proceedingRoutes() []route {
	own := []access.Role{access.Office}
	team := []access.Role{access.Office, access.Inspector}
	p := d.Proceeding
	return []route{
		{method: get, path: proceeding.Home, who: own, do: p.Home},
		{method: get, path: proceeding.Front, who: own, do: p.Front},
		{method: post, path: proceeding.Front, who: own, do: p.Choose},
		{method: get, path: proceeding.Candidates, who: team, do: p.Candidates},
		{method: post, path: proceeding.Candidates, who: team, do: p.Propose},
		{method: get, path: proceeding.Public, who: own, do: p.Public},
		{method: post, path: proceeding.Public, who: own, do: p.Post},
		{method: post, path: proceeding.Media, who: own, body: proceeding.FileBytes, do: p.Appear},
		{method: get, path: proceeding.Medium, who: own, do: p.Proof},
		{method: post, path: proceeding.Medium + "/strike", who: own, do: p.Strike},
		{method: get, path: proceeding.Naming, who: own, do: p.ShowNaming},
		{method: post, path: proceeding.Naming, who: own, do: p.Give},
		{method: get, path: proceeding.Act, who: own, do: p.Moment},
		{method: post, path: proceeding.Act + "/confirm", who: own, do: p.Confirm},
		{method: post, path: proceeding.Act + "/drop", who: own, do: p.Drop},
		{method: get, path: proceeding.Objections, who: own, do: p.Objections},
		{method: get, path: proceeding.Objection, who: own, do: p.Objection},
		{method: post, path: proceeding.Objection + "/assign", who: own, do: p.Assign},
		{method: post, path: proceeding.Objection + "/note", who: own, do: p.Note},
		{method: post, path: proceeding.Objection + "/ask", who: own, do: p.Ask},
		{method: post, path: proceeding.Objection + "/person", who: own, do: p.Person},
		{method: post, path: proceeding.Objection + "/answer", who: own, do: p.Answer},
		{method: post, path: proceeding.Objection + "/settle", who: own, do: p.Settle},
		{method: get, path: proceeding.File, who: own, do: p.File},
		{method: get, path: proceeding.File + "/picture", who: own, do: p.Picture},
	}
}

// proceedingFields names what the forms of both doors hold.
func proceedingFields() map[string]string {
	const target, one = `[0-9A-Z]+/(comprehensive|single)`, proceeding.Objection
	return map[string]string{
		notice.Objections: `target|text|name|contact|file[1-5]|_website`, notice.State: `code`, notice.Reply: `code|words|file[12]`,
		proceeding.Front:      `take\.` + target + `|reason`,
		proceeding.Candidates: `(candidate|passed)\.` + target + `|reason`,
		proceeding.Public:     `medium|contact|from|to|words|why|published\.(evaluation|survey|verification)`,
		proceeding.Media:      `name|kind|regional|date|place|file`, proceeding.Medium + "/strike": `why`,
		proceeding.Naming:           `number|date|(do|left)\.` + target,
		proceeding.Act + "/confirm": ``, proceeding.Act + "/drop": `why`,
		one + "/assign": `officer`, one + "/note": `note`, one + "/ask": `question`, one + "/person": ``,
		one + "/answer": `outcome|reason|answer`, one + "/settle": `remedy|settle_reason`,
	}
}
