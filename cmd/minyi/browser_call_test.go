package main

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/db"
	surveystore "minyi/survey/store"
)

// TestBrowserAnInterviewersShift gives a survey telephone numbers, lets an
// interviewer call, interview and make an appointment, lets somebody of the agency
// verify the interview, and looks at the store: one more answer, spent as any, two
// sealed cases changed, and nothing of the calls to read in the file.
func TestBrowserAnInterviewersShift(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	dir := t.TempDir()
	d := startDemo(t, dir, "--at", "2020-09-15T10:00")
	before := d.stored(t)
	agency := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, agency, "agency1")
	agency.Go("/agency")
	home := strings.Split(agency.Attribute(`tbody a[href^="/agency/surveys/"]`, "href"), "?")[0] + "/contact"
	givesNumbers(t, agency, home)

	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "interviewer1")
	interviews(t, p)
	agrees(t, p)
	for _, path := range []string{"/call", home} {
		want := map[string]int{"/call": 200, home: 403}[path]
		if got := p.Go(path); got != want {
			t.Errorf("%s as an interviewer: got %d, want %d", path, got, want)
		}
	}
	p.TakeTroubles() // the browser tells of the page that was refused

	verifies(t, agency, home)
	reminds(t, d, agency, home)
	if got := d.stored(t) - before; got != 1 {
		t.Errorf("answers stored: got %d more, want 1", got)
	}
	called(t, dir)
}

// givesNumbers uploads telephone numbers and opens the calls; every page of the
// agency's contacts is without barriers.
func givesNumbers(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "numbers.csv")
	text := "serial,phone,name,place\n"
	for i := range 40 {
		text += fmt.Sprintf("%d,1380000%04d,住户%d,幸福路%d号\n", i+1, i+1, i+1, i+1)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Go(home + "/calls")
	p.Upload("#numbers", file)
	p.Press(`form[action$="/numbers"] button`)
	if got := p.Text(".tile b"); got != "40" {
		t.Fatalf("links with a number: got %s, want 40", got)
	}
	p.Click(`input[name="on"]`)
	p.Press(`form[action$="/rules"] button`)
	for _, path := range []string{"", "/calls", "/rates"} {
		p.Go(home + path)
		for _, barrier := range p.Barriers() {
			t.Errorf("%s%s: %s", home, path, barrier)
		}
		p.Shot("contact" + strings.ReplaceAll(path, "/", "-"))
	}
	p.Go(home)
	p.Press(`button[value="preview"]`)
	if got := p.Text("dl.facts"); !strings.Contains(got, "拆成") {
		t.Errorf("the preview says nothing of the length: %q", got)
	}
}

// interviews takes a case, fills in the questionnaire and records the interview.
func interviews(t *testing.T, p *walker.Page) {
	t.Helper()
	if got := p.Address(); got != "/call" {
		t.Errorf("an interviewer begins at %s", got)
	}
	p.Press(`form[action$="/next"] button`)
	at := p.Address()
	if got := p.Text("main"); !strings.Contains(got, "1380000") || !strings.Contains(got, "幸福路") {
		t.Errorf("the case shows no number or no place: %q", got)
	}
	for _, barrier := range p.Barriers() {
		t.Errorf("the case: %s", barrier)
	}
	p.Select("#code", "1.1")
	p.Press(`form:has(#code) button`)
	if got := p.Text(".problems"); !strings.Contains(got, "还没有收到") {
		t.Errorf("an interview without its sheet: %q", got)
	}
	p.TakeTroubles() // 409
	p.Go(p.Attribute("#questionnaire", "href"))
	p.Dress(walker.Phone(), false) // answerAll looks whether the pages fit a phone
	answerAll(t, p, "call-")
	p.Dress(walker.Desk(), false)
	p.Go(at)
	if got := p.Value("#code"); got != "1.1" {
		t.Errorf("the sheet came, and the code is %q", got)
	}
	p.Press(`form:has(#code) button`)
	if got := p.Address(); !strings.HasPrefix(got, "/call?done=") {
		t.Fatalf("the interview is not recorded: %s %s", got, p.Text("main"))
	}
}

// agrees makes an appointment, after a note with a number in it was refused.
func agrees(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Press(`form[action$="/next"] button`)
	p.Select("#code", "2.21")
	p.Select("#again", "2020-09-16T10:30")
	p.Fill("#note", "13800138000")
	p.Press(`form:has(#code) button`)
	if got := p.Text(".problems"); !strings.Contains(got, "个人信息") {
		t.Errorf("a note with a number: %q", got)
	}
	p.TakeTroubles() // 422
	if got := p.Value("#again"); got != "2020-09-16T10:30" {
		t.Errorf("the appointment that was typed is %q", got)
	}
	p.Select("#note", "上午方便")
	p.Press(`form:has(#code) button`)
	if got := p.Text("main"); !strings.Contains(got, "拨打2次，访问1份") {
		t.Errorf("the desk says %q", got)
	}
}

// verifies calls the interview back as somebody of the agency.
func verifies(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	p.Go(home + "/calls")
	p.Press(`form[action$="/verify"] button`)
	for _, barrier := range p.Barriers() {
		t.Errorf("the verification: %s", barrier)
	}
	p.Click(`input[value="confirmed"]`)
	p.Press(`form[action$="/check"] button`)
	row := strings.Join(strings.Fields(p.Text("tbody tr")), " ")
	if !strings.HasPrefix(row, "interviewer1 2 1 0 0.00%") || !strings.HasSuffix(row, " 1 1 0") {
		t.Errorf("the interviewer's row: %q", row)
	}
	p.Go(home + "/rates")
	if got := p.Text("section table"); !strings.Contains(got, "2.21") || !strings.Contains(got, "1.1") {
		t.Errorf("the dispositions: %q", got)
	}
}

// reminds takes a reminder's list as CSV: those who have answered are not on it, and
// its lines are as many as the page says.
func reminds(t *testing.T, d *runningDemo, p *walker.Page, home string) {
	t.Helper()
	form := url.Values{"way": {"sms"}, "format": {"csv"}, "text": {"{name}您好：{link}"}, "do": {"remind"}}
	status, file := d.as(t, "agency").send(home, home+"/list", form)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	if status != http.StatusOK || err != nil || !strings.HasPrefix(file, "\ufeff") || len(rows) < 2 {
		t.Fatalf("the list: %d, %v, %d lines", status, err, len(rows))
	}
	for _, row := range rows[1:] {
		if row[9] != "false" || row[8] == "0" || !strings.Contains(row[7], row[5]) {
			t.Errorf("a line of the list: %v", row)
		}
	}
	p.Go(home)
	if got := p.Text("tbody td.n"); got != strconv.Itoa(len(rows)-1) {
		t.Errorf("the page says %s people, the list has %d", got, len(rows)-1)
	}
}

// called looks into the file: cases that were called are changed, and neither
// numbers nor calls can be read.
func called(t *testing.T, dir string) {
	t.Helper()
	half, err := db.Open(t.Context(), db.Survey, filepath.Join(dir, surveyFile), surveystore.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = half.Close() }()
	var cases, changed int
	err = half.Reader().QueryRowContext(t.Context(), `SELECT count(*), sum(version > 1) FROM contact_case WHERE serial > 0`).Scan(&cases, &changed)
	if err != nil || cases != 40 || changed != 2 {
		t.Errorf("cases: got %d, %d of them called, %v; want 40 and 2", cases, changed, err)
	}
	for _, name := range []string{surveyFile, surveyFile + "-wal"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for _, word := range []string{"13800000001", "住户1", "上午方便", "2.21"} {
			if strings.Contains(string(raw), word) {
				t.Errorf("%s holds %q", name, word)
			}
		}
	}
}
