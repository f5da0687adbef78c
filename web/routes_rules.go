package web

import (
	"minyi/indicators/access"
	"minyi/web/rules"
)

// rulesRoutes is the office's rule book: indicators, units and documents.
func (d Doors) rulesRoutes() []route {
	if d.Rules == nil {
		return nil
	}
	own := []access.Role{access.Office}
	const book = "/office/indicators"
	return []route{
		{method: get, path: d.Rules.ScriptPath(), who: own, do: d.Rules.Script},
		{method: get, path: book, who: own, do: d.Rules.Book},
		{method: post, path: book, who: own, do: d.Rules.Save},
		{method: post, path: book + "/check", who: own, do: d.Rules.Check},
		{method: get, path: book + "/compare", who: own, do: d.Rules.Compare},
		{method: get, path: book + "/export.xlsx", who: own, do: d.Rules.Export},
		{method: post, path: book + "/import", who: own, body: rules.MaxImport, do: d.Rules.Import},
		{method: post, path: book + "/outside", who: own, do: d.Rules.Outside},
		{method: get, path: book + "/:system/:number", who: own, do: d.Rules.One},
		{method: post, path: book + "/:system/:number", who: own, do: d.Rules.Change},
		{method: get, path: "/office/units", who: own, do: d.Rules.Units},
		{method: post, path: "/office/units", who: own, do: d.Rules.AddUnit},
		{method: get, path: "/office/units/:code", who: own, do: d.Rules.Unit},
		{method: post, path: "/office/units/:code", who: own, do: d.Rules.ChangeUnit},
		{method: get, path: "/office/documents", who: own, do: d.Rules.Documents},
		{method: post, path: "/office/documents", who: own, do: d.Rules.KeepDocument},
	}
}

// rulesFields names what the forms of the rule book hold.
func rulesFields() map[string]string {
	const (
		parts = `parts\.(evaluation|survey|verification)|goals\.(evaluation|survey|verification)\.(low|high)`
		marks = `criteria\.\w+|(city-county|department)\.(level\.\d+|A?\d+(\.(method|limits|applies|why))?)|bonus_cap|penalty_cap`
		unit  = `name|name_en|kind|parent|rule_making|contact|phone|exception|retired|version|reason`
	)
	return map[string]string{
		"/office/indicators": parts + `|` + marks + `|version|round|reason`, "/office/indicators/check": parts + `|` + marks + `|version|round|reason`,
		"/office/indicators/import": `file`, "/office/indicators/outside": `round|name|value|source|version|reason`,
		"/office/indicators/:system/:number": `limit_\d{1,2}_(name|op|value|unit|soft)|kind_[a-z-]+|rule_making|do|version|round|reason`,
		"/office/units":                      `code|` + unit, "/office/units/:code": unit, "/office/documents": `key|number|date|kind|title|note|version|reason`,
	}
}
