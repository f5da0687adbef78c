package main

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/db"
	surveystore "minyi/survey/store"
)

// TestBrowserResults reads a closed survey's results after two people ended its
// review: no figure before, then live pictures with a table behind each, that the
// keyboard goes through and that can be taken away; groups with small cells hidden;
// two people code the open texts, differ, and settle it; the least shown is raised,
// and nothing is left. Then it looks into the store.
func TestBrowserResults(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-10-26T10:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "agency1")
	p.Go("/agency")
	survey := strings.Split(p.Attribute(`tbody a[href^="/agency/surveys/"]`, "href"), "?")[0]
	if got := p.Go(survey + "/results"); got != http.StatusConflict {
		t.Errorf("results before the review is over: got %d, want %d", got, http.StatusConflict)
	}
	p.TakeTroubles() // the answer above is one
	endReviewByTwo(t, d, p, survey)
	livePictures(t, p, survey)
	figuresAreTheOfficialOnes(t, p, survey)
	resultsAreAccessible(t, p, survey)
	codeByTwo(t, d, p, survey)
	raiseTheLeast(t, p, survey)
	quiet := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: false})
	enter(t, d, quiet, "agency2")
	quiet.Go("/agency/results")
	if got := quiet.Count("figure.chart .plot > svg"); got != 1 {
		t.Errorf("pictures without a script: got %d, want one: a single unit has no rank", got)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	resultsInTheStore(t, folder, strings.TrimPrefix(survey, "/agency/surveys/"))
}

// endReviewByTwo ends the review of quality, with nothing to exclude.
func endReviewByTwo(t *testing.T, d *runningDemo, p *walker.Page, survey string) {
	t.Helper()
	p.Go(survey + "/review")
	p.Click("#nothing")
	p.Press(`#end button[value="end"]`)
	change(t, d, p, "agency2")
	p.Go(survey + "/review")
	p.Press(`#end button[value="confirm"]`)
}

// change lets somebody else sit down.
func change(t *testing.T, d *runningDemo, p *walker.Page, who string) {
	t.Helper()
	p.Go("/agency")
	signOut(p)
	enter(t, d, p, who)
}

// livePictures looks at the pictures: drawn by the library, told by the keyboard,
// taken away as PNG.
func livePictures(t *testing.T, p *walker.Page, survey string) {
	t.Helper()
	p.Before(`HTMLAnchorElement.prototype.click = function () { document.documentElement.dataset.taken = this.download; };`)
	p.Go(survey + "/results")
	p.Wait("#chart-points[data-live]")
	if got := p.Count("#chart-items .plot svg path"); got < 12 {
		t.Errorf("the live picture of the items has %d shapes, want at least the 12 items", got)
	}
	p.Click("#chart-items .plot")
	p.Keys(walker.Down)
	if got := p.Text(`#chart-items [role="status"]`); !strings.Contains(got, "q01") || !strings.Contains(got, "n=") {
		t.Errorf("the keyboard tells %q, want the first item with its figures", got)
	}
	p.Click("#chart-items .tools button")
	p.Wait(`html[data-taken="items.png"]`)
	if got := p.Count(".grid-table tbody tr"); got < 12 {
		t.Errorf("the tables behind the pictures have %d rows, want at least 12", got)
	}
	p.Shot("results-summary")
	if got := p.Count(`main a[href="` + survey + `/contact/modes"]`); got != 1 {
		t.Errorf("ways from the results to the modes: got %d, want 1", got)
	}
	p.Go(survey + "/results/groups?by=stratum&item=q01&with=sex")
	p.Wait("#chart-grouppoints[data-live]")
	if got := p.Text("main"); !strings.Contains(got, "<10") || !strings.Contains(got, "隐去") {
		t.Errorf("no small cell is hidden among a few answers a stratum: %.300s", got)
	}
	p.Shot("results-groups")
	p.Go(survey + "/results/groups?by=age_asked&item=q01")
	if got := p.Count(".grid-table:first-of-type tbody tr"); got < 5 {
		t.Errorf("ages as the paper asks them: got %d rows, want at least its five bands", got)
	}
}

// figuresAreTheOfficialOnes holds the intervals of the results against those of the
// review, which are the ones that are signed.
func figuresAreTheOfficialOnes(t *testing.T, p *walker.Page, survey string) {
	t.Helper()
	p.Go(survey + "/review")
	signed := regexp.MustCompile(`q\d\d [^(]*\((\d+\.\d) – (\d+\.\d)\)`).FindAllStringSubmatch(p.Text("#compared tbody"), -1)
	if len(signed) != 12 {
		t.Fatalf("the review compares %d items, want 12", len(signed))
	}
	p.Go(survey + "/results")
	shown := p.Text("main")
	for _, one := range signed {
		if want := one[1] + "% – " + one[2] + "%"; !strings.Contains(shown, want) {
			t.Errorf("the results do not show %s, which is signed", want)
		}
	}
}

// resultsAreAccessible finds no barrier on any page, and nobody scrolls sideways.
func resultsAreAccessible(t *testing.T, p *walker.Page, survey string) {
	t.Helper()
	screens := []walker.Screen{walker.Desk(), {Name: "tablet", Width: 820, Height: 1180}}
	for _, path := range []string{survey + "/results", survey + "/results/groups?by=sex&item=q10", survey + "/results/importance", survey + "/results/scale", survey + "/results/texts", "/agency/results"} {
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
		p.Shot("results-tablet-" + strings.ReplaceAll(path[strings.LastIndex(path, "/")+1:], "?", "-"))
	}
	p.Dress(walker.Desk(), false)
}

// codeByTwo makes a code book of two codes; two people give the first text
// different ones without seeing each other's, and one of them settles it.
func codeByTwo(t *testing.T, d *runningDemo, p *walker.Page, survey string) {
	t.Helper()
	desk := survey + "/results/texts"
	p.Go(desk)
	for _, name := range []string{"办事效率", "意见渠道"} {
		p.Fill("#zh", name)
		p.Press(`#book form[action$="/codes"] button`)
	}
	p.Select("ul.texts li:first-child select", "c1")
	p.Press(`button[form="give"]`)
	if got := p.Text("ul.texts li:first-child"); !strings.Contains(got, "agency2: 办事效率") {
		t.Errorf("what I coded: got %q", got)
	}
	change(t, d, p, "agency1")
	p.Go(desk)
	if got := p.Text("ul.texts li:first-child .hint"); strings.Contains(got, "agency2") || strings.Contains(got, "办事效率") {
		t.Errorf("another coder sees %q before coding", got)
	}
	p.Select("ul.texts li:first-child select", "c2")
	p.Press(`button[form="give"]`)
	if got := p.Text("ul.texts li:first-child .hint"); !strings.Contains(got, "两人不一致") || !strings.Contains(got, "agency2: 办事效率") {
		t.Errorf("two who differ: got %q", got)
	}
	p.Select(`ul.texts li:first-child select`, "c2")
	p.Press(`ul.texts form[action$="/settle"] button`)
	if got := p.Text("ul.texts li:first-child .hint"); !strings.Contains(got, "已裁定") || !strings.Contains(got, "意见渠道") {
		t.Errorf("after settling: got %q", got)
	}
	p.Shot("results-texts")
}

// raiseTheLeast sets the least above all answers: every figure goes.
func raiseTheLeast(t *testing.T, p *walker.Page, survey string) {
	t.Helper()
	p.Go(survey + "/results")
	p.Select("#least", "100")
	p.Select("#reason", "样本小，谨慎起见")
	p.Press("#least-shown button")
	if got := p.Text("main"); !strings.Contains(got, "不足100份") || p.Count("figure.chart, .tile") != 0 {
		t.Errorf("figures of fewer than the least are shown: %.300s", got)
	}
}

// resultsInTheStore finds the codes, the least and the readings.
func resultsInTheStore(t *testing.T, folder, id string) {
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
		{"codes given", `SELECT count(*) FROM code_given WHERE survey = $1 AND settled = 0`, []any{id}, 2},
		{"differences settled", `SELECT count(*) FROM code_given WHERE survey = $1 AND settled = 1 AND code = 'c2'`, []any{id}, 1},
		{"the least", `SELECT json_extract(doc, '$.least') FROM survey WHERE id = $1`, []any{id}, 100},
		{"its reason in the trail", `SELECT count(*) FROM trail WHERE action = 'survey.least' AND reason = '样本小，谨慎起见'`, nil, 1},
		{"a reading in the trail", `SELECT count(*) > 3 FROM trail WHERE action = 'survey.results'`, nil, 1},
	} {
		var got int
		if err := half.Reader().QueryRowContext(t.Context(), c.query, c.args...).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
}
