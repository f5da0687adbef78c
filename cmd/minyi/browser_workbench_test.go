package main

import (
	"archive/zip"
	"encoding/csv"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	walker "minyi/cmd/internal/browser"
)

// The whole way of the agency is walked with so many people in the frame, links
// and answers.
const (
	benchFrame   = 20_000
	benchLinks   = 3_600
	benchAnswers = 3_000
)

// TestBrowserFromAnEmptySurveyToASignedRelease goes the agency's whole way in a
// browser, as new users would, each page found from the one before: a frame of
// 20,000 rows, an announced draw, 3,000 residents who answer at their own door, the
// review by two, the weights, the results, the export in the background, and the
// release that two sign. R's package survey then redoes weights and estimates from
// the exported files with the exported script, and agrees.
func TestBrowserFromAnEmptySurveyToASignedRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole survey in a browser")
	}
	walker.Need(t)
	b := openBench(t)
	desk := walker.Options{Screen: walker.Desk(), Script: true}
	li, ma := walker.Open(t, b.url, desk), walker.Open(t, b.url, desk)
	for name, p := range map[string]*walker.Page{"li": li, "ma": ma} {
		p.Go("/login")
		p.Fill("#name", name)
		p.Fill("#password", testPassword)
		p.Press("main form button")
	}
	at := setUp(t, li)
	sampled(t, b, li, at)
	li.Go(at)
	li.Press("#open form button")
	files := b.session(t, "li")
	b.time.Store(moment(time.September, 3, 19).UnixMilli())
	b.answerAll(t, linksOf(t, b.fetch(t, files, at+"/links.csv"))[:benchAnswers])
	closed(t, li, at)
	settled(t, li, ma, at)
	index := readResults(t, li, at)
	exported := takenAway(t, b, files, li, at)
	signed(t, li, ma, at)
	redoneByR(t, exported, index)
}

// first follows the button of the survey's next step.
func first(p *walker.Page, at string) {
	p.Go(at)
	p.Press("ol.legs li.first a.act")
}

func setUp(t *testing.T, p *walker.Page) (at string) {
	t.Helper()
	p.Go("/agency")
	for field, text := range map[string]string{
		"#unit": "640200", "#from": "2020-09-01", "#to": "2020-10-20", "#reason": "试点单位", "#phone": "0951-12340",
		"#organiser_zh": "依法治区办", "#organiser_en": "the office", "#agency_zh": "调查中心", "#agency_en": "the centre",
	} {
		p.Select(field, text)
	}
	p.Press(`form[action="/agency/surveys"] button`)
	at, _, _ = strings.Cut(p.Address(), "?")
	p.Shot("workbench-1-empty")
	return at
}

// sampled imports the frame, plans, announces and draws.
func sampled(t *testing.T, b *agencyAtWork, p *walker.Page, at string) {
	t.Helper()
	first(p, at)
	if got := p.Address(); got != at+"/sample" {
		t.Fatalf("the first step leads to %s, want the sample's page", got)
	}
	p.Click(`input[name=kind][value=people]`)
	p.Upload("input[type=file]", framePeople(t, benchFrame))
	p.Press(`form[action$="/upload"] button`)
	p.Shot("workbench-2-import")
	p.Press(`button[value=accept]`)
	if p.Count(".work .track") > 0 { // a long one goes on in the background
		p.Wait(".work.finished")
	}
	p.Shot("workbench-3-framed")
	p.Go(at + "/sample/plan")
	p.Select("#links", strconv.Itoa(benchLinks))
	p.Select("#per_psu", "20")
	p.Press(`button[value=save]`)
	p.Go(at + "/sample")
	p.Select("#source", "中国福利彩票双色球")
	p.Select("#due", "2020-09-01")
	p.Press(`form[action$="/announce"] button`)
	p.Fill("#number", "03 09 17 22 28 31 + 12")
	p.Press(`form[action$="/draw"] button`)
	p.Shot("workbench-4-drawn")
	work, err := b.h.surveys.Fieldwork(t.Context(), agencyOf("li"), surveyOf(at))
	if err != nil {
		t.Fatal(err)
	}
	if got := work.Sampled.Links; got != benchLinks {
		t.Fatalf("links: got %d, want %d", got, benchLinks)
	}
}

// linksOf are the addresses of a list of links, without the service's own.
func linksOf(t *testing.T, list string) (paths []string) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(list, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		for _, cell := range row {
			if at := strings.Index(cell, "/q/"); at >= 0 {
				paths = append(paths, cell[at:])
			}
		}
	}
	if len(paths) != benchLinks {
		t.Fatalf("the list has %d links, want %d", len(paths), benchLinks)
	}
	return paths
}

func closed(t *testing.T, p *walker.Page, at string) {
	t.Helper()
	p.Go(at)
	p.Shot("workbench-5-field")
	p.Click("#sure")
	p.Press("#close form button")
	if got := p.Text(".badge.warn, .head .badge"); got != "已结束" {
		t.Errorf("after the close: %s", got)
	}
}

// settled ends the review with two words, and keeps the house's weighting.
func settled(t *testing.T, li, ma *walker.Page, at string) {
	t.Helper()
	first(li, at)
	li.Shot("workbench-6-review")
	li.Click("#nothing")
	li.Press(`button[value=end]`)
	ma.Go("/agency")
	ma.Press("tbody a")
	ma.Press("ol.legs li.first a.act")
	ma.Press(`button[value=confirm]`)
	first(li, at)
	if got := li.Address(); got != at+"/weights" {
		t.Errorf("after the review the next step is %s, want the weights", got)
	}
	li.Shot("workbench-7-weights")
}

// readResults looks at the results and returns the index as the page shows it.
func readResults(t *testing.T, p *walker.Page, at string) (index string) {
	t.Helper()
	p.Press(`.road a[href$="/results"]`)
	p.Shot("workbench-8-results")
	index = p.Text(".tile b")
	if n := p.Text(".tile:nth-child(3) b"); strings.ReplaceAll(n, ",", "") != strconv.Itoa(benchAnswers) {
		t.Errorf("the results rest on %s answers, want %d", n, benchAnswers)
	}
	return index
}

// takenAway orders the script with its data, waits for it as the page tells, and
// unpacks it.
func takenAway(t *testing.T, b *agencyAtWork, c *http.Client, p *walker.Page, at string) (folder string) {
	t.Helper()
	p.Go(at + "/export")
	p.Click(`input[name=format][value=r]`)
	p.Fill("#purpose", "复算")
	p.Press(`form[action$="/export"] button`)
	p.Wait(`a[href$="/file"]`) // the page moves on by itself
	p.Shot("workbench-9-export")
	raw := b.fetch(t, c, p.Attribute(`a[href$="/file"]`, "href"))
	archive, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(f.Name)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// signed proposes the release, and two people approve the same result.
func signed(t *testing.T, li, ma *walker.Page, at string) {
	t.Helper()
	sendRelease(li, at, "/propose")
	sendRelease(li, at, "/approve")
	sendRelease(ma, at, "/approve")
	ma.Go(at)
	if got := ma.Count("ol.legs li.at-done"); got != 8 {
		t.Errorf("after the signatures %d of 8 steps are done", got)
	}
	ma.Shot("workbench-10-released")
}

// sendRelease presses the button of a form of the release, which stands with the report or,
// before there is one, below the results.
func sendRelease(p *walker.Page, at, form string) {
	button := `form[action$="` + form + `"] button`
	p.Go(at + "/results")
	if p.Count(button) == 0 {
		p.Press(`.road a[href$="/report"]`)
	}
	p.Press(button)
}

// redoneByR runs the exported script on the exported data and compares every
// estimate; where there is no R the rest of the way was walked all the same.
func redoneByR(t *testing.T, folder, index string) {
	t.Helper()
	if err := exec.CommandContext(t.Context(), "Rscript", "-e", "library(survey)").Run(); err != nil {
		if os.Getenv("MINYI_READERS") != "" {
			t.Fatal("R with its package survey is not installed")
		}
		t.Log("R with its package survey is not installed: the estimates are not redone")
		return
	}
	out, err := exec.CommandContext(t.Context(), "Rscript", "--vanilla", filepath.Join(folder, "weights-and-estimates.R"), folder).CombinedOutput()
	if err != nil {
		t.Fatalf("R: %v\n%s", err, out)
	}
	ours, theirs := estimates(t, filepath.Join(folder, "estimates.csv")), estimates(t, filepath.Join(folder, "estimates-r.csv"))
	if len(ours) < 50 || len(theirs) != len(ours) {
		t.Fatalf("got %d estimates of ours and %d of R's", len(ours), len(theirs))
	}
	for name, row := range ours {
		for column, tolerance := range map[string]float64{"n": 0, "df": 0, "est": 1e-9, "se": 1e-8, "low": 1e-8, "high": 1e-8} {
			if got, want := row[column], theirs[name][column]; !alike(got, want, tolerance) {
				t.Errorf("%s %s: got %s, R has %s", name, column, got, want)
			}
		}
	}
	redone, err := strconv.ParseFloat(theirs["all/overall/index"]["est"], 64)
	if got := strconv.FormatFloat(redone, 'f', 2, 64); err != nil || got != index {
		t.Errorf("the page shows the index %s, R redid %s", index, got)
	}
}

// alike compares two numbers as they are spelled; empty is only equal to empty.
func alike(got, want string, tolerance float64) bool {
	a, errA := strconv.ParseFloat(got, 64)
	b, errB := strconv.ParseFloat(want, 64)
	if errA != nil || errB != nil {
		return got == want
	}
	return math.Abs(a-b) <= tolerance*max(1, math.Abs(b))
}

// estimates reads a table of estimates by name.
func estimates(t *testing.T, path string) map[string]map[string]string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, row := range rows[1:] {
		one := map[string]string{}
		for i, head := range rows[0] {
			one[head] = row[i]
		}
		out[one["table"]+"/"+one["item"]+"/"+one["measure"]] = one
	}
	return out
}
