package main

import (
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/naming"
)

// TestBrowserACitizenObjectsAndTheOfficeEscalates objects on a phone without script
// with a photograph, reads the state by the code, answers a question of the case
// officer; the office finds it right, and two people take the unit off the list. What
// was done lies in the store, what was written only sealed.
func TestBrowserACitizenObjectsAndTheOfficeEscalates(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-11-05T09:00")
	citizen := walker.Open(t, d.URL, walker.Options{Screen: walker.Screen{Name: "phone", Width: 390, Height: 844, Phone: true}, Script: true})
	one, two := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true}), walker.Open(t, d.URL, walker.Options{Screen: walker.Desk()})
	enter(t, d, one, "office1")
	enter(t, d, two, "office2")

	receipt := citizenObjects(t, citizen)
	one.Go("/office/objections?officer=-")
	one.Press(`tbody tr:last-child a[href^="/office/objections/"]`)
	here := one.Address()
	one.Press(`form[action$="/assign"] button`)
	one.Press(`form[action$="/person"] button`)
	if got := one.Text("main"); !strings.Contains(got, "穆某某") || one.Count(`img[src$="/picture"]`) != 1 {
		t.Errorf("the case officer: got %.300s", got)
	}
	one.Fill("#question", "是哪一天看到的？")
	one.Press(`form[action$="/ask"] button`)
	two.Go(here)
	if got := two.Text("main"); strings.Contains(got, "穆某某") || two.Count(`form[action$="/person"]`) != 0 {
		t.Error("who is not the case officer sees who objected")
	}
	citizenReplies(t, citizen, receipt)

	one.Go(here)
	one.Click(`input[name=outcome][value=upheld]`)
	one.Fill("#reason", "照片与实际一致")
	one.Fill("#answer", "您反映的情况属实。")
	one.Press(`form[action$="/answer"] button`)
	one.Click(`input[name=remedy][value=withdraw]`)
	one.Fill("#settle_reason", "公开栏与申报材料不一致")
	one.Press(`form[action$="/settle"] button`)
	two.Go(here)
	two.Press(`form[action$="/confirm"] button`)
	one.Go(here)
	barriers(t, one)
	one.Go("/office/notice/candidates")
	if got := one.Text("main"); !strings.Contains(got, "已因异议撤下") {
		t.Error("the withdrawn candidate is not marked")
	}
	one.Shot("objection-withdrawn")
	citizen.Go("/objections/state")
	citizen.Fill("#code", receipt)
	citizen.Press("main form button")
	if got := citizen.Text("main"); !strings.Contains(got, "您反映的情况属实。") || strings.Contains(got, "office1") {
		t.Errorf("the answer: got %.300s", got)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	objectionStored(t, folder)
}

// citizenObjects objects to the first unit of the notice and returns the code.
func citizenObjects(t *testing.T, p *walker.Page) string {
	t.Helper()
	photo := filepath.Join(t.TempDir(), "counter.jpg")
	f, err := os.Create(photo)
	if err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(f, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	p.Go("/")
	p.Press(`a[href^="/objections?about="]`)
	p.Fill("#text", "公开栏没有收费标准")
	p.Fill("#name", "穆某某")
	p.Upload("#file1", photo)
	p.Press("main form button")
	p.Shot("objection-receipt")
	barriers(t, p)
	return p.Text("strong.receipt")
}

// citizenReplies answers the question on the page of the code.
func citizenReplies(t *testing.T, p *walker.Page, receipt string) {
	t.Helper()
	p.Go("/objections/state?code=" + receipt)
	p.Press("main form button")
	if got := p.Text("#state"); got != "等待您补充" {
		t.Errorf("state: got %q", got)
	}
	barriers(t, p)
	p.Fill("#words", "上周三上午")
	p.Press("#reply button")
	p.Shot("objection-state")
}

// objectionStored looks at what lies in the store.
func objectionStored(t *testing.T, folder string) {
	t.Helper()
	s, err := readProgramme(t, filepath.Join(folder, programmeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	all, err := s.Objections(t.Context(), 2020)
	if err != nil || len(all) != 2 {
		t.Fatalf("got %d objections, %v", len(all), err)
	}
	o := all[1]
	if o.Outcome != naming.Founded || o.Officer != "office1" || len(o.Files) != 1 || o.Text+o.Name != "" || strings.Contains(o.Body+o.Person, "穆") {
		t.Errorf("got %+v, want it answered and sealed", o)
	}
	p, err := s.Proceeding(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	a := p.Settlement(o.ID)
	if a == nil || !a.Counts() || a.By != "office1" || a.Confirmed != "office2" || a.Settlement.Remedy != naming.Withdraw || a.Known.Digest == "" {
		t.Errorf("got %+v, want two people's decision with what was known", a)
	}
}
