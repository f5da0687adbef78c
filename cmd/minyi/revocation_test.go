package main

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// evidence sends a form with a file of plain text.
func (b *browser) evidence(path, name, text string, form url.Values) reply {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for field, values := range form {
		if err := m.WriteField(field, values[0]); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := part.Write([]byte(text)); err != nil {
		b.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return b.do(r)
}

// revoked revokes the name through the pages: one person proposes, another confirms.
func (a *afterwards) revoked(ground string) {
	a.t.Helper()
	one, two := a.officers()
	page := "/office/supervision/" + a.id
	a.on(roster.On(2021, time.June, 2))
	action, form := formTo(a.t, one.get(page).body, page+"/revoke")
	form.Del("file")
	form.Set("text", "内部事实")
	form.Set("event", "2021-05-20")
	form.Set("words", "决定撤销命名")
	if got := one.evidence(action, "证据.txt", "what the inspectors found", form); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "内部事实") {
		a.t.Errorf("without a ground: got %d\n%s", got.status, got.body)
	}
	form.Set("ground-"+ground, "on")
	form.Set("means-tampered", "on")
	if got := one.evidence(action, "证据.txt", "what the inspectors found", form); got.status != http.StatusSeeOther {
		a.t.Fatalf("proposal: got %d\n%s", got.status, got.body)
	}
	if got := a.standing("2021-06-02"); got != "valid" {
		a.t.Errorf("before the second person: got %q", got)
	}
	if strings.Contains(one.get(page).body, "/revoke/confirm") {
		a.t.Error("who proposed is offered to confirm")
	}
	shown := two.get(page).body
	_, more := formTo(a.t, shown, "/revoke/evidence")
	more.Del("file")
	if got := two.evidence(page+"/revoke/evidence", "more.txt", "something else", more); got.status != http.StatusSeeOther {
		a.t.Errorf("more evidence: got %d\n%s", got.status, got.body)
	}
	if strings.Contains(two.get(page).body, "/revoke/confirm") {
		a.t.Error("a decision is offered before the unit was heard")
	}
	a.on(roster.On(2021, time.June, 13))
	if got := a.fill(two, page, "/revoke/confirm", "document", "宁党法办〔2021〕7号", "date", "2021-06-13"); got.status != http.StatusSeeOther {
		a.t.Fatalf("confirmation: got %d\n%s", got.status, got.body)
	}
	_, link, _ := strings.Cut(two.get(page).body, page+"/evidence/")
	digest, _, _ := strings.Cut(link, `"`)
	if got := two.get(page + "/evidence/" + digest); got.status != http.StatusOK || got.body != "what the inspectors found" {
		a.t.Errorf("evidence: got %d %q", got.status, got.body)
	}
}

// TestC44ARevocationTakesEffectInTheRegister revokes the name on the first ground
// and reads the register as anybody would.
func TestC44ARevocationTakesEffectInTheRegister(t *testing.T) {
	t.Parallel()
	a := newAfterwards(t)
	a.revoked("grave")
	for day, want := range map[string]string{"2021-06-02": "valid", "2021-06-12": "valid", "2021-06-13": "revoked"} {
		if got := a.standing(day); got != want {
			t.Errorf("on %s: got %q, want %q", day, got, want)
		}
	}
	public := newBrowser(t, a.house).get("/named/" + a.id).body
	for _, want := range []string{"已撤销", "宁党法办〔2021〕7号", "发生严重违法行政行为", "决定撤销命名"} {
		if !strings.Contains(public, want) {
			t.Errorf("the public's page does not say %s", want)
		}
	}
	if strings.Contains(public, "内部事实") || strings.Contains(public, "office-two") {
		t.Error("the public's page shows what is the office's own")
	}
	if err := a.start(2022); err != nil {
		t.Errorf("the next round after the first ground: got %v, want it open", err)
	}
}

// start opens a round and lets the unit begin an application in it.
func (a *afterwards) start(year int) error {
	a.t.Helper()
	a.on(roster.On(year, time.July, 1))
	_, err := a.roster.OpenRound(a.t.Context(), wang(), roster.NewRound{
		Year: year, Edition: indicators.Edition2019, Settings: roster.Defaults(year),
		Plan: roster.Plan{Number: "x", Date: roster.On(year, time.January, 18), Basis: "宁法办发〔2019〕39号"},
	})
	a.must(err)
	a.on(roster.On(year, time.August, 3))
	by := access.Actor{Name: "unit", Role: access.Applicant, Unit: "640100"}
	return a.application.Start(a.t.Context(), by, application.Key{Round: year, Unit: "640100", Track: roster.Single})
}

// TestC46AndC99AfterFraudTheNextRoundIsBarred revokes on the second ground: the unit
// may not apply in 2022, on the other track either, and may in 2024.
func TestC46AndC99AfterFraudTheNextRoundIsBarred(t *testing.T) {
	t.Parallel()
	a := newAfterwards(t)
	a.revoked("fraud")
	if err := a.start(2022); fault.KindOf(err) != fault.Forbidden || !strings.Contains(err.Error(), "dossier.revoked_bar") {
		t.Errorf("2022: got %v, want it barred", err)
	}
	if err := a.start(2024); err != nil {
		t.Errorf("2024: got %v, want it open", err)
	}
}
