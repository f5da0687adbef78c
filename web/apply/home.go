package apply

import (
	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// HomeDossier is one dossier of the unit in the list.
type HomeDossier struct {
	application.Dossier
	Progress application.Progress
	Current  bool // of the round that is on
}

// Receipt is the code of the filing that stands, empty for none.
func (d HomeDossier) Receipt() string { return d.Seal().Receipt() }

// StartRow is a track on which the unit has no dossier, with why it may not start
// one: barred (C99), or filed on the other track (C17); empty where it may.
type StartRow struct {
	Track roster.Track
	Why   string
}

// HomePage shows the round that is on, the unit's dossiers in it and in earlier
// rounds.
type HomePage struct {
	view.Frame
	Round     *roster.Round
	Unit      string
	Dossiers  []HomeDossier
	Startable []StartRow
	Open      bool
	Began     bool
	Left      Left
	Style     string
	Script    string
}

// Home shows where the unit stands.
func (d *Door) Home(c *fiber.Ctx) error {
	page, err := d.home(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "home", page)
}

func (d *Door) home(c *fiber.Ctx) (*HomePage, error) {
	unit, err := d.rounds.Unit(roster.UnitCode(login.Actor(c).Unit))
	if err != nil {
		return nil, err
	}
	page := &HomePage{Unit: unit.Label(string(view.LangOf(c))), Style: d.assets[0].address, Script: d.assets[1].address}
	round, err := d.rounds.Current(c.UserContext())
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	if err == nil {
		now, filing := d.service.Now(), round.Settings.Filing
		page.Round, page.Open, page.Began, page.Left = round, filing.Open(now), filing.Began(now), leftOf(filing, now)
	}
	return page, d.listed(c, page)
}

// listed adds the unit's dossiers, the newest round first.
func (d *Door) listed(c *fiber.Ctx, page *HomePage) error {
	all, err := d.service.Ours(c.UserContext(), login.Actor(c))
	if err != nil {
		return err
	}
	here := map[roster.Track]bool{}
	for _, one := range all {
		terms, err := d.service.Terms(c.UserContext(), one.Key)
		if err != nil {
			return err
		}
		row := HomeDossier{Dossier: one, Current: page.Round != nil && one.Round == page.Round.Year}
		row.Progress, _ = one.Progress(terms)
		page.Dossiers = append(page.Dossiers, row)
		here[one.Track] = here[one.Track] || row.Current
	}
	for _, t := range roster.Tracks() {
		if page.Round == nil || here[t] {
			continue
		}
		row, err := d.startRow(c, page.Round.Year, t)
		if err != nil {
			return err
		}
		page.Startable = append(page.Startable, row)
	}
	return nil
}

func (d *Door) startRow(c *fiber.Ctx, year int, t roster.Track) (StartRow, error) {
	actor := login.Actor(c)
	k := application.Key{Round: year, Unit: roster.UnitCode(actor.Unit), Track: t}
	err := d.service.MayStart(c.UserContext(), actor, k)
	row := StartRow{Track: t}
	for _, r := range fault.All(err) {
		row.Why, err = d.texts.Refusal(view.LangOf(c), r), nil
	}
	return row, err
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
