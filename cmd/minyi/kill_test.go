package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/survey"
)

// servedFolder names the data folder in the environment of the process that the
// kill test starts: this test binary, running TestServeUntilKilled only.
const servedFolder = "MINYI_TEST_SERVE_CHILD"

// inFieldwork is when the child's residents answer.
func inFieldwork() time.Time { return moment(time.September, 2, 9) }

// TestServeUntilKilled is the child of TestKillKeepsEveryReceipt: it serves a
// folder as `minyi serve` does, but for the clock, which stands in the fieldwork.
func TestServeUntilKilled(t *testing.T) {
	dir := os.Getenv(servedFolder)
	if dir == "" {
		t.Skip("runs as the child of TestKillKeepsEveryReceipt")
	}
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unlock() }()
	cfg := config{listen: "127.0.0.1:0", base: "https://minyi.example"}
	l, err := openDoor(t.Context(), &cfg)
	if err != nil {
		t.Fatal(err)
	}
	h, err := build(t.Context(), setup{config: cfg, dir: dir, now: inFieldwork, log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(os.Stdout, "\nserving http://%s\n", l.Addr()); err != nil {
		t.Fatal(err)
	}
	if err := h.run(t.Context(), l); err != nil {
		t.Error(err)
	}
}

// answered is a sheet that was sent and, with a receipt, acknowledged.
type answered struct {
	unit, path string
	form       url.Values
	receipt    string // empty: the process was killed before it answered
}

// TestKillKeepsEveryReceipt kills a serving process at random moments while
// residents answer, and starts it again on the same folder: every answer whose
// receipt a resident has seen is there once, a resident who asks again with the
// same form gets the same receipt, and both halves are sound.
func TestKillKeepsEveryReceipt(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round up to the fieldwork and serves it five times")
	}
	t.Parallel()
	w := openWorld(t, t.TempDir(), moment(time.July, 20, 9), nil)
	w.until(inFieldwork())
	links, posters, _ := w.progress()
	w.close()
	const rounds = 4
	queue := make(chan handedOut, len(links)+1000)
	for i, l := range links {
		queue <- l
		if i%3 == 0 {
			queue <- posters[i%len(posters)]
		}
	}
	chance := rand.New(rand.NewPCG(9, uint64(time.Now().UnixNano())))
	var sheets []answered
	for range rounds {
		after := 20 + chance.IntN(len(links)/rounds/2)
		sheets = append(sheets, untilKilled(t, w.dir, queue, after, time.Duration(chance.IntN(30))*time.Millisecond)...)
	}
	child := startServing(t, w.dir)
	again := 0
	for _, one := range sheets {
		if one.receipt == "" || again > 60 {
			continue
		}
		again++
		if got, err := child.send(t.Context(), one); err != nil || got != one.receipt {
			t.Errorf("%s: sent again: got receipt %q, %v, want %q", one.path, got, err, one.receipt)
		}
	}
	child.kill(t)
	w = openWorld(t, w.dir, inFieldwork(), nil)
	w.sound()
	checkReceipts(t, w, sheets)
	w.close()
	whole(t, w.dir)
}

// checkReceipts counts what is stored, unit by unit, one-time links and posters
// apart: not fewer than were acknowledged, not more than were sent.
func checkReceipts(t *testing.T, w *world, sheets []answered) {
	t.Helper()
	type count struct{ acknowledged, sent, spent int }
	counts := map[string]*count{}
	at := func(one answered, poster bool) *count {
		key := fmt.Sprint(one.unit, poster)
		if counts[key] == nil {
			counts[key] = &count{}
		}
		return counts[key]
	}
	_, posters, _ := w.progress()
	isPoster := map[string]bool{}
	for _, p := range posters {
		isPoster[p.path()] = true
	}
	total := 0
	for _, one := range sheets {
		c := at(one, isPoster[one.path])
		c.sent++
		if one.receipt != "" {
			c.acknowledged++
			total++
		}
		if isPoster[one.path] {
			continue
		}
		spent := w.as("").get(one.path).status == http.StatusConflict
		if spent {
			c.spent++
		}
		if one.receipt != "" && !spent {
			t.Errorf("%s has a receipt and its link is open", one.path)
		}
	}
	all, err := w.h.surveys.Surveys(t.Context(), access.Actor{Name: "test", Role: access.Agency})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		for poster, got := range map[bool]survey.Counts{false: f.Sampled, true: f.Posters} {
			c := at(answered{unit: string(f.Survey.Unit)}, poster)
			if n := got.Returned(); n < c.acknowledged || n > c.sent || !poster && n != c.spent {
				t.Errorf("%s, posters %v: got %d stored, want %d acknowledged to %d sent, %d spent", f.Survey.Unit, poster, n, c.acknowledged, c.sent, c.spent)
			}
		}
	}
	t.Logf("%d sent, %d acknowledged", len(sheets), total)
	if total < 20 {
		t.Errorf("only %d answers were acknowledged: the test saw nothing", total)
	}
}

// serving is a child process that serves a folder.
type serving struct {
	cmd  *exec.Cmd
	base string
}

func startServing(t *testing.T, dir string) *serving {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServeUntilKilled$", "-test.v")
	cmd.Env = append(os.Environ(), servedFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if base, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return &serving{cmd: cmd, base: base}
		}
	}
	t.Fatalf("the child does not serve: %v", cmd.Wait())
	return nil
}

// kill ends the process without a warning.
func (s *serving) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = s.cmd.Wait() // killed
}

// untilKilled lets residents answer until the process has acknowledged so many
// answers, and a little longer; then it is killed.
func untilKilled(t *testing.T, dir string, queue chan handedOut, after int, longer time.Duration) []answered {
	t.Helper()
	const residents = 8
	child := startServing(t, dir)
	var mu sync.Mutex
	var out []answered
	acknowledged, enough := 0, make(chan struct{})
	var crew sync.WaitGroup
	for range residents {
		crew.Go(func() {
			for len(queue) > 0 {
				l := <-queue
				one := answered{unit: l.Unit, path: l.path()}
				page, err := child.ask(t.Context(), http.MethodGet, one.path+"?view=all", nil)
				if err != nil {
					return // killed before anything was sent
				}
				_, one.form = formTo(t, page, "")
				fill(one.form, l.county(), "")
				one.receipt, _ = child.send(t.Context(), one)
				mu.Lock()
				out = append(out, one)
				if one.receipt != "" {
					if acknowledged++; acknowledged == after {
						close(enough)
					}
				}
				mu.Unlock()
				if one.receipt == "" {
					return
				}
			}
		})
	}
	finished := make(chan struct{})
	go func() { crew.Wait(); close(finished) }()
	select {
	case <-enough:
		time.Sleep(longer)
	case <-finished:
	}
	child.kill(t)
	<-finished
	return out
}

// send posts a sheet and returns the receipt, an error where none came.
func (s *serving) send(ctx context.Context, one answered) (string, error) {
	page, err := s.ask(ctx, http.MethodPost, one.path, one.form)
	if err != nil {
		return "", err
	}
	return receiptIn(page)
}

func receiptIn(page string) (string, error) {
	_, rest, found := strings.Cut(page, `id="receipt">`)
	if !found {
		return "", errors.New("no receipt on the page: " + page)
	}
	receipt, _, _ := strings.Cut(rest, "<")
	return receipt, nil
}

func (s *serving) ask(ctx context.Context, method, path string, form url.Values) (string, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Close = true // whoever is killed leaves no connection that waits
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %d\n%s", method, path, res.StatusCode, body)
	}
	return string(body), err
}
