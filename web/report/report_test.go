package report_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/scorebook"
	"minyi/survey/release"
	"minyi/web/view"
)

// released has two people sign what stands on the desk.
func (o *office) released(t *testing.T, at string, li, ma *person) (digest string) {
	t.Helper()
	desk := at + "/report"
	digest = between(t, li.get(desk).body, `name="digest" value="`, `"`)
	wants(t, "first approval", li.post(desk, at+"/approve", url.Values{"digest": {digest}}), http.StatusSeeOther)
	signed := ma.post(desk, at+"/approve", url.Values{"digest": {digest}})
	wants(t, "second approval", signed, http.StatusSeeOther)
	if !strings.HasPrefix(signed.location, at+"/release?") {
		t.Errorf("after the second approval: got %s, want the release", signed.location)
	}
	return digest
}

func TestS14TwoPeopleSignAndOnlyThenTheOfficeReads(t *testing.T) {
	t.Parallel()
	o := open(t)
	li, ma, wang := o.person(t, "li", access.Agency), o.person(t, "ma", access.Agency), o.person(t, "wang", access.Office)
	at := o.closed(t, 30)
	desk := at + "/report"
	reads := []string{"/release", "/release.json", "/release.sig", "/report/read", "/report.pdf", "/report.html"}
	wants(t, "what is missing is listed before the proposal", li.get(desk), http.StatusOK, "经费来源", "抽样框的来源", "提请签署")
	wants(t, "propose", li.post(desk, at+"/propose", url.Values{}), http.StatusSeeOther)
	wants(t, "another digest", li.post(desk, at+"/approve", url.Values{"digest": {"x"}}), http.StatusConflict, "核对摘要")
	wants(t, "the draft", li.get(at+"/report/read?draft=1"), http.StatusOK, "两人签署之前", "63.38")
	for _, page := range reads {
		wants(t, "the office before "+page, wang.get(at+page), http.StatusNotFound)
		wants(t, "the office at the draft "+page, wang.get(at+page+"?draft=1"), map[bool]int{true: http.StatusForbidden, false: http.StatusNotFound}[strings.HasPrefix(page, "/report")])
	}
	digest := o.released(t, at, li, ma)
	wants(t, "release", ma.get(at+"/release"), http.StatusOK, digest, "63.38", "li", "ma", "51.2%", "第七次全国人口普查公报")
	for _, page := range reads {
		wants(t, "the office after "+page, wang.get(at+page), http.StatusOK)
	}
	wants(t, "the office at the desk", wang.get(desk), http.StatusForbidden)
	checkSignature(t, wang.get(at+"/release.json").body, wang.get(at+"/release.sig").body)
}

// checkSignature does what anybody can do with the two files.
func checkSignature(t *testing.T, document, signature string) {
	t.Helper()
	var s struct {
		KeyID     string `json:"key_id"`
		PublicKey []byte `json:"public_key"`
		Signature []byte `json:"signature"`
	}
	if err := json.Unmarshal([]byte(signature), &s); err != nil {
		t.Fatal(err)
	}
	d, err := release.Verify(s.PublicKey, []byte(document), release.Signature{KeyID: s.KeyID, Bytes: s.Signature})
	if err != nil || d.Unit != "640200" {
		t.Errorf("verify: got %v, %v", d, err)
	}
}

func statement() url.Values {
	form := url.Values{"version": {"0"}}
	for _, item := range []string{"funding", "coverage", "processing", "limitations"} {
		form.Set(item+"_zh", "说明"+item+"<b>")
		form.Set(item+"_en", "about "+item)
	}
	return form
}

func TestACorrectionKeepsTheOldReleaseReadable(t *testing.T) {
	t.Parallel()
	o := open(t)
	li, ma, wang := o.person(t, "li", access.Agency), o.person(t, "ma", access.Agency), o.person(t, "wang", access.Office)
	at := o.closed(t, 30)
	desk := at + "/report"
	wants(t, "propose", li.post(desk, at+"/propose", url.Values{}), http.StatusSeeOther)
	first := o.released(t, at, li, ma)
	correct := func(reason string) reply { return li.post(desk, desk+"/correct", url.Values{"reason": {reason}}) }
	wants(t, "nothing differs", correct("理由"), http.StatusConflict, "没有任何变化", ">理由</textarea>")
	wants(t, "statement", li.post(desk, desk+"/statement", statement()), http.StatusSeeOther)
	wants(t, "no reason", correct(" "), http.StatusUnprocessableEntity, "请写明理由")
	wants(t, "correct", correct("补充方法说明"), http.StatusSeeOther)
	wants(t, "the office still reads the first", wang.get(at+"/release"), http.StatusOK, first)
	second := o.released(t, at, li, ma)
	wants(t, "the office reads the correction", wang.get(at+"/release"), http.StatusOK, second, "补充方法说明", "更正第1版")
	wants(t, "and the old one", wang.get(at+"/release?revision=1"), http.StatusOK, first, "已被第2版取代")
	wants(t, "the old report", wang.get(at+"/report/read?revision=1"), http.StatusOK, "已被第2版取代", "尚未说明")
	wants(t, "the new report", wang.get(at+"/report/read"), http.StatusOK, "说明funding&lt;b&gt;")
	wants(t, "the code of the old one", wang.get(at+"/release?d="+first[:16]), http.StatusOK, "已被更正", first)
	wants(t, "the code of the new one", wang.get(at+"/release?d="+strings.ToUpper(second[:16])), http.StatusOK, "现行有效的结果")
	wants(t, "a stranger's code", wang.get(at+"/release?d=0000"), http.StatusOK, "没有与所扫二维码相符的结果")
	wants(t, "no such release", wang.get(at+"/release?revision=3"), http.StatusNotFound)
	versions, err := o.first.FindingVersions(t.Context(), scorebook.Key{Round: 2020, Unit: "640200", Instrument: scorebook.Survey})
	if err != nil || len(versions) != 2 || versions[1].Digest != second || versions[1].Reason != "补充方法说明" {
		t.Errorf("the scorebook: got %+v, %v, want both versions", versions, err)
	}
}

func TestAProposedCorrectionIsTakenBack(t *testing.T) {
	t.Parallel()
	o := open(t)
	li, ma := o.person(t, "li", access.Agency), o.person(t, "ma", access.Agency)
	at := o.closed(t, 12)
	desk := at + "/report"
	wants(t, "propose", li.post(desk, at+"/propose", url.Values{}), http.StatusSeeOther)
	o.released(t, at, li, ma)
	wants(t, "statement", li.post(desk, desk+"/statement", statement()), http.StatusSeeOther)
	wants(t, "correct", li.post(desk, desk+"/correct", url.Values{"reason": {"理由"}}), http.StatusSeeOther)
	wants(t, "withdraw", ma.post(desk, desk+"/withdraw", url.Values{}), http.StatusSeeOther)
	if got := li.get(desk); strings.Contains(got.body, `name="digest"`) {
		t.Error("the correction still waits for approval")
	}
}

func TestWhatWasTypedStaysWhenTheStatementIsRefused(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	at := o.closed(t, 12)
	desk := at + "/report"
	long := statement()
	long.Set("funding_en", strings.Repeat("x", 2001))
	wants(t, "too long", li.post(desk, desk+"/statement", long), http.StatusUnprocessableEntity, "最多 2000 个字", "说明coverage&lt;b&gt;")
	wants(t, "save", li.post(desk, desk+"/statement", statement()), http.StatusSeeOther)
	stale := statement()
	stale.Set("funding_zh", "后来的文字")
	wants(t, "somebody was quicker", li.post(desk, desk+"/statement", stale), http.StatusConflict, "已被他人修改", "后来的文字")
	if got := li.get(desk); strings.Contains(got.body, "下列必要内容还没有") {
		t.Error("items are still listed as missing")
	}
}

func TestFilesAreWholeAndInBothLanguages(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	at := o.closed(t, 30)
	wants(t, "propose", li.post(at+"/report", at+"/propose", url.Values{}), http.StatusSeeOther)
	for lang, words := range map[string]string{"zh-CN": "方法说明", "en": "Limitations"} {
		page := li.get(at + "/report.html?draft=1&in=" + lang)
		wants(t, "file in "+lang, page, http.StatusOK, words, "<svg", `lang="`+lang+`"`, "<style>")
		for _, foreign := range []string{"<script", "<link", "src=", "url(", "@import", "⟦"} {
			if strings.Contains(page.body, foreign) {
				t.Errorf("%s: %s in a file that must need nothing beside it", lang, foreign)
			}
		}
		wellFormed(t, page.body)
		paper := li.get(at + "/report.pdf?draft=1&in=" + lang)
		if !strings.HasPrefix(paper.body, "%PDF-") || !strings.Contains(paper.header.Get("Content-Disposition"), lang+".pdf") {
			t.Errorf("%s: got %s, %s", lang, paper.body[:8], paper.header.Get("Content-Disposition"))
		}
	}
	for _, page := range []string{"/report", "/report/read?draft=1"} {
		for _, lang := range view.Langs() {
			join := map[bool]string{true: "&", false: "?"}[strings.Contains(page, "?")]
			if got := li.get(at + page + join + "lang=" + string(lang)); got.status != http.StatusOK || strings.Contains(got.body, "⟦") {
				t.Errorf("%s in %s: got %d or a text is missing", page, lang, got.status)
			}
		}
	}
}

// wellFormed reads the file's elements: every one that is opened is closed.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the file: %v", err)
		}
	}
}

func TestC97NobodyElseComesIn(t *testing.T) {
	t.Parallel()
	o := open(t)
	at := o.closed(t, 12)
	for _, role := range []access.Role{access.Assessor, access.Auditor, access.Sysadmin, access.Inspector} {
		other := o.person(t, "x-"+string(role), role)
		for _, page := range []string{"/report", "/report/read", "/report/read?draft=1", "/report.pdf?draft=1", "/report.html", "/release", "/release.json"} {
			if got := other.get(at + page); got.status != http.StatusForbidden {
				t.Errorf("%s as %s: got %d, want 403", page, role, got.status)
			}
		}
	}
}
