package main

import (
	"errors"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/cmd/internal/rehearsal"
	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/roster"
	"minyi/web"
)

// otherResults makes a world in which every resident answers the opposite and
// the second assessor of every dossier gives a twentieth less; nothing else is
// different.
func otherResults() swap {
	sheets := map[string]int{}
	return func(path string, form url.Values) bool {
		switch {
		case strings.HasPrefix(path, "/q/"):
			for name := range form {
				point, err := strconv.Atoi(form.Get(name))
				if (strings.HasPrefix(name, "q") || strings.HasPrefix(name, "d0")) && err == nil && point <= 5 {
					form.Set(name, itoa(6-point))
				}
			}
			return true
		case strings.HasSuffix(path, "/sheet"):
			sheets[path]++
			if sheets[path] != 2 {
				return false
			}
			for name := range form {
				if m, err := indicators.ParseMark(form.Get(name)); strings.HasPrefix(name, "mark-") && err == nil {
					form.Set(name, (m * 19 / 20).String())
				}
			}
			return true
		}
		return false
	}
}

// lone is an assessor without an assignment.
const lone = "assessor-without-work"

// TestC29AndC97BeforeTheNoticeNobodyOutsideSeesAResult plays two worlds that differ in
// answers and marks alone. Until the notice, whoever is not entitled to results
// gets the same bytes in both from every page: applicants, the public, and the
// roles without a part in the results, among them an assessor, who must not see
// what residents, deputies or the other assessor think (C29, C96, C97, S16). Whoever
// may read results leaves an entry each time.
func TestC29AndC97BeforeTheNoticeNobodyOutsideSeesAResult(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round twice")
	}
	t.Parallel()
	start := moment(time.August, 27, 9)
	w := openCast(t, t.TempDir(), moment(time.July, 20, 9), nil, embargoed())
	w.until(start)
	outside := w.outsiders()
	second := w.copied()
	work := [2]*dbtest.Faults{dbtest.NewFaults(t, w.dir), dbtest.NewFaults(t, second)}
	one, two := w.reopened(nil), w.beside(t, second, start, 0, otherResults())
	bare := one.untrailed()
	for _, at := range []time.Time{moment(time.October, 9, 12), moment(time.October, 31, 12)} {
		for _, world := range []*world{one, two} {
			world.until(at)
			world.logged()
		}
		compare(t, one, two, outside, work)
		strangersLookLikeNobody(t, one, outside)
	}
	everyReadingIsLogged(t, one)
	one.until(moment(time.November, 2, 9))
	two.until(moment(time.November, 2, 9))
	a, b := one.public().marks["Satisfaction survey"], two.public().marks["Satisfaction survey"]
	for unit := range a {
		if b[unit] != "" && a[unit] == b[unit] {
			t.Errorf("%s: got %s published in both worlds, want two figures: the worlds differ in every answer", unit, a[unit])
		}
	}
	if len(a) == 0 || len(b) == 0 {
		t.Error("nothing is published with the notice")
	}
	if wrong, err := one.h.examineLogs(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("logs: got %v, %v, want nothing wrong", wrong, err)
	}
	everyChangeIsLogged(t, bare())
	handedSheetIsInTheLog(t, one, outside["assessor1"].in(one))
}

// embargoed is who plays: of each kind and track some, which is all that the pages
// tell apart.
func embargoed() rehearsal.Config {
	return rehearsal.Config{Residents: worldResidents, Units: []roster.UnitCode{"640100", "640104", "640181", "640423", "D08", "D13", "D15"}}
}

// logged gives the public logs what is due by the clock.
func (w *world) logged() {
	w.t.Helper()
	if err := errors.Join(w.h.events.Tend(w.t.Context()), w.h.logs.Tend(w.t.Context())); err != nil {
		w.t.Fatal(err)
	}
}

// handedSheetIsInTheLog takes the receipt of an assessor's own sheet, which holds the
// sheet whole, and finds it in the public log without signing in (C28, C96).
func handedSheetIsInTheLog(t *testing.T, w *world, b *browser) {
	t.Helper()
	receipt := b.get("/evaluate/2020-640104-comprehensive/receipt.json")
	if receipt.status != http.StatusOK || !strings.Contains(receipt.body, `\"verdicts\"`) || !strings.Contains(receipt.body, `"sheet.submit"`) {
		t.Fatalf("receipt of the sheet: %d\n%.500s", receipt.status, receipt.body)
	}
	w.logged()
	public := w.as("")
	got := public.post("/events", url.Values{"csrf": {csrfIn(public.get("/events").body)}, "receipt": {receipt.body}})
	if !strings.Contains(got.body, "event-found") || !strings.Contains(got.body, "一字不差") {
		t.Errorf("the sheet's receipt: %d\n%.2000s", got.status, got.body)
	}
}

// asked are the ways in which somebody asks for a path: as it stands, and for whom
// everything is asked also in another order, by a word, and page by page.
func asked(name, path string) []string {
	if name != "" && name != "applicant-640104" {
		return []string{path}
	}
	return []string{path, path + "?q=640104&search=a&sort=mark&order=desc&by=score&page=2&from=1&until=9&lang=en"}
}

// chanceOnly hides what is a digest over random bytes and shows nothing to who does
// not hold them: the roots, leaves and signatures of the public logs. How many there
// are, and when they came, stays. On the own page of an account it hides what the
// wall clock and this test's own signing in decide.
func chanceOnly(route, page string) string {
	switch {
	case strings.HasPrefix(route, "/ledger"), strings.HasPrefix(route, "/events"), strings.HasSuffix(route, "/receipt.json"):
		page = html.UnescapeString(page)
		page = regexp.MustCompile(`[0-9a-f]{12,}`).ReplaceAllString(page, "DIGEST")
		page = regexp.MustCompile(`[A-Za-z0-9+/]{43,}={0,2}`).ReplaceAllString(page, "BYTES")
		return regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{10}\b`).ReplaceAllString(page, "CODE")
	case strings.HasPrefix(route, "/account"):
		return regexp.MustCompile(`(?s)<table.*?</table>`).ReplaceAllString(page, "SESSIONS")
	case strings.HasPrefix(route, "/me"):
		page = regexp.MustCompile(`(?s)\{[^{}]*"seen"[^{}]*\}`).ReplaceAllString(page, "SESSION")
		page = regexp.MustCompile(`SESSION[\s,SEION]*`).ReplaceAllString(page, "SESSIONS")
		page = regexp.MustCompile(`"trail": [0-9]+`).ReplaceAllString(page, "TRAIL") // how often it signed in, among other acts
		return regexp.MustCompile(`<dd>[0-9]+</dd>`).ReplaceAllString(page, "<dd>N</dd>")
	}
	return page
}

// outsiders are browsers of everybody who may not see a result, signed in before
// the worlds part, so that their cookies are good in both.
func (w *world) outsiders() map[string]*browser {
	w.t.Helper()
	fresh := access.New{Name: lone, Role: access.Assessor, Institution: "第三方评估机构（演练）", Password: testPassword}
	if _, err := w.h.access.Add(w.t.Context(), access.Command("test"), fresh); err != nil {
		w.t.Fatal(err)
	}
	out := map[string]*browser{"": w.as(""), lone: w.as(lone)}
	for _, a := range rehearsal.Roles() {
		insiders := []access.Role{access.Office, access.Agency, access.Assessor}
		applicants := []string{"applicant-640104", "applicant-640423", "applicant-D08", "applicant-D13"} // of each kind and track: one page serves all
		if !slices.Contains(insiders, access.Role(a.Role)) && (access.Role(a.Role) != access.Applicant || slices.Contains(applicants, a.Name)) {
			out[a.Name] = w.as(a.Name)
		}
	}
	out["assessor1"] = w.as("assessor1")
	return out
}

// ids are real values of the routes' parameters in one world, in an order that
// is the same in every world.
func (w *world) ids() map[string][]string {
	w.t.Helper()
	links, posters, surveys := w.progress()
	ids := map[string][]string{
		":visit": {"2020-640104-comprehensive", "none"}, ":photo": {"none"}, ":round": {"2020"}, ":year": {"2020"}, ":track": {"comprehensive", "single"}, ":name": {"none"},
		":log": {"events", "none"}, ":size": {"64"}, ":old": {"1"}, ":commitment": {strings.Repeat("0", 64)},
		":unit": {"640104", "D08"}, ":dossier": {"2020-640104-comprehensive", "2020-D08-single", "none"},
		":exhibit": append(w.exhibits("applicant-640104", "comprehensive"), "none"),
		":token":   {posters[0].token(), "0123456789ABCDEFGHJKMNPQRS"},
	}
	ids[":digest"] = []string{w.seal("applicant-640104", "comprehensive"), "none"}
	spent := slices.IndexFunc(links, func(l handedOut) bool { return l.Wave == 0 })
	unspent := slices.IndexFunc(links, func(l handedOut) bool { return l.Wave < 0 })
	ids[":token"] = append(ids[":token"], links[spent].token(), links[unspent].token())
	for _, unit := range []string{"640104", "D08"} {
		path := surveys[unit]
		ids[":id"] = append(ids[":id"], path[strings.LastIndex(path, "/")+1:])
	}
	return ids
}

// exhibits are the first two of a unit's exhibits, as its own page links them.
func (w *world) exhibits(account, track string) []string {
	w.t.Helper()
	page := w.as(account).get("/apply/2020/" + track + "/exhibits").body
	var out []string
	for _, m := range regexp.MustCompile(`/exhibits/([0-9a-f-]{36})"`).FindAllStringSubmatch(page, 2) {
		out = append(out, m[1])
	}
	if len(out) != 2 {
		w.t.Fatalf("got %d exhibits of %s", len(out), account)
	}
	return out
}

// seal is the digest of a unit's latest seal, as its own page shows it.
func (w *world) seal(account, track string) string {
	w.t.Helper()
	m := regexp.MustCompile(`id="receipt-digest">([0-9a-f]{64})<`).FindStringSubmatch(w.as(account).get("/apply/2020/" + track + "/seal").body)
	if m == nil {
		w.t.Fatalf("no seal of %s", account)
	}
	return m[1]
}

// paths fills a route with the ids in every way; a parameter without any names
// nothing.
func paths(route string, ids map[string][]string) []string {
	name := regexp.MustCompile(`:\w+`).FindString(route)
	if name == "" {
		return []string{route}
	}
	known := ids[name]
	if len(known) == 0 {
		known = []string{"none"}
	}
	var out []string
	for _, id := range known {
		out = append(out, paths(strings.Replace(route, name, id, 1), ids)...)
	}
	return out
}

// plain takes out of an answer what chance alone decides: ids, form tokens, serials of
// copies and the tickets of residents' forms; and the addresses of signed opinions, which are
// digests over both sheets of the institution whose lead has signed them.
func plain(r reply) string {
	all := itoa(r.status) + " " + r.header.Get("Location") + "\n"
	for _, name := range []string{"Content-Type", "Content-Disposition", "Etag", "Last-Modified", "Cache-Control", "Retry-After"} {
		all += name + ": " + r.header.Get(name) + "\n"
	}
	all += r.body
	all = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`).ReplaceAllString(all, "ID")
	all = regexp.MustCompile(`/evaluate/opinions/[0-9a-f]{64}`).ReplaceAllString(all, "OPINION")
	all = regexp.MustCompile(`E-[0-9A-HJKMNP-TV-Z]{10}`).ReplaceAllString(all, "COPY")
	return regexp.MustCompile(`name="(csrf|_form)" value="[^"]*"`).ReplaceAllString(all, `name="$1"`)
}

// compare asks for every page in both worlds: the same bytes, as many of them, and the
// same work, which is what the time of an answer follows.
func compare(t *testing.T, one, two *world, outside map[string]*browser, work [2]*dbtest.Faults) {
	t.Helper()
	first, second := one.ids(), two.ids()
	count := 0
	for _, g := range one.h.grants {
		if g.Method != http.MethodGet {
			continue
		}
		here, there := paths(g.Path, first), paths(g.Path, second)
		for name, b := range outside {
			if entitled(name, g.Path) || !curious(name, g) {
				continue
			}
			for i := range here {
				for j, path := range asked(name, here[i]) {
					x, y := sameWork(t, g.Path, name, work, func() reply { return b.in(one).get(path) }, func() reply { return b.in(two).get(asked(name, there[i])[j]) })
					count++
					if x.status >= http.StatusInternalServerError {
						t.Errorf("GET %s as %q: %d", path, name, x.status)
					}
					if a, b := own(name, g.Path, chanceOnly(g.Path, plain(x))), own(name, g.Path, chanceOnly(g.Path, plain(y))); a != b {
						t.Errorf("%s: GET %s as %q tells the worlds apart:\n%s", one.clock.Now(), path, name, firstDifference(a, b))
					}
					if !strings.HasPrefix(x.header.Get("Content-Type"), "application/pdf") { // its bytes are no words
						noSample(t, here[i], name, x.body)
					}
				}
			}
		}
	}
	const least = 500
	if count < least {
		t.Errorf("only %d requests were compared", count)
	}
}

// sameWork gets a page in both worlds and demands the same work for it (S16): the same
// statements over the same tables and columns in the same order, the same heads, and as
// many bytes where chance does not make some longer. A stopwatch would judge the machine;
// this judges what it has to do. Work beside a request, such as a session that is seen
// again after a minute, does not come three times in a row.
func sameWork(t *testing.T, route, name string, work [2]*dbtest.Faults, here, there func() reply) (x, y reply) {
	t.Helper()
	const tries = 3
	what := ""
	for range tries {
		one := work[0].Watch(func() { x = here() })
		two := work[1].Watch(func() { y = there() })
		if what = workApart(route, one, two, x, y); what == "" || entitled(name, route) {
			return x, y
		}
	}
	t.Errorf("GET %s as %q is more work in one of the worlds: %s", route, name, what)
	return x, y
}

// workApart says in what two answers differ beside their words; empty for nothing.
func workApart(route string, one, two []string, x, y reply) string {
	if !slices.Equal(one, two) {
		return firstDifference(strings.Join(one, "\n"), strings.Join(two, "\n"))
	}
	if a, b := heads(x), heads(y); !slices.Equal(a, b) {
		return "heads " + strings.Join(a, ", ") + " and " + strings.Join(b, ", ")
	}
	chance := strings.HasPrefix(route, "/ledger") || strings.HasPrefix(route, "/events") || strings.HasPrefix(route, "/account") || strings.HasPrefix(route, "/me") || strings.HasSuffix(route, ".json")
	if !chance && len(x.body) != len(y.body) {
		return itoa(len(x.body)) + " and " + itoa(len(y.body)) + " bytes"
	}
	return ""
}

// heads are the names of an answer's heads, sorted.
func heads(r reply) []string { return slices.Sorted(maps.Keys(r.header)) }

// curious reports whether somebody is worth asking for a route: whoever may open it,
// and for all that nobody but others may open the public and one applicant; that the
// rest are refused alike is the walk's to show (S10).
func curious(name string, g web.Grant) bool {
	if len(g.Roles) == 0 || name == "" || name == "applicant-640104" {
		return true
	}
	role := access.Assessor // the lone one has no part in the rehearsal
	for _, a := range rehearsal.Roles() {
		if a.Name == name {
			role = access.Role(a.Role)
		}
	}
	return slices.Contains(g.Roles, role)
}

// entitled names the pages of outsiders that may show results before the notice: the
// auditor reads the trail, and a team sees the assessors' marks at the visits that it
// makes (C33), which say what to look at.
func entitled(name, route string) bool {
	return name == "auditor1" && route == "/office/trail" || name == "inspector1" && (strings.HasPrefix(route, "/verify") || route == "/me/data.json")
}

// own takes out of a team's inbox which units it visits: a member is told where to go,
// as its list under /verify says, and nothing else of it may depend on results. How
// many visits there are, when, and in which order of days is the same in both worlds.
func own(name, route, page string) string {
	if name != "inspector1" || route != "/inbox" {
		return page
	}
	page = regexp.MustCompile(`实地核查：[^，<]+，`).ReplaceAllString(page, "实地核查：UNIT，")
	return regexp.MustCompile(`参加对 [^（<]+ 的实地核查`).ReplaceAllString(page, "参加对 UNIT 的实地核查")
}

// noSample looks for what tells who was drawn: a committee's code, or a link
// that is not the one asked for.
func noSample(t *testing.T, path, name, body string) {
	t.Helper()
	if m := regexp.MustCompile(`\d{6}[CV]\d{3}`).FindString(body); m != "" {
		t.Errorf("GET %s as %q names the committee %s (C97)", path, name, m)
	}
	for _, m := range regexp.MustCompile(`/[qQ]/[0-9A-Za-z-]+`).FindAllString(body, -1) {
		if !strings.HasSuffix(strings.ToLower(strings.TrimRight(path, "/")), strings.ToLower(m)) { // /call/q/ ends so too
			t.Errorf("GET %s as %q shows a resident's link (C97)", path, name)
		}
	}
}

// strangersLookLikeNobody asks for objects of others and for such that do not
// exist: the answers are the same bytes (S11).
func strangersLookLikeNobody(t *testing.T, w *world, outside map[string]*browser) {
	t.Helper()
	_, _, surveys := w.progress()
	foreign := w.exhibits("applicant-640104", "comprehensive")[0]
	const none = "01a205b5-0000-7000-8000-000000000000"
	for _, row := range []struct{ who, theirs, nobodys string }{
		{"applicant-D13", "/apply/2020/comprehensive/exhibits/" + foreign, "/apply/2020/comprehensive/exhibits/" + none},
		{"applicant-640423", "/apply/2020/comprehensive", "/apply/2019/comprehensive"},
		{lone, "/evaluate/2020-640104-comprehensive", "/evaluate/2020-640105-comprehensive"},
		{lone, "/evaluate/2020-640104-comprehensive/exhibits/" + foreign, "/evaluate/2020-640105-comprehensive/exhibits/" + none},
		{"assessor1", "/evaluate/2020-D08-single/exhibits/" + foreign, "/evaluate/2020-D08-single/exhibits/" + none},
		{"applicant-640104", surveys["640104"] + "/release.json", "/agency/surveys/" + none + "/release.json"},
		{"", surveys["640104"] + "/links.csv", "/agency/surveys/" + none + "/links.csv"},
		{"inspector1", "/verify/2020-640105-single", "/verify/2020-000000-single"},
	} {
		b := outside[row.who].in(w)
		x, y := b.get(row.theirs), b.get(row.nobodys)
		a, c := strings.ReplaceAll(plain(x), row.theirs, "PATH"), strings.ReplaceAll(plain(y), row.nobodys, "PATH")
		if x.status == http.StatusOK || maskPath(a) != maskPath(c) {
			t.Errorf("%q: another's object %s is not like none (S11): %d and %d\n%s", row.who, row.theirs, x.status, y.status, firstDifference(a, c))
		}
	}
}

// maskPath hides the path that a page repeats in its own links.
func maskPath(page string) string {
	return regexp.MustCompile(`(%2F|/)(agency|evaluate|verify)(%2F|/)[^"]*`).ReplaceAllString(page, "PATH")
}

// firstDifference shows where two pages part.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "- " + clip(x[i], y[i]) + "\n+ " + clip(y[i], x[i])
		}
	}
	return "one is longer: " + itoa(len(x)) + " and " + itoa(len(y)) + " lines"
}

func clip(line, other string) string {
	at := 0
	for at < min(len(line), len(other)) && line[at] == other[at] {
		at++
	}
	const around = 150
	return line[max(0, at-around):min(len(line), at+around)]
}
