package agency_test

import (
	"flag"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/web/view"
)

var updating = flag.Bool("update", false, "write the golden files anew")

// settled is a page's main part without what changes from run to run.
func settled(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return regexp.MustCompile(`name="csrf" value="[^"]+"`).ReplaceAllString(page, `name="csrf" value=""`) + "\n"
}

// golden compares a page in both languages with its files.
func (p *person) golden(name, path string) {
	p.t.Helper()
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	for _, lang := range view.Langs() {
		got := p.get(path + join + "lang=" + string(lang))
		wants(p.t, path, got, http.StatusOK)
		file := filepath.Join("testdata", name+"."+string(lang)+".html")
		text := settled(got.body)
		if *updating {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				p.t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			p.t.Fatal(err)
		}
		if text != string(want) {
			p.t.Errorf("%s differs from %s; if on purpose, run with -update\ngot:\n%s", path, file, text)
		}
	}
}

// release has two people sign the result of a survey.
func (o *office) release(t *testing.T, id survey.ID) {
	t.Helper()
	by, second := access.Actor{Name: "li", Role: access.Agency}, access.Actor{Name: "ma", Role: access.Agency}
	sv, err := o.surveys.Propose(t.Context(), by, id)
	if err != nil {
		t.Fatal(err)
	}
	digest := sv.Draft.Digest
	for _, by := range []access.Actor{by, second} {
		if _, err := o.surveys.Approve(t.Context(), by, id, digest); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	li.golden("list-empty", "/agency")
	wants(t, "create", li.post("/agency", "/agency/surveys", order("640100")), http.StatusSeeOther)
	li.golden("detail-planned", "/agency/surveys/s1")
	wants(t, "frame", li.upload("/agency/surveys/s1", frameCSV()), http.StatusSeeOther)
	li.golden("detail-framed", "/agency/surveys/s1")
	at := li.field("640200")
	tokens := li.links(at)
	for i := range 24 {
		o.answer(t, tokens[3*i], []string{"5", "4", "2"}[i%3], []string{"male", "female"}[i%2])
	}
	li.golden("detail-open", at)
	li.golden("letters", at+"/letters?batch=3")
	li.golden("posters", at+"/posters")
	wants(t, "close", li.post(at, at+"/close", url.Values{"sure": {"yes"}}), http.StatusSeeOther)
	li.golden("detail-closed", at)
	o.reviewed(t)
	li.golden("comments", at+"/comments")
	li.golden("export", at+"/export")
	o.release(t, "s2")
	li.golden("list", "/agency")
}
