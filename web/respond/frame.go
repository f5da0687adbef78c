package respond

import (
	"strconv"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/view"
)

func (d *Door) frame(v *visit, refusals []*fault.Refusal) frame {
	f := frame{Lang: v.lang, Size: v.size, Path: v.path, Fresh: v.fresh, Script: d.scripts[v.lang].path}
	if v.form != nil {
		if v.fresh {
			f.Card, f.About = d.deps.Base+d.card.path, d.say(v, "respond.about", nil)
		}
		f.Title = v.form.Questionnaire.Title().In(string(v.lang))
		if v.form.Audience == survey.OfDeputies {
			f.Of = ".deputies"
		}
		f.Rehearsal, f.Trial = v.form.Rehearsal, v.form.Trial
		f.Again, f.Answered = v.form.Again, v.form.Answered
		f.Paper = d.say(v, "respond.paper", map[string]string{
			"number": strconv.Itoa(v.form.Questionnaire.Number()), "hash": short(v.form.Version),
		})
	}
	if v.all {
		f.View = viewAll
	}
	for _, r := range refusals {
		p := problem{Text: d.pages.texts.Refusal(v.lang, r)}
		if v.form != nil {
			if _, ok := v.form.Questionnaire.Question(r.Field); ok {
				p.ID = r.Field
			}
		}
		f.Problems = append(f.Problems, p)
	}
	f.Tools = d.tools(v)
	return f
}

// short is as much of a paper's hash as every page shows; the whole of it stands in
// the release.
func short(hash string) string {
	const digits = 12
	return hash[:min(digits, len(hash))]
}

// tools are the other language and the three text sizes.
func (d *Door) tools(v *visit) []tool {
	base := "?"
	if v.all {
		base += "view=all&"
	}
	var out []tool
	for _, l := range view.Langs() {
		if l != v.lang {
			out = append(out, tool{
				Href: base + "lang=" + string(l) + sizeQuery(v.size), Do: doLang + string(l),
				Text: d.pages.texts.Say(l, "lang."+string(l), nil), Lang: l,
			})
		}
	}
	for _, s := range []string{"18", "24", "30"} {
		on, class := v.size == size(s), "a"+s
		if size(s) == "" {
			class = "" // the style of all tools
		}
		out = append(out, tool{
			Href: base + "lang=" + string(v.lang) + sizeQuery(s), Do: doSize + s, On: on, Class: class,
			Text: "A", Label: d.say(v, "respond.size."+s, nil),
		})
	}
	return out
}

func sizeQuery(s string) string {
	if s == "" {
		return ""
	}
	return "&size=" + s
}
