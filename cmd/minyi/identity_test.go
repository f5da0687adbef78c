package main

import (
	"bytes"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"minyi/indicators/access"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/store"
)

// houseOf is newHouse with settings of one's own.
func houseOf(t *testing.T, cfg config, secure bool) *house {
	t.Helper()
	dir := t.TempDir()
	dbtest.Place(t, "programme", filepath.Join(dir, programmeFile), store.Open)
	dbtest.Place(t, "survey", filepath.Join(dir, surveyFile), openSurveyHalf)
	h, err := build(t.Context(), setup{config: cfg, dir: dir, now: testNow, log: slog.New(slog.DiscardHandler), secure: secure})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *house) hire(t *testing.T, name string, role access.Role) {
	t.Helper()
	if _, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: name, Role: role, Password: testPassword}); err != nil {
		t.Fatal(err)
	}
}

// submit posts a form of a page.
func (b *browser) submit(page, path string, form url.Values) reply {
	b.t.Helper()
	form.Set("csrf", csrfIn(b.get(page).body))
	return b.post(path, form)
}

func (b *browser) leads(got reply, to string) {
	b.t.Helper()
	if at := got.header.Get("Location"); got.status != http.StatusSeeOther || at != to {
		b.t.Fatalf("got %d to %q, want to be led to %q\n%s", got.status, at, to, got.body)
	}
}

// appCode is what an authenticator app shows that was given the seed on the page.
func appCode(t *testing.T, page string, later time.Duration) string {
	t.Helper()
	m := regexp.MustCompile(`<p class="hash"><strong>([A-Z2-7 ]+)</strong>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no seed on the page\n%s", page)
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(m[1], " ", ""), time.Now().Add(later))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestS06StaffSetUpASecondFactorAtTheFirstSignInAndNeedItEverAfter goes the whole way
// without a script, from the one-time password to the second sign-in.
func TestS06StaffSetUpASecondFactorAtTheFirstSignInAndNeedItEverAfter(t *testing.T) {
	t.Parallel()
	h := houseOf(t, config{base: "https://minyi.example", factor: string(access.DemandStaff)}, false)
	first, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: "li", Role: access.Office})
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, h)
	b.leads(b.submit("/login", "/login", url.Values{"name": {"li"}, "password": {first}}), "/office")
	for _, path := range []string{"/office", "/account", "/inbox", "/account/app"} {
		b.leads(b.get(path), "/password") // S02: nothing but the change
	}
	b.leads(b.submit("/password", "/password", url.Values{"old": {first}, "new": {testPassword}, "again": {testPassword}}), "/login?done=password")
	b.leads(b.submit("/login", "/login", url.Values{"name": {"li"}, "password": {testPassword}}), "/office")
	for _, path := range []string{"/office", "/inbox", "/office/trail"} {
		b.leads(b.get(path), "/account")
	}
	b.leads(b.submit("/account", "/account/app", url.Values{}), "/account/app")
	page := b.get("/account/app").body
	if !strings.Contains(page, "<path d=") {
		t.Error("no QR code is drawn")
	}
	got := b.submit("/account/app", "/account/app/confirm", url.Values{"code": {appCode(t, page, 0)}})
	codes := regexp.MustCompile(`<li>([0-9a-z-]{34})</li>`).FindAllStringSubmatch(got.body, -1)
	if got.status != http.StatusOK || len(codes) != 10 {
		t.Fatalf("got %d with %d recovery codes\n%s", got.status, len(codes), got.body)
	}
	if home := b.get("/office"); home.status != http.StatusOK {
		t.Errorf("after setting up: got %d", home.status)
	}
	again := newBrowser(t, h)
	again.leads(again.submit("/login", "/login", url.Values{"name": {"li"}, "password": {testPassword}, "next": {"/office/trail"}}), "/login/factor?next=%2Foffice%2Ftrail")
	again.leads(again.get("/office"), "/login?next=%2Foffice")
	wrong := again.submit("/login/factor", "/login/factor", url.Values{"code": {"not one"}, "next": {"/office/trail"}})
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, "验证码不对") {
		t.Errorf("a wrong code: got %d\n%s", wrong.status, wrong.body)
	}
	again.leads(again.submit("/login/factor", "/login/factor", url.Values{"code": {appCode(t, page, 30*time.Second)}, "next": {"/office/trail"}}), "/office/trail")
	lost := newBrowser(t, h)
	lost.leads(lost.submit("/login", "/login", url.Values{"name": {"li"}, "password": {testPassword}}), "/login/factor")
	lost.leads(lost.submit("/login/factor", "/login/factor", url.Values{"code": {codes[4][1]}}), "/office")
	list := lost.get("/account").body
	if n := strings.Count(list, `name="session"`); n != 2 || !strings.Contains(list, "还剩 9 个") {
		t.Errorf("got %d other sessions to end\n%s", n, list)
	}
	lost.leads(lost.submit("/account", "/account/sessions", url.Values{}), "/account?done=sessions")
	for _, other := range []*browser{b, again} {
		other.leads(other.get("/office"), "/login?next=%2Foffice")
	}
}

func TestTheDemoAsksForNoSecondFactorAndServeDoes(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]access.Demand{"": access.DemandNone, "off": access.DemandNone, "staff": access.DemandStaff, "all": access.DemandAll} {
		if got, err := (&config{factor: set}).demand(); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", set, got, err, want)
		}
	}
	if _, err := (&config{factor: "some"}).demand(); err == nil {
		t.Error("an unknown demand is taken")
	}
	if f := serveCommand().Flags().Lookup("second-factor"); f.DefValue != string(access.DemandStaff) {
		t.Errorf("serve demands %q unless told, want staff", f.DefValue)
	}
	if f := demoCommand().Flags().Lookup("second-factor"); f != nil {
		t.Error("the demo has a setting for it")
	}
}

// TestS07EveryCookieIsGuarded reads every Set-Cookie of signing in, with TLS and
// without, and brings cookies that the client chose.
func TestS07EveryCookieIsGuarded(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{true, false} {
		h := houseOf(t, config{base: "https://minyi.example"}, secure)
		h.hire(t, "li", access.Office)
		names := map[string]*http.Cookie{"session": {Name: "minyi_session"}, "form": {Name: "minyi_form"}}
		if secure {
			names = map[string]*http.Cookie{"session": {Name: "__Host-minyi"}, "form": {Name: "__Host-minyi-form"}}
		}
		const chosen = "chosen-by-a-stranger"
		jar := map[string]string{names["session"].Name: chosen}
		ask := func(method, path string, form url.Values) string {
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
			r.Host = "minyi.example"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for name, value := range jar {
				r.AddCookie(&http.Cookie{Name: name, Value: value})
			}
			res, err := h.app.Test(r, -1)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			for _, c := range res.Cookies() {
				jar[c.Name] = c.Value
				strict := c.Name != "minyi_lang" // which says nothing of anybody
				if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != secure ||
					strict && strings.HasPrefix(c.Name, "__Host-") != secure {
					t.Errorf("TLS %t: %s is not guarded: %s", secure, c.Name, c.Raw)
				}
			}
			body := new(strings.Builder)
			_ = res.Write(body)
			return body.String()
		}
		token := csrfIn(ask(http.MethodGet, "/login?lang=en", nil))
		if jar[names["form"].Name] == "" {
			t.Fatalf("TLS %t: got %v, want a cookie for the form", secure, slices.Collect(maps.Keys(jar)))
		}
		ask(http.MethodPost, "/login", url.Values{"csrf": {token}, "name": {"li"}, "password": {testPassword}})
		old := jar[names["session"].Name]
		if old == chosen || len(old) < 22 {
			t.Errorf("TLS %t: the session's secret is %q", secure, old)
		}
		token = csrfIn(ask(http.MethodGet, "/login", nil))
		ask(http.MethodPost, "/login", url.Values{"csrf": {token}, "name": {"li"}, "password": {testPassword}})
		fresh := jar[names["session"].Name]
		if jar[names["session"].Name] = old; fresh == old || strings.Contains(ask(http.MethodGet, "/office", nil), "200 OK") {
			t.Errorf("TLS %t: the former session lives on", secure)
		}
	}
}

// TestS09ReadingChangesNothing asks for every page as somebody who may, and compares
// all tables but the trail, which notes readings, and the sessions, which note that
// somebody is there.
func TestS09ReadingChangesNothing(t *testing.T) {
	t.Parallel()
	h, people := walkers(t)
	files := &world{dir: h.dir}
	before, asked := files.tables(t), 0
	for _, g := range h.grants {
		role := access.Role("")
		if len(g.Roles) > 0 {
			role = g.Roles[0]
		}
		if g.Method == http.MethodGet {
			people[role].get(sample(g.Path))
			asked++
		}
	}
	if asked < 100 {
		t.Fatalf("asked for %d pages only", asked)
	}
	for table, digest := range files.tables(t) {
		if before[table] != digest {
			t.Errorf("%s was changed by reading", table)
		}
	}
}

// TestAccountCommandsWorkOneAfterTheOther runs them on a new folder, as who installs
// the service does.
func TestAccountCommandsWorkOneAfterTheOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(args ...string) (string, error) {
		cmd := accountCommand()
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		cmd.SilenceUsage, cmd.SilenceErrors = true, true
		cmd.PersistentFlags().String("lang", "", "")
		cmd.SetArgs(append(args, "--data", dir, "--lang", "zh"))
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	for _, c := range []struct{ args, want, fails string }{
		{"add li --role office", "-", ""},
		{"add ma --role secadmin", "-", ""},
		{"add LI --role office", "", "已经有人用了"},
		{"add wu --role king", "", "没有这个角色"},
		{"list", "li  office", ""},
		{"disable li", "账号“li”已停用", ""},
		{"list", "disabled", ""},
		{"enable li", "账号“li”已恢复", ""},
		{"reset li", "-", ""},
		{"reset nobody", "", "没有这个账号"},
		{"unlock li --reason lost", "已解除", ""},
		{"key exchange --role office --days 30", "", ""},
		{"key other --role office --days 0", "", "1到1100天"},
		{"keys", "exchange  office", ""},
		{"key-end exchange", "密钥“exchange”已停用", ""},
		{"keys", "ended", ""},
		{"key-end exchange", "", "没有这个密钥"},
	} {
		out, err := run(strings.Fields(c.args)...)
		if c.fails == "" && err != nil || c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)) || !strings.Contains(out, c.want) {
			t.Errorf("account %s: got %q, %v, want %q, %q", c.args, out, err, c.want, c.fails)
		}
	}
}
