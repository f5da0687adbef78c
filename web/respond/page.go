package respond

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"minyi/web/view"
)

// pages are the door's own templates: a minimal layout with its style inside, so
// that the first page is one request.
type pages struct {
	texts   *view.Texts
	headers []header
	set     map[view.Lang]*template.Template
}

// styles returns the style sheets by the place where the layout takes them in,
// and the sources that a policy must name to allow just them.
func styles() (map[string]string, string, error) {
	sheets, allowed := map[string]string{}, ""
	for _, name := range []string{"base", "ask", "list", "seal"} {
		raw, err := files.ReadFile("pages/" + name + ".css")
		if err != nil {
			return nil, "", fmt.Errorf("respond: %w", err)
		}
		css := squeeze(string(raw))
		sum := sha256.Sum256([]byte(css))
		sheets["/*"+name+"*/"] = css
		allowed += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return sheets, allowed, nil
}

func newPages(texts *view.Texts, framed bool) (*pages, error) {
	sheets, allowed, err := styles()
	if err != nil {
		return nil, err
	}
	p := &pages{texts: texts, set: map[view.Lang]*template.Template{}}
	ancestors := "'none'"
	if framed {
		ancestors = "'self'"
	}
	p.headers = fixed("default-src 'none'; style-src" + allowed + "; script-src 'self'; connect-src 'self'; " +
		"img-src 'self' data:; form-action 'self'; frame-ancestors " + ancestors + "; base-uri 'none'")
	for _, lang := range view.Langs() {
		if p.set[lang], err = parse(texts, lang, sheets); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func parse(texts *view.Texts, lang view.Lang, sheets map[string]string) (*template.Template, error) {
	say := func(key string, pairs ...string) string {
		params := map[string]string{}
		for i := 0; i+1 < len(pairs); i += 2 {
			params[pairs[i]] = pairs[i+1]
		}
		return texts.Say(lang, key, params)
	}
	set := template.New("respond").Funcs(template.FuncMap{"t": say})
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("respond: %w", err)
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("respond: %w", err)
		}
		source := squeeze(string(raw))
		for place, css := range sheets {
			source = strings.Replace(source, place, css, 1)
		}
		if _, err := set.Parse(source); err != nil {
			return nil, fmt.Errorf("respond: %s: %w", name, err)
		}
	}
	return set, nil
}

// squeeze drops indentation and line ends: files are written to be read, pages
// to be sent.
func squeeze(source string) string {
	lines := strings.Split(source, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "")
}

// render sends one page that is this visit's own.
func (d *Door) render(c *fiber.Ctx, v *visit, name string, page any) error {
	var out bytes.Buffer
	if err := d.pages.set[v.lang].ExecuteTemplate(&out, name, page); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	d.headers(c, v)
	return send(c, out.Bytes())
}

// headers sets what every page of the door has. The names are written as they
// go out.
func (d *Door) headers(c *fiber.Ctx, v *visit) {
	h := &c.Response().Header
	for _, one := range d.pages.headers {
		h.SetCanonical(one.name, one.value)
	}
	h.SetCanonical([]byte(fiber.HeaderContentLanguage), []byte(v.lang))
	h.SetContentType(fiber.MIMETextHTMLCharsetUTF8)
}

// header is one line of an answer's head.
type header struct{ name, value []byte }

func fixed(policy string) (out []header) {
	for _, pair := range [][2]string{
		{fiber.HeaderContentSecurityPolicy, policy},
		{fiber.HeaderCacheControl, "no-store"},
		{fiber.HeaderReferrerPolicy, "no-referrer"},
		{fiber.HeaderXContentTypeOptions, "nosniff"},
		{"X-Robots-Tag", "noindex, nofollow"},
		{fiber.HeaderVary, fiber.HeaderAcceptEncoding},
	} {
		out = append(out, header{[]byte(pair[0]), []byte(pair[1])})
	}
	return out
}

// A page of somebody's own that comes near the 3,000 bytes that a page may take is
// packed as small as can be, which takes some milliseconds; a page with all
// questions, which may take more, is not.
const (
	near = 2800
	far  = 4000
)

// send answers with the bytes, compressed where the browser takes it.
func send(c *fiber.Ctx, body []byte) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	in := codingOf(c)
	if h := in.header(); h != "" {
		c.Set(fiber.HeaderContentEncoding, h)
	}
	switch in {
	case plain:
	case gzipped:
		packed := fasthttp.AppendGzipBytesLevel(nil, body, fasthttp.CompressBestCompression)
		if len(packed) > near && len(packed) < far {
			packed = tight(body)
		}
		body = packed
	case brotlied:
		body = fasthttp.AppendBrotliBytesLevel(nil, body, quick)
	}
	return c.Send(body)
}

func (d *Door) say(v *visit, key string, params map[string]string) string {
	return d.pages.texts.Say(v.lang, key, params)
}

// day writes a date in the words of the language; the layout of dates stands in
// the language files.
func (d *Door) day(v *visit, at time.Time) string {
	zone := time.FixedZone("Asia/Shanghai", eastward)
	return at.In(zone).Format(d.say(v, "respond.date", nil))
}

// eastward is how many seconds Asia/Shanghai is ahead of UTC: no summer time since
// 1991.
const eastward = 8 * 60 * 60

// dayNumber counts the days since 1970-01-01 in Asia/Shanghai.
func dayNumber(at time.Time) int32 {
	const day = 24 * 60 * 60
	return int32((at.Unix() + eastward) / day)
}
