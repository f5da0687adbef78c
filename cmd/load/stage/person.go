package stage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// Person is somebody of the staff at a browser: cookies, and the token that the
// forms carry. It follows no redirect.
type Person struct {
	Account
	base   string
	client *http.Client
	token  string
}

// Reply is what came back.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// Enter signs an account in at a server; one that does not let it in is an error.
func Enter(ctx context.Context, base string, a Account) (*Person, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("enter: %w", err)
	}
	p := &Person{Account: a, base: base, client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	page, err := p.Get(ctx, "/login")
	if err != nil {
		return nil, err
	}
	p.token = hiddenValue(page.Body, "csrf")
	r, err := p.Post(ctx, "/login", url.Values{"name": {a.Name}, "password": {a.Password}})
	if err != nil {
		return nil, err
	}
	if r.Status != http.StatusSeeOther {
		return nil, fmt.Errorf("%w: sign-in of %s: %d", errRefused, a.Name, r.Status)
	}
	return p, p.renew(ctx)
}

// renew reads the token of the session off a page that has one.
func (p *Person) renew(ctx context.Context) error {
	page, err := p.Get(ctx, "/inbox")
	if err != nil {
		return err
	}
	if p.token = hiddenValue(page.Body, "csrf"); p.token == "" {
		return fmt.Errorf("%w: %s has no page of its own: %d", errRefused, p.Name, page.Status)
	}
	return nil
}

// Get opens a page.
func (p *Person) Get(ctx context.Context, path string) (Reply, error) {
	return p.Send(ctx, http.MethodGet, path, nil, nil)
}

// Post sends a form with the session's token in it.
func (p *Person) Post(ctx context.Context, path string, form url.Values) (Reply, error) {
	form.Set("csrf", p.token)
	return p.Send(ctx, http.MethodPost, path, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte(form.Encode()))
}

// Send asks anything, with the session's token in the header.
func (p *Person) Send(ctx context.Context, method, path string, header http.Header, body []byte) (Reply, error) {
	if !strings.HasPrefix(path, "http") {
		path = p.base + path
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return Reply{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	if method != http.MethodGet {
		r.Header.Set("X-Csrf-Token", p.token)
	}
	res, err := p.client.Do(r)
	if err != nil {
		return Reply{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return Reply{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return Reply{Status: res.StatusCode, Header: res.Header, Body: raw}, nil
}

// Forget lets go of the connections.
func (p *Person) Forget() { p.client.CloseIdleConnections() }
