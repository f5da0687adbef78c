package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/naming"
	"minyi/indicators/supervision"
)

// TestBrowserReportsDrawsChecksAndRevokes does what comes after a naming as users
// would (C39, C40, C42, C43, C44, C47): a unit files its report with proof of
// publication and the office accepts it; the list of the spot checks is frozen, the
// number entered, the draw made again by the command; a check fails by two people,
// the unit is heard, its name is revoked on the third ground, and the public page
// says so. Then the store is looked into.
func TestBrowserReportsDrawsChecksAndRevokes(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2021-01-10T09:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "office1")
	p.Go("/office/reports?year=2020")
	row := strings.TrimPrefix(p.Attribute("tbody th a", "href"), "/office/reports/2020/")
	p.Go("/office/checks")
	p.Fill("#source", "双色球 2021-01-11 当期号码")
	p.Select("#on", "2021-01-11")
	p.Press("#freeze button")
	p.Press(`.who form button`)
	reportByBrowser(t, d, p, row)
	p.Go("/demo")
	p.Select("#to", "january")
	p.Press(`form[action="/demo"] button`)
	enter(t, d, p, "office1")
	unit, check := drawByBrowser(t, d, p)
	failByBrowser(t, d, p, check)
	name := revokeByBrowser(t, d, p, unit)
	p.Go("/named/" + name + "?lang=zh-CN")
	if got := p.Text("main"); !strings.Contains(got, "已撤销") || !strings.Contains(got, "达不到示范指标体系") {
		t.Errorf("the public page of the name: %.400s", got)
	}
	afterwardsLooksRight(t, filepath.Join(folder, programmeFile), row, name)
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	doctorMissesWhatDecisionsRestOn(t, folder)
}

// doctorMissesWhatDecisionsRestOn takes the evidence of the revocation away and changes
// a report, a paper and a decision by hand: doctor, which found nothing before, names
// each.
func doctorMissesWhatDecisionsRestOn(t *testing.T, folder string) {
	t.Helper()
	var out bytes.Buffer
	if err := doctor(t.Context(), folder, &out, io.Discard); err != nil || out.String() != "ok\n" {
		t.Errorf("before: got %v, %s", err, out.String())
	}
	sum := sha256.Sum256([]byte("what the check found"))
	digest := hex.EncodeToString(sum[:])
	if err := os.Remove(filepath.Join(folder, evidenceFolder, digest[:2], digest[2:])); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(folder, programmeFile),
		`DROP TRIGGER yearly_acts_never_change`, `UPDATE yearly_acts SET document = replace(document, '写明plan', '写明另一')`,
		`DROP TRIGGER papers_never_change`, `UPDATE papers SET bytes = CAST('%PDF-' AS BLOB) WHERE kind = 'decision'`,
		`UPDATE proceedings SET document = json_set(document, '$.acts[0].known.scheme', 99)`)
	out.Reset()
	err := doctor(t.Context(), folder, &out, io.Discard)
	if !errors.As(err, new(exitError)) {
		t.Errorf("got %v, want status 1", err)
	}
	for _, want := range []string{"evidence " + digest + ": missing", "yearly report ", "decision ", "what was known is altered"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	// Three tables and their definitions were changed, and each is named besides.
	if got := strings.Count(out.String(), "\n"); got != 8 {
		t.Errorf("got %d lines, want one for each of four and of what was changed by hand:\n%s", got, out.String())
	}
}

// reportByBrowser writes, files and proves a report, which the office accepts.
func reportByBrowser(t *testing.T, d *runningDemo, p *walker.Page, unit string) {
	t.Helper()
	const own = "/apply/reports/2020"
	enter(t, d, p, "applicant-"+unit)
	p.Go(own)
	p.Fill("#measures", "全面推行行政执法公示制度")
	p.Wait(`#saving[data-state="saved"]`)
	p.Go(own) // what was saved by itself is there
	if got := p.Value("#measures"); !strings.Contains(got, "公示制度") {
		t.Errorf("saved by itself: %q", got)
	}
	for _, part := range []string{"results", "problems", "plan"} {
		p.Fill("#"+part, "写明"+part)
	}
	p.Press(`button[value="file"]`)
	p.Fill("#proof_place", "政府门户网站")
	p.Fill("#proof_url", "https://example.org/report")
	p.Press("#proof button")
	if got := p.Text("main"); !strings.Contains(got, "已报送并公布") {
		t.Errorf("after the proof: %.400s", got)
	}
	for _, barrier := range p.Barriers() {
		t.Errorf("the report: %s", barrier)
	}
	p.Press(`.who form button`)
	enter(t, d, p, "office1")
	p.Go("/office/reports/2020/" + unit)
	p.Press("#accept button")
	p.Press(`.who form button`)
	if status := p.Go("/reports/2020/" + unit); status != 200 || !strings.Contains(p.Text("main"), "政府门户网站") {
		t.Errorf("the public report: %d", status)
	}
}

// drawByBrowser enters the number, and makes the draw again by the command from the
// document that anybody may fetch.
func drawByBrowser(t *testing.T, d *runningDemo, p *walker.Page) (unit, check string) {
	t.Helper()
	p.Go("/office/checks")
	p.Fill("#number", "03 05 11 17 20 33 + 08")
	p.Press("#draw button")
	check = p.Attribute(`table a[href^="/office/checks/2021/"]`, "href")
	p.Go("/checks")
	for _, barrier := range p.Barriers() {
		t.Errorf("the public draws: %s", barrier)
	}
	file := filepath.Join(t.TempDir(), "draw.json")
	_, document := d.ask(t, http.MethodGet, "/checks/2021/draw.json", nil)
	if err := os.WriteFile(file, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := rootCommand()
	cmd.SetArgs([]string{"redraw", file})
	cmd.SetOut(&out)
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("the draw does not come out: %v", err)
	}
	drawn := strings.Fields(out.String())
	p.Go("/office/checks")
	if len(drawn) != p.Count(`table a[href^="/office/checks/2021/"]`) {
		t.Errorf("made again: %v", drawn)
	}
	return drawn[0], check
}

// failByBrowser opens the check, finds one indicator not met, and closes it as failed
// by two people.
func failByBrowser(t *testing.T, d *runningDemo, p *walker.Page, check string) {
	t.Helper()
	p.Go(check)
	p.Fill("#team", "刘组长\n陈律师")
	p.Fill("#document", "演练抽查〔2021〕1号")
	p.Press("#open button")
	levels := p.Count("nav ul.levels a")
	for n := 1; n <= levels; n++ {
		p.Go(fmt.Sprintf("%s?level=%d", check, n))
		if n == 1 {
			p.Click(`#items fieldset input[value="unmet"]`)
			p.Fill(`#items fieldset textarea`, "现场没有看到")
			for _, barrier := range p.Barriers() {
				t.Errorf("the check: %s", barrier)
			}
		}
		p.Select("#rest", "met")
		p.Fill("#rest_text", "逐项查阅台账")
		p.Press("#items > button")
	}
	p.Go(check)
	p.Click(`#outcome input[value="failed"]`)
	p.Fill("#outcome #text", "核心要求已达不到")
	p.Fill("#outcome #document", "演练抽查〔2021〕2号")
	p.Press("#outcome button")
	p.Press(`.who form button`)
	enter(t, d, p, "office2")
	p.Go(check)
	p.Press(`form[action$="/confirm"] button`)
	if got := p.Text("main"); !strings.Contains(got, "不符合") {
		t.Errorf("after two people: %.300s", got)
	}
}

// revokeByBrowser proposes the revocation from the failed check, lets the unit say
// that it has nothing to say, and decides by the other person.
func revokeByBrowser(t *testing.T, d *runningDemo, p *walker.Page, unit string) string {
	t.Helper()
	p.Press(`a[href*="ground=below"]`)
	page, _, _ := strings.Cut(p.Address(), "?")
	name := page[strings.LastIndex(page, "/")+1:]
	if !p.Holds(`input[name="ground-below"]`) {
		t.Error("the third ground is not chosen")
	}
	proof := filepath.Join(t.TempDir(), "核查.txt")
	if err := os.WriteFile(proof, []byte("what the check found"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Fill("#text", "抽查证实已达不到条件")
	p.Fill("#words", "决定撤销命名")
	p.Upload("#revoke #file", proof)
	p.Press("#revoke button")
	if p.Count("#decide") != 0 {
		t.Error("a decision is offered before the unit was heard")
	}
	p.Press(`.who form button`)
	enter(t, d, p, "applicant-"+unit)
	p.Go("/apply/hearings/" + name)
	p.Click(`input[name="nothing"]`)
	p.Press("#statement button")
	p.Press(`.who form button`)
	enter(t, d, p, "office1")
	p.Go(page)
	p.Fill("#decision-document", "演练撤销〔2021〕1号")
	for _, barrier := range p.Barriers() {
		t.Errorf("the decision: %s", barrier)
	}
	p.Press("#decide button")
	p.Press(`.who form button`)
	return name
}

// afterwardsLooksRight looks into the store.
func afterwardsLooksRight(t *testing.T, path, unit, name string) {
	t.Helper()
	s, err := readProgramme(t, path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	reports, err := s.Reports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(reports, func(r supervision.Report) bool { return string(r.Unit) == unit }); i < 0 || reports[i].State() != supervision.Taken {
		t.Errorf("the report of %s: %+v", unit, reports)
	}
	r, err := s.NamedRecord(t.Context(), name)
	if err != nil || r.Now() != naming.Revoked || len(r.Steps) != 2 || r.Steps[0].Standing != naming.Checked ||
		!slices.Equal(r.Steps[1].Grounds, []supervision.Ground{supervision.Below}) {
		t.Errorf("the name: %+v, %v", r, err)
	}
}
