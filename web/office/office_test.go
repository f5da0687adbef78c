package office_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/indicators/store"
	"minyi/web/login"
	"minyi/web/office"
	"minyi/web/ranking"
	"minyi/web/rules"
	"minyi/web/view"
)

// house is the office's door before the real services on a real database.
type house struct {
	t       *testing.T
	at      time.Time
	app     *fiber.App
	store   *store.Store
	roster  *roster.Service
	book    *scorebook.Book
	naming  *naming.Service
	cookies map[string]string // account name to session
	ids     int
}

func (h *house) now() time.Time { return h.at }

func (h *house) on(date string) {
	h.t.Helper()
	d, err := roster.ParseDate(date)
	if err != nil {
		h.t.Fatal(err)
	}
	h.at = d.Start().Add(9 * time.Hour)
}

func (h *house) newID() string {
	h.ids++
	return fmt.Sprintf("id-%03d", h.ids)
}

const password = "a long enough phrase 7"

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, cookies: map[string]string{}}
	h.on("2020-07-01")
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "programme.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h.store = s
	if h.roster, err = roster.NewService(s, h.now); err != nil {
		t.Fatal(err)
	}
	h.book = scorebook.NewBook(s, h.roster, h.now)
	h.naming = naming.NewService(s, h.roster, h.roster, h.book, h.now, h.newID)
	h.mount()
	return h
}

func (h *house) mount() {
	h.t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		h.t.Fatal(err)
	}
	door, err := office.New(office.Config{
		Texts: texts, Roster: h.roster, Book: h.book, Naming: h.naming, Programme: h.store, Now: h.now,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	wall := h.at // sessions live by another clock than the round
	accounts := access.NewService(h.store, func() time.Time { return wall }, h.now)
	entry, err := login.New(login.Config{
		Access: accounts, Texts: texts, Key: bytes.Repeat([]byte{7}, 32), Nav: func(access.Role) []view.Link { return nil },
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.app = fiber.New(fiber.Config{Immutable: true, CaseSensitive: true, StrictRouting: true, ErrorHandler: func(c *fiber.Ctx, err error) error {
		if kind := fault.KindOf(err); kind != 0 {
			return c.Status(view.Status(kind)).SendString(err.Error())
		}
		return c.Status(fiber.StatusInternalServerError).SendString(err.Error())
	}})
	h.app.Use(entry.Visitor, entry.Forged, func(c *fiber.Ctx) error {
		if lang, ok := view.ParseLang(c.Query("lang")); ok {
			view.SetLang(c, lang)
		}
		view.SetRound(c, h.at, false)
		return c.Next()
	}, login.Require(access.Office, access.Auditor, access.Inspector))
	routes(h.app, door)
	h.rules(texts)
	for _, name := range []string{"wang", "chen"} {
		h.account(accounts, name, access.Office)
	}
	h.account(accounts, "lin", access.Inspector)
}

// rules mounts the rule book and the ranking, other doors of the office.
func (h *house) rules(texts *view.Texts) {
	h.t.Helper()
	book, err := rules.New(rules.Config{Texts: texts, Roster: h.roster, Now: h.now})
	if err != nil {
		h.t.Fatal(err)
	}
	order, err := ranking.New(ranking.Config{Texts: texts, Roster: h.roster, Book: h.book, Naming: h.naming})
	if err != nil {
		h.t.Fatal(err)
	}
	h.app.Get(ranking.Home, order.Show)
	h.app.Post(ranking.Home, order.Rank)
	h.app.Post(ranking.WhatIf, order.Try)
	h.app.Post(ranking.Study, order.Explore)
	h.app.Get(ranking.Tried, order.Tried)
	h.app.Get(ranking.One, order.Made)
	h.app.Get("/office/indicators", book.Book)
	h.app.Post("/office/indicators", book.Save)
}

func (h *house) account(accounts *access.Service, name string, role access.Role) {
	h.t.Helper()
	ctx := h.t.Context()
	if _, err := accounts.Add(ctx, access.Command("test"), access.New{Name: name, Role: role, Password: password}); err != nil {
		h.t.Fatal(err)
	}
	secret, _, err := accounts.SignIn(ctx, name, password, "test")
	if err != nil {
		h.t.Fatal(err)
	}
	h.cookies[name] = secret
}

func routes(app *fiber.App, d *office.Door) {
	app.Get("/office/rounds", d.Rounds)
	app.Post("/office/rounds", d.OpenRound)
	app.Get("/office/rounds/:year", d.Round)
	app.Post("/office/rounds/:year/settings", d.Adjust)
	app.Get("/office/trail", d.Trail)
}

// ask sends a request as the account and returns status, place and body.
func (h *house) ask(name, method, path string, fields url.Values) (status int, place, body string) {
	h.t.Helper()
	request := httptest.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(fields.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.AddCookie(&http.Cookie{Name: "minyi_session", Value: h.cookies[name]})
	response, err := h.app.Test(request, -1)
	if err != nil {
		h.t.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Location"), string(raw)
}

// page gets a page that must be there, in both languages, with no key without
// words; it returns the Chinese one.
func (h *house) page(path string) string {
	h.t.Helper()
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	for _, lang := range []string{"en", "zh-CN"} {
		status, _, body := h.ask("wang", fiber.MethodGet, path+join+"lang="+lang, nil)
		if status != fiber.StatusOK {
			h.t.Fatalf("%s: got %d: %s", path, status, body)
		}
		if missing := regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(body); missing != "" {
			h.t.Errorf("%s in %s: %s has no words", path, lang, missing)
		}
		if lang == "zh-CN" {
			return body
		}
	}
	return ""
}

// fields reads the form with that action off a page, as a browser would send it.
func (h *house) fields(body, action string) url.Values {
	h.t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	var found url.Values
	walk(root, func(n *html.Node) {
		if n.Data == "form" && attr(n, "action") == action {
			found = url.Values{}
			walk(n, func(in *html.Node) { control(in, found) })
		}
	})
	if found == nil {
		h.t.Fatalf("no form %s on the page", action)
	}
	return found
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		walk(child, visit)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func control(n *html.Node, into url.Values) {
	name := attr(n, "name")
	switch {
	case name == "" || has(n, "disabled"):
	case n.Data == "input" && (attr(n, "type") == "checkbox" || attr(n, "type") == "radio"):
		if has(n, "checked") {
			into.Set(name, "on")
		}
	case n.Data == "input":
		into.Set(name, attr(n, "value"))
	case n.Data == "textarea" && n.FirstChild != nil:
		into.Set(name, n.FirstChild.Data)
	case n.Data == "select":
		walk(n, func(o *html.Node) {
			if o.Data == "option" && (has(o, "selected") || !into.Has(name)) {
				into.Set(name, attr(o, "value"))
			}
		})
	}
}

// send fills in the form with that action on a page and sends it; it must lead
// on to the place.
func (h *house) send(name, page, action, place string, change url.Values) {
	h.t.Helper()
	status, got, body := h.try(name, page, action, change)
	if status != fiber.StatusSeeOther || !strings.HasPrefix(got, place) {
		h.t.Fatalf("%s: got %d to %q, want 303 to %q: %s", action, status, got, place, problems(body))
	}
}

func (h *house) try(name, page, action string, change url.Values) (status int, place, body string) {
	h.t.Helper()
	_, _, form := h.ask(name, fiber.MethodGet, page, nil)
	values := h.fields(form, action)
	for key, value := range change {
		values[key] = value
	}
	return h.ask(name, fiber.MethodPost, action, values)
}

// problems cuts the list of refusals out of a page.
func problems(body string) string {
	at := strings.Index(body, `class="problems"`)
	if at < 0 {
		return body
	}
	return body[at:min(len(body), at+800)]
}

// file files the findings of six units as their instruments would.
func (h *house) file() {
	h.t.Helper()
	ctx := context.WithoutCancel(h.t.Context())
	for n, unit := range []roster.UnitCode{"640100", "640200", "640300", "640122", "640121", "D07"} {
		mark := indicators.Mark(9000 - 250*n)
		key := scorebook.Key{Round: 2020, Unit: unit, Instrument: scorebook.Evaluation, Track: roster.Comprehensive}
		f := scorebook.Finding{Key: key, Mark: mark, Digest: scorebook.Digest([]byte(unit))}
		if err := h.book.File(ctx, access.Actor{Name: "zhao", Role: access.Assessor}, f); err != nil {
			h.t.Fatal(err)
		}
		if unit == "640300" {
			continue // not surveyed
		}
		f.Instrument, f.Track, f.Mark, f.SE, f.Low, f.High = scorebook.Survey, "", mark-700, 150, mark-994, mark-406
		if err := h.book.File(ctx, access.Actor{Name: "li", Role: access.Agency}, f); err != nil {
			h.t.Fatal(err)
		}
	}
}
