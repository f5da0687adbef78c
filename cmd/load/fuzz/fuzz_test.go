package fuzz_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"minyi/cmd/load/fuzz"
)

func doors(host string) *fuzz.Doors {
	return &fuzz.Doors{
		Host: host, Files: []string{"/static/x.css"},
		Visits: []fuzz.Visit{{Path: "/q/ABCDEFGH", Form: url.Values{"_form": {"a.b.c"}, "_view": {"all"}, "consent": {"yes"}, "q01": {"5"}}}},
		Public: []fuzz.Door{
			{Path: "/login", Form: url.Values{"name": {"x"}}, Cookie: "f=1", Seldom: true},
			{Path: "/objections", Form: url.Values{"text": {"x"}}},
		},
	}
}

// Every row of the table of routes that strangers reach is among the targets, and
// no target is a row that is gone. The table as a file is held to the server's own by
// a test beside it.
func TestEveryOpenRouteIsATarget(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("../../minyi/testdata/routes.golden")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for row := range strings.Lines(string(table)) {
		f := strings.Fields(row)
		if len(f) == 3 && strings.HasPrefix(f[1], "/static/DIGEST/") {
			continue // among the files that pages name
		}
		if len(f) == 3 && (f[2] == "public" || f[2] == "resident") {
			want = append(want, f[0]+" "+f[1])
		}
	}
	got := fuzz.Open()
	slices.Sort(got)
	slices.Sort(want)
	if len(want) < 20 || !slices.Equal(got, want) {
		t.Errorf("targets: got %q, want %q", got, want)
	}
}

// Every kind of door is knocked at, and what makes a server fail is found and
// can be read.
func TestAServerThatFailsIsFoundOut(t *testing.T) {
	t.Parallel()
	var asked, failed atomic.Int64
	seen := make([]atomic.Int64, 7)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		body, _ := io.ReadAll(r.Body)
		for i, prefix := range []string{"/q/", "/objections", "/api/", "/office", "/try/", "/preview/", "/static/respond/"} {
			if strings.HasPrefix(r.URL.Path, prefix) {
				seen[i].Add(1)
			}
		}
		if bytes.Contains(body, []byte("%3Cscript")) { // as one that fails on an oddity
			failed.Add(1)
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(s.Close)
	host := s.Listener.Addr().String()
	r := fuzz.Run(t.Context(), fuzz.Options{Address: host, Requests: 4000, Seed: 1}, doors(host))
	if r.Sent < 3200 || asked.Load() < 2400 || r.Hung != 0 {
		t.Errorf("got %d sent, %d asked, %d hung", r.Sent, asked.Load(), r.Hung)
	}
	for i := range seen {
		if seen[i].Load() == 0 {
			t.Errorf("door %d was not knocked at", i)
		}
	}
	told := slices.ContainsFunc(r.Bad, func(f fuzz.Finding) bool { return strings.Contains(f.Request, "POST ") })
	if failed.Load() == 0 || r.Status[http.StatusInternalServerError] != failed.Load() || r.Failing < failed.Load() || !told {
		t.Errorf("the server failed %d times: got %d found, %v", failed.Load(), r.Failing, r.Status)
	}
}

func TestASoundServerIsFoundSound(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(s.Close)
	host := s.Listener.Addr().String()
	r := fuzz.Run(t.Context(), fuzz.Options{Address: host, Requests: 400, Seed: 2}, doors(host))
	if r.Failing != 0 && r.Status[http.StatusNotImplemented]+r.Status[http.StatusHTTPVersionNotSupported] != r.Failing {
		t.Errorf("got %d failing: %v", r.Failing, r.Bad) // net/http itself says 501 and 505
	}
}
