package agency_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
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
	"minyi/survey/invite"
	"minyi/survey/store"
	"minyi/web/agency"
	"minyi/web/login"
	"minyi/web/view"
)

// office is the agency's door on both halves on disk, in September 2020.
type office struct {
	app     *fiber.App
	surveys *survey.Service
	access  *access.Service
	texts   *view.Texts
	half    *db.DB
	rounds  *roster.Service
}

const (
	base     = "https://minyi.example"
	password = "quiet river stone lamp"
)

func open(t *testing.T) *office {
	t.Helper()
	if testing.Short() {
		t.Skip("one request after the other, which the race detector cannot judge")
	}
	folder := t.TempDir()
	now := func() time.Time { return roster.On(2020, time.September, 15).Start().Add(9 * time.Hour) }
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
	early := func() time.Time { return roster.On(2020, time.July, 1).Start() }
	rounds, err := roster.NewService(first, early)
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
	surveys, err := survey.NewService(t.Context(), survey.Config{
		Store: store.New(half), Intake: intake, Rounds: rounds, Book: scorebook.NewBook(first, rounds, now), Signer: signer,
		Secret: []byte(strings.Repeat("s", 32)), Key: ed25519.NewKeyFromSeed([]byte(strings.Repeat("e", 32))),
		Now: now, NewID: func() string { return fmt.Sprintf("s%d", ids.Add(1)) }, Rehearsal: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{half: half, rounds: rounds, surveys: surveys, access: access.NewService(first, now, now)}
	o.mount(t, rounds, now)
	return o
}

// reviewed ends the review of every closed survey: two people find nothing to
// exclude.
func (o *office) reviewed(t *testing.T) {
	t.Helper()
	first, second := access.Actor{Name: "li", Role: access.Agency}, access.Actor{Name: "zhao", Role: access.Agency}
	all, err := o.surveys.Surveys(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	for _, work := range all {
		if work.Survey.State != survey.Closed {
			continue
		}
		sv, err := o.surveys.ProposeReviewEnd(t.Context(), first, work.Survey.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.surveys.EndReview(t.Context(), second, sv.ID, sv.Review.Closing.Seal); err != nil {
			t.Fatal(err)
		}
	}
}

// mount is the part of web's table that belongs to this door.
func (o *office) mount(t *testing.T, rounds *roster.Service, now func() time.Time) {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	o.texts = texts
	in, err := login.New(login.Config{
		Access: o.access, Texts: texts, Key: []byte(strings.Repeat("f", 32)), Nav: func(access.Role) []view.Link { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := agency.New(agency.Config{Surveys: o.surveys, Rounds: rounds, Texts: texts, Base: base})
	if err != nil {
		t.Fatal(err)
	}
	o.app = fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true, StreamRequestBody: true, BodyLimit: agency.MaxFrame,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			if kind := fault.KindOf(err); kind != 0 {
				return c.Status(view.Status(kind)).SendString(err.Error())
			}
			return c.Status(http.StatusInternalServerError).SendString(err.Error())
		},
	})
	o.app.Use(func(c *fiber.Ctx) error {
		lang, _ := view.ParseLang(c.Query("lang", string(view.Chinese)))
		view.SetLang(c, lang)
		view.SetRound(c, now(), true)
		return c.Next()
	}, in.Visitor, in.Forged)
	view.MountAssets(o.app)
	o.app.Get("/login", in.SignIn)
	o.app.Post("/login", in.DoSignIn)
	own := login.Require(access.Agency)
	o.app.Get("/agency", own, d.List)
	o.app.Post("/agency/surveys", own, d.Create)
	o.app.Post("/agency/end", own, d.EndRound)
	s := o.app.Group("/agency/surveys/:id", own)
	for path, do := range map[string]fiber.Handler{
		"": d.Detail, "/links.csv": d.Links, "/letters": d.Letters, "/posters": d.Posters, "/posters/:batch/:file": d.PosterCode,
		"/print.pdf": d.Print, "/quota": d.Quota, "/comments": d.Comments, "/export": d.Export,
	} {
		if path == "" {
			s.Get(path, d.Road(func(string) bool { return true }), do) // as web does for every page of a survey
			continue
		}
		s.Get(path, do)
	}
	for path, do := range map[string]fiber.Handler{
		"/print": d.DoPrint, "/frame": d.ImportFrame, "/draw": d.Draw, "/posters": d.HangPoster, "/posters/:batch": d.LimitPoster,
		"/quota": d.SetQuota, "/traces": d.ForgetTraces, "/open": d.Start, "/close": d.Close,
		"/export": d.DoExport,
	} {
		s.Post(path, do)
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
	fresh := access.New{Name: name, Role: role, Password: password}
	if role == access.Applicant {
		fresh.Unit = "640100"
	}
	if _, err := o.access.Add(t.Context(), access.Command("test"), fresh); err != nil {
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
	return reply{res.StatusCode, res.Header.Get("Location"), string(body)}
}

func (p *person) get(path string) reply {
	p.t.Helper()
	return p.do(httptest.NewRequestWithContext(p.t.Context(), http.MethodGet, path, nil))
}

func (p *person) token(page string) string {
	p.t.Helper()
	m := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(p.get(page).body)
	if m == nil {
		p.t.Fatalf("%s has no form", page)
	}
	return m[1]
}

// post sends a form of the page to an address.
func (p *person) post(page, to string, form url.Values) reply {
	p.t.Helper()
	form.Set("csrf", p.token(page))
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(r)
}

// upload sends a sampling frame.
func (p *person) upload(at, csv string) reply {
	p.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	err := w.WriteField("csrf", p.token(at))
	part, errPart := w.CreateFormFile("frame", "frame.csv")
	if err := errors.Join(err, errPart); err != nil {
		p.t.Fatal(err)
	}
	if _, err := io.WriteString(part, csv); err != nil {
		p.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodPost, at+"/frame", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return p.do(r)
}

func order(unit string) url.Values {
	return url.Values{
		"round": {"2020"}, "unit": {unit}, "from": {"2020-09-10"}, "to": {"2020-10-20"}, "phone": {"0951-12340"},
		"organiser_zh": {"办公室"}, "organiser_en": {"the office"}, "agency_zh": {"调查中心"}, "agency_en": {"the agency"},
	}
}

func frameCSV() string {
	var b strings.Builder
	b.WriteString("stratum,psu,name,size\n")
	for i := range 10 {
		fmt.Fprintf(&b, "乡村,v%d,村%d,%d\n城镇,c%d,社区%d,%d\n", i, i, 400+10*i, i, i, 900+10*i)
	}
	return b.String()
}
