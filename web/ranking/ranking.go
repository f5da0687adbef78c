// Package ranking is the office's door to the combined ranking: the order with what
// the data say about it (intervals, sets of places, chances, ties that cannot be
// told apart), and what other choices would give, for reference only. It decides no
// rule and computes no mark; naming does. Whoever reads a ranking here is on
// record, and every what-if with its parameters (C97).
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	sets of places, front group, chances | csranks 1.2.3, numerical integration | minyi/indicators/naming's cases | as there | naming's TestReference
//	range of each share | stats/rank's SteadyRange (R's crossovers); by hand where a part is missing | eight units; four units | 1e-9 | naming's TestARangeOfAShareEndsWhereTheFrontGroupChanges, TestARangeWithAMissingPart
//	places over all choices, Sobol indices, other methods | by hand (Sobol and the methods themselves: stats/rank's TestReference) | orders that nothing changes, orders that the mean changes | exact | naming's TestAChoiceThatNothingHangsOnExplainsNothing, TestTheShareDecidesWhereOrdersCross
//	page from the round's opening to the ranking | by hand, through the forms | a round of three cities | exact | web/office's TestTheOfficeFromAnEmptyDatabaseToTheRanking
//	from a total to the answers, what-if kept and listed | a browser, and the store; the sum by hand | the rehearsal | exact; 0.01 for the mean of rounded items | cmd/minyi's TestBrowserRanking
//	totals on the page | by hand from what was sent | the rehearsal | exact | cmd/minyi's TestTheWholeRoadAndWhatOneChangeDoes
package ranking

import (
	"embed"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The addresses of the door.
const (
	Home   = "/office/ranking"
	WhatIf = Home + "/what-if"
	Study  = Home + "/explore" // of all choices
	Tried  = WhatIf + "/:trial"
	One    = Home + "/:unit/:track"
)

// Config is what the door needs.
type Config struct {
	Texts  *view.Texts
	Roster *roster.Service
	Book   *scorebook.Book
	Naming *naming.Service
}

// Door is the door.
type Door struct {
	Config
	pages *view.Pages
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages}, nil
}

// round returns the round that the request is about: the one of its query or form,
// else the current one.
func (d *Door) round(c *fiber.Ctx) (*roster.Round, error) {
	if text := c.FormValue("round"); text != "" {
		year, _ := strconv.Atoi(text) // 0 is no round
		return d.Roster.Round(c.UserContext(), year)
	}
	return d.Roster.Current(c.UserContext())
}

// name returns a unit's name in the visitor's language, its code where the
// register has none.
func (d *Door) name(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Roster.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

func (d *Door) names(c *fiber.Ctx, codes []roster.UnitCode) []string {
	var out []string
	for _, code := range codes {
		out = append(out, d.name(c, code))
	}
	return out
}

func (d *Door) say(c *fiber.Ctx, key string) string { return d.Texts.Say(view.LangOf(c), key, nil) }

func actor(c *fiber.Ctx) access.Actor { return login.Actor(c) }
