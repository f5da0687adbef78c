package respond

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// door is the door without the service behind it: enough to render pages.
func door(t testing.TB) *Door {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(Deps{
		Texts: texts, Secret: bytes.Repeat([]byte{'k'}, 32), Base: "https://minyi.example", Log: slog.New(slog.DiscardHandler),
		Now: time.Now, NewID: func() string { return "0190e2a8-0000-7000-8000-000000000000" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func paper(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	q, err := questionnaire.Parse(questionnaire.Default())
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]questionnaire.Text{}
	for _, name := range []string{"subject", "organiser", "agency", "phone", "months"} {
		values[name] = questionnaire.Text{Zh: "某" + name, En: "the " + name}
	}
	q, err = q.Fill(questionnaire.Filling{Values: values, Areas: []questionnaire.AreaOption{
		{Code: "640104", Text: questionnaire.Text{Zh: "兴庆区", En: "Xingqing"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// seeds returns one seed for each variant of the paper.
func seeds(q *questionnaire.Questionnaire) map[questionnaire.Variant]uint64 {
	out := map[questionnaire.Variant]uint64{}
	for seed := uint64(0); len(out) < q.Variants(); seed++ {
		if _, ok := out[q.VariantOf(seed)]; !ok {
			out[q.VariantOf(seed)] = seed
		}
	}
	return out
}

// same fails unless the ready page of a visit is, byte for byte, the page that
// would be rendered for this visit alone.
func same(t *testing.T, d *Door, v *visit, in coding) {
	t.Helper()
	l := label{coding: in}
	if !v.fresh {
		l.number, l.total = v.progress()
	}
	made, err := d.make(v, l)
	if err != nil {
		t.Fatal(err)
	}
	if made.coding != in {
		t.Errorf("packed as %d, want %d", made.coding, in)
	}
	asked := everywhere
	if !v.fresh {
		asked = v.at
	}
	got, err := unpack(in, made.splice(nil, v.path, d.ending(v, asked)))
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	name, page := d.page(v, nil)
	if err := d.pages.set[v.lang].ExecuteTemplate(&want, name, page); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s %s %q: the ready page differs from the one rendered", v.lang, v.at, v.size)
	}
}

func TestReadyPagesAreThePagesRenderedForOne(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, which the race detector cannot judge")
	}
	t.Parallel()
	d, q := door(t), paper(t)
	form := &survey.Form{Channel: survey.Poster, Questionnaire: q, Version: q.Hash()}
	places := map[string]bool{}
	for variant, seed := range seeds(q) {
		for _, lang := range view.Langs() {
			v := &visit{path: "/q/0123456789ABCDEFGHJKMNPQ", lang: lang, size: []string{"", "24", "30"}[variant%3], all: true, fresh: true}
			v.opened(form, ticket{text: "key.time.MAC_-", seed: seed})
			same(t, d, v, plain)
			same(t, d, v, gzipped)
		}
		v := &visit{path: "/Q/0123456789ABCDEFGHJKMNPQ", lang: view.Chinese, fresh: true, all: variant < 4}
		v.opened(form, ticket{text: "key.time.MAC_-", seed: seed})
		v.at = q.Questions()[0].ID
		same(t, d, v, brotlied)
		for i, one := range q.Order(v.variant())[1:] {
			place := fmt.Sprint(one.ID, i, one.Section == questionnaire.Items && variant.Reversed())
			if places[place] {
				continue
			}
			places[place] = true
			v := &visit{path: "/q/0123456789ABCDEFGHJKMNPQ", lang: view.Chinese, at: one.ID}
			v.answers = map[string][]string{"consent": {"yes"}, "o1": {`<&"'> ` + strings.Repeat("字", 500)}}
			delete(v.answers, one.ID)
			v.opened(form, ticket{text: "key.time.MAC_-", seed: seed})
			same(t, d, v, gzipped)
		}
	}
	if want := 4 + 5 + 2*(1+11*11); len(places) != want { // before the items, behind them, the items
		t.Errorf("question pages: got %d, want %d", len(places), want)
	}
}

func FuzzAReadyPageTakesAnyHiddenValue(f *testing.F) {
	d, q := door(f), paper(f)
	form := &survey.Form{Channel: survey.Sampled, Questionnaire: q, Version: q.Hash()}
	f.Add("yes", "好", uint8(0))
	f.Add(`"><script>`, "\x00\xff\u2028", uint8(1))
	f.Add(strings.Repeat("&", 20_000), "", uint8(2))
	made := map[coding]*ready{}
	f.Fuzz(func(t *testing.T, consent, words string, in uint8) {
		c := coding(in % 3)
		v := &visit{path: "/q/0123456789ABCDEFGHJKMNPQ", lang: view.Chinese, at: "q01"}
		v.answers = map[string][]string{"consent": {consent}, "o1": {words}}
		v.opened(form, ticket{text: "key.time.MAC_-"})
		if made[c] == nil {
			page, err := d.make(v, label{coding: c, number: 5, total: 21})
			if err != nil {
				t.Fatal(err)
			}
			made[c] = page
		}
		end := d.ending(v, "q01")
		if bytes.Contains(end, []byte("<script")) {
			t.Error("markup of a stranger in the page")
		}
		if !made[c].fits(v.path, end) {
			if len(end) < longest/2 {
				t.Errorf("an end of %d bytes does not fit", len(end))
			}
			return
		}
		got, err := unpack(c, made[c].splice(nil, v.path, end))
		if err != nil || !bytes.Contains(got, end) {
			t.Errorf("coding %d: %v", c, err)
		}
	})
}

func TestTheShelfKeepsThePagesUsedLast(t *testing.T) {
	t.Parallel()
	s := newShelf(10*(overhead+1000), 0)
	made := 0
	take := func(n int) {
		page, err := s.take(label{number: n}, func() (*ready, error) {
			made++
			return &ready{cut: cut{head: bytes.Repeat([]byte{byte(n)}, 1000), gap: n}}, nil
		})
		if err != nil || page.gap != n {
			t.Fatalf("page %d: got %v, %v", n, page, err)
		}
	}
	for n := range 100 {
		take(n)
		take(0) // stays on top
	}
	if made != 100 {
		t.Errorf("made: got %d, want 100", made)
	}
	if got, most := s.size, s.limit; got > most || len(s.pages) != 10 || s.order.Len() != 10 {
		t.Errorf("kept: %d bytes in %d pages, want at most %d", got, len(s.pages), most)
	}
	if _, err := s.take(label{number: 500}, func() (*ready, error) { return nil, fmt.Errorf("no") }); err == nil {
		t.Error("a page that cannot be made: got no error")
	}
	if _, kept := s.pages[label{number: 500}]; kept {
		t.Error("a page that cannot be made stays on the shelf")
	}
}
