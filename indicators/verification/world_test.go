package verification_test

import (
	"context"
	"crypto/ed25519"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/indicators/verification"
)

// world is a ranked round with one unit, its services on a real database.
type world struct {
	t      *testing.T
	at     time.Time
	store  *store.Store
	roster *roster.Service
	book   *scorebook.Book
	naming *naming.Service
	marks  *evaluation.Service
	visits *verification.Service
	posted []inbox.Message
	tasks  map[string]string // the day of the open task on a topic
	key    ed25519.PrivateKey
	k      application.Key
}

// Post keeps what was posted, the same key once.
func (w *world) Post(_ context.Context, m inbox.Message) error {
	if !slices.ContainsFunc(w.posted, func(o inbox.Message) bool { return o.Key == m.Key }) {
		w.posted = append(w.posted, m)
		w.tasks[m.Topic] = m.Params["date"]
	}
	return nil
}

// Settle ends the task on a topic.
func (w *world) Settle(_ context.Context, topic string) error {
	delete(w.tasks, topic)
	return nil
}

func (w *world) now() time.Time { return w.at }

func (w *world) on(month time.Month, day int) {
	w.at = roster.On(2020, month, day).Start().Add(9 * time.Hour)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func wang() access.Actor { return access.Actor{Name: "wang", Role: access.Office} }
func chen() access.Actor { return access.Actor{Name: "chen", Role: access.Office} }
func lin() access.Actor  { return access.Actor{Name: "lin", Role: access.Inspector} }
func zhou() access.Actor { return access.Actor{Name: "zhou", Role: access.Inspector} }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, tasks: map[string]string{}, k: application.Key{Round: 2020, Unit: "640100", Track: roster.Comprehensive}}
	w.on(time.July, 1)
	var err error
	w.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "programme.db"))
	w.must(err)
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.roster, err = roster.NewService(w.store, w.now)
	w.must(err)
	w.book = scorebook.NewBook(w.store, w.roster, w.now)
	folder, err := evidence.Open(t.TempDir(), evidence.DefaultLimits())
	w.must(err)
	w.key = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	dossiers := application.NewService(application.Config{
		Store: w.store, Roster: w.roster, Book: w.book, Evidence: folder, Allowance: application.DefaultAllowance(), Key: w.key, Now: w.now,
	})
	w.marks = evaluation.NewService(evaluation.Config{Store: w.store, Dossiers: dossiers, Roster: w.roster, Accounts: w.store, Book: w.book, Now: w.now})
	ids := 0
	w.naming = naming.NewService(w.store, w.roster, w.roster, w.book, w.now, func() string { ids++; return string(rune('a' + ids)) })
	w.visits = verification.NewService(verification.Config{
		Store: w.store, Dossiers: dossiers, Rounds: w.roster, Problems: w.marks, Book: w.book, Evidence: folder, Posts: w, Accounts: w.store, Key: w.key, Now: w.now,
	})
	w.ranked()
	return w
}

func (w *world) ranked() {
	w.t.Helper()
	ctx := w.t.Context()
	_, err := w.roster.OpenRound(ctx, wang(), roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "x", Date: roster.On(2019, time.December, 18), Basis: "宁法办发〔2019〕39号"},
	})
	w.must(err)
	scheme, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: 5000, Survey: 3000, Verification: 2000})
	w.must(err)
	_, err = w.roster.Reweigh(ctx, wang(), 2020, 0, scheme, "")
	w.must(err)
	for _, a := range []access.Actor{wang(), chen(), lin(), zhou(), {Name: "unit", Role: access.Applicant, Unit: "640100"}} {
		w.must(w.store.AddAccount(ctx, &access.Account{Key: access.Fold(a.Name), Name: a.Name, Role: a.Role, Unit: a.Unit, Person: a.Name, Hash: "none", Created: w.at}, *w.entry()))
	}
	w.on(time.October, 20)
	w.must(w.book.File(ctx, access.Actor{Name: "zhao", Role: access.Assessor}, scorebook.Finding{
		Key: scorebook.Key{Round: 2020, Unit: "640100", Instrument: scorebook.Evaluation, Track: roster.Comprehensive}, Mark: 9000, Digest: scorebook.Digest([]byte("x")),
	}))
	w.must(w.book.File(ctx, access.Actor{Name: "li", Role: access.Agency}, scorebook.Finding{
		Key: scorebook.Key{Round: 2020, Unit: "640100", Instrument: scorebook.Survey}, Mark: 8000, Digest: scorebook.Digest([]byte("x")),
	}))
	w.must(w.book.CloseInstrument(ctx, wang(), 2020, scorebook.Evaluation))
	w.must(w.book.CloseInstrument(ctx, wang(), 2020, scorebook.Survey))
	_, err = w.naming.Rank(ctx, wang(), 2020)
	w.must(err)
	w.must(w.visits.Open(ctx, wang(), 2020, naming.Target{Unit: "640100", Track: roster.Comprehensive}, ""))
}

// team is a leader with an account, a deputy and a reserve with an account.
func team() []verification.Member {
	return []verification.Member{
		{ID: "m1", Name: "组长甲", Category: verification.OfficeStaff, Part: verification.Leads, Account: "lin"},
		{ID: "m2", Name: "代表乙", Category: verification.Deputy, Part: verification.Takes},
		{ID: "m3", Name: "律师丙", Category: verification.Lawyer, Part: verification.Reserve, Account: "zhou"},
	}
}

// planned plans the visit with the items, all declared clear.
func (w *world) planned(items ...verification.Item) *verification.Visit {
	w.t.Helper()
	v := w.visit()
	w.must(w.visits.Plan(w.t.Context(), wang(), w.k, v.Version, verification.Plan{Team: team(), Date: roster.On(2020, time.October, 19), Items: items}))
	for _, m := range []string{"m1", "m2", "m3"} {
		w.must(w.visits.Declare(w.t.Context(), wang(), w.k, m, verification.Clear, ""))
	}
	return w.visit()
}

func (w *world) visit() *verification.Visit {
	w.t.Helper()
	v, err := w.visits.Visit(w.t.Context(), wang(), w.k)
	w.must(err)
	return v
}

// do sends acts and returns their answers.
func (w *world) do(by access.Actor, acts ...verification.Act) []verification.Answer {
	w.t.Helper()
	out, _, err := w.visits.Apply(w.t.Context(), by, w.k, acts)
	w.must(err)
	return out
}

func set(id, field, value, base string) verification.Act {
	return verification.Act{ID: "0000000000000000" + id, Kind: verification.Write, Field: field, Value: value, Base: base}
}

func (w *world) sign(member string) verification.Act {
	w.t.Helper()
	digest, err := w.visit().Digest()
	w.must(err)
	return verification.Act{ID: "00000000000000005" + member[1:], Kind: verification.Sign, Member: member, Digest: digest, Path: "M1 1 L200 100"}
}

func refused(t *testing.T, what string, err error, kind fault.Kind, code string) {
	t.Helper()
	for _, r := range fault.All(err) {
		if r.Code == code && r.Kind == kind {
			return
		}
	}
	t.Errorf("%s: got %v, want %s", what, err, code)
}

func (w *world) entry() *audit.Entry {
	return &audit.Entry{At: w.at, Actor: "test", Role: "office", Action: "test", Object: "test"}
}
