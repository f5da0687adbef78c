package agreement_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/web"
	"minyi/web/agreement"
	"minyi/web/appoint"
	"minyi/web/library"
	"minyi/web/login"
	"minyi/web/view"
)

// password is that of every account, hashed its stored form (made once: Argon2id
// takes its time).
const (
	password = "quiet river stone lamp"
	hashed   = "$argon2id$v=19$m=19456,t=2,p=1$hs+neuJVGt4+Ykx6DveXvw$lQ6QyYuLxC79g2htdJG4v3G5Y2o9fhLIo5zkP/B9LGs"
	firm     = "宁夏法治研究院"
	board    = "/office/evaluation"
)

// house is the real application over a real database, in which many dossiers have
// been accepted and marked.
type house struct {
	t       testing.TB
	app     *fiber.App
	store   *store.Store
	rounds  *roster.Service
	apply   *application.Service
	marking *evaluation.Service
	access  *access.Service
	early   atomic.Bool
	mu      sync.Mutex
	ids     int
	keys    []application.Key
}

func now() time.Time { return time.Date(2020, time.September, 15, 9, 0, 0, 0, roster.Shanghai()) }

// now is the middle of the evaluation, or before the filing while the round is
// prepared.
func (h *house) now() time.Time {
	if h.early.Load() {
		return time.Date(2020, time.July, 1, 9, 0, 0, 0, roster.Shanghai())
	}
	return now()
}

func (h *house) newID() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ids++
	return fmt.Sprintf("id-%d", h.ids)
}

// sure hands on what was made, or stops the test.
func sure[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newHouse(t testing.TB, dossiers int, change func(*roster.Settings)) *house {
	t.Helper()
	if testing.Short() {
		t.Skip("one request after the other, which the race detector cannot judge")
	}
	h := &house{t: t}
	h.early.Store(true)
	dir := t.TempDir()
	dbtest.Place(t, "programme", filepath.Join(dir, "programme.db"), store.Open)
	h.store = sure(store.Open(t.Context(), filepath.Join(dir, "programme.db")))(t)
	t.Cleanup(func() { h.store.Close() })
	h.rounds = sure(roster.NewService(h.store, h.now))(t)
	folder := sure(evidence.Open(filepath.Join(dir, "evidence"), evidence.DefaultLimits()))(t)
	h.access = access.NewService(h.store, h.now, h.now)
	book, key := scorebook.NewBook(h.store, h.rounds, h.now), ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	h.apply = application.NewService(application.Config{
		Store: h.store, Roster: h.rounds, Book: book, Evidence: folder, Uploads: h.store, Wall: h.now,
		Allowance: application.DefaultAllowance(), Key: key, Now: h.now, NewID: h.newID,
	})
	h.marking = evaluation.NewService(evaluation.Config{
		Store: h.store, Dossiers: h.apply, Roster: h.rounds, Accounts: h.store, Book: book, Now: h.now, NewID: h.newID,
		Passwords: h.access, Key: key,
	})
	h.open(change)
	h.early.Store(false)
	h.serve()
	h.mark(dossiers)
	return h
}

// serve puts the doors on the application.
func (h *house) serve() {
	h.t.Helper()
	texts := sure(view.LoadTexts())(h.t)
	results := sure(agreement.New(agreement.Config{Evaluations: h.marking, Rounds: h.rounds, Texts: texts}))(h.t)
	plans := sure(appoint.New(appoint.Config{Evaluations: h.marking, Rounds: h.rounds, Texts: texts}))(h.t)
	door := sure(login.New(login.Config{Access: h.access, Texts: texts, Key: bytes.Repeat([]byte("k"), 32), Nav: web.Nav}))(h.t)
	h.app = sure(web.New(web.Config{
		Texts: texts, Log: slog.New(slog.NewTextHandler(h.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Now: h.now, NewID: h.newID,
		Ready: func(*fiber.Ctx) error { return nil }, Doors: web.Doors{Login: door, Appoint: plans, Agreement: results, Library: &library.Door{}},
	}))(h.t)
}

// open opens the round with an equal scheme, the accounts and the institution.
func (h *house) open(change func(*roster.Settings)) {
	h.t.Helper()
	ctx, office := h.t.Context(), access.Actor{Name: "office", Role: access.Office}
	settings := roster.Defaults(2020)
	if change != nil {
		change(&settings)
	}
	_, err := h.rounds.OpenRound(ctx, office, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: settings,
		Plan: roster.Plan{Number: "宁法办发〔2020〕1号", Date: roster.On(2020, time.June, 1), Basis: "宁法办发〔2019〕39号"},
	})
	scheme := sure(indicators.EqualScheme(indicators.Edition2019, 1000, indicators.Parts{Evaluation: 6000, Survey: 4000}))(h.t)
	_, failed := h.rounds.Reweigh(ctx, office, 2020, 0, scheme, "")
	err = errors.Join(err, failed, h.marking.AddInstitution(ctx, office, evaluation.Institution{
		Name: firm, Kind: evaluation.Research, Contract: "委〔2020〕7号", Round: 2020,
	}))
	for _, a := range []access.Account{
		{Name: "office", Role: access.Office},
		{Name: "finder", Role: access.Inspector, Institution: firm},
		{Name: "first", Role: access.Assessor, Institution: firm},
		{Name: "second", Role: access.Assessor, Institution: firm},
		{Name: "third", Role: access.Assessor, Institution: firm},
	} {
		a.Key, a.Hash, a.Person = a.Name, hashed, a.Name
		err = errors.Join(err, h.store.AddAccount(ctx, &a, *entry("account.add")))
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// mark accepts dossiers of as many units and puts two sheets of about 100 items on
// each; every ninth has an arbiter's too. The sixth dossier's first sheet lies
// eight marks higher than anything explains.
func (h *house) mark(dossiers int) {
	h.t.Helper()
	ctx := h.t.Context()
	var all []evaluation.Assignment
	chance := rand.New(rand.NewPCG(1, 2))
	for n, u := range h.rounds.Units()[:dossiers] {
		k := application.Key{Round: 2020, Unit: u.Code, Track: roster.Comprehensive}
		h.keys = append(h.keys, k)
		d := application.New(k, "unit", now())
		d.State, d.Seals = application.Filed, []application.Seal{{At: now(), Digest: "sealed"}}
		d.Formal = []application.Decision{{Outcome: application.Accept, Seal: "sealed"}}
		if err := h.store.AddDossier(ctx, &d, entry("dossier"), func([]application.Dossier) error { return nil }); err != nil {
			h.t.Fatal(err)
		}
		level := 6000 + 100*n
		all = append(all, h.sheet(k, "first", level+chance.IntN(60)+far(n)), h.sheet(k, "second", level+100+chance.IntN(60)))
		if n%9 == 0 {
			third := h.sheet(k, "third", level+50+chance.IntN(60))
			third.Arbiter = true
			all = append(all, third)
		}
	}
	err := h.store.Reassign(ctx, 2020, entry("assignments"), func(evaluation.Standing) ([]evaluation.Assignment, error) { return all, nil })
	if err != nil {
		h.t.Fatal(err)
	}
}

func far(n int) int {
	const sixth, off = 5, 800
	if n == sixth {
		return off
	}
	return 0
}

func entry(what string) *audit.Entry { return &audit.Entry{At: now(), Actor: "test", Action: what} }

// sheet is a submitted one, each item with about the same share of its full marks.
func (h *house) sheet(k application.Key, who string, total int) evaluation.Assignment {
	h.t.Helper()
	terms := sure(h.apply.Terms(h.t.Context(), k))(h.t)
	sum := sha256.Sum256([]byte(string(k.ID()) + who))
	s := evaluation.Sheet{
		Edits: 1, Verdicts: map[evaluation.Item]evaluation.Verdict{}, Opinion: "总体良好", SubmittedAt: now(), Scheme: 1,
		Total: indicators.Mark(total), Digest: hex.EncodeToString(sum[:]),
	}
	for i, one := range terms.Applicable {
		s.Verdicts[evaluation.Item(one.Number)] = evaluation.Verdict{Given: true, Mark: indicators.Mark(total/10 - i%7), Reason: "见材料"}
	}
	return evaluation.Assignment{
		Dossier: k, Assessor: who, Institution: firm, AssignedAt: now(), AssignedBy: "office", Sheet: s,
		Declaration: evaluation.Declaration{Interest: evaluation.Clear, At: now()},
	}
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
	res := sure(c.h.app.Test(r, -1))(c.h.t)
	defer res.Body.Close()
	body := sure(io.ReadAll(res.Body))(c.h.t)
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

// fill sends a form of a page.
func (c *client) fill(page, action string, form url.Values) answer {
	c.h.t.Helper()
	form.Set("csrf", c.get(page).csrf())
	return c.post(action, form)
}

func (a answer) csrf() string {
	if m := regexp.MustCompile(`name="csrf" value="([^"]*)"`).FindStringSubmatch(a.body); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
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

// logged counts the entries of the trail with an action.
func (h *house) logged(action string) (n int) {
	h.t.Helper()
	const all = 1 << 20
	for _, e := range sure(h.store.Trail(h.t.Context(), 0, all))(h.t) {
		if e.Action == action {
			n++
		}
	}
	return n
}
