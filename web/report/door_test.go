package report_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

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
	"minyi/survey/questionnaire"
	"minyi/survey/store"
	"minyi/web/login"
	"minyi/web/report"
	"minyi/web/view"
)

// office is the report's door on both halves on disk, in September 2020.
type office struct {
	app     *fiber.App
	surveys *survey.Service
	access  *access.Service
	book    *scorebook.Book
	first   *programme.Store
}

const (
	base     = "https://minyi.example"
	password = "quiet river stone lamp"
)

func now() time.Time { return roster.On(2020, time.September, 15).Start().Add(9 * time.Hour) }

func open(t *testing.T) *office {
	t.Helper()
	if testing.Short() {
		t.Skip("one request after the other, which the race detector cannot judge")
	}
	folder := t.TempDir()
	dbtest.Place(t, "programme", filepath.Join(folder, "programme.db"), programme.Open)
	first, err := programme.Open(t.Context(), filepath.Join(folder, "programme.db"))
	if err != nil {
		t.Fatal(err)
	}
	half, err := db.Open(t.Context(), db.Survey, filepath.Join(folder, "survey.db"), store.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	intake, err := store.StartIntake(t.Context(), half)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(intake.Close(), half.Close(), first.Close()); err != nil {
			t.Error(err)
		}
	})
	rounds, err := roster.NewService(first, func() time.Time { return roster.On(2020, time.July, 1).Start() })
	if err != nil {
		t.Fatal(err)
	}
	_, err = rounds.OpenRound(t.Context(), access.Actor{Name: "wang", Role: access.Office}, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "中法办发〔2019〕10号"},
	})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := invite.NewSigner([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	var ids atomic.Int64
	o := &office{first: first, access: access.NewService(first, now, now), book: scorebook.NewBook(first, rounds, now)}
	o.surveys, err = survey.NewService(t.Context(), survey.Config{
		Store: store.New(half), Intake: intake, Rounds: rounds, Book: o.book, Signer: signer,
		Secret: []byte(strings.Repeat("s", 32)), Key: ed25519.NewKeyFromSeed([]byte(strings.Repeat("e", 32))),
		Now: now, NewID: func() string { return fmt.Sprintf("s%d", ids.Add(1)) }, Rehearsal: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	o.mount(t)
	return o
}

// mount is the part of web's table that belongs to this door.
func (o *office) mount(t *testing.T) {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	in, err := login.New(login.Config{
		Access: o.access, Texts: texts, Key: []byte(strings.Repeat("f", 32)), Nav: func(access.Role) []view.Link { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := report.New(report.Config{Surveys: o.surveys, Texts: texts, Base: base})
	if err != nil {
		t.Fatal(err)
	}
	o.app = fiber.New(fiber.Config{Immutable: true, CaseSensitive: true, StrictRouting: true, ErrorHandler: func(c *fiber.Ctx, err error) error {
		return c.Status(view.Status(fault.KindOf(err))).SendString(err.Error())
	}})
	o.app.Use(func(c *fiber.Ctx) error {
		lang, _ := view.ParseLang(c.Query("lang", string(view.Chinese)))
		view.SetLang(c, lang)
		view.SetRound(c, now(), true)
		return c.Next()
	}, in.Visitor, in.Forged)
	view.MountAssets(o.app)
	o.app.Get("/login", in.SignIn)
	o.app.Post("/login", in.DoSignIn)
	own, both := login.Require(access.Agency), login.Require(access.Agency, access.Office)
	const one = "/agency/surveys/:id"
	for path, do := range map[string]fiber.Handler{
		"/report/read": d.Read, "/report.pdf": d.PDF, "/report.html": d.HTML,
		"/release": d.Release, "/release.json": d.Document, "/release.sig": d.Signature,
	} {
		o.app.Get(one+path, both, do)
	}
	o.app.Get(one+"/report", own, d.Desk)
	for path, do := range map[string]fiber.Handler{
		"/report/statement": d.Write, "/report/correct": d.Correct, "/report/withdraw": d.Withdraw,
		"/propose": d.Propose, "/approve": d.Approve, "/file": d.File,
	} {
		o.app.Post(one+path, own, do)
	}
}

func agent(name string) access.Actor { return access.Actor{Name: name, Role: access.Agency} }

// closed is a survey of Shizuishan whose review is closed, with n men who say very
// satisfied and n women who say not very satisfied; its address.
func (o *office) closed(t *testing.T, n int) string {
	t.Helper()
	li := agent("li")
	sv, err := o.surveys.Create(t.Context(), li, survey.Order{
		Round: 2020, Unit: "640200", Window: roster.Between(roster.On(2020, time.September, 10), roster.On(2020, time.October, 20)),
		Organiser: survey.Text{Zh: "办公室", En: "the office"}, Agency: survey.Text{Zh: "调查中心", En: "the agency"}, Phone: "0951-12340",
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("stratum,psu,name,size\n")
	for i := range 10 {
		fmt.Fprintf(&b, "乡村,v%d,村%d,%d\n城镇,c%d,社区%d,%d\n", i, i, 400+10*i, i, i, 900+10*i)
	}
	_, imported := o.surveys.ImportFrame(t.Context(), li, sv.ID, strings.NewReader(b.String()))
	_, drawn := o.surveys.Draw(t.Context(), li, sv.ID, frame.Plan{Seed: 7, Links: 120, PerPSU: 10})
	_, hung := o.surveys.HangPoster(t.Context(), li, sv.ID, "政务大厅", nil)
	_, started := o.surveys.Start(t.Context(), li, sv.ID)
	if err := errors.Join(imported, drawn, hung, started); err != nil {
		t.Fatal(err)
	}
	var tokens []string
	if err := o.surveys.Links(t.Context(), li, sv.ID, invite.OneTime, func(l survey.Link) error {
		tokens = append(tokens, l.Token)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		o.answer(t, tokens[i], "5", "male")
		o.answer(t, tokens[len(tokens)-1-i], "2", "female")
	}
	if _, err := o.surveys.Close(t.Context(), li, sv.ID); err != nil {
		t.Fatal(err)
	}
	sv, err = o.surveys.ProposeReviewEnd(t.Context(), li, sv.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.surveys.EndReview(t.Context(), agent("ma"), sv.ID, sv.Review.Closing.Seal); err != nil {
		t.Fatal(err)
	}
	return "/agency/surveys/" + string(sv.ID)
}

// answer fills in a form with one point for every item.
func (o *office) answer(t *testing.T, token, point, sex string) {
	t.Helper()
	form, err := o.surveys.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]string{}
	for _, q := range form.Questionnaire.Questions() {
		switch {
		case q.Role == questionnaire.RoleSex:
			values[q.ID] = []string{sex}
		case q.Section == questionnaire.Items:
			values[q.ID] = []string{point}
		case q.Required:
			for _, c := range q.Choices {
				if !c.Ends && c.Flag == "" {
					values[q.ID] = []string{c.Code}
					break
				}
			}
		}
	}
	sheet, err := form.Questionnaire.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.surveys.Submit(t.Context(), survey.Submission{Token: token, Key: "k" + token, Sheet: sheet}); err != nil {
		t.Fatal(err)
	}
}

// person is a browser with somebody signed in.
type person struct {
	t       *testing.T
	o       *office
	cookies map[string]string
}

func (o *office) person(t *testing.T, name string, role access.Role) *person {
	t.Helper()
	if _, err := o.access.Add(t.Context(), access.Command("test"), access.New{Name: name, Role: role, Password: password}); err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, o: o, cookies: map[string]string{}}
	if got := p.post("/login", "/login", url.Values{"name": {name}, "password": {password}}); got.status != http.StatusSeeOther {
		t.Fatalf("sign in: got %d", got.status)
	}
	return p
}

type reply struct {
	status   int
	location string
	body     string
	header   http.Header
}

func (p *person) do(r *http.Request) reply {
	p.t.Helper()
	for name, value := range p.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := p.o.app.Test(r, -1)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	for _, c := range res.Cookies() {
		p.cookies[c.Name] = c.Value
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header.Get("Location"), string(body), res.Header}
}

func (p *person) get(path string) reply {
	p.t.Helper()
	return p.do(httptest.NewRequestWithContext(p.t.Context(), http.MethodGet, path, nil))
}

// post sends a form of the page to an address.
func (p *person) post(page, to string, form url.Values) reply {
	p.t.Helper()
	m := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(p.get(page).body)
	if m == nil {
		p.t.Fatalf("%s has no form", page)
	}
	form.Set("csrf", m[1])
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(r)
}

func wants(t *testing.T, what string, got reply, status int, parts ...string) {
	t.Helper()
	if got.status != status {
		t.Fatalf("%s: got %d, want %d\n%s", what, got.status, status, got.body)
	}
	for _, part := range parts {
		if !strings.Contains(got.body, part) {
			t.Errorf("%s: no %q on the page\n%s", what, part, got.body)
		}
	}
}

func between(t *testing.T, s, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, before)
	if !ok {
		t.Fatalf("no %q in\n%s", before, s)
	}
	found, _, _ := strings.Cut(rest, after)
	return found
}
