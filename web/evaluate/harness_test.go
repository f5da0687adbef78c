package evaluate_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/web"
	"minyi/web/agreement"
	"minyi/web/appoint"
	"minyi/web/evaluate"
	"minyi/web/exhibits"
	"minyi/web/library"
	"minyi/web/login"
	"minyi/web/view"
)

const password = "bamboo river lantern"

// house is the real application over a real database, with two applicants and a
// clock of its own.
type house struct {
	t       *testing.T
	app     *fiber.App
	store   *store.Store
	access  *access.Service
	service *application.Service
	marking *evaluation.Service
	book    *scorebook.Book
	mu      sync.Mutex
	clock   time.Time
	ids     int
}

func at(text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, roster.Shanghai())
	if err != nil {
		panic(err)
	}
	return moment
}

func newHouse(t *testing.T) *house {
	t.Helper()
	if testing.Short() {
		t.Skip("one request after the other, which the race detector cannot judge")
	}
	h := &house{t: t, clock: at("2020-07-01 09:00:00")}
	dir := t.TempDir()
	var err, failed error
	dbtest.Place(t, "programme", filepath.Join(dir, "programme.db"), store.Open)
	h.store, failed = store.Open(t.Context(), filepath.Join(dir, "programme.db"))
	err = errors.Join(err, failed)
	t.Cleanup(func() { h.store.Close() })
	rounds, failed := roster.NewService(h.store, h.now)
	err = errors.Join(err, failed)
	folder, failed := evidence.Open(filepath.Join(dir, "evidence"), evidence.DefaultLimits())
	err = errors.Join(err, failed)
	texts, failed := view.LoadTexts()
	if err = errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	h.access = access.NewServiceUnder(access.Policy{People: []byte("a key of this test")}, h.store, time.Now, h.now)
	h.service = application.NewService(application.Config{
		Store: h.store, Roster: rounds, Book: scorebook.NewBook(h.store, rounds, h.now), Evidence: folder, Uploads: h.store, Wall: time.Now,
		Allowance: application.DefaultAllowance(), Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Now: h.now, NewID: h.newID,
	})
	h.book = scorebook.NewBook(h.store, rounds, h.now)
	h.marking = evaluation.NewService(evaluation.Config{
		Store: h.store, Dossiers: h.service, Roster: rounds, Accounts: h.store, Book: h.book, Now: h.now, NewID: h.newID,
		Passwords: h.access, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)),
	})
	desk, failed := evaluate.New(evaluate.Config{Evaluations: h.marking, Texts: texts})
	err = errors.Join(err, failed)
	previews, failed := preview.Open(filepath.Join(dir, "previews"))
	err = errors.Join(err, failed)
	files, failed := exhibits.New(exhibits.Config{Applications: h.service, Previews: previews, Assigned: h.marking, Texts: texts})
	err = errors.Join(err, failed)
	board, failed := appoint.New(appoint.Config{Evaluations: h.marking, Rounds: rounds, Texts: texts})
	err = errors.Join(err, failed)
	results, failed := agreement.New(agreement.Config{Evaluations: h.marking, Rounds: rounds, Texts: texts})
	err = errors.Join(err, failed)
	door, failed := login.New(login.Config{Access: h.access, Texts: texts, Key: bytes.Repeat([]byte("k"), 32), Nav: web.Nav})
	err = errors.Join(err, failed)
	_, failed = rounds.OpenRound(t.Context(), access.Actor{Name: "office", Role: access.Office}, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2020〕1号", Date: roster.On(2020, time.June, 1), Basis: "宁法办发〔2019〕39号"},
	})
	err = errors.Join(err, failed)
	h.app, failed = web.New(web.Config{
		Texts: texts, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Now: h.now, NewID: h.newID,
		Ready: func(c *fiber.Ctx) error { return nil }, Doors: web.Doors{Login: door, Evaluate: desk, Appoint: board, Agreement: results, Exhibits: files, Library: &library.Door{}},
	})
	if err = errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	scheme, err := indicators.EqualScheme(indicators.Edition2019, 1000, indicators.Parts{Evaluation: 6000, Survey: 4000})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rounds.Reweigh(t.Context(), access.Actor{Name: "office", Role: access.Office}, 2020, 0, scheme, ""); err != nil {
		t.Fatal(err)
	}
	for _, n := range []access.New{
		{Name: "xixia", Role: access.Applicant, Unit: "640105"},
		{Name: "office", Role: access.Office},
		{Name: "first", Role: access.Assessor, Institution: firm},
		{Name: "second", Role: access.Assessor, Institution: firm},
		{Name: "third", Role: access.Assessor, Institution: firm},
	} {
		n.Password = password
		if n.Role != access.Applicant {
			n.Person = n.Name
		}
		if _, err := h.access.Add(t.Context(), access.Command("test"), n); err != nil {
			t.Fatal(err)
		}
	}
	h.set("2020-08-10 09:00:00")
	h.file()
	h.set("2020-09-15 09:00:00")
	return h
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) set(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = at(text)
}

func (h *house) newID() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ids++
	return fmt.Sprintf("id-%d", h.ids)
}

const firm = "宁夏法治研究院"

var key = application.Key{Round: 2020, Unit: "640105", Track: roster.Comprehensive}

// file files the dossier of 西夏区: all met but 28, which does not apply.
func (h *house) file() {
	h.t.Helper()
	ctx, by := h.t.Context(), access.Actor{Name: "xixia", Role: access.Applicant, Unit: "640105"}
	terms, err := h.service.Terms(ctx, key)
	if err != nil {
		h.t.Fatal(err)
	}
	claims := map[indicators.Number]application.Claim{}
	for _, i := range terms.Applicable {
		claims[i.Number] = application.Claim{Verdict: application.Met, Value: "100", Note: "说明" + string(i.Number)}
	}
	claims["28"] = application.Claim{Verdict: application.Inapplicable, Reason: "没有建议、提案"}
	err = errors.Join(h.service.Start(ctx, by, key), h.service.SaveSelf(ctx, by, key, 0, claims),
		h.service.SaveReport(ctx, by, key, 0, map[application.Part]string{"measures": "举措", "results": "成效", "highlights": "亮点"}),
		h.service.Attach(ctx, by, key, application.Placing{Indicators: []indicators.Number{"5"}, Dated: roster.On(2020, 7, 20)},
			"清单.pdf", strings.NewReader("%PDF-1.4\n%%EOF\n")),
		h.service.SaveProfile(ctx, by, key, 0, application.Head{Leader: application.Leader{Name: "王一", Post: "区长"}, Declared: true}))
	if err == nil {
		_, err = h.service.File(ctx, by, key, 0)
	}
	if err == nil {
		officer := access.Actor{Name: "office", Role: access.Office}
		err = h.service.Decide(ctx, officer, key, 0, application.Decision{Outcome: application.Accept, Reason: "材料齐全"})
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// finding returns what the evaluation filed, nil before it did.
func (h *house) finding() *scorebook.Finding {
	h.t.Helper()
	all, err := h.store.FindingVersions(h.t.Context(), scorebook.Key{
		Round: 2020, Unit: key.Unit, Instrument: scorebook.Evaluation, Track: key.Track,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if len(all) == 0 {
		return nil
	}
	return &all[len(all)-1]
}

// client is a browser that is signed in and keeps its cookies.
type client struct {
	h       *house
	cookies map[string]string
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (h *house) client(name string) *client {
	h.t.Helper()
	c := &client{h: h, cookies: map[string]string{}}
	form := url.Values{"csrf": {c.get("/login").csrf()}, "name": {name}, "password": {password}}
	if got := c.post("/login", form); got.status != http.StatusSeeOther {
		h.t.Fatalf("sign in: got %d", got.status)
	}
	return c
}

func (c *client) do(r *http.Request) answer {
	c.h.t.Helper()
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := c.h.app.Test(r, -1)
	if err != nil {
		c.h.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.h.t.Fatal(err)
	}
	for _, k := range res.Cookies() {
		c.cookies[k.Name] = k.Value
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

func (c *client) get(path string) answer {
	return c.do(httptest.NewRequestWithContext(c.h.t.Context(), http.MethodGet, path, nil))
}

func (c *client) post(path string, form url.Values) answer {
	r := httptest.NewRequestWithContext(c.h.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(r)
}

// fill opens a page, takes its hidden fields, and posts them with more.
func (c *client) fill(page, action string, more url.Values) answer {
	c.h.t.Helper()
	got := c.get(page)
	form := url.Values{"csrf": {got.csrf()}}
	if strings.HasSuffix(action, "/sheet") || strings.HasSuffix(action, "/submit") {
		got.versions(form)
	}
	for name, values := range more {
		form[name] = values
	}
	return c.post(action, form)
}

// versions copies the versions that a page was made from.
func (a answer) versions(form url.Values) {
	for _, m := range regexp.MustCompile(`name="(seen[^"]*)" value="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
		form.Set(m[1], m[2])
	}
}

func hidden(body, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

func (a answer) csrf() string { return hidden(a.body, "csrf") }

// want checks the status and that the page says each of the texts.
func (a answer) want(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status: got %d, want %d\n%.600s", a.status, status, a.body)
	}
	body := html.UnescapeString(a.body)
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
	if strings.Contains(body, "⟦") {
		t.Errorf("a text is missing: %.80s", body[strings.Index(body, "⟦"):])
	}
}
