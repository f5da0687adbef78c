package evaluation_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
)

// world is a round of 2020 with two filed dossiers, in a real database, at the
// beginning of its evaluation.
type world struct {
	t       testing.TB
	store   *store.Store
	roster  *roster.Service
	book    *scorebook.Book
	apply   *application.Service
	service *evaluation.Service
	mu      sync.Mutex
	clock   time.Time
	ids     int
}

var (
	office = access.Actor{Name: "office-1", Role: access.Office}
	plain  = access.Actor{Name: "xixia", Role: access.Applicant, Unit: "640105"}
	single = access.Actor{Name: "yinchuan", Role: access.Applicant, Unit: "640100"}
	first  = assessor("first")
	second = assessor("second")
	third  = assessor("third")
	fourth = assessor("fourth")

	wide = application.Key{Round: 2020, Unit: "640105", Track: roster.Comprehensive}
	one  = application.Key{Round: 2020, Unit: "640100", Track: roster.Single}
)

const firm = "宁夏法治研究院"

func assessor(name string) access.Actor {
	return access.Actor{Name: name, Role: access.Assessor, Institution: firm}
}

func at(text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, roster.Shanghai())
	if err != nil {
		panic(err)
	}
	return moment
}

func newWorld(t testing.TB, change func(*roster.Settings)) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("rules tried by one goroutine, which the race detector cannot judge")
	}
	w := &world{t: t, clock: at("2020-07-01 09:00:00")}
	dir := t.TempDir()
	var err error
	dbtest.Place(t, "programme", filepath.Join(dir, "programme.db"), store.Open)
	if w.store, err = store.Open(t.Context(), filepath.Join(dir, "programme.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	folder, err := evidence.Open(filepath.Join(dir, "evidence"), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if w.roster, err = roster.NewService(w.store, w.now); err != nil {
		t.Fatal(err)
	}
	w.book = scorebook.NewBook(w.store, w.roster, w.now)
	w.apply = application.NewService(application.Config{
		Store: w.store, Roster: w.roster, Book: w.book, Evidence: folder,
		Allowance: application.DefaultAllowance(), Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Now: w.now, NewID: w.newID,
	})
	w.service = evaluation.NewService(evaluation.Config{
		Store: w.store, Dossiers: w.apply, Roster: w.roster, Accounts: w.store, Book: w.book, Now: w.now, NewID: w.newID,
		Passwords: access.NewService(w.store, w.now, w.now), Key: signingKey(),
	})
	w.round(change)
	w.file()
	w.set("2020-09-01 00:00:00")
	return w
}

// round opens 2020 with an equal scheme of full marks 10.00, 5.00 for each
// additional item, and the accounts of four assessors with a contract.
func (w *world) round(change func(*roster.Settings)) {
	w.t.Helper()
	settings := roster.Defaults(2020)
	if change != nil {
		change(&settings)
	}
	ctx := w.t.Context()
	_, err := w.roster.OpenRound(ctx, office, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: settings,
		Plan: roster.Plan{Number: "宁法办发〔2020〕1号", Date: roster.On(2020, time.June, 1), Basis: "宁法办发〔2019〕39号"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	scheme, err := indicators.EqualScheme(indicators.Edition2019, 1000, indicators.Parts{Evaluation: 6000, Survey: 3000, Verification: 1000})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, weights := range scheme.Systems {
		for _, n := range []indicators.Number{"A1", "A2", "A3", "A4"} {
			weights.Items[n] = indicators.Item{Full: 500, Method: indicators.Documents}
		}
	}
	scheme.BonusCap, scheme.PenaltyCap = 300, 500
	if _, err := w.roster.Reweigh(ctx, office, 2020, 0, scheme, ""); err != nil {
		w.t.Fatal(err)
	}
	for _, a := range []access.Actor{first, second, third, fourth} {
		w.account(a)
	}
	wants(w.t, w.service.AddInstitution(ctx, office, evaluation.Institution{
		Name: firm, Kind: evaluation.Research, Contract: "委〔2020〕7号", Round: 2020,
	}), "")
}

func (w *world) account(a access.Actor) {
	w.t.Helper()
	err := w.store.AddAccount(w.t.Context(), &access.Account{
		Key: access.Fold(a.Name), Name: a.Name, Role: a.Role, Unit: a.Unit, Institution: a.Institution, Person: a.Name, Hash: hashed,
	}, audit.Entry{At: w.now(), Actor: "test", Action: "account.add"})
	if err != nil {
		w.t.Fatal(err)
	}
}

// file files both dossiers: in the first, 28 is claimed not applicable and 2
// unmet, all else met.
func (w *world) file() {
	w.t.Helper()
	w.set("2020-08-10 09:00:00")
	ctx := w.t.Context()
	terms, err := w.apply.Terms(ctx, wide)
	if err != nil {
		w.t.Fatal(err)
	}
	claims := map[indicators.Number]application.Claim{}
	for _, i := range terms.Applicable {
		claims[i.Number] = application.Claim{Verdict: application.Met}
	}
	claims["2"] = application.Claim{Verdict: application.Unmet}
	claims["28"] = application.Claim{Verdict: application.Inapplicable, Reason: "没有建议、提案"}
	for _, f := range []struct {
		by access.Actor
		k  application.Key
	}{{plain, wide}, {single, one}} {
		head := application.Head{Leader: application.Leader{Name: "王一", Post: "区长"}, Declared: true}
		place := application.Placing{Indicators: []indicators.Number{"1"}}
		if f.k == one {
			head.Project, head.Title = roster.Project{Field: roster.Business}, "一网通办"
			place = application.Placing{Attachment: application.Awards}
		}
		report := map[application.Part]string{}
		for _, p := range application.Parts(f.k.Track) {
			report[p] = "做法与成效"
		}
		err := w.apply.Start(ctx, f.by, f.k)
		if f.k == wide {
			err = errors.Join(err, w.apply.SaveSelf(ctx, f.by, f.k, 0, claims))
		}
		err = errors.Join(err, w.apply.SaveReport(ctx, f.by, f.k, 0, report),
			w.apply.Attach(ctx, f.by, f.k, place, "证明.pdf", pdf()), w.apply.SaveProfile(ctx, f.by, f.k, 0, head))
		if err == nil {
			_, err = w.apply.File(ctx, f.by, f.k, 0)
		}
		if err == nil {
			err = w.apply.Decide(ctx, office, f.k, 0, application.Decision{Outcome: application.Accept, Reason: "材料齐全"})
		}
		if err != nil {
			w.t.Fatal(err)
		}
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

// assign gives a dossier to an assessor who declares no interest in any
// applicant.
func (w *world) assign(k application.Key, who access.Actor) {
	w.t.Helper()
	w.clear(who)
	wants(w.t, w.service.Assign(w.t.Context(), office, k, who.Name), "")
}

// clear lets somebody declare no interest in any applicant.
func (w *world) clear(who access.Actor) {
	w.t.Helper()
	none := evaluation.Choice{Interest: evaluation.Clear}
	_, err := w.service.DeclareAll(w.t.Context(), who, 2020, map[roster.UnitCode]evaluation.Choice{wide.Unit: none, one.Unit: none})
	wants(w.t, err, "")
}

// cells gives every needed item the same share of its full marks, in percent,
// with a reason, accepts what does not apply, and writes the opinion over all.
func (w *world) cells(who access.Actor, k application.Key, percent int64) map[evaluation.Item]evaluation.Cell {
	w.t.Helper()
	work, err := w.service.Open(w.t.Context(), who, k)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[evaluation.Item]evaluation.Cell{evaluation.Overall: {Text: "总体良好"}}
	for _, l := range work.Terms.Lines() {
		switch {
		case l.Item == "28":
			out[l.Item] = verdict(evaluation.Verdict{Excused: true, Reason: "属实"})
		case l.Needed:
			out[l.Item] = verdict(evaluation.Verdict{Given: true, Mark: l.Full * indicators.Mark(percent) / 100, Reason: "见材料"})
		}
	}
	return out
}

func verdict(v evaluation.Verdict) evaluation.Cell { return evaluation.Cell{Verdict: v} }

// save sends the items as somebody does who has seen the sheet as it is now.
func (w *world) save(who access.Actor, k application.Key, cells map[evaluation.Item]evaluation.Cell) error {
	w.t.Helper()
	now := w.sheet(who, k)
	list := make([]evaluation.Cell, 0, len(cells))
	for item, c := range cells {
		c.Item, c.Version = item, now.Versions[item]
		list = append(list, c)
	}
	_, err := w.service.Save(w.t.Context(), who, k, list)
	return err
}

// close submits the sheet as it is now.
func (w *world) close(who access.Actor, k application.Key) error {
	w.t.Helper()
	return w.service.Submit(w.t.Context(), who, k, w.sheet(who, k).Edits)
}

// submit brings a whole sheet at once.
func (w *world) submit(who access.Actor, k application.Key, percent int64) {
	w.t.Helper()
	wants(w.t, w.save(who, k, w.cells(who, k, percent)), "")
	wants(w.t, w.close(who, k), "")
}

func (w *world) sheet(who access.Actor, k application.Key) evaluation.Sheet {
	w.t.Helper()
	a, err := w.store.Assignment(w.t.Context(), k, who.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	return a.Sheet
}

func (w *world) finding(k application.Key) *scorebook.Finding {
	w.t.Helper()
	all, err := w.store.FindingVersions(w.t.Context(), scorebook.Key{
		Round: k.Round, Unit: k.Unit, Instrument: scorebook.Evaluation, Track: k.Track,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(all) == 0 {
		return nil
	}
	return &all[len(all)-1]
}

func wants(t testing.TB, err error, code string) {
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
