// Package agreement is the office's door to how the third-party evaluation goes:
// the board of all dossiers, how far assessors agree and how lenient each is, the
// register of problems (inspectors add to it too), a dossier's sheets side by
// side, its closing and what is corrected afterwards; and the page on which an
// institution's leading member signs its opinion. It decides no rule; evaluation
// does. Whoever reads a result here is on record (C97).
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	board of 27 dossiers | the clock | 54 sheets of 100 items | 100 ms | BenchmarkBoard
//	road from two sheets apart to the signed opinion | a browser, and the store | the rehearsal | exact | TestAgreementInABrowser
//	files are logged and hold no formula | encoding/csv, excelize | two problems | exact | TestC97FilesAreEntriesAndS24NoCellIsCalculated
//	an arbiter for a residual is called and closing waits for it | the store | 27 dossiers | exact | TestC94TheOfficeCallsAnArbiterForAResidual
//	register: refused, filled, filtered, concluded | the store | one problem | exact | TestC93TheRegisterIsFilledAndFilteredThroughItsPage
//	figures | R, see stats/agree | its cases | as there | TestFiguresOfTotalsAreThoseOfR
//	figures in words, too few said | the thresholds of Koo and Li | 12 and 4 dossiers | exact | TestFiguresAreSaidInWordsAndTooFewAreSaidToBeTooFew
package agreement

import (
	"context"
	"embed"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// The addresses of the door.
const (
	Board    = "/office/evaluation"
	Figures  = Board + "/agreement"
	Problems = Board + "/problems"
	Dossier  = Board + "/dossiers/:dossier"
	Signed   = Board + "/opinions/:digest"
	Opinion  = "/evaluate/:dossier/institution"
	Due      = "/evaluate/opinions"
	Own      = Due + "/:digest"
)

// Rounds names the round that is on.
type Rounds interface {
	Current(ctx context.Context) (*roster.Round, error)
	Round(ctx context.Context, year int) (*roster.Round, error)
}

// Config is what the door needs.
type Config struct {
	Evaluations *evaluation.Service
	Rounds      Rounds
	Texts       *view.Texts
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

func (d *Door) round(c *fiber.Ctx) (*roster.Round, error) {
	if year, err := strconv.Atoi(c.Query("round")); err == nil {
		return d.Rounds.Round(c.UserContext(), year)
	}
	return d.Rounds.Current(c.UserContext())
}

func (d *Door) say(c *fiber.Ctx, key string) string { return d.Texts.Say(view.LangOf(c), key, nil) }

// name returns a unit's name in the visitor's language.
func (d *Door) name(c *fiber.Ctx, code roster.UnitCode) string {
	u, err := d.Evaluations.Unit(code)
	if err != nil {
		return string(code)
	}
	return u.Label(string(view.LangOf(c)))
}

// BoardPage shows how far the evaluation of every dossier is.
type BoardPage struct {
	view.Frame
	Round *roster.Round
	Rows  []BoardRow
	Done  int // closed
	Apart int // that need a third assessor
	Open  int // problems
	Tab   string
}

// BoardRow is one dossier.
type BoardRow struct {
	evaluation.Row
	ID   application.ID
	Name string
	Next string // code of what is awaited first; empty: ready to close
}

// Board shows the board.
func (d *Door) Board(c *fiber.Ctx) error {
	page, err := d.board(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "board", page)
}

func (d *Door) board(c *fiber.Ctx) (*BoardPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	rows, err := d.Evaluations.Board(c.UserContext(), login.Actor(c), r.Year)
	if err != nil {
		return nil, err
	}
	page := &BoardPage{Round: r, Tab: "board"}
	for _, one := range rows {
		row := BoardRow{Row: one, ID: one.Key.ID(), Name: d.name(c, one.Key.Unit)}
		if len(one.Awaits) > 0 {
			row.Next = one.Awaits[0].Code
		}
		if one.Result != nil {
			page.Done++
		}
		if one.Dispute.Needed() && !one.Called {
			page.Apart++
		}
		page.Open += one.OpenProblems
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// CloseRound ends the evaluation of the round: field round.
func (d *Door) CloseRound(c *fiber.Ctx) error {
	page, err := d.board(c)
	if err != nil {
		return err
	}
	if err := d.Evaluations.CloseRound(c.UserContext(), login.Actor(c), page.Round.Year); err != nil {
		return d.pages.Again(c, err, "board", page)
	}
	return view.See(c, Board, "agreement.round")
}
