package register

import (
	"html/template"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// NamedPage is the register of the named as of a day, as far as it is chosen.
type NamedPage struct {
	view.Frame
	On, Today roster.Date
	Filter    register.Filter
	Rounds    []int
	Cities    []City
	Rows      []Row
	Any       bool // somebody was named by the day
	Valid     int
	Checked   int
	Revoked   int
	Search    template.URL // the choice as it stands in an address
	KeyID     string
}

// City is a city to choose.
type City struct {
	Code roster.UnitCode
	Name string
}

// Row is one name in the list.
type Row struct {
	register.Entry
	Unit, Gloss string
}

// More reports whether something is chosen beside the day and the words.
func (p NamedPage) More() bool {
	f := p.Filter
	f.Text = ""
	return f.Any()
}

// Check names the files of the list for other offices.
func (p NamedPage) Check() Check {
	name := "named-valid-" + p.On.String()
	return Check{name + ".json", name + ".sig", "named-key.pem"}
}

// Groups are the kinds of units that can be chosen.
func (NamedPage) Groups() []roster.Group { return roster.Groups() }

// Tracks are the tracks that can be chosen.
func (NamedPage) Tracks() []roster.Track { return roster.Tracks() }

// Standings are the standings that can be chosen.
func (NamedPage) Standings() []naming.Standing {
	return []naming.Standing{naming.Valid, naming.Checked, naming.Revoked}
}

// filter reads the choice of an address. What cannot be chosen fits nothing.
func filter(c *fiber.Ctx) register.Filter {
	const most = 100
	text := []rune(c.Query("q"))
	year, _ := strconv.Atoi(c.Query("round"))
	if year == 0 && c.Query("round") != "" {
		year = -1
	}
	return register.Filter{
		Round: year, Group: roster.Group(c.Query("kind")), Track: roster.Track(c.Query("track")),
		City: roster.UnitCode(c.Query("city")), Standing: naming.Standing(c.Query("state")), Text: string(text[:min(most, len(text))]),
	}
}

// search writes the choice as it stands in an address.
func search(day roster.Date, f register.Filter) template.URL {
	q := url.Values{}
	q.Set("on", day.String())
	for name, value := range map[string]string{
		"kind": string(f.Group), "track": string(f.Track), "city": string(f.City), "state": string(f.Standing), "q": f.Text,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Round != 0 {
		q.Set("round", strconv.Itoa(f.Round))
	}
	return template.URL(q.Encode()) //nolint:gosec // encoded the line before
}

// Named shows the register as of the day that the address gives (on), else of today
// (C13, C53).
func (d *Door) Named(c *fiber.Ctx) error {
	page := &NamedPage{Today: d.today(), Filter: filter(c)}
	day, err := d.day(c)
	if err != nil {
		page.On = page.Today
		return d.pages.Again(c, err, "named", page)
	}
	page.On, page.Search = day, search(day, page.Filter)
	all, err := d.Register.List(c.UserContext(), day, register.Filter{})
	if err != nil {
		return err
	}
	chosen, err := d.Register.List(c.UserContext(), day, page.Filter)
	if err != nil {
		return err
	}
	page.Any, page.Rounds = len(all) > 0, register.RoundsOf(all)
	page.KeyID = d.Register.Sign(nil).KeyID
	for _, code := range register.CitiesOf(all) {
		page.Cities = append(page.Cities, City{code, d.unitName(c, code)})
	}
	for _, e := range chosen {
		page.count(e)
		page.Rows = append(page.Rows, Row{e, e.Label(string(view.LangOf(c))), d.gloss(c, e)})
	}
	return d.page(c, "named", page)
}

func (p *NamedPage) count(e register.Entry) {
	switch e.Standing {
	case naming.Valid:
		p.Valid++
	case naming.Checked:
		p.Checked++
	case naming.Revoked:
		p.Revoked++
	}
}
