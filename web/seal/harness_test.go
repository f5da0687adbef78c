package seal_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
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
	"minyi/indicators/evidence"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/web"
	"minyi/web/formal"
	"minyi/web/library"
	"minyi/web/login"
	"minyi/web/seal"
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
	sealed, failed := seal.New(seal.Config{Dossiers: h.service, Texts: texts, Base: "http://minyi.example"})
	err = errors.Join(err, failed)
	check, failed := formal.New(formal.Config{Dossiers: h.service, Rounds: rounds, Texts: texts, Now: h.now})
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
		Ready: func(*fiber.Ctx) error { return nil }, Doors: web.Doors{Login: door, Seal: sealed, Formal: check, Library: &library.Door{}},
	})
	if err = errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]access.New{
		"xixia": {Role: access.Applicant, Unit: "640105"}, "yinchuan": {Role: access.Applicant, Unit: "640100"},
		"wang": {Role: access.Office, Person: "1"}, "chen": {Role: access.Office, Person: "2"},
	} {
		who.Name, who.Password = name, password
		if _, err := h.access.Add(t.Context(), access.Command("test"), who); err != nil {
			t.Fatal(err)
		}
	}
	h.set("2020-08-10 09:00:00")
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

// stored returns the dossier as it lies in the store.
func (h *house) stored(unit roster.UnitCode, track roster.Track) *application.Dossier {
	h.t.Helper()
	d, err := h.store.Dossier(h.t.Context(), application.Key{Round: 2020, Unit: unit, Track: track})
	if err != nil {
		h.t.Fatal(err)
	}
	return d
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
	if seen := hidden(got.body, "seen"); seen != "" {
		form.Set("seen", seen)
	}
	for name, values := range more {
		form[name] = values
	}
	return c.post(action, form)
}

// with posts fields with the page's form token and nothing else of it.
func (c *client) with(page, action string, fields url.Values) answer {
	c.h.t.Helper()
	form := url.Values{"csrf": {c.get(page).csrf()}}
	for name, values := range fields {
		form[name] = values
	}
	return c.post(action, form)
}

// upload sends a file with the fields around it.
func (c *client) upload(page, action, field, name string, body []byte, more map[string]string) answer {
	c.h.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	more["csrf"] = c.get(page).csrf()
	for k, v := range more {
		w.WriteField(k, v)
	}
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		c.h.t.Fatal(err)
	}
	part.Write(body)
	w.Close()
	r := httptest.NewRequestWithContext(c.h.t.Context(), http.MethodPost, action, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.do(r)
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
