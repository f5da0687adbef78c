package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// fewResidents make a round that is played in seconds; the draws still give each
// stratum its two committees.
const fewResidents = "240"

// runningDemo is a demo that serves in this process.
type runningDemo struct {
	readyLine
	stop func() error
}

// runDemo runs `minyi demo --json` on a folder and waits for its ready line.
func runDemo(t *testing.T, dir string, args ...string) *runningDemo {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	lines, out := io.Pipe()
	cmd := demoCommand()
	cmd.SetArgs(append([]string{"--data", dir, "--listen", "127.0.0.1:0", "--residents", fewResidents, "--json"}, args...))
	cmd.SetOut(out)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	done := make(chan error, 1)
	go func() {
		done <- cmd.ExecuteContext(ctx)
		_ = out.Close()
	}()
	line, err := bufio.NewReader(lines).ReadBytes('\n')
	if err != nil {
		cancel()
		t.Fatalf("no ready line: %v: %v", err, <-done)
	}
	d := &runningDemo{}
	if err := json.Unmarshal(line, &d.readyLine); err != nil {
		t.Fatalf("ready line: %v\n%s", err, line)
	}
	stopped := false
	d.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() {
		if err := d.stop(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// person is somebody with cookies who follows redirects.
type person struct {
	t    *testing.T
	base string
	http.Client
}

func (d *runningDemo) person(t *testing.T) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, base: d.URL, Client: http.Client{Jar: jar, Timeout: 5 * time.Minute}} // a move of the clock plays weeks
}

func (p *person) read(res *http.Response, err error) (int, string) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func (p *person) open(path string) (int, string) {
	p.t.Helper()
	return p.read(p.Get(p.base + path))
}

// send fills in a form of the page: its token and the given fields.
func (p *person) send(page, path string, fields url.Values) (int, string) {
	p.t.Helper()
	_, body := p.open(page)
	fields.Set("csrf", csrfIn(body))
	return p.read(p.PostForm(p.base+path, fields))
}

// as signs in the first account of a role, or the one of that name.
func (d *runningDemo) as(t *testing.T, who string) *person {
	t.Helper()
	p := d.person(t)
	for _, a := range d.Accounts {
		if a.Role == who || a.Name == who {
			if status, body := p.send("/login", "/login", url.Values{"name": {a.Name}, "password": {a.Password}}); status != http.StatusOK {
				t.Fatalf("sign in %s: %d\n%s", a.Name, status, body)
			}
			return p
		}
	}
	t.Fatalf("no account of %s", who)
	return nil
}

func TestDemoPlaysARoundAndGoesOnWhereItWas(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a whole round")
	}
	t.Parallel()
	dir := t.TempDir()
	d := runDemo(t, dir)
	checkReadyLine(t, d)
	checkKeys(t, d)
	checkFieldwork(t, d)
	before, err := openDemoFolder(dir, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}

	again := runDemo(t, dir)
	if got, want := again.Accounts[0], d.Accounts[0]; got != want {
		t.Errorf("account after a restart: got %v, want %v", got, want)
	}
	if got, want := len(again.Residents), len(d.Residents); got != want {
		t.Errorf("unspent links after a restart: got %d, want %d", got, want)
	}
	checkFieldwork(t, again)
	checkForward(t, again)
	if err := again.stop(); err != nil {
		t.Fatal(err)
	}
	if after, err := openDemoFolder(dir, 0, 0); err != nil || after.Seed != before.Seed {
		t.Errorf("seed after a restart: got %v (%v), want %d", after, err, before.Seed)
	}
	checkNeverBack(t, dir)
}

// checkReadyLine looks at what other programs rely on.
func checkReadyLine(t *testing.T, d *runningDemo) {
	t.Helper()
	roles := map[string]int{}
	for _, a := range d.Accounts {
		roles[a.Role]++
		if len(a.Password) < 12 {
			t.Errorf("account %s: password of %d characters", a.Name, len(a.Password))
		}
	}
	for role, want := range map[string]int{
		"office": 2, "agency": 2, "assessor": 2, "interviewer": 1, "inspector": 1, "sysadmin": 1, "secadmin": 1, "auditor": 1, "applicant": 12,
	} {
		if roles[role] != want {
			t.Errorf("accounts of role %s: got %d, want %d", role, roles[role], want)
		}
	}
	if len(d.Residents) < 24 {
		t.Errorf("unspent links: got %d, want 24 or more", len(d.Residents))
	}
	units := map[string]bool{}
	for _, r := range d.Residents {
		units[r.Applicant] = true
		status, body := d.person(t).open(strings.TrimPrefix(r.URL, d.URL))
		if status != http.StatusOK || !strings.Contains(body, `name="consent"`) {
			t.Errorf("link of %s: got %d, want the first page", r.Applicant, status)
		}
	}
	if len(units) != 12 {
		t.Errorf("units with an unspent link: got %d, want 12", len(units))
	}
	if got, want := len(d.Posters), 24; got != want {
		t.Errorf("posters: got %d, want %d", got, want)
	}
	for _, p := range d.Posters {
		if status, _ := d.person(t).open(strings.TrimPrefix(p.URL, d.URL)); status != http.StatusOK {
			t.Errorf("poster %s of %s: got %d", p.Name, p.Applicant, status)
		}
	}
}

func checkKeys(t *testing.T, d *runningDemo) {
	t.Helper()
	if len(d.Keys) == 0 {
		t.Error("no key to the programming interface")
	}
	for _, k := range d.Keys {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/api/v1/rounds", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+k.Key)
		p := d.person(t)
		if status, body := p.read(p.Do(request)); status != http.StatusOK || !strings.Contains(body, "2020") {
			t.Errorf("key of %s: got %d %s", k.Role, status, body)
		}
	}
}

// checkFieldwork expects filing played, the fieldwork open and nothing twice.
func checkFieldwork(t *testing.T, d *runningDemo) {
	t.Helper()
	_, board := d.as(t, "office").open("/office?lang=en")
	if got := onTile(board, "filed"); got != "12" {
		t.Errorf("filed dossiers on the office's board: got %s, want 12", got)
	}
	_, list := d.as(t, "agency").open("/agency")
	if got := strings.Count(list, "/agency/surveys/"); got < 12 {
		t.Errorf("surveys in the agency's list: got %d, want 12", got)
	}
	if status, _ := d.as(t, "applicant-D26").open("/apply/2020/comprehensive/print"); status != http.StatusOK {
		t.Errorf("an applicant's own dossier: got %d", status)
	}
	_, logs := d.person(t).open("/ledger")
	if got := strings.Count(logs, "最近一次查看并签名"); got != 2 {
		t.Errorf("witnesses who have looked: got %d, want 2\n%s", got, logs)
	}
}

// checkForward moves the clock over evaluation, notice and naming through the
// control page, and expects the names on the public page; never back.
func checkForward(t *testing.T, d *runningDemo) {
	t.Helper()
	p := d.person(t)
	for _, to := range []string{"evaluated", "notice", "naming", "january"} {
		if status, body := p.send("/demo", "/demo", url.Values{"to": {to}}); status != http.StatusOK {
			t.Fatalf("move to %s: %d\n%s", to, status, body)
		}
	}
	for _, to := range []string{"fieldwork", "yesterday"} {
		if status, _ := p.send("/demo", "/demo", url.Values{"to": {to}}); status < 400 || status >= 500 {
			t.Errorf("move to %s: got %d, want a refusal", to, status)
		}
	}
	_, public := p.open("/")
	if got := strings.Count(public, "示范"); got < 8 {
		t.Errorf("titles on the public page: got %d, want the eight named\n%s", got, public)
	}
	_, board := d.as(t, "office").open("/office?lang=en")
	if got := onTile(board, "named"); got != "8" {
		t.Errorf("named on the office's board: got %s, want 8", got)
	}
	_, counts := p.open("/scrutiny")
	if !regexp.MustCompile(`data-label="抽检">[1-9]`).MatchString(counts) {
		t.Error("no answer opened as a check is counted")
	}
}

// onTile reads how many have passed a stage from the tiles of the office's board.
func onTile(board, stage string) string {
	before, _, _ := strings.Cut(board, "</small></b><span>"+stage+"</span>")
	number, _, _ := strings.Cut(before[strings.LastIndex(before, "<b>")+len("<b>"):], "<small>")
	return number
}

func checkNeverBack(t *testing.T, dir string) {
	t.Helper()
	cmd := demoCommand()
	cmd.SetArgs([]string{"--data", dir, "--listen", "127.0.0.1:0", "--at", "2020-08-15"})
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	err := cmd.ExecuteContext(t.Context())
	var usage usageError
	if !errors.As(err, &usage) || !errors.Is(usage.error, errBack) {
		t.Errorf("demo --at before now: got %v, want %v as a wrong use", err, errBack)
	}
	serve := serveCommand()
	serve.SetArgs([]string{"--data", dir, "--listen", "127.0.0.1:0"})
	serve.SilenceUsage, serve.SilenceErrors = true, true
	if err := serve.ExecuteContext(t.Context()); err == nil {
		t.Error("serve took a demo's folder, whose passwords are known")
	}
}

func TestDemoTakesUpAPlayThatWasCutShort(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round in pieces")
	}
	t.Parallel()
	dir := t.TempDir()
	for _, after := range []time.Duration{300, 900, 1500} {
		ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond)
		cmd := demoCommand()
		cmd.SetArgs([]string{"--data", dir, "--listen", "127.0.0.1:0", "--residents", fewResidents, "--json"})
		cmd.SetOut(io.Discard)
		cmd.SilenceUsage, cmd.SilenceErrors = true, true
		_ = cmd.ExecuteContext(ctx) // that it could not finish is the point
		cancel()
	}
	checkFieldwork(t, runDemo(t, dir))
}

func TestDemoStartsInTheFilingWindowWhenAsked(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a part of a round")
	}
	t.Parallel()
	d := startDemo(t, t.TempDir(), "--at", "2020-08-15")
	_, board := d.as(t, "office").open("/office?lang=en")
	if got := strings.Count(board, ">Filed<"); got < 1 || got > 11 {
		t.Errorf("filed by 15 August: got %d, want some of the twelve", got)
	}
	if status, body := d.as(t, "applicant-D26").open("/apply"); status != http.StatusOK || !strings.Contains(body, "/start") {
		t.Errorf("an applicant who has not begun: got %d, want the form that starts a dossier", status)
	}
	if len(d.Residents) != 0 {
		t.Errorf("links before the surveys are set up: got %d, want none", len(d.Residents))
	}
}

func TestDemoControlPageIsForThisMachineOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a part of a round")
	}
	t.Parallel()
	d := startDemo(t, t.TempDir(), "--at", "2020-07-20T10:00")
	p := d.person(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/demo", nil)
	if err != nil {
		t.Fatal(err)
	}
	if status, body := p.read(p.Do(request)); status != http.StatusOK || !strings.Contains(body, d.Accounts[0].Password) {
		t.Errorf("from this machine: got %d, want the page with the accounts", status)
	}
	request.Header.Set("X-Forwarded-For", "192.0.2.1")
	if status, _ := p.read(p.Do(request)); status != http.StatusNotFound {
		t.Errorf("through a proxy: got %d, want 404", status)
	}
	if status, _ := p.read(p.PostForm(d.URL+"/demo", url.Values{"to": {"notice"}})); status != http.StatusForbidden {
		t.Errorf("a move without the form's token: got %d, want 403", status)
	}
}
