package main

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/web"
)

// fieldNames are the names of all fields that any page of the doors has.
func fieldNames(t *testing.T) []string {
	t.Helper()
	pattern, seen := regexp.MustCompile(`<(?:input|textarea|select)[^>]*\bname="([a-z][a-z_0-9-]*)"`), map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", "..", "web"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, hit := range pattern.FindAllStringSubmatch(string(raw), -1) {
			seen[hit[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	delete(seen, "csrf")
	var out []string
	for name := range seen {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// fieldsOf are names that match an expression of web.Forms: of each alternative one.
func fieldsOf(t *testing.T, expression string) []string {
	t.Helper()
	of, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	return spelled(of.Simplify())
}

// spelled are texts that an expression matches: all alternatives, and of what may come
// again one or none, or as often as it must.
func spelled(of *syntax.Regexp) []string {
	switch of.Op {
	case syntax.OpLiteral:
		return []string{string(of.Rune)}
	case syntax.OpCharClass:
		return []string{string(of.Rune[0])}
	case syntax.OpAnyCharNotNL:
		return []string{"x"}
	case syntax.OpCapture, syntax.OpPlus, syntax.OpStar, syntax.OpQuest:
		return spelled(of.Sub[0])
	case syntax.OpAlternate:
		var out []string
		for _, one := range of.Sub {
			out = append(out, spelled(one)...)
		}
		return out
	case syntax.OpConcat:
		out := []string{""}
		for _, one := range of.Sub {
			var longer []string
			for _, tail := range spelled(one) {
				for _, head := range out {
					longer = append(longer, head+tail)
				}
			}
			out = longer
		}
		return out
	default:
		return []string{""}
	}
}

// marked is a form whose every field holds a marker of its own.
func marked(token string, names []string) url.Values {
	form := url.Values{"csrf": {token}}
	for _, name := range names {
		form.Set(name, "MARKER-"+name)
	}
	return form
}

// TestS42NoFieldOrPasswordIsInALogAnAddressOrAMetric fills every field that there is,
// passwords among them, with a marker of its own and sends each route that takes a form
// the fields that the router lets through there (web.Forms, so that none can be
// forgotten), to the others all together, and then the forms that take personal data:
// no marker stands in the log, in an address that an answer leads to, or in a metric.
func TestS42NoFieldOrPasswordIsInALogAnAddressOrAMetric(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h, log := faultyHouse(t, nil)
	names := fieldNames(t)
	if len(names) < 100 || !slices.Contains(names, "password") || !slices.Contains(names, "phone") {
		t.Fatalf("got the fields %v", names)
	}
	people := staff(t, h)
	led := func(what string, got reply) {
		if at := got.header.Get("Location"); strings.Contains(at, "MARKER") {
			t.Errorf("%s leads to %s", what, at)
		}
	}
	parameter, sent, held, forms := regexp.MustCompile(`:[a-z]+`), 0, 0, web.Forms()
	for _, g := range h.grants {
		if g.Method != "POST" || g.Path == "/demo" {
			continue
		}
		b := newBrowser(t, h)
		for _, role := range g.Roles {
			if someone := people[role]; someone != nil {
				b = someone
				break
			}
		}
		path := parameter.ReplaceAllString(g.Path, "MARKER-parameter")
		if g.Path == "/logout" || strings.HasPrefix(g.Path, "/me") {
			continue
		}
		send := names
		if own, ok := forms[g.Path]; ok {
			if send = fieldsOf(t, own); len(own) > 0 {
				whole := regexp.MustCompile(`^(` + own + `)$`)
				if k := slices.IndexFunc(send, func(name string) bool { return !whole.MatchString(name) }); k >= 0 {
					t.Fatalf("%s: %q is no field of %s", g.Path, send[k], own)
				}
				held++
			}
		}
		led(g.Path, b.post(path, marked(csrfIn(b.get("/inbox/settings").body), send)))
		sent++
	}
	for _, one := range []struct {
		role, page, path string
		fields           []string
	}{
		{"", "/login", "/login", []string{"name", "password"}},
		{"office", "/password", "/password", []string{"old", "new", "again"}},
		{"office", "/inbox/settings", "/inbox/settings", []string{"lang", "phone"}},
		{"office", "/inbox/settings", "/inbox/settings/email", []string{"email"}},
		{"secadmin", "/accounts", "/accounts", []string{"name", "role", "unit", "institution"}},
	} {
		b := people[access.Role(one.role)]
		if b == nil {
			b = newBrowser(t, h)
		}
		led(one.path, b.post(one.path, marked(csrfIn(b.get(one.page).body), one.fields)))
		sent++
	}
	if sent < 100 || held < 60 {
		t.Errorf("%d forms were sent, %d with just the fields that their route takes, want those of all routes", sent, held)
	}
	if line := regexp.MustCompile(`.*MARKER.*`).FindString(log.String()); line != "" {
		t.Errorf("the log says %s", line)
	}
	families, err := h.meters.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if strings.Contains(f.String(), "MARKER") {
			t.Errorf("the metric %s names a marker", f.GetName())
		}
	}
	trail, err := h.programme.Trail(t.Context(), 0, 100000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range trail {
		for _, secret := range []string{"MARKER-password", "MARKER-old", "MARKER-new", "MARKER-again", "MARKER-phone", "MARKER-email"} {
			if strings.Contains(e.Object+e.Reason+e.Before+e.After, secret) {
				t.Errorf("the trail says %s in %s", secret, e.Action)
			}
		}
	}
}

// TestS38TheVersionOfTheNoticeFollowsItsWords: it is the same for the same words, and
// a survey that opens keeps it.
func TestS38TheVersionOfTheNoticeFollowsItsWords(t *testing.T) {
	t.Parallel()
	one, err := noticeVersion()
	if err != nil {
		t.Fatal(err)
	}
	if two, err := noticeVersion(); err != nil || one != two || !regexp.MustCompile(`^notice-[0-9a-f]{16}$`).MatchString(one) {
		t.Errorf("got %q and %q, %v", one, two, err)
	}
	if h := newHouse(t); h.surveys.Notice != one {
		t.Errorf("surveys open with %q, want %q", h.surveys.Notice, one)
	}
}
