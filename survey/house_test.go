package survey_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/db"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	programme "minyi/indicators/store"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/ledger"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
	"minyi/survey/store"
)

// house is both halves on disk with a clock that the test turns.
type house struct {
	*survey.Service
	folder string
	at     atomic.Int64
	half   *db.DB
	first  *programme.Store
	intake *store.Intake
	book   *scorebook.Book
	papers *library.Service
	ids    atomic.Int64

	receipts map[ledger.Commitment]int // which resident has which

	again     bool // its round lets residents answer again
	reviewing bool // Close leaves the review of quality open
}

func (h *house) now() time.Time { return time.UnixMilli(h.at.Load()).UTC() }

func (h *house) on(year int, month time.Month, day int) {
	h.at.Store(roster.On(year, month, day).Start().Add(9 * time.Hour).UnixMilli())
}

func officer() access.Actor { return access.Actor{Name: "wang", Role: access.Office} }
func agent() access.Actor   { return access.Actor{Name: "li", Role: access.Agency} }
func other() access.Actor   { return access.Actor{Name: "ma", Role: access.Agency} }

// newHouse is a house with the round of 2020, in September.
func newHouse(t testing.TB) *house {
	t.Helper()
	return newHouseOf(t, roster.Defaults(2020))
}

// newHouseOf is newHouse with other settings of the round.
func newHouseOf(t testing.TB, settings roster.Settings) *house {
	t.Helper()
	h := &house{folder: t.TempDir(), receipts: map[ledger.Commitment]int{}}
	h.on(2020, time.July, 1)
	h.start(t)
	rounds, err := roster.NewService(h.first, h.now)
	if err != nil {
		t.Fatal(err)
	}
	_, err = rounds.OpenRound(t.Context(), officer(), roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: settings,
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "中法办发〔2019〕10号"},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.on(2020, time.September, 15)
	t.Cleanup(func() {
		if err := h.half.CheckTrail(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		h.stop(t)
	})
	return h
}

func openHalf(ctx context.Context, path string) (*db.DB, error) {
	return db.Open(ctx, db.Survey, path, store.Migrations())
}

func (h *house) start(t testing.TB) {
	t.Helper()
	var err error
	dbtest.Place(t, "programme", filepath.Join(h.folder, "programme.db"), programme.Open)
	if h.first, err = programme.Open(t.Context(), filepath.Join(h.folder, "programme.db")); err != nil {
		t.Fatal(err)
	}
	dbtest.Place(t, "survey", filepath.Join(h.folder, "survey.db"), openHalf)
	if h.half, err = openHalf(t.Context(), filepath.Join(h.folder, "survey.db")); err != nil {
		t.Fatal(err)
	}
	if h.intake, err = store.StartIntake(t.Context(), h.half); err != nil {
		t.Fatal(err)
	}
	rounds, err := roster.NewService(h.first, h.now)
	if err != nil {
		t.Fatal(err)
	}
	h.book = scorebook.NewBook(h.first, rounds, h.now)
	signer, err := invite.NewSigner([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	vault, err := store.OpenVault(h.waves())
	if err != nil {
		t.Fatal(err)
	}
	newID := func() string { return fmt.Sprintf("survey-%d", h.ids.Add(1)) }
	h.papers = library.NewService(store.New(h.half), nil, h.now, newID)
	h.Service, err = survey.NewService(t.Context(), survey.Config{
		Store: store.New(h.half), Intake: h.intake, Rounds: rounds, Book: h.book, Library: h.papers, Contacts: store.New(h.half), Forms: store.New(h.half), Arrivals: store.New(h.half), Signer: signer, Vault: vault, Rolls: store.New(h.half),
		Secret: []byte(strings.Repeat("s", 32)), Key: ed25519.NewKeyFromSeed([]byte(strings.Repeat("e", 32))),
		Now: h.now, NewID: newID, Rehearsal: true,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// waves is the folder of the wave keys.
func (h *house) waves() string { return filepath.Join(h.folder, "waves") }

// rows counts what a table of the survey half holds.
func (h *house) rows(t *testing.T, table string) (n int) {
	t.Helper()
	if err := h.half.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Close ends the fieldwork and, unless the test is about it, the review: two people
// find nothing to exclude.
func (h *house) Close(ctx context.Context, by access.Actor, id survey.ID) (*survey.Survey, error) {
	sv, err := h.Service.Close(ctx, by, id)
	if err != nil || h.reviewing {
		return sv, err
	}
	if sv, err = h.ProposeReviewEnd(ctx, agent(), id, true); err != nil {
		return nil, err
	}
	return h.EndReview(ctx, other(), id, sv.Review.Closing.Seal)
}

func (h *house) stop(t testing.TB) {
	t.Helper()
	if err := errors.Join(h.intake.Close(), h.half.Close(), h.first.Close()); err != nil {
		t.Error(err)
	}
}

func (h *house) restart(t testing.TB) {
	t.Helper()
	h.stop(t)
	h.start(t)
}

// frameCSV is a frame of two strata with ten PSUs each.
func frameCSV() string {
	var b strings.Builder
	b.WriteString("stratum,psu,name,size\n")
	for i := range 10 {
		fmt.Fprintf(&b, "rural,v%d,村%d,%d\nurban,c%d,社区%d,%d\n", i, i, 400+10*i, i, i, 900+10*i)
	}
	return b.String()
}

// csvFrame reads frameCSV.
func csvFrame() io.Reader { return strings.NewReader(frameCSV()) }

func order(unit roster.UnitCode) survey.Order {
	return survey.Order{
		Round: 2020, Unit: unit, Window: roster.Between(roster.On(2020, time.September, 10), roster.On(2020, time.October, 20)),
		Organiser: survey.Text{Zh: "自治区党委依法治区办", En: "the office"},
		Agency:    survey.Text{Zh: "某统计调查机构", En: "the agency"}, Phone: "0951-12340",
	}
}

// drawn is a survey of the unit with its sample drawn.
func (h *house) drawn(t *testing.T, unit roster.UnitCode) survey.ID {
	t.Helper()
	sv, err := h.Create(t.Context(), agent(), order(unit))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ImportFrame(t.Context(), agent(), sv.ID, strings.NewReader(frameCSV())); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Draw(t.Context(), agent(), sv.ID, frame.Plan{Seed: 7, Links: 120, PerPSU: 10}); err != nil {
		t.Fatal(err)
	}
	return sv.ID
}

// opened is a survey in the field, with a poster.
func (h *house) opened(t *testing.T, unit roster.UnitCode) survey.ID {
	t.Helper()
	id := h.drawn(t, unit)
	if _, err := h.HangPoster(t.Context(), agent(), id, "政务大厅", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	return id
}

func (h *house) tokens(t *testing.T, id survey.ID, kind invite.Kind) (out []string) {
	t.Helper()
	err := h.Links(t.Context(), agent(), id, kind, func(l survey.Link) error {
		out = append(out, l.Token)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// filled is a whole sheet with the given point on every item.
func filled(t *testing.T, q *questionnaire.Questionnaire, point, sex string) questionnaire.Sheet {
	t.Helper()
	values := map[string][]string{}
	for _, one := range q.Questions() {
		switch {
		case one.Role == questionnaire.RoleSex:
			values[one.ID] = []string{sex}
		case one.Role == questionnaire.RoleResidence:
			values[one.ID] = []string{"rural"}
		case one.Section == questionnaire.Items:
			values[one.ID] = []string{point}
		case one.Required:
			for _, c := range one.Choices {
				if !c.Ends && c.Flag == "" {
					values[one.ID] = []string{c.Code}
					break
				}
			}
		}
	}
	sheet, err := q.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

// respond answers through a link, all items with the same point.
func (h *house) respond(t *testing.T, token, point, sex string) {
	t.Helper()
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	in := survey.Submission{Token: token, Key: "key-" + token, Sheet: filled(t, form.Questionnaire, point, sex), Lang: "zh-CN"}
	if _, err := h.Submit(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	if !errors.Is(err, fault.New(fault.Conflict, code)) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}
