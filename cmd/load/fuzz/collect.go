package fuzz

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"minyi/cmd/load/paper"
)

// Collect walks through the doors as strangers do and keeps what they would
// send: the forms of the links, of sign-in and of the objections, and the
// addresses of static files.
func Collect(ctx context.Context, host string, links []string) (*Doors, error) {
	w := &walker{host: host, doors: &Doors{Host: host}}
	for i, link := range links {
		if err := w.link(ctx, link, rand.New(rand.NewPCG(1, uint64(i)))); err != nil { //nolint:gosec // a fuzz must be reproducible
			return nil, err
		}
	}
	for _, one := range []struct {
		path   string
		more   url.Values
		seldom bool
	}{
		{"/login", url.Values{"name": {"load-agency"}, "password": {"not the password"}, "next": {"/agency"}}, true},
		{"/objections", url.Values{"target": {"640300/comprehensive"}, "text": {"意见"}, "name": {"某人"}, "contact": {"0951"}}, false},
		{"/objections/state", url.Values{"code": {"0000-0000"}}, false},
		{"/events", url.Values{"receipt": {`{"schema":"minyi-event-receipt/1"}`}}, false},
		{"/seal", url.Values{"manifest": {`{"format":2,"sections":{}}`}}, false},
	} {
		if err := w.public(ctx, one.path, one.more, one.seldom); err != nil {
			return nil, err
		}
	}
	return w.doors, w.files(ctx, links)
}

type walker struct {
	host  string
	doors *Doors
}

func (w *walker) ask(ctx context.Context, method, path, body string) (page []byte, cookie string, err error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+w.host+path, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		cookie = c.Name + "=" + c.Value
	}
	page, err = io.ReadAll(res.Body)
	return page, cookie, err
}

// link keeps the form with every question and the first steps of the paged way.
func (w *walker) link(ctx context.Context, path string, chance *rand.Rand) error {
	page, _, err := w.ask(ctx, http.MethodGet, path+"?view=all", "")
	if err != nil {
		return fmt.Errorf("collect: %w", err)
	}
	if _, err := w.keep(path, page, chance); err != nil {
		return nil //nolint:nilerr // a link that is spent or closed has no form, and is worth asking all the same
	}
	if page, _, err = w.ask(ctx, http.MethodGet, path, ""); err != nil {
		return fmt.Errorf("collect: %w", err)
	}
	const steps = 25
	for range steps {
		form, err := w.keep(path, page, chance)
		if err != nil || form.Button == "send" {
			return nil //nolint:nilerr // the way ends where it ends
		}
		if page, _, err = w.ask(ctx, http.MethodPost, path, form.Body(chance, comment)); err != nil {
			return fmt.Errorf("collect: %w", err)
		}
	}
	return nil
}

const comment = 10 // characters

var errReceipt = errors.New("a receipt, not a form")

func (w *walker) keep(path string, page []byte, chance *rand.Rand) (*paper.Form, error) {
	form, err := paper.ReadForm(page)
	if err != nil {
		w.doors.Visits = append(w.doors.Visits, Visit{Path: path, Form: url.Values{"_form": {"x"}}})
		return nil, err
	}
	if form.Receipt != "" {
		return nil, errReceipt
	}
	values, err := url.ParseQuery(form.Body(chance, comment))
	w.doors.Visits = append(w.doors.Visits, Visit{Path: path, Form: values})
	return form, err
}

// public keeps the form of a public page with its cookie.
func (w *walker) public(ctx context.Context, path string, more url.Values, seldom bool) error {
	page, cookie, err := w.ask(ctx, http.MethodGet, path, "")
	if err != nil {
		return fmt.Errorf("collect: %w", err)
	}
	if form, err := paper.ReadForm(page); err == nil {
		for name, values := range form.Hidden {
			more[name] = values
		}
	}
	w.doors.Public = append(w.doors.Public, Door{Path: path, Form: more, Cookie: cookie, Seldom: seldom})
	return nil
}

// files keeps the addresses of the static files that the pages name.
func (w *walker) files(ctx context.Context, links []string) error {
	w.doors.Files = []string{"/favicon.ico", "/robots.txt", "/static/"}
	for _, path := range append([]string{"/", "/login"}, links[:min(1, len(links))]...) {
		page, _, err := w.ask(ctx, http.MethodGet, path, "")
		if err != nil {
			return fmt.Errorf("collect: %w", err)
		}
		w.doors.Files = append(w.doors.Files, regexp.MustCompile(`/static/[\w/.-]+`).FindAllString(string(page), -1)...)
	}
	return nil
}
