package main

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// TestBrowserRanking goes from a total down to how many residents gave an answer, in
// two clicks, and adds the parts up again by hand; then it asks what other shares and a
// smaller front group would give, and looks into the store: the what-if is kept, the
// official ranking is as it was (C08, C73, C85).
func TestBrowserRanking(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-11-05T09:00")
	s, err := readProgramme(t, filepath.Join(folder, programmeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	official, err := s.Ranking(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "office1")
	p.Go("/office/ranking")
	const unit = "640104"
	row, ok := official.Ranking.Find(unit, roster.Comprehensive)
	if !ok {
		t.Fatalf("%s has no row", unit)
	}
	p.Press(`a[href="/office/ranking/` + unit + `/comprehensive"]`) // the first click
	partsAddUp(t, p, row)
	answersAddUp(t, p)
	barriers(t, p)
	p.Go("/office/ranking")
	for field, text := range map[string]string{
		"parts.evaluation": "30", "parts.survey": "70", "parts.verification": "0", "comprehensive": "1", "note": "群众意见更重要时",
	} {
		p.Fill(`#whatif [name="`+field+`"]`, text)
	}
	p.Press("#whatif button")
	if got := p.Text("main"); !strings.Contains(got, "仅供参考") || !strings.Contains(got, "群众意见更重要时") || !strings.Contains(got, "正式名次") {
		t.Errorf("the what-if: %.500s", got)
	}
	barriers(t, p)
	keptBesideTheOfficial(t, s, official, p)
}

// partsAddUp adds up the parts of a row as the page has them.
func partsAddUp(t *testing.T, p *walker.Page, row naming.Row) {
	t.Helper()
	var sum, shares float64
	for _, part := range row.Parts {
		if part.Present {
			sum, shares = sum+float64(part.Mark)*float64(part.Share), shares+float64(part.Share)
		}
	}
	want := indicators.Mark(math.Floor(sum/shares + 0.5))
	if got := p.Text("#sum ~ .scroll tbody tr:last-child strong"); got != want.String() || row.Total != want {
		t.Errorf("the total: got %s on the page and %s in the store, want %s by hand", got, row.Total, want)
	}
}

// answersAddUp opens an item of the survey, and finds the survey's mark to be the mean
// of its items'.
func answersAddUp(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Click("#survey details.item summary") // the second click
	if got := p.Text("#survey details.item table"); !strings.Contains(got, "份数") || !strings.Contains(got, "权数") {
		t.Errorf("the answers to an item: %.300s", got)
	}
	marks := walker.Look[[]string](p, `[...document.querySelectorAll("#survey details.item summary strong")].map(e => e.textContent)`)
	sum := 0.0
	for _, text := range marks {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += v
	}
	heading := p.Text("#survey h2")
	whole, err := strconv.ParseFloat(heading[strings.LastIndex(heading, " ")+1:], 64)
	if err != nil || len(marks) == 0 || math.Abs(sum/float64(len(marks))-whole) > 0.0101 { // each is rounded to 0.01
		t.Errorf("%d items with a mean of %v, %q says otherwise: %v", len(marks), sum/float64(len(marks)), heading, err)
	}
}

// keptBesideTheOfficial looks into the store.
func keptBesideTheOfficial(t *testing.T, s *store.Store, official *naming.Snapshot, p *walker.Page) {
	t.Helper()
	trials, err := s.Trials(t.Context(), 2020)
	if err != nil || len(trials) != 1 || trials[0].Asked == nil {
		t.Fatalf("got %d what-ifs, %v", len(trials), err)
	}
	asked := trials[0].Asked
	if asked.Parts != (indicators.Parts{Evaluation: 3000, Survey: 7000}) || asked.Comprehensive != 1 || asked.BonusCap != 300 || trials[0].MadeBy != "office1" {
		t.Errorf("got %+v", trials[0])
	}
	if !strings.Contains(p.Address(), trials[0].ID) || p.Count(`#tried a[href*="`+trials[0].ID+`"]`) != 1 {
		t.Errorf("the page is not that of the what-if, or does not list it: %s", p.Address())
	}
	front := 0
	for _, table := range trials[0].Ranking.Tables {
		for _, row := range table.Rows {
			if table.Track == roster.Comprehensive && row.Front {
				front++
			}
		}
		if table.Track == roster.Comprehensive && table.Cut != 1 {
			t.Errorf("%s: a front group of %d, want 1", table.Group, table.Cut)
		}
	}
	after, err := s.Ranking(t.Context(), 2020)
	if err != nil || after.ID != official.ID || after.Digest != official.Digest || front == 0 {
		t.Errorf("the official ranking: got %s, want %s; %v", after.ID, official.ID, err)
	}
}
