package main

import (
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// TestBoardAndSearchInABrowser does at a desk and a phone what the office does first:
// it reads what is to be done, filters the rows, goes from a cell to what it stands
// for and back, and finds a file by its name with the keyboard alone.
func TestBoardAndSearchInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-10-27T12:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "office1")
	p.Go("/office")
	if got, want := p.Count("table.board tbody tr"), 12; got != want {
		t.Fatalf("rows: got %d, want %d", got, want)
	}
	if got := p.Text("ol.todo"); !strings.Contains(got, "计算排名") {
		t.Errorf("to do: got %q", got)
	}
	if p.Width() > 1280 {
		t.Errorf("the board is %d wide", p.Width())
	}
	for _, barrier := range p.Barriers() {
		t.Errorf("board: %s", barrier)
	}
	p.Select(`select[name="kind"]`, "departments")
	p.Press("form.filters button")
	if got, want := p.Count("table.board tbody tr"), 4; got != want {
		t.Errorf("departments: got %d rows, want %d", got, want)
	}
	p.Press("#row-D13-comprehensive th a")
	if got := p.Text("main"); !strings.Contains(got, "演练材料01") {
		t.Errorf("the dossier of the row: %.200s", got)
	}
	p.Click("#find")
	p.Keys("演练 材料03\r")
	p.Wait("#files")
	if got := p.Text("main"); !strings.Contains(got, "演练材料03.pdf") || strings.Contains(got, "演练材料01.pdf") {
		t.Errorf("search: %.300s", got)
	}
	for _, barrier := range p.Barriers() {
		t.Errorf("search: %s", barrier)
	}
	p.Dress(walker.Phone(), true)
	p.Go("/office?late=1")
	if p.Width() > 360 {
		t.Errorf("the board is %d wide on a phone", p.Width())
	}
}
