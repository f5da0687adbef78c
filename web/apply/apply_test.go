package apply_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/application"
	"minyi/indicators/roster"
)

const desk = "/apply/2020/comprehensive"

func claims(met int) url.Values {
	form := url.Values{}
	for n := 1; n <= 100; n++ {
		if n >= 23 && n <= 25 {
			continue
		}
		verdict := "unmet"
		if met > 0 {
			verdict, met = "met", met-1
		}
		form.Set("claim-"+strconv.Itoa(n), verdict)
		form.Set("value-"+strconv.Itoa(n), "100")
		form.Set("note-"+strconv.Itoa(n), "说明"+strconv.Itoa(n))
	}
	return form
}

func pdf(text string) []byte { return []byte("%PDF-1.4\n% " + text + "\n%%EOF\n") }

// open starts the comprehensive dossier of 西夏区, which has no rule-making power.
func open(t *testing.T) (*house, *client) {
	t.Helper()
	h := newHouse(t)
	c := h.client("xixia")
	c.get("/apply").want(t, http.StatusOK, "2020 年轮次", "综合示范", "开始填写")
	c.fill("/apply", desk+"/start", nil).want(t, http.StatusSeeOther)
	return h, c
}

func TestAnApplicantGoesFromTheEmptyDeskToTheReceipt(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	c.get(desk).want(t, 200, "还有 97 项指标没有自评", "自评报告缺少“主要举措”部分", "请填写第一责任人", "请作出材料真实性声明")
	c.fill(desk, desk+"/file", nil).want(t, 422, "还有 97 项指标没有自评")

	// The whole self-assessment in one request.
	c.fill(desk+"/self", desk+"/self", claims(87)).want(t, http.StatusSeeOther)
	c.get(desk+"/self?level=1").want(t, 200, "达到 87 项，适用 97 项，至少需要 88 项", "一、政府职能依法全面履行")
	report := url.Values{"measures": {"举措"}, "results": {"成效"}, "highlights": {"亮点"}}
	c.fill(desk+"/report", desk+"/report", report).want(t, http.StatusSeeOther)
	c.upload(desk+"/exhibits", "清单.pdf", pdf("a"), map[string]string{"indicator": "1、2", "dated": "2020-07-20"}).want(t, http.StatusSeeOther)
	c.get(desk+"/exhibits").want(t, 200, "清单.pdf", "1、2", "轮次开启后形成") // C83

	// C18: 87 of 97 is refused, 88 is enough.
	c.fill(desk, desk+"/file", nil).want(t, 422, "自评达到 87 项，适用 97 项，至少要达到 88 项")
	one := url.Values{"claim-100": {"met"}, "value-100": {"10"}, "note-100": {""}}
	c.fill(desk+"/self", desk+"/self", one).want(t, http.StatusSeeOther)
	profile := url.Values{"leader_name": {"王一"}, "leader_post": {"区长"}}
	c.fill(desk+"/profile", desk+"/profile", profile).want(t, http.StatusSeeOther)
	c.declare(t, desk)
	c.get(desk).want(t, 200, "材料已齐备", "有 86 项自评“达到”的指标没有佐证材料")
	c.fill(desk, desk+"/file", nil).want(t, http.StatusSeeOther)
	seal := h.stored("640105", roster.Comprehensive).Seal()
	c.get(desk).want(t, 200, "回执", seal.Receipt(), seal.Digest)
	c.get(desk+"/print").want(t, 200, "申报书", "王一", "说明99", seal.Digest, "清单.pdf")

	// Sealed until withdrawn.
	c.fill(desk+"/self", desk+"/self", url.Values{"seen": {"2"}, "claim-1": {"unmet"}}).want(t, http.StatusConflict, "已提交并封存")
	c.fill(desk, desk+"/withdraw", nil).want(t, http.StatusSeeOther)
	c.fill(desk, desk+"/file", nil).want(t, http.StatusSeeOther)
}

func TestC79AReportOf2001CharactersIsKeptAndNotFiled(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	const says = "自评报告有 2001 字，最多 2000 字，请删减 1 字"
	long := strings.Repeat("法", 1900) + " " + strings.Repeat("治", 101)
	c.fill(desk+"/report", desk+"/report", url.Values{"measures": {long}, "results": {""}, "highlights": {""}}).want(t, http.StatusSeeOther)
	if got := h.stored("640105", roster.Comprehensive).Report["measures"]; got != long {
		t.Errorf("stored %d bytes", len(got))
	}
	c.get(desk+"/report").want(t, 200, "超出 1 字")
	c.get(desk).want(t, 200, says)
	c.fill(desk, desk+"/file", nil).want(t, 422, says)
	c.fill(desk+"/report", desk+"/report", url.Values{"measures": {long[:len(long)-3]}, "results": {""}, "highlights": {""}}).
		want(t, http.StatusSeeOther)
	if got := c.get(desk).body; strings.Contains(got, "自评报告有") {
		t.Error("the desk still says that the report is too long")
	}
}

func TestC77OutsideTheWindowNothingIsTaken(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	for moment, status := range map[string]int{
		"2020-07-31 23:59:59": 403, "2020-08-01 00:00:00": 303, "2020-08-31 23:59:59": 303, "2020-09-01 00:00:00": 403,
	} {
		h.set(moment)
		got := c.fill(desk+"/self", desk+"/self", url.Values{"claim-1": {"met"}, "value-1": {"写过的话"}})
		if status == 403 {
			got.want(t, status, "2020-08-01", "2020-08-31", "写过的话")
		} else {
			got.want(t, status)
		}
	}
}

func TestWrongClaimsAreRefusedWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	for name, row := range map[string]struct {
		form   url.Values
		status int
		says   string
	}{
		"no such verdict": {url.Values{"claim-1": {"great"}, "note-1": {"打字"}}, 422, "自评结果不对"},
		"does not apply":  {url.Values{"claim-23": {"met"}}, 422, "第 23 项指标不适用于本单位"},
		"not excusable":   {url.Values{"claim-1": {"na"}, "note-1": {"打字"}}, 422, "不能填“不适用”"},
		"no reason":       {url.Values{"claim-28": {"na"}, "note-28": {"打字"}}, 422, "请写明理由"},
		"unknown field":   {url.Values{"mark-1": {"100"}}, 400, "格式不对"},
		"database column": {url.Values{"claim-1": {"met"}, "state": {"filed"}}, 400, "格式不对"},
		"doubled field":   {url.Values{"claim-1": {"met", "unmet"}}, 400, "格式不对"},
		"missing seen":    {url.Values{"claim-1": {"met"}, "seen": {""}}, 400, "格式不对"},
		"broken UTF-8":    {url.Values{"claim-1": {"met"}, "note-1": {"\xff"}}, 400, "无法识别"},
		"direction mark":  {url.Values{"claim-1": {"met"}, "note-1": {"a\u202eb"}}, 422, "改变方向"},
		"never seen":      {url.Values{"claim-1": {"met"}, "seen": {"7"}, "note-1": {"打字"}}, 409, "同事已保存"},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.fill(desk+"/self", desk+"/self", row.form)
			got.want(t, row.status, row.says)
			if row.form.Get("note-1") == "打字" {
				got.want(t, row.status, ">\n打字</textarea>")
			}
		})
	}
	if got := h.stored("640105", roster.Comprehensive).Claims; len(got) != 0 {
		t.Errorf("stored %v, want nothing", got)
	}
}

func TestS31UploadsAreWhatTheyClaimOrRefused(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	place := func() map[string]string { return map[string]string{"indicator": "5", "dated": ""} }
	for name, row := range map[string]struct {
		file   string
		body   []byte
		status int
		says   string
	}{
		"renamed html": {"a.pdf", []byte("<!DOCTYPE html><script>alert(1)</script>"), 422, "“a.pdf”的内容不是它所标明的 pdf 格式"},
		"renamed exe":  {"b.docx", append([]byte("MZ\x90\x00"), make([]byte, 100)...), 422, "内容不是它所标明的"},
		"svg":          {"c.svg", []byte("<svg/>"), 422, "是网页、脚本或程序"},
		"empty":        {"d.pdf", nil, 422, "空文件"},
	} {
		t.Run(name, func(t *testing.T) {
			c.upload(desk+"/exhibits", row.file, row.body, place()).want(t, row.status, row.says, `value="5"`)
		})
	}
	for name, row := range map[string]struct {
		more map[string]string
		says string
	}{
		"no indicator":      {map[string]string{"indicator": ""}, "请填写这份材料证明的指标编号"},
		"unknown indicator": {map[string]string{"indicator": "5、101"}, "第 101 项指标不适用"},
		"bad date":          {map[string]string{"indicator": "5", "dated": "2020-13-01"}, "日期不对"},
		"future date":       {map[string]string{"indicator": "5", "dated": "2020-08-11"}, "在今天之后"},
	} {
		t.Run(name, func(t *testing.T) {
			c.upload(desk+"/exhibits", "a.pdf", pdf("a"), row.more).want(t, 422, row.says)
		})
	}
	if got := h.stored("640105", roster.Comprehensive).Exhibits; len(got) != 0 {
		t.Errorf("stored %v, want nothing", got)
	}
	c.get(desk+"/exhibits").want(t, 200, "每个文件最多 50 MB")
}

func TestS33FilesAreServedToBeSavedAndS11OnlyToTheirOwner(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	c.upload(desk+"/exhibits", "../../清 单\u202e.pdf", pdf("a"), map[string]string{"indicator": "5"}).want(t, http.StatusSeeOther)
	e := h.stored("640105", roster.Comprehensive).Exhibits[0]
	got := c.get(desk + "/exhibits/" + string(e.ID))
	got.want(t, 200)
	for header, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
	} {
		if got := got.header.Get(header); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
	if d := got.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || strings.Contains(d, "..") || e.File.Name != "清 单.pdf" {
		t.Errorf("disposition %q for %q", d, e.File.Name)
	}
	if got.body != string(pdf("a")) {
		t.Errorf("got %q", got.body)
	}
	other := h.client("yinchuan")
	foreign, none := other.get(desk+"/exhibits/"+string(e.ID)), other.get(desk+"/exhibits/none")
	if foreign.status != 404 || none.status != 404 {
		t.Errorf("got %d and %d, want 404 for another's as for none", foreign.status, none.status)
	}
	for _, path := range []string{desk, desk + "/self", desk + "/report", desk + "/print", "/apply/2021/comprehensive", "/apply/x/single", "/apply/2020/both"} {
		other.get(path).want(t, 404)
	}
	c.fill(desk+"/exhibits", desk+"/exhibits/"+string(e.ID)+"/remove", nil).want(t, http.StatusSeeOther)
	if got := h.stored("640105", roster.Comprehensive).Exhibits; len(got) != 0 {
		t.Errorf("got %v, want it removed", got)
	}
}

func TestASingleProjectIsFiledWithItsThreeParts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client("yinchuan")
	const single = "/apply/2020/single"
	c.fill("/apply", single+"/start", nil).want(t, http.StatusSeeOther)
	c.get(single+"/profile").want(t, 200, "全面推行行政执法“三项制度”", "其他法治政府建设工作") // C22
	profile := url.Values{
		"leader_name": {"李二"}, "leader_post": {"市长"}, "project_field": {"other"}, "project_text": {""}, "title": {"法治乡村"},
	}
	c.fill(single+"/profile", single+"/profile", profile).want(t, 422, "请写明自主确定的工作名称", `value="法治乡村"`)
	profile.Set("project_text", "法治乡村建设")
	c.fill(single+"/profile", single+"/profile", profile).want(t, http.StatusSeeOther)
	c.fill(single+"/report", single+"/report", url.Values{"facts": {"甲"}, "achievements": {"乙"}, "significance": {"丙"}}).want(t, http.StatusSeeOther)
	c.declare(t, single)
	c.fill(single, single+"/file", nil).want(t, 422, "请至少上传一份证明材料")
	c.upload(single+"/exhibits", "奖状.pdf", pdf("award"), map[string]string{"attachment": "awards"}).want(t, http.StatusSeeOther)
	c.fill(single, single+"/file", nil).want(t, 422, "原声明已失效")
	c.declare(t, single)
	c.fill(single, single+"/file", nil).want(t, http.StatusSeeOther)
	c.get(single+"/print").want(t, 200, "法治乡村建设", "丙")
	if d := h.stored("640100", roster.Single); d.State != application.Filed {
		t.Errorf("state: got %s", d.State)
	}
}

func TestEveryPageSpeaksEnglishToo(t *testing.T) {
	t.Parallel()
	_, c := open(t)
	c.get("/apply?lang=en").want(t, 200, "Round of 2020")
	for _, path := range []string{desk, desk + "/self", desk + "/report", desk + "/profile", desk + "/exhibits", desk + "/print", desk + "/declaration", desk + "/copy"} {
		c.get(path).want(t, 200)
	}
	c.fill(desk, desk+"/file", nil).want(t, 422, "97 indicators have no self-assessment yet")
}

func TestTheScriptIsServedAndPagesNameIt(t *testing.T) {
	t.Parallel()
	_, c := open(t)
	page := c.get(desk + "/report")
	at := strings.Index(page.body, `<script src="`)
	if at < 0 {
		t.Fatal("no script")
	}
	src, _, _ := strings.Cut(page.body[at+len(`<script src="`):], `"`)
	got := c.get(src)
	if got.status != 200 || !strings.Contains(got.header.Get("Content-Type"), "javascript") || !strings.Contains(got.body, "report-form") {
		t.Errorf("got %d %s", got.status, got.header.Get("Content-Type"))
	}
}
