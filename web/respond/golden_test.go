package respond_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// update rewrites the golden pages: go test ./web/respond -update
func update() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

func TestMain(m *testing.M) {
	flag.Bool("update", false, "rewrite the golden pages")
	flag.Parse()
	os.Exit(m.Run())
}

// Every page in both languages, byte for byte, a line a tag.
func TestPagesLookAsTheyDid(t *testing.T) {
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	for _, lang := range []string{"zh-CN", "en"} {
		h := open(t)
		link := "/q/" + h.oneTime[0]
		ask := "?lang=" + lang
		golden(t, lang, "first", h.get(link+ask))
		golden(t, lang, "poster", h.get("/q/"+h.poster+ask+"&size=24"))
		golden(t, lang, "all", h.get(link+ask+"&view=all"))
		p := h.press(h.get(link+ask), "next", "consent", "yes")
		golden(t, lang, "missing", h.press(p, "next"))
		p = h.press(p, "next", "s1", "60-69")
		golden(t, lang, "areas", p)
		p = h.press(p, "next", "s2", "640104")
		p = h.press(p, "next", "s3", "ge6m")
		p = h.press(p, "next", "s4", "no")
		golden(t, lang, "scale", p)
		p = h.press(p, "next", "q01", "98")
		golden(t, lang, "several", h.press(p, "change:b3", "_lang", lang))
		golden(t, lang, "words", h.press(p, "change:o1"))
		p = h.press(p, "review")
		golden(t, lang, "review", p)
		p = h.press(p, "next")
		golden(t, lang, "send", p)
		golden(t, lang, "thanks", h.press(p, "send"))
		golden(t, lang, "spent", h.get(link+ask))
		golden(t, lang, "unknown", h.get("/q/UNKNOWN"+ask))
	}
}

func golden(t *testing.T, lang, name string, p page) {
	t.Helper()
	if strings.Contains(p.body, "⟦") {
		t.Errorf("%s %s: shows an unknown text key", lang, name)
	}
	got := strings.ReplaceAll(p.body, "><", ">\n<") + "\n"
	file := filepath.Join("testdata", lang, name+".html")
	if update() {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: the page has changed; look at it, then go test ./web/respond -update\n%s", file, firstDifference(got, string(want)))
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("got  %.300s\nwant %.300s", g[i], w[i])
		}
	}
	return "one page is longer"
}
