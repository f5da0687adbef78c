package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	walker "minyi/cmd/internal/browser"
)

// fingertip is how high whatever residents tap on must be, in CSS pixels.
const fingertip = 60

// small is the narrowest screen that the resident's door promises to fit.
func small() walker.Screen {
	return walker.Screen{Name: "small", Width: 320, Height: 568, Phone: true}
}

// TestBrowserResidentsAnswersAreStoredOnce walks the resident's door in the ways
// that people have of going through a form, and counts at the agency what came
// in: each that was thanked, and none twice.
func TestBrowserResidentsAnswersAreStoredOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir())
	before := d.stored(t)
	ways := []struct {
		name string
		walk func(t *testing.T, d *runningDemo, link string)
	}{
		{"back and change, with scripts", goBackAndChange(true)},
		{"back and change, without scripts", goBackAndChange(false)},
		{"all on one page in large letters", answerOnOnePage("one-time", walker.Options{Screen: small(), Script: true}, "zh-CN", "30")},
		{"all on one page in English, without scripts", answerOnOnePage("one-time", walker.Options{Screen: walker.Phone()}, "en", "24")},
		{"by keyboard alone", answerByKeyboard},
	}
	t.Run("one-time links", func(t *testing.T) {
		for i, w := range ways {
			link := strings.TrimPrefix(d.Residents[i].URL, d.URL)
			t.Run(w.name, func(t *testing.T) {
				t.Parallel()
				w.walk(t, d, link)
			})
		}
	})
	const passersBy = 2
	t.Run("a poster serves many people", func(t *testing.T) {
		link := strings.TrimPrefix(d.Posters[0].URL, d.URL)
		for range passersBy {
			answerOnOnePage("poster", walker.Options{Screen: walker.Phone(), Script: true, Dark: true}, "zh-CN", "24")(t, d, link)
		}
	})
	if got, want := d.stored(t)-before, len(ways)+passersBy; got != want {
		t.Errorf("answers stored after %d were sent: got %d", want, got)
	}
}

// stored is how many answers the agency's list shows, of one-time links and of
// posters together.
func (d *runningDemo) stored(t *testing.T) int {
	t.Helper()
	_, body := d.as(t, "agency").open("/agency")
	sum, rows := 0, regexp.MustCompile(`(?s)<tbody>.*?</tbody>`).FindString(body)
	for row := range strings.SplitSeq(rows, "</tr>") {
		cells := regexp.MustCompile(`<td class="n">([\d,]+)</td>`).FindAllStringSubmatch(row, -1)
		if len(cells) == 0 {
			continue
		}
		for _, i := range []int{1, 2, 3, 4, len(cells) - 1} { // complete, partial, refused, not eligible; posters
			n, err := strconv.Atoi(strings.ReplaceAll(cells[i][1], ",", ""))
			if err != nil {
				t.Fatal(err)
			}
			sum += n
		}
	}
	return sum
}

// fits fails the test where people would have to scroll sideways, or where
// something to tap on is too low.
func fits(t *testing.T, p *walker.Page, s walker.Screen) {
	t.Helper()
	at := p.Address()
	if got := p.Width(); got > s.Width {
		t.Errorf("%s is %d wide on a screen of %d: people must scroll sideways", at, got, s.Width)
	}
	for _, css := range []string{"fieldset label", "form > button"} {
		if got := p.Lowest(css); got != 0 && got < fingertip {
			t.Errorf("%s: a target %q is %v high, want at least %v", at, css, got, fingertip)
		}
	}
}

// toReview answers one page after the other up to the review, and once, in the
// middle, goes back to see that the answer before is still there. Items come in
// an order of their own for each person.
func toReview(t *testing.T, p *walker.Page) {
	t.Helper()
	const tooMany, middle = 60, 9
	last := ""
	for n := range tooMany {
		fits(t, p, walker.Phone())
		if p.Count("dl") > 0 {
			return
		}
		question := p.Attribute("fieldset", "id")
		if n == middle {
			p.Press(`button[value="back"]`)
			if got := p.Attribute("fieldset", "id"); got != last || !p.Holds(choose(p, last)) {
				t.Errorf("gone back from %s: at %s, answered %v, want %s and its answer", question, got, p.Holds(choose(p, last)), last)
			}
			p.Press("button.g")
		}
		if choice := choose(p, question); choice != "" {
			p.Click(choice)
		}
		last = question
		p.Press("button.g")
	}
	t.Fatal("the questions do not end")
}

func goBackAndChange(script bool) func(*testing.T, *runningDemo, string) {
	return func(t *testing.T, d *runningDemo, link string) {
		t.Helper()
		p := walker.Open(t, d.URL, walker.Options{Screen: walker.Phone(), Script: script})
		p.Go(link)
		toReview(t, p)
		p.Press(`button[value="change:q01"]`)
		if !p.Holds(`input[name="q01"][value="4"]`) {
			t.Error("change: the page does not show the answer that was given")
		}
		p.Click(`input[name="q01"][value="2"]`)
		p.Press(`button[value="review"]`)
		p.Press(`button[value="change:q01"]`)
		if !p.Holds(`input[name="q01"][value="2"]`) {
			t.Error("changed: the page does not show the new answer")
		}
		p.Press(`button[value="review"]`)
		p.Shot(fmt.Sprintf("resident-review-%v", script))
		send(t, p)
		spent(t, d, link)
	}
}

// send sends the answers, from the review by way of the page that does, and
// returns the code of the receipt.
func send(t *testing.T, p *walker.Page) string {
	t.Helper()
	if p.Count("dl") > 0 {
		p.Press("button.g")
		fits(t, p, walker.Phone())
	}
	p.Click(`button[value="send"]`)
	p.Wait("#receipt")
	code := p.Text("#receipt")
	if len(strings.ReplaceAll(code, " ", "")) < 10 {
		t.Errorf("receipt: got %q", code)
	}
	return code
}

// spent opens a used link once more: it says so, and offers nothing to fill in.
func spent(t *testing.T, d *runningDemo, link string) {
	t.Helper()
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Phone()})
	if got := p.Go(link); got < http.StatusBadRequest || got >= http.StatusInternalServerError {
		t.Errorf("the used link: got %d, want a refusal", got)
	}
	if got := p.Count("form"); got != 0 {
		t.Errorf("the used link shows %d forms", got)
	}
	if got, want := p.Text("h1"), "已经"; !strings.Contains(got, want) {
		t.Errorf("the used link says %q, want %q in it", got, want)
	}
}

// answerOnOnePage answers all questions on one page and sends them in one POST.
func answerOnOnePage(kind string, o walker.Options, lang, size string) func(*testing.T, *runningDemo, string) {
	return func(t *testing.T, d *runningDemo, link string) {
		t.Helper()
		p := walker.Open(t, d.URL, o)
		if got := p.Go(link + "?view=all&lang=" + lang + "&size=" + size); got != http.StatusOK {
			t.Fatalf("all questions: got %d", got)
		}
		fits(t, p, o.Screen)
		if got := p.Attribute("html", "class"); got != "z"+size {
			t.Errorf("size: got %q, want z%s", got, size)
		}
		if han := chinese(strings.ReplaceAll(p.Text("main"), "中文", "")); lang == "en" && han != "" {
			t.Errorf("Chinese on the English page: %q", han)
		}
		for _, one := range []string{"consent", "s1", "s2", "s3", "s4", "q01", "q02", "q12"} {
			choice := choose(p, one)
			if one == "s2" {
				choice = "#s2 input"
			}
			p.Click(choice)
		}
		p.Shot("resident-all-" + kind + "-" + lang)
		send(t, p)
		fits(t, p, o.Screen)
		p.Shot("resident-thanks-" + kind + "-" + lang)
		if kind == "one-time" && lang == "zh-CN" {
			spent(t, d, link)
		}
	}
}

// chinese returns the Chinese characters of a text.
func chinese(words string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Han, r) {
			return r
		}
		return -1
	}, words)
}

// answerByKeyboard walks the whole way with Tab, Space, the arrows and Enter.
func answerByKeyboard(t *testing.T, d *runningDemo, link string) {
	t.Helper()
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Phone(), Script: true})
	p.Go(link)
	down := map[string]int{"s1": 2, "s3": 1, "s4": 1} // the first option would screen out, or is not meant
	const tooMany = 60
	for range tooMany {
		if p.Count(`button[value="send"]`) > 0 {
			tabTo(t, p, "_do=send")
			p.Keys(walker.Enter)
			p.Wait("#receipt")
			return
		}
		if p.Count("fieldset input[type=radio]") > 0 {
			question := p.Attribute("fieldset", "id")
			tabTo(t, p, question+"=")
			p.Keys(walker.Space)
			for range down[question] {
				p.Keys(walker.Down)
			}
		}
		tabTo(t, p, "_do=next")
		p.Leave()
	}
	t.Fatal("the questions do not end")
}

// tabTo presses Tab until the focus is on the element that Focused names so.
func tabTo(t *testing.T, p *walker.Page, prefix string) {
	t.Helper()
	const most = 60
	for range most {
		if strings.HasPrefix(p.Focused(), prefix) {
			return
		}
		p.Keys(walker.Tab)
	}
	t.Fatalf("%s: Tab never comes to %q", p.Address(), prefix)
}
