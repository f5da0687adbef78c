package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/web"
)

// soul is somebody who asks for what is not his.
type soul struct {
	name  string
	role  access.Role // empty: the public
	unit  string      // of an applicant
	track string      // on which the applicant applies
	b     *browser
}

// The cast of the walk: two applicants on different tracks, an assessor with work,
// and one of another institution without any.
const (
	elsewhere   = "assessor-elsewhere"
	ownDossier  = "2020-640104-comprehensive"
	thatDossier = "2020-D08-single"
	noDossier   = "2020-640105-comprehensive"
	noObject    = "01a205b5-0000-7000-8000-000000000000"
)

// TestS11AndC96AndC97NobodyReachesAnothersObjects walks every route that names an object
// with every role (two accounts where accounts own objects: applicants, assessors,
// institutions) against objects that are not theirs, by every method. Each is
// refused as if the object did not exist, byte for byte, and nothing changes in
// either database but the trail. A new route is walked by itself; one with a
// parameter that this test does not know fails it.
func TestS11AndC96AndC97NobodyReachesAnothersObjects(t *testing.T) {
	if testing.Short() {
		t.Skip("plays half a round")
	}
	t.Parallel()
	w := openWorld(t, t.TempDir(), moment(time.July, 20, 9), nil)
	w.until(moment(time.August, 25, 9)) // D26 files tomorrow
	upload := w.beginUpload(t)
	everybody := w.souls(t)
	newWalk(t, w, everybody, upload).all(func(g web.Grant) bool { return strings.Contains(g.Path, ":upload") })
	w.until(moment(time.September, 3, 12))
	newWalk(t, w, w.souls(t), upload).all(func(g web.Grant) bool { return !strings.Contains(g.Path, ":upload") })
}

// beginUpload lets a unit whose filing is open begin to send a large file.
func (w *world) beginUpload(t *testing.T) (id string) {
	t.Helper()
	b := w.as("applicant-D26")
	token := csrfIn(b.get("/apply").body)
	if got := b.post("/apply/2020/comprehensive/start", url.Values{"csrf": {token}}); got.status != http.StatusSeeOther {
		t.Fatalf("start: %d\n%s", got.status, got.body)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/apply/2020/comprehensive/uploads", nil)
	word := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for name, value := range map[string]string{
		"Tus-Resumable": "1.0.0", "Upload-Length": "2000000", "X-Csrf-Token": token,
		"Upload-Metadata": "filename " + word("secret-upload.pdf") + ",indicator " + word("1") + ",dated " + word("2020-06-01"),
	} {
		r.Header.Set(name, value)
	}
	got := b.do(r)
	at := got.header.Get("Location")
	if got.status != http.StatusCreated || at == "" {
		t.Fatalf("begin an upload: %d %s", got.status, got.body)
	}
	return at[strings.LastIndex(at, "/")+1:]
}

// souls are accounts of every role, signed in.
func (w *world) souls(t *testing.T) []soul {
	t.Helper()
	out := []soul{{b: w.as("")}}
	there, err := w.h.access.Accounts(t.Context(), access.Command("test"))
	if err != nil {
		t.Fatal(err)
	}
	add := func(s soul, institution string) {
		known := slices.ContainsFunc(there, func(a access.Account) bool { return a.Name == s.name })
		if !known {
			fresh := access.New{Name: s.name, Role: s.role, Institution: institution, Password: testPassword}
			if _, err := w.h.access.Add(t.Context(), access.Command("test"), fresh); err != nil {
				t.Fatal(err)
			}
		}
		s.b = w.as(s.name)
		out = append(out, s)
	}
	add(soul{name: "applicant-640104", role: access.Applicant, unit: "640104", track: "comprehensive"}, "")
	add(soul{name: "applicant-D08", role: access.Applicant, unit: "D08", track: "single"}, "")
	add(soul{name: "assessor1", role: access.Assessor}, "")
	add(soul{name: elsewhere, role: access.Assessor}, "另一家评估机构（演练）")
	for _, role := range access.Roles() {
		if role != access.Applicant && role != access.Assessor {
			add(soul{name: "walker-" + string(role), role: role}, "")
		}
	}
	return out
}

// walk is a round through the routes.
type walk struct {
	t      *testing.T
	w      *world
	souls  []soul
	upload string

	surveys  map[string]string // of each unit, as far as the round has come
	deputies string
	tokens   map[string]string // of each soul's forms
}

func newWalk(t *testing.T, w *world, souls []soul, upload string) walk {
	t.Helper()
	k := walk{t: t, w: w, souls: souls, upload: upload, tokens: map[string]string{}}
	_, _, k.surveys = w.progress()
	_, k.deputies = w.play.DeputySurvey()
	for _, s := range souls {
		k.tokens[s.name] = csrfIn(s.b.get("/login").body)
	}
	return k
}

// all walks the routes that name an object, as far as they are chosen.
func (k walk) all(chosen func(web.Grant) bool) {
	k.t.Helper()
	before, asked := k.w.tables(k.t), 0
	for _, g := range k.w.h.grants {
		if !strings.Contains(g.Path, "/:") || g.Open || !chosen(g) {
			continue // an open route is the resident's: the link itself is the leave
		}
		for _, s := range k.souls {
			for _, o := range k.foreign(g, s) {
				asked++
				k.ask(g, s, o)
			}
		}
	}
	if asked == 0 {
		k.t.Error("nothing was asked for")
	}
	for name, was := range k.w.tables(k.t) {
		if before[name] != was {
			k.t.Errorf("table %s changed by requests for others' objects", name)
		}
	}
}

// anothers is an address of something that is not the asker's, and the same address
// of something that is not there.
type anothers struct{ theirs, nobodys string }

// foreign fills a route with objects that the asker has no part in; none where the
// route names nothing but his own.
func (k walk) foreign(g web.Grant, s soul) []anothers {
	k.t.Helper()
	granted := len(g.Roles) == 0 || slices.Contains(g.Roles, s.role) // what is for all has a test of its own: the embargo
	real, none := k.values(g.Path, s), map[string]string{":dossier": noDossier, ":exhibit": noObject, ":upload": noObject}
	switch {
	case !granted:
		return []anothers{{k.fill(g.Path, real, nil), ""}}
	case k.fill(g.Path, real, nil) == "": // names a parameter that nobody knows
	case s.role == access.Applicant && strings.Contains(g.Path, ":exhibit"), s.role == access.Applicant && strings.Contains(g.Path, ":upload"):
		return []anothers{{k.fill(g.Path, real, nil), k.fill(g.Path, real, none)}}
	case s.name == elsewhere && strings.Contains(g.Path, ":dossier"):
		return []anothers{{k.fill(g.Path, real, nil), k.fill(g.Path, real, none)}}
	case s.role == access.Assessor && strings.Contains(g.Path, ":exhibit"): // of another dossier than the one it stands under
		delete(none, ":dossier")
		return []anothers{{k.fill(g.Path, real, nil), k.fill(g.Path, real, none)}}
	}
	return nil // all of a role's accounts share what it may reach
}

// values are the objects that stand in a route's parameters for an asker.
func (k walk) values(path string, s soul) map[string]string {
	k.t.Helper()
	last := func(path string) string { return path[strings.LastIndex(path, "/")+1:] }
	out := map[string]string{
		":round": "2020", ":year": "2020", ":track": "comprehensive", ":unit": "640104", ":dossier": ownDossier, ":upload": k.upload,
		":exhibit": k.w.exhibitOf(k.t, "applicant-D08", "single"), ":id": last(k.surveys["640104"]),
	}
	if s.track != "" {
		out[":track"] = s.track
	}
	if s.unit == "D08" {
		out[":dossier"], out[":exhibit"] = thatDossier, k.w.exhibitOf(k.t, "applicant-640104", "comprehensive")
	}
	if s.name == elsewhere {
		out[":exhibit"] = k.w.exhibitOf(k.t, "applicant-640104", "comprehensive")
	}
	if strings.HasPrefix(path, "/agency/deputies") && k.deputies != "" {
		out[":id"] = last(k.deputies)
	}
	// Parts of an object above, or objects of a role's common work: whoever is not of
	// that role is refused before anything is looked up.
	for _, common := range []string{
		":act", ":batch", ":case", ":check", ":code", ":commitment", ":correction", ":digest", ":file", ":item", ":job", ":kind", ":log", ":margin", ":medium", ":message", ":name", ":naming", ":number", ":objection", ":old", ":photo", ":practice", ":problem", ":question",
		":response", ":scale", ":secret", ":serial", ":size", ":system", ":token", ":trial", ":visit",
	} {
		out[common] = "1"
	}
	return out
}

func (k walk) fill(path string, values, instead map[string]string) string {
	k.t.Helper()
	return regexp.MustCompile(`:\w+`).ReplaceAllStringFunc(path, func(name string) string {
		value, ok := values[name]
		if !ok {
			k.t.Fatalf("%s: the walk does not know the parameter %s; say in values whose it is", path, name)
		}
		if other, ok := instead[name]; ok {
			value = other
		}
		if value == "" {
			value = noObject
		}
		return value
	})
}

// exhibitOf is the first exhibit of a unit, as its own page links it.
func (w *world) exhibitOf(t *testing.T, account, track string) string {
	t.Helper()
	w.mu.Lock()
	known := w.exhibit[account]
	w.mu.Unlock()
	if known != "" {
		return known
	}
	m := regexp.MustCompile(`/exhibits/([0-9a-f-]{36})`).FindStringSubmatch(w.as(account).get("/apply/2020/" + track + "/exhibits").body)
	if m == nil {
		t.Fatalf("%s has no exhibit", account)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.exhibit == nil {
		w.exhibit = map[string]string{}
	}
	w.exhibit[account] = m[1]
	return m[1]
}

// ask asks for another's object and for none.
func (k walk) ask(g web.Grant, s soul, o anothers) {
	k.t.Helper()
	got := k.send(g.Method, o.theirs, s)
	refused := got.status == http.StatusForbidden || got.status == http.StatusNotFound || got.status == http.StatusUnauthorized
	if s.role == "" && got.status == http.StatusSeeOther && strings.HasPrefix(got.header.Get("Location"), "/login") {
		refused = true
	}
	if !refused {
		k.t.Errorf("%s %s as %q: got %d, want it refused\n%.300s", g.Method, o.theirs, s.name, got.status, got.body)
	}
	for _, secret := range []string{"兴庆区", "secret-upload", "演练佐证", "assessor2"} {
		if strings.Contains(got.body, secret) && s.unit != "640104" {
			k.t.Errorf("%s %s as %q shows %q", g.Method, o.theirs, s.name, secret)
		}
	}
	if o.nobodys == "" {
		return
	}
	none := k.send(g.Method, o.nobodys, s)
	mine, other := k.mask(got, o.theirs), k.mask(none, o.nobodys)
	if mine != other {
		k.t.Errorf("%s %s as %q is not like one that is not there:\n%s", g.Method, o.theirs, s.name, firstDifference(mine, other))
	}
}

// mask is an answer without the address that was asked for.
func (k walk) mask(r reply, path string) string {
	for _, form := range []string{path, url.QueryEscape(path)} {
		r.body = strings.ReplaceAll(r.body, form, "PATH")
	}
	return plain(r)
}

// sound is a form as its page would send it, where a route looks at the form before
// it looks for the object.
func sound(path string) url.Values {
	switch path[strings.LastIndex(path, "/")+1:] {
	case "move":
		return url.Values{"to": {"up"}}
	case "submit":
		return url.Values{"seen": {"1"}}
	}
	return url.Values{}
}

// send asks by a method, with a right form token and, for uploads, what their
// protocol wants.
func (k walk) send(method, path string, s soul) reply {
	k.t.Helper()
	if method == http.MethodGet {
		return s.b.get(path)
	}
	token := k.tokens[s.name]
	form := sound(path)
	form.Set("csrf", token)
	r := httptest.NewRequestWithContext(k.t.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Csrf-Token", token)
	r.Header.Set("Tus-Resumable", "1.0.0")
	if method == http.MethodPatch {
		r.Header.Set("Content-Type", "application/offset+octet-stream")
		r.Header.Set("Upload-Offset", "0")
	}
	return s.b.do(r)
}

// tables are digests of all tables of both halves but the trail, who is signed
// in and the figures of all tables, by name.
func (w *world) tables(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	inHalves(t, w.dir, func(conn *sql.Conn, half string) {
		for _, table := range linesOf(t, conn, `SELECT name FROM `+half+`.sqlite_master WHERE type = 'table'`) {
			name := strings.TrimSpace(table)
			if name == "trail" || name == "session" || name == "content" || name == "stand" || strings.HasPrefix(name, "sqlite_") || strings.Contains(name, "version") {
				continue
			}
			rows := linesOf(t, conn, fmt.Sprintf(`SELECT * FROM %s.%q`, half, name))
			slices.Sort(rows)
			sum := sha256.Sum256([]byte(strings.Join(rows, "\n")))
			out[half+"."+name] = hex.EncodeToString(sum[:])
		}
	})
	const least = 30
	if len(out) < least {
		t.Fatalf("got %d tables: %v", len(out), slices.Collect(maps.Keys(out)))
	}
	return out
}

// linesOf writes each row of a query as one line.
func linesOf(t *testing.T, conn *sql.Conn, query string) (out []string) {
	t.Helper()
	rows, err := conn.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			to[i] = &cells[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		line := ""
		for _, c := range cells {
			line += fmt.Sprintf("%v ", c)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
