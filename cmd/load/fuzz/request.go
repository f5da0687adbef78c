package fuzz

import (
	"fmt"
	"net/url"
	"strings"
)

// Doors are what the requests are made of: real addresses and real forms, to be
// damaged.
type Doors struct {
	Host   string
	Visits []Visit  // forms of live links, one-time ones and a poster
	Public []Door   // doors without a sign-in
	Files  []string // static files
}

// Visit is a form of a link as a resident would send it: all questions on one
// page, or a step of the paged way.
type Visit struct {
	Path string
	Form url.Values
}

// Door is a page with a form for strangers.
type Door struct {
	Path   string
	Form   url.Values
	Cookie string
	Seldom bool // costs the server much on purpose, as a password's check does
}

// staff are addresses that strangers may not use; they must be sent away.
func staff() []string {
	return []string{
		"/office", "/office/rounds", "/office/rounds/2020", "/office/ranking", "/office/notice", "/office/notice/candidates", "/office/objections", "/office/trail",
		"/office/verification", "/agency", "/agency/surveys", "/agency/end", "/agency/surveys/x", "/agency/surveys/x/links.csv",
		"/agency/surveys/x/frame", "/agency/surveys/x/close", "/apply", "/apply/2020/single", "/apply/2020/single/exhibits",
		"/evaluate", "/evaluate/x", "/accounts", "/accounts/state", "/password", "/logout", "/demo",
	}
}

func programs() []string {
	return []string{
		"/api/v1/openapi.json", "/api/v1/rounds", "/api/v1/units", "/api/v1/surveys", "/api/v1/surveys/x/release",
		"/api/v1/rounds/2020/ranking", "/api/v1/named", "/healthz", "/readyz", "/metrics",
	}
}

// request makes one well-framed request: HTTP understands it, the doors may not.
func (d dice) request(doors *Doors) []byte {
	switch n := d.IntN(100); {
	case n < 40:
		return d.answer(doors)
	case n < 50:
		return d.row(doors)
	case n < 60:
		return d.page(doors)
	case n < 75:
		return d.public(doors)
	case n < 85:
		return d.post(doors, pick(d, staff()), d.form(url.Values{"csrf": {"x"}, "id": {"1"}}))
	case n < 95:
		return d.program(doors)
	}
	return d.get(doors, d.maybe(pick(d, doors.Files)))
}

// answer is a resident's form, damaged; seldom whole.
func (d dice) answer(doors *Doors) []byte {
	visit := pick(d, doors.Visits)
	address := path(visit.Path)
	if d.one(10) {
		address = d.maybe(visit.Path)
	}
	return d.post(doors, address+d.query(), d.form(visit.Form))
}

func (d dice) page(doors *Doors) []byte {
	return d.get(doors, d.maybe(pick(d, doors.Visits).Path)+d.query())
}

func (d dice) public(doors *Doors) []byte {
	door := pick(d, doors.Public)
	const seldom = 30
	if door.Seldom && !d.one(seldom) {
		return d.get(doors, d.maybe(door.Path)+d.query())
	}
	more := ""
	if door.Cookie != "" {
		more = "Cookie: " + line(d.perhaps(door.Cookie)) + "\r\n"
	}
	return d.post(doors, door.Path+d.query(), d.form(door.Form), more)
}

func (d dice) program(doors *Doors) []byte {
	more := "Authorization: " + pick(d, []string{"Bearer ", "bearer ", "Basic ", ""}) + line(d.word()) + "\r\n"
	return d.get(doors, d.maybe(pick(d, programs()))+d.query(), more)
}

// maybe damages an address, sometimes.
func (d dice) maybe(address string) string { return path(d.perhaps(address)) }

func (d dice) perhaps(text string) string {
	if d.one(3) {
		return d.scratch(text)
	}
	return text
}

func (d dice) query() string {
	if d.one(2) {
		return ""
	}
	names := []string{"view", "lang", "size", "next", "said", "code", "page", d.word()}
	var parts []string
	for range 1 + d.IntN(3) {
		value := pick(d, []string{"all", "en", "24", d.word()})
		if d.one(2) {
			value = url.QueryEscape(value)
		}
		parts = append(parts, pick(d, names)+"="+value)
	}
	return path("/?" + strings.Join(parts, "&"))[1:]
}

func (d dice) get(doors *Doors, address string, more ...string) []byte {
	method := pick(d, []string{"GET", "GET", "GET", "HEAD", "OPTIONS", "DELETE", "TRACE", "PATCH"})
	if method == "HEAD" { // its answer has a length and no body
		method = "GET"
	}
	return []byte(method + " " + address + " HTTP/1.1\r\nHost: " + doors.Host + "\r\n" + strings.Join(more, "") + d.headers() + "\r\n")
}

func (d dice) post(doors *Doors, address, body string, more ...string) []byte {
	kind := "application/x-www-form-urlencoded"
	if d.one(12) {
		kind = pick(d, []string{
			"multipart/form-data; boundary=x", "multipart/form-data", "application/json", "text/plain", "application/x-www-form-urlencoded; charset=gbk", "", "x/y; q=\"",
		})
		if strings.HasPrefix(kind, "multipart") && d.one(2) {
			body = "--x\r\nContent-Disposition: form-data; name=\"" + line(d.word()) + "\"\r\n\r\n" + body + "\r\n--x--\r\n"
		}
	}
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\n%s%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		address, doors.Host, strings.Join(more, ""), d.headers(), kind, len(body), body)
}

// headers are some that a stranger may send; none changes the framing.
func (d dice) headers() string {
	if d.one(2) {
		return ""
	}
	names := []string{
		"Accept-Encoding", "Accept-Language", "Cookie", "Origin", "Referer", "Sec-Fetch-Site", "X-Forwarded-For", "If-None-Match",
		"If-Modified-Since", "Range", "User-Agent", "X-Requested-With", "Content-Encoding", "Expect",
	}
	name := pick(d, names)
	value := pick(d, []string{"gzip", "br, gzip", "*", "null", "https://evil.example", "cross-site", "bytes=0-", "a=b; c=d", line(d.word())})
	if name == "Expect" || name == "Content-Encoding" && value == "*" {
		return ""
	}
	return name + ": " + value + "\r\n"
}

// garbage makes bytes that HTTP itself may not understand.
func (d dice) garbage(doors *Doors) []byte {
	raw := string(d.request(doors))
	switch d.IntN(9) {
	case 0:
		return []byte(d.bytes(d.IntN(400)))
	case 1:
		return []byte(strings.Replace(raw, "Content-Length: ", pick(d, []string{
			"Content-Length: -", "Content-Length: 9999999", "Content-Length: x", "Transfer-Encoding: chunked\r\nContent-Length: ",
			"Content-Length: 5\r\nContent-Length: ", "content-length : ", "Transfer-Encoding: chunked\r\nX: ", "Expect: 100-continue\r\nContent-Length: ",
		}), 1))
	case 2:
		return []byte(strings.Replace(raw, "HTTP/1.1", pick(d, []string{"HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "http/1.1", "", "HTTP/1.1 x"}), 1))
	case 3:
		return []byte(strings.Replace(raw, "Host: "+doors.Host, pick(d, []string{"Host: ", "Host: a\r\nHost: b", "Host: evil.example", "X: y", "Host: \xff\x00"}), 1))
	case 4:
		return []byte(strings.Replace(raw, "\r\n\r\n", "\r\nX-Long: "+strings.Repeat("a", 1000*d.IntN(30))+"\r\n\r\n", 1))
	case 5:
		return []byte(strings.Replace(raw, "\r\n\r\n", strings.Repeat("\r\nX: y", d.IntN(1500))+"\r\n\r\n", 1))
	case 6:
		return []byte(strings.ReplaceAll(raw, "\r\n", pick(d, []string{"\n", "\r", "\r\n ", "\x00\r\n", "\n\r"})))
	case 7:
		return []byte(raw + d.scratch(raw)) // two on one connection
	}
	return []byte(d.scratch(raw))
}
