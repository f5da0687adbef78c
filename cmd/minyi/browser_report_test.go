package main

import (
	"net/url"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// TestBrowserTwoPeopleSignAndCorrectTheReport ends a review, writes the statement,
// has two people sign the result, and then a correction: the office sees a result
// only once it is signed, and the old one beside the new.
func TestBrowserTwoPeopleSignAndCorrectTheReport(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-10-26T10:00")
	first := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	second := walker.Open(t, d.URL, walker.Options{Screen: walker.Screen{Name: "tablet", Width: 820, Height: 1180}, Script: false})
	office := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, first, "agency1")
	enter(t, d, second, "agency2")
	enter(t, d, office, "office1")
	first.Go("/agency")
	home := first.Attribute(`td a[href^="/agency/surveys/"], th a[href^="/agency/surveys/"]`, "href")
	first.Go(home + "/review")
	first.Click("#nothing")
	first.Press(`#end button[value="end"]`)
	second.Go(home + "/review")
	second.Press(`#end button[value="confirm"]`)

	first.Go(home + "/report")
	if got := first.Count("#sign li"); got != 4 {
		t.Errorf("missing items: got %d, want the four needed ones listed", got)
	}
	for _, barrier := range first.Barriers() {
		t.Errorf("the page of the report: %s", barrier)
	}
	findsTheWay(t, second, home)
	first.Press(`form[action$="/propose"] button`)
	signBoth(first, second, home)
	if !strings.Contains(second.Address(), "/release") {
		t.Errorf("after the second approval: at %s, want the release", second.Address())
	}
	if got := office.Go(home + "/release"); got != 200 {
		t.Errorf("the office after both signed: got %d", got)
	}

	first.Go(home + "/report")
	for _, file := range []string{"/report/read", "/report.pdf?revision=1&in=zh-CN", "/report.html?revision=1&in=en", "/release", "/export"} {
		if first.Count(`main a[href="`+home+file+`"]`) == 0 {
			t.Errorf("the desk of a signed report has no way to %s", file)
		}
	}
	for _, item := range []string{"funding", "coverage", "processing", "limitations"} {
		first.Fill("#"+item+"_zh", "说明")
		first.Fill("#"+item+"_en", "stated")
	}
	first.Press(`#statement form button`)
	first.Fill("#reason", "补充方法说明")
	first.Press(`form[action$="/report/correct"] button`)
	signBoth(first, second, home)
	office.Go(home + "/release")
	if got := office.Text("main"); !strings.Contains(got, "补充方法说明") || office.Count("tbody tr .badge") != 2 {
		t.Errorf("the office: want the correction with its reason and both releases")
	}
	office.Go(home + "/release?" + url.Values{"revision": {"1"}}.Encode())
	if got := office.Text("main"); !strings.Contains(got, "已被第2版取代") {
		t.Error("the old release is not marked as superseded")
	}
	second.Go(home + "/report/read")
	if second.Width() > 820 || second.Count("figure svg") != 1 {
		t.Errorf("the report on a tablet: %d wide, %d pictures", second.Width(), second.Count("figure svg"))
	}
	for _, page := range []*walker.Page{first, office} {
		page.Go(home + "/release")
		for _, barrier := range page.Barriers() {
			t.Errorf("the release: %s", barrier)
		}
	}
}

// findsTheWay looks for ways on: what is above one survey stands in the top bar,
// and a step that is not reached yet leads back to its survey.
func findsTheWay(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	for _, path := range []string{"/agency/monitor", "/agency/results", "/agency/jobs"} {
		p.Go(path)
		if p.Count(`.nav a[href="`+path+`"][aria-current]`) != 1 || p.Width() > 820 {
			t.Errorf("%s: %d wide, want it marked in the top bar", path, p.Width())
		}
	}
	p.Go(home + "/contact")
	p.Press(`main a[href="` + home + `/paper"]`)
	if p.Count(".road .here") != 1 {
		t.Error("the page of paper forms belongs to no step")
	}
	if got := p.Go(home + "/release"); got != 404 || p.Count(`main a[href="`+home+`"]`) != 1 {
		t.Errorf("a release that is not there: got %d, want a way back to the survey", got)
	}
	p.TakeTroubles() // Chromium counts a refused page as one
}

// signBoth has both people approve what is proposed.
func signBoth(first, second *walker.Page, home string) {
	for _, p := range []*walker.Page{first, second} {
		p.Go(home + "/report")
		p.Press(`form[action$="/approve"] button`)
	}
}
