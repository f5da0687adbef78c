package application_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
)

// world is a round of 2020 in a real database, with a clock of its own.
type world struct {
	t        *testing.T
	dir      string
	store    *store.Store
	roster   *roster.Service
	book     *scorebook.Book
	evidence *evidence.Folder
	service  *application.Service
	mu       sync.Mutex
	clock    time.Time
	ids      int
}

var (
	office = access.Actor{Name: "office-1", Role: access.Office}
	lawful = access.Actor{Name: "yinchuan", Role: access.Applicant, Unit: "640100"} // has rule-making power
	plain  = access.Actor{Name: "xixia", Role: access.Applicant, Unit: "640105"}    // has none: 97 indicators
)

func key(by access.Actor, track roster.Track) application.Key {
	return application.Key{Round: 2020, Unit: roster.UnitCode(by.Unit), Track: track}
}

func at(text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, roster.Shanghai())
	if err != nil {
		panic(err)
	}
	return moment
}

func newWorld(t *testing.T, change func(*roster.Settings)) *world {
	t.Helper()
	if testing.Short() && !strings.Contains(t.Name(), "AtOnce") {
		t.Skip("rules tried by one goroutine, which the race detector cannot judge")
	}
	w := &world{t: t, dir: t.TempDir(), clock: at("2020-07-01 09:00:00")}
	var err error
	dbtest.Place(t, "programme", filepath.Join(w.dir, "programme.db"), store.Open)
	if w.store, err = store.Open(t.Context(), filepath.Join(w.dir, "programme.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if w.roster, err = roster.NewService(w.store, w.now); err != nil {
		t.Fatal(err)
	}
	if w.evidence, err = evidence.Open(filepath.Join(w.dir, "evidence"), evidence.DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	w.book = scorebook.NewBook(w.store, w.roster, w.now)
	w.service = application.NewService(application.Config{
		Store: w.store, Roster: w.roster, Book: w.book, Evidence: w.evidence,
		Allowance: application.DefaultAllowance(), Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Now: w.now, NewID: w.newID,
	})
	w.open(2020, change)
	w.clock = at("2020-08-10 09:00:00")
	return w
}

func (w *world) open(year int, change func(*roster.Settings)) {
	w.t.Helper()
	settings := roster.Defaults(year)
	if change != nil {
		change(&settings)
	}
	_, err := w.roster.OpenRound(w.t.Context(), office, roster.NewRound{
		Year: year, Edition: indicators.Edition2019, Settings: settings, Override: "test",
		Plan: roster.Plan{Number: "宁法办发〔2020〕1号", Date: roster.On(year, time.June, 1), Basis: "宁法办发〔2019〕39号"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) set(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = at(text)
}

func (w *world) newID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids++
	return fmt.Sprintf("id-%d", w.ids)
}

// start opens a draft.
func (w *world) start(by access.Actor, track roster.Track) application.Key {
	w.t.Helper()
	k := key(by, track)
	if err := w.service.Start(w.t.Context(), by, k); err != nil {
		w.t.Fatal(err)
	}
	return k
}

// claims claims the first met indicators that apply as met and the others not.
func (w *world) claims(k application.Key, met int) map[indicators.Number]application.Claim {
	w.t.Helper()
	terms, err := w.service.Terms(w.t.Context(), k)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[indicators.Number]application.Claim{}
	for n, i := range terms.Applicable {
		out[i.Number] = application.Claim{Verdict: application.Met, Value: "100"}
		if n >= met {
			out[i.Number] = application.Claim{Verdict: application.Unmet, Note: "尚未做到"}
		}
	}
	return out
}

// fill writes a draft that lacks nothing, with that many indicators met.
func (w *world) fill(by access.Actor, k application.Key, met int) {
	w.t.Helper()
	d := w.own(by, k)
	ctx := w.t.Context()
	head := application.Head{Leader: application.Leader{Name: "王一", Post: "市长"}, Declared: true}
	report := map[application.Part]string{}
	for _, p := range application.Parts(k.Track) {
		report[p] = "做法与成效"
	}
	var err error
	if k.Track == roster.Single {
		head.Project, head.Title = roster.Project{Field: roster.Business}, "一网通办"
		err = w.service.Attach(ctx, by, k, application.Placing{Attachment: application.Awards}, "奖状.pdf", pdf("award"))
	} else {
		err = w.service.SaveSelf(ctx, by, k, d.Edits[application.Self], w.claims(k, met))
	}
	err = errors.Join(err,
		w.service.SaveReport(ctx, by, k, d.Edits[application.Words], report),
		w.service.SaveProfile(ctx, by, k, d.Edits[application.Profile], head))
	if err != nil {
		w.t.Fatal(err)
	}
}

// declare makes the declaration of truth over the dossier as it stands.
func (w *world) declare(by access.Actor, k application.Key) {
	w.t.Helper()
	if err := w.service.Declare(w.t.Context(), by, k, w.own(by, k).Truth()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) own(by access.Actor, k application.Key) *application.Dossier {
	w.t.Helper()
	d, _, err := w.service.Own(w.t.Context(), by, k)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// entryFor is an entry of the tests themselves.
func entryFor(k application.Key) *audit.Entry {
	return &audit.Entry{Action: "test", Object: k.Object()}
}

// trail returns the entries of an action.
func (w *world) trail(action string) []audit.Entry {
	w.t.Helper()
	all, err := w.store.Trail(w.t.Context(), 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []audit.Entry
	for _, e := range all {
		if e.Action == action {
			out = append(out, e)
		}
	}
	return out
}

func pdf(text string) *bytes.Reader {
	return bytes.NewReader([]byte("%PDF-1.4\n% " + text + "\n%%EOF\n"))
}

func wants(t *testing.T, err error, code string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Errorf("got %v, want no refusal", err)
		}
		return
	}
	if !errors.Is(err, fault.New(0, code)) {
		t.Errorf("got %v, want %s", err, code)
	}
}
