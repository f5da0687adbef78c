package agency_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minyi/indicators/access"
)

// pages counts the pages of a PDF file that came whole.
func pages(t *testing.T, what string, got reply) int {
	t.Helper()
	if got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF-1.6\n") || !strings.HasSuffix(got.body, "%%EOF\n") {
		t.Fatalf("%s: got %d and no whole PDF: %.200s", what, got.status, got.body)
	}
	return strings.Count(got.body, "/Type/Page/")
}

func TestSheetsArePrintedForWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	o := open(t)
	li := o.person(t, "li", access.Agency)
	at := li.field("640100")
	token := li.links(at)[0]
	const links = 120
	cases := []struct {
		name  string
		query url.Values
		pages int
	}{
		{"letters", url.Values{"as": {"letter:a4"}}, links},
		{"letters in both languages", url.Values{"as": {"letter:a4"}, "words": {"both"}}, links},
		{"labels", url.Values{"as": {"label:70x37"}}, links / 24},
		{"labels in both languages", url.Values{"as": {"label:63.5x38.1"}, "words": {"both"}}, (links + 20) / 21},
		{"one batch", url.Values{"as": {"letter:a4"}, "batch": {"1"}}, 10},
		{"poster A4", url.Values{"as": {"poster:a4"}}, 1},
		{"poster A5 in both languages", url.Values{"as": {"poster:a5"}, "words": {"both"}}, 1},
	}
	for _, c := range cases {
		if got := pages(t, c.name, li.get(at+"/print.pdf?"+c.query.Encode())); got != c.pages {
			t.Errorf("%s: got %d pages, want %d", c.name, got, c.pages)
		}
	}
	rural := pages(t, "a stratum", li.get(at+"/print.pdf?as=letter:a4&stratum="+url.QueryEscape("城镇")))
	if rural == 0 || rural >= links {
		t.Errorf("a stratum: got %d pages", rural)
	}
	o.answer(t, token, "5", "male")
	if got := pages(t, "after an answer", li.get(at+"/print.pdf?as=letter:a4")); got != links-1 {
		t.Errorf("letters after an answer: got %d, want %d: a used link is printed again", got, links-1)
	}
	checkPrintTrail(t, o, token)
}

// checkPrintTrail demands an entry for each file, with its batches and without a
// code.
func checkPrintTrail(t *testing.T, o *office, token string) {
	t.Helper()
	entries, err := o.half.Trail(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var printed []string
	for _, e := range entries {
		if e.Action == "survey.print" && e.Actor == "li" {
			printed = append(printed, e.After)
		}
		if strings.Contains(e.After, token) {
			t.Errorf("a code stands in the trail: %s", e.After)
		}
	}
	if len(printed) != 9 {
		t.Fatalf("entries of prints: got %d, want 9", len(printed))
	}
	if got, want := printed[0], `{"kind":"letter","format":"a4","batches":"1-12","codes":120}`; got != want {
		t.Errorf("first print: got %s, want %s", got, want)
	}
	if got, want := printed[4], `{"kind":"letter","format":"a4","batches":"1","codes":10}`; got != want {
		t.Errorf("one batch: got %s, want %s", got, want)
	}
}

func TestPrintsThatCannotBeAreRefusedBeforeTheyBegin(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	at := li.field("640100")
	odd := li.post(at, at+"/posters", url.Values{"place": {"𠮷家超市"}})
	wants(t, "a poster", odd, http.StatusSeeOther)
	cases := map[string]struct {
		query  string
		status int
	}{
		"a size that is not made":        {"?as=label:10x10", http.StatusBadRequest},
		"nothing asked for":              {"", http.StatusBadRequest},
		"a PSU that was not drawn":       {"?as=letter:a4&psu=none", http.StatusNotFound},
		"letters of a poster":            {"?as=letter:a4&batch=13", http.StatusNotFound},
		"a number that is none":          {"?as=letter:a4&batch=x", http.StatusNotFound},
		"a character that is not in ink": {"?as=poster:a4", http.StatusBadRequest},
	}
	for name, c := range cases {
		if got := li.get(at + "/print.pdf" + c.query); got.status != c.status {
			t.Errorf("%s: got %d, want %d\n%.200s", name, got.status, c.status, got.body)
		}
	}
	wants(t, "the other poster", li.get(at+"/print.pdf?as=poster:a4&batch=13"), http.StatusOK, "%%EOF")
}

func TestAPostersCodeIsAPictureToo(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	at := li.field("640100")
	wants(t, "SVG", li.get(at+"/posters/13/code.svg"), http.StatusOK, "<svg ", `<path d="M4 4h7v1h-7z`)
	wants(t, "PNG", li.get(at+"/posters/13/code.png"), http.StatusOK, "\x89PNG\r\n")
	for _, path := range []string{"/posters/1/code.svg", "/posters/99/code.svg", "/posters/x/code.svg", "/posters/13/code.gif"} {
		wants(t, path, li.get(at+path), http.StatusNotFound)
	}
}

// TestEveryUnitsSheetsHaveRoomAndLetters lays out the tightest sheets in both
// languages for every unit of the register: no name is too long and none has a character that
// the embedded font lacks.
func TestEveryUnitsSheetsHaveRoomAndLetters(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	o := open(t)
	li := o.person(t, "li", access.Agency)
	units := o.rounds.Units()
	if len(units) < 20 {
		t.Fatalf("the register has %d units", len(units))
	}
	for _, u := range units {
		made := li.post("/agency", "/agency/surveys", order(string(u.Code)))
		wants(t, u.Name, made, http.StatusSeeOther)
		at, _, _ := strings.Cut(made.location, "?")
		wants(t, u.Name, li.upload(at, frameCSV()), http.StatusSeeOther)
		wants(t, u.Name, li.post(at, at+"/draw", url.Values{"seed": {"7"}, "links": {"20"}, "per_psu": {"5"}}), http.StatusSeeOther)
		wants(t, u.Name, li.post(at, at+"/posters", url.Values{"place": {"政务服务大厅（" + u.Name + "）"}}), http.StatusSeeOther)
		for _, query := range []string{"?as=poster:a5", "?as=letter:a4&batch=1", "?as=label:70x37&batch=1", "?as=label:63.5x38.1&batch=1"} {
			if got := li.get(at + "/print.pdf" + query + "&words=both"); got.status != http.StatusOK {
				t.Errorf("%s, %s: got %d, %.100s", u.Name, query, got.status, got.body)
			}
		}
	}
}
