package main

import (
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// TestBrowserThePhonesOwnBackButtonShowsTheAnswers goes back as people do on a
// phone, with its own button: each page comes with its answer, the answers behind
// it are not lost, and the first page is reached in the end.
func TestBrowserThePhonesOwnBackButtonShowsTheAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir())
	link := strings.TrimPrefix(d.Residents[0].URL, d.URL)
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Phone(), Script: true})
	p.Go(link)
	var way []string
	for range 7 {
		question := p.Attribute("fieldset", "id")
		way = append(way, question)
		p.Click(choose(p, question))
		p.Press("button.g")
	}
	p.Wait("fieldset")
	for i := len(way) - 1; i > 0; i-- {
		p.Back()
		p.Wait("#" + way[i])
		if !p.Holds(choose(p, way[i])) {
			t.Errorf("gone back to %s: its answer is gone", way[i])
		}
	}
	for i := 1; i < len(way); i++ {
		p.Press("button.g")
	}
	if got := p.Count("fieldset input:checked"); got != 0 {
		t.Errorf("the question behind the last answer: got %d answers, want none", got)
	}
	carried := 0
	for _, answer := range strings.Split(p.Value(`input[name="_given"]`), ";")[1:] {
		if answer != "" {
			carried++
		}
	}
	if carried != len(way) {
		t.Errorf("got %d answers carried on, want those to %v", carried, way)
	}
}
