package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/cmd/internal/browser"
)

// site serves one page a path, under a strict policy.
func site(t *testing.T, pages map[string]string) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, body)
			return
		}
		if policy := r.URL.Query().Get("policy"); policy != "off" {
			w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src data:")
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		name := r.FormValue("name")
		fmt.Fprintf(w, `<!doctype html><html lang="zh"><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width"><title>t</title>`+body, name)
	}))
	t.Cleanup(s.Close)
	return s
}

const form = `<h1 id="hello">您好 %s</h1><form method="post" action="/form"><input name="name" value="x"><textarea name="more"></textarea><button>提交</button></form><script src="/mark.js"></script>`

func TestBrowserFillsFormsWithAndWithoutScripts(t *testing.T) {
	t.Parallel()
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script %v", script), func(t *testing.T) {
			t.Parallel()
			s := site(t, map[string]string{
				"/form":    form,
				"/mark.js": `document.body.append(Object.assign(document.createElement("i"), {id: "scripted"}))`,
			})
			p := browser.Open(t, s.URL, browser.Options{Screen: browser.Phone(), Script: script})
			if got := p.Go("/form"); got != http.StatusOK {
				t.Fatalf("status: got %d, want 200", got)
			}
			p.Fill("input[name=name]", "民意")
			p.Fill("textarea", "还有")
			if got, want := p.Value("textarea"), "还有"; got != want {
				t.Errorf("typed: got %q, want %q", got, want)
			}
			p.Press("button")
			if got, want := p.Text("#hello"), "您好 民意"; got != want {
				t.Errorf("text: got %q, want %q", got, want)
			}
			want := 0
			if script {
				want = 1
			}
			if got := p.Count("#scripted"); got != want {
				t.Errorf("scripts that ran: got %d, want %d", got, want)
			}
			if got, want := p.Width(), browser.Phone().Width; got != want {
				t.Errorf("width: got %d, want %d", got, want)
			}
		})
	}
}

func TestS44BrowserFindsTroublesBehindThePage(t *testing.T) {
	t.Parallel()
	foreign := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(foreign.Close)
	cases := []struct {
		name, path, body, want string
	}{
		{"an inline script", "/a", `<p>%s</p><script>1</script>`, "content security policy"},
		{"an inline style", "/a", `<p style="color:red">%s</p>`, "content security policy"},
		{"a foreign picture", "/a?policy=off", `<p>%s</p><img alt="" src="` + foreign.URL + `/x.png">`, "foreign origin"},
		{"a missing script", "/a", `<p>%s</p><script src="/none.js"></script>`, "answered 404"},
		{"an uncaught error", "/a", `<p>%s</p><script src="/throw.js"></script>`, "script error"},
		{"a console error", "/a", `<p>%s</p><script src="/say.js"></script>`, "console error: it broke"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := site(t, map[string]string{"/a": c.body, "/throw.js": `throw new Error("boom")`, "/say.js": `console.error("it broke")`})
			p := browser.Open(t, s.URL, browser.Options{Screen: browser.Desk(), Script: true})
			p.Go(c.path)
			if got := strings.Join(p.TakeTroubles(), "\n"); !strings.Contains(got, c.want) {
				t.Errorf("troubles: got %q, want one with %q", got, c.want)
			}
		})
	}
}

func TestBrowserLeavesRefusedPagesToTheTest(t *testing.T) {
	t.Parallel()
	s := site(t, nil)
	p := browser.Open(t, s.URL, browser.Options{Screen: browser.Desk(), Script: true})
	if got := p.Go("/none"); got != http.StatusNotFound {
		t.Errorf("status: got %d, want 404", got)
	}
	if got := p.TakeTroubles(); len(got) > 0 {
		t.Errorf("troubles: got %v, want none", got)
	}
}

func TestBrowserWritesPicturesWhereTheEnvironmentSays(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "shots")
	t.Setenv("MINYI_SHOTS", folder)
	s := site(t, map[string]string{"/a": `<p>%s</p>`})
	p := browser.Open(t, s.URL, browser.Options{Screen: browser.Phone(), Script: true})
	p.Go("/a")
	p.Shot("first")
	picture, err := os.ReadFile(filepath.Join(folder, "first.png"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := http.DetectContentType(picture), "image/png"; got != want {
		t.Errorf("kind: got %s, want %s", got, want)
	}
}

func TestBrowserFindsBarriers(t *testing.T) {
	t.Parallel()
	s := site(t, map[string]string{
		"/wall": `<main><h1>%s</h1><img src="data:," width="40" height="40"><input></main>`,
		"/open": `<html lang="zh"><main><h1>标题 %s</h1><label>姓名<input></label></main>`,
	})
	p := browser.Open(t, s.URL, browser.Options{Screen: browser.Phone(), Script: true})
	p.Go("/wall")
	got := strings.Join(p.Barriers(), "\n")
	for _, want := range []string{"image-alt", "label", "empty-heading"} {
		if !strings.Contains(got, want) {
			t.Errorf("barriers: got %q, want %s", got, want)
		}
	}
	if got := strings.Join(p.Barriers("img", "p.none"), "\n"); strings.Contains(got, "image-alt") || !strings.Contains(got, "label") {
		t.Errorf("barriers without pictures: got %q", got)
	}
	p.Go("/open")
	if got := p.Barriers(); len(got) > 0 {
		t.Errorf("barriers of a page without any: got %v", got)
	}
}
