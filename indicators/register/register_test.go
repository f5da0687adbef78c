package register_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/indicators/store"
	"minyi/indicators/supervision"
)

// house is the register on a real database, with a clock that the test turns.
type house struct {
	*register.Service
	t     *testing.T
	store *store.Store
	path  string
	at    time.Time
	names []naming.Named

	rounds *roster.Service
}

// plain is a Setter whose papers are plain text: what they look like is judged where
// they are set.
type plain struct{}

func (plain) Decision(d register.Decree) ([]byte, error) {
	return []byte("decision " + d.Number + " " + fmt.Sprint(len(d.Names)) + " " + d.Link), nil
}

func (plain) Certificate(a register.Award) ([]byte, error) {
	return []byte("certificate " + a.Serial + " " + a.UnitName + " " + a.Title + " " + a.Link), nil
}

func officer() access.Actor { return access.Actor{Name: "wang", Role: access.Office} }

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// open makes the register of two rounds: five names of 2020 and two of 2022.
func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, path: filepath.Join(t.TempDir(), "programme.db"), at: roster.On(2020, time.January, 10).Start().Add(9 * time.Hour)}
	now := func() time.Time { return h.at }
	var err error
	h.store, err = store.Open(t.Context(), h.path)
	h.must(err)
	t.Cleanup(func() { h.must(h.store.Close()) })
	rounds, err := roster.NewService(h.store, now)
	h.must(err)
	h.rounds = rounds
	for _, year := range []int{2020, 2022} {
		_, err = rounds.OpenRound(t.Context(), officer(), roster.NewRound{
			Year: year, Edition: indicators.Edition2019, Settings: roster.Defaults(year),
			Plan: roster.Plan{Number: "x", Date: roster.On(2019, time.December, 18), Basis: "宁法办发〔2019〕39号"},
		})
		h.must(err)
	}
	h.name(rounds, 2022, roster.On(2022, time.December, 20), "宁法办发〔2022〕8号", "D01/comprehensive", "640302/comprehensive")
	h.name(rounds, 2020, roster.On(2020, time.December, 20), "宁法办发〔2020〕9号",
		"640181/comprehensive", "640100/comprehensive", "640200/single", "D08/single", "640121/comprehensive")
	h.at = roster.On(2023, time.March, 1).Start().Add(9 * time.Hour)
	h.Service = register.NewService(register.Config{
		Store: h.store, Names: supervision.NewService(supervision.Config{Store: h.store, Now: now}), Rounds: rounds, Units: rounds,
		Setter: plain{}, Key: ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", 32))), Base: "https://minyi.example", Now: now,
	})
	return h
}

// name gives names as a decision does.
func (h *house) name(units *roster.Service, round int, date roster.Date, decision string, targets ...string) {
	h.t.Helper()
	entry := audit.Entry{At: h.at, Actor: "wang", Role: "office", Action: "naming.decide", Object: "naming"}
	h.must(h.store.Decide(h.t.Context(), round, entry, func(*naming.Proceeding, []naming.Objection, *audit.Entry) ([]naming.Named, error) {
		var out []naming.Named
		for _, target := range targets {
			code, track, _ := strings.Cut(target, "/")
			u, err := units.Unit(roster.UnitCode(code))
			h.must(err)
			project := roster.Project{Field: roster.Business}
			out = append(out, naming.Named{
				ID: fmt.Sprintf("name-%d-%s", round, code), Round: round, Target: naming.Target{Unit: u.Code, Track: roster.Track(track)}, Project: project,
				Title: roster.Title(u, roster.Track(track), project, roster.TitledAsCounty), Date: date, Decision: decision, Standing: naming.Valid,
			})
		}
		h.names = append(h.names, out...)
		return out, nil
	}))
}

// step changes a name's standing.
func (h *house) step(id string, to naming.Standing, from roster.Date) {
	h.t.Helper()
	entry := &audit.Entry{At: h.at, Actor: "wang", Role: "office", Action: "standing.change", Object: "named/" + id}
	h.must(h.store.AddStanding(h.t.Context(), id, entry, func(r supervision.Record) (supervision.Step, error) {
		return supervision.Step{Naming: id, N: len(r.Steps) + 1, Standing: to, From: from, Document: "宁法办函", Reason: "内部理由", By: "wang", At: h.at}, nil
	}))
}

func (h *house) list(day roster.Date, f register.Filter) (out []string) {
	h.t.Helper()
	all, err := h.List(h.t.Context(), day, f)
	h.must(err)
	for _, e := range all {
		out = append(out, strings.TrimPrefix(e.ID, "name-"))
	}
	return out
}

func TestTheRegisterIsFilteredAndSorted(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.step("name-2020-640200", naming.Checked, roster.On(2021, time.March, 1))
	today := roster.On(2023, time.March, 1)
	for name, x := range map[string]struct {
		day  roster.Date
		f    register.Filter
		want string
	}{
		"all":                   {today, register.Filter{}, "2022-640302 2022-D01 2020-640100 2020-640121 2020-640181 2020-640200 2020-D08"},
		"before 2022":           {roster.On(2022, time.December, 19), register.Filter{}, "2020-640100 2020-640121 2020-640181 2020-640200 2020-D08"},
		"before all":            {roster.On(2020, time.December, 19), register.Filter{}, ""},
		"round":                 {today, register.Filter{Round: 2022}, "2022-640302 2022-D01"},
		"kind":                  {today, register.Filter{Group: roster.Counties}, "2022-640302 2020-640121 2020-640181"},
		"track":                 {today, register.Filter{Track: roster.Single}, "2020-640200 2020-D08"},
		"city and its counties": {today, register.Filter{City: "640100"}, "2020-640100 2020-640121 2020-640181"},
		"standing":              {today, register.Filter{Standing: naming.Checked}, "2020-640200"},
		"standing of that day":  {roster.On(2021, time.February, 28), register.Filter{Standing: naming.Checked}, ""},
		"name":                  {today, register.Filter{Text: "银川"}, "2020-640100"},
		"English name":          {today, register.Filter{Text: "yinchuan"}, "2020-640100"},
		"title and round":       {today, register.Filter{Text: "营商环境 示范单位", Round: 2020}, "2020-D08"},
		"nothing":               {today, register.Filter{Text: "北京"}, ""},
	} {
		if got := strings.Join(h.list(x.day, x.f), " "); got != x.want {
			t.Errorf("%s: got %s, want %s", name, got, x.want)
		}
	}
	all, err := h.List(t.Context(), today, register.Filter{})
	h.must(err)
	if got := fmt.Sprint(register.RoundsOf(all), register.CitiesOf(all)); got != "[2022 2020] [640100 640200 640300]" {
		t.Errorf("what can be chosen: got %s", got)
	}
}

// TestC13TheRegisterSaysTheStandingOfTheDay reads one name by hand through its
// history: named, checked, cleared, revoked.
func TestC13TheRegisterSaysTheStandingOfTheDay(t *testing.T) {
	t.Parallel()
	h := open(t)
	const id = "name-2020-640100"
	h.must(h.Issue(t.Context(), 2020))
	h.step(id, naming.Checked, roster.On(2021, time.March, 1))
	h.step(id, naming.Valid, roster.On(2021, time.April, 1))
	h.step(id, naming.Revoked, roster.On(2022, time.May, 5))
	for _, x := range []struct {
		day      roster.Date
		standing naming.Standing
		since    string
		steps    int
		papers   int
	}{
		{roster.On(2020, time.December, 20), naming.Valid, "2020-12-20", 0, 2},
		{roster.On(2021, time.March, 1), naming.Checked, "2021-03-01", 1, 2},
		{roster.On(2021, time.April, 1), naming.Valid, "2021-04-01", 2, 2},
		{roster.On(2022, time.May, 5), naming.Revoked, "2022-05-05", 3, 1},
		{roster.On(2023, time.March, 1), naming.Revoked, "2022-05-05", 3, 1},
	} {
		e, err := h.One(t.Context(), id, x.day)
		h.must(err)
		if e.Standing != x.standing || e.Since.String() != x.since || len(e.Steps) != x.steps || len(e.Papers) != x.papers {
			t.Errorf("%s: got %s since %s, %d steps, %d papers; want %v", x.day, e.Standing, e.Since, len(e.Steps), len(e.Papers), x)
		}
		for _, s := range e.Steps {
			if s.By != "" || s.Reason != "" {
				t.Errorf("%s: the public reads who did it and why: %v", x.day, s)
			}
		}
	}
	if _, err := h.One(t.Context(), id, roster.On(2020, time.December, 19)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("before the naming: got %v", err)
	}
	e, err := h.One(t.Context(), id, roster.On(2023, time.March, 1))
	h.must(err)
	if _, err := h.Read(t.Context(), e, register.Certificate); fault.KindOf(err) != fault.Closed || !strings.Contains(fmt.Sprint(fault.All(err)[0].Params), "2022-05-05") {
		t.Errorf("certificate of a revoked name: got %v, want a refusal that says since when", err)
	}
	if got, err := h.Read(t.Context(), e, register.Decision); err != nil || !strings.Contains(string(got.PDF), "宁法办发〔2020〕9号") {
		t.Errorf("its decision: got %q, %v; it is kept as it was issued", got.PDF, err)
	}
}

func TestC20AndC23PapersAreIssuedOnceWithTheirDigestInTheTrail(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.must(h.IssueAll(t.Context()))
	first, err := h.store.Papers(t.Context())
	h.must(err)
	if len(first) != 9 { // a decision a round, a certificate a name
		t.Fatalf("got %d papers, want 9", len(first))
	}
	h.at = h.at.Add(24 * time.Hour)
	h.must(h.IssueAll(t.Context()))
	h.name(h.rounds, 2020, roster.On(2021, time.January, 5), "宁法办发〔2021〕1号", "640300/comprehensive") // a second decision of the round
	h.must(h.IssueAll(t.Context()))
	later, err := h.One(t.Context(), "name-2020-640300", roster.On(2023, time.March, 1))
	h.must(err)
	if got := later.Paper(register.Certificate); got == nil || got.Number != "2020-006" || later.Paper(register.Decision).Number != "宁法办发〔2021〕1号" {
		t.Errorf("a second decision: got %v", later.Papers)
	}
	again, err := h.store.Papers(t.Context())
	h.must(err)
	again = slices.DeleteFunc(again, func(p register.Paper) bool {
		return p.Naming == "name-2020-640300" || p.Number == "宁法办发〔2021〕1号"
	})
	if !slices.Equal(first, again) {
		t.Errorf("issued twice: got %v, then %v", first, again)
	}
	trail, err := h.store.Trail(t.Context(), 0, 1000)
	h.must(err)
	recorded := ""
	for _, e := range trail {
		if e.Action == "register.issue" {
			recorded += e.After
		}
	}
	for _, p := range first {
		if !strings.Contains(recorded, p.Digest) {
			t.Errorf("%s %s: the trail does not hold %s", p.Kind, p.Number, p.Digest)
		}
	}
	e, err := h.One(t.Context(), "name-2020-D08", roster.On(2023, time.March, 1))
	h.must(err)
	got, err := h.Read(t.Context(), e, register.Certificate)
	h.must(err)
	if want := "certificate 2020-005 " + e.UnitName + " 全区优化法治化营商环境示范单位 https://minyi.example/named/name-2020-D08"; string(got.PDF) != want {
		t.Errorf("got %s, want %s", got.PDF, want)
	}
	if sum := sha256.Sum256(got.PDF); hex.EncodeToString(sum[:]) != e.Paper(register.Certificate).Digest {
		t.Error("the entry does not show the digest of the certificate")
	}
	raw, err := sql.Open("sqlite", h.path)
	h.must(err)
	defer func() { h.must(raw.Close()) }()
	for _, change := range []string{`UPDATE papers SET bytes = x'00'`, `DELETE FROM papers`} {
		if _, err := raw.ExecContext(t.Context(), change); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%s: got %v, want the database to refuse", change, err)
		}
	}
}

// TestC56TheListOfValidNamesIsSignedAndAnybodyCanCheckIt lets OpenSSL, where there is
// one, check what the register signs, and refuses a list with one changed byte.
func TestC56TheListOfValidNamesIsSignedAndAnybodyCanCheckIt(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.step("name-2020-640200", naming.Checked, roster.On(2021, time.March, 1))
	h.step("name-2020-640100", naming.Revoked, roster.On(2022, time.May, 5))
	day := roster.On(2022, time.May, 5)
	file, err := h.Valid(t.Context(), day)
	h.must(err)
	signature := h.Sign(file)
	list, err := register.Check(h.Public(), file, signature)
	h.must(err)
	var got []string
	for _, n := range list.Names {
		got = append(got, string(n.Unit)+" "+string(n.Standing))
	}
	if want := "640121 valid, 640181 valid, 640200 under-check, D08 valid"; strings.Join(got, ", ") != want || list.On != day {
		t.Errorf("got %s of %s, want %s", strings.Join(got, ", "), list.On, want)
	}
	if again, err := h.Valid(t.Context(), day); err != nil || string(again) != string(file) {
		t.Errorf("the same day gives another file (%v)", err)
	}
	changed := []byte(strings.Replace(string(file), "under-check", "valid-check", 1))
	if _, err := register.Check(h.Public(), changed, signature); fault.KindOf(err) != fault.Invalid {
		t.Errorf("one word changed: got %v, want list.forged", err)
	}
	other := ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", 32))).Public().(ed25519.PublicKey)
	if _, err := register.Check(other, file, signature); fault.KindOf(err) != fault.Invalid {
		t.Errorf("another key: got %v, want list.other_key", err)
	}
	var any map[string]json.RawMessage
	h.must(json.Unmarshal(file, &any))
	h.openssl(file, signature.Signature, true)
	h.openssl(changed, signature.Signature, false)
}

// openssl checks a signature as the page tells other offices to.
func (h *house) openssl(file, signature []byte, right bool) {
	h.t.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		h.t.Log("openssl is missing: the signature is not checked by another program here")
		return
	}
	key, err := h.PEM()
	h.must(err)
	dir := h.t.TempDir()
	for name, text := range map[string][]byte{"list.json": file, "list.sig": signature, "key.pem": key} {
		h.must(os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	cmd := exec.CommandContext(context.WithoutCancel(h.t.Context()), program, "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "list.json", "-sigfile", "list.sig")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); (err == nil) != right {
		h.t.Errorf("openssl: %v, %s; want the signature to be right: %t", err, out, right)
	}
}
