package agency_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

func wants(t *testing.T, what string, got reply, status int, parts ...string) {
	t.Helper()
	if got.status != status {
		t.Fatalf("%s: got %d, want %d\n%s", what, got.status, status, got.body)
	}
	for _, part := range parts {
		if !strings.Contains(got.body, part) {
			t.Errorf("%s: no %q on the page\n%s", what, part, got.body)
		}
	}
}

// field is a survey in the field, set up through the door.
func (p *person) field(unit string) (at string) {
	p.t.Helper()
	made := p.post("/agency", "/agency/surveys", order(unit))
	wants(p.t, "create", made, http.StatusSeeOther)
	at, _, _ = strings.Cut(made.location, "?")
	wants(p.t, "import", p.upload(at, frameCSV()), http.StatusSeeOther)
	wants(p.t, "the frame", p.get(at), http.StatusOK, "城镇", "20个初级单元")
	draw := url.Values{"seed": {"7"}, "links": {"120"}, "per_psu": {"10"}}
	wants(p.t, "draw", p.post(at, at+"/draw", draw), http.StatusSeeOther)
	wants(p.t, "poster", p.post(at, at+"/posters", url.Values{"place": {"政务大厅"}}), http.StatusSeeOther)
	wants(p.t, "open", p.post(at, at+"/open", url.Values{}), http.StatusSeeOther)
	return at
}

// links reads the CSV file of one-time links.
func (p *person) links(at string) (tokens []string) {
	p.t.Helper()
	got := p.get(at + "/links.csv")
	wants(p.t, "links", got, http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).ReadAll()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, row := range rows[1:] {
		tokens = append(tokens, strings.TrimPrefix(row[2], base+"/q/"))
	}
	return tokens
}

// answer fills in a form with one point for every item.
func (o *office) answer(t *testing.T, token, point, sex string) {
	t.Helper()
	form, err := o.surveys.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]string{"o1": {"<b>请" + point + "</b>"}}
	for _, q := range form.Questionnaire.Questions() {
		switch {
		case q.Role == questionnaire.RoleSex:
			values[q.ID] = []string{sex}
		case q.Section == questionnaire.Items:
			values[q.ID] = []string{point}
		case q.Required:
			for _, c := range q.Choices {
				if !c.Ends && c.Flag == "" {
					values[q.ID] = []string{c.Code}
					break
				}
			}
		}
	}
	sheet, err := form.Questionnaire.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.surveys.Submit(t.Context(), survey.Submission{Token: token, Key: "k" + token, Sheet: sheet}); err != nil {
		t.Fatal(err)
	}
}

func TestAgencyWalksFromFrameToClose(t *testing.T) {
	t.Parallel()
	o := open(t)
	li, wang := o.person(t, "li", access.Agency), o.person(t, "wang", access.Office)
	at := li.field("640200")
	tokens := li.links(at)
	for i := range 30 {
		o.answer(t, tokens[i], "5", "male")
		o.answer(t, tokens[len(tokens)-1-i], "2", "female")
	}
	wants(t, "list", li.get("/agency?live=1"), http.StatusOK, "石嘴山市", strconv.Itoa(len(tokens)), "60")
	wants(t, "close without the box", li.post(at, at+"/close", url.Values{}), http.StatusUnprocessableEntity, "勾选")
	wants(t, "close", li.post(at, at+"/close", url.Values{"sure": {"yes"}}), http.StatusSeeOther)
	o.reviewed(t)
	wants(t, "comments", li.get(at+"/comments"), http.StatusOK, "&lt;b&gt;请5&lt;/b&gt;")
	wants(t, "the office", wang.get(at+"/comments"), http.StatusForbidden)
	for _, page := range []string{"/agency", at, at + "/comments", at + "/posters", at + "/letters?batch=1"} {
		for _, lang := range view.Langs() {
			join := map[bool]string{true: "&", false: "?"}[strings.Contains(page, "?")]
			if got := li.get(page + join + "lang=" + string(lang)); got.status != http.StatusOK || strings.Contains(got.body, "⟦") {
				t.Errorf("%s in %s: got %d or a text is missing: %s", page, lang, got.status, between(t, got.body+"⟦⟧", "⟦", "⟧"))
			}
		}
	}
}

func between(t *testing.T, s, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, before)
	if !ok {
		t.Fatalf("no %q in\n%s", before, s)
	}
	found, _, _ := strings.Cut(rest, after)
	return found
}

func TestBadInputIsNamedAndStaysInTheForm(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	bad := order("640200")
	bad.Set("from", "10.9.2020")
	bad.Set("organiser_zh", "")
	bad.Set("agency_en", "kept <name>")
	wants(t, "order", li.post("/agency", "/agency/surveys", bad), http.StatusUnprocessableEntity, "2020-09-10", "80个字", "kept &lt;name&gt;")
	late := order("640200")
	late.Set("to", "2020-11-30")
	wants(t, "window", li.post("/agency", "/agency/surveys", late), http.StatusUnprocessableEntity, "2020-10-31")
	unknown := order("999999")
	wants(t, "unit", li.post("/agency", "/agency/surveys", unknown), http.StatusNotFound, "调查中心")
	made := li.post("/agency", "/agency/surveys", order("640200"))
	at, _, _ := strings.Cut(made.location, "?")
	wants(t, "frame", li.upload(at, "stratum,psu,size\na,b,0\na,b2,x\n"), http.StatusUnprocessableEntity, "第2行", "第3行")
	wants(t, "no frame, draw", li.post(at, at+"/draw", url.Values{"seed": {"1"}, "links": {"100"}, "per_psu": {"10"}}), http.StatusConflict, "抽样框")
	wants(t, "good frame", li.upload(at, frameCSV()), http.StatusSeeOther)
	wants(t, "seed", li.post(at, at+"/draw", url.Values{"seed": {"x1"}, "links": {"77"}, "per_psu": {"10"}}),
		http.StatusUnprocessableEntity, "随机种子", `value="77"`)
	wants(t, "place", li.post(at, at+"/posters", url.Values{"place": {strings.Repeat("厅", 61)}}), http.StatusUnprocessableEntity, "60")
	wants(t, "no such survey", li.get("/agency/surveys/none"), http.StatusNotFound)
}

func TestC97NobodyElseComesIn(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	at := li.field("640100")
	pages := []string{"/agency", at, at + "/links.csv", at + "/letters?batch=1", at + "/posters", at + "/print.pdf?as=poster:a4", at + "/posters/1/code.svg", at + "/comments"}
	for _, role := range []access.Role{access.Office, access.Applicant, access.Assessor, access.Auditor, access.Sysadmin} {
		other := o.person(t, "x-"+string(role), role)
		for _, page := range pages {
			if got := other.get(page); got.status != http.StatusForbidden {
				t.Errorf("%s as %s: got %d, want 403", page, role, got.status)
			}
		}
	}
}
