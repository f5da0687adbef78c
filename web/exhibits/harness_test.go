package exhibits_test

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
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
	"minyi/indicators/audit"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/web"
	"minyi/web/exhibits"
	"minyi/web/library"
	"minyi/web/login"
	"minyi/web/view"
)

const (
	password = "bamboo river lantern"
	desk     = "/apply/2020/comprehensive"
)

// house is the real application over a real database, with two applicants and the
// office, and clocks of its own.
type house struct {
	t       testing.TB
	dir     string
	app     *fiber.App
	store   *store.Store
	access  *access.Service
	service *application.Service
	folder  *evidence.Folder
	mu      sync.Mutex
	clock   time.Time
	wall    time.Time
	ids     int
}

func at(text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, roster.Shanghai())
	if err != nil {
		panic(err)
	}
	return moment
}

// newHouse opens a house with an open draft of each applicant.
func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), clock: at("2020-07-01 09:00:00"), wall: at("2026-01-01 09:00:00")}
	h.open()
	_, err := h.rounds().OpenRound(t.Context(), access.Actor{Name: "office", Role: access.Office}, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2020〕1号", Date: roster.On(2020, time.June, 1), Basis: "宁法办发〔2019〕39号"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]access.New{
		"xixia": {Role: access.Applicant, Unit: "640105"}, "yinchuan": {Role: access.Applicant, Unit: "640100"}, "office": {Role: access.Office},
	} {
		a.Name, a.Password = name, password
		if _, err := h.access.Add(t.Context(), access.Command("test"), a); err != nil {
			t.Fatal(err)
		}
	}
	h.clock = at("2020-08-10 09:00:00")
	for name, unit := range map[string]roster.UnitCode{"xixia": "640105", "yinchuan": "640100"} {
		k := application.Key{Round: 2020, Unit: unit, Track: roster.Comprehensive}
		if err := h.service.Start(t.Context(), access.Actor{Name: name, Role: access.Applicant, Unit: string(unit)}, k); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *house) rounds() *roster.Service {
	h.t.Helper()
	rounds, err := roster.NewService(h.store, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	return rounds
}

// open opens the folder's database, evidence and application: the first time, and
// again as after a stop.
func (h *house) open() {
	h.t.Helper()
	var err, failed error
	dbtest.Place(h.t, "programme", filepath.Join(h.dir, "programme.db"), store.Open)
	h.store, failed = store.Open(h.t.Context(), filepath.Join(h.dir, "programme.db"))
	if failed != nil {
		h.t.Fatal(failed)
	}
	s := h.store
	h.t.Cleanup(func() { s.Close() })
	rounds := h.rounds()
	h.folder, failed = evidence.Open(filepath.Join(h.dir, "evidence"), evidence.DefaultLimits())
	err = errors.Join(err, failed)
	texts, failed := view.LoadTexts()
	err = errors.Join(err, failed)
	previews, failed := preview.Open(filepath.Join(h.dir, "previews"))
	if err = errors.Join(err, failed); err != nil {
		h.t.Fatal(err)
	}
	h.access = access.NewService(h.store, time.Now, h.now)
	h.service = application.NewService(application.Config{
		Store: h.store, Roster: rounds, Book: scorebook.NewBook(h.store, rounds, h.now), Evidence: h.folder, Uploads: h.store,
		Allowance: application.DefaultAllowance(), Now: h.now, Wall: h.machine, NewID: h.newID,
	})
	files, failed := exhibits.New(exhibits.Config{Applications: h.service, Previews: previews, Texts: texts})
	err = errors.Join(err, failed)
	door, failed := login.New(login.Config{Access: h.access, Texts: texts, Key: bytes.Repeat([]byte("k"), 32), Nav: web.Nav})
	err = errors.Join(err, failed)
	h.app, failed = web.New(web.Config{
		Texts: texts, Log: slog.New(slog.DiscardHandler), Now: h.now, NewID: h.newID,
		Ready: func(c *fiber.Ctx) error { return nil }, Doors: web.Doors{Login: door, Exhibits: files, Library: &library.Door{}},
	})
	if err = errors.Join(err, failed); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) machine() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.wall
}

func (h *house) newID() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ids++
	return fmt.Sprintf("id-%d", h.ids)
}

// stored returns the dossier as it lies in the store.
func (h *house) stored(unit roster.UnitCode) *application.Dossier {
	h.t.Helper()
	d, err := h.store.Dossier(h.t.Context(), application.Key{Round: 2020, Unit: unit, Track: roster.Comprehensive})
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// blobs lists the files that the evidence holds for good.
func (h *house) blobs() (out []string) {
	h.t.Helper()
	err := filepath.WalkDir(filepath.Join(h.dir, "evidence"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == "" {
			out = append(out, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		h.t.Fatal(err)
	}
	return out
}

// client is a browser that is signed in and keeps its cookies.
type client struct {
	h       *house
	cookies map[string]string
	token   string
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
	c.token = c.get("/login").csrf()
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

// act posts a form with its token.
func (c *client) act(path string, more map[string]string) answer {
	form := url.Values{"csrf": {c.token}}
	for k, v := range more {
		form.Set(k, v)
	}
	return c.post(path, form)
}

// sentFile is a file of a form.
type sentFile struct {
	name string
	body []byte
}

// upload sends files with the fields around them.
func (c *client) upload(fields map[string]string, files ...sentFile) answer {
	c.h.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	w.WriteField("csrf", c.token)
	for k, v := range fields {
		w.WriteField(k, v)
	}
	for _, f := range files {
		part, err := w.CreateFormFile("file", f.name)
		if err != nil {
			c.h.t.Fatal(err)
		}
		part.Write(f.body)
	}
	if _, err := w.CreateFormFile("file", ""); err != nil { // the camera's field, where nothing was taken
		c.h.t.Fatal(err)
	}
	w.Close()
	r := httptest.NewRequestWithContext(c.h.t.Context(), http.MethodPost, desk+"/exhibits", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.do(r)
}

func (a answer) csrf() string {
	m := regexp.MustCompile(`name="csrf" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// want checks the status and that the page says each of the texts.
func (a answer) want(t testing.TB, status int, texts ...string) {
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

func pdf(text string) []byte { return []byte("%PDF-1.4\n% " + text + "\n%%EOF\n") }

// file sets a dossier filed in the store, past all rules.
func (h *house) file(k application.Key) {
	h.t.Helper()
	err := h.store.UpdateDossier(h.t.Context(), k, &audit.Entry{Actor: "test", Action: "test"}, func(d *application.Dossier) error {
		d.State = application.Filed
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
