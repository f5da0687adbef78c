package inbox

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/inbox"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// Words are a message's sentences in the reader's language.
type Words struct {
	Subject, Body string
	Kind          inbox.Kind
}

// words fills the sentences of a message. A code without words of its own is told by
// its kind, so that no message is a bare code.
func (d *Door) words(c *fiber.Ctx, m inbox.Message) Words {
	lang := view.LangOf(c)
	params := Params(lang, d.Texts, d.Units, m.Params)
	out := Words{Kind: inbox.KindOf(m.Code), Body: ""}
	if key := "inbox." + m.Code + ".subject"; d.Texts.Has(lang, key) {
		out.Subject = d.Texts.Say(lang, key, params)
	} else {
		out.Subject = d.Texts.Say(lang, "inbox.kind."+string(out.Kind), nil)
	}
	if key := "inbox." + m.Code + ".body"; d.Texts.Has(lang, key) {
		out.Body = d.Texts.Say(lang, key, params)
	}
	return out
}

// Params writes the parameters of a message as pages do: a unit by its name, days as
// people read them, keys by their words.
func Params(lang view.Lang, texts *view.Texts, units Units, raw map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range raw {
		switch {
		case name == "unit":
			if u, err := units.Unit(roster.UnitCode(value)); err == nil {
				value = u.Label(string(lang))
			}
		case strings.HasSuffix(name, "_key"):
			name, value = strings.TrimSuffix(name, "_key"), texts.Say(lang, value, nil)
		case strings.HasSuffix(name, "date"):
			if day, err := roster.ParseDate(value); err == nil {
				value = view.Date(lang, day.Start())
			}
		}
		out[name] = value
	}
	return out
}

// lastDay is the day in Ningxia that a due time belongs to: a window that ends with a
// day ends at the first moment of the next.
func lastDay(due time.Time) roster.Date { return roster.DateOf(due.Add(-time.Nanosecond)) }

// LastDay writes until which day there is something to do.
func (r Row) LastDay(lang view.Lang) string { return view.Date(lang, lastDay(r.Due).Start()) }
