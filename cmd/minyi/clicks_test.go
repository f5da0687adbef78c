package main

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"minyi/indicators/roster"
)

// twoClicks walks all numbers with a link on the office's board and ranking, and adds
// up what each was made of: points to the total, answers with their weights to an
// item, items to the survey's mark, marks on the sheets to the sheets' headings.
func (w *world) twoClicks(t *testing.T) {
	t.Helper()
	office := w.as("office1")
	board := office.get("/office?lang=en").body
	rows := linksTo(t, board, regexp.MustCompile(`^/office/ranking/\w+/\w+\?`))
	if listed := linksTo(t, office.get("/office/ranking?lang=en").body, regexp.MustCompile(`^/office/ranking/\w+/\w+$`)); len(rows) == 0 || len(listed) != len(rows) {
		t.Fatalf("rows: got %d on the board, %d on the ranking", len(rows), len(listed))
	}
	told := 0
	for _, row := range rows {
		page := office.get(row + "&lang=en") // the first click
		if page.status != http.StatusOK {
			t.Fatalf("%s: got %d", row, page.status)
		}
		w.addsUp(t, row, page.body)
		told += w.surveyAddsUp(t, row, page.body)
		for _, sheets := range linksTo(t, page.body, regexp.MustCompile(`^/office/evaluation/dossiers/`)) { // the second
			w.sheetsAddUp(t, row, page.body, office.get(sheets+"?lang=en").body)
		}
	}
	if told == 0 {
		t.Error("no answer at all is told")
	}
	for _, link := range linksTo(t, board, regexp.MustCompile(`^/(office|agency)/[^?#]*`)) {
		if got := office.get(link); got.status != http.StatusOK {
			t.Errorf("%s on the board: got %d", link, got.status)
		}
	}
}

// linksTo are the links of a page whose address fits, each once.
func linksTo(t *testing.T, page string, fits *regexp.Regexp) (out []string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for n := range doc.Descendants() {
		if href := attr(n, "href"); n.Data == "a" && fits.MatchString(href) && !seen[href] {
			seen[href] = true
			out = append(out, href)
		}
	}
	return out
}

// table reads the rows of the first table within the element of that id, or of all
// tables there, as the texts of their cells.
func tables(t *testing.T, page, id string) (out [][][]string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Data != "table" || !inside(n, id) {
			continue
		}
		var rows [][]string
		for tr := range n.Descendants() {
			if tr.Data != "tr" {
				continue
			}
			var cells []string
			for c := tr.FirstChild; c != nil; c = c.NextSibling {
				if c.Data == "td" || c.Data == "th" {
					cells = append(cells, strings.Join(strings.Fields(textOf(c)), " "))
				}
			}
			rows = append(rows, cells)
		}
		out = append(out, rows)
	}
	return out
}

func inside(n *html.Node, id string) bool {
	for ; n != nil; n = n.Parent {
		if attr(n, "id") == id || attr(n, "aria-labelledby") == id {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// number is the first number of a cell.
func number(cell string) (float64, bool) {
	m := regexp.MustCompile(`\d+(?:,\d{3})*(?:\.\d+)?`).FindString(cell)
	v, err := strconv.ParseFloat(strings.ReplaceAll(m, ",", ""), 64)
	return v, err == nil
}

// addsUp: the points of the parts are the total, to half a hundredth and what their
// three decimals lose.
func (w *world) addsUp(t *testing.T, row, page string) {
	t.Helper()
	all := tables(t, page, "sum")
	if len(all) != 1 {
		t.Fatalf("%s: %d tables of parts", row, len(all))
	}
	head, rows := all[0][0], all[0][1:]
	points := -1
	for n, words := range head {
		if words == w.words("ranking.points") {
			points = n
		}
	}
	sum, total := 0.0, math.NaN()
	for _, cells := range rows {
		if len(cells) <= points {
			continue
		}
		v, ok := number(cells[points])
		switch {
		case cells[0] == w.words("ranking.total"):
			total = v
		case ok:
			sum += v
		}
	}
	if math.Abs(sum-total) > 0.0066 || math.IsNaN(total) {
		t.Errorf("%s: the parts add up to %v, the total is %v", row, sum, total)
	}
}

// surveyAddsUp: the items' mean is the survey's mark, to what two decimals lose; every
// answer that is told was given as often, and weighs as much, as what residents sent
// says by hand. It returns how many were told.
func (w *world) surveyAddsUp(t *testing.T, row, page string) (told int) {
	t.Helper()
	mark := regexp.MustCompile(`id="h-survey">[^<]*· ([0-9.]+)<`).FindStringSubmatch(page)
	items := regexp.MustCompile(`<details class="item" id="item-([^"]+)"><summary>(?s:.*?)<strong>([0-9.]+)</strong>`).FindAllStringSubmatch(page, -1)
	if mark == nil || len(items) != questions {
		t.Errorf("%s: %d items behind the survey %v", row, len(items), mark)
		return 0
	}
	unit := roster.UnitCode(strings.Split(row, "/")[3])
	hand, mean, factor := w.handSurvey(t, unit), 0.0, 0.0
	for _, item := range items {
		want, _ := strconv.ParseFloat(item[2], 64)
		mean += want / questions
		given := w.given(item[1], unit)
		for _, cells := range tables(t, page, "item-"+item[1])[0][1:] {
			if len(cells) < 4 {
				continue // too few gave it: its figures are not told
			}
			told++
			n, _ := number(cells[1])
			weight, _ := number(cells[2])
			fits := func(g tally) bool {
				if g.n == int(n) && factor == 0 {
					factor = weight / g.weight // who did not answer is made up for by one factor
				}
				return g.n == int(n) && (hand.raked || math.Abs(g.weight*factor-weight) < 1e-6*weight)
			}
			if !slices.ContainsFunc(given, fits) {
				t.Errorf("%s, %s: %v is told, %v was sent", row, item[1], cells, given)
			}
		}
	}
	if got, _ := strconv.ParseFloat(mark[1], 64); math.Abs(mean-got) > 0.0101 {
		t.Errorf("%s: the items make %v, the survey says %v", row, mean, got)
	}
	return told
}

// tally is how often an answer was sent, and with which weight of the design.
type tally struct {
	n      int
	weight float64
}

// given counts what the residents of a unit's sample sent to an item, answer by answer.
func (w *world) given(item string, unit roster.UnitCode) (out []tally) {
	people, links := w.frame(unit)
	all, _, _ := w.progress()
	weights := map[string]float64{}
	for _, l := range all {
		if l.Unit == string(unit) {
			weights[tokenOf(l.path())] = people[l.PSU[:7]] / links[l.PSU[:7]]
		}
	}
	by := map[string]*tally{}
	for _, one := range w.posted("/q/") {
		weight, ours := weights[tokenOf(one.path)]
		answer := one.form.Get(item)
		if !ours || answer == "" {
			continue
		}
		if by[answer] == nil {
			by[answer] = &tally{}
		}
		by[answer].n++
		by[answer].weight += weight
	}
	for _, answer := range slices.Sorted(maps.Keys(by)) {
		out = append(out, *by[answer])
	}
	return out
}

// sheetsAddUp: the marks of the items on each sheet are what its headings reached.
func (w *world) sheetsAddUp(t *testing.T, row, made, dossier string) {
	t.Helper()
	if strings.Contains(row, "/single") {
		return // a project has no headings: its page shows the criteria's marks themselves
	}
	reached := map[int]float64{}
	for _, cells := range tables(t, made, "h-evaluation")[0][1:] {
		for n, cell := range cells[1:] {
			if parts := strings.Split(cell, " / "); len(parts) == 2 {
				v, _ := number(parts[0])
				reached[n] += v
			}
		}
	}
	marks, first := map[int]float64{}, tables(t, dossier, "sheets")[0][1:]
	for _, cells := range first {
		if len(cells) < 4 || !regexp.MustCompile(`^\d+ `).MatchString(cells[0]) {
			continue
		}
		for n, cell := range cells[2:] {
			if v, ok := number(cell); ok {
				marks[n] += v
			}
		}
	}
	if len(reached) == 0 || fmt.Sprintf("%.2f", reached[0]+reached[1]) != fmt.Sprintf("%.2f", marks[0]+marks[1]) {
		t.Errorf("%s: the items make %v, the headings say %v", row, marks, reached)
	}
}

// searched finds one thing of every kind, and lets nobody else find anything.
func (w *world) searched(t *testing.T) {
	t.Helper()
	office := w.as("office1")
	for query, want := range map[string]string{
		"银川":        "/office/units/640100",
		"640104":    "/office/dossiers/2020-640104-comprehensive",
		"综合执法":      "/office/dossiers/2020-640302-single",
		"演练材料01":    "/exhibits/",
		"84":        "/office/indicators/city-county/84",
		"39号":       "/office/documents",
		"assessor2": "kind=trail",
		"dossier/2": "/office/trail?half=programme",
	} {
		got := office.get("/office/search?q=" + query)
		if got.status != http.StatusOK || !strings.Contains(got.body, want) {
			t.Errorf("%s: got %d without %s\n%s", query, got.status, want, got.body)
		}
	}
	if got := office.get("/office/search?q=" + strings.Repeat("x", 101)); got.status != http.StatusUnprocessableEntity {
		t.Errorf("too long: got %d", got.status)
	}
	for _, name := range []string{"applicant-640100", "agency1", "assessor1", "inspector1", "secadmin1", "sysadmin1", "auditor1"} {
		if got := w.as(name).get("/office/search?q=银川"); got.status != http.StatusForbidden {
			t.Errorf("%s searches: got %d, want 403", name, got.status)
		}
	}
	entries := w.trail()
	found := 0
	for _, e := range entries {
		if e.Action == "search" {
			found++
			if strings.Contains(e.Before+e.After+e.Reason+e.Object, "银川") {
				t.Error("the words of a search stand in the trail")
			}
		}
	}
	if found == 0 {
		t.Error("searches are not on the record")
	}
}
