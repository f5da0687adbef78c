package main

import (
	"encoding/csv"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// checked is a house with one name that has been under check since March 2021, on a
// port of its own; the clock says July.
func checked(t *testing.T) (a *afterwards, origin string) {
	t.Helper()
	a = newAfterwards(t)
	a.on(roster.On(2021, time.July, 1))
	a.must(a.supervision.Change(t.Context(), wang(), a.id, supervision.Change{
		To: naming.Checked, From: roster.On(2021, time.March, 1), Document: "宁法办函〔2021〕3号", Reason: "群众来信",
	}))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	a.must(err)
	go func() { _ = a.app.Listener(l) }()
	t.Cleanup(func() { _ = a.app.Shutdown() })
	return a, "http://" + l.Addr().String()
}

// fetched is a file as somebody takes it away.
func fetched(t *testing.T, address string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", address, answer.StatusCode, err)
	}
	return string(raw)
}

// TestBrowserFromACertificatesCodeToTheRegister goes with a phone from the code of a
// printed certificate to the name's page, opens the certificate that it offers, looks
// up the standing of an earlier day, and takes the list of that day away.
func TestBrowserFromACertificatesCodeToTheRegister(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	t.Parallel()
	walker.Need(t)
	a, origin := checked(t)
	home := "/named/" + a.id
	paper := fetched(t, origin+home+"/certificate.pdf")
	path := strings.TrimPrefix(scanned(t, paper, a.base+home), a.base)
	phone := walker.Phone()
	p := walker.Open(t, origin, walker.Options{Screen: phone, Script: true})
	if status := p.Go(path); status != http.StatusOK {
		t.Fatalf("the code leads to %s: %d", path, status)
	}
	if got := p.Text("#title") + " " + p.Text("#standing"); !strings.Contains(got, "全区法治政府建设示范市 该命名自 2021-03-01 起正在核查") {
		t.Errorf("the name's page says %q", got)
	}
	barriers(t, p)
	p.Shot("register-entry")
	if got := fetched(t, origin+p.Attribute("#certificate", "href")); got != paper {
		t.Error("the page offers another certificate than the printed one")
	}
	p.Select("#on", "2021-02-28")
	p.Press("section form button")
	if got := p.Text("#standing"); !strings.Contains(got, "命名自 2020-12-20 起有效") || p.Count("#later") != 1 {
		t.Errorf("the day before the check: %q", got)
	}
	p.Press(".crumbs a")
	p.Select("#on", "2021-02-28")
	p.Press("main form button")
	if got := p.Text("h1"); got != "命名名册（截至 2021-02-28）" {
		t.Errorf("the register says %q", got)
	}
	barriers(t, p)
	if wide := p.Width(); wide > phone.Width {
		t.Errorf("the register is %d pixels wide on a phone", wide)
	}
	p.Shot("register-list")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(fetched(t, origin+p.Attribute("#csv", "href")), "\ufeff"))).ReadAll()
	a.must(err)
	if len(rows) != 2 || rows[1][0] != "2021-02-28" || rows[1][1] != "银川市" || rows[1][8] != "有效" || rows[1][10] != a.base+home {
		t.Errorf("the table says %q", rows)
	}
	p.Go("/results")
	barriers(t, p)
}

// TestLynxReadsTheRegister reads the list and a name's page in a text browser: title
// line, standing and papers come in the order in which they are said.
func TestLynxReadsTheRegister(t *testing.T) {
	if testing.Short() {
		t.Skip("asks one thing after the other")
	}
	t.Parallel()
	lynx, err := exec.LookPath("lynx")
	if err != nil {
		t.Skip("lynx is not installed")
	}
	a, origin := checked(t)
	for path, wants := range map[string][]string{
		"/named":         {"命名名册（截至 2021-07-01）", "截至日期", "共 1 个命名", "银川市", "全区法治政府建设示范市", "核查中", "2021-03-01", "下载"},
		"/named/" + a.id: {"银川市", "全区法治政府建设示范市", "正在核查", "固定网址", "命名决定", "SHA-256", "状态的历史", "宁法办函〔2021〕3号"},
	} {
		dump := exec.CommandContext(t.Context(), lynx, "-dump", "-nolist", "-width=160", "-assume_charset=utf-8", "-display_charset=utf-8", origin+path)
		dump.Env = append(os.Environ(), "TERM=vt100", "HOME="+t.TempDir())
		seen, err := dump.Output()
		a.must(err)
		rest := string(seen)
		for _, want := range wants {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%s: %q is not said, or too early:\n%s", path, want, seen)
				break
			}
			rest = after
		}
	}
}
