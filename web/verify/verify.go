// Package verify is the door of on-site verification (实地核查, C33): the office's list
// and plan of visits, the team's own list, and the page at the place, which works
// without a line once it was opened, on tablets, and as a plain form where no script
// runs. It decides no rule; package verification does. It shows no ranking and no
// result of a survey.
package verify

import (
	"embed"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/verification"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// Addresses of the door. Office is the office's list; what lies below Home is at the
// place, and the only part that a browser keeps.
const (
	Office = "/office/verification"
	Home   = "/verify"
	Worker = Home + "/worker.js"
	Out    = Home + "/out"
)

// PhotoBytes is the largest request with a photograph.
const PhotoBytes = 51 << 20

// Config is what a Door needs.
type Config struct {
	Visits   *verification.Service
	Naming   *naming.Service
	Roster   *roster.Service
	Previews *preview.Maker
	Texts    *view.Texts
	NewID    func() string
	Secure   bool   // cookies only over TLS
	Base     string // address of the service that codes carry, without a slash at the end
}

// Door serves the pages.
type Door struct {
	Config
	pages  *view.Pages
	assets view.Shelf
	worker []byte
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	assets, err := view.LoadShelf(assetFiles,
		view.ShelfFile{Name: "place.js", Path: "assets/place.js"}, view.ShelfFile{Name: "keep.js", Path: "assets/keep.js"},
		view.ShelfFile{Name: "pad.js", Path: "assets/pad.js"}, view.ShelfFile{Name: "place.css", Path: "assets/place.css"})
	if err != nil {
		return nil, err
	}
	worker, err := assetFiles.ReadFile("assets/worker.js")
	return &Door{Config: cfg, pages: pages, assets: assets, worker: worker}, err
}

// AssetPaths are the addresses of scripts and styles.
func (d *Door) AssetPaths() []string { return d.assets.Paths() }

// Asset serves them.
func (d *Door) Asset(c *fiber.Ctx) error { return d.assets.Serve(c) }

// Worker serves the script that keeps the pages at the place for use without a line.
// Its scope is this door alone.
func (d *Door) Worker(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	return c.Send(d.worker)
}

// Out is where a browser comes by after its user signed out: the worker clears the
// pages that it kept when this address is asked for.
func (d *Door) Out(c *fiber.Ctx) error { return view.See(c, "/", "signedout") }

func keyOf(c *fiber.Ctx) (application.Key, error) {
	k, err := application.ParseID(c.Params("visit"))
	if err != nil {
		return k, fault.New(fault.NotFound, "verification.unknown")
	}
	return k, nil
}

// unitName returns the name of a unit in the visitor's language.
func (d *Door) unitName(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Roster.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// Row is one visit in a list.
type Row struct {
	Visit  *verification.Visit
	Name   string
	Found  int // items with a finding
	Signed int
	Front  bool
	Recuse []string // members with a conflict of interests
}

func (d *Door) row(c *fiber.Ctx, v *verification.Visit) Row {
	r := Row{Visit: v, Name: d.unitName(c, v.Unit), Signed: len(v.Valid())}
	for _, p := range v.Items {
		if v.Result(p.Item) != "" {
			r.Found++
		}
	}
	for _, m := range v.Team {
		if m.Recused() {
			r.Recuse = append(r.Recuse, m.Name)
		}
	}
	return r
}

// MinePage is the list of visits at the place: the team's own.
type MinePage struct {
	view.Frame
	Round *roster.Round
	Rows  []Row
}

// Mine lists the visits of which the actor's account is a member, by unit: their
// order tells nothing of the ranking (C97).
func (d *Door) Mine(c *fiber.Ctx) error {
	r, err := d.Roster.Current(c.UserContext())
	if err != nil {
		return err
	}
	all, err := d.Visits.Visits(c.UserContext(), login.Actor(c), r.Year)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b verification.Visit) int { return strings.Compare(string(a.ID()), string(b.ID())) })
	page := &MinePage{Round: r}
	for n := range all {
		page.Rows = append(page.Rows, d.row(c, &all[n]))
	}
	return d.pages.Render(c, "mine", page)
}

// VisitsPage is the office's list: the visits of the round, and who has none yet.
type VisitsPage struct {
	view.Frame
	Round    *roster.Round
	Ranked   bool
	Rows     []Row
	Others   []Other
	Reason   string
	Chosen   string
	Finished bool // the notice is posted
	Waits    int  // of the front group without a closed visit
}

// Other is a unit of the ranking without a visit.
type Other struct {
	naming.Target
	Name  string
	Front bool
}

// List shows the visits of the round to the office.
func (d *Door) List(c *fiber.Ctx) error {
	page, err := d.list(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "visits", page)
}

func (d *Door) list(c *fiber.Ctx) (*VisitsPage, error) {
	ctx, by := c.UserContext(), login.Actor(c)
	r, err := d.Roster.Current(ctx)
	if err != nil {
		return nil, err
	}
	all, err := d.Visits.Visits(ctx, by, r.Year)
	if err != nil {
		return nil, err
	}
	p, err := d.Naming.Proceeding(ctx, by, r.Year)
	if err != nil {
		return nil, err
	}
	page := &VisitsPage{Round: r, Finished: p.Notice != nil}
	front, err := d.ranked(c, page, p)
	if err != nil {
		return nil, err
	}
	for n := range all {
		row := d.row(c, &all[n])
		row.Front = front[all[n].Target()]
		if row.Front && !all[n].Closed() {
			page.Waits++
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// ranked fills in who has no visit yet, and returns who is in the front group.
func (d *Door) ranked(c *fiber.Ctx, page *VisitsPage, p *naming.Proceeding) (map[naming.Target]bool, error) {
	front := map[naming.Target]bool{}
	snapshot, err := d.Naming.Ranking(c.UserContext(), login.Actor(c), page.Round.Year)
	if fault.KindOf(err) == fault.NotFound {
		return front, nil
	}
	if err != nil {
		return nil, err
	}
	page.Ranked = true
	for _, t := range snapshot.Ranking.Tables {
		for _, row := range t.Rows {
			target := naming.Target{Unit: row.Unit, Track: t.Track}
			front[target] = row.Front
			if _, ok := p.Verification(target); ok {
				continue
			}
			if row.Front {
				page.Waits++
			}
			page.Others = append(page.Others, Other{target, d.unitName(c, row.Unit), row.Front})
		}
	}
	slices.SortStableFunc(page.Others, func(a, b Other) int {
		if a.Front == b.Front {
			return 0
		}
		if a.Front {
			return -1
		}
		return 1
	})
	return front, nil
}

// Open opens the record of a visit, and leads to its plan.
func (d *Door) Open(c *fiber.Ctx) error {
	r, err := d.Roster.Current(c.UserContext())
	if err != nil {
		return err
	}
	unit, track, _ := strings.Cut(c.FormValue("target"), "/")
	t := naming.Target{Unit: roster.UnitCode(unit), Track: roster.Track(track)}
	if err := d.Visits.Open(c.UserContext(), login.Actor(c), r.Year, t, c.FormValue("reason")); err != nil {
		page, pageErr := d.list(c)
		if pageErr != nil {
			return pageErr
		}
		page.Chosen, page.Reason = c.FormValue("target"), c.FormValue("reason")
		return d.pages.Again(c, err, "visits", page)
	}
	return view.See(c, Office+"/"+t.String(), "visit")
}

func officer(by access.Actor) bool { return by.Role == access.Office }
