package resident_test

import (
	"os"
	"strings"
	"testing"

	"minyi/cmd/internal/browser"
)

// look is one way of looking at a page: a screen, letters, colours.
type look struct {
	screen browser.Screen
	size   string
	dark   bool
	text   float64 // how many times larger the browser makes all letters, as WeChat does
}

// looks are the ways of looking: every screen in every size, half of them by day
// and half in the dark, so that each pair of a screen or a size with a colour
// comes.
func looks() (all []look) {
	screens := []browser.Screen{
		{Name: "small", Width: 320, Height: 568, Phone: true},
		browser.Phone(),
		browser.Desk(),
		{Name: "desk at 200 %", Width: 640, Height: 400},
	}
	n := 0
	for _, screen := range screens {
		for _, size := range []string{"18", "24", "30"} {
			all = append(all, look{screen: screen, size: size, dark: n%2 == 1, text: 1})
			n++
		}
	}
	return append(all, look{browser.Phone(), "18", false, 1.5}, look{browser.Phone(), "24", true, 1.5})
}

// letters makes every letter so many times larger than the page asks for, as
// WeChat's setting does: lengths in rem stay.
const letters = `(times => {
	const all = [...document.querySelectorAll("html, html *")];
	all.forEach(e => e.style.removeProperty("font-size"));
	if (times > 1) all.map(e => [e, parseFloat(getComputedStyle(e).fontSize)]).forEach(([e, s]) => { if (e.tagName !== "HTML") e.style.setProperty("font-size", s * times + "px", "important") });
	return 1;
})`

// TestBrowserNoPageHasABarrier looks at every page and state in both languages:
// axe-core finds nothing, letters have a contrast of 7:1 and at least 18 px, each
// target is at least 44 px, answers are rows of 60 px over the whole width, and
// nobody scrolls sideways, whatever the screen, the letters and the colours.
func TestBrowserNoPageHasABarrier(t *testing.T) {
	judge, err := os.ReadFile("testdata/look.js")
	if err != nil {
		t.Fatal(err)
	}
	for l, lang := range []string{"zh-CN", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			e := newEyes(t, lang)
			for i, s := range states() {
				e.size = []string{"18", "24", "30"}[i%3]
				s.show(e)
				sound(e, s.name)
				e.page.Dress(browser.Phone(), (i+l)%2 == 1)
				for _, barrier := range e.page.Barriers() {
					t.Errorf("%s: %s", s.name, barrier)
				}
				for n, way := range looks() {
					if (n+i)%2 == l {
						continue // the other language takes it
					}
					e.dress(way)
					for _, sentence := range browser.Look[[]string](e.page, string(judge)) {
						t.Errorf("%s, %s, %s px, dark %v, text × %v: %s", s.name, way.screen.Name, way.size, way.dark, way.text, sentence)
					}
				}
				e.pictures(s.name)
			}
		})
	}
}

// dress shows the page that is open in a way of looking.
func (e *eyes) dress(way look) {
	e.t.Helper()
	e.page.Dress(way.screen, way.dark)
	class := "z" + way.size
	if way.size == "18" {
		class = ""
	}
	browser.Look[int](e.page, `document.documentElement.className = "`+class+`", 1`)
	times := "1"
	if way.text > 1 {
		times = "1.5"
	}
	browser.Look[int](e.page, letters+"("+times+")")
}

// pictures takes three pictures of the page where the environment asks for them.
func (e *eyes) pictures(name string) {
	e.t.Helper()
	if os.Getenv("MINYI_SHOTS") == "" {
		return
	}
	for suffix, way := range map[string]look{
		"phone":     {browser.Phone(), "18", false, 1},
		"phone-30d": {browser.Phone(), "30", true, 1},
		"desk":      {browser.Desk(), "18", false, 1},
	} {
		e.dress(way)
		e.page.Shot(e.lang + "-" + strings.NewReplacer(" ", "_", ",", "").Replace(name) + "-" + suffix)
	}
}

// sound fails where the page is not one of the door's, or not in the language.
func sound(e *eyes, name string) {
	e.t.Helper()
	if got := e.page.Attribute("html", "lang"); got != e.lang {
		e.t.Errorf("%s: language %q, want %q", name, got, e.lang)
	}
	if got := e.page.Count("h1, h2"); got == 0 {
		e.t.Errorf("%s: no heading", name)
	}
}
