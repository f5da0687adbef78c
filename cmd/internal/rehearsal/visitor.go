package rehearsal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// visitor is one person at a browser without scripts: it follows links, fills
// in forms and keeps cookies, and knows of the server what its pages say.
type visitor struct {
	client *http.Client
	base   string // scheme, host and port
}

// answer is a page, or a file, that the server sent.
type answer struct {
	status  int
	address *url.URL
	kind    string // media type
	body    []byte
	doc     *html.Node // nil where the answer is not a page
}

// errRefused is a 4xx or 5xx; the error's text holds what the page says.
var errRefused = errors.New("refused")

const (
	visitTimeout = 30 * time.Second
	visitPool    = 64
	answerBytes  = 32 << 20
)

// newRoads returns what all visitors of one rehearsal share: the connections.
func newRoads() *http.Transport {
	return &http.Transport{MaxIdleConns: visitPool, MaxIdleConnsPerHost: visitPool, DisableCompression: true}
}

func newVisitor(base string, roads *http.Transport) *visitor {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &visitor{base: base, client: &http.Client{Transport: roads, Jar: jar, Timeout: visitTimeout}}
}

// get opens a path of the server, or a whole address.
func (v *visitor) get(ctx context.Context, path string) (*answer, error) {
	address := path
	if strings.HasPrefix(path, "/") {
		address = v.base + path
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return v.do(request)
}

// send sends a form as a browser would. Files make it multipart.
func (v *visitor) send(ctx context.Context, f *form) (*answer, error) {
	values := f.values()
	if f.method == http.MethodGet {
		target := *f.action
		target.RawQuery = values.Encode()
		return v.get(ctx, target.String())
	}
	body, kind, err := f.encode(values)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, f.action.String(), bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("send %s: %w", f.action.Path, err)
	}
	request.Header.Set("Content-Type", kind)
	return v.do(request)
}

// submit fills the page's form that has all these fields and sends it.
func (v *visitor) submit(ctx context.Context, page *answer, values map[string]string) (*answer, error) {
	f, err := page.form(slices.Sorted(maps.Keys(values))...)
	if err != nil {
		return nil, err
	}
	if err := f.fill(values); err != nil {
		return nil, err
	}
	return v.send(ctx, f)
}

// at opens a path and submits its form that has all these fields.
func (v *visitor) at(ctx context.Context, path string, values map[string]string) (*answer, error) {
	page, err := v.get(ctx, path)
	if err != nil {
		return nil, err
	}
	return v.submit(ctx, page, values)
}

func (v *visitor) do(request *http.Request) (*answer, error) {
	response, err := v.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("visit: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerBytes))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", request.URL.Path, err)
	}
	a := &answer{status: response.StatusCode, address: response.Request.URL, body: body}
	a.kind, _, _ = strings.Cut(response.Header.Get("Content-Type"), ";")
	if a.kind == "text/html" {
		if a.doc, err = html.Parse(bytes.NewReader(body)); err != nil {
			return nil, fmt.Errorf("read page %s: %w", request.URL.Path, err)
		}
	}
	if a.status >= http.StatusBadRequest {
		return a, fmt.Errorf("%w: %s %s: %d: %s", errRefused, request.Method, request.URL.Path, a.status, a.complaint())
	}
	return a, nil
}

// complaint returns what a refusing page says, shortened.
func (a *answer) complaint() string {
	if a.doc == nil {
		return strings.TrimSpace(string(a.body[:min(len(a.body), 200)]))
	}
	main := find(a.doc, func(n *html.Node) bool { return n.Data == "main" })
	if len(main) == 0 {
		return ""
	}
	words := strings.Join(strings.Fields(text(main[0])), " ")
	const longest = 300
	if runes := []rune(words); len(runes) > longest {
		words = string(runes[:longest])
	}
	return words
}

// encode writes the body of a POST and names its kind.
func (f *form) encode(values url.Values) ([]byte, string, error) {
	if len(f.files) == 0 && !f.multipart {
		return []byte(values.Encode()), "application/x-www-form-urlencoded", nil
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, list := range values {
		for _, value := range list {
			if err := w.WriteField(name, value); err != nil {
				return nil, "", fmt.Errorf("form field: %w", err)
			}
		}
	}
	for _, file := range f.files {
		header := textproto.MIMEHeader{}
		header.Set("Content-Disposition", mime(file.field, file.name))
		header.Set("Content-Type", file.kind)
		part, err := w.CreatePart(header)
		if err != nil {
			return nil, "", fmt.Errorf("form file: %w", err)
		}
		if _, err := part.Write(file.body); err != nil {
			return nil, "", fmt.Errorf("form file: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", fmt.Errorf("form: %w", err)
	}
	return body.Bytes(), w.FormDataContentType(), nil
}

func mime(field, name string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	return `form-data; name="` + escape.Replace(field) + `"; filename="` + escape.Replace(name) + `"`
}

// unlessDone forgives a refusal that says that it is done already: somebody was
// faster, or an earlier run was cut short.
func unlessDone(page *answer, err error) error {
	if page != nil && page.status == http.StatusConflict {
		return nil
	}
	return err
}

// unlessGone forgives that a page no longer offers a form: the step is done, or
// people have taken the round another way.
func unlessGone(err error) error {
	if errors.Is(err, errNoForm) {
		return nil
	}
	return err
}
