// Package apply is the applicant's door: the desk with what is still missing,
// the self-assessment, the report, the exhibits, filing and its receipt. An
// applicant sees its own dossiers here and nothing of what others find about
// it. The package decides no rule; application does.
package apply

import (
	"context"
	"embed"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html pages/*.js
var pageFiles embed.FS

// Rounds names the round that is on and the units.
type Rounds interface {
	Current(ctx context.Context) (*roster.Round, error)
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what a Door needs.
type Config struct {
	Applications *application.Service
	Rounds       Rounds
	Texts        *view.Texts
}

// Door is the applicant's door.
type Door struct {
	service *application.Service
	rounds  Rounds
	texts   *view.Texts
	pages   *view.Pages
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{service: cfg.Applications, rounds: cfg.Rounds, texts: cfg.Texts, pages: pages}, nil
}

// keyOf reads round and track from the address; the unit is always the actor's
// own, so that no address leads to another's dossier.
func keyOf(c *fiber.Ctx) (application.Key, error) {
	year, err := strconv.Atoi(c.Params("round"))
	if err != nil {
		return application.Key{}, fault.New(fault.NotFound, "dossier.unknown")
	}
	k := application.Key{Round: year, Unit: roster.UnitCode(login.Actor(c).Unit), Track: roster.Track(c.Params("track"))}
	return application.ParseID(string(k.ID()))
}

// base is the address of a dossier.
func base(k application.Key) string { return "/apply/" + strconv.Itoa(k.Round) + "/" + string(k.Track) }

// dossier is what every page about one dossier shows.
type dossier struct {
	view.Frame
	Dossier *application.Dossier
	Terms   application.Terms
	Base    string
	Unit    string
	Open    bool // the filing window is open and the dossier a draft
}

// Draft reports whether the dossier can be changed by its state.
func (d *dossier) Draft() bool { return d.Dossier.State == application.Draft }

// Settings are the round's rules.
func (d *dossier) Settings() roster.Settings { return d.Terms.Round.Settings }

func (d *Door) load(c *fiber.Ctx) (dossier, error) {
	k, err := keyOf(c)
	if err != nil {
		return dossier{}, err
	}
	found, terms, err := d.service.Own(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return dossier{}, err
	}
	return dossier{
		Dossier: found, Terms: terms, Base: base(k), Unit: terms.Unit.Label(string(view.LangOf(c))),
		Open: found.State == application.Draft && terms.Round.Settings.Filing.Open(d.service.Now()),
	}, nil
}

// HomePage shows the round and the unit's dossiers in it.
type HomePage struct {
	view.Frame
	Round     *roster.Round
	Unit      string
	Dossiers  []application.Dossier
	Startable []roster.Track
	Open      bool
}

// Home shows where the unit stands in the current round.
func (d *Door) Home(c *fiber.Ctx) error {
	page, err := d.home(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "home", page)
}

func (d *Door) home(c *fiber.Ctx) (*HomePage, error) {
	actor := login.Actor(c)
	unit, err := d.rounds.Unit(roster.UnitCode(actor.Unit))
	if err != nil {
		return nil, err
	}
	page := &HomePage{Unit: unit.Label(string(view.LangOf(c)))}
	round, err := d.rounds.Current(c.UserContext())
	if fault.KindOf(err) == fault.NotFound {
		return page, nil
	}
	if err != nil {
		return nil, err
	}
	page.Round, page.Open = round, round.Settings.Filing.Open(d.service.Now())
	if page.Dossiers, err = d.service.Mine(c.UserContext(), actor, round.Year); err != nil {
		return nil, err
	}
	for _, t := range roster.Tracks() {
		if !has(page.Dossiers, t) {
			page.Startable = append(page.Startable, t)
		}
	}
	return page, nil
}

func has(all []application.Dossier, t roster.Track) bool {
	for _, d := range all {
		if d.Track == t {
			return true
		}
	}
	return false
}

// Start opens a draft on a track.
func (d *Door) Start(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	if err := d.service.Start(c.UserContext(), login.Actor(c), k); err != nil {
		page, failed := d.home(c)
		if failed != nil {
			return failed
		}
		return d.pages.Again(c, err, "home", page)
	}
	return view.See(c, base(k), "apply.started")
}

// words turns refusals into sentences.
func (d *Door) words(c *fiber.Ctx, list fault.List) []string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = d.texts.Refusal(view.LangOf(c), r)
	}
	return out
}
