package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"minyi/indicators/audit"
	"minyi/web/view"
)

// watch stands before the doors of a world that is played, sees every form that
// people post and asks of each kind:
//
// S15: the same form with every column of both schemas for a field besides is refused,
// and no table changes.
//
// S17: of a step that is done once, sent by several at the same time, one is done and
// the others get a sentence; where all are led to what was done, it was done once.
//
// S50: what was done left the entries that the table of entries says.
type watch struct {
	t       *testing.T
	w       *world
	columns []string
	fresh   func() []audit.Entry
	rivals  int
	texts   *view.Texts

	mu      sync.Mutex
	widened map[string]bool
	done    map[string]int // how often each route was done
}

// rivalsEnv sets how many send each step at once: few in every check, fifty by hand.
const rivalsEnv = "MINYI_RIVALS"

// watched puts a watch before a world.
func (w *world) watched(t *testing.T) *watch {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	k := &watch{t: t, w: w, columns: w.columns(t), fresh: w.follow(t), rivals: 5, texts: texts, widened: map[string]bool{}, done: map[string]int{}}
	if n, err := strconv.Atoi(os.Getenv(rivalsEnv)); err == nil {
		k.rivals = n
	}
	w.watch = k
	return k
}

// see sends a form on and returns the answer.
func (k *watch) see(r *http.Request, body []byte, house http.Handler) *httptest.ResponseRecorder {
	send := func(body []byte) *httptest.ResponseRecorder {
		c := r.Clone(context.WithoutCancel(r.Context()))
		c.Body, c.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		got := httptest.NewRecorder()
		house.ServeHTTP(got, c)
		return got
	}
	route := k.w.h.routeOf(r.URL.Path)
	if strings.HasPrefix(route, "/q/") {
		return send(body)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.widened[route] {
		k.widened[route] = true
		k.alone(route, r, body, send)
	}
	k.fresh()
	if _, known := steps()[route]; !known || k.done[route] >= steps()[route].times() {
		got := send(body)
		k.logged(route, got)
		return got
	}
	return k.race(route, body, send)
}

// alone sends the form with fields that it does not have (S15).
func (k *watch) alone(route string, r *http.Request, body []byte, send func([]byte) *httptest.ResponseRecorder) {
	before := k.w.content(k.t)
	got := send(k.wider(r, body))
	if got.Code < http.StatusBadRequest || got.Code >= http.StatusInternalServerError {
		k.t.Errorf("POST %s with every column for a field: got %d, want it refused (S15)", route, got.Code)
	}
	if after := k.w.content(k.t); after != before {
		k.t.Errorf("POST %s with every column for a field changed something (S15):\n%s", route, firstDifference(before, after))
	}
}

// wider is a form with every column that is not a field of it.
func (k *watch) wider(r *http.Request, body []byte) []byte {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		k.t.Fatal(err)
	}
	if kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			k.t.Fatal(err)
		}
		for _, name := range k.columns {
			if !form.Has(name) {
				form.Set(name, "1")
			}
		}
		return []byte(form.Encode())
	}
	form, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(1 << 20)
	if err != nil {
		k.t.Fatal(err)
	}
	end := []byte("--" + params["boundary"] + "--")
	out := bytes.NewBuffer(bytes.TrimSuffix(bytes.TrimSpace(bytes.Clone(body)), end))
	for _, name := range k.columns {
		if len(form.Value[name])+len(form.File[name]) == 0 {
			fmt.Fprintf(out, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n1\r\n", params["boundary"], name)
		}
	}
	out.Write(append(end, "\r\n"...))
	return out.Bytes()
}

// race sends a form from several sides at once (S17) and returns what whoever was
// first got; where nobody may do it, what one of them got.
func (k *watch) race(route string, body []byte, send func([]byte) *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	all := make([]*httptest.ResponseRecorder, k.rivals)
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() { all[i] = send(body) })
	}
	group.Wait()
	var won []*httptest.ResponseRecorder
	for _, got := range all {
		switch {
		case got.Code < http.StatusBadRequest:
			won = append(won, got)
		case got.Code >= http.StatusInternalServerError || !bytes.Contains(got.Body.Bytes(), []byte(`role="alert"`)):
			k.t.Errorf("POST %s at once: got %d, want it done or refused with a sentence\n%.3000s", route, got.Code, got.Body)
		}
	}
	if len(won) == 0 {
		return all[0]
	}
	step, made := steps()[route], k.logged(route, won[0])
	if step.act == "" && len(won) != 1 {
		k.t.Errorf("POST %s: %d of %d at once did it, want one (S17)", route, len(won), k.rivals)
	}
	if step.act != "" && made[step.act] != 1 {
		k.t.Errorf("POST %s: %d entries of %s after %d at once, want one (S17)", route, made[step.act], step.act, k.rivals)
	}
	return won[0]
}

// logged counts the entries that came since the form was sent, and demands what the
// table of entries says (S50).
func (k *watch) logged(route string, got *httptest.ResponseRecorder) map[string]int {
	if got.Code >= http.StatusBadRequest {
		return nil
	}
	k.done[route]++
	made := map[string]int{}
	for _, e := range k.fresh() {
		if e.Object == "" || e.Action == "" || e.At.IsZero() || e.Outcome != audit.Done && e.Outcome != audit.Refused || e.Actor == "" && !nobodys(route) {
			k.t.Errorf("POST %s left an entry that does not say when, who, what and to what: %+v (S50)", route, e)
		}
		if !k.texts.Has(view.Chinese, "action."+e.Action) {
			k.t.Errorf("POST %s left an entry %s that no auditor can read: it has no words", route, e.Action)
		}
		made[e.Action]++
	}
	if len(made) == 0 && unlogged()[route] == "" {
		k.t.Errorf("POST %s was done and left no entry in the trail (S50)", route)
	}
	return made
}

// columns are the names of all columns of both schemas.
func (w *world) columns(t *testing.T) (out []string) {
	t.Helper()
	inHalves(t, w.dir, func(conn *sql.Conn, half string) {
		for _, line := range linesOf(t, conn, `SELECT p.name FROM `+half+`.sqlite_schema m JOIN pragma_table_info(m.name, '`+half+`') p WHERE m.type = 'table'`) {
			if name := strings.TrimSpace(line); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	})
	const least = 100
	if len(out) < least {
		t.Fatalf("got the columns %v", out)
	}
	slices.Sort(out)
	return out
}

// content are the figures of all tables of both halves but the trail and who is
// signed in: each is over the rows of its table.
func (w *world) content(t *testing.T) (out string) {
	t.Helper()
	inHalves(t, w.dir, func(conn *sql.Conn, half string) {
		for _, line := range linesOf(t, conn, `SELECT name, rows, a, b, c, d FROM `+half+`.content WHERE name NOT IN ('trail', 'session', 'stand') ORDER BY name`) {
			out += half + " " + line + "\n"
		}
	})
	return out
}

// played demands that every step was done, and that every form that was done is a step
// or a draft.
func (k *watch) played() {
	k.t.Helper()
	for route := range steps() {
		if k.done[route] == 0 {
			k.t.Errorf("nobody did the step %s", route)
		}
	}
	for route := range k.done {
		if _, step := steps()[route]; !step && drafts()[route] == "" {
			k.t.Errorf("%s is in neither list: what do two at once do?", route)
		}
	}
}
