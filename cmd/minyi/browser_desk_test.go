package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// allSaved is true once nothing that was typed waits to be saved.
const allSaved = `new Promise((done) => { const look = () => Object.keys(localStorage).some((k) => k.startsWith('minyi desk|')) ? setTimeout(look, 20) : done(true); look(); })`

// lostLine makes every saving fail as a line that is gone does; the next page has
// a line again.
const lostLine = `(window.fetch = () => Promise.reject(new TypeError('no line')), true)`

const wideDesk = "/apply/2020/comprehensive"

// TestBrowserApplicantFilesFromAPhone fills in a whole dossier on a phone as a new
// user would: indicators by keyboard and by tap, figures that are compared at
// once, a line that is lost and a page that is loaded again, a colleague on the
// same indicator, the report with its count, the declaration, and filing. What was
// typed lies in the store.
func TestBrowserApplicantFilesFromAPhone(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-08-15")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Screen{Name: "phone", Width: 390, Height: 844, Phone: true}, Script: true})
	enter(t, d, p, "applicant-D26")
	p.Go("/apply")
	p.Press(`form[action$="/comprehensive/start"] button`)
	deskAssesses(t, p)
	deskLosesItsLine(t, p)
	deskMeetsAColleague(t, d, p)
	deskReports(t, p)
	deskCloses(t, p)
	p.Go(wideDesk + "/profile")
	p.Fill("#leader_name", "王一")
	p.Fill("#leader_post", "厅长")
	walker.Look[bool](p, allSaved)
	deskLooks(t, p)
	p.Go(wideDesk + "/declaration")
	p.Click("#declared")
	p.Press(`form[action$="/declaration"] .actions button, form[action$="/declaration"] p > button`)
	p.Go(wideDesk)
	p.Shot("desk-ready")
	if got := p.Text("main"); !strings.Contains(got, "106 项必填内容都已填写") || !strings.Contains(got, "材料已齐备") {
		t.Errorf("the desk: got %.200s", got)
	}
	p.Press(`form[action$="/file"] button`)
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	deskStored(t, folder)
}

// deskAssesses goes through the first heading by keyboard and through the others
// by tapping.
func deskAssesses(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go(wideDesk + "/self?level=1")
	first := p.Count(".claim")
	p.Keys(strings.Repeat("j1", first))
	walker.Look[bool](p, allSaved)
	if got := p.Count(`.claim input[value="met"]:checked`); got != first || first != 22 {
		t.Errorf("by keyboard: got %d of %d, want 22", got, first)
	}
	p.Fill("#note-2", "按保存键之前写的") // pressing the button while it is being saved
	p.Press("#self .actions button")
	p.Go(wideDesk + "/self?level=1")
	if got := p.Value("#note-2"); got != "按保存键之前写的" {
		t.Errorf("the button: got %q", got)
	}
	p.Fill("#figure-5-0", "6")
	p.Wait(`[data-said="5"] .badge.bad`) // 5 working days at most (C102)
	p.Shot("desk-self")
	p.Fill("#figure-5-0", "5")
	p.Wait(`[data-said="5"] .badge.ok`)
	for level := 2; level <= 8; level++ {
		p.Go(fmt.Sprintf("%s/self?level=%d", wideDesk, level))
		walker.Look[bool](p, `(document.querySelectorAll('.claim input[value=met]').forEach((r) => r.click()), true)`)
		walker.Look[bool](p, allSaved)
	}
	if got := p.Text("#tally"); !strings.Contains(got, "达到 100 项，适用 100 项，至少需要 90 项，还有 0 项未填") {
		t.Errorf("the tally beside the last tap: got %s", got)
	}
}

// deskLosesItsLine types while the line is gone and loads the page again: nothing
// is lost.
func deskLosesItsLine(t *testing.T, p *walker.Page) {
	t.Helper()
	const page = wideDesk + "/self?level=1"
	p.Go(page)
	walker.Look[bool](p, lostLine)
	p.Fill("#note-1", "断线时写的")
	p.Wait("#saving[data-state=waiting]")
	if got := p.Text("#saving"); !strings.Contains(got, "1 处改动留在本机") {
		t.Errorf("the state in words: got %s", got)
	}
	p.Go(page)
	walker.Look[bool](p, allSaved)
	p.Go(page)
	if got := p.Value("#note-1"); got != "断线时写的" {
		t.Errorf("after the line came back: got %q", got)
	}
}

// deskMeetsAColleague changes an indicator that a colleague has changed since: both
// texts are there, and the choice is kept.
func deskMeetsAColleague(t *testing.T, d *runningDemo, p *walker.Page) {
	t.Helper()
	const page = wideDesk + "/self?level=8"
	other := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, other, "applicant-D26")
	p.Go(page)
	other.Go(page)
	other.Fill("#note-97", "同事写的")
	walker.Look[bool](other, allSaved)
	p.Fill("#note-98", "各写各的")
	walker.Look[bool](p, allSaved)
	p.Fill("#note-97", "我写的")
	p.Wait(`[data-said="97"] [data-theirs]`)
	if got := p.Text(`[data-said="97"]`); !strings.Contains(got, "同事写的") || p.Value("#note-97") != "我写的" {
		t.Errorf("both texts: got %s beside %s", got, p.Value("#note-97"))
	}
	p.Shot("desk-conflict")
	p.Go(page) // loaded again, nothing is decided by that
	p.Wait(`[data-said="97"] [data-theirs]`)
	p.Click(`[data-said="97"] [data-take="mine"]`)
	walker.Look[bool](p, allSaved)
	_ = p.TakeTroubles() // the refusal of the second
}

// counted are texts whose length the page and the server must agree on (C79): white
// space of all kinds, punctuation, letters outside the first plane, marks that
// nobody sees.
func counted() []string {
	return []string{
		"", "法治", "法 治\n\t　政府", "法，治。“政府”——（一）！", "abc 123 -_/", "𠀀𠀁法", "e\u0301", "a\u200bb\u2060c\ufeff", "\u00a0\u2003\u3000\u1680", "😀👍🏽", "100%＋①②℃￥$^~",
	}
}

func deskReports(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go(wideDesk + "/report")
	walker.Look[bool](p, lostLine)
	for _, punctuation := range []bool{true, false} {
		for _, text := range counted() {
			set := fmt.Sprintf(`((a) => { document.getElementById('count').dataset.punctuation = '%t'; a.value = %q; a.dispatchEvent(new Event('input', { bubbles: true })); return Number(document.getElementById('count').textContent); })(document.getElementById('measures'))`, punctuation, text)
			if got, want := walker.Look[int](p, set), application.Length(text, punctuation); got != want {
				t.Errorf("%q with punctuation %t: the page counts %d, the server %d", text, punctuation, got, want)
			}
		}
	}
	walker.Look[bool](p, `(localStorage.clear(), true)`)
	p.Go(wideDesk + "/report")
	p.Fill("#measures", strings.Repeat("法", 50))
	p.Fill("#results", "成效")
	p.Fill("#highlights", "亮点")
	walker.Look[bool](p, allSaved)
	if got := p.Text("#count"); got != "54" {
		t.Errorf("the live count: got %s, want 54", got)
	}
}

// deskCloses answers as the server does when the window has closed: what was typed
// can be copied, and is there again afterwards.
func deskCloses(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go(wideDesk + "/report")
	walker.Look[bool](p, `(window.fetch = () => Promise.resolve(new Response('<div data-answer data-state="closed" data-seen="0"><div data-closing><p>申报时间已过</p></div></div>', { status: 403 })), true)`)
	p.Fill("#highlights", "最后一刻写的亮点")
	p.Wait("#kept")
	if got := p.Value("#kept-text"); !strings.Contains(got, "最后一刻写的亮点") {
		t.Errorf("to be copied: got %q", got)
	}
	p.Shot("desk-closed")
	p.Go(wideDesk + "/report")
	walker.Look[bool](p, allSaved)
}

// deskLooks asks of every page of the desk that nobody scrolls sideways and that
// axe-core finds no barrier.
func deskLooks(t *testing.T, p *walker.Page) {
	t.Helper()
	for _, page := range []string{"/apply", wideDesk, wideDesk + "/self?level=2", wideDesk + "/self?show=unproven", wideDesk + "/report", wideDesk + "/profile", wideDesk + "/declaration", wideDesk + "/copy"} {
		p.Go(page)
		if got := p.Width(); got > 390 {
			t.Errorf("%s is %d wide on a phone", page, got)
		}
		for _, barrier := range p.Barriers() {
			t.Errorf("%s: %s", page, barrier)
		}
	}
}

func deskStored(t *testing.T, folder string) {
	t.Helper()
	programme, err := store.Open(t.Context(), filepath.Join(folder, programmeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer programme.Close()
	got, err := programme.Dossier(t.Context(), application.Key{Round: 2020, Unit: "D26", Track: roster.Comprehensive})
	if err != nil {
		t.Fatal(err)
	}
	met := 0
	for _, c := range got.Claims {
		if c.Verdict == application.Met {
			met++
		}
	}
	if got.State != application.Filed || met != 100 || got.Seal().Met != 100 {
		t.Errorf("state %s, %d met, sealed %d; want filed with 100", got.State, met, got.Seal().Met)
	}
	for number, want := range map[indicators.Number]string{"1": "断线时写的", "97": "我写的", "98": "各写各的"} {
		if c := got.Claims[number]; c.Note != want {
			t.Errorf("%s: got %q, want %q", number, c.Note, want)
		}
	}
	if got.Claims["5"].Entry(0).Figure != "5" || got.Report[application.Highlights] != "最后一刻写的亮点" || got.Leader.Name != "王一" {
		t.Errorf("got %+v, %v, %v", got.Claims["5"], got.Report[application.Highlights], got.Leader)
	}
}
