package main

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/db"
	surveystore "minyi/survey/store"
)

// TestBrowserMonitor watches a survey's fieldwork: a resident answers, and the open
// page shows it without being loaded again; a target is set, and the forecast stands
// there; reading the share before the end is refused until it is allowed; signing out
// elsewhere ends the stream. Then it looks into the store.
func TestBrowserMonitor(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-09-24T10:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "agency1")
	p.Go("/agency/monitor")
	p.Wait(`[data-link="on"]`)
	home := walker.Look[string](p, `[...document.querySelectorAll('tbody th a')].find(a => a.textContent.startsWith('银川市')).getAttribute('href')`)
	changesByItself(t, d, p, home)
	setATarget(t, p, home)
	peekByLeave(t, p, home)
	monitorIsAccessible(t, p, home)
	withoutAScript(t, d, home)
	p.Go(home)
	p.Wait(`[data-link="on"]`)
	walker.Look[bool](p, `fetch('/logout', { method: 'POST', body: new URLSearchParams({ csrf: document.querySelector('form[action="/logout"] [name=csrf]').value }) }).then(r => r.ok)`)
	p.Wait(`[data-link="off"]`)
	if got := p.Text("[data-again]"); got != "重新载入" {
		t.Errorf("after the session: the link to look again is %q", got)
	}
	p.TakeTroubles()
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	monitorInTheStore(t, folder, strings.TrimSuffix(strings.TrimPrefix(home, "/agency/surveys/"), "/monitor"))
}

// changesByItself lets a resident of the survey answer, who is not of the population,
// and sees the count rise on the page that stays.
func changesByItself(t *testing.T, d *runningDemo, p *walker.Page, home string) {
	t.Helper()
	p.Go(home)
	p.Wait(`[data-link="on"]`)
	walker.Look[int](p, `window.stays = 1`)
	const screened = `Number(document.querySelector('#strata tr.sum td:nth-last-child(4)').textContent)`
	before, stored := walker.Look[int](p, screened), d.stored(t)
	for _, one := range d.Residents {
		if one.Applicant == "640100" {
			if got := d.fillIn(t, strings.TrimPrefix(one.URL, d.URL)); got != http.StatusOK {
				t.Fatalf("a resident's answer: got %d", got)
			}
			break
		}
	}
	after := before
	for begun := time.Now(); after == before && time.Since(begun) < time.Minute; time.Sleep(100 * time.Millisecond) {
		after = walker.Look[int](p, screened)
	}
	if after != before+1 {
		t.Errorf("screened out on the open page: got %d, want %d", after, before+1)
	}
	if got := d.stored(t) - stored; got != 1 {
		t.Errorf("stored: got %d sheets, want the one that the page shows", got)
	}
	if got := walker.Look[int](p, `window.stays`); got != 1 {
		t.Errorf("the page was loaded again")
	}
}

func setATarget(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	p.Go(home + "/settings")
	p.Fill("#target", "三百")
	p.Press(`form[action$="/settings"] button`)
	if p.Value("#target") != "三百" || !strings.Contains(p.Text(".problems"), "整数") {
		t.Errorf("a target in words: %q, refused with %q", p.Value("#target"), p.Text(".problems"))
	}
	p.Fill("#target", "300")
	p.Fill("#quiet", "5")
	p.Press(`form[action$="/settings"] button`)
	if got := p.Text(".grid"); !strings.Contains(got, "/ 300") || !strings.Contains(got, "目标：在这里设定") {
		t.Errorf("the target on the overview: %q", got)
	}
	if got := p.Text("#strata tr.sum"); !strings.Contains(got, "300") {
		t.Errorf("the target over the strata: %q", got)
	}
	p.TakeTroubles() // the answer 422 is one
}

func peekByLeave(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	p.Go(home + "/running")
	if got := p.Count(`form[action$="/running"]`); got != 0 {
		t.Errorf("the share may be read without leave")
	}
	p.Fill("#reason", "领导小组要中期汇报")
	p.Press(`form[action$="/allow"] button`)
	p.Press(`form[action$="/running"] button`)
	if got := p.Text(".problems"); !strings.Contains(got, "还太少") {
		t.Errorf("a reading of few sheets: %q", got)
	}
	p.TakeTroubles() // the answer 409 is one
}

func monitorIsAccessible(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	screens := []walker.Screen{walker.Desk(), {Name: "tablet", Width: 820, Height: 1180}}
	for _, path := range []string{"/agency/monitor", home, home + "/places", home + "/balance", home + "/running", home + "/settings"} {
		p.Go(path)
		for k, screen := range screens {
			p.Dress(screen, k == 1)
			for _, barrier := range p.Barriers() {
				t.Errorf("%s on a %s: %s", path, screen.Name, barrier)
			}
			if got := p.Width(); got > screen.Width {
				t.Errorf("%s is %d wide on a screen of %d", path, got, screen.Width)
			}
		}
		p.Shot("monitor-" + path[strings.LastIndex(path, "/")+1:])
	}
	p.Dress(walker.Desk(), false)
}

func withoutAScript(t *testing.T, d *runningDemo, home string) {
	t.Helper()
	quiet := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: false})
	enter(t, d, quiet, "agency2")
	quiet.Go(home)
	if quiet.Count("#days svg rect.sampled") == 0 || quiet.Count("#days table tbody tr") == 0 {
		t.Errorf("without a script there is no curve, or no table behind it")
	}
	quiet.Press("[data-again]")
	if got := quiet.Address(); got != home {
		t.Errorf("the link to look again leads to %s", got)
	}
}

func monitorInTheStore(t *testing.T, folder, id string) {
	t.Helper()
	half, err := db.Open(t.Context(), db.Survey, filepath.Join(folder, "survey.db"), surveystore.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = half.Close() }()
	for _, c := range []struct {
		what, query string
		args        []any
		want        int
	}{
		{"the target", `SELECT json_extract(doc, '$.monitoring.settings.target') FROM survey WHERE id = $1`, []any{id}, 300},
		{"the leave to read", `SELECT count(*) FROM trail WHERE action = 'survey.monitor.allow' AND reason = '领导小组要中期汇报'`, nil, 1},
		{"readings", `SELECT count(*) FROM trail WHERE action = 'survey.monitor.read' AND outcome <> 'refused'`, nil, 0},
	} {
		var got int
		if err := half.Reader().QueryRowContext(t.Context(), c.query, c.args...).Scan(&got); err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
}
