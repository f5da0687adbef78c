// Package apply is the applicant's door: the desk with what is still missing,
// the self-assessment, the report, the profile, the declaration, filing and its
// receipt. An applicant sees its own dossiers here and nothing of what others
// find about it. Files lie behind a door of their own. The package decides no
// rule; application does.
package apply

import (
	"context"
	"embed"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Rounds names the rounds, the one that is on, and the units.
type Rounds interface {
	Current(ctx context.Context) (*roster.Round, error)
	Rounds(ctx context.Context) ([]roster.Round, error)
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
	assets  []asset
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return &Door{service: cfg.Applications, rounds: cfg.Rounds, texts: cfg.Texts, pages: pages, assets: files}, nil
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
	Left    Left
	Style   string
	Script  string
	Task    application.Section // that the page is about; empty on the desk
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
	filing, now := terms.Round.Settings.Filing, d.service.Now()
	return dossier{
		Dossier: found, Terms: terms, Base: base(k), Unit: terms.Unit.Label(string(view.LangOf(c))),
		Open: found.State == application.Draft && filing.Open(now), Left: leftOf(filing, now),
		Style: d.assets[0].address, Script: d.assets[1].address,
	}, nil
}

// Left is how long a window is still open, and the moments that a page needs to
// count it down by itself.
type Left struct {
	Days, Hours, Minutes int
	Now, End             int64 // Unix milliseconds; End is the first moment after the window
}

// Soon reports whether it is less than three days.
func (l Left) Soon() bool { return l.Days < 3 }

func leftOf(w roster.Window, now time.Time) Left {
	end := w.To.Plus(1).Start()
	l := Left{Now: now.UnixMilli(), End: end.UnixMilli()}
	if rest := end.Sub(now); rest > 0 && w.Began(now) {
		const day = 24
		hours := int(rest / time.Hour)
		l.Days, l.Hours, l.Minutes = hours/day, hours%day, int(rest/time.Minute)%60
	}
	return l
}

// Locked reports that fields can be read and not changed.
func (d *dossier) Locked() bool { return !d.Open }

// Saves reports whether the page's script saves what is typed on it.
func (d *dossier) Saves() bool {
	return d.Task == application.Self || d.Task == application.Words || d.Task == application.Profile
}

// Stamp is the count of edits that fields of a section are shown at.
func (d *dossier) Stamp(s application.Section) int { return d.Dossier.Edits[s] }
