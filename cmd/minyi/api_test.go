package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"minyi/indicators/access"
)

// TestKeysOpenTheirRolesReadingsOnly asks every address of the interface with
// every kind of key.
func TestKeysOpenTheirRolesReadingsOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keys := map[string]string{"nobody": "", "wrong": "wrong"}
	for _, role := range []access.Role{access.Office, access.Agency} {
		secret, err := h.access.AddKey(t.Context(), access.Command("test"), string(role), role, access.KeyDays)
		if err != nil {
			t.Fatal(err)
		}
		keys[string(role)] = secret
	}
	ended, err := h.access.AddKey(t.Context(), access.Command("test"), "old", access.Office, access.KeyDays)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.access.EndKey(t.Context(), access.Command("test"), "old"); err != nil {
		t.Fatal(err)
	}
	keys["ended"] = ended
	const no, forbidden, missing = http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound
	for path, want := range map[string]map[string]int{
		"/api/v1/openapi.json":         {"nobody": 200, "wrong": 200, "office": 200, "agency": 200, "ended": 200},
		"/api/v1/named":                {"nobody": 200, "wrong": 200, "office": 200, "agency": 200, "ended": 200},
		"/api/v1/rounds":               {"nobody": no, "wrong": no, "office": 200, "agency": 200, "ended": no},
		"/api/v1/units":                {"nobody": no, "wrong": no, "office": 200, "agency": 200, "ended": no},
		"/api/v1/surveys":              {"nobody": no, "wrong": no, "office": forbidden, "agency": 200, "ended": no},
		"/api/v1/surveys/none/release": {"nobody": no, "wrong": no, "office": missing, "agency": missing, "ended": no},
		"/api/v1/rounds/2020/ranking":  {"nobody": no, "wrong": no, "office": missing, "agency": forbidden, "ended": no},
		"/api/v1/rounds/x/ranking":     {"nobody": no, "wrong": no, "office": missing, "agency": missing, "ended": no},
	} {
		for holder, status := range want {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			if keys[holder] != "" {
				r.Header.Set("Authorization", "Bearer "+keys[holder])
			}
			got := newBrowser(t, h).do(r)
			if got.status != status {
				t.Errorf("%s with the key of %s: got %d %s, want %d", path, holder, got.status, got.body, status)
			}
			if !json.Valid([]byte(got.body)) || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
				t.Errorf("%s with the key of %s: no JSON: %s", path, holder, got.body)
			}
		}
	}
}

func TestEveryAddressOfTheInterfaceIsDescribed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var described struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal([]byte(newBrowser(t, h).get("/api/v1/openapi.json").body), &described); err != nil {
		t.Fatal(err)
	}
	served := 0
	for _, g := range h.grants {
		if !strings.HasPrefix(g.Path, "/api/") {
			continue
		}
		served++
		path := strings.NewReplacer(":id", "{id}", ":round", "{round}").Replace(g.Path)
		if described.Paths[path][strings.ToLower(g.Method)] == nil {
			t.Errorf("%s %s is served but not described", g.Method, path)
		}
	}
	if served != len(described.Paths) {
		t.Errorf("%d addresses are served, %d described", served, len(described.Paths))
	}
}

// What the interface does not serve is refused to programs in its own form, whatever the
// reason; the same beside it is a page.
func TestTheInterfaceRefusesInItsOwnForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct {
		method, path, body string
		status             int
		code, allow        string
	}{
		{http.MethodGet, "/api/v1", "", 404, "page.missing", ""},
		{http.MethodGet, "/api/v1/", "", 404, "page.missing", ""},
		{http.MethodGet, "/api/v1/none", "", 404, "page.missing", ""},
		{http.MethodPost, "/api/v1/none", "x", 404, "page.missing", ""},
		{http.MethodGet, "/api/v1/rounds/", "", 404, "page.missing", ""},
		{http.MethodGet, "/api/v1/Rounds", "", 404, "page.missing", ""},
		{http.MethodPost, "/api/v1/rounds", "x", 405, "page.method", "GET, HEAD"},
		{http.MethodDelete, "/api/v1/rounds/2020/ranking", "", 405, "page.method", "GET, HEAD"},
		{http.MethodGet, "/api/v1/named", strings.Repeat("x", 1<<20+1), 413, "request.toolarge", ""},
	} {
		for lang, words := range map[string]string{"zh-CN": "。", "en": "."} {
			r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader(c.body))
			r.Header.Set("Cookie", "minyi_lang="+lang)
			got := newBrowser(t, h).do(r)
			var said struct {
				Error struct{ Code, Message string }
			}
			if err := json.Unmarshal([]byte(got.body), &said); err != nil || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
				t.Errorf("%s %s: no JSON: %v %s", c.method, c.path, err, got.body)
			}
			if got.status != c.status || said.Error.Code != c.code || !strings.Contains(said.Error.Message, words) || got.header.Get("Allow") != c.allow {
				t.Errorf("%s %s: got %d %+v, allow %q, want %+v", c.method, c.path, got.status, said, got.header.Get("Allow"), c)
			}
		}
	}
	for _, path := range []string{"/api", "/api/v2/rounds", "/api/v10"} {
		if got := newBrowser(t, h).get(path); got.status != http.StatusNotFound || !strings.Contains(got.body, "<html") {
			t.Errorf("%s: got %d, want a page", path, got.status)
		}
	}
}
