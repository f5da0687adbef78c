package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/web/view"
)

// inRound is a house with the round of 2020 and a browser of every role.
func inRound(t *testing.T) (*house, map[access.Role]*browser) {
	t.Helper()
	h := newHouse(t)
	_, err := h.roster.OpenRound(t.Context(), access.Actor{Name: "a-office", Role: access.Office}, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "中法办发〔2019〕10号"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, staff(t, h)
}

// newSurvey is the form for a new survey of a unit that has not applied.
func newSurvey(unit, reason string, also ...string) url.Values {
	form := url.Values{
		"round": {"2020"}, "unit": {unit}, "from": {"2020-09-01"}, "to": {"2020-10-20"}, "phone": {"0951-12340"}, "reason": {reason},
		"organiser_zh": {"办公室"}, "organiser_en": {"the office"}, "agency_zh": {"调查中心"}, "agency_en": {"the agency"},
	}
	for _, code := range also {
		form.Set("also_"+code, "yes")
	}
	return form
}

// send posts a form with the token of a page.
func (b *browser) send(page, to string, form url.Values) reply {
	b.t.Helper()
	form.Set("csrf", csrfIn(b.get(page).body))
	return b.post(to, form)
}

// drawn is a survey with so many links.
func drawn(t *testing.T, h *house, b *browser, links int) (id survey.ID, at string) {
	t.Helper()
	got := b.send("/agency", "/agency/surveys", newSurvey("640200", "试点"))
	if got.status != http.StatusSeeOther {
		t.Fatalf("create: got %d\n%s", got.status, got.body)
	}
	at, _, _ = strings.Cut(got.header.Get("Location"), "?")
	id = survey.ID(strings.TrimPrefix(at, "/agency/surveys/"))
	li := access.Actor{Name: "a-agency", Role: access.Agency}
	var csv strings.Builder
	csv.WriteString("stratum,psu,name,size\n")
	for i := range 40 {
		fmt.Fprintf(&csv, "乡村,v%d,村%d,%d\n城镇,c%d,社区%d,%d\n", i, i, 4000+10*i, i, i, 9000+10*i)
	}
	if _, err := h.surveys.ImportFrame(t.Context(), li, id, strings.NewReader(csv.String())); err != nil {
		t.Fatal(err)
	}
	if _, err := h.surveys.Draw(t.Context(), li, id, frame.Plan{Seed: 7, Links: links, PerPSU: 50}); err != nil {
		t.Fatal(err)
	}
	return id, at
}

// TestManySheetsAreMadeInTheBackground orders 2,500 labels and letters through the
// pages: they are made in the background, and never within a request.
func TestManySheetsAreMadeInTheBackground(t *testing.T) {
	t.Parallel()
	h, people := inRound(t)
	li := people[access.Agency]
	_, at := drawn(t, h, li, 2500)
	got := li.send(at+"/letters", at+"/print", url.Values{"as": {"label:70x37"}, "words": {"both"}, "stratum": {""}, "psu": {""}})
	if want := at + "/letters?done=job.start"; got.header.Get("Location") != want {
		t.Fatalf("order: got %d, %q, want a way to %s\n%s", got.status, got.header.Get("Location"), want, got.body)
	}
	page := li.get(at + "/letters")
	m := regexp.MustCompile(`data-work="([^"]+)"`).FindStringSubmatch(page.body)
	if m == nil || !strings.Contains(page.body, `role="progressbar"`) || !strings.Contains(page.body, "/work.js") {
		t.Fatalf("the page shows no work\n%s", page.body)
	}
	home := "/agency/jobs/" + m[1]
	events := li.get(home + "/events")
	for strings.HasSuffix(events.body, "data: \"running\"\n\n") { // the page is told of each state, and asks again
		events = li.get(home + "/events")
	}
	if !strings.HasPrefix(events.header.Get("Content-Type"), "text/event-stream") || !strings.HasSuffix(events.body, "event: state\ndata: \"finished\"\n\n") {
		t.Errorf("events: got %s\n%s", events.header.Get("Content-Type"), events.body)
	}
	if part := li.get(home + "/part?lang=en").body; !strings.Contains(part, `href="`+home+`/file"`) || !strings.Contains(part, "2,500 codes on 105 pages") ||
		strings.Contains(part, "<html") {
		t.Errorf("the part: got\n%s", part)
	}
	file := li.get(home + "/file")
	if file.status != http.StatusOK || !strings.HasPrefix(file.body, "%PDF-") || !strings.HasSuffix(file.body, "%%EOF\n") || strings.Count(file.body, "/Type/Page/") != 105 {
		t.Errorf("file: got %d and %d bytes, want a whole PDF of 105 pages", file.status, len(file.body))
	}
	followed := li.get(at + "/print.pdf?as=label:70x37&words=both")
	if followed.status != http.StatusRequestEntityTooLarge || !strings.Contains(followed.body, "These are 2500 codes") {
		t.Errorf("the same at an address that is followed: got %d and %d bytes, want 413 and where it is made", followed.status, len(followed.body))
	}
	if got := file.header.Get("Content-Disposition"); !strings.Contains(got, "label-70x37-640200-2020.pdf") {
		t.Errorf("file: got %s", got)
	}
	list := li.get("/agency/jobs?lang=en")
	if !strings.Contains(list.body, "Sheets for print") || !strings.Contains(list.body, "Shizuishan 2020") || strings.Contains(list.body, "⟦") {
		t.Errorf("list: got\n%s", list.body)
	}
	if got := people[access.Office].get(home + "/file"); got.status != http.StatusForbidden {
		t.Errorf("the office fetches: got %d, want 403", got.status)
	}
	wantTrail(t, h, "job.start", "survey.print", "job.end", "job.fetch")
}

// wantTrail demands that the actions stand in the survey half's trail, in order.
func wantTrail(t *testing.T, h *house, actions ...string) {
	t.Helper()
	entries, err := h.survey.Trail(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	next := 0
	for _, e := range entries {
		got = append(got, e.Action)
		if next < len(actions) && e.Action == actions[next] {
			next++
		}
	}
	if next < len(actions) {
		t.Errorf("trail: got %v, want %v among them", got, actions)
	}
}

func TestFewSheetsAreSentAtOnce(t *testing.T) {
	t.Parallel()
	h, people := inRound(t)
	li := people[access.Agency]
	_, at := drawn(t, h, li, 50)
	got := li.send(at+"/letters", at+"/print", url.Values{"as": {"letter:a4"}, "words": {"zh"}, "stratum": {""}, "psu": {""}})
	if got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF-") {
		t.Errorf("got %d\n%.200s", got.status, got.body)
	}
}

func TestAUnitThatHasNotAppliedIsSurveyedWithAReasonOnly(t *testing.T) {
	t.Parallel()
	h, people := inRound(t)
	li := people[access.Agency]
	got := li.send("/agency", "/agency/surveys", newSurvey("640200", "", "640100"))
	if got.status != http.StatusConflict || !strings.Contains(got.body, "银川市、石嘴山市没有递交本轮申报材料") || !strings.Contains(got.body, `name="also_640100" value="yes" checked`) {
		t.Fatalf("without a reason: got %d\n%s", got.status, got.body)
	}
	got = li.send("/agency", "/agency/surveys", newSurvey("640200", "试点  单位", "640100", "640200", "D09"))
	if want := "/agency?done=survey.createall"; got.header.Get("Location") != want {
		t.Fatalf("with a reason: got %d %s, want %s\n%s", got.status, got.header.Get("Location"), want, got.body)
	}
	all, err := h.surveys.Surveys(t.Context(), access.Actor{Name: "a-agency", Role: access.Agency})
	if err != nil {
		t.Fatal(err)
	}
	var units []string
	for _, w := range all {
		units = append(units, string(w.Survey.Unit))
	}
	if want := []string{"640100", "640200", "D09"}; !slices.Equal(units, want) {
		t.Errorf("surveys: got %v, want %v", units, want)
	}
	if got := li.send("/agency", "/agency/surveys", newSurvey("640300", "试点", "640100")); got.status != http.StatusConflict {
		t.Errorf("one of two has a survey already: got %d, want 409", got.status)
	}
	entries, err := h.survey.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 || entries[0].Reason != "试点 单位" {
		t.Errorf("trail: got %d entries, the first with the reason %q, want 3 with 试点 单位", len(entries), entries[0].Reason)
	}
}

// TestEveryPageOfASurveyShowsItsSteps looks at the pages of a survey for the bar
// of steps, in both languages, and follows each of its links.
func TestEveryPageOfASurveyShowsItsSteps(t *testing.T) {
	t.Parallel()
	h, people := inRound(t)
	li := people[access.Agency]
	_, at := drawn(t, h, li, 50)
	for _, lang := range view.Langs() {
		home := li.get(at + "?lang=" + string(lang))
		if !strings.Contains(home.body, `<ol class="legs"`) || strings.Contains(home.body, "⟦") {
			t.Errorf("%s: the survey's page does not show its steps in words\n%s", lang, home.body)
		}
		bar := li.get(at + "/letters")
		nav := regexp.MustCompile(`(?s)<nav class="road".*?</nav>`).FindString(bar.body)
		links := regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(nav, -1)
		if len(links) < 3 || strings.Count(nav, "<li") != 8 || !strings.Contains(nav, `aria-current="page"`) {
			t.Errorf("%s: the bar of steps: got\n%s", lang, nav)
		}
		for _, m := range links {
			if got := li.get(m[1]); got.status != http.StatusOK {
				t.Errorf("%s: the bar leads to %s: got %d", lang, m[1], got.status)
			}
		}
	}
}

func TestListIsFilteredAndSorted(t *testing.T) {
	t.Parallel()
	_, people := inRound(t)
	li := people[access.Agency]
	li.send("/agency", "/agency/surveys", newSurvey("640200", "试点", "640100", "D09"))
	rows := func(query string) (units []string) {
		for _, m := range regexp.MustCompile(`<td><a href="/agency/surveys/[^"]+">([^<]+)</a>`).FindAllStringSubmatch(li.get("/agency?"+query).body, -1) {
			units = append(units, m[1])
		}
		return units
	}
	for query, want := range map[string][]string{
		"":                                   {"银川市", "石嘴山市", "司法厅"},
		"search=石嘴":                          {"石嘴山市"},
		"search=6401":                        {"银川市"},
		"search=shizuishan":                  {"石嘴山市"},
		"state=open":                         nil,
		"state=planned&sort=rate&round=2020": {"银川市", "石嘴山市", "司法厅"},
		"round=2019":                         nil,
		"attention=1":                        nil,
	} {
		if got := rows(query); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", query, got, want)
		}
	}
}
