package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/application"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// browsing is a browser in which somebody of the demo has signed in.
func (d *runningDemo) browsing(t *testing.T, name string) *walker.Page {
	t.Helper()
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	for _, a := range d.Accounts {
		if a.Name == name {
			p.Go("/login")
			p.Fill("#name", a.Name)
			p.Fill("#password", a.Password)
			p.Press("main form button")
			return p
		}
	}
	t.Fatalf("no account %s", name)
	return nil
}

// scanned is what the code on the first page of a printed file says. Where there is
// no zbar, whose readers the printed sheets are tried with, it is taken for right.
func scanned(t *testing.T, file, otherwise string) string {
	t.Helper()
	for _, program := range []string{"pdftoppm", "zbarimg"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("%s is missing: the code is not scanned here", program)
			return otherwise
		}
	}
	dir := t.TempDir()
	path, picture := filepath.Join(dir, "dossier.pdf"), filepath.Join(dir, "page")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := exec.CommandContext(t.Context(), "pdftoppm", "-png", "-r", "150", "-singlefile", path, picture).Run(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "zbarimg", "--raw", "-q", "--nodbus", "-Sdisable", "-Sqrcode.enable", picture+".png").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestBrowserADossierIsFiledCheckedReturnedAndAccepted goes the way of a dossier from
// the receipt to the acceptance: the code of the printed file leads anybody to its
// seal, it is withdrawn and filed again, returned by one of the office while another
// decides, completed and accepted.
func TestBrowserADossierIsFiledCheckedReturnedAndAccepted(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	dir := t.TempDir()
	d := startDemo(t, dir, "--at", "2020-08-04T12:00:00+08:00")
	const unit, desk, check = "applicant-640100", "/apply/2020/comprehensive/seal", "/office/formal/2020-640100-comprehensive"
	p, anybody := d.browsing(t, unit), walker.Open(t, d.URL, walker.Options{Screen: walker.Phone(), Script: true})
	p.Go(desk)
	first := p.Text("#receipt-digest")
	status, file := d.as(t, unit).open(desk + "/" + first + "/printed.pdf")
	if status != 200 {
		t.Fatalf("printed file: %d", status)
	}
	link := scanned(t, file, d.URL+"/seal/"+first)
	standing := func(want string) {
		t.Helper()
		anybody.Go(link)
		if got := anybody.Text("#standing"); got != want {
			t.Errorf("the seal: got %q, want %q", got, want)
		}
	}
	standing("封存有效")
	barriers(t, anybody)
	p.Click("#withdraw summary")
	p.Press("#withdraw button")
	standing("已不再有效")
	p.Press("#file-form button")
	if second := p.Text("#receipt-digest"); second == first {
		t.Error("filed again under the same seal")
	}
	standing("已被新的提交取代")

	one, other := d.browsing(t, "office1"), d.browsing(t, "office2")
	one.Go(check)
	other.Go(check)
	one.Click(`input[value="returned"]`)
	one.Fill("#reason", "请补充第 5 项的佐证材料")
	one.Press("#decide button")
	other.Click(`input[value="accepted"]`)
	other.Fill("#reason", "我认为材料齐全")
	other.Press("#decide button")
	if got := other.Text(".problems"); !strings.Contains(got, "office1 刚刚已对这份材料作出决定") {
		t.Errorf("the second is told %q", got)
	}
	if got := other.Text("main"); !strings.Contains(got, "我认为材料齐全") {
		t.Error("what the second wrote is lost")
	}
	p.Go(desk)
	if got := p.Text("#formal"); !strings.Contains(got, "请补充第 5 项的佐证材料") || !strings.Contains(got, "2020-08-31") {
		t.Errorf("the unit is told %q", got)
	}
	barriers(t, p)
	p.Press("#file-form button")
	other.Go(check)
	other.Click(`input[value="accepted"]`)
	other.Fill("#reason", "补正后材料齐全")
	other.Press("#decide button")
	barriers(t, other)
	other.Shot("formal-accepted")
	p.Go(desk)
	if got := p.Text("#formal h2 .badge"); got != "已受理" {
		t.Errorf("the unit sees %q", got)
	}
	p.Shot("seal-accepted")
	other.TakeTroubles() // the refusal of the second, a 409
	accepted(t, d, dir)
}

func barriers(t *testing.T, p *walker.Page) {
	t.Helper()
	for _, barrier := range p.Barriers() {
		t.Errorf("%s: %s", p.Address(), barrier)
	}
}

// accepted looks into the store once the demo has stopped.
func accepted(t *testing.T, d *runningDemo, dir string) {
	t.Helper()
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, programmeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := s.Dossier(t.Context(), application.Key{Round: 2020, Unit: "640100", Track: roster.Comprehensive})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Accepted() || len(got.Seals) != 3 || !got.Seals[1].Returned || len(got.Formal) != 2 {
		t.Errorf("stored: accepted %t, %d seals, %d decisions, want three filings and two decisions", got.Accepted(), len(got.Seals), len(got.Formal))
	}
}
