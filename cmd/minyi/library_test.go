package main

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"minyi/indicators/access"
)

// bench is the workbench of one person of the agency.
type bench struct {
	*browser
	home string
}

// drafted is a copy of the built-in questionnaire and two people of the agency.
func drafted(t *testing.T) (first, second *bench) {
	t.Helper()
	h := newHouse(t)
	for _, name := range []string{"li", "ma"} {
		if _, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: name, Role: access.Agency, Person: name, Password: testPassword}); err != nil {
			t.Fatal(err)
		}
	}
	first, second = &bench{browser: newBrowser(t, h)}, &bench{browser: newBrowser(t, h)}
	first.signIn("li")
	second.signIn("ma")
	got := first.send("/agency/questionnaires", "/agency/questionnaires", url.Values{"name": {"试卷"}, "from": {""}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("make: got %d\n%s", got.status, got.body)
	}
	first.home, _, _ = strings.Cut(got.header.Get("Location"), "?")
	second.home = first.home
	return first, second
}

// send posts a form with the token of a page.
func (d *bench) send(page, path string, form url.Values) reply {
	d.t.Helper()
	form.Set("csrf", csrfIn(d.get(page).body))
	return d.post(path, form)
}

// fields are what a page's form holds, as a browser would send it.
func (d *bench) fields(page string) url.Values {
	d.t.Helper()
	body := d.get(page).body
	_, body, _ = strings.Cut(body, `data-edit`)
	body, _, _ = strings.Cut(body, `</form>`)
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input[^>]*name="([^"]+)"[^>]*>`).FindAllStringSubmatch(body, -1) {
		tag := m[0]
		if strings.Contains(tag, `type="checkbox"`) && !strings.Contains(tag, " checked") {
			continue
		}
		value := ""
		if v := regexp.MustCompile(`value="([^"]*)"`).FindStringSubmatch(tag); v != nil {
			value = v[1]
		}
		out.Set(m[1], unescape(value))
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(body, -1) {
		out.Set(m[1], unescape(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(body, -1) {
		if v := regexp.MustCompile(`<option(?: value="([^"]*)")? selected>([^<]*)`).FindStringSubmatch(m[2]); v != nil {
			out.Set(m[1], v[1])
			if !strings.Contains(v[0], "value=") {
				out.Set(m[1], v[2])
			}
		} else {
			out.Set(m[1], "")
		}
	}
	return out
}

func unescape(s string) string {
	return strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&").Replace(s)
}

func TestLibrarySecondEditorIsToldAndLosesNothing(t *testing.T) {
	t.Parallel()
	li, ma := drafted(t)
	page := li.home + "/questions/q02"
	typed := li.fields(page)
	other := ma.fields(page)
	other.Set("zh", "马先改了这道题？")
	if got := ma.post(page, other); got.status != http.StatusSeeOther {
		t.Fatalf("the first save: got %d\n%s", got.status, got.body)
	}
	typed.Set("zh", "李后改了这道题？")
	got := li.post(page, typed)
	if got.status != http.StatusConflict {
		t.Fatalf("the second save: got %d, want 409", got.status)
	}
	for _, want := range []string{"李后改了这道题？", "马先改了这道题？", "ma 在您编辑时保存了修改"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the answer does not show %q", want)
		}
	}
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(got.body)
	typed.Set("version", version[1])
	if got := li.post(page, typed); got.status != http.StatusSeeOther {
		t.Errorf("saved again after comparing: got %d", got.status)
	}
	if got := li.get(page).body; !strings.Contains(got, "李后改了这道题？") {
		t.Error("what was saved again is not there")
	}
}

func TestLibraryEveryQuestionIsSavedAsItWas(t *testing.T) {
	t.Parallel()
	li, _ := drafted(t)
	before := li.get(li.home + "/export/draft.json").body
	for _, id := range []string{"consent", "s1", "s2", "s4", "q01", "q05", "b3", "i1", "o1"} {
		page := li.home + "/questions/" + id
		form := li.fields(page)
		form.Set("do", "save")
		if got := li.post(page, form); got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d\n%.600s", id, got.status, got.body)
		}
	}
	page := li.home + "/scales/satisfaction5"
	if got := li.post(page, li.fields(page)); got.status != http.StatusSeeOther {
		t.Errorf("scale: got %d", got.status)
	}
	if got := li.post(li.home+"/texts", li.fields(li.home+"/texts")); got.status != http.StatusSeeOther {
		t.Errorf("texts: got %d", got.status)
	}
	after := li.get(li.home + "/export/draft.json").body
	if before != after {
		a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				t.Fatalf("saving without a change changed line %d: %q to %q", i, strings.Join(a[max(0, i-4):i+1], "\n"), b[i])
			}
		}
		t.Fatal("saving without a change changed the length")
	}
}

func TestLibraryButtonsOfTheEditorKeepWhatIsTyped(t *testing.T) {
	t.Parallel()
	li, _ := drafted(t)
	page := li.home + "/questions/b1"
	form := li.fields(page)
	form.Set("zh", "刚打的字？")
	form.Set("do", "option")
	if got := li.post(page, form); got.status != http.StatusSeeOther {
		t.Fatalf("add an option: got %d", got.status)
	}
	form = li.fields(page)
	if form.Get("zh") != "刚打的字？" || form.Get("options") != "4" {
		t.Fatalf("after the button: %q, %s options", form.Get("zh"), form.Get("options"))
	}
	form.Set("do", "up:option:3")
	form.Set("o3_code", "other")
	li.post(page, form)
	if form = li.fields(page); form.Get("o2_code") != "other" {
		t.Errorf("moved up: got %q", form.Get("o2_code"))
	}
	form.Set("do", "remove:option:2")
	li.post(page, form)
	if form = li.fields(page); form.Get("options") != "3" || form.Get("o2_code") == "other" {
		t.Errorf("removed: %s options, the third %q", form.Get("options"), form.Get("o2_code"))
	}
	form.Set("type", "number")
	li.post(page, form)
	form = li.fields(page)
	if _, ok := form["min"]; !ok || form.Get("was") != "number" {
		t.Error("a number has no field for its bounds")
	}
}

func TestLibraryQuestionsAreAddedMovedAndRemoved(t *testing.T) {
	t.Parallel()
	li, _ := drafted(t)
	version := func() string {
		return regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(li.get(li.home).body)[1]
	}
	do := func(what string) reply {
		return li.send(li.home, li.home+"/arrange", url.Values{"do": {what}, "version": {version()}})
	}
	got := do("add:background")
	if want := li.home + "/questions/b01?done=paper.save"; got.header.Get("Location") != want {
		t.Errorf("added: got %d to %s, want %s", got.status, got.header.Get("Location"), want)
	}
	if page := li.get(li.home).body; !strings.Contains(page, `href="`+li.home+`/questions/b01"`) || !strings.Contains(page, "缺中文或英文") {
		t.Error("the new question is not listed with what it lacks")
	}
	do("up:b01")
	page := li.get(li.home).body
	if strings.Index(page, `id="b01"`) > strings.Index(page, `id="b3"`) {
		t.Error("the question was not moved up")
	}
	do("remove:b01")
	if page := li.get(li.home).body; strings.Contains(page, `id="b01"`) || !strings.Contains(page, "检查通过") {
		t.Error("the question is not removed")
	}
	if got := li.send(li.home, li.home+"/arrange", url.Values{"do": {"remove:b1"}, "version": {"1"}}); got.status != http.StatusConflict {
		t.Errorf("an old version: got %d, want 409", got.status)
	}
}

// upload sends a file as the import takes it.
func (d *bench) upload(name string, data []byte) reply {
	d.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, value := range map[string]string{"csrf": csrfIn(d.get("/agency/questionnaires").body), "name": "导入的"} {
		if err := w.WriteField(field, value); err != nil {
			d.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		d.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		d.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(d.t.Context(), http.MethodPost, "/agency/questionnaires/file", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return d.do(r)
}

func TestLibraryFilesComeBackAsTheyWentOut(t *testing.T) {
	t.Parallel()
	li, _ := drafted(t)
	want := li.get(li.home + "/export/draft.json").body
	for _, name := range []string{"draft.json", "draft.xlsx"} {
		file := li.get(li.home + "/export/" + name)
		got := li.upload(name, []byte(file.body))
		if got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d\n%.500s", name, got.status, got.body)
		}
		home, _, _ := strings.Cut(got.header.Get("Location"), "?")
		if back := li.get(home + "/export/draft.json").body; back != want {
			t.Errorf("%s came back different", name)
		}
	}
	for name, data := range map[string]string{"a.json": `{"schema":1}`, "a.xlsx": "no workbook", "b.json": ""} {
		if got := li.upload(name, []byte(data)); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "导入的") {
			t.Errorf("%s: got %d", name, got.status)
		}
	}
}

func TestLibraryVersionsAreComparedInWords(t *testing.T) {
	t.Parallel()
	li, ma := drafted(t)
	if got := li.send(li.home, li.home+"/propose", url.Values{}); got.status != http.StatusSeeOther {
		t.Fatalf("propose: got %d", got.status)
	}
	hash := regexp.MustCompile(`name="digest" value="([0-9a-f]{64})"`).FindStringSubmatch(ma.get(ma.home).body)[1]
	if got := li.send(li.home, li.home+"/approve", url.Values{"digest": {hash}}); got.status != http.StatusForbidden {
		t.Errorf("the proposer approves: got %d, want 403", got.status)
	}
	if got := ma.send(ma.home, ma.home+"/approve", url.Values{"digest": {hash}}); got.status != http.StatusSeeOther {
		t.Fatalf("approve: got %d\n%s", got.status, got.body)
	}
	page := li.home + "/questions/q02"
	form := li.fields(page)
	form.Set("zh", "换了说法吗？")
	li.post(page, form)
	for lang, words := range map[string]string{"zh-CN": "题 q02 的文字（中文）由", "en": "q02"} {
		got := li.get(li.home + "/diff?from=1&to=draft&lang=" + lang)
		if got.status != http.StatusOK || !strings.Contains(got.body, words) || !strings.Contains(got.body, "换了说法吗？") {
			t.Errorf("%s: got %d without %q", lang, got.status, words)
		}
	}
	if got := li.get(li.home + "/export/1.json"); !strings.Contains(got.body, `"status": "published"`) || strings.Contains(got.body, "换了说法吗？") {
		t.Error("the published version is not what was published")
	}
	if got := li.get(li.home + "/diff?from=7&to=draft"); got.status != http.StatusNotFound {
		t.Errorf("a version that there is not: got %d", got.status)
	}
}

func TestLibraryPreviewAloneMayBeFramed(t *testing.T) {
	t.Parallel()
	li, _ := drafted(t)
	page := li.get(li.home + "/questions/q03")
	if !strings.Contains(page.header.Get("Content-Security-Policy"), "frame-src 'self'") {
		t.Error("the editor may not frame the preview")
	}
	frame := regexp.MustCompile(`src="(/preview/[^"]+)"`).FindStringSubmatch(page.body)[1]
	stranger := newBrowser(t, li.h)
	for path, ancestors := range map[string]string{frame: "'self'", strings.Replace(frame, "/preview/", "/try/", 1): "'none'"} {
		got := stranger.get(path)
		if got.status != http.StatusOK || !strings.Contains(got.body, "测试") {
			t.Errorf("%s: got %d", path, got.status)
		}
		if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors "+ancestors) {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	shown, rest, _ := strings.Cut(stranger.get(frame).body, "<form")
	if !strings.Contains(rest, `name="q03"`) {
		t.Errorf("the preview does not show the question: %.200s", shown)
	}
}
