package web

import (
	"minyi/indicators/access"
	"minyi/web/library"
	"minyi/web/respond"
)

// libraryRoutes is the agency's library of questionnaires, and the links on which
// a questionnaire is tried: like the residents' they need no account, and nothing
// that is answered there is kept.
func (d Doors) libraryRoutes() []route {
	own := []access.Role{access.Agency}
	const one = library.Home + "/:id"
	return []route{
		{method: get, path: library.Home, who: own, do: d.Library.List},
		{method: post, path: library.Home, who: own, do: d.Library.Copy},
		{method: post, path: library.Home + "/paste", who: own, do: d.Library.Paste},
		{method: post, path: library.Home + "/file", who: own, body: library.MaxFile, do: d.Library.Import},
		{method: get, path: d.Library.ScriptPath(), who: own, do: d.Library.Script},
		{method: get, path: one, who: own, do: d.Library.Paper},
		{method: post, path: one + "/arrange", who: own, do: d.Library.Arrange},
		{method: post, path: one + "/name", who: own, do: d.Library.Rename},
		{method: post, path: one + "/heed", who: own, do: d.Library.Heed},
		{method: get, path: one + "/questions/:question", who: own, do: d.Library.Question},
		{method: post, path: one + "/questions/:question", who: own, do: d.Library.SaveQuestion},
		{method: get, path: one + "/scales/:scale", who: own, do: d.Library.Scale},
		{method: post, path: one + "/scales/:scale", who: own, do: d.Library.SaveScale},
		{method: get, path: one + "/texts", who: own, do: d.Library.Translate},
		{method: post, path: one + "/texts", who: own, do: d.Library.SaveTranslation},
		{method: post, path: one + "/propose", who: own, do: d.Library.Propose},
		{method: post, path: one + "/withdraw", who: own, do: d.Library.Withdraw},
		{method: post, path: one + "/approve", who: own, do: d.Library.Approve},
		{method: post, path: one + "/remove", who: own, do: d.Library.Remove},
		{method: get, path: one + "/diff", who: own, do: d.Library.Diff},
		{method: get, path: one + "/export/:file", who: own, do: d.Library.Export},
		{method: get, path: library.TrialPath + ":token", open: true, do: d.Trial.Open},
		{method: post, path: library.TrialPath + ":token", open: true, body: respond.MaxBody, do: d.Trial.Answer},
		{method: get, path: library.FramedPath + ":token", open: true, do: d.Preview.Open},
		{method: post, path: library.FramedPath + ":token", open: true, body: respond.MaxBody, do: d.Preview.Answer},
	}
}

// libraryFields names what the forms of the library hold.
func libraryFields() map[string]string {
	const (
		one  = library.Home + "/:id"
		text = `(o|r|p|n)\d{1,3}_(code|id|zh|en|reason|flag|margin|goto|exclusive|end|relevant|satisfied)`
	)
	return map[string]string{
		library.Home: `name|from`, library.Home + "/paste": `name|text|usual|anyway`, library.Home + "/file": `name|file`,
		one + "/arrange": `version|do`, one + "/name": `name`, one + "/heed": ``,
		one + "/questions/:question": `version|was|do|id|type|section|zh|en|required|scale|scored|min|max|decimals|unit_(zh|en)|` +
			`max_chars|multiline|places|rows|options|relevant|end_if|role|primary|indicators|applies_(city-county|department)|with_previous|sensitive|why_(zh|en)|` + text,
		one + "/scales/:scale": `version|do|ended|points|apart|from|to|satisfied|(low|high)_(zh|en)|reverse|` + text,
		one + "/texts":         `version|texts|t\d{1,5}_(at|zh|en)`,
		one + "/propose":       ``, one + "/withdraw": ``, one + "/approve": `digest`, one + "/remove": `sure`,
	}
}
