package main

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"minyi/cmd/load/paper"
	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/survey"
)

// agencyAtWork is a service on a port of this machine, at a time that the test moves on,
// with the round of 2020 open and two people of the agency.
type agencyAtWork struct {
	h    *house
	url  string
	time atomic.Int64 // milliseconds
}

func openBench(t *testing.T) *agencyAtWork {
	t.Helper()
	b := &agencyAtWork{}
	b.time.Store(moment(time.September, 1, 9).UnixMilli())
	cfg := config{listen: "127.0.0.1:0"}
	l, err := openDoor(t.Context(), &cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.url = "http://" + l.Addr().String()
	cfg.base = b.url
	b.h, err = build(t.Context(), setup{
		config: cfg, dir: t.TempDir(), log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		now: func() time.Time { return time.UnixMilli(b.time.Load()).UTC() },
	})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- b.h.run(t.Context(), l) }()
	t.Cleanup(func() {
		if err := <-served; err != nil { // the test's context has ended
			t.Error(err)
		}
		if err := b.h.Close(); err != nil {
			t.Error(err)
		}
	})
	_, err = b.h.roster.OpenRound(t.Context(), access.Actor{Name: "wang", Role: access.Office}, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "中法办发〔2019〕10号"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"li", "ma"} {
		if _, err := b.h.access.Add(t.Context(), access.Command("test"), access.New{Name: name, Role: access.Agency, Person: name, Password: testPassword}); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// session is somebody's browser for what is downloaded: signed in, over HTTP.
func (b *agencyAtWork) session(t *testing.T, name string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	form := url.Values{"csrf": {csrfIn(b.fetch(t, c, "/login"))}, "name": {name}, "password": {testPassword}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	return c
}

func (b *agencyAtWork) fetch(t *testing.T, c *http.Client, path string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v\n%.300s", path, res.StatusCode, err, body)
	}
	return string(body)
}

// answerAll lets a resident answer behind each link, through the residents' door:
// the page with every question is opened and its form is sent.
func (b *agencyAtWork) answerAll(t *testing.T, links []string) {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	asked, err := paper.Read([]byte(b.fetch(t, c, links[0]+"?view=all")))
	if err != nil {
		t.Fatal(err)
	}
	queue := make(chan int, len(links))
	for i := range links {
		queue <- i
	}
	close(queue)
	var crew sync.WaitGroup
	var failed atomic.Pointer[error]
	for range 8 {
		crew.Go(func() {
			for i := range queue {
				if err := b.answer(t, c, links[i], asked, uint64(i)); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	crew.Wait()
	if err := failed.Load(); err != nil {
		t.Fatal(*err)
	}
}

// answer is one resident; seed decides what is answered.
func (b *agencyAtWork) answer(t *testing.T, c *http.Client, link string, asked *paper.Paper, seed uint64) error {
	t.Helper()
	page, err := b.ask(t, c, http.MethodGet, link+"?view=all", "")
	if err != nil {
		return err
	}
	form := asked.Fill(rand.New(rand.NewPCG(seed, 5)), 0)
	for name, values := range paper.Hidden([]byte(page)) {
		form[name] = values
	}
	if page, err = b.ask(t, c, http.MethodPost, link, form.Encode()); err == nil && paper.Receipt([]byte(page)) == "" {
		err = fmt.Errorf("%s: no receipt on the page: %.300s", link, page)
	}
	return err
}

func (b *agencyAtWork) ask(t *testing.T, c *http.Client, method, path, body string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %d\n%.300s", method, path, res.StatusCode, text)
	}
	return string(text), err
}

// framePeople writes a list of so many made-up people in two strata.
func framePeople(t *testing.T, n int) (path string) {
	t.Helper()
	var csv strings.Builder
	csv.WriteString("\ufeff城乡,村居代码,编号,姓名,手机号码,家庭住址\r\n")
	for i := range n {
		kind, place := "乡村", "640221101200"
		if i%3 > 0 {
			kind, place = "城镇", "640202001001"
		}
		fmt.Fprintf(&csv, "%s,%s%03d,p%05d,居民%d,1390000%04d,演练路%d号\r\n", kind, place, i%120, i, i, i%10000, i)
	}
	path = filepath.Join(t.TempDir(), "frame.csv")
	if err := os.WriteFile(path, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func agencyOf(name string) access.Actor { return access.Actor{Name: name, Role: access.Agency} }

// surveyOf is the survey whose page lies at an address.
func surveyOf(at string) survey.ID { return survey.ID(strings.TrimPrefix(at, "/agency/surveys/")) }
