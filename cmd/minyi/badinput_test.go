package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/audit"
	"minyi/web"
)

// bad is one form that a door must refuse.
type bad struct {
	name   string
	who    string // account; empty: nobody signed in
	page   string // where the form is
	action string // end of its address
	change func(form url.Values)
	file   string // name of the file that goes with it; its words are never what the name says
	status int
	zh, en string // what the page says, in the language asked for
	kept   string // what was typed and still stands in the form; empty where nothing can be typed
}

const (
	typed = "这句话要留住"
	desk  = "/apply/2020/comprehensive"
)

// inTheFilingWindow is what an applicant and the office can get wrong in August.
func inTheFilingWindow() []bad {
	const who = "applicant-640100"
	const again, again2 = "请求的内容不完整或格式不对", "The request is incomplete or malformed"
	report := func(change func(form url.Values)) func(form url.Values) {
		return func(form url.Values) {
			form.Set("results", typed)
			change(form)
		}
	}
	return []bad{
		{
			name: "a report of 8001 characters, more than a draft holds (C79)", who: who, page: desk + "/report", action: "/report",
			change: report(func(f url.Values) { f.Set("measures", strings.Repeat("法", 8001)) }),
			status: 422, zh: "文字太长，最多 8000 个字", en: "at most 8000 characters", kept: typed,
		},
		{
			name: "a program that calls itself a document", who: who, page: desk + "/exhibits", action: "/exhibits",
			change: func(f url.Values) { f.Set("indicator", "5"); f.Set("dated", "2020-07-20") }, file: "证明.pdf",
			status: 422, zh: "“证明.pdf”的内容不是它所标明的", en: "does not contain what its name says", kept: `value="5"`,
		},
		{
			name: "an unknown field", who: who, page: desk + "/report", action: "/report",
			change: report(func(f url.Values) { f.Set("state", "filed") }), status: 400, zh: again, en: again2,
		},
		{
			name: "a doubled field", who: who, page: desk + "/report", action: "/report",
			change: report(func(f url.Values) { f.Add("results", "二") }), status: 400, zh: again, en: again2,
		},
		{
			name: "a missing field", who: who, page: desk + "/report", action: "/report",
			change: report(func(f url.Values) { f.Del("seen") }), status: 400, zh: again, en: again2,
		},
		{
			name: "broken UTF-8", who: who, page: desk + "/report", action: "/report",
			change: report(func(f url.Values) { f.Set("measures", "\xff\xfe") }), status: 400, zh: "无法识别的字符", en: "characters that cannot be read",
		},
		{
			name: "an unknown verdict", who: who, page: desk + "/self", action: "/self",
			change: func(f url.Values) { f.Set("claim-1", "great"); f.Set("note-1", typed) }, status: 422, zh: "自评结果不对", en: "", kept: typed,
		},
		{
			name: "full marks out of range", who: "office1", page: "/office/indicators", action: "/office/indicators",
			change: func(f url.Values) { f.Set("city-county.1", "100.01"); f.Set("reason", typed) }, status: 422, zh: "", en: "", kept: typed,
		},
		{
			name: "a share that breaks the sum", who: "office1", page: "/office/indicators", action: "/office/indicators",
			change: func(f url.Values) { f.Set("parts.survey", "41"); f.Set("reason", typed) }, status: 422, zh: "100", en: "100", kept: typed,
		},
	}
}

// inTheFieldwork is what people can get wrong in September.
func inTheFieldwork(unspent, county, poster string, columns []string) []bad {
	sheet := func(change func(f url.Values)) func(f url.Values) {
		return func(f url.Values) {
			f.Set("opinion", typed)
			change(f)
		}
	}
	answer := func(change func(f url.Values)) func(f url.Values) {
		return func(f url.Values) {
			fill(f, county, typed)
			change(f)
		}
	}
	const marks = "/evaluate/2020-640300-comprehensive"
	return []bad{
		{
			name: "a filing after the window (C77)", who: "applicant-640100", page: "/apply/2020/single/report", action: "/report",
			change: func(f url.Values) { f.Set("facts", typed) }, status: 403, zh: "2020-08-01 至 2020-08-31", en: "Filing is open from 2020-08-01", kept: typed,
		},
		{
			name: "a mark above full marks", who: "assessor2", page: marks, action: "/sheet",
			change: sheet(func(f url.Values) { f.Set("mark-1", "1.01"); f.Set("do", "save") }), status: 422, zh: "第 1 项的分数超出范围", en: "The mark of item 1 is out of range", kept: typed,
		},
		{
			name: "a mark below nothing", who: "assessor2", page: marks, action: "/sheet",
			change: sheet(func(f url.Values) { f.Set("mark-1", "-1"); f.Set("do", "save") }), status: 422, kept: typed,
		},
		{
			name: "a mark for an unknown item", who: "assessor2", page: marks, action: "/sheet",
			change: sheet(func(f url.Values) { f.Set("mark-999", "1"); f.Set("do", "save") }), status: 422, kept: typed,
		},
		{
			name: "an unknown code", page: unspent,
			change: answer(func(f url.Values) { f.Set("q01", "7") }), status: 422, zh: "“7”不在选项中", en: "“7” is not among the choices", kept: typed,
		},
		{
			name: "an answer missing", page: unspent, change: answer(func(f url.Values) { f.Del("s1") }), status: 422,
			zh: "这一题需要回答", en: "This question needs an answer", kept: typed,
		},
		{
			name: "an answer doubled", page: unspent, change: answer(func(f url.Values) { f.Add("q01", "5") }), status: 422,
			zh: "只能选一项", en: "Only one answer is allowed here", kept: typed,
		},
		{
			name: "a question that nobody asked", page: unspent, change: answer(func(f url.Values) { f.Set("q99", "5") }), status: 422,
			zh: "问卷里没有的一项（q99）", en: "does not ask (q99)", kept: typed,
		},
		{
			name: "every column of the database for a field (S15)", page: unspent, change: answer(func(f url.Values) {
				for _, name := range columns {
					f.Set(name, "1")
				}
			}), status: 422, kept: typed,
		},
		{
			name: "broken UTF-8 in an answer", page: poster, change: answer(func(f url.Values) { f.Set("q02", "\xff") }), status: 422,
			zh: "无法识别的字符", en: "cannot be read", kept: typed,
		},
	}
}

// TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored goes through what the
// doors must refuse, in Chinese as nobody has asked for another language, and in
// English (S20).
func TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("plays a round and asks one thing after the other")
	}
	w := openWorld(t, t.TempDir(), moment(time.July, 20, 9), nil)
	w.until(moment(time.August, 3, 9))
	for _, track := range []string{"comprehensive", "single"} {
		b := w.as("applicant-640100")
		_, form := formTo(t, b.get("/apply").body, track+"/start")
		if got := b.post("/apply/2020/"+track+"/start", form); got.status != http.StatusSeeOther {
			t.Fatalf("start: got %d", got.status)
		}
	}
	for page, form := range map[string]string{"/office/calendar": "/office/calendar/2020", "/office/rounds/2020": "/settings"} {
		b := w.as("office1")
		action, values := formTo(t, b.get(page).body, form)
		values.Set("reason", "演练")
		if got := b.post(action, values); got.status == http.StatusBadRequest {
			t.Errorf("%s: the page's own form is refused: %d\n%s", action, got.status, got.body)
		}
	}
	for _, one := range inTheFilingWindow() {
		t.Run(one.name, func(t *testing.T) { refused(t, w, one) })
	}
	if testing.Short() {
		return
	}
	w.until(moment(time.September, 5, 8))
	links, posters, _ := w.progress()
	unspent := links[slices.IndexFunc(links, func(l handedOut) bool { return l.Wave < 0 })]
	for _, one := range inTheFieldwork(unspent.path(), unspent.county(), posters[0].path(), w.columns(t)) {
		t.Run(one.name, func(t *testing.T) { refused(t, w, one) })
	}
	t.Run("a one-time link twice", func(t *testing.T) { twice(t, w, unspent) })
	w.sound()
	o, ids := w.touring(), w.ids()
	mutate(t, w, o, ids)
	t.Run("forged heads and a store that fails", func(t *testing.T) { failing(t, w, o, ids) })
}

// fill gives the answers that the questionnaire asks for.
func fill(form url.Values, county, words string) {
	for name, value := range map[string]string{
		"consent": "yes", "s1": "30-39", "s2": county, "s3": "ge6m", "s4": "no", "q01": "4", "o1": words,
	} {
		form.Set(name, value)
	}
}

// twice opens a link in two browsers and answers in both: the second is told
// that the link is used, in its language, and nothing more is stored.
func twice(t *testing.T, w *world, link handedOut) {
	t.Helper()
	_, form := formTo(t, w.as("").get(link.path()+"?view=all").body, "")
	_, chinese := formTo(t, w.as("").get(link.path()+"?view=all").body, "")
	_, english := formTo(t, w.as("").get(link.path()+"?view=all&lang=en").body, "")
	for _, one := range []url.Values{form, chinese, english} {
		fill(one, link.county(), "")
	}
	if got := w.as("").post(link.path(), form); got.status != http.StatusOK {
		t.Fatalf("first answer: got %d\n%s", got.status, got.body)
	}
	before := w.stored()
	for words, second := range map[string]url.Values{"这个链接已经用过了": chinese, "This link has been used": english} {
		got := w.as("").post(link.path(), second)
		if got.status != http.StatusConflict || !strings.Contains(got.body, words) {
			t.Errorf("second answer: got %d, want 409 with %q\n%s", got.status, words, got.body)
		}
	}
	if after := w.stored(); after != before {
		t.Errorf("something was stored:\n%s\n%s", before, after)
	}
}

// refused sends the form in both languages and looks at the answer and at what
// is stored.
func refused(t *testing.T, w *world, one bad) {
	t.Helper()
	for lang, words := range map[string]string{"": one.zh, "?lang=en": one.en} {
		b := w.as(one.who)
		action, form := one.form(t, b, lang)
		one.change(form)
		before := w.stored()
		var got reply
		if one.file != "" {
			got = b.upload(action+lang, one.file, form)
		} else {
			got = b.post(action+lang, form)
		}
		if got.status != one.status {
			t.Errorf("%s: got %d, want %d\n%s", lang, got.status, one.status, got.body)
		}
		if !strings.Contains(got.body, words) || !strings.Contains(got.body, map[bool]string{true: `lang="zh-CN"`, false: `lang="en"`}[lang == ""]) {
			t.Errorf("%s: the page does not say %q\n%s", lang, words, got.body)
		}
		if !strings.Contains(got.body, one.kept) {
			t.Errorf("%s: %q is not in the form any more\n%s", lang, one.kept, got.body)
		}
		if after := w.stored(); after != before {
			t.Errorf("%s: something was stored:\n%s\n%s", lang, before, after)
		}
	}
}

// form opens the page and reads its form; a resident's shows all questions in
// the language asked for.
func (one bad) form(t *testing.T, b *browser, lang string) (action string, form url.Values) {
	t.Helper()
	if !strings.HasPrefix(one.page, "/q/") {
		return formTo(t, b.get(one.page).body, one.action)
	}
	_, form = formTo(t, b.get(one.page+"?view=all"+strings.Replace(lang, "?", "&", 1)).body, "")
	return one.page, form
}

// upload sends a form with a file whose bytes are a program's.
func (b *browser) upload(path, name string, form url.Values) reply {
	b.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for field, values := range form {
		for _, v := range values {
			if err := m.WriteField(field, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := part.Write(append([]byte("MZ\x90\x00"), make([]byte, 200)...)); err != nil {
		b.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return b.do(r)
}

// stored is a digest a table of everything in both halves: but for sessions,
// and for entries of the trail that say that something was refused or read. The
// answers are counted: they move from the intake to their place in their own time.
func (w *world) stored() string {
	w.t.Helper()
	conn, err := w.h.survey.Reader().Conn(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(w.t.Context(), `ATTACH DATABASE $1 AS programme`, filepath.Join(w.dir, programmeFile)); err != nil {
		w.t.Fatal(err)
	}
	defer func() { _, _ = conn.ExecContext(w.t.Context(), `DETACH DATABASE programme`) }()
	var out []string
	answers := 0
	for _, half := range []string{"main", "programme"} {
		for _, one := range w.rows(conn, `SELECT name FROM `+half+`.sqlite_schema WHERE type = 'table'`) {
			name := fmt.Sprint(one[0])
			if name == "session" || name == "trail" || name == "content" || name == "stand" || strings.HasPrefix(name, "sqlite_") { // content and stand follow each other table
				continue
			}
			rows := w.rows(conn, `SELECT * FROM `+half+`."`+name+`"`)
			if name == "intake" || name == "response" {
				answers += len(rows)
				continue
			}
			out = append(out, fmt.Sprintf("%s.%s %d %x", half, name, len(rows), sha256.Sum256(fmt.Append(nil, rows))))
		}
	}
	changes := 0
	for _, e := range w.trail() {
		if e.Outcome == audit.Done && !strings.HasSuffix(e.Action, ".read") && !strings.HasPrefix(e.Action, "login.") {
			changes++
		}
	}
	return strings.Join(append(out, fmt.Sprintf("answers %d, trail %d", answers, changes)), "\n")
}

// rows reads all that a query finds.
func (w *world) rows(conn *sql.Conn, query string) [][]any {
	w.t.Helper()
	rows, err := conn.QueryContext(w.t.Context(), query)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		w.t.Fatal(err)
	}
	var out [][]any
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			w.t.Fatal(err)
		}
		out = append(out, values)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// ownFields are the forms whose doors read them field by field, as their fields follow
// from the catalogue, the paper or a file; their way with foreign fields is seen where a
// round is played (see watch) and in the rows above.
func ownFields() []string {
	const dossier, sheet = "/apply/:round/:track", "/evaluate/:dossier"
	return []string{
		dossier + "/report", dossier + "/profile", dossier + "/self", dossier + "/declaration", dossier + "/exhibits", sheet + "/sheet", sheet + "/institution",
		sheet + "/items/:item",     // the sheet's form, one item of it
		dossier + "/uploads",       // no form: its head alone counts
		"/call/q/:token",           // the residents' form, filled in by an interviewer
		"/ledger/:log/cosignature", // a signed text, no form
	}
}

// TestS15EveryFormTakesItsNamedFieldsOnly sends every form of the table of routes with
// each name of a column of both schemas for a field, and with a field twice: refused
// with a sentence, and no table changes.
func TestS15EveryFormTakesItsNamedFieldsOnly(t *testing.T) {
	t.Parallel()
	h, people := walkers(t)
	w := &world{t: t, dir: h.dir, h: h}
	columns, before, asked := w.columns(t), w.tables(t), 0
	for _, g := range h.grants {
		if g.Method != http.MethodPost || g.Open || slices.Contains(ownFields(), g.Path) {
			continue
		}
		b := people[""]
		if len(g.Roles) > 0 {
			b = people[g.Roles[0]]
		}
		csrf := csrfIn(b.get("/login").body)
		wide := url.Values{"csrf": {csrf}}
		for _, name := range columns {
			wide.Set(name, "1")
		}
		asked++
		for name, form := range map[string]url.Values{"every column": wide, "a field twice": {"csrf": {csrf, csrf}}} {
			if got := b.post(sample(g.Path), form); got.status != http.StatusBadRequest || !strings.Contains(got.body, "重新填写") {
				t.Errorf("POST %s with %s: got %d, want 400", g.Path, name, got.status)
			}
		}
	}
	const least = 200
	if asked < least {
		t.Errorf("%d forms were sent, want those of all routes", asked)
	}
	for name, was := range w.tables(t) {
		if before[name] != was {
			t.Errorf("table %s changed by forms with columns for fields", name)
		}
	}
}

// TestS30ALargeBodyIsRefusedBeforeItIsRead announces bodies that are too large,
// unpack to something large, or have no end, and sends the first 16 KiB of them:
// the answer comes at once (S30).
func TestS30ALargeBodyIsRefusedBeforeItIsRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = h.app.Listener(l) }()
	t.Cleanup(func() { _ = h.app.ShutdownWithTimeout(grace) })
	for name, row := range map[string]struct {
		header string
		status string
	}{
		"a form":                {"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1073741824", "413"},
		"files":                 {"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1073741824", "413"},
		"a compressed form":     {"Content-Type: application/x-www-form-urlencoded\r\nContent-Encoding: gzip\r\nContent-Length: 100000", "400"},
		"compressed files":      {"Content-Type: multipart/form-data; boundary=x\r\nContent-Encoding: gzip\r\nContent-Length: 100000", "400"},
		"a form without an end": {"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked", "400"},
		"a head of 16 KiB":      {"Cookie: a=" + strings.Repeat("b", 16<<10) + "\r\nContent-Length: 100000", "431"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			const patient = 5 * time.Second
			if err := conn.SetDeadline(time.Now().Add(patient)); err != nil {
				t.Fatal(err)
			}
			const begun = 16 << 10
			if _, err := fmt.Fprintf(conn, "POST /login HTTP/1.1\r\nHost: minyi.example\r\n%s\r\n\r\n%s", row.header, strings.Repeat("a", begun)); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil || !strings.HasPrefix(line, "HTTP/1.1 "+row.status) {
				t.Errorf("got %q, %v, want %s at once", line, err, row.status)
			}
		})
	}
}

// mutated is how many spoilt requests the walk sends (S19 asks for 1,000,000: cmd/load
// fuzz sends those, and a short form of them in every check).
const mutated = 1000

// mutate sends spoilt requests over all routes, as every role: none may be a
// 5xx (S19).
func mutate(t *testing.T, w *world, o tour, ids map[string][]string) {
	t.Helper()
	chance := rand.New(rand.NewPCG(19, 2020))
	forms := w.posted("/")
	grants := slices.DeleteFunc(slices.Clone(w.h.grants), func(g web.Grant) bool {
		return g.Path == "/logout" || g.Path == "/login" && g.Method == http.MethodPost
	})
	for range mutated {
		g := grants[chance.IntN(len(grants))]
		name := o.names[chance.IntN(len(o.names))]
		all := paths(g.Path, ids)
		path := spoilPath(chance, all[chance.IntN(len(all))])
		form := url.Values{}
		for range 8 {
			if one := forms[chance.IntN(len(forms))]; sameRoute(one.path, g.Path) {
				for k, v := range one.form {
					form[k] = slices.Clone(v)
				}
				break
			}
		}
		spoil(chance, form)
		form.Set("csrf", o.csrf[name])
		body := form.Encode()
		if chance.IntN(8) == 0 {
			body = spoilText(chance, body)
		}
		kinds := []string{"application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", ""}
		status, answer := o.people[name].raw(w.base, g.Method, path, kinds[chance.IntN(len(kinds))], body)
		if status == 0 || status >= http.StatusInternalServerError {
			t.Errorf("%s %s as %q with %q: got %d\n%s", g.Method, path, name, body[:min(len(body), 600)], status, answer)
		}
	}
	w.sound()
}

// raw sends a request as it is, right or wrong, over the network. The status is 0
// where no answer came.
func (b *browser) raw(base, method, path, kind, body string) (status int, answer string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, base, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	home, _ := url.Parse(testOrigin)
	r.Host, r.URL.Opaque, r.Close = home.Host, path, true
	r.Header.Set("Content-Type", kind)
	for _, c := range b.jar.Cookies(home) {
		r.AddCookie(c)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(raw)
}

// sameRoute reports whether a path could be of a route.
func sameRoute(path, route string) bool {
	a, b := strings.Split(path, "/"), strings.Split(route, "/")
	return len(a) == len(b) && slices.EqualFunc(a, b, func(x, y string) bool { return x == y || strings.HasPrefix(y, ":") })
}

// nasty are values that have broken programs before.
func nasty() []string {
	return []string{
		"", "0", "-1", "1e309", "99999999999999999999", "NaN", "\x00", "\xff\xfe", "\u202e", "'; DROP TABLE trail; --", "<script>alert(1)</script>",
		"{{.}}", "../../../../etc/passwd", "%00", "%", strings.Repeat("法", 3000), strings.Repeat("9", 5000), "2020-02-30", "0000-00-00", "9999-12-31",
		"true", "null", "[]", "１２．５", "on", "yes",
	}
}

func spoil(chance *rand.Rand, form url.Values) {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	values := nasty()
	for range 1 + chance.IntN(3) {
		value := values[chance.IntN(len(values))]
		if len(names) == 0 {
			form.Set([]string{"id", "q01", "state", "unit", "_form", "name"}[chance.IntN(6)], value)
			continue
		}
		name := names[chance.IntN(len(names))]
		switch chance.IntN(5) {
		case 0:
			form.Del(name)
		case 1:
			form.Add(name, value)
		case 2:
			form.Set(name+value[:min(len(value), 3)], "1")
		default:
			form.Set(name, value)
		}
	}
}

func spoilPath(chance *rand.Rand, path string) string {
	switch chance.IntN(6) {
	case 0:
		return path + "?" + url.Values{[]string{"lang", "level", "until", "round", "done", "next", "about", "half", "view"}[chance.IntN(9)]: {nasty()[chance.IntN(len(nasty()))]}}.Encode()
	case 1:
		parts := strings.Split(path, "/")
		parts[chance.IntN(len(parts))] = url.PathEscape(nasty()[chance.IntN(len(nasty()))])
		return "/" + strings.TrimLeft(strings.Join(parts, "/"), "/")
	}
	return path
}

// spoilText changes, drops or doubles a byte here and there.
func spoilText(chance *rand.Rand, text string) string {
	raw := []byte(text)
	for range 1 + chance.IntN(8) {
		if len(raw) == 0 {
			break
		}
		at := chance.IntN(len(raw))
		switch chance.IntN(3) {
		case 0:
			raw[at] = byte(chance.IntN(256))
		case 1:
			raw = slices.Delete(raw, at, at+1)
		default:
			raw = slices.Insert(raw, at, raw[at])
		}
	}
	return string(raw)
}
