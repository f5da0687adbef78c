package notice_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/web/notice"
	"minyi/web/view"
)

// house is the public's door before the real services on a real database.
type house struct {
	t      *testing.T
	at     time.Time
	app    *fiber.App
	roster *roster.Service
	book   *scorebook.Book
	naming *naming.Service
	ids    int
}

func (h *house) now() time.Time { return h.at }

func (h *house) on(date string) {
	h.t.Helper()
	d, err := roster.ParseDate(date)
	if err != nil {
		h.t.Fatal(err)
	}
	h.at = d.Start().Add(9 * time.Hour)
}

func officer() access.Actor { return access.Actor{Name: "wang", Role: access.Office} }

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t}
	h.on("2020-07-01")
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "programme.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if h.roster, err = roster.NewService(s, h.now); err != nil {
		t.Fatal(err)
	}
	h.book = scorebook.NewBook(s, h.roster, h.now)
	h.naming = naming.NewService(s, h.roster, h.roster, h.book, h.now, func() string {
		h.ids++
		return fmt.Sprintf("id-%03d", h.ids)
	})
	files, err := evidence.Open(filepath.Join(t.TempDir(), "objections"), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.naming.Equip(naming.Equipment{Key: bytes.Repeat([]byte{1}, 32), Files: files, Visits: visited{}}); err != nil {
		t.Fatal(err)
	}
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	door, err := notice.New(notice.Config{
		Texts: texts, Roster: h.roster, Naming: h.naming, Base: "https://minyi.example", Now: h.now, Wall: h.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.app = fiber.New(fiber.Config{Immutable: true, ErrorHandler: func(c *fiber.Ctx, err error) error {
		return c.Status(view.Status(fault.KindOf(err))).SendString(err.Error())
	}})
	h.app.Use(func(c *fiber.Ctx) error {
		if lang, ok := view.ParseLang(c.Query("lang")); ok {
			view.SetLang(c, lang)
		}
		view.SetRound(c, h.at, false)
		return c.Next()
	})
	h.app.Get("/", door.Home)
	h.app.Get(notice.One, door.One)
	h.app.Get(notice.Paper, door.Paper)
	h.app.Post(notice.Reply, door.Reply)
	h.app.Get("/objections", door.Objection)
	h.app.Post("/objections", door.Object)
	h.app.Get("/objections/state", door.State)
	h.app.Post("/objections/state", door.ShowState)
	return h
}

func (h *house) ask(method, path string, fields url.Values) (status int, body string) {
	h.t.Helper()
	request := httptest.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(fields.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := h.app.Test(request, -1)
	if err != nil {
		h.t.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		h.t.Fatal(err)
	}
	if missing := regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(string(raw)); missing != "" {
		h.t.Errorf("%s: %s has no words", path, missing)
	}
	return response.StatusCode, string(raw)
}

// home gets the first page in both languages and returns the Chinese one.
func (h *house) home() string {
	h.t.Helper()
	if status, body := h.ask(fiber.MethodGet, "/?lang=en", nil); status != fiber.StatusOK {
		h.t.Fatalf("got %d: %s", status, body)
	}
	_, body := h.ask(fiber.MethodGet, "/?lang=zh-CN", nil)
	return body
}

// posted brings a round to its notice of 1 to 10 November with one candidate,
// seeing how the first page looks on the way.
func (h *house) posted() {
	h.t.Helper()
	ctx := context.WithoutCancel(h.t.Context())
	check := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	_, err := h.roster.OpenRound(ctx, officer(), roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "x", Date: roster.On(2019, time.December, 18), Basis: "宁法办发〔2019〕39号"},
	})
	check(err)
	scheme, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: 6000, Survey: 4000})
	check(err)
	_, err = h.roster.Reweigh(ctx, officer(), 2020, 0, scheme, "")
	check(err)
	h.on("2020-10-20")
	f := scorebook.Finding{
		Key:  scorebook.Key{Round: 2020, Unit: "640100", Instrument: scorebook.Evaluation, Track: roster.Comprehensive},
		Mark: 9123, Digest: scorebook.Digest([]byte("x")),
	}
	check(h.book.File(ctx, access.Actor{Name: "zhao", Role: access.Assessor}, f))
	f.Instrument, f.Track, f.Mark, f.SE, f.Low, f.High = scorebook.Survey, "", 8277, 150, 7983, 8571
	check(h.book.File(ctx, access.Actor{Name: "li", Role: access.Agency}, f))
	check(h.book.CloseInstrument(ctx, officer(), 2020, scorebook.Evaluation))
	check(h.book.CloseInstrument(ctx, officer(), 2020, scorebook.Survey))
	_, err = h.naming.Rank(ctx, officer(), 2020)
	check(err)
	target := naming.Target{Unit: "640100", Track: roster.Comprehensive}
	a, err := h.naming.Propose(ctx, officer(), 2020, naming.Proposal{Targets: []naming.Target{target}})
	check(err)
	check(h.naming.Confirm(ctx, second(), 2020, a.ID))
	check(h.naming.Post(ctx, officer(), 2020, naming.Draft{
		Medium: "宁夏日报", Contact: "0951-0000000", Window: roster.Defaults(2020).Notice, Published: []scorebook.Instrument{scorebook.Survey},
	}))
}

// visited is the one verification of these tests, closed as it should be.
type visited struct{}

func (visited) Visited(context.Context, int) ([]naming.Visited, error) {
	return []naming.Visited{{Target: naming.Target{Unit: "640100", Track: roster.Comprehensive}, Closed: true, Right: true}}, nil
}

func (visited) Reopen(context.Context, access.Actor, int, naming.Target, string) error { return nil }

func second() access.Actor { return access.Actor{Name: "chen", Role: access.Office} }

func TestC97NothingIsPublicBeforeTheNotice(t *testing.T) {
	t.Parallel()
	h := open(t)
	if body := h.home(); !strings.Contains(body, "现在没有公示") {
		t.Errorf("empty house: got %s", body)
	}
	h.posted()
	h.on("2020-10-31")
	for _, secret := range []string{"银川市", "91.23", "82.77", "宁夏日报"} {
		if strings.Contains(h.home(), secret) {
			t.Errorf("%s is public the day before the notice", secret)
		}
	}
	if status, body := h.ask(fiber.MethodGet, "/objections", nil); status != fiber.StatusOK || strings.Contains(body, "<select") || !strings.Contains(body, "现在没有公示") {
		t.Errorf("objection form: got %d, want a page without a form", status)
	}
	for _, path := range []string{"/notices/2020", "/notices/2020/notice.pdf", "/notices/2018", "/notices/x"} {
		if status, _ := h.ask(fiber.MethodGet, path, nil); status != fiber.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, status)
		}
	}
	h.on("2020-11-01")
	body := h.home()
	for _, public := range []string{"银川市", "全区法治政府建设示范市", "公示中", "还有 10 天", "现在是媒体公示阶段"} {
		if !strings.Contains(body, public) {
			t.Errorf("%s is not on the first page", public)
		}
	}
	_, body = h.ask(fiber.MethodGet, "/notices/2020", nil)
	for _, public := range []string{"银川市", "宁夏日报", "82.77", "79.83 – 85.71", "自治区党委全面依法治区委员会办公室", "<svg"} {
		if !strings.Contains(body, public) {
			t.Errorf("%s is not on the notice", public)
		}
	}
	if strings.Contains(body, "91.23") {
		t.Error("the evaluation was not published, but is shown")
	}
	for _, lang := range []string{"zh-CN", "en"} {
		if status, file := h.ask(fiber.MethodGet, "/notices/2020/notice.pdf?in="+lang, nil); status != fiber.StatusOK || !strings.HasPrefix(file, "%PDF-1.6") || !strings.Contains(file, "/Lang("+lang+")") {
			t.Errorf("paper in %s: got %d", lang, status)
		}
	}
}

func TestC35AnybodyObjectsAndLearnsTheAnswerByTheReceipt(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.posted()
	h.on("2020-11-10")
	status, body := h.ask(fiber.MethodPost, "/objections", url.Values{"target": {"640100/comprehensive"}, "name": {"马"}, "text": {" "}})
	if status != fiber.StatusUnprocessableEntity || !strings.Contains(body, "这一项必须填写") || !strings.Contains(body, `value="马"`) {
		t.Errorf("empty objection: got %d: %s", status, body)
	}
	status, body = h.ask(fiber.MethodPost, "/objections", url.Values{"target": {"640200/comprehensive"}, "text": {"x"}})
	if status != fiber.StatusUnprocessableEntity || !strings.Contains(body, "请选择公示名单中的单位") {
		t.Errorf("unit that is not listed: got %d: %s", status, body)
	}
	form := url.Values{"target": {"640100/comprehensive"}, "text": {"收费清单没有公开"}, "_website": {"https://buy.example"}, "csrf": {"mark of this form"}}
	code := h.objects(form)
	if again := h.objects(form); again != code {
		t.Errorf("the form sent again got %s, want the code %s of the first", again, code)
	}
	status, body = h.ask(fiber.MethodPost, "/objections/state", url.Values{"code": {code}})
	if status != fiber.StatusOK || !strings.Contains(body, "已收到") || strings.Contains(body, "收费清单没有公开") {
		t.Errorf("state: got %d: %s", status, body)
	}
	if _, body = h.ask(fiber.MethodGet, "/objections/state?code="+code, nil); !strings.Contains(body, `value="`+code+`"`) {
		t.Error("the code on the paper does not fill in the form")
	}
	all, err := h.naming.Objections(t.Context(), officer(), 2020)
	if err != nil || len(all) != 1 || !all[0].Bait {
		t.Fatalf("got %+v, %v, want it taken and marked", all, err)
	}
	id := all[0].ID
	for _, err := range []error{
		h.naming.Assign(t.Context(), officer(), id, officer().Name), h.naming.Ask(t.Context(), officer(), id, "哪个窗口？"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, body = h.ask(fiber.MethodPost, "/objections/state", url.Values{"code": {code}}); !strings.Contains(body, "哪个窗口？") || strings.Contains(body, "wang") {
		t.Errorf("question: got %s", body)
	}
	if status, body = h.ask(fiber.MethodPost, "/objections/reply", url.Values{"code": {code}, "words": {"三号窗口"}}); status != fiber.StatusOK || !strings.Contains(body, "三号窗口") {
		t.Errorf("reply: got %d: %s", status, body)
	}
	if err := h.naming.Answer(t.Context(), officer(), id, naming.Answer{Outcome: naming.Unfounded, Reason: "到现场看过", Words: "已在网站公开"}); err != nil {
		t.Fatal(err)
	}
	if _, body = h.ask(fiber.MethodPost, "/objections/state", url.Values{"code": {strings.ToLower(code)}}); !strings.Contains(body, "已在网站公开") || strings.Contains(body, "到现场看过") {
		t.Errorf("answer: got %s", body)
	}
	status, body = h.ask(fiber.MethodPost, "/objections/state", url.Values{"code": {"0000"}})
	if status != fiber.StatusNotFound || !strings.Contains(body, "没有找到这份异议") {
		t.Errorf("wrong code: got %d: %s", status, body)
	}
	h.on("2020-11-11")
	if _, body := h.ask(fiber.MethodGet, "/objections", nil); strings.Contains(body, "<select") || !strings.Contains(body, "0951-0000000") {
		t.Error("after the notice: want no form, and whom to write to")
	}
}

// objects files an objection and returns its receipt code.
func (h *house) objects(fields url.Values) string {
	h.t.Helper()
	status, body := h.ask(fiber.MethodPost, "/objections", fields)
	code := regexp.MustCompile(`>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})<`).FindStringSubmatch(body)
	if status != fiber.StatusOK || code == nil || !strings.Contains(body, "<svg") {
		h.t.Fatalf("got %d: %s", status, body)
	}
	return code[1]
}

func TestS20ANetworkThatWritesTooOftenLosesNothingThatWasTyped(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.posted()
	h.on("2020-11-02")
	typed := url.Values{"target": {"640100/comprehensive"}, "text": {"收费清单没有公开"}}
	for range 12 {
		h.objects(typed)
	}
	status, body := h.ask(fiber.MethodPost, "/objections", typed)
	if status != fiber.StatusTooManyRequests || !strings.Contains(body, "收费清单没有公开") {
		t.Errorf("got %d: %s, want the form with what was typed", status, body)
	}
	h.at = h.at.Add(time.Minute)
	h.objects(typed)
}

// Who has lost the code learns on the page what helps and whom to ask, in both languages,
// also after a code that is none, and nothing of a notice that has not begun.
func TestWhoHasLostTheCodeLearnsWhatHelps(t *testing.T) {
	t.Parallel()
	h := open(t)
	const contact = "0951-0000000"
	page := func(when, lang string, tells bool, words ...string) {
		t.Helper()
		for method, want := range map[string]int{fiber.MethodGet: fiber.StatusOK, fiber.MethodPost: fiber.StatusNotFound} {
			status, body := h.ask(method, "/objections/state?lang="+lang, url.Values{"code": {"0000"}})
			if status != want || strings.Contains(body, contact) != tells {
				t.Errorf("%s %s, %s: got %d, want %d, contact %t", method, when, lang, status, want, tells)
			}
			for _, word := range words {
				if !strings.Contains(body, word) {
					t.Errorf("%s %s, %s: %q is missing", method, when, lang, word)
				}
			}
		}
	}
	all := func(when string, tells bool) {
		t.Helper()
		page(when, "zh-CN", tells, "回执编号丢了怎么办", "二维码", "不能补发", "还是找不到的，请联系")
		page(when, "en", tells, "If you have lost the receipt code", "QR code", "nobody can look it up", "please contact")
	}
	all("without a round", false)
	h.posted()
	h.on("2020-10-31")
	all("the day before the notice", false)
	h.on("2020-11-02")
	all("while it stands", true)
	h.on("2020-12-20")
	all("afterwards", true)
}
