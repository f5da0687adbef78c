package main

import (
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
)

// TestAgreementInABrowser gives a sheet back, has it come in far from the other,
// calls the third assessor, signs the institution's opinion with the password and
// closes the dossier, all by the pages; then it looks into the store (C28, C94).
func TestAgreementInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-10-26T16:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	const third = "pingshen"
	password := openAccount(t, d, p, third, "第三方评估机构（演练）")
	enter(t, d, p, "office1")
	p.Go("/office/evaluation")
	id := singleDossier(t, p)
	page := "/office/evaluation/dossiers/" + id
	p.Go("/office/evaluation/" + id + "/reopen?assessor=assessor2")
	p.Fill("#reason", "演练：请核对后重新提交")
	p.Press(`form[action$="/reopen"] button`)
	p.Go(page)
	if got := p.Text("main"); !strings.Contains(got, "assessor2：") || strings.Contains(got, "90.") {
		t.Errorf("while a sheet is open: %.400s", got)
	}
	markSingle(t, d.as(t, "assessor2"), id, 6)
	p.Go(page)
	if got := p.Text("main"); !strings.Contains(got, "需要第三位评估员") || !strings.Contains(got, "总分相差") {
		t.Fatalf("two sheets apart: %.500s", got)
	}
	for _, barrier := range p.Barriers() {
		t.Errorf("two sheets apart: %s", barrier)
	}
	other := d.person(t)
	if _, body := other.send("/login", "/login", url.Values{"name": {third}, "password": {password}}); !strings.Contains(body, third) {
		t.Fatalf("the third assessor cannot sign in: %.200s", body)
	}
	other.send("/evaluate/interests", "/evaluate/interests", url.Values{"rest": {"yes"}})
	p.Press(`form[action="/office/evaluation/` + id + `/arbiter"] button`)
	p.Go(page)
	if got := p.Text("main"); !strings.Contains(got, third+"：") {
		t.Fatalf("after the call: %.500s", got)
	}
	markSingle(t, other, id, 9)
	p.Press(`.who form button`)
	signs(t, d, p, id)
	enter(t, d, p, "office1")
	p.Go(page)
	p.Press(`form[action$="/close"] button`)
	if got := p.Text("main"); !strings.Contains(got, "这份材料的评估已结束") {
		t.Errorf("after closing: %.400s", got)
	}
	p.Press(`a[href^="/office/evaluation/opinions/"]`)
	if got := p.Text("main"); !strings.Contains(got, "已核验") || len(p.Print()) == 0 {
		t.Errorf("the signed opinion: %.400s", got)
	}
	closedWithThree(t, filepath.Join(folder, programmeFile), id, third)
}

// singleDossier is the first dossier of the single track on the board: its sheet
// has few items.
func singleDossier(t *testing.T, p *walker.Page) string {
	t.Helper()
	id := walker.Look[string](p, `[...document.querySelectorAll("tbody tr[id]")].map(r => r.id).find(id => id.endsWith("-single")) || ""`)
	if id == "" {
		t.Fatal("no dossier of the single track on the board")
	}
	return id
}

// markSingle marks every criterion with so many tenths of its full marks and
// submits the sheet.
func markSingle(t *testing.T, who *person, id string, tenths float64) {
	t.Helper()
	page := "/evaluate/" + id
	_, body := who.open(page)
	form := seenOn(body)
	form.Set("do", "check")
	form.Set("opinion", "演练：总体良好")
	for _, m := range regexp.MustCompile(`data-item="([^"]+)" data-full="([^"]+)" data-needed`).FindAllStringSubmatch(body, -1) {
		full, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		form.Set("mark-"+m[1], strconv.FormatFloat(full*tenths/10, 'f', 2, 64))
		form.Set("reason-"+m[1], "演练：见材料")
	}
	who.send(page, page+"/sheet", form)
	_, body = who.open(page + "/submit")
	if _, body := who.send(page+"/submit", page+"/submit", seenOn(body)); !strings.Contains(body, "评分表已提交") {
		t.Fatalf("the sheet is not submitted: %.2000s", body)
	}
}

// seenOn are the versions that a page of a sheet was made from.
func seenOn(body string) url.Values {
	form := url.Values{}
	for _, m := range regexp.MustCompile(`name="(seen[^"]*)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		form.Set(m[1], m[2])
	}
	return form
}

// signs lets the institution's member write the opinion, which a wrong password
// does not sign, and sign it.
func signs(t *testing.T, d *runningDemo, p *walker.Page, id string) {
	t.Helper()
	enter(t, d, p, "assessor1")
	p.Go("/evaluate/opinions")
	p.Press(`a[href="/evaluate/` + id + `/institution"]`)
	for _, barrier := range p.Barriers() {
		t.Errorf("the opinion: %s", barrier)
	}
	p.Fill("#opinion", "演练：项目成效明显，同意。")
	p.Fill("#password", "not the password at all")
	p.Press(`button[value="sign"]`)
	if got := p.Text("main"); !strings.Contains(got, "密码") || p.Value("#opinion") != "演练：项目成效明显，同意。" {
		t.Errorf("a wrong password: %.300s", got)
	}
	p.TakeTroubles() // the refusal is an answer of 4xx, which the browser notes
	for _, a := range d.Accounts {
		if a.Name == "assessor1" {
			p.Fill("#password", a.Password)
		}
	}
	p.Press(`button[value="sign"]`)
	if got := p.Text("main"); !strings.Contains(got, "意见已签署") {
		t.Errorf("after signing: %.300s", got)
	}
	p.Press(`.who form button`)
}

// closedWithThree looks into the store: the result by the rule for three sheets,
// the finding in the scorebook, and the signed opinion over all sheets.
func closedWithThree(t *testing.T, path, id, third string) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	k, err := application.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.ResultOf(t.Context(), k)
	if err != nil || r == nil || r.Sheets != 3 || r.Rule != roster.NearestToArbiter || !slices.Contains(r.Counted, third) || slices.Contains(r.Counted, "assessor2") {
		t.Fatalf("the result: %+v, %v, want the arbiter's and the nearest of three sheets", r, err)
	}
	all, err := s.FindingVersions(t.Context(), scorebook.Key{Round: k.Round, Unit: k.Unit, Instrument: scorebook.Evaluation, Track: k.Track})
	if err != nil || len(all) != 1 || all[0].Mark != r.Mark || all[0].Digest != r.Digest {
		t.Errorf("the scorebook: %+v, %v, want %s", all, err, r.Mark)
	}
	opinions, err := s.Opinions(t.Context(), k.Round)
	n := slices.IndexFunc(opinions, func(o evaluation.Opinion) bool { return o.Dossier == k && o.Signed() })
	if err != nil || n < 0 || strings.Count(opinions[n].Signature.Document, `"assessor"`) != 3 {
		t.Errorf("the signed opinion: %v, %v, want one over three sheets", opinions, err)
	}
}
