package main

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"minyi/cmd/internal/rehearsal"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	surveystore "minyi/survey/store"
)

// stillClock is a programme clock that moves only when it is told to, so that
// two worlds see the same times.
type stillClock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the programme time.
func (c *stillClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Forward moves the clock.
func (c *stillClock) Forward(to time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = to
	return nil
}

// moment is a time of the rehearsed round in Ningxia.
func moment(month time.Month, day, hour int) time.Time {
	return time.Date(2020, month, day, hour, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*60*60))
}

// sent is a form that somebody of the rehearsal posted.
type sent struct {
	path string
	body []byte
	form url.Values // nil for files
}

// swap may change a form on its way to the door: what the person did
// differently in this world. It reports whether it did.
type swap func(path string, form url.Values) bool

// world is a house on a folder with the rehearsal's people in it. Everything
// that they send passes the world, which keeps it and may change it.
type world struct {
	t     *testing.T
	dir   string
	clock *stillClock
	h     *house
	play  *rehearsal.Rehearsal
	swap  swap
	names func(string) string // what files are called on their way to the door; nil: as they are
	watch *watch              // looks at what people post; may be nil
	cast  rehearsal.Config
	year  int    // of the round that is played
	base  string // address of the house itself, past the world's hands

	mu      sync.Mutex
	sent    []sent
	exhibit map[string]string // the first one of each account, as its page links it
	close   func()
}

// worldResidents answer in the worlds of tests.
const worldResidents = 300

// openWorld builds the house on a folder, new or played on, and sends the
// rehearsal's people in.
func openWorld(t *testing.T, dir string, at time.Time, change swap) *world {
	t.Helper()
	return openCast(t, dir, at, change, rehearsal.Config{Residents: worldResidents})
}

// openCast is openWorld with a round, residents and applicants of one's own.
func openCast(t *testing.T, dir string, at time.Time, change swap, cast rehearsal.Config) *world {
	t.Helper()
	w := &world{t: t, dir: dir, clock: &stillClock{now: at}, swap: change, cast: cast}
	quiet := slog.New(slog.DiscardHandler)
	var err error
	w.h, err = build(t.Context(), setup{config: config{base: "https://minyi.example"}, dir: dir, now: w.clock.Now, log: quiet, made: true})
	if err != nil {
		t.Fatal(err)
	}
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.base = "http://" + inside.Addr().String()
	go func() { _ = w.h.app.Listener(inside) }()
	const together = 16
	inner := &http.Transport{MaxIdleConnsPerHost: together, DisableCompression: true}
	outside := httptest.NewServer(w.door(inside.Addr().String(), inner))
	w.year = cmp.Or(cast.Year, 2020)
	w.play, err = rehearsal.New(rehearsal.Config{
		Server: outside.URL, Dir: dir, Seed: defaultSeed, Residents: cast.Residents, Accounts: w.people(), Year: w.year, Units: cast.Units,
		Clock: w.clock, Log: quiet,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.close = sync.OnceFunc(func() {
		w.play.Close()
		outside.Close()
		inner.CloseIdleConnections()
		if err := w.h.app.ShutdownWithTimeout(grace); err != nil {
			t.Error(err)
		}
		if err := w.h.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(w.close)
	return w
}

// people are the accounts of the rehearsal, made where they are not yet.
func (w *world) people() []rehearsal.Account {
	w.t.Helper()
	there, err := w.h.access.Accounts(w.t.Context(), access.Command("test"))
	if err != nil {
		w.t.Fatal(err)
	}
	var out []rehearsal.Account
	for _, a := range rehearsal.Roles() {
		a.Password = testPassword
		out = append(out, a)
		if slices.ContainsFunc(there, func(old access.Account) bool { return old.Name == a.Name }) {
			continue
		}
		fresh := access.New{Name: a.Name, Role: access.Role(a.Role), Unit: a.Unit, Institution: a.Institution, Person: a.Person(), Password: a.Password}
		if _, err := w.h.access.Add(w.t.Context(), access.Command("test"), fresh); err != nil {
			w.t.Fatal(err)
		}
	}
	return out
}

// door passes requests on to the house, keeps the forms and changes them.
func (w *world) door(house string, inner *http.Transport) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", house, r.In.Host
		},
		Transport: inner,
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				http.Error(rw, err.Error(), http.StatusBadGateway)
				return
			}
			body = w.pass(r, body)
			if w.watch != nil {
				relay(rw, w.watch.see(r, body, proxy))
				return
			}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		}
		proxy.ServeHTTP(rw, r)
	})
}

// relay gives an answer to who asked.
func relay(to http.ResponseWriter, got *httptest.ResponseRecorder) {
	maps.Copy(to.Header(), got.Header())
	to.WriteHeader(got.Code)
	_, _ = to.Write(got.Body.Bytes())
}

func (w *world) pass(r *http.Request, body []byte) []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	one := sent{path: r.URL.Path, body: body}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			w.t.Errorf("%s: %v", one.path, err)
		}
		if w.swap != nil && w.swap(one.path, form) {
			body = []byte(form.Encode())
		}
		one.form = form
	}
	if w.names != nil && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		body = renamed(body, w.names)
	}
	w.sent = append(w.sent, one)
	return body
}

// renamed is a body with other names of its files.
func renamed(body []byte, names func(string) string) []byte {
	return regexp.MustCompile(`filename="[^"\r\n]+"`).ReplaceAllFunc(body, func(old []byte) []byte {
		name := names(strings.TrimSuffix(strings.TrimPrefix(string(old), `filename="`), `"`))
		return []byte(`filename="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`)
	})
}

// posted returns the forms sent so far to paths that begin so.
func (w *world) posted(prefix string) []sent {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []sent
	for _, one := range w.sent {
		if strings.HasPrefix(one.path, prefix) && one.form != nil {
			out = append(out, one)
		}
	}
	return out
}

// until plays the round up to a time.
func (w *world) until(to time.Time) {
	w.t.Helper()
	if err := w.play.Play(w.t.Context(), to); err != nil {
		w.t.Fatal(err)
	}
}

// reopened closes the house and builds it again on the same folder.
func (w *world) reopened(change swap) *world {
	w.t.Helper()
	w.close()
	again := openCast(w.t, w.dir, w.clock.Now(), change, w.cast)
	again.sent = slices.Clone(w.sent)
	return again
}

// beside opens another world on a copy of the folder; what was sent up to the
// copy was sent in both.
func (w *world) beside(t *testing.T, dir string, at time.Time, before int, change swap) *world {
	t.Helper()
	other := openCast(t, dir, at, change, w.cast)
	other.sent = slices.Clone(w.sent[:before])
	return other
}

// copied returns a copy of a closed world's folder, from which another world can
// go on.
func (w *world) copied() string {
	w.t.Helper()
	w.close()
	dir := w.t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(w.dir)); err != nil {
		w.t.Fatal(err)
	}
	return dir
}

// as is a browser signed in under that name; empty for the public.
func (w *world) as(name string) *browser {
	b := newBrowser(w.t, w.h)
	b.w = w
	if name != "" {
		b.signIn(name)
	}
	return b
}

// in is the same browser, with its cookies, before another world's doors.
func (b *browser) in(w *world) *browser {
	w.t.Helper()
	other := newBrowser(w.t, w.h)
	home, _ := url.Parse(testOrigin)
	other.jar.SetCookies(home, b.jar.Cookies(home))
	return other
}

// handedOut is a link as the rehearsal keeps it.
type handedOut struct {
	Unit, PSU, Name, URL string
	Wave                 int
}

func (l handedOut) token() string { return l.URL[strings.LastIndex(l.URL, "/")+1:] }
func (l handedOut) path() string  { return "/q/" + l.token() }

// county is where a resident who was drawn lives; whoever scans a poster here
// lives elsewhere.
func (l handedOut) county() string {
	if l.PSU == "" {
		return "outside"
	}
	return l.PSU[:6]
}

// progress reads what the agency's people have handed out, and where each
// unit's survey is.
func (w *world) progress() (links, posters []handedOut, surveys map[string]string) {
	w.t.Helper()
	name := "rehearsal.json"
	if w.year != 2020 {
		name = fmt.Sprintf("rehearsal-%d.json", w.year)
	}
	raw, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	var kept struct {
		Links, Posters []handedOut
		Surveys        map[string]string
	}
	if err := json.Unmarshal(raw, &kept); err != nil {
		w.t.Fatal(err)
	}
	return kept.Links, kept.Posters, kept.Surveys
}

// trail is the whole trail of the programme half, then of the survey half.
func (w *world) trail() []audit.Entry {
	w.t.Helper()
	var all []audit.Entry
	for _, half := range []interface {
		Trail(ctx context.Context, after int64, limit int) ([]audit.Entry, error)
	}{w.h.programme, w.h.survey} {
		entries, err := half.Trail(w.t.Context(), 0, 1<<20)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, entries...)
	}
	return all
}

// sound checks both halves' trails and database files.
func (w *world) sound() {
	w.t.Helper()
	if err := w.h.programme.CheckTrail(w.t.Context()); err != nil {
		w.t.Errorf("programme: %v", err)
	}
	if err := w.h.survey.CheckTrail(w.t.Context()); err != nil {
		w.t.Errorf("survey: %v", err)
	}
}

// whole runs SQLite's own check on both files of a closed house.
func whole(t *testing.T, dir string) {
	t.Helper()
	inHalves(t, dir, func(conn *sql.Conn, half string) {
		var said string
		if err := conn.QueryRowContext(t.Context(), `PRAGMA `+half+`.integrity_check`).Scan(&said); err != nil || said != "ok" {
			t.Errorf("%s: got %q, %v, want ok", half, said, err)
		}
	})
}

// inHalves looks into both files of a folder by one connection, under the name that each
// half has in its statements.
func inHalves(t *testing.T, dir string, look func(conn *sql.Conn, half string)) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Survey, filepath.Join(dir, surveyFile), surveystore.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	conn, err := d.Reader().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(t.Context(), `ATTACH DATABASE $1 AS programme`, filepath.Join(dir, programmeFile)); err != nil {
		t.Fatal(err)
	}
	for _, half := range []string{"main", "programme"} {
		look(conn, half)
	}
}

// formTo reads the first form of a page that posts to an address that ends so,
// as a browser would send it without a change.
func formTo(t *testing.T, page, suffix string) (action string, values url.Values) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && attr(n, "method") == "post" && strings.HasSuffix(attr(n, "action"), suffix) {
			values = url.Values{}
			for c := range n.Descendants() {
				readControl(c, values)
			}
			return attr(n, "action"), values
		}
	}
	t.Fatalf("no form to …%s on the page:\n%s", suffix, page)
	return "", nil
}

func readControl(n *html.Node, values url.Values) {
	name := attr(n, "name")
	if n.Type != html.ElementNode || name == "" || n.Data == "button" {
		return
	}
	switch kind := attr(n, "type"); {
	case n.Data == "textarea":
		if n.FirstChild != nil {
			values.Add(name, strings.TrimPrefix(n.FirstChild.Data, "\n"))
		} else {
			values.Add(name, "")
		}
	case n.Data == "select":
		chosen, first := "", ""
		for o := range n.Descendants() {
			if o.Data != "option" {
				continue
			}
			if first == "" {
				first = attr(o, "value")
			}
			if hasAttr(o, "selected") {
				chosen = attr(o, "value")
			}
		}
		if chosen == "" {
			chosen = first
		}
		values.Add(name, chosen)
	case n.Data != "input" || kind == "file" || kind == "submit":
	case kind == "radio" || kind == "checkbox":
		if hasAttr(n, "checked") {
			value := attr(n, "value")
			if value == "" {
				value = "on"
			}
			values.Add(name, value)
		}
	default:
		values.Add(name, attr(n, "value"))
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// itoa writes a number.
func itoa(n int) string { return strconv.Itoa(n) }
