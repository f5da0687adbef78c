package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/survey/release"
)

// TestC13AndC53AndC56ThePublicReadsTheRegisterOfAnyDay follows one name: given, under
// check, revoked. Page, table, data, papers and the signed list say the same of each
// day, each read by a program of another hand: encoding/csv, encoding/json, SHA-256
// and Ed25519 of Go.
func TestC13AndC53AndC56ThePublicReadsTheRegisterOfAnyDay(t *testing.T) {
	t.Parallel()
	a := newAfterwards(t)
	public, home := newBrowser(t, a.house), "/named/"+a.id
	step := func(n int, to naming.Standing, from roster.Date) {
		t.Helper()
		a.on(from)
		entry := &audit.Entry{At: a.now(), Actor: "wang", Role: "office", Action: "standing.change", Object: "named/" + a.id}
		a.must(a.programme.AddStanding(t.Context(), a.id, entry, func(supervision.Record) (supervision.Step, error) {
			return supervision.Step{Naming: a.id, N: n, Standing: to, From: from, Document: "=宁法办函", Words: "决定撤销命名", Reason: "内部", By: "wang", At: a.now()}, nil
		}))
	}
	certificate := public.get(home + "/certificate.pdf")
	for _, kind := range []string{"decision", "certificate"} {
		file := public.get(home + "/" + kind + ".pdf")
		sum := sha256.Sum256([]byte(file.body))
		if file.status != http.StatusOK || file.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(file.body, "%PDF-") {
			t.Fatalf("%s: got %d %s", kind, file.status, file.header.Get("Content-Type"))
		}
		if !strings.Contains(public.get(home).body, hex.EncodeToString(sum[:])) {
			t.Errorf("the page does not show the digest of the %s that it serves", kind)
		}
	}
	step(1, naming.Checked, roster.On(2021, time.March, 1))
	step(2, naming.Revoked, roster.On(2021, time.June, 13))
	a.on(roster.On(2021, time.July, 1))
	for _, x := range []struct{ day, standing, since string }{
		{"2020-12-19", "", ""}, {"2020-12-20", "valid", "2020-12-20"}, {"2021-03-01", "under-check", "2021-03-01"}, {"2021-06-13", "revoked", "2021-06-13"},
	} {
		a.readsAlike(public, x.day, x.standing, x.since)
	}
	if page := public.get(home + "?lang=zh-CN&on=2021-02-28").body; !strings.Contains(page, "命名自 2020-12-20 起有效") || !strings.Contains(page, `id="later"`) {
		t.Errorf("the page of an earlier day does not say that the standing has changed since:\n%s", page)
	}
	if page := public.get(home).body; !strings.Contains(page, "自 2021-06-13 起已撤销") || strings.Contains(page, "certificate.pdf") || strings.Contains(page, "内部") {
		t.Errorf("the page of a revoked name:\n%s", page)
	}
	if got := public.get(home + "/certificate.pdf"); got.status == http.StatusOK || !strings.Contains(got.body, "2021-06-13") {
		t.Errorf("the certificate of a revoked name: got %d, want a page that says since when", got.status)
	}
	if got := public.get(home + "/decision.pdf"); got.status != http.StatusOK {
		t.Errorf("the decision of a revoked name: got %d, want it kept", got.status)
	}
	if len(certificate.body) == 0 || public.get("/named/none").status != http.StatusNotFound {
		t.Error("a name that nobody has is found")
	}
	a.keeps(public, home, "/named", "/named.csv", "/named.json", "/named-valid.json", "/named-key.pem", "/results")
	a.chooses(public)
}

// telling are rounds that publish totals.
type telling struct{ *roster.Service }

func (t telling) Round(ctx context.Context, year int) (*roster.Round, error) {
	r, err := t.Service.Round(ctx, year)
	if err != nil {
		return nil, err
	}
	out := *r
	out.Settings.PublishTotals = true
	return &out, nil
}

// TestC97TotalsArePublicOnlyWhereTheRoundSaysSo: the total is 0.6 · 91.23 + 0.4 · 82.77.
func TestC97TotalsArePublicOnlyWhereTheRoundSaysSo(t *testing.T) {
	t.Parallel()
	a := newAfterwards(t)
	if got, err := a.naming.PublicTotals(t.Context(), 2020); err != nil || len(got) != 0 {
		t.Errorf("by default: got %v, %v; want none", got, err)
	}
	open := naming.NewService(a.programme, telling{a.roster}, a.roster, a.book, a.now, newID)
	got, err := open.PublicTotals(t.Context(), 2020)
	if err != nil || len(got) != 1 || got[0].Unit != "640100" || got[0].Total != 8785 {
		t.Errorf("where the round says so: got %v, %v; want 87.85 of Yinchuan", got, err)
	}
}

// readsAlike holds page, table, data and signed list of a day against each other.
func (a *afterwards) readsAlike(public *browser, day, standing, since string) {
	a.t.Helper()
	if page := public.get("/named?lang=zh-CN&on=" + day).body; !strings.Contains(page, "<h1>命名名册（截至 "+day+"）</h1>") || strings.Contains(page, `data-state="`+standing+`"`) != (standing != "") {
		a.t.Errorf("page of %s: want %q\n%s", day, standing, page)
	}
	table := public.get("/named.csv?lang=en&on=" + day).body
	if !strings.HasPrefix(table, "\ufeff") || strings.Count(table, "\r\n") != strings.Count(table, "\n") {
		a.t.Errorf("table of %s: no byte order mark, or lines without CR LF", day)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	a.must(err)
	var data struct {
		On    string
		Named []register.Entry
	}
	a.must(json.Unmarshal([]byte(public.get("/named.json?on="+day).body), &data))
	list := a.signed(public, day)
	if standing == "" {
		if len(rows) != 1 || len(data.Named) != 0 || len(list.Names) != 0 {
			a.t.Errorf("%s: got %d rows, %d names, %d in the signed list; want none", day, len(rows)-1, len(data.Named), len(list.Names))
		}
		return
	}
	words := map[string]string{"valid": "Valid", "under-check": "Under check", "revoked": "Revoked"}
	if len(rows) != 2 || rows[1][0] != day || !strings.EqualFold(rows[1][8], words[standing]) || rows[1][9] != since || !strings.HasSuffix(rows[1][10], a.id) {
		a.t.Errorf("table of %s: got %q", day, rows)
	}
	if one := data.Named[0]; data.On != day || string(one.Standing) != standing || one.Since.String() != since {
		a.t.Errorf("data of %s: got %s since %s", day, one.Standing, one.Since)
	}
	if stands := len(list.Names) == 1 && string(list.Names[0].Standing) == standing; stands != (standing != "revoked") || list.On.String() != day {
		a.t.Errorf("signed list of %s: got %v", day, list)
	}
}

// signed is the list for other offices, checked with the key that the page offers.
func (a *afterwards) signed(public *browser, day string) *register.Valid {
	a.t.Helper()
	file := []byte(public.get("/named-valid.json?on=" + day).body)
	block, _ := pem.Decode([]byte(public.get("/named-key.pem").body))
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	a.must(err)
	raw := []byte(public.get("/named-valid.sig?raw=1&on=" + day).body)
	if !ed25519.Verify(key.(ed25519.PublicKey), file, raw) || ed25519.Verify(key.(ed25519.PublicKey), append(bytes.Clone(file), ' '), raw) {
		a.t.Errorf("list of %s: the signature does not fit, or fits another file", day)
	}
	var s register.Signature
	a.must(json.Unmarshal([]byte(public.get("/named-valid.sig?on="+day).body), &s))
	out, err := register.Check(key.(ed25519.PublicKey), file, s)
	a.must(err)
	return out
}

// keeps asks for pages again by their tag: who has them gets nothing anew.
func (a *afterwards) keeps(public *browser, paths ...string) {
	a.t.Helper()
	for _, path := range paths {
		mark := public.get(path).header.Get("ETag")
		r := httptest.NewRequestWithContext(a.t.Context(), http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", mark)
		if got := public.do(r); mark == "" || got.status != http.StatusNotModified || got.body != "" {
			a.t.Errorf("%s by its tag %s: got %d with %d bytes, want 304", path, mark, got.status, len(got.body))
		}
	}
}

// chooses asks for what fits and what does not.
func (a *afterwards) chooses(public *browser) {
	a.t.Helper()
	for query, want := range map[string]int{
		"round=2020": 1, "round=2022": 0, "round=x": 0, "kind=cities": 1, "kind=departments": 0, "track=single": 0,
		"city=640100": 1, "state=revoked": 1, "state=valid": 0, "q=%E9%93%B6%E5%B7%9D": 1, "q=nobody": 0,
	} {
		var data struct{ Named []register.Entry }
		a.must(json.Unmarshal([]byte(public.get("/named.json?"+query).body), &data))
		page := strings.Count(public.get("/named?"+query).body, "<tr><th scope=\"row\"")
		var served struct{ Named []register.Entry }
		a.must(json.Unmarshal([]byte(public.get("/api/v1/named?"+query).body), &served))
		if len(data.Named) != want || page != want || (query != "round=x" && len(served.Named) != want) {
			a.t.Errorf("%s: got %d in the data, %d on the page, %d by the interface; want %d", query, len(data.Named), page, len(served.Named), want)
		}
	}
	for _, bad := range []string{"2099-01-01", "yesterday"} {
		if got := public.get("/named.csv?on=" + bad); got.status != http.StatusBadRequest {
			a.t.Errorf("table of %s: got %d, want a refusal", bad, got.status)
		}
	}
}

// checkPublished holds the published survey results against the signed releases that
// the agency has: figure by figure, and byte by byte where the document is given out.
func checkPublished(t *testing.T, w *world) {
	t.Helper()
	public, agency := w.as(""), w.as("agency1")
	_, _, surveys := w.progress()
	page := public.get("/results?lang=en").body
	units := regexp.MustCompile(`href="/results/2020/([0-9D]+)"`).FindAllStringSubmatch(page, -1)
	listed := w.listed()
	if len(units) != len(listed) {
		t.Errorf("results: got %d units, want the %d on the notice", len(units), len(listed))
	}
	for i, m := range units {
		unit := roster.UnitCode(m[1])
		if _, ok := listed[unit]; !ok {
			t.Errorf("%s is published and not on the notice", unit)
		}
		signed := agency.get(surveys[string(unit)] + "/release.json").body
		document, err := release.Parse([]byte(signed))
		if err != nil {
			t.Fatal(err)
		}
		w.checkUnit(t, public, unit, document, signed, i == 0)
	}
	for unit := range surveys {
		if _, ok := listed[roster.UnitCode(unit)]; !ok && public.get("/results/2020/"+unit).status != http.StatusNotFound {
			t.Errorf("%s is not on the notice, and its result is public", unit)
		}
	}
}

// checkUnit reads one unit's published result.
func (w *world) checkUnit(t *testing.T, public *browser, unit roster.UnitCode, document *release.Document, signed string, whole bool) {
	t.Helper()
	home := "/results/2020/" + string(unit)
	var got struct {
		N       int     `json:"n"`
		RR2     float64 `json:"aapor_rr2"`
		Release string  `json:"release_sha256"`
		Index   struct{ Est, Low, High float64 }
		Items   []struct {
			ID        string
			N         int
			Satisfied struct {
				Est    *float64
				Hidden bool
			}
		}
	}
	if err := json.Unmarshal([]byte(public.get(home+"/figures.json").body), &got); err != nil {
		t.Fatal(err)
	}
	table := document.Result.Sampled
	if got.Release != release.Digest([]byte(signed)) || got.N != table.N || got.RR2 != float64(document.Result.Rates.RR2) ||
		got.Index.Est != float64(table.Index.Est) || got.Index.Low != float64(table.Index.Low) || got.Index.High != float64(table.Index.High) {
		t.Errorf("%s: got %+v, want the release's %+v", unit, got, table.Index)
	}
	for i, item := range table.Items {
		few := item.Satisfied.N < document.Least // hidden in the document too
		if one := got.Items[i]; one.ID != item.ID || one.Satisfied.Hidden != few || few == (one.Satisfied.Est != nil) || few == (one.N > 0) {
			t.Errorf("%s, %s: got %+v with %d answers, at least %d are shown", unit, item.ID, one, item.Satisfied.N, document.Least)
		}
	}
	switch given := public.get(home + "/release.json"); {
	case given.status == http.StatusOK && given.body != signed:
		t.Errorf("%s: the public's release is not the signed one", unit)
	case given.status != http.StatusOK && !strings.Contains(public.get(home+"?lang=zh-CN").body, "不公开原件"):
		t.Errorf("%s: the release is held back, and nobody says why: %d", unit, given.status)
	}
	checkPack(t, string(unit), []byte(public.get(home+"/pack.zip").body), document)
	if !whole {
		return
	}
	shown := public.get(home + "?lang=zh-CN").body
	for _, want := range []string{"只反映抽样的偶然性", "AAPOR", "问卷", got.Release, "<svg"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s: the page does not say %s", unit, want)
		}
	}
	if account := "agency1"; strings.Contains(shown, account) {
		t.Errorf("%s: the page names the account %s", unit, account)
	}
	if file := public.get(home + "/report.pdf"); !strings.HasPrefix(file.body, "%PDF-") {
		t.Errorf("%s: the report: got %d", unit, file.status)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(public.get("/results.csv?round=2020").body, "\ufeff"))).ReadAll()
	if err != nil || !slices.ContainsFunc(rows, func(r []string) bool { return r[1] == string(unit) }) {
		t.Errorf("the table of the round does not hold %s: %v", unit, err)
	}
}
