package respond_test

import (
	"maps"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/respond"
)

// traces ends the fieldwork and reads what the review of quality is told.
func (h *house) traces() (out []survey.Trace) {
	h.t.Helper()
	if _, err := h.service.Close(h.t.Context(), agent(), "s"); err != nil {
		h.t.Fatal(err)
	}
	err := h.service.Traces(h.t.Context(), agent(), "s", func(one survey.Traced) error {
		if one.Trace == nil {
			h.t.Error("a sheet without a trace")
			return nil
		}
		out = append(out, *one.Trace)
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// trace is that of the only sheet.
func (h *house) trace() survey.Trace {
	h.t.Helper()
	all := h.traces()
	if len(all) != 1 {
		h.t.Fatalf("traces: got %d, want 1", len(all))
	}
	return all[0]
}

// read lets somebody read for a while.
func (h *house) read(seconds int) { h.clock.at = h.clock.at.Add(time.Duration(seconds) * time.Second) }

// walk answers one page after the other and reads each for the seconds that pause
// names, up to the page where stop is asked.
func (h *house) walk(p page, stop string, pause func(id string) int) page {
	h.t.Helper()
	for range 40 {
		h.status(p, 200)
		form := p.form()
		id := form.Get("_at")
		if id == stop {
			return p
		}
		h.read(pause(id))
		form[id] = answersAll()[id]
		form.Set("_do", "next")
		p = h.post(p.action(), form)
	}
	h.t.Fatal("the questions do not end")
	return p
}

// secondsAt is a different time for each question.
func secondsAt(id string) int {
	sum := 0
	for _, r := range id {
		sum += int(r)
	}
	return 8 + sum%11
}

func TestTheTimeAtEachQuestionIsTheServers(t *testing.T) {
	h := open(t)
	p := h.walk(h.get("/q/"+h.oneTime[0]), "review", secondsAt)
	h.read(30) // for the review
	p = h.press(p, "change:q03")
	h.read(5)
	p = h.press(p, "review")
	p = h.press(p, "next")
	h.read(2)
	h.status(h.press(p, "send"), 200)
	got := h.trace()
	total := 30 + 5 + 2
	for i, one := range h.paper.Questions() {
		want := secondsAt(one.ID)
		if total += want; one.ID == "q03" {
			want += 5
		}
		if int(got.Seconds[i]) != want {
			t.Errorf("%s: got %d s, want %d", one.ID, got.Seconds[i], want)
		}
	}
	if int(got.Total) != total || got.Signs != 0 || got.Mode != survey.Self {
		t.Errorf("got %d s, signs %b, mode %d; want %d, none, self", got.Total, got.Signs, got.Mode, total)
	}
}

// Back, forth, another language, another text size and a wrong answer are what
// people do: their times add up, and nothing is odd about them.
func TestGoingBackAndForthIsNothingOdd(t *testing.T) {
	h := open(t)
	p := h.walk(h.get("/q/"+h.oneTime[0]), "s2", secondsAt)
	h.read(10)
	p = h.press(p, "size:30")
	h.read(10)
	p = h.press(p, "back")
	h.read(10)
	p = h.press(p, "next", "s1", "")
	h.status(p, 422)
	h.read(10)
	old := h.press(p, "next", "s1", "30-39")
	h.walk(old, "q01", secondsAt)
	p = h.walk(old, "review", secondsAt) // the browser's own back button, and its old page once more
	h.status(h.press(h.press(p, "next"), "send"), 200)
	got := h.trace()
	if got.Signs != 0 {
		t.Errorf("signs: got %b, want none", got.Signs)
	}
	// s1 is the second question: as at first, then twice ten seconds.
	if want := uint8(secondsAt("s1") + 20); got.Seconds[1] != want {
		t.Errorf("s1: got %d s, want %d", got.Seconds[1], want)
	}
}

func TestATimingThatIsNotThisFormsIsSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	other := func(h *house) string {
		return h.walk(h.get("/q/"+h.oneTime[1]), "q01", secondsAt).form().Get("_pace")
	}
	for _, c := range []struct {
		name   string
		change func(h *house, form url.Values)
		want   survey.Sign
	}{
		{"as it is", func(*house, url.Values) {}, 0},
		{"missing", func(_ *house, v url.Values) { v.Del("_pace") }, survey.SignTiming},
		{"no text at all", func(_ *house, v url.Values) { v.Set("_pace", "x") }, survey.SignTiming},
		{"far too long", func(_ *house, v url.Values) { v.Set("_pace", strings.Repeat("A", 5000)) }, survey.SignTiming},
		{"one letter changed", func(_ *house, v url.Values) {
			text := []byte(v.Get("_pace"))
			text[len(text)-3] ^= 1
			v.Set("_pace", string(text))
		}, survey.SignTiming},
		{"another form's", func(h *house, v url.Values) { v.Set("_pace", other(h)) }, survey.SignReplayed},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			p := h.walk(h.get("/q/"+h.oneTime[0]), "q07", secondsAt)
			form := p.form()
			c.change(h, form)
			form.Set("_do", "show")
			p = h.walk(h.post(p.action(), form), "review", secondsAt)
			h.read(120)
			h.status(h.press(h.press(p, "next"), "send"), 200)
			if got := h.trace().Signs &^ survey.SignFast; got != c.want {
				t.Errorf("signs: got %b, want %b", got, c.want)
			}
		})
	}
}

func TestTheNightBeforeADraftIsGoneOnWithIsNobodysTime(t *testing.T) {
	h := open(t)
	p := h.walk(h.get("/q/"+h.oneTime[0]), "q01", secondsAt)
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(p.body)
	h.clock.at = h.clock.at.Add(14 * time.Hour)
	p = h.press(h.get("/q/"+h.oneTime[0]), "resume", "_code", code)
	p = h.walk(p, "review", secondsAt)
	h.status(h.press(h.press(p, "next"), "send"), 200)
	got := h.trace()
	for i, one := range h.paper.Questions() {
		if want := uint8(secondsAt(one.ID)); got.Seconds[i] != want {
			t.Errorf("%s: got %d s, want %d", one.ID, got.Seconds[i], want)
		}
	}
	if got.Signs != 0 || got.Total < 14*60*60 {
		t.Errorf("got signs %b, %d s; want none, and more than 14 hours", got.Signs, got.Total)
	}
}

// Reading speed: about 120 ms a character, 300 ms an English word.
func TestAFormThatNobodyCanHaveReadIsSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	quick := func(seconds int) func(h *house) {
		return func(h *house) {
			p := h.walk(h.get("/q/"+h.oneTime[0]), "review", func(string) int { return seconds })
			h.read(200)
			h.status(h.press(h.press(p, "next"), "send"), 200)
		}
	}
	all := func(lang string, seconds int) func(h *house) {
		return func(h *house) {
			form := answersAll()
			maps.Copy(form, h.get("/q/"+h.oneTime[0]+"?view=all&lang="+lang).form())
			h.read(seconds)
			h.status(h.post("/q/"+h.oneTime[0], form), 200)
		}
	}
	for _, c := range []struct {
		name string
		send func(h *house)
		want survey.Sign
	}{
		{"all at once", all("zh-CN", 0), survey.SignFast},
		{"all in half a minute", all("zh-CN", 30), survey.SignFast},
		{"all in three minutes", all("zh-CN", 180), 0},
		{"all at once, in English", all("en", 1), survey.SignFast},
		{"all in four minutes, in English", all("en", 240), 0},
		{"a second a page and a long wait at the end", quick(1), survey.SignFast},
		{"five seconds a page", quick(5), 0},
		{"a refusal", func(h *house) {
			p := h.get("/q/" + h.oneTime[0])
			h.read(2)
			h.status(h.press(h.press(h.press(p, "next", "consent", "no"), "next"), "send"), 200)
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			c.send(h)
			if got := h.trace().Signs; got != c.want {
				t.Errorf("signs: got %b, want %b", got, c.want)
			}
		})
	}
}

// Who fills in what no person sees is thanked like everybody.
func TestTheFieldThatNobodySees(t *testing.T) {
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	for _, c := range []struct {
		name string
		send func(h *house) page
		want survey.Sign
	}{
		{"empty, as browsers send it", func(h *house) page {
			form := filledAll(h, h.oneTime[0])
			form.Set("_website", "")
			h.read(300)
			return h.post("/q/"+h.oneTime[0], form)
		}, 0},
		{"filled in, all on one page", func(h *house) page {
			form := filledAll(h, h.oneTime[0])
			form.Set("_website", "https://buy.example")
			h.read(300)
			return h.post("/q/"+h.oneTime[0], form)
		}, survey.SignHoneypot},
		{"filled in on the first page", func(h *house) page {
			p := h.get("/q/" + h.oneTime[0])
			h.read(10)
			p = h.press(p, "next", "consent", "yes", "_website", "x")
			p = h.walk(p, "review", secondsAt)
			return h.press(h.press(p, "next"), "send")
		}, survey.SignHoneypot},
		{"filled in, with a wrong answer put right", func(h *house) page {
			form := filledAll(h, h.oneTime[0])
			form.Set("_website", "x")
			form.Set("q01", "77")
			h.read(300)
			p := h.post("/q/"+h.oneTime[0], form)
			form = p.form()
			form.Set("q01", "4")
			return h.post("/q/"+h.oneTime[0], form)
		}, survey.SignHoneypot},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			p := c.send(h)
			h.status(p, 200)
			h.has(p, "已收到您的回答", `id="receipt">`)
			if got := h.trace().Signs; got != c.want {
				t.Errorf("signs: got %b, want %b", got, c.want)
			}
		})
	}
	h := open(t)
	for _, path := range []string{"/q/" + h.poster, "/q/" + h.poster + "?view=all"} {
		h.has(h.get(path), `<p class="o" aria-hidden="true"><label for="w">请留空</label>`, `tabindex="-1" autocomplete="off"`)
	}
}

// sendThrough fills in a new form of a link and sends it from an address.
func (h *house) sendThrough(token, from string, seconds int) page {
	h.t.Helper()
	form := answersAll()
	maps.Copy(form, h.get("/q/"+token+"?view=all").form())
	form.Set("o1", "办事很快")
	h.read(seconds)
	return h.post("/q/"+token, form, fromHeader, from)
}

// Families and offices share an address: they are never asked for anything, and
// everybody's answer is taken.
func TestFamiliesAndOfficesAreTakenAsTheyCome(t *testing.T) {
	for _, c := range []struct {
		name       string
		people     int
		each       int // seconds between two of them
		poster     bool
		rated      bool // some carry survey.SignRate, which scores
		wantSigned int
	}{
		{"a family of 16 with letters", 16, 100, false, false, 0},
		{"an office of 200 with letters, within the hour", 200, 15, false, true, 140},
		{"an office of 200 with letters, at once", 200, 0, false, true, 140},
		{"a family of 16 before a poster", 16, 100, true, false, 0},
		{"an office of 200 before a poster, within the hour", 200, 15, true, true, 140},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := openMany(t, questionnaire.Default(), 200)
			for i := range c.people {
				token := h.poster
				if !c.poster {
					token = h.oneTime[i]
				}
				p := h.sendThrough(token, "198.51.100.7", c.each)
				h.status(p, 200)
				h.has(p, `id="receipt">`)
			}
			rated := 0
			for _, one := range h.traces() {
				if one.Signs&survey.SignRate != 0 {
					rated++
				}
				if one.Signs&survey.SignWorked != 0 {
					t.Error("somebody had to work")
				}
			}
			if rated != c.wantSigned {
				t.Errorf("sheets with SignRate: got %d, want %d", rated, c.wantSigned)
			}
		})
	}
}

// 2,000 sheets from one network: after the first 300 within the hour the poster
// asks, and none gets in without work or a wait. Others, and one-time links, are
// left alone.
func TestAnAttackOnAPosterIsAskedForWork(t *testing.T) {
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	h := open(t)
	asked := 0
	for range 2000 {
		p := h.sendThrough(h.poster, "198.51.100.7", 0)
		switch {
		case p.status == 429 && strings.Contains(p.body, `name="_wait"`):
			asked++
		case p.status != 200:
			t.Fatalf("status %d\n%s", p.status, p.body)
		}
	}
	const free = respond.DefaultPosterHour
	if got := len(h.kept()); got != free || asked != 2000-free {
		t.Errorf("stored %d, asked %d; want %d and %d", got, asked, free, 2000-free)
	}
	h.status(h.sendThrough(h.oneTime[0], "198.51.100.7", 0), 200)
}
