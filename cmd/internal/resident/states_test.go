package resident_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/cmd/internal/browser"
)

// eyes is one resident's browser before the door, in one language.
type eyes struct {
	*door
	page *browser.Page
	lang string
	size string
}

// state is one page in one of its states. What it leaves behind (a spent link, a
// clock, a store that fails) stays for those behind it.
type state struct {
	name string
	show func(e *eyes)
}

// given are answers to every question of the sample that they lead to.
func given() url.Values {
	return url.Values{
		"consent": {"yes"}, "s1": {"30-39"}, "s2": {"640104"}, "s3": {"24"}, "s4": {"no"}, "s5": {"yes"},
		"q01": {"4"}, "g1a": {"5"}, "g1b": {"4"}, "g1c": {"98"}, "q02": {"10"}, "q03": {"2"}, "q03a": {"time", "work"},
		"q03b": {"修路的事"}, "b1": {"female"}, "b2": {"urban"}, "b3": {"none"}, "b4": {"yes"}, "b5": {"2"}, "b6": {"2026-03-01"},
		"b7": {"nap"}, "b8": {"fair", "fast", "near"}, "b9": {"路口的灯"}, "i1": {"no"}, "o1": {"好"},
	}
}

// wrong are answers that cannot be taken, by the question of each type.
func wrong() url.Values {
	return url.Values{
		"s1": {}, "s2": {}, "s3": {"很久"}, "q01": {"4", "5"}, "g1a": {"77"}, "q02": {"5", "6"}, "q03a": {"time", "dk"},
		"q03b": {strings.Repeat("长", 400)}, "b6": {"3月1日"}, "b8": {"fair", "fair", "near"}, "b9": {strings.Repeat("长", 400)},
	}
}

// with returns the given answers with those of one question replaced, none where
// there are none.
func with(id string, values ...string) url.Values {
	v := given()
	v[id] = values
	return v
}

// get opens an address of a link, in the language and size of the eyes.
func (e *eyes) get(token, query string) {
	e.t.Helper()
	browser.Look[bool](e.page, `try { localStorage.clear() } catch (e) {} true`)
	e.page.Go("/q/" + token + "?lang=" + e.lang + "&size=" + e.size + query)
}

// post sends answers with hidden fields (pairs) behind a link.
func (e *eyes) post(token string, answers url.Values, pairs ...string) {
	e.t.Helper()
	v := maps.Clone(answers)
	v.Set("_lang", e.lang)
	v.Set("_size", e.size)
	v.Set("_form", e.ticket(token))
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	browser.Look[bool](e.page, `try { localStorage.clear() } catch (e) {} true`)
	e.page.Post("/q/"+token, v)
}

func post(name string, link int, answers url.Values, pairs ...string) state {
	return state{name, func(e *eyes) { e.t.Helper(); e.post(e.oneTime[link], answers, pairs...) }}
}

// states are all pages of the door in all their states.
func states() []state {
	return slices.Concat(beginnings(), questions(), ends(), refusals())
}

func beginnings() []state {
	return []state{
		{"first page of a one-time link", func(e *eyes) { e.get(e.oneTime[1], "") }},
		{"first page of a poster", func(e *eyes) { e.get(e.posters[0], "") }},
		{"first page opened up", func(e *eyes) {
			e.get(e.oneTime[1], "")
			browser.Look[int](e.page, `document.querySelectorAll("details").forEach(d => { d.open = true }), 1`)
		}},
		post("first page unanswered", 1, url.Values{}, "_at", "consent", "_do", "next"),
		{"first page with answers kept on the phone", func(e *eyes) {
			e.get(e.oneTime[1], "")
			e.page.Click(`input[value="yes"]`)
			e.page.Go("/q/" + e.oneTime[1] + "?lang=" + e.lang + "&size=" + e.size)
			e.page.Wait("#draft")
		}},
		post("a wrong code to go on with", 1, url.Values{}, "_code", "0000-0000", "_do", "resume"),
		{"gone on with a code", func(e *eyes) {
			half := url.Values{"consent": {"yes"}, "s1": {"30-39"}, "_at": {"s1"}, "_do": {"next"}, "_form": {e.ticket(e.oneTime[1])}}
			code := found(goOn, e.ask(http.MethodPost, e.oneTime[1], half))
			if code == "" {
				e.t.Fatal("no page tells a code to go on with")
			}
			e.post(e.oneTime[1], url.Values{}, "_code", code, "_do", "resume")
		}},
		{"all questions", func(e *eyes) { e.get(e.oneTime[1], "&view=all") }},
		post("all questions, answered", 1, given(), "_view", "all", "_do", "show"),
		post("all questions, wrong", 1, wrong(), "_view", "all", "_do", "send"),
	}
}

// questions is one of each type: unanswered, answered, wrong.
func questions() (all []state) {
	for _, id := range []string{"s1", "s2", "s3", "q01", "g1a", "q02", "q03a", "q03b", "b6", "b8", "b9"} {
		all = append(all,
			post(id+" unanswered", 1, with(id), "_at", id, "_do", "show"),
			post(id+" answered", 1, given(), "_at", id, "_do", "show"),
			post(id+" wrong", 1, with(id, wrong()[id]...), "_at", id, "_do", "next"))
	}
	return append(all, post("changing an answer from the review", 1, given(), "_at", "review", "_do", "change:b8"))
}

func ends() []state {
	refused, screened, man := url.Values{"consent": {"no"}}, url.Values{"consent": {"yes"}, "s1": {"u18"}}, with("b1", "male")
	all := []state{
		post("review", 1, given(), "_at", "review", "_do", "show"),
		post("review with something wrong", 1, with("b6", "3月1日"), "_at", "review", "_do", "next"),
	}
	for name, answers := range map[string]url.Values{"refused": refused, "screened out": screened} {
		all = append(all, post("review, "+name, 1, answers, "_at", "review", "_do", "show"),
			post("sending, "+name, 1, answers, "_at", "send", "_do", "show"))
	}
	return append(all,
		post("sending", 1, given(), "_at", "send", "_do", "show"),
		post("a check, the seal opened", 1, given(), "_at", "send", "_do", "audit"),
		post("receipt", 2, given(), "_at", "send", "_do", "send"),
		post("receipt, refused", 3, refused, "_at", "send", "_do", "send"),
		post("receipt, screened out", 4, screened, "_at", "send", "_do", "send"),
		post("receipt of the first in a cell", 5, man, "_at", "send", "_do", "send"),
		post("receipt, quota full", 6, man, "_at", "send", "_do", "send"),
	)
}

func refusals() []state {
	at := func(name string, month time.Month, link func(e *eyes) string) state {
		return state{name, func(e *eyes) { e.set(2020, month, 15); e.get(link(e), "") }}
	}
	first := func(e *eyes) string { return e.oneTime[1] }
	return []state{
		{"spent link", func(e *eyes) { e.get(e.oneTime[2], "") }},
		{"unknown link", func(e *eyes) { e.get("NOSUCHTOKEN", "") }},
		{"a form that is not ours", func(e *eyes) { e.post(e.oneTime[1], given(), "_at", "send", "_do", "send", "_form", "x") }},
		{"a form that is broken", func(e *eyes) {
			e.page.Post("/q/"+e.oneTime[1], url.Values{"_at": {"s1", "s2"}, "_lang": {e.lang}, "_size": {e.size}})
		}},
		{"other answers under the same key", func(e *eyes) {
			ticket := e.ticket(e.posters[0])
			v := maps.Clone(given())
			v["_form"], v["_do"], v["_at"] = []string{ticket}, []string{"send"}, []string{"send"}
			e.ask(http.MethodPost, e.posters[0], v)
			e.post(e.posters[0], with("q02", "1"), "_form", ticket, "_at", "send", "_do", "send")
		}},
		{"poster that has taken enough", func(e *eyes) {
			v := maps.Clone(given())
			v["_form"], v["_do"], v["_at"] = []string{e.ticket(e.posters[1])}, []string{"send"}, []string{"send"}
			e.ask(http.MethodPost, e.posters[1], v)
			e.get(e.posters[1], "")
		}},
		{"poster that begins later", func(e *eyes) { e.get(e.posters[2], "") }},
		{"poster that is over", func(e *eyes) { e.get(e.posters[3], "") }},
		{"poster that gets too many", func(e *eyes) {
			// Or the work would be done before anybody has looked.
			e.page.Before(`const later = window.setTimeout; window.setTimeout = (f, t) => document.currentScript ? 0 : later(f, t)`)
			for range aFew + 1 {
				v := maps.Clone(given())
				v["_form"], v["_do"], v["_at"] = []string{e.ticket(e.posters[0])}, []string{"send"}, []string{"send"}
				e.ask(http.MethodPost, e.posters[0], v)
			}
			e.post(e.posters[0], given(), "_at", "send", "_do", "send")
			if e.page.Count("#work") == 0 {
				e.t.Error("the poster asks for no work")
			}
		}},
		at("survey that has not begun", time.August, first),
		at("survey that has ended", time.November, first),
		{"nothing can be stored", func(e *eyes) {
			e.set(2020, time.September, 15)
			if err := e.stop(); err != nil {
				e.t.Fatal(err)
			}
			e.post(e.oneTime[1], given(), "_at", "send", "_do", "send")
		}},
		post("nothing can be stored, all questions", 1, given(), "_view", "all", "_do", "send"),
	}
}

// newEyes opens the door and a browser before it.
func newEyes(t testing.TB, lang string) *eyes {
	t.Helper()
	browser.Need(t)
	d := open(t)
	e := &eyes{door: d, lang: lang, size: "18"}
	e.page = browser.Open(t, d.origin, browser.Options{Screen: browser.Phone(), Script: true, Language: lang})
	e.page.Go("/q/" + d.oneTime[1])
	return e
}
