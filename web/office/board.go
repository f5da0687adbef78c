package office

import (
	"cmp"
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/web/view"
)

// BoardPage shows where every applicant stands and what is to be done next.
type BoardPage struct {
	view.Frame
	Round    *roster.Round // nil: none is open yet
	Stage    roster.Stage
	Steps    []Step
	Tasks    []Task
	Rows     []BoardRow
	Tiles    []Tile
	CanClose []scorebook.Instrument
}

// Tile is one figure on top of the board.
type Tile struct {
	Key   string
	Value int
}

// Task is one thing that the office has to do next.
type Task struct {
	Key  string
	Href string
}

// BoardRow is one applicant on one track.
type BoardRow struct {
	ID         application.ID
	Unit       string
	Code       roster.UnitCode
	Group      roster.Group
	Track      roster.Track
	State      application.State
	Formality  application.Formality // of the formal check; empty before the first filing
	Met        int
	Applicable int
	Evaluated  bool
	Surveyed   bool
	Verified   string // empty, open or closed
	Candidate  bool
	Named      bool
}

// Board shows the board of the round.
func (d *Door) Board(c *fiber.Ctx) error {
	page, err := d.board(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "board", page)
}

func (d *Door) board(c *fiber.Ctx) (*BoardPage, error) {
	r, err := d.round(c)
	if fault.KindOf(err) == fault.NotFound && c.Query("round") == "" {
		return &BoardPage{}, nil
	}
	if err != nil {
		return nil, err
	}
	page := &BoardPage{Round: r, Stage: r.Stage(d.Now()), Steps: d.steps(r)}
	state, err := d.standing(c.UserContext(), actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	for _, dossier := range state.dossiers {
		page.Rows = append(page.Rows, d.boardRow(c, dossier, state))
	}
	slices.SortFunc(page.Rows, func(a, b BoardRow) int {
		return cmp.Or(cmp.Compare(a.Track, b.Track), cmp.Compare(a.Code, b.Code))
	})
	page.Tiles = tiles(page.Rows)
	page.Tasks = d.tasks(c.UserContext(), r, state)
	if r.Settings.Evaluation.Began(d.Now()) {
		for _, i := range []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey} {
			if _, ok := state.closed[i]; !ok {
				page.CanClose = append(page.CanClose, i)
			}
		}
	}
	return page, nil
}

// standing is what the board is made of; it holds no result.
type standing struct {
	dossiers   []application.Dossier
	filed      []scorebook.Key
	closed     map[scorebook.Instrument]scorebook.Closing
	proceeding *naming.Proceeding
	named      []naming.Named
	objections []naming.Objection
}

func (d *Door) standing(ctx context.Context, by access.Actor, year int) (*standing, error) {
	s := &standing{}
	var err error
	if s.dossiers, err = d.Dossiers.All(ctx, by, year); err != nil {
		return nil, err
	}
	if s.filed, err = d.Book.Filed(ctx, by, year); err != nil {
		return nil, err
	}
	if s.closed, err = d.Book.Closed(ctx, year); err != nil {
		return nil, err
	}
	if s.proceeding, err = d.Naming.Proceeding(ctx, by, year); err != nil {
		return nil, err
	}
	if s.objections, err = d.Naming.Objections(ctx, by, year); err != nil {
		return nil, err
	}
	s.named, err = d.Naming.Named(ctx)
	return s, err
}

func (d *Door) boardRow(c *fiber.Ctx, dossier application.Dossier, s *standing) BoardRow {
	row := BoardRow{
		ID: dossier.ID(), Unit: d.unitName(c, dossier.Unit), Code: dossier.Unit, Track: dossier.Track,
		State: dossier.State, Formality: dossier.Formality(),
		Met: dossier.Seal().Met, Applicable: dossier.Seal().Applicable,
	}
	if u, err := d.Roster.Unit(dossier.Unit); err == nil {
		row.Group = u.Group()
	}
	key := scorebook.Key{Round: dossier.Round, Unit: dossier.Unit, Instrument: scorebook.Evaluation, Track: dossier.Track}
	row.Evaluated = slices.Contains(s.filed, key)
	key.Instrument, key.Track = scorebook.Survey, ""
	row.Surveyed = slices.Contains(s.filed, key)
	t := naming.Target{Unit: dossier.Unit, Track: dossier.Track}
	if v, ok := s.proceeding.Verification(t); ok {
		row.Verified = "open"
		if v.Closed() {
			row.Verified = "closed"
		}
	}
	if list := s.proceeding.Candidates; list != nil {
		row.Candidate = slices.ContainsFunc(list.List, func(x naming.Candidate) bool { return x.Target == t })
	}
	row.Named = slices.ContainsFunc(s.named, func(n naming.Named) bool { return n.Round == dossier.Round && n.Target == t })
	return row
}

func tiles(rows []BoardRow) []Tile {
	out := []Tile{
		{Key: "board.filed"}, {Key: "board.evaluated"}, {Key: "board.surveyed"}, {Key: "board.verified"},
	}
	for _, r := range rows {
		for i, yes := range []bool{r.State == application.Filed, r.Evaluated, r.Surveyed, r.Verified == "closed"} {
			if yes {
				out[i].Value++
			}
		}
	}
	return out
}

// unchecked reports whether a dossier waits for the formal check.
func unchecked(d application.Dossier) bool { return d.Formality() == application.FormalityPending }

// tasks names what is to be done next, most urgent first.
func (d *Door) tasks(ctx context.Context, r *roster.Round, s *standing) []Task {
	now := d.Now()
	_, evaluated := s.closed[scorebook.Evaluation]
	_, surveyed := s.closed[scorebook.Survey]
	_, noScheme := d.Roster.Scheme(ctx, r.Year)
	open := slices.ContainsFunc(s.objections, func(o naming.Objection) bool { return o.Outcome == naming.Unanswered })
	p := s.proceeding
	var out []Task
	for _, t := range []struct {
		due  bool
		key  string
		href string
	}{
		{noScheme != nil, "task.scheme", "/office/indicators"},
		{slices.ContainsFunc(s.dossiers, unchecked), "task.formal", "/office/formal"},
		{r.Settings.Evaluation.Began(now) && !evaluated, "task.evaluation", "/office/evaluation"},
		{r.Settings.Evaluation.Began(now) && !surveyed, "task.survey", "/office"},
		{evaluated && surveyed && len(p.Verifications) == 0, "task.ranking", "/office/ranking"},
		{slices.ContainsFunc(p.Verifications, func(v naming.Verification) bool { return !v.Closed() }), "task.verification", "/office/verification"},
		{len(p.Verifications) > 0 && p.Candidates == nil, "task.candidates", "/office/notice"},
		{p.Candidates != nil && p.Notice == nil, "task.notice", "/office/notice"},
		{open, "task.objections", "/office/notice"},
		{p.Notice != nil && p.Notice.Window.Over(now) && !open && p.Decision == nil, "task.naming", "/office/notice"},
	} {
		if t.due {
			out = append(out, Task{Key: t.key, Href: t.href})
		}
	}
	return out
}

// Close closes the evaluation or the survey of the round.
func (d *Door) Close(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	instrument := scorebook.Instrument(c.FormValue("instrument"))
	if instrument == scorebook.Evaluation {
		err = d.Evaluation.CloseRound(c.UserContext(), actor(c), r.Year)
	} else {
		err = d.Book.CloseInstrument(c.UserContext(), actor(c), r.Year, instrument)
	}
	if err == nil {
		return view.See(c, "/office", "closed")
	}
	page, pageErr := d.board(c)
	if pageErr != nil {
		return pageErr
	}
	return d.pages.Again(c, err, "board", page)
}
