package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/web"
)

// faultyHouse is a house with an address that fails in the given way.
func faultyHouse(t *testing.T, fail fiber.Handler) (h *house, log *bytes.Buffer) {
	t.Helper()
	log = &bytes.Buffer{}
	h, err := build(t.Context(), setup{
		dir: t.TempDir(), now: testNow, log: slog.New(slog.NewTextHandler(log, nil)),
		stage: web.Stage{Show: fail, Move: fail},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, log
}

// TestS28AndF17FailuresShowASentenceAndAnID covers S28 and F17: a failure inside shows
// nothing of itself, and its id leads to the log.
func TestS28AndF17FailuresShowASentenceAndAnID(t *testing.T) {
	t.Parallel()
	const secret = "SELECT secret FROM /var/lib"
	for name, fail := range map[string]fiber.Handler{
		"error": func(*fiber.Ctx) error { return fmt.Errorf("store: %s", secret) },
		"panic": func(*fiber.Ctx) error { panic(secret) },
		"fiber": func(*fiber.Ctx) error { return fiber.NewError(http.StatusBadGateway, secret) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, log := faultyHouse(t, fail)
			got := newBrowser(t, h).get("/demo")
			id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`).FindString(got.body)
			if got.status != http.StatusInternalServerError || strings.Contains(got.body, secret) || id == "" {
				t.Errorf("got %d\n%s", got.status, got.body)
			}
			if !strings.Contains(log.String(), id) || !strings.Contains(log.String(), secret) {
				t.Errorf("the log does not lead from %s to the cause:\n%s", id, log)
			}
			if again := newBrowser(t, h).get("/login"); again.status != http.StatusOK {
				t.Errorf("after the failure: got %d", again.status)
			}
		})
	}
}

// TestLogNamesTheRouteNotThePath covers S42: a path may hold a link's secret. Of
// residents' requests there is no line at all.
func TestLogNamesTheRouteNotThePath(t *testing.T) {
	t.Parallel()
	h, log := faultyHouse(t, nil)
	b := newBrowser(t, h)
	b.get("/q/SECRETTOKEN0000000000AB?note=MARKER")
	if log.String() != "" {
		t.Errorf("a resident's visit stands in the log:\n%s", log)
	}
	b.get("/agency/surveys/SECRETTOKEN0000000000AB?note=MARKER")
	for _, secret := range []string{"SECRETTOKEN", "MARKER"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%s stands in the log:\n%s", secret, log)
		}
	}
	if !strings.Contains(log.String(), "route=/agency/surveys/:id") {
		t.Errorf("the log does not name the route:\n%s", log)
	}
}

func TestS30BodiesAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	token := csrfIn(b.get("/login").body)
	got := b.post("/login", url.Values{"csrf": {token}, "name": {strings.Repeat("x", 2<<20)}})
	if got.status != http.StatusRequestEntityTooLarge || !strings.Contains(got.body, "太大") {
		t.Errorf("2 MiB to a form of 1 MiB: got %d, want 413 with a sentence (S30)", got.status)
	}
	if got := b.get("/login"); got.status != http.StatusOK {
		t.Errorf("afterwards: got %d", got.status)
	}
}

// TestRefusedFormGivesBackWhatWasTyped sends forms that are refused before
// their own page can show them again.
func TestRefusedFormGivesBackWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	people := staff(t, h)
	office := people[access.Office]
	token := csrfIn(office.get("/password").body)
	self := "/apply/2020/comprehensive/self"
	for name, c := range map[string]struct {
		b      *browser
		path   string
		form   url.Values
		status int
	}{
		"a session that is over": {newBrowser(t, h), self, url.Values{"csrf": {"x"}, "note-1": {"三年的材料"}, "password": {"geheim"}}, http.StatusForbidden},
		"a field twice":          {office, "/office/rounds", url.Values{"csrf": {token}, "note-1": {"三年的材料", "三年的材料"}}, http.StatusBadRequest},
	} {
		got := c.b.post(c.path, c.form)
		if got.status != c.status || !strings.Contains(got.body, "三年的材料") || !strings.Contains(got.body, "note-1") {
			t.Errorf("%s: got %d, want %d with what was typed\n%s", name, got.status, c.status, got.body)
		}
		if strings.Contains(got.body, "geheim") {
			t.Errorf("%s: a password came back", name)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, self, strings.NewReader("csrf=x&note-1=planted"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := office.do(r); strings.Contains(got.body, "planted") {
		t.Error("a foreign page's text came back")
	}
}

func TestBrokenTextIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	token := csrfIn(b.get("/login").body)
	for _, body := range []string{"csrf=" + token + "&name=%ff%fe", "csrf=" + token + "&%c3%28=x"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/login", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got := b.do(r); got.status != http.StatusBadRequest || !strings.Contains(got.body, "无法识别") {
			t.Errorf("%s: got %d, want 400 with a sentence", body, got.status)
		}
	}
	if got := b.get("/%ff"); got.status != http.StatusNotFound {
		t.Errorf("broken path: got %d, want 404", got.status)
	}
}

func TestLanguageIsAskedKeptAndChineseFirst(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newHouse(t))
	for _, step := range []struct{ path, want string }{
		{"/login", `lang="zh-CN"`},
		{"/login?lang=en", `lang="en"`},
		{"/login", `lang="en"`},
		{"/login?lang=xx", `lang="en"`},
		{"/login?lang=zh-CN", `lang="zh-CN"`},
		{"/login", `lang="zh-CN"`},
	} {
		if got := b.get(step.path); !strings.Contains(got.body, "<html "+step.want) {
			t.Errorf("%s: want %s", step.path, step.want)
		}
	}
}
