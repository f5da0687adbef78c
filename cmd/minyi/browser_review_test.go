package main

import (
	"path/filepath"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/db"
	surveystore "minyi/survey/store"
)

// TestBrowserTwoPeopleReviewTheAnswers excludes two answers in a browser, restores
// one and ends the review, each step by two people; the result, with and without, is
// seen only then, and the store has every answer and every act.
func TestBrowserTwoPeopleReviewTheAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-10-26T10:00")
	first := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	second := walker.Open(t, d.URL, walker.Options{Screen: walker.Screen{Name: "tablet", Width: 820, Height: 1180}, Script: false})
	enter(t, d, first, "agency1")
	enter(t, d, second, "agency2")
	first.Go("/agency")
	home := first.Attribute(`td a[href^="/agency/surveys/"], th a[href^="/agency/surveys/"]`, "href")
	unit := first.Text(`td a[href^="/agency/surveys/"], th a[href^="/agency/surveys/"]`)
	review := home + "/review"
	if got := first.Go(home + "/results"); got != 409 {
		t.Errorf("the results during the review: got %d, want 409", got)
	}
	_ = first.TakeTroubles()
	first.Go(review)
	if main := first.Text("main") + first.Attribute("nav.road", "aria-label"); strings.Contains(main, unit) {
		t.Errorf("the reviewer reads the unit's name %s", unit)
	}
	first.Go(review + "?state=unjudged&sort=time")
	for _, barrier := range first.Barriers() {
		t.Errorf("the review: %s", barrier)
	}
	if second.Go(review); second.Width() > 820 {
		t.Errorf("the review is %d wide on a tablet", second.Width())
	}
	first.Go(review)
	first.Keys("jxjx") // two answers are ticked by keys
	first.Fill("#reason", "两份答卷一字不差")
	first.Press(`button[value="exclude"]`)
	second.Go(review)
	second.Press(`#acts button[value="confirmed"]`)
	expect(t, "excluded", second, ".tile:nth-child(4) b", "2")
	second.Go(review + "?state=excluded")
	second.Press("tr[data-row] th a")
	second.Fill("#reason", "其实是一家人")
	second.Press(`button[value="restore"]`)
	first.Go(review)
	first.Press(`#acts button[value="confirmed"]`)
	expect(t, "excluded after one was restored", first, ".tile:nth-child(4) b", "1")
	first.Press(`#end button[value="end"]`)
	second.Go(review)
	second.Press(`#end button[value="confirm"]`)
	if got := second.Text("#compared"); !strings.Contains(got, "剔除1份") {
		t.Errorf("the results without and with: got %.200s", got)
	}
	if got := second.Count("tr[data-row] input"); got != 0 {
		t.Errorf("answers can still be ticked after the review: %d", got)
	}
	second.Shot("review-closed")
	if got := first.Go(home + "/results"); got != 200 {
		t.Errorf("the results after the review: got %d", got)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	reviewStored(t, folder)
}

func expect(t *testing.T, what string, p *walker.Page, css, want string) {
	t.Helper()
	if got := p.Text(css); got != want {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

// reviewStored looks into the file: two acts of two people each, one answer out,
// none deleted.
func reviewStored(t *testing.T, folder string) {
	t.Helper()
	half, err := db.Open(t.Context(), db.Survey, filepath.Join(folder, "survey.db"), surveystore.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	for query, want := range map[string]int{
		`SELECT count(*) FROM review_excluded`:                                                                    1,
		`SELECT count(*) FROM review_member`:                                                                      3,
		`SELECT count(*) FROM review_act WHERE state = 'confirmed'`:                                               2,
		`SELECT count(DISTINCT actor) FROM trail WHERE action LIKE 'survey.review.%end%'`:                         2,
		`SELECT count(*) FROM review_member AS m LEFT JOIN response AS r ON r.id = m.response WHERE r.id IS NULL`: 0,
	} {
		var got int
		if err := half.Reader().QueryRowContext(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", query, got, err, want)
		}
	}
}
