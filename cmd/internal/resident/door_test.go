package resident_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
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
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
	"minyi/survey/store"
	"minyi/web/respond"
	"minyi/web/view"
)

// door is the resident's door before the real service on a real database, on a
// port of its own.
type door struct {
	t       testing.TB
	origin  string
	at      atomic.Int64 // the programme's clock, Unix seconds
	store   *store.Store
	intake  *store.Intake
	service *survey.Service
	stop    func() error // ends the intake: from then on nothing can be stored
	oneTime []string
	posters []string // the first is open, the second takes one answer, the third begins later, the fourth is over
}

// aFew is the number of sheets an hour that a poster takes before it asks for work
// or a wait.
const aFew = 30

func secret(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func (d *door) now() time.Time { return time.Unix(d.at.Load(), 0).UTC() }

// set moves the clock to the morning of a day.
func (d *door) set(year int, month time.Month, day int) {
	d.at.Store(time.Date(year, month, day, 1, 0, 0, 0, time.UTC).Unix())
}

// open starts the door of a survey with every type of question, open from 1
// September to 31 October 2020; it is 15 September.
func open(t testing.TB) *door {
	t.Helper()
	form, err := os.ReadFile("testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	return openWith(t, form)
}

func openWith(t testing.TB, form []byte) *door {
	t.Helper()
	if testing.Short() {
		t.Skip("looks at pages in a browser")
	}
	base, err := db.Open(t.Context(), db.Survey, filepath.Join(t.TempDir(), "survey.db"), store.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	d := &door{t: t, store: store.New(base)}
	d.set(2020, time.September, 15)
	if d.intake, err = store.StartIntake(t.Context(), base); err != nil {
		t.Fatal(err)
	}
	d.stop = sync.OnceValue(d.intake.Close)
	t.Cleanup(func() {
		if err := errors.Join(d.stop(), base.Close()); err != nil {
			t.Error(err)
		}
	})
	d.create(form)
	signer, err := invite.NewSigner(secret('i'))
	if err != nil {
		t.Fatal(err)
	}
	vault, err := store.OpenVault(filepath.Join(t.TempDir(), "waves"))
	if err != nil {
		t.Fatal(err)
	}
	d.service, err = survey.NewService(t.Context(), survey.Config{
		Store: d.store, Vault: vault, Intake: d.intake, Signer: signer, Secret: secret('s'),
		Key: ed25519.NewKeyFromSeed(secret('e')), Now: d.now, NewID: newID(), Rehearsal: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.oneTime, d.posters = d.links(invite.OneTime), d.links(invite.Poster)
	d.serve()
	return d
}

func newID() func() string {
	var n atomic.Int64
	return func() string { return fmt.Sprintf("key-%012d", n.Add(1)) }
}

// create makes the survey. Of those who say that they are men one answer counts.
func (d *door) create(form []byte) {
	d.t.Helper()
	made, err := survey.NewPaper(form, filling())
	if err != nil {
		d.t.Fatal(err)
	}
	paper, err := made.Questionnaire()
	if err != nil {
		d.t.Fatal(err)
	}
	batches, err := invite.Batches(nil).Issue(invite.Batch{Kind: invite.OneTime, Count: 20, Stratum: "urban", PSU: "A"})
	if err != nil {
		d.t.Fatal(err)
	}
	sv := &survey.Survey{
		ID: "s", Round: 2020, Unit: "640100", UnitName: survey.Text{Zh: "银川市", En: "Yinchuan"}, State: survey.Planned,
		Window: roster.Between(roster.On(2020, time.September, 1), roster.On(2020, time.October, 31)), Rehearsal: true, Paper: made, Batches: batches,
	}
	men := &survey.Quota{Questions: []string{"b1"}, Cells: []survey.Cell{{Codes: []string{"male"}, Limit: 1}}}
	err = errors.Join(sv.Cap(paper, men), sv.Hang("政务大厅"), sv.Hang("图书馆"), sv.Hang("车站"), sv.Hang("公园"))
	for number, l := range map[uint32]survey.Limits{
		3: {From: sv.Window.From, To: sv.Window.To, Cap: 1},
		4: {From: roster.On(2020, time.October, 20), To: sv.Window.To, Cap: 9},
		5: {From: sv.Window.From, To: roster.On(2020, time.September, 3), Cap: 9},
	} {
		err = errors.Join(err, sv.Limit(number, l))
	}
	if err = errors.Join(err, sv.Start(d.now())); err != nil {
		d.t.Fatal(err)
	}
	entry := audit.Entry{At: d.now(), Actor: "test", Role: "agency", Action: "survey.create", Object: "survey/s"}
	if err := d.store.Create(d.t.Context(), sv, entry); err != nil {
		d.t.Fatal(err)
	}
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
		Areas: []questionnaire.AreaOption{
			{Code: "640104", Text: questionnaire.Text{Zh: "兴庆区", En: "Xingqing"}},
			{Code: "640181", Text: questionnaire.Text{Zh: "灵武市", En: "Lingwu"}},
			{Code: "640303", Text: questionnaire.Text{Zh: "红寺堡区", En: "Hongsibu"}},
		},
		System: "city-county",
	}
}

func (d *door) links(kind invite.Kind) (out []string) {
	d.t.Helper()
	agent := access.Actor{Name: "agency", Role: access.Agency}
	err := d.service.Links(d.t.Context(), agent, "s", kind, func(l survey.Link) error {
		out = append(out, l.Token)
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// serve puts the door on a port, in an application as web builds it.
func (d *door) serve() {
	d.t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		d.t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(d.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		d.t.Fatal(err)
	}
	d.origin = "http://" + l.Addr().String()
	made, err := respond.New(respond.Deps{
		Surveys: d.service, Texts: texts, Secret: secret('k'), Base: d.origin,
		Now: d.now, NewID: newID(), Log: slog.New(slog.DiscardHandler), PosterHour: aFew,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	app := fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true, StreamRequestBody: true, WriteBufferSize: 16 << 10, DisableStartupMessage: true,
		ErrorHandler: func(c *fiber.Ctx, err error) error { return c.SendStatus(view.Status(fault.KindOf(err))) },
	})
	for _, path := range []string{"/q/:token", "/Q/:token"} {
		app.Get(path, made.Open)
		app.Post(path, made.Answer)
	}
	app.Get(made.AssetPath(), made.Asset)
	go func() { _ = app.Listener(l) }()
	d.t.Cleanup(func() { _ = app.Shutdown() })
}

var (
	hidden = regexp.MustCompile(`<input type="hidden" name="_form" value="([^"]*)">`)
	goOn   = regexp.MustCompile(`<p id="code">[^0-9A-Z]*([0-9A-Z]{4}-[0-9A-Z]{4})`)
)

// found returns what the expression finds on a page, empty where it finds nothing.
func found(e *regexp.Regexp, page string) string {
	if m := e.FindStringSubmatch(page); m != nil {
		return m[1]
	}
	return ""
}

// ask sends a request without a browser and returns the page.
func (d *door) ask(method, token string, fields url.Values) string {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.origin+"/q/"+token, strings.NewReader(fields.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(page)
}

// ticket is the ticket of a fresh form.
func (d *door) ticket(token string) string {
	d.t.Helper()
	got := found(hidden, d.ask(http.MethodGet, token, nil))
	if got == "" {
		d.t.Fatalf("no ticket behind %s", token)
	}
	return got
}
