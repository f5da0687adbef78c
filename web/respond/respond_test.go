package respond_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
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

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
	"minyi/survey/store"
	"minyi/web/respond"
	"minyi/web/view"
)

// fromHeader says from which address a test's request comes; without it, it is
// always the same.
const fromHeader = "X-From"

// ownBase is the configured address of the service.
const ownBase = "https://minyi.example"

// clock is the programme's clock of a test.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// house is the door before the real service on a real database.
type house struct {
	t       testing.TB
	app     *fiber.App
	clock   *clock
	dir     string // holds all that is stored
	service *survey.Service
	store   *store.Store
	intake  *store.Intake
	stop    func() error // ends the intake: from then on nothing can be stored
	paper   *questionnaire.Questionnaire
	oneTime []string // links of the sample
	poster  string
}

func agent() access.Actor { return access.Actor{Name: "agency", Role: access.Agency} }

func secret(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

// open builds the house: one survey with four one-time links and a poster, open
// from 1 September to 31 October 2020; it is 15 September.
func open(t testing.TB) *house {
	t.Helper()
	return openWith(t, questionnaire.Default())
}

// openWith builds the house with another questionnaire.
func openWith(t testing.TB, form []byte) *house {
	t.Helper()
	return openMany(t, form, 4)
}

// openFilled builds the house with the usual questionnaire filled in in another way.
func openFilled(t testing.TB, with questionnaire.Filling) *house {
	t.Helper()
	return openOf(t, questionnaire.Default(), 4, with)
}

// openMany builds the house with as many one-time links as are asked for.
func openMany(t testing.TB, form []byte, links uint32) *house {
	t.Helper()
	return openOf(t, form, links, filling())
}

func openHalf(ctx context.Context, path string) (*db.DB, error) {
	return db.Open(ctx, db.Survey, path, store.Migrations())
}

// openOf builds the house with all that can be chosen; cells are those of a quota
// of age and sex.
func openOf(t testing.TB, form []byte, links uint32, with questionnaire.Filling, cells ...survey.Cell) *house {
	t.Helper()
	dir := t.TempDir()
	dbtest.Place(t, "survey", filepath.Join(dir, "survey.db"), openHalf)
	d, err := openHalf(t.Context(), filepath.Join(dir, "survey.db"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, dir: dir, store: store.New(d), clock: &clock{time.Date(2020, 9, 15, 1, 0, 0, 0, time.UTC)}}
	if h.intake, err = store.StartIntake(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	h.stop = sync.OnceValue(h.intake.Close)
	t.Cleanup(func() {
		if err := errors.Join(h.stop(), d.Close()); err != nil {
			t.Error(err)
		}
	})
	h.createSurvey(form, links, with, cells)
	signer, err := invite.NewSigner(secret('i'))
	if err != nil {
		t.Fatal(err)
	}
	vault, err := store.OpenVault(filepath.Join(dir, "waves"))
	if err != nil {
		t.Fatal(err)
	}
	h.service, err = survey.NewService(t.Context(), survey.Config{
		Store: h.store, Vault: vault, Intake: h.intake, Signer: signer, Secret: secret('s'),
		Key: ed25519.NewKeyFromSeed(secret('e')), Now: h.clock.now, NewID: newID(), Rehearsal: true, Notice: "notice-4f1c0a9be37d5286",
	})
	if err != nil {
		t.Fatal(err)
	}
	h.oneTime = h.links(invite.OneTime)
	h.poster = h.links(invite.Poster)[0]
	h.mount(io.Discard, respond.DefaultPosterHour)
	return h
}

func newID() func() string {
	var n atomic.Int64 // residents come at once
	return func() string { return fmt.Sprintf("key-%012d", n.Add(1)) }
}

func (h *house) createSurvey(form []byte, links uint32, with questionnaire.Filling, cells []survey.Cell) {
	h.t.Helper()
	made, err := survey.NewPaper(form, with)
	if err != nil {
		h.t.Fatal(err)
	}
	if h.paper, err = made.Questionnaire(); err != nil {
		h.t.Fatal(err)
	}
	batches, err := invite.Batches(nil).Issue(invite.Batch{Kind: invite.OneTime, Count: links, Stratum: "urban", PSU: "A"})
	if err != nil {
		h.t.Fatal(err)
	}
	sv := &survey.Survey{
		ID: "s", Round: 2020, Unit: "640100", UnitName: survey.Text{Zh: "银川市", En: "Yinchuan"}, State: survey.Planned,
		Window: roster.Between(day("2020-09-01"), day("2020-10-31")), Rehearsal: true, Paper: made, Batches: batches,
	}
	if cells != nil {
		if err := sv.Cap(h.paper, &survey.Quota{Questions: []string{"s1", "b1"}, Cells: cells}); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := errors.Join(sv.Hang("政务大厅"), sv.Start(h.clock.at)); err != nil {
		h.t.Fatal(err)
	}
	entry := audit.Entry{At: h.clock.at, Actor: "test", Role: "agency", Action: "survey.create", Object: "survey/s"}
	if err := h.store.Create(h.t.Context(), sv, entry); err != nil {
		h.t.Fatal(err)
	}
}

func day(s string) roster.Date {
	var d roster.Date
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err) // a constant of this file
	}
	return d
}

func (h *house) links(kind invite.Kind) []string {
	h.t.Helper()
	var out []string
	err := h.service.Links(h.t.Context(), agent(), "s", kind, func(l survey.Link) error {
		out = append(out, l.Token)
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// mount puts the door into a Fiber application as web builds it, with its log and
// the number of sheets an hour that a poster takes before it asks for work.
func (h *house) mount(log io.Writer, hour int) {
	h.t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		h.t.Fatal(err)
	}
	door, err := respond.New(respond.Deps{
		Surveys: h.service, Texts: texts, Secret: secret('k'), Base: ownBase,
		Now: h.clock.now, NewID: newID(), Log: slog.New(slog.NewTextHandler(log, nil)), PosterHour: hour,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.app = fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true, StreamRequestBody: true, WriteBufferSize: 16 << 10, DisableStartupMessage: true,
		ErrorHandler: func(c *fiber.Ctx, err error) error { return c.SendStatus(view.Status(fault.KindOf(err))) },
	})
	h.app.Use(func(c *fiber.Ctx) error {
		view.SetClient(c, c.Get(fromHeader, "203.0.113.7"))
		return c.Next()
	})
	for _, path := range []string{"/q/:token", "/Q/:token", "/q/:token/", "/Q/:token/"} {
		h.app.Get(path, door.Open)
		h.app.Post(path, door.Answer)
	}
	h.app.Get(door.AssetPath(), door.Asset)
}

// kept reads every stored sheet back, in an order that means nothing.
func (h *house) kept() []questionnaire.Sheet {
	h.t.Helper()
	var out []questionnaire.Sheet
	err := h.intake.Answers(1, func(_ uint32, packed []byte) error {
		s, err := h.paper.Unpack(packed, "")
		out = append(out, s)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func filling() questionnaire.Filling {
	return questionnaire.Filling{
		Values: map[string]questionnaire.Text{
			"subject":   {Zh: "银川市政府及其部门", En: "the government of Yinchuan"},
			"organiser": {Zh: "自治区党委依法治区办", En: "the regional office for law-based governance"},
			"agency":    {Zh: "某调查机构", En: "a survey agency"},
			"phone":     {Zh: "0951-0000000", En: "0951-0000000"},
			"months":    {Zh: "12", En: "12"},
		},
		Areas:  counties(),
		System: "city-county",
	}
}

// page is one answer of the door.
type page struct {
	status int
	header http.Header
	body   string
	packed int // bytes as sent, compressed
}

func (h *house) do(req *http.Request) page {
	h.t.Helper()
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := h.app.Test(req, -1)
	if err != nil {
		h.t.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	p := page{status: res.StatusCode, header: res.Header, body: string(raw), packed: len(raw)}
	if res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			h.t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil {
			h.t.Fatal(err)
		}
		p.body = string(plain)
	}
	return p
}

func (h *house) get(path string) page {
	h.t.Helper()
	return h.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form; headers are pairs.
func (h *house) post(path string, form url.Values, headers ...string) page {
	h.t.Helper()
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return h.do(req)
}

var (
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	checked     = regexp.MustCompile(`<input type="(?:radio|checkbox)" name="([^"]*)" value="([^"]*)" checked>`)
	line        = regexp.MustCompile(`<input class="x" name="([^"]*)"[^>]* value="([^"]*)"`)
	action      = regexp.MustCompile(`<form id="f"[^>]* method="post" action="([^"]*)">`)
)

// form reads the form of a page as a browser would send it, buttons left out.
func (p page) form() url.Values {
	v := url.Values{}
	for _, re := range []*regexp.Regexp{hiddenField, checked} {
		for _, m := range re.FindAllStringSubmatch(p.body, -1) {
			v.Add(unescape(m[1]), unescape(m[2]))
		}
	}
	for _, m := range line.FindAllStringSubmatch(p.body, -1) {
		v.Add(unescape(m[1]), unescape(m[2]))
	}
	if _, rest, ok := strings.Cut(p.body, "<textarea"); ok {
		_, rest, _ = strings.Cut(rest, ">")
		text, _, _ := strings.Cut(rest, "</textarea>")
		v.Set("o1", unescape(text))
	}
	return v
}

func (p page) action() string {
	if m := action.FindStringSubmatch(p.body); m != nil {
		return m[1]
	}
	return ""
}

func unescape(s string) string {
	return strings.NewReplacer("&#43;", "+", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// press sends the form of a page with a button and further fields (pairs).
func (h *house) press(p page, button string, pairs ...string) page {
	h.t.Helper()
	form := p.form()
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	form.Set("_do", button)
	return h.post(p.action(), form)
}

// answersAll is a whole sheet.
func answersAll() url.Values {
	v := url.Values{
		"consent": {"yes"}, "s1": {"30-39"}, "s2": {"640104"}, "s3": {"ge6m"}, "s4": {"no"},
		"b1": {"female"}, "b2": {"urban"}, "b3": {"service", "dispute"}, "i1": {"no"}, "o1": {"办事很快"},
	}
	for i := 1; i <= 12; i++ {
		v.Set(fmt.Sprintf("q%02d", i), "4")
	}
	return v
}

// has fails unless the page holds every text.
func (h *house) has(p page, texts ...string) {
	h.t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
			h.t.Errorf("page lacks %q:\n%s", text, p.body)
		}
	}
	if strings.Contains(p.body, "⟦") {
		h.t.Errorf("page shows an unknown text key:\n%s", p.body)
	}
}

func (h *house) status(p page, want int) {
	h.t.Helper()
	if p.status != want {
		h.t.Errorf("status: got %d, want %d\n%s", p.status, want, p.body)
	}
}
