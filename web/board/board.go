// Package board is the office's first page: where every applicant of a round stands,
// what the office must do next, and the ending of evaluation and survey. It decides
// no rule; progress and the steps do.
//
// # Who judges
//
//	feature                    independent judge                     input                  tolerance  test
//	board and its filters      a browser, and the store              the rehearsal          exact      TestBoardAndSearchInABrowser
//	rows and what is to do     indicators/progress, its tables       as there               exact      as there
//	two clicks to every leaf   a walk that adds the leaves up        the rehearsal          exact      TestPlay2020And2022/two_clicks
package board

import (
	"cmp"
	"context"
	"embed"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/progress"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Home is the address of the board.
const Home = "/office"

// Evaluation closes the third-party evaluation of a round.
type Evaluation interface {
	CloseRound(ctx context.Context, by access.Actor, round int) error
}

// Book closes a survey.
type Book interface {
	CloseInstrument(ctx context.Context, by access.Actor, round int, i scorebook.Instrument) error
}

// Units gives units of the register.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what the door needs.
type Config struct {
	Texts      *view.Texts
	Progress   *progress.Service
	Evaluation Evaluation
	Book       Book
	Units      Units
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

// Page is the board.
type Page struct {
	view.Frame
	Board  *progress.Board // nil: no round is open
	Stages []progress.Stage
	Steps  []Step
	Todo   []Task
	Rows   []Row
	All    int // rows before the filters
	Filter Filter
	Cities []City
	Tiles  []Tile
}

// Row is one applicant on one track.
type Row struct {
	progress.Row
	Name, City string
}

// Task is one thing to do, with its unit's names.
type Task struct {
	progress.Action
	Names []string
}

// City is one choice of the filter by city.
type City struct{ Code, Name string }

// Tile is one figure on top of the board: how many have passed a stage.
type Tile struct {
	Stage   progress.Stage
	Done, N int
}

// Step is one window of the round.
type Step struct {
	Key    string
	Window roster.Window
	State  string // past, now or empty
}

// Show shows the board.
func (d *Door) Show(c *fiber.Ctx) error {
	page, err := d.page(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "board", page)
}

func (d *Door) page(c *fiber.Ctx) (*Page, error) {
	year, _ := strconv.Atoi(c.Query("round"))
	b, err := d.Progress.Board(c.UserContext(), login.Actor(c), year)
	if err != nil || b == nil {
		return &Page{}, err
	}
	page := &Page{Board: b, Stages: progress.Stages(), All: len(b.Rows), Filter: filter(c), Steps: d.steps(b)}
	for _, r := range b.Rows {
		row := Row{Row: r, Name: r.Unit.Label(string(view.LangOf(c))), City: string(city(r.Unit))}
		page.note(row, d.name(c, city(r.Unit)))
		if page.Filter.takes(row) {
			page.Rows = append(page.Rows, row)
		}
	}
	slices.SortFunc(page.Cities, func(a, b City) int { return cmp.Compare(a.Code, b.Code) })
	page.Filter.sort(page.Rows)
	for _, a := range b.Todo {
		t := Task{Action: a}
		for _, u := range a.Units {
			t.Names = append(t.Names, d.name(c, u))
		}
		page.Todo = append(page.Todo, t)
	}
	return page, nil
}

// note counts a row in the tiles and names its city among the choices.
func (p *Page) note(row Row, cityName string) {
	if p.Tiles == nil {
		for _, s := range []progress.Stage{progress.Filed, progress.Sheets, progress.Survey, progress.Visit, progress.Named} {
			p.Tiles = append(p.Tiles, Tile{Stage: s})
		}
	}
	for n := range p.Tiles {
		p.Tiles[n].N++
		if row.Cell(p.Tiles[n].Stage).State == progress.Done {
			p.Tiles[n].Done++
		}
	}
	if row.City != "" && !slices.ContainsFunc(p.Cities, func(x City) bool { return x.Code == row.City }) {
		p.Cities = append(p.Cities, City{Code: row.City, Name: cityName})
	}
}

// city is the city in which a unit lies; departments lie in none.
func city(u roster.Unit) roster.UnitCode {
	switch u.Kind {
	case roster.Bureau:
		return ""
	case roster.City:
		return u.Code
	case roster.County, roster.District, roster.CountyCity:
		return u.Parent
	}
	return ""
}

func (d *Door) name(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Units.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// steps are the round's windows by the programme clock.
func (d *Door) steps(b *progress.Board) []Step {
	s, now := b.Round.Settings, d.Progress.Now()
	out := []Step{
		{Key: "stage.filing", Window: s.Filing},
		{Key: "stage.evaluating", Window: s.Evaluation},
		{Key: "stage.publishing", Window: s.Notice},
		{Key: "stage.naming", Window: s.Naming},
	}
	for i := range out {
		switch {
		case out[i].Window.Over(now):
			out[i].State = "past"
		case out[i].Window.Began(now):
			out[i].State = "now"
		}
	}
	return out
}

// Close ends the evaluation or the survey of the round: field instrument.
func (d *Door) Close(c *fiber.Ctx) error {
	page, err := d.page(c)
	if err != nil || page.Board == nil {
		return err
	}
	year, instrument := page.Board.Round.Year, scorebook.Instrument(c.FormValue("instrument"))
	if instrument == scorebook.Evaluation {
		err = d.Evaluation.CloseRound(c.UserContext(), login.Actor(c), year)
	} else {
		err = d.Book.CloseInstrument(c.UserContext(), login.Actor(c), year, instrument)
	}
	if err != nil {
		return d.pages.Again(c, err, "board", page)
	}
	return view.See(c, Home, "closed")
}
