// Package register is the public's door to what is kept of a naming: the register of
// the named as of any day, each name's page with its papers, the signed list for
// other offices, and the published survey results. Nobody signs in, nothing is
// written, and no page depends on results before their publication (C97).
//
// What judges it:
//
//	feature                         independent judge                           input                          tolerance  test
//	register page, table, data      encoding/csv and encoding/json read them    a name on four days            exact      TestC13AndC53AndC56ThePublicReadsTheRegisterOfAnyDay (cmd/minyi)
//	state as of a day               a history read by hand                      given, checked, revoked        exact      the same
//	papers on the page              the test's own SHA-256 of what is served    decision, certificate          exact      the same
//	signed list (C56)               crypto/ed25519 by the key that is served    a name of three standings      exact      the same
//	entity tags                     RFC 9110, 13.1.2                            pages and files                exact      the same
//	cells are no formulas           OWASP's list of signs                       nine cells                     exact      TestS24NoCellIsAFormula
//	totals, where they are public   by hand: 0.6 · 91.23 + 0.4 · 82.77          one unit                       exact      TestC97TotalsArePublicOnlyWhereTheRoundSaysSo (cmd/minyi)
//	published results               the signed release, read by the test        every unit on the notice       exact      TestTheWholeRoadAndWhatOneChangeDoes (cmd/minyi)
//	nothing before its publication  two worlds that differ in the answers       every public page              bytes      TestC29AndC97BeforeTheNoticeNobodyOutsideSeesAResult (cmd/minyi)
//	the whole way                   Chromium, axe-core, zbar, encoding/csv      one name, on a phone           exact      TestBrowserFromACertificatesCodeToTheRegister (cmd/minyi)
//	without pictures and styles     lynx                                        list and name                  order      TestLynxReadsTheRegister (cmd/minyi)
package register

import (
	"context"
	"embed"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/web/register/sheet"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The addresses of the door.
const (
	Named    = "/named"
	NamedCSV = "/named.csv"
	NamedDoc = "/named.json"
	Valid    = "/named-valid.json"
	ValidSig = "/named-valid.sig"
	Key      = "/named-key.pem"
	One      = "/named/:naming"
	Results  = "/results"
	Result   = "/results/:round/:unit"
)

// Register is the register of the named and its papers.
type Register interface {
	List(ctx context.Context, day roster.Date, f register.Filter) ([]register.Entry, error)
	One(ctx context.Context, id string, day roster.Date) (register.Entry, error)
	Read(ctx context.Context, e register.Entry, kind register.PaperKind) (register.Issue, error)
	Valid(ctx context.Context, day roster.Date) ([]byte, error)
	Sign(file []byte) register.Signature
	PEM() ([]byte, error)
}

// Surveys gives the published results.
type Surveys interface {
	Public(ctx context.Context, round int) ([]survey.Public, error)
	PublicOf(ctx context.Context, round int, unit roster.UnitCode) (survey.Public, error)
}

// Namings gives what else is public of a round.
type Namings interface {
	Notice(ctx context.Context, round int) (*naming.Notice, error)
	PublicTotals(ctx context.Context, round int) ([]naming.PublicTotal, error)
}

// Days reads the day of a register.
type Days interface {
	AsOf(text string) (roster.Date, error)
}

// Item is something else that the public finds of a name: a yearly report, a
// practice.
type Item struct {
	Title string
	Date  roster.Date // zero for none
	Href  string
}

// Items lists such things of a name.
type Items func(ctx context.Context, e register.Entry) ([]Item, error)

// Config is what a Door needs.
type Config struct {
	Texts     *view.Texts
	Register  Register
	Surveys   Surveys
	Naming    Namings
	Days      Days
	Roster    *roster.Service
	Reports   Items  // nil: this service keeps none
	Practices Items  // nil: this service keeps none
	Nationals Items  // nil: this service keeps none
	Supports  Items  // nil: this service keeps none
	Base      string // address of the service that codes carry, without a slash at the end
	Now       func() time.Time
}

// Door is the public's door to the register and the results.
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

// Press sets the papers of a naming with the Chinese words: they are official
// documents, which have one language.
func Press(texts *view.Texts) *sheet.Press { return sheet.New(sheet.Words(words(texts, view.Chinese))) }

// words gives the texts of a language.
func words(texts *view.Texts, lang view.Lang) func(key string, pairs ...string) string {
	return func(key string, pairs ...string) string {
		params := fault.Params{}
		for i := 0; i+1 < len(pairs); i += 2 {
			params[pairs[i]] = pairs[i+1]
		}
		return texts.Say(lang, key, params)
	}
}

// say is a text in the language of the answer.
func (d *Door) say(c *fiber.Ctx, key string, pairs ...string) string {
	return words(d.Texts, view.LangOf(c))(key, pairs...)
}

// day is the day that the address asks for, today without one.
func (d *Door) day(c *fiber.Ctx) (roster.Date, error) { return d.Days.AsOf(c.Query("on")) }

// today is today's day.
func (d *Door) today() roster.Date { return roster.DateOf(d.Now()) }

// unitName is a unit's name in the language of the answer.
func (d *Door) unitName(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Roster.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// gloss is the English meaning of a title, empty in Chinese.
func (d *Door) gloss(c *fiber.Ctx, e register.Entry) string {
	if view.LangOf(c) == view.Chinese {
		return ""
	}
	kind := d.say(c, "register.gloss."+string(e.Kind))
	if e.Target.Track == roster.Comprehensive {
		return d.say(c, "register.gloss.comprehensive", "kind", kind)
	}
	project := d.say(c, "field."+string(e.Project.Field))
	if e.Project.Field == roster.OtherField {
		project = e.Project.Text
	}
	return d.say(c, "register.gloss.single", "kind", kind, "project", project)
}

// round reads the round of an address.
func round(c *fiber.Ctx) (int, error) {
	year, err := c.ParamsInt("round")
	if err != nil {
		return 0, fmt.Errorf("register: %w", fault.New(fault.NotFound, "published.none"))
	}
	return year, nil
}
