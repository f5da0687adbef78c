package respond_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/survey"
)

var asksFor = regexp.MustCompile(`<input type="hidden" id="work" name="_work" value="" data-seed="([^"]*)" data-bits="(\d+)" data-parts="(\d+)">`)

// labour does the work that a page asks for, as its script does.
func labour(t *testing.T, p page) string {
	t.Helper()
	m := asksFor.FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("the page asks for no work:\n%s", p.body)
	}
	zeros, _ := strconv.Atoi(m[2])
	parts, _ := strconv.Atoi(m[3])
	var found []string
	for n := 0; len(found) < parts; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s.%d.%d", m[1], len(found), n))
		if bits.LeadingZeros32(uint32(sum[0])<<24|uint32(sum[1])<<16|uint32(sum[2])<<8|uint32(sum[3])) >= zeros {
			found = append(found, strconv.Itoa(n))
			n = -1
		}
	}
	return strings.Join(found, ".")
}

// aFew is the number of sheets an hour that posters of these tests take before they
// ask.
const aFew = 30

// besieged builds a house whose posters ask soon.
func besieged(t *testing.T) *house {
	t.Helper()
	h := open(t)
	h.mount(io.Discard, aFew)
	return h
}

// besiege sends so many sheets from one address that the poster asks everybody
// there for work, and returns the page that asks for it, of a form sent last.
func besiege(h *house, from string) page {
	h.t.Helper()
	for range aFew {
		h.status(h.sendThrough(h.poster, from, 0), 200)
	}
	p := h.sendThrough(h.poster, from, 0)
	h.status(p, 429)
	return p
}

// again sends the form of a page that asked, with further fields (pairs).
func (h *house) again(p page, from string, pairs ...string) page {
	h.t.Helper()
	form := p.form()
	form.Set("_do", "send")
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return h.post(p.action(), form, fromHeader, from)
}

// What a poster under attack asks for, and what it takes for it.
func TestAPosterUnderAttackTakesWorkOrAWait(t *testing.T) {
	h := besieged(t)
	const from = "198.51.100.7"
	asks := besiege(h, from)
	stored := len(h.kept())
	h.has(asks, "请稍等", "您的回答都在，还没有提交", "请等20秒再点", `;service,dispute;no;办事很快">`)
	if got := asks.header.Get("Retry-After"); got != "20" {
		t.Errorf("Retry-After: got %q, want 20", got)
	}
	if asks.packed > 3000 {
		t.Errorf("the page has %d bytes, want at most 3000", asks.packed)
	}
	work := labour(t, asks)
	other := h.sendThrough(h.poster, from, 0)
	refused := func(name string, p page) {
		t.Helper()
		if p.status != 429 || !strings.Contains(p.body, `name="_wait"`) || len(h.kept()) != stored {
			t.Errorf("%s: status %d, stored %d; want 429 and %d", name, p.status, len(h.kept()), stored)
		}
	}
	refused("nothing", h.again(asks, from))
	refused("another form's work", h.again(other, from, "_work", work))
	refused("no work", h.again(asks, from, "_work", "1.2.3.4"))
	refused("too little", h.again(asks, from, "_work", work[:strings.LastIndexByte(work, '.')]))
	refused("something long", h.again(asks, from, "_work", strings.Repeat("1", 500)))
	refused("another form's wait", h.again(asks, from, "_wait", other.form().Get("_wait")))
	refused("a wait of one's own", h.again(asks, from, "_wait", "0.AAAAAAAAAAAAAAAAAAAAAA"))
	if p := h.again(asks, from, "_work", "1.2.3.4"); asksFor.MatchString(p.body) {
		t.Error("wrong work is asked for once more, for ever")
	}
	p := h.again(asks, from, "_work", work)
	h.status(p, 200)
	h.has(p, `id="receipt">`)
	if same := h.again(asks, from, "_work", work); same.body != p.body {
		t.Error("an equal resend got another receipt")
	}
	h.read(8)
	early := h.again(other, from)
	if early.status != 429 || !strings.Contains(early.body, "请等12秒再点") {
		t.Errorf("pressed too early: status %d, want 429 and 12 seconds left\n%s", early.status, early.body)
	}
	h.read(12)
	h.status(h.again(early, from), 200)
	if got := len(h.kept()); got != stored+2 {
		t.Errorf("stored: got %d, want %d", got, stored+2)
	}
	worked := 0
	for _, one := range h.traces() {
		if one.Signs&survey.SignWorked != 0 {
			worked++
		}
	}
	if worked != 2 {
		t.Errorf("sheets with SignWorked: got %d, want 2", worked)
	}
}

// The paged way is asked on its last page, and everything typed stays; the work of
// before midnight still serves after it, not a day later.
func TestThePagedWayIsAskedAtItsEndOnly(t *testing.T) {
	h := besieged(t)
	const from = "203.0.113.7" // that of every request without another
	besiege(h, from)
	p := h.walk(h.get("/q/"+h.poster), "review", func(string) int { return 9 })
	p = h.press(h.press(p, "next"), "send")
	h.status(p, 429)
	form := p.form()
	if got, want := form.Get("_given"), givenAll(h); got != want {
		t.Errorf("carried: got %q, want %q", got, want)
	}
	h.has(h.again(p, from, "_do", "review"), "请检查您的回答")
	work := labour(t, p)
	h.clock.at = time.Date(2020, 9, 15, 16, 30, 0, 0, time.UTC) // after midnight in Asia/Shanghai
	besiege(h, from)
	h.clock.at = h.clock.at.Add(24 * time.Hour)
	besiege(h, from)
	form.Del("_wait")
	form.Set("_work", work)
	form.Set("_do", "send")
	h.status(h.post(p.action(), form), 429)
	h.clock.at = h.clock.at.Add(-24 * time.Hour)
	besiege(h, from)
	h.status(h.post(p.action(), form), 200)
}

// Rented addresses: the poster itself takes far more than it ever did.
func TestAPosterIsComparedWithItsOwnHours(t *testing.T) {
	h := besieged(t)
	n := 0
	send := func() page {
		n++
		return h.sendThrough(h.poster, fmt.Sprintf("10.1.%d.%d", n/250, n%250), 0)
	}
	for range aFew {
		h.status(send(), 200)
	}
	h.status(send(), 429)
	h.status(h.sendThrough(h.oneTime[0], "10.1.0.1", 0), 200)
}

// An hour without an attack, and nobody is asked any more.
func TestAnAttackIsOverWhenItIsOver(t *testing.T) {
	h := besieged(t)
	besiege(h, "198.51.100.7")
	h.clock.at = h.clock.at.Add(3 * time.Hour)
	h.status(h.sendThrough(h.poster, "198.51.100.7", 0), 200)
}

// What a page that asks carries is nothing that a stranger could read a batch, a
// network or a count from, and nothing of it is logged.
func TestWhatTheDefenceCountsStandsNowhere(t *testing.T) {
	var log bytes.Buffer
	h := open(t)
	h.mount(&log, aFew)
	const from = "198.51.100.77"
	asks := besiege(h, from)
	h.status(h.again(asks, from, "_work", labour(t, asks)), 200)
	form := answersAll()
	maps.Copy(form, h.get("/q/"+h.oneTime[0]+"?view=all").form())
	h.status(h.post("/q/"+h.oneTime[0], form, fromHeader, from, "User-Agent", "MarkedPhone/7"), 200)
	h.traces()
	if err := h.stop(); err != nil {
		t.Fatal(err)
	}
	marks := []string{from, "MarkedPhone", h.poster, h.oneTime[0], string([]byte{198, 51, 100, 77})}
	err := filepath.WalkDir(h.dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		for _, mark := range marks {
			if bytes.Contains(content, []byte(mark)) {
				t.Errorf("%s holds %q", name, mark)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, mark := range marks {
		if strings.Contains(log.String(), mark) {
			t.Errorf("the log holds %q", mark)
		}
	}
	if got := strings.Count(log.String(), "a poster asks for work"); got != 1 {
		t.Errorf("the log says %d times in an hour that work is asked for, want once", got)
	}
	if strings.Contains(asks.body, from) {
		t.Error("the page names the network")
	}
}

// A stranger who opens a poster's link cannot see how many people send through it:
// its pages differ from those of another in address and ticket only.
func TestPostersLookAlikeToStrangers(t *testing.T) {
	h := besieged(t)
	bare := func(p page) string {
		body := strings.ReplaceAll(p.body, h.poster, "")
		return regexp.MustCompile(`name="(_form|_pace|_wait|_work)"[^>]*>|[0-9A-Z]{4}-[0-9A-Z]{4}`).ReplaceAllString(body, "")
	}
	besiege(h, "198.51.100.7")
	calm := open(t)
	if got, want := bare(h.get("/q/"+h.poster)), bare(calm.get("/q/"+calm.poster)); got != want {
		t.Error("the page of an attacked poster differs from that of a calm one")
	}
}
