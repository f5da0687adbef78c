package ranking

import (
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// ExplorePage shows what other choices would make of the newest ranking.
type ExplorePage struct {
	view.Frame
	Round      *roster.Round
	Trial      *naming.Trial // nil where the form was refused
	Runs, Seed string        // as typed
	Least      int
	Most       int
	Tables     []ExploreTable
}

// ExploreTable is one table of the study.
type ExploreTable struct {
	naming.Study
	LastName string
	Names    []string // of the units, in order
	Moved    []MovedShare
	Map      template.HTML
	Choices  template.HTML   // places by whole other methods
	Scenes   []template.HTML // places as one share goes from nothing to all
}

// MovedShare is a share moved over its range, with names.
type MovedShare struct {
	naming.Move
	BelowIn, BelowOut, AboveIn, AboveOut []string
}

// Explore studies the choices and goes to the page of the study. Fields: runs, seed.
func (d *Door) Explore(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	page := &ExplorePage{Round: r, Runs: c.FormValue("runs"), Seed: c.FormValue("seed"), Least: naming.LeastRuns, Most: naming.MostRuns}
	runs, _ := strconv.Atoi(page.Runs) // 0 is refused below
	seed, err := strconv.ParseUint(page.Seed, 10, 32)
	if err != nil {
		return d.pages.Again(c, fault.New(fault.Invalid, "ranking.seed").At("seed"), "explore", page)
	}
	trial, err := d.Naming.Explore(c.UserContext(), actor(c), r.Year, runs, seed)
	if err != nil {
		return d.pages.Again(c, err, "explore", page)
	}
	return view.See(c, d.tried(r, trial.ID), "")
}

func (d *Door) studied(c *fiber.Ctx, r *roster.Round, trial *naming.Trial, studies []naming.Study) error {
	page := &ExplorePage{
		Round: r, Trial: trial, Runs: strconv.Itoa(trial.Runs), Seed: strconv.FormatUint(trial.Seed, 10), Least: naming.LeastRuns, Most: naming.MostRuns,
	}
	for _, s := range studies {
		page.Tables = append(page.Tables, d.study(c, s))
	}
	return d.pages.Render(c, "explore", page)
}

func (d *Door) study(c *fiber.Ctx, s naming.Study) ExploreTable {
	t := ExploreTable{Study: s, LastName: d.name(c, s.Last)}
	m := tiles{title: d.say(c, "ranking.pic.runs"), summary: d.say(c, "ranking.pic.runs.sum"), cut: s.Cut}
	for _, u := range s.Units {
		t.Names = append(t.Names, d.name(c, u.Unit))
		m.labels, m.values = append(m.labels, d.name(c, u.Unit)), append(m.values, u.Places)
	}
	for _, move := range s.Moves {
		t.Moved = append(t.Moved, MovedShare{
			move, d.names(c, move.Below.In), d.names(c, move.Below.Out), d.names(c, move.Above.In), d.names(c, move.Above.Out),
		})
	}
	t.Map = drawn(m.picture())
	t.Choices = d.choices(c, s, t.Names)
	for _, scene := range s.Scenes {
		t.Scenes = append(t.Scenes, d.scene(c, s, scene, t.Names))
	}
	return t
}
