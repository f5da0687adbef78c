package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/supervision"
	visit "minyi/indicators/verification/sample"
)

// afterwards is a house in which the city of Yinchuan was named on 20 December 2020,
// with a clock that the test turns.
type afterwards struct {
	*house
	t  *testing.T
	at atomic.Int64
	id string
}

func (a *afterwards) on(date roster.Date) { a.at.Store(date.Start().Add(9 * time.Hour).UnixMilli()) }

func newAfterwards(t *testing.T) *afterwards {
	t.Helper()
	a := &afterwards{t: t}
	a.on(roster.On(2020, time.July, 1))
	h, err := build(t.Context(), setup{
		config: config{base: "https://minyi.example"}, dir: t.TempDir(),
		now: func() time.Time { return time.UnixMilli(a.at.Load()).UTC() }, log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.house = h
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	a.ranked()
	a.named()
	return a
}

func (a *afterwards) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

func wang() access.Actor { return access.Actor{Name: "wang", Role: access.Office} }
func chen() access.Actor { return access.Actor{Name: "chen", Role: access.Office} }

// ranked opens the round of 2020 and ranks the one unit.
func (a *afterwards) ranked() {
	a.t.Helper()
	ctx := a.t.Context()
	_, err := a.roster.OpenRound(ctx, wang(), roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "x", Date: roster.On(2019, time.December, 18), Basis: "宁法办发〔2019〕39号"},
	})
	a.must(err)
	scheme, err := indicators.EqualScheme(indicators.Edition2019, 100, indicators.Parts{Evaluation: 6000, Survey: 4000})
	a.must(err)
	_, err = a.roster.Reweigh(ctx, wang(), 2020, 0, scheme, "")
	a.must(err)
	a.on(roster.On(2020, time.October, 20))
	f := scorebook.Finding{
		Key:  scorebook.Key{Round: 2020, Unit: "640100", Instrument: scorebook.Evaluation, Track: roster.Comprehensive},
		Mark: 9123, Digest: scorebook.Digest([]byte("x")),
	}
	a.must(a.book.File(ctx, access.Actor{Name: "zhao", Role: access.Assessor}, f))
	f.Instrument, f.Track, f.Mark = scorebook.Survey, "", 8277
	a.must(a.book.File(ctx, access.Actor{Name: "li", Role: access.Agency}, f))
	a.must(a.book.CloseInstrument(ctx, wang(), 2020, scorebook.Evaluation))
	a.must(a.book.CloseInstrument(ctx, wang(), 2020, scorebook.Survey))
	_, err = a.naming.Rank(ctx, wang(), 2020)
	a.must(err)
}

// named verifies the unit, posts the notice and names it; two people decide.
func (a *afterwards) named() {
	a.t.Helper()
	ctx := a.t.Context()
	target := naming.Target{Unit: "640100", Track: roster.Comprehensive}
	a.must(visit.Closed(ctx, a.verification, wang(), 2020, target, roster.On(2020, time.October, 19), 9, 10))
	act, err := a.naming.Propose(ctx, wang(), 2020, naming.Proposal{Targets: []naming.Target{target}})
	a.must(err)
	a.must(a.naming.Confirm(ctx, chen(), 2020, act.ID))
	a.must(a.naming.Post(ctx, wang(), 2020, naming.Draft{
		Medium: "宁夏日报", Contact: "0951-0000000", Window: roster.Defaults(2020).Notice,
	}))
	a.on(roster.On(2020, time.November, 1))
	a.must(a.naming.Appeared(ctx, wang(), 2020, naming.Appearance{
		Name: "宁夏日报", Kind: naming.Newspaper, Regional: true, Date: roster.On(2020, time.November, 1), Place: "3",
	}, "page.txt", strings.NewReader("page 3")))
	a.on(roster.On(2020, time.December, 20))
	act, err = a.naming.Give(ctx, wang(), 2020, naming.Award{
		Number: "宁法办发〔2020〕9号", Date: roster.On(2020, time.December, 20), Names: []naming.Target{target},
	})
	a.must(err)
	a.must(a.naming.Confirm(ctx, chen(), 2020, act.ID))
	all, err := a.naming.Named(ctx)
	a.must(err)
	if len(all) != 1 {
		a.t.Fatalf("got %d names, want one", len(all))
	}
	a.id = all[0].ID
}

// officers are two browsers of two people of the office.
func (a *afterwards) officers() (one, two *browser) {
	a.t.Helper()
	for _, name := range []string{"office-one", "office-two"} {
		_, err := a.access.Add(a.t.Context(), access.Command("test"), access.New{Name: name, Role: access.Office, Person: name, Password: testPassword})
		a.must(err)
	}
	one, two = newBrowser(a.t, a.house), newBrowser(a.t, a.house)
	one.signIn("office-one")
	two.signIn("office-two")
	return one, two
}

// fill sends the form of a page to an address with these fields, the others as the
// page gave them.
func (a *afterwards) fill(b *browser, page, suffix string, fields ...string) reply {
	a.t.Helper()
	action, form := formTo(a.t, b.get(page).body, suffix)
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.post(action, form)
}

// standing is the standing of the one name as the public's page and the interface
// for programs say it on a day, which must be the same.
func (a *afterwards) standing(day string) string {
	a.t.Helper()
	public := newBrowser(a.t, a.house)
	page := public.get("/named?lang=en&on=" + day)
	_, rest, _ := strings.Cut(page.body, `data-state="`)
	shown, _, _ := strings.Cut(rest, `"`)
	var got struct {
		On    roster.Date
		Named []supervision.Record
	}
	answer := public.get("/api/v1/named?on=" + day)
	a.must(json.Unmarshal([]byte(answer.body), &got))
	said := ""
	if len(got.Named) == 1 {
		said = string(got.Named[0].Standing)
	}
	if shown != said || got.On.String() != day {
		a.t.Errorf("on %s: the page says %q, the interface %q of %s", day, shown, said, got.On)
	}
	return said
}

// TestC13ANameIsCheckedAndClearedAndEverybodySeesIt puts the name under check and
// ends the check through the office's page, and reads the register as anybody would.
func TestC13ANameIsCheckedAndClearedAndEverybodySeesIt(t *testing.T) {
	t.Parallel()
	a := newAfterwards(t)
	one, two := a.officers()
	page := "/office/supervision/" + a.id
	a.on(roster.On(2021, time.March, 2))
	if got := one.get("/office/supervision?lang=en"); !strings.Contains(got.body, page) {
		t.Errorf("the list has no link to the name:\n%s", got.body)
	}
	if got := a.fill(one, page, page, "from", "2021-03-03", "document", "宁法办函〔2021〕3号", "reason", "typed words"); got.status != http.StatusUnprocessableEntity ||
		!strings.Contains(got.body, "typed words") {
		t.Errorf("a day to come: got %d\n%s", got.status, got.body)
	}
	if got := a.fill(one, page, page, "from", "2021-03-01", "document", "宁法办函〔2021〕3号", "reason", "群众来信"); got.status != http.StatusSeeOther {
		t.Fatalf("under check: got %d\n%s", got.status, got.body)
	}
	a.on(roster.On(2021, time.April, 1))
	if got := a.fill(two, page, page, "from", "2021-03-20", "document", "宁法办函〔2021〕5号", "reason", "已核实"); got.status != http.StatusSeeOther {
		t.Fatalf("valid again: got %d\n%s", got.status, got.body)
	}
	for day, want := range map[string]string{
		"2020-12-19": "", "2020-12-20": "valid", "2021-02-28": "valid", "2021-03-01": "under-check", "2021-03-19": "under-check", "2021-03-20": "valid",
	} {
		if got := a.standing(day); got != want {
			t.Errorf("on %s: got %q, want %q", day, got, want)
		}
	}
	history := one.get(page).body
	for _, want := range []string{"群众来信", "已核实", "office-one", "office-two", "宁法办函〔2021〕3号", "2021-03-20"} {
		if !strings.Contains(history, want) {
			t.Errorf("the office's history does not say %s", want)
		}
	}
	public := newBrowser(t, a.house).get("/named/" + a.id).body
	if strings.Contains(public, "群众来信") || strings.Contains(public, "office-one") || !strings.Contains(public, "宁法办函〔2021〕3号") {
		t.Errorf("the public's page: %s", public)
	}
	trail, err := a.programme.Trail(t.Context(), 0, 1000)
	a.must(err)
	steps := 0
	for _, e := range trail {
		if e.Action == "standing.change" && e.Object == "named/"+a.id {
			steps++
		}
	}
	if steps != 2 {
		t.Errorf("the trail has %d steps, want 2", steps)
	}
	for _, bad := range []string{"2021-04-02", "yesterday"} {
		if got := newBrowser(t, a.house).get("/named?on=" + url.QueryEscape(bad)); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d", bad, got.status)
		}
	}
}
