package web

import (
	"minyi/indicators/access"
	"minyi/web/feedback"
	"minyi/web/practice"
	"minyi/web/recommendation"
)

// afterRoutes are what follows a naming: the library of practices, feedback, the
// national recommendation and the records of support. They come before the
// applicant's door, whose addresses take any year and track.
func (d Doors) afterRoutes() []route {
	if d.Practice == nil {
		return nil
	}
	own, office := []access.Role{access.Applicant}, []access.Role{access.Office}
	const one, mine, desk = practice.Public + "/:practice", practice.Own + "/:practice", practice.Desk + "/:practice"
	return append([]route{
		{method: get, path: d.Practice.AssetPaths()[0], do: d.Practice.Asset},
		{method: get, path: practice.Public, rate: searchesAMinute, do: d.Practice.List},
		{method: get, path: one, do: d.Practice.One},
		{method: get, path: one + "/files/:digest", do: d.Practice.File},
		{method: post, path: one + "/taken", who: own, do: d.Practice.Take},
		{method: get, path: practice.Own, who: own, do: d.Practice.Own},
		{method: post, path: practice.Own, who: own, do: d.Practice.Begin},
		{method: get, path: mine, who: own, do: d.Practice.Edit},
		{method: post, path: mine, who: own, do: d.Practice.Save},
		{method: post, path: mine + "/attach", who: own, body: practice.FileBytes, do: d.Practice.Attach},
		{method: post, path: mine + "/detach", who: own, do: d.Practice.Detach},
		{method: get, path: practice.Desk, who: office, do: d.Practice.Desk},
		{method: get, path: desk, who: office, do: d.Practice.Review},
		{method: post, path: desk, who: office, do: d.Practice.Correct},
		{method: post, path: desk + "/decide", who: office, do: d.Practice.Decide},
	}, append(d.feedbackRoutes(), d.recommendationRoutes()...)...)
}

// searchesAMinute bounds searches from one network: an office shares an address.
const searchesAMinute = 240

func (d Doors) feedbackRoutes() []route {
	own, office := []access.Role{access.Applicant}, []access.Role{access.Office}
	const mine, round = feedback.Own + "/:round/:track", feedback.Desk + "/:round"
	return []route{
		{method: get, path: d.Feedback.AssetPaths()[0], who: append(own, office...), do: d.Feedback.Asset},
		{method: get, path: feedback.Own, who: own, do: d.Feedback.List},
		{method: get, path: mine, who: own, do: d.Feedback.Show},
		{method: get, path: mine + "/print.pdf", who: own, do: d.Feedback.Printed},
		{method: get, path: feedback.Desk, who: office, do: d.Feedback.RoundList},
		{method: get, path: round, who: office, do: d.Feedback.Desk},
		{method: post, path: round, who: office, do: d.Feedback.Release},
		{method: get, path: round + "/:dossier", who: office, do: d.Feedback.Preview},
		{method: get, path: round + "/:dossier/print.pdf", who: office, do: d.Feedback.PreviewPrinted},
	}
}

func (d Doors) recommendationRoutes() []route {
	own, office := []access.Role{access.Applicant}, []access.Role{access.Office}
	const mine, year = recommendation.Own + "/:year", recommendation.Desk + "/:year"
	r := d.Recommendation
	return []route{
		{method: get, path: recommendation.Own, who: own, do: r.Own},
		{method: post, path: mine, who: own, do: r.Save},
		{method: post, path: mine + "/attach", who: own, body: recommendation.FileBytes, do: r.Attach},
		{method: post, path: mine + "/detach", who: own, do: r.Detach},
		{method: post, path: mine + "/hand", who: own, do: r.HandIn},
		{method: get, path: mine + "/files/:digest", who: own, do: r.File},
		{method: get, path: recommendation.Desk, who: office, do: r.Desk},
		{method: post, path: recommendation.Desk, who: office, do: r.Open},
		{method: post, path: recommendation.Desk + "/forward", who: office, do: r.Forward},
		{method: get, path: year, who: office, do: r.Year},
		{method: post, path: year + "/window", who: office, do: r.Shift},
		{method: post, path: year + "/list", who: office, do: r.Propose},
		{method: post, path: year + "/list/decide", who: office, do: r.Decide},
		{method: get, path: year + "/list.pdf", who: office, do: r.Printed},
		{method: post, path: year + "/send", who: office, do: r.Send},
		{method: post, path: year + "/:unit/review", who: office, do: r.Examine},
		{method: post, path: year + "/:unit/opinion", who: office, do: r.Opine},
		{method: post, path: year + "/:unit/outcome", who: office, do: r.Conclude},
		{method: get, path: year + "/:unit/files/:digest", who: office, do: r.File},
		{method: get, path: recommendation.Support, who: office, do: r.Support},
		{method: post, path: recommendation.Support, who: office, do: r.AddSupport},
		{method: post, path: recommendation.Support + "/end", who: office, do: r.EndSupport},
	}
}

// afterFields names what the forms of these doors hold.
func afterFields() map[string]string {
	const (
		words = `seen|title|field|text|indicators|summary|done|results|conditions|contact`
		own   = practice.Own + "/:practice"
		desk  = practice.Desk + "/:practice"
		mine  = recommendation.Own + "/:year"
		year  = recommendation.Desk + "/:year"
	)
	return map[string]string{
		practice.Public + "/:practice/taken": `note|do`, practice.Own: `naming`, own: words + `|do`, own + "/attach": `seen|file`,
		own + "/detach": `seen|digest`, desk: words, desk + "/decide": `seen|to|reason`,
		feedback.Desk + "/:round": `do|reason|pick-[0-9A-Z]+-[0-9A-Z]+-[a-z]+`,
		mine:                      `seen|statement|contact`, mine + "/attach": `seen|folder|file`, mine + "/detach": `seen|folder|digest`, mine + "/hand": `seen|do`,
		recommendation.Desk: `year|from|to|words`, recommendation.Desk + "/forward": `naming|year|number|date`,
		year + "/window": `from|to|reason`, year + "/list": `(place|reason)-[0-9A-Z]+`, year + "/list/decide": `version|do|drop`,
		year + "/send": `number|date`, year + "/:unit/review": `(met|words)-[a-z]+|passed|reason`, year + "/:unit/opinion": `opinion`,
		year + "/:unit/outcome": `named|number|date`, recommendation.Support: `naming|kind|date|document|text|open`,
		recommendation.Support + "/end": `id|reason`,
	}
}
