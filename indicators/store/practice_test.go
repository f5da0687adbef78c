package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/practice"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// library is a programme in which units were named, with the library of practices.
type library struct {
	*ground
	practices *practice.Service
	posted    []inbox.Message
	settled   []string
	n         int
}

// Post keeps what was told.
func (l *library) Post(_ context.Context, m inbox.Message) error {
	l.posted = append(l.posted, m)
	return nil
}

// Settle keeps which tasks were ended.
func (l *library) Settle(_ context.Context, topic string) error {
	l.settled = append(l.settled, topic)
	return nil
}

// Reported gives the words of an application's report.
func (l *library) Reported(context.Context, int, roster.UnitCode, roster.Track) (practice.Words, error) {
	return practice.Words{Done: "一窗受理"}, nil
}

func (l *library) id() string {
	l.n++
	return fmt.Sprintf("p-%03d", l.n)
}

func newLibrary(t *testing.T) *library {
	t.Helper()
	l := &library{ground: opened(t)}
	files, err := evidence.Open(t.TempDir(), evidence.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	l.practices = practice.NewService(practice.Config{
		Store: l.Store, Files: files, Units: l.roster, Reports: l, Poster: l, NewID: l.id, Now: l.now,
	})
	return l
}

// give names a unit on 10 December 2020; steps change how the name stands.
func (g *ground) give(t *testing.T, id string, unit roster.UnitCode, steps ...supervision.Step) {
	t.Helper()
	text := func(v any) string {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(raw), "'", "''")
	}
	n := naming.Named{
		ID: id, Round: 2020, Target: naming.Target{Unit: unit, Track: roster.Comprehensive}, Title: "全区法治政府建设示范市",
		Date: roster.On(2020, time.December, 10), Decision: "宁法办发〔2020〕9号", Standing: naming.Valid,
	}
	g.sql(t, `INSERT INTO named (id, round, unit, track, field, decided, document) VALUES ('`+id+`', 2020, '`+string(unit)+
		`', 'comprehensive', '', '2020-12-10', '`+text(n)+`')`, "")
	for i, s := range steps {
		s.Naming, s.N = id, i+1
		g.sql(t, fmt.Sprintf(`INSERT INTO standings (naming, n, document) VALUES ('%s', %d, '%s')`, id, i+1, text(s)), "")
	}
}

func practiceWords(title string, numbers ...indicators.Number) practice.Words {
	return practice.Words{
		Title: title, Project: roster.Project{Field: roster.Business}, Indicators: numbers, Summary: "办理时限缩短一半。", Done: "一窗受理，网上可办。",
		Results: "投诉下降三成。", Conditions: "一名专职人员。", Contact: "司法局，0951-0000000",
	}
}

// published brings a practice of a unit to the public.
func (l *library) published(t *testing.T, unit, name string, w practice.Words) string {
	t.Helper()
	ctx, by := t.Context(), applicant(unit)
	p, err := l.practices.Begin(ctx, by, name)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		l.practices.Save(ctx, by, p.ID, 1, w), l.practices.Submit(ctx, by, p.ID, 2),
		l.practices.Decide(ctx, officer(), p.ID, 3, practice.Published, ""),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Contains(l.settled, "practice/"+p.ID) {
		t.Errorf("the office's task is open after its decision: %v", l.settled)
	}
	return p.ID
}

func revoked(day int) supervision.Step {
	return supervision.Step{Standing: naming.Revoked, From: roster.On(2021, time.March, day), Document: "x"}
}

// TestC09OnlyTheNamedSubmitAPractice tries a unit with a name, without one, and with
// one that was revoked.
func TestC09OnlyTheNamedSubmitAPractice(t *testing.T) {
	t.Parallel()
	l, ctx := newLibrary(t), t.Context()
	l.give(t, "n1", "640100")
	l.give(t, "n2", "640300", revoked(1))
	l.on(t, "2021-03-02")
	_, err := l.practices.Begin(ctx, applicant("640300"), "n2")
	refused(t, "revoked", err, fault.Forbidden, "practice.unnamed")
	_, err = l.practices.Begin(ctx, applicant("640400"), "n1")
	refused(t, "another's name", err, fault.Forbidden, "practice.unnamed")
	p, err := l.practices.Begin(ctx, applicant("640100"), "n1")
	if err != nil || p.Words.Done != "一窗受理" {
		t.Fatalf("begun from the report: %+v, %v", p, err)
	}
	_, err = l.practices.OwnOne(ctx, applicant("640300"), p.ID)
	refused(t, "another's draft", err, fault.NotFound, "practice.unknown")
	_, err = l.practices.One(ctx, officer(), p.ID)
	refused(t, "the office and a draft", err, fault.NotFound, "practice.unknown")
	err = l.practices.Submit(ctx, applicant("640100"), p.ID, 1)
	refused(t, "not complete", err, fault.Invalid, "words.missing")
	bad := practiceWords("x", "999")
	refused(t, "unknown indicator", l.practices.Save(ctx, applicant("640100"), p.ID, 1, bad), fault.Invalid, "practice.indicator")
	for _, role := range access.Roles() {
		if role != access.Office {
			_, err := l.practices.All(ctx, access.Actor{Name: "x", Role: role, Unit: "640100"})
			refused(t, "the desk as "+string(role), err, fault.Forbidden, "access.role")
		}
	}
}

// TestC09TheOfficeEditsWithEveryChangeKept goes the whole way of a practice.
func TestC09TheOfficeEditsWithEveryChangeKept(t *testing.T) {
	t.Parallel()
	l, ctx := newLibrary(t), t.Context()
	l.give(t, "n1", "640100")
	l.on(t, "2020-12-12")
	by := applicant("640100")
	id := l.published(t, "640100", "n1", practiceWords("一窗受理", "2"))
	refused(t, "the unit after it was handed in", l.practices.Save(ctx, by, id, 4, practiceWords("z", "2")), fault.Conflict, "practice.closed")
	edited := practiceWords("一窗受理改革", "2", "3")
	refused(t, "an old page", l.practices.Edit(ctx, officer(), id, 3, edited), fault.Conflict, "practice.changed")
	if err := l.practices.Edit(ctx, officer(), id, 4, edited); err != nil {
		t.Fatal(err)
	}
	p, err := l.practices.One(ctx, officer(), id)
	if err != nil || len(p.Editions) != 2 || !p.Editions[1].Office || p.Editions[0].Words.Title != "一窗受理" || p.Editions[1].By != "wang" {
		t.Fatalf("editions: %+v, %v", p.Editions, err)
	}
	changes := practice.Compare(p.Editions[0].Words, p.Editions[1].Words)
	if len(changes) != 2 || changes[0].Field != "title" || changes[0].Parts[1] != (practice.Change{Text: "改革", New: true}) {
		t.Errorf("changes: %+v", changes)
	}
	e, err := l.practices.Public(ctx, id)
	if err != nil || e.Words.Title != "一窗受理改革" || e.Editions != nil || e.Events != nil {
		t.Errorf("public: %+v, %v", e, err)
	}
	refused(t, "withdrawn without a reason", l.practices.Decide(ctx, officer(), id, 5, practice.Withdrawn, " "), fault.Invalid, "words.missing")
	if err := l.practices.Decide(ctx, officer(), id, 5, practice.Withdrawn, "命名正在核查"); err != nil {
		t.Fatal(err)
	}
	_, err = l.practices.Public(ctx, id)
	refused(t, "withdrawn", err, fault.NotFound, "practice.unknown")
	codes := ""
	for _, m := range l.posted {
		codes += m.Code + " "
	}
	if codes != "practice.submitted practice.published practice.withdrawn " {
		t.Errorf("told: %s", codes)
	}
	l.sql(t, `INSERT INTO interests (round, unit, account, n, conflict, document) VALUES (2020, '640100', 'wang', 1, 1, '{}')`, "")
	refused(t, "recused (C95)", l.practices.Decide(ctx, officer(), id, 6, practice.Published, ""), fault.Forbidden, "interest.recused")
	l.sql(t, `DELETE FROM practices`, "never deleted")
}

// TestC09OthersSayThatTheyTookItOver counts by hand.
func TestC09OthersSayThatTheyTookItOver(t *testing.T) {
	t.Parallel()
	l, ctx := newLibrary(t), t.Context()
	l.give(t, "n1", "640100")
	l.on(t, "2020-12-12")
	id := l.published(t, "640100", "n1", practiceWords("一窗受理", "2"))
	refused(t, "its own", l.practices.TakeOver(ctx, applicant("640100"), id, "x"), fault.Conflict, "practice.own")
	refused(t, "the office", l.practices.TakeOver(ctx, officer(), id, "x"), fault.Forbidden, "access.role")
	for _, unit := range []string{"640300", "D08", "640300"} {
		if err := l.practices.TakeOver(ctx, applicant(unit), id, "试行"); err != nil {
			t.Fatal(err)
		}
	}
	e, err := l.practices.Public(ctx, id)
	if err != nil || len(e.Takeovers) != 2 || e.Takeovers[0].Unit != "D08" || e.Takeovers[0].By != "" {
		t.Errorf("got %+v, %v, want two units without accounts", e.Takeovers, err)
	}
	if err := l.practices.LetGo(ctx, applicant("D08"), id); err != nil {
		t.Fatal(err)
	}
	refused(t, "twice", l.practices.LetGo(ctx, applicant("D08"), id), fault.NotFound, "practice.not_taken")
	if e, _ = l.practices.Public(ctx, id); len(e.Takeovers) != 1 {
		t.Errorf("got %d, want 1", len(e.Takeovers))
	}
}

// TestC53TheLibraryIsFilteredAndLinked reads lists by hand; a revoked name's practice
// stays and says so.
func TestC53TheLibraryIsFilteredAndLinked(t *testing.T) {
	t.Parallel()
	l, ctx := newLibrary(t), t.Context()
	l.give(t, "n1", "640100", revoked(1))
	l.give(t, "n2", "D08")
	l.on(t, "2020-12-12")
	city := l.published(t, "640100", "n1", practiceWords("一窗受理", "2"))
	w := practiceWords("社会救助公开", "1")
	w.Project = roster.Project{Field: roster.OtherField, Text: "社会救助"}
	bureau := l.published(t, "D08", "n2", w)
	l.on(t, "2021-03-02")
	for _, c := range []struct {
		name string
		q    practice.Query
		want []string
	}{
		{"all", practice.Query{}, []string{city, bureau}},
		{"field", practice.Query{Field: roster.OtherField}, []string{bureau}},
		{"kind", practice.Query{Kind: roster.Cities}, []string{city}},
		{"year", practice.Query{Year: 2020}, []string{city, bureau}},
		{"another year", practice.Query{Year: 2021}, nil},
		{"indicator of the other system", practice.Query{Indicator: "2", System: indicators.Department}, nil},
		{"indicator", practice.Query{Indicator: "2", System: indicators.CityCounty}, []string{city}},
		{"heading", practice.Query{Heading: "一、政府职能依法全面履行", Kind: roster.Cities}, []string{city}},
	} {
		found, err := l.practices.Search(ctx, c.q)
		var got []string
		for _, f := range found {
			got = append(got, f.ID)
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	e, err := l.practices.Public(ctx, city)
	if err != nil || !e.Revoked() {
		t.Errorf("a revoked name: %+v, %v", e.Standing, err)
	}
	if s, err := l.practices.Suggest(ctx, "640300", indicators.CityCounty, "2"); err != nil || len(s) != 0 {
		t.Errorf("a revoked name's practice is suggested: %v, %v", s, err)
	}
	if of, err := l.practices.OfName(ctx, "n2"); err != nil || len(of) != 1 || of[0].ID != bureau {
		t.Errorf("for the register: %v, %v", of, err)
	}
}

// TestSearchFindsWhatAScanFinds compares the index with a scan of the texts.
func TestSearchFindsWhatAScanFinds(t *testing.T) {
	t.Parallel()
	l, ctx := newLibrary(t), t.Context()
	l.give(t, "n1", "640100")
	l.on(t, "2020-12-12")
	rng := rand.New(rand.NewPCG(3, 4))
	letters := []rune("政务服务大厅执法公开Ａａ审批")
	text := func(n int) string {
		out := make([]rune, n)
		for i := range out {
			out[i] = letters[rng.IntN(len(letters))]
		}
		return string(out)
	}
	texts := map[string]string{}
	fold := strings.NewReplacer("Ａ", "a", "ａ", "a")
	for range 12 {
		w := practiceWords(text(6), "2")
		w.Summary, w.Done, w.Results, w.Conditions = text(20), text(40), text(20), text(9)
		id := l.published(t, "640100", "n1", w)
		texts[id] = fold.Replace(strings.Join([]string{w.Title, w.Summary, w.Done, w.Results, w.Conditions, "银川市", "yinchuan"}, "\n"))
	}
	hits := 0
	for range 200 {
		q := text(1 + rng.IntN(3))
		if rng.IntN(3) == 0 {
			q += "，" + text(2)
		}
		found, err := l.practices.Search(ctx, practice.Query{Words: q})
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, f := range found {
			got = append(got, f.ID)
			back := ""
			for _, p := range f.Excerpt {
				back += p.Text
			}
			if back == "" {
				t.Errorf("%q: no excerpt", q)
			}
		}
		for id, body := range texts {
			all := true
			for _, term := range strings.Split(fold.Replace(q), "，") {
				all = all && strings.Contains(body, term)
			}
			if all {
				want = append(want, id)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		hits += len(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%q: got %v, want %v", q, got, want)
		}
	}
	if hits < 100 {
		t.Errorf("only %d hits: the queries find nothing", hits)
	}
}
