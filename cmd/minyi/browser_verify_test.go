package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/web/verify"
)

// TestBrowserTabletVerifiesAtThePlace opens a visit on a tablet of 820 px, cuts the
// line, fills in two findings, takes a photograph, registers a problem, signs by
// drawing and opens the page again without a line; then the session ends, the line
// is back and the member signs in again. What the server holds is what was entered,
// under the digest that the tablet worked out by itself.
func TestBrowserTabletVerifiesAtThePlace(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-10-27T12:00")
	visit := planVisit(t, d)
	line := newWire(t, strings.TrimPrefix(d.URL, "http://"))
	p := walker.Open(t, "http://"+line.address, walker.Options{Screen: walker.Screen{Name: "tablet", Width: 820, Height: 1180}, Script: true})
	enter(t, d, p, "inspector1")
	p.Go(visit)
	p.Press(`button[name="interest"][value="clear"]`)
	p.Wait("body[data-kept]") // the page can do without a line
	for _, barrier := range p.Barriers() {
		t.Errorf("at the place: %s", barrier)
	}
	if got := p.Width(); got > 820 {
		t.Errorf("the page is %d wide on a screen of 820", got)
	}
	items := walker.Look[[]string](p, `[...document.querySelectorAll(".ind[data-item]")].map(e => e.dataset.item).filter(Boolean)`)
	line.cut(true)
	photo := filepath.Join(t.TempDir(), "IMG_0007.jpg")
	raw := turnedPhoto(t, 80, 40)
	if err := os.WriteFile(photo, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	fillAtPlace(t, p, items, photo)
	p.Go(visit) // as the device keeps it
	p.Wait("#place[data-ready]")
	if got := p.Text("#told"); !strings.Contains(got, "6 条未上传") {
		t.Errorf("without a line: got %q, want what waits", got)
	}
	p.Shot("verify-offline")
	p.Forget()
	line.cut(false)
	walker.Look[bool](p, `dispatchEvent(new Event("online"))`)
	p.Wait("#told.bad a")
	p.Press("#told a")
	p.TakeTroubles() // the browser tells of the line that was cut
	enterHere(t, d, p, "inspector1")
	p.Wait("#told.ok")
	p.Shot("verify-synced")
	atServer(t, d, visit, items, raw)
	signOut(p)
	if got := walker.Look[int](p, `caches.keys().then(k => k.length)`); got != 0 {
		t.Errorf("%d caches are left after signing out", got)
	}
}

// planVisit ranks and plans a visit of the inspector and a deputy to the first unit.
func planVisit(t *testing.T, d *runningDemo) string {
	t.Helper()
	office := d.as(t, "office1")
	office.send("/office/ranking", "/office/ranking", url.Values{})
	_, list := office.open(verify.Office)
	target := regexp.MustCompile(`<option value="([0-9A-Z]+/comprehensive)"`).FindStringSubmatch(list)
	if target == nil {
		t.Fatalf("nobody can be visited: %.300s", list)
	}
	plan := verify.Office + "/" + target[1]
	office.send(verify.Office, verify.Office, url.Values{"target": {target[1]}, "reason": {""}})
	status, page := office.send(plan, plan, url.Values{
		"seen": {"1"}, "date": {"2020-10-27"}, "item.5": {"on"}, "item.9": {"on"},
		"team.1": {"组长甲"}, "team.1.category": {"office"}, "team.1.part": {"leader"}, "team.1.account": {"inspector1"},
		"team.2": {"代表乙"}, "team.2.category": {"deputy"}, "team.2.part": {"member"}, "team.2.account": {""},
	})
	if status != http.StatusSeeOther && status != http.StatusOK {
		t.Fatalf("the plan: %d: %.600s", status, page)
	}
	visit := verify.Home + "/2020-" + strings.ReplaceAll(target[1], "/", "-")
	office.send(plan, visit+"/interest", url.Values{"member": {"m2"}, "interest": {"clear"}, "about": {""}, "from": {"plan"}})
	return visit
}

// fillAtPlace enters two findings, a photograph, a problem and a signature.
func fillAtPlace(t *testing.T, p *walker.Page, items []string, photo string) {
	t.Helper()
	p.Click(`[name="f.` + items[0] + `.result"][value="confirmed"]`)
	p.Click(`[name="f.` + items[1] + `.result"][value="not"]`)
	p.Fill(`[name="f.`+items[1]+`.remark"]`, `现场未见“台账”&<记录>`)
	p.Keys(walker.Tab)
	p.Upload(`[data-shoot="`+items[0]+`"]`, photo)
	p.Wait(`[data-photos="` + items[0] + `"] figure.waits img`)
	p.Click("#problems summary")
	p.Fill("#p-text", "现场询问人员不了解制度")
	p.Click("#report button")
	until(t, p, `document.getElementById("told").textContent.includes("5 ")`, "the words that five wait")
	const pad = `[data-member="m1"] .pad svg`
	p.Draw(pad, [2]float64{.1, .2}, [2]float64{.3, .8}, [2]float64{.5, .2}, [2]float64{.7, .8}, [2]float64{.9, .3})
	p.Click(`[data-member="m1"] [data-sign]`)
	p.Wait(`[data-member="m1"] [data-signed] .badge.info`)
}

// enterHere signs in on the page that asks for it.
func enterHere(t *testing.T, d *runningDemo, p *walker.Page, who string) {
	t.Helper()
	p.Fill("#name", who)
	for _, a := range d.Accounts {
		if a.Name == who {
			p.Fill("#password", a.Password)
		}
	}
	p.Press("main form button")
}

// atServer compares what the server holds with what was entered.
func atServer(t *testing.T, d *runningDemo, visit string, items []string, photo []byte) {
	t.Helper()
	office := d.as(t, "office1")
	_, body := office.open(visit + "/state")
	var state verify.State
	if err := json.Unmarshal([]byte(body), &state); err != nil {
		t.Fatalf("%v: %.200s", err, body)
	}
	f := state.Record.Fields
	if f[items[0]+".result"] != "confirmed" || f[items[1]+".result"] != "not" || f[items[1]+".remark"] != `现场未见“台账”&<记录>` {
		t.Errorf("findings: got %v", f)
	}
	sum := sha256.Sum256(photo)
	if ph := state.Record.Photos; len(ph) != 1 || ph[0][1] != items[0] || ph[0][2] != hex.EncodeToString(sum[:]) || ph[0][3] == "" {
		t.Errorf("photographs: got %v, want the very bytes", ph)
	}
	if s := state.Signed; len(s) != 1 || s[0].Void || s[0].Digest != state.Digest || !strings.HasPrefix(s[0].Path, "M") {
		t.Errorf("signatures: got %v under %s", s, state.Digest)
	}
	if _, register := office.open("/office/evaluation/problems"); strings.Count(register, "现场询问人员不了解制度") != 1 {
		t.Error("the problem is not once in the register (C93)")
	}
	if status, pdf := office.open(visit + "/record.pdf"); status != http.StatusOK || !strings.HasPrefix(pdf, "%PDF-") {
		t.Errorf("the printed record: %d", status)
	}
}

// wire passes connections on, and none while it is cut.
type wire struct {
	address, target string
	mu              sync.Mutex
	down            bool
	open            map[net.Conn]bool
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	w := &wire{address: l.Addr().String(), target: target, open: map[net.Conn]bool{}}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go w.pass(t.Context(), conn)
		}
	}()
	return w
}

func (w *wire) pass(ctx context.Context, from net.Conn) {
	var d net.Dialer
	to, err := d.DialContext(ctx, "tcp", w.target)
	if err != nil {
		_ = from.Close()
		return
	}
	w.mu.Lock()
	if w.down {
		_, _ = from.Close(), to.Close()
	}
	w.open[from], w.open[to] = true, true
	w.mu.Unlock()
	go func() { _, _ = io.Copy(from, to); _ = from.Close() }()
	_, _ = io.Copy(to, from)
	_ = to.Close()
}

func (w *wire) cut(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down = down; down {
		for conn := range w.open {
			_ = conn.Close()
		}
		clear(w.open)
	}
}
