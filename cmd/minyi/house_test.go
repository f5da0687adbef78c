package main

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
)

// testNow is a moment inside the filing window of the 2020 round.
func testNow() time.Time { return time.Date(2020, 8, 15, 1, 0, 0, 0, time.UTC) }

func openSurveyHalf(ctx context.Context, path string) (*db.DB, error) {
	return db.Open(ctx, db.Survey, path, surveystore.Migrations())
}

// newHouse builds the whole service on an empty folder.
func newHouse(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	dbtest.Place(t, "programme", filepath.Join(dir, programmeFile), store.Open)
	dbtest.Place(t, "survey", filepath.Join(dir, surveyFile), openSurveyHalf)
	h, err := build(t.Context(), setup{
		config: config{base: "https://minyi.example"}, dir: dir, now: testNow,
		log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

const testPassword = "quiet river stone lamp"

// walkers are a house with somebody of every role and nobody, for walks over all
// routes: one thing is asked after the other, which the race detector cannot judge.
func walkers(t *testing.T) (*house, map[access.Role]*browser) {
	t.Helper()
	if testing.Short() {
		t.Skip("asks one thing after the other, which the race detector cannot judge")
	}
	h := newHouse(t)
	people := staff(t, h)
	people[""] = newBrowser(t, h)
	return h, people
}

// staff adds one account of every role and returns a signed-in browser for each.
func staff(t *testing.T, h *house) map[access.Role]*browser {
	t.Helper()
	all := map[access.Role]*browser{}
	for _, role := range access.Roles() {
		fresh := access.New{Name: "a-" + string(role), Role: role, Password: testPassword}
		if role == access.Applicant {
			fresh.Unit = "640100"
		} else {
			fresh.Person = fresh.Name
		}
		if _, err := h.access.Add(t.Context(), access.Command("test"), fresh); err != nil {
			t.Fatal(err)
		}
		b := newBrowser(t, h)
		b.signIn(fresh.Name)
		all[role] = b
	}
	return all
}

// browser asks the application without a network, keeps cookies, and follows
// no redirect.
type browser struct {
	t   *testing.T
	h   *house
	jar *cookiejar.Jar
	w   *world   // whose watch sees what is posted; may be nil
	at  [2]int64 // how far the trails of both halves had come
}

func newBrowser(t *testing.T, h *house) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, h: h, jar: jar}
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

const testOrigin = "http://minyi.example"

func (b *browser) do(r *http.Request) reply {
	b.t.Helper()
	home, _ := url.Parse(testOrigin)
	r.Host = home.Host
	for _, c := range b.jar.Cookies(home) {
		r.AddCookie(c)
	}
	res, err := b.passed(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.jar.SetCookies(home, res.Cookies())
	return reply{status: res.StatusCode, header: res.Header, body: string(body)}
}

// passed asks the house, past the watch of a world where there is one. Of every form
// that is taken it wants an entry in the trail (S50).
func (b *browser) passed(r *http.Request) (*http.Response, error) {
	b.t.Helper()
	if r.Method != http.MethodPost {
		return b.h.app.Test(r, -1)
	}
	if b.w == nil || b.w.watch == nil {
		_, readable := b.fresh()
		res, err := b.h.app.Test(r, -1)
		route := b.h.routeOf(r.URL.Path)
		again := steps()[route].act != "" // who asks once more is led to what was done
		if err == nil && res.StatusCode < http.StatusBadRequest && unlogged()[route] == "" && !again && readable {
			if all, readable := b.fresh(); readable && len(all) == 0 {
				b.t.Errorf("POST %s was done and left no entry in the trail (S50)", route)
			}
		}
		return res, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	return b.w.watch.see(r, body, b).Result(), nil
}

// fresh are the entries of both trails that came since it was asked last; a store that
// is made to fail cannot be asked.
func (b *browser) fresh() (out []audit.Entry, readable bool) {
	b.t.Helper()
	for n, half := range []trailed{b.h.programme, b.h.survey} {
		all, err := half.Trail(b.t.Context(), b.at[n], 1<<20)
		if err != nil {
			return nil, false
		}
		if len(all) > 0 {
			b.at[n] = all[len(all)-1].Seq
		}
		out = append(out, all...)
	}
	return out, true
}

// trailed is a half of the house.
type trailed interface {
	Trail(ctx context.Context, after int64, limit int) ([]audit.Entry, error)
}

// routeOf is the route of a form: where several fit, that with the fewest parameters.
func (h *house) routeOf(path string) string {
	best := ""
	for _, g := range h.grants {
		if g.Method == http.MethodPost && sameRoute(path, g.Path) && (best == "" || strings.Count(g.Path, ":") < strings.Count(best, ":")) {
			best = g.Path
		}
	}
	return best
}

// ServeHTTP answers as the house does.
func (b *browser) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	res, err := b.h.app.Test(r, -1)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = res.Body.Close() }()
	maps.Copy(rw.Header(), res.Header)
	rw.WriteHeader(res.StatusCode)
	_, _ = io.Copy(rw, res.Body)
}

func (b *browser) get(path string) reply {
	b.t.Helper()
	return b.do(httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, path, nil))
}

func (b *browser) post(path string, form url.Values) reply {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func csrfIn(page string) string {
	m := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

func (b *browser) signIn(name string) {
	b.t.Helper()
	token := csrfIn(b.get("/login").body)
	got := b.post("/login", url.Values{"csrf": {token}, "name": {name}, "password": {testPassword}})
	if got.status != http.StatusSeeOther {
		b.t.Fatalf("sign in %s: got %d\n%s", name, got.status, got.body)
	}
}
