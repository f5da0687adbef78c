package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/db"
	"minyi/survey"
	"minyi/survey/store"
	"minyi/survey/tabulate"
)

// agesOfRegion is a distribution as somebody has it: coarser than the survey's ages,
// and with people whom the survey does not ask.
const agesOfRegion = "年龄,性别,人口\n18-39,男,\"430,000\"\n18-39,女,420000\n40及以上,男,590000\n40及以上,女,602000\n0-17,男,160000\n0-17,女,158000\n"

// TestBrowserWeights makes a plan of the weights with a margin from a file, looks at
// what it does, sees no result while it waits, confirms it as a second person, and finds
// it in the store.
func TestBrowserWeights(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-10-26T09:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "agency1")
	p.Go("/agency")
	home := p.Attribute(`tbody a[href^="/agency/surveys/"]`, "href")
	p.Go(home + "/weights")
	if got := p.Text("main"); !strings.Contains(got, "质量审核还没有结束") {
		t.Errorf("before the review: got %q", got)
	}
	reviewed(t, d, p, home)
	p.Go(home + "/weights")
	mapAges(t, p, folder)
	p.Select("#nonresponse", "classes")
	p.Fill("#trim_high", "250")
	p.Press("#settings button")
	p.Shot("weights-plan")
	for _, barrier := range p.Barriers() {
		t.Error(barrier)
	}
	if got := p.Text("#choices"); !strings.Contains(got, "本方案") || !strings.Contains(got, "默认做法") {
		t.Errorf("the choices: got %q", got)
	}
	p.Fill("#reason", "按性别和年龄交叉更准")
	p.Press(`form[action$="/propose"] button`)
	if p.Go(home+"/results") != 409 || !strings.Contains(p.Text("main"), "加权方案还没有定下来") {
		t.Errorf("results while the plan waits: got %q", p.Text("main"))
	}
	p.TakeTroubles()
	leaveFor(t, d, p, "agency2")
	p.Go(home + "/weights")
	if p.Count(`form[action$="/confirm"]`) != 1 {
		t.Fatalf("the second person finds: %q", p.Text("main"))
	}
	p.Press(`form[action$="/confirm"] button`)
	if got := p.Text("#history"); !strings.Contains(got, "按性别和年龄交叉更准") || !strings.Contains(got, "agency2") {
		t.Errorf("the history: got %q", got)
	}
	if status := p.Go(home + "/results"); status != 200 {
		t.Errorf("results under the plan: got %d", status)
	}
	inStore(t, folder, home)
}

// reviewed ends the review of quality: one proposes, the other confirms.
func reviewed(t *testing.T, d *runningDemo, p *walker.Page, home string) {
	t.Helper()
	p.Go(home + "/review")
	p.Click("#nothing")
	p.Press(`button[value="end"]`)
	leaveFor(t, d, p, "agency2")
	p.Go(home + "/review")
	p.Press(`button[value="confirm"]`)
	leaveFor(t, d, p, "agency1")
}

// leaveFor signs out, and in as another account.
func leaveFor(t *testing.T, d *runningDemo, p *walker.Page, who string) {
	t.Helper()
	p.Go("/agency")
	signOut(p)
	enter(t, d, p, who)
}

// mapAges imports the distribution and says what its values stand for.
func mapAges(t *testing.T, p *walker.Page, folder string) {
	t.Helper()
	name := filepath.Join(folder, "ages.csv")
	if err := os.WriteFile(name, []byte(agesOfRegion), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Upload("#file", name)
	p.Press(`form[action$="/weights/margins"] button`)
	if got := p.Value("#column_1") + " " + p.Value("#column_2"); got != "sex total" {
		t.Errorf("guessed from the names: got %q", got)
	}
	p.Select("#column_0", "s1")
	p.Press("main form button")
	p.Select(`[name="value_0_0"]`, "30-39")
	p.Select(`[name="value_0_1"]`, "50-59")
	p.Click("summary")
	for n, to := range []string{"30-39", "", "50-59", "", "50-59", "50-59"} {
		if to != "" {
			p.Select(`[name="join_0_`+string(rune('0'+n))+`"]`, to)
		}
	}
	p.Shot("weights-margin")
	p.Press(`button[value="weights"]`)
	if got := p.Text("#margins"); !strings.Contains(got, "ages.csv") {
		t.Errorf("the margin of the plan: got %q", got)
	}
}

// inStore demands the plan in the store, with its history and nothing left over.
func inStore(t *testing.T, folder, home string) {
	t.Helper()
	half, err := db.Open(t.Context(), db.Survey, filepath.Join(folder, "survey.db"), store.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = half.Close() }()
	all, err := store.New(half).Surveys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(s *survey.Survey) bool { return strings.HasSuffix(home, "/"+string(s.ID)) })
	if at < 0 {
		t.Fatalf("no survey of %s", home)
	}
	w := all[at].Weighting
	p := w.Plan
	if w.Draft != nil || len(w.History) != 1 || p.Nonresponse.Method != tabulate.ByClass || p.Trim.High != 250 || len(p.Targets) != 1 {
		t.Fatalf("got %+v", w)
	}
	if got := p.Targets[0]; len(got.Cells) != 4 || got.Cells[0].Codes[0] != "30-39" || got.Cells[0].Parts != 430_000*10_000 || got.Join[0]["18-29"] != "30-39" {
		t.Errorf("got the margin %+v", got)
	}
	if e := w.History[0]; e.Proposed.Account != "agency1" || e.Confirmed.Account != "agency2" {
		t.Errorf("got %+v", e)
	}
}
