package resident_test

import (
	"fmt"
	"strings"
	"testing"

	"minyi/cmd/internal/browser"
)

// ring says what is wrong with the place that has the focus: nothing shows it, or
// it cannot be seen.
const ring = `(() => {
	const e = document.activeElement, s = getComputedStyle(e), r = (e.closest("label") || e).getBoundingClientRect(), wrong = [];
	if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 3) wrong.push("no frame of 3 px: " + s.outlineStyle + " " + s.outlineWidth);
	if (s.outlineColor === getComputedStyle(document.body).backgroundColor) wrong.push("a frame in the colour of the page");
	if (r.bottom <= 0 || r.top >= innerHeight) wrong.push("out of sight: from " + r.top + " to " + r.bottom);
	const top = document.elementFromPoint(Math.max(0, Math.min(innerWidth - 1, r.left + r.width / 2)), Math.max(0, Math.min(innerHeight - 1, r.top + r.height / 2)));
	if (top && !top.contains(e) && !e.contains(top) && !(e.closest("label") && e.closest("label").contains(top))) wrong.push("hidden behind " + top.tagName);
	return wrong;
})()`

// stops are the elements that the Tab key must come to, in the order of the page:
// of each group of radio buttons the one that is checked, else the first.
const stops = `[...document.querySelectorAll("a[href],button,input,select,textarea,summary")]
	.filter(e => e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility())
	.filter((e, i, all) => e.type !== "radio" || (all.some(o => o.name === e.name && o.checked) ? e.checked : all.find(o => o.name === e.name) === e))
	.map(e => (e.name ? e.name + "=" + e.value : "") || e.id || e.getAttribute("href") || e.tagName)`

// TestBrowserTabComesToEverythingInOrder presses Tab through pages of each kind:
// it comes to each field, link and button once, in the order of the page, and
// each time a frame shows where.
func TestBrowserTabComesToEverythingInOrder(t *testing.T) {
	t.Parallel()
	e := newEyes(t, "zh-CN")
	look := map[string]bool{
		"first page of a one-time link": true, "first page opened up": true, "all questions, wrong": true, "b8 wrong": true,
		"review with something wrong": true, "sending": true, "q03a answered": true,
	}
	for _, s := range states() {
		if !look[s.name] {
			continue
		}
		s.show(e)
		browser.Look[int](e.page, `document.activeElement.blur(), scrollTo(0, 0), getSelection().removeAllRanges(), 1`)
		want := browser.Look[[]string](e.page, stops)
		var got []string
		for range want {
			e.page.Keys(browser.Tab)
			got = append(got, e.page.Focused())
			for _, wrong := range browser.Look[[]string](e.page, ring) {
				t.Errorf("%s: at %s: %s", s.name, got[len(got)-1], wrong)
			}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") && !turned(got, want) {
			t.Errorf("%s: Tab comes to\n%v, want\n%v", s.name, got, want)
		}
	}
}

// turned reports whether the walk is the whole way begun at another place, as
// where the focus stood on what is wrong.
func turned(got, want []string) bool {
	return len(got) == len(want) && strings.Contains(strings.Join(append(want, want...), "\n"), strings.Join(got, "\n"))
}

// TestBrowserEveryTypeIsAnsweredByKeys goes from the link to the receipt with Tab,
// Space, the arrows, letters and Enter, over every type of question.
func TestBrowserEveryTypeIsAnsweredByKeys(t *testing.T) {
	t.Parallel()
	e := newEyes(t, "zh-CN")
	e.get(e.oneTime[1], "")
	answers := given()
	for range 60 {
		if e.page.Count("#receipt") > 0 {
			break
		}
		button := "_do=next"
		if e.page.Count(`button[value="send"]`) > 0 {
			button = "_do=send"
		} else if e.page.Count("fieldset") > 0 {
			id := e.page.Attribute("fieldset", "id")
			press(e, id, answers[id])
		}
		tabTo(e, button)
		if button == "_do=send" {
			e.page.Keys(browser.Enter)
			e.page.Wait("#receipt")
			continue
		}
		e.page.Leave()
	}
	stored := 0
	err := e.intake.Answers(1, func(uint32, []byte) error { stored++; return nil })
	if err != nil || stored != 1 {
		t.Errorf("stored: got %d (%v), want 1; at %s", stored, err, e.page.Text("h1"))
	}
}

// press answers a question by keys alone.
func press(e *eyes, id string, values []string) {
	e.t.Helper()
	for i, value := range values {
		switch kind := browser.Look[string](e.page, fmt.Sprintf(`document.querySelector('[name="%s"]').type`, id)); kind {
		case "radio":
			tabTo(e, id+"=")
			e.page.Keys(browser.Space)
			down := browser.Look[int](e.page, fmt.Sprintf(`[...document.getElementsByName(%q)].findIndex(e => e.value === %q)`, id, value))
			for range down {
				e.page.Keys(browser.Down)
			}
		case "checkbox":
			tabTo(e, id+"="+value)
			e.page.Keys(browser.Space)
		case "select-one":
			tabTo(e, id+"=")
			for range i + 1 {
				e.page.Keys(browser.Down)
			}
			e.page.Keys(browser.Tab)
		default:
			tabTo(e, id+"=")
			e.page.Keys(value)
		}
	}
}

// tabTo presses Tab until the focus is on what Focused names so.
func tabTo(e *eyes, prefix string) {
	e.t.Helper()
	const most = 60
	for range most {
		if strings.HasPrefix(e.page.Focused(), prefix) {
			return
		}
		e.page.Keys(browser.Tab)
	}
	e.t.Fatalf("%s: Tab never comes to %q", e.page.Address(), prefix)
}
