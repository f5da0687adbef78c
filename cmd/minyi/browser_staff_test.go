package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// seen is what somebody finds on a page: at least so many elements, and words.
type seen struct {
	path  string
	css   string
	least int
	words string
}

// rounds are what each role sees on the fifth day of the notice, page by page.
// The empty role is the public. SURVEY stands for the page of one survey.
func rounds() map[string][]seen {
	dossier, sheet := "/apply/2020/comprehensive", "/evaluate/2020-640100-comprehensive"
	return map[string][]seen{
		"": {
			{"/", ".stack tbody tr", 8, "提出异议"},
			{"/objections", "#target option", 8, "可以不署名"},
			{"/objections/state", "#code", 1, "回执编号"},
			{"/notices/2020", "#paper tbody tr", 8, "关于 2020 年全区法治政府建设示范创建候选名单的公示"},
			{"/practices", "form.find select", 4, "典型做法"},
			{"/login", "#password", 1, "登录"},
			{"/seal", "form", 1, "核验封存"},
			{"/events", "form", 1, "事项公开日志"},
			{"/ledger", "tbody tr", 10, "自己查，不必信我们"},
			{"/ledger/check", "h1", 1, "自己核验回执"},
			{"/scrutiny", "tbody tr", 8, "查验人"},
			{"/calendar", "svg.span", 5, "每两年开展一轮"},
			{"/reports", "h1", 1, "年度报告"},
			{"/checks", "h1", 1, "公开的抽取记录"},
			{"/named", "form", 1, "命名名册"},
			{"/results", "#list tbody tr", 8, "测评结果"},
		},
		"office": {
			{"/office", "tbody tr", 12, "媒体公示"},
			{"/office/rounds", "tbody tr", 1, "宁法办发〔2019〕39号"},
			{"/office/rounds/2020", "tbody tr", 4, "查看和调整日程"},
			{"/office/calendar", "input[type=date]", 6, "调整并公告"},
			{"/office/messages", "tbody tr", 5, "消息与提醒"},
			{"/inbox", "h1", 1, "消息"},
			{"/office/indicators", "input.mark", 200, "市县指标体系"},
			{"/office/indicators/compare", "select", 2, "版本对照"},
			{"/office/indicators/city-county/31", "form", 1, "第 31 项指标"},
			{"/office/units", "tbody tr", 60, "单位名册"},
			{"/office/units/640100", "form", 1, "银川市"},
			{"/office/documents", "tbody tr", 1, "文件名册"},
			{"/office/formal", "tbody tr", 12, "形式审查"},
			{"/office/formal/2020-640100-comprehensive", "tbody tr", 9, "银川市"},
			{"/office/evaluation", "tbody tr", 12, "第三方评估"},
			{"/office/evaluation/dossiers/2020-640100-comprehensive", "tbody tr", 97, "银川市"},
			{"/office/evaluation/institutions", "form", 1, "评估机构与专家组"},
			{"/office/evaluation/members", "tbody tr", 2, "评估员"},
			{"/office/evaluation/interests", "tbody tr", 2, "利益声明登记"},
			{"/office/evaluation/assignment", "tbody tr", 12, "分派方案"},
			{"/office/evaluation/agreement", "tbody tr", 97, "评分一致性与宽严"},
			{"/office/evaluation/problems", "form", 1, "问题登记"},
			{"/office/ranking", "svg.interval", 12, "95% 区间"},
			{"/office/ranking/640104/comprehensive", "details.item", 12, "总分由哪些部分组成"},
			{"/office/verification", "tbody tr", 1, "通过核查"},
			{"/office/verification/640100/comprehensive", "input[type=checkbox]", 90, "抽签"},
			{"/verify/2020-640100-comprehensive", ".ind", 3, "现场访谈人数"},
			{"/office/notice", "ol.legs li", 5, "：从排名到命名"},
			{"/office/notice/front", "tbody tr", 6, "前列单位"},
			{"/office/notice/candidates", "input[name^=\"candidate.\"]", 8, "已生效"},
			{"/office/notice/public", "tbody tr", 1, "演练日报"},
			{"/office/notice/naming", "tbody tr", 8, "公示已经结束"},
			{"/office/objections", "tbody tr", 1, "已收到"},
			{"/office/feedback/2020", "tbody tr", 12, "全部发送"},
			{"/office/feedback/2020/2020-640104-comprehensive", "ol.weak > li", 10, "失分最多"},
			{"/office/practices", "h1", 1, "典型做法"},
			{"/office/national", "form", 1, "全国示范推荐"},
			{"/office/supervision", "#named", 1, "命名"},
			{"/office/search?q=%E9%93%B6%E5%B7%9D", "section.found", 2, "银川市"},
			{"/office/support", "h1", 1, "支持与表彰"},
			{"/office/trail", "tbody tr", 20, "查看排名"},
			{"/office/privacy", "tbody tr", 40, "个人信息清单"},
			{"/office/scrutiny", "section.card", 2, "查验"},
			{"/office/reports", "h1", 1, "年度报告"},
			{"/office/checks", "h1", 1, "抽查"},
			{"/office/trail?half=survey", "tbody tr", 20, "收到见证签名"},
		},
		"agency": {
			{"/agency", "tbody tr", 12, "银川市"},
			{"SURVEY", "dl.facts", 1, "抽中的单元"},
			{"SURVEY/results", "figure.chart svg", 2, "设计效应"},
			{"SURVEY/results/groups?by=age&item=q01", "figure.chart svg", 2, "霍姆"},
			{"SURVEY/results/texts", "#book form", 1, "独立编码"},
			{"/agency/results", "figure.chart svg", 2, "名次区间"},
			{"SURVEY/release", ".hash", 3, "agency2"},
			{"SURVEY/comments", "h1", 1, "居民留言"},
			{"SURVEY/export", "input[name=format]", 9, "Triple-S"},
			{"SURVEY/posters", "img, svg", 2, "政务服务大厅"},
			{"/agency/deputies", "tbody tr", 1, "代表委员测评"},
			{"/agency/scrutiny", "section.card", 1, "查验"},
		},
		"assessor": {
			{"/evaluate", "tbody tr", 12, "已提交"},
			{sheet, "input.mark", 99, "评分表"},
			{sheet + "/institution", "h1", 1, "机构评估意见"},
			{"/evaluate/interests", "tbody tr", 12, "我的利益声明"},
			{"/evaluate/opinions", "tbody tr", 12, "机构意见"},
			{"/inbox", "li.mail", 1, "评分表"},
		},
		"applicant-640100": {
			{"/apply", "dl.facts", 1, "宁法办发〔2019〕39号"},
			{"/apply/reports", "h1", 1, "命名之后"},
			{"/apply/feedback", "h1", 1, "还没有反馈报告"},
			{"/apply/practices", "h1", 1, "典型做法"},
			{"/apply/national", "#why", 1, "没有有效的自治区示范命名"},
			{dossier, "#receipt-code", 1, "综合示范"},
			{dossier + "/seal", "tbody tr", 1, "提交与回执"},
			{dossier + "/declaration", "h1", 1, "真实性声明"},
			{dossier + "/copy", "h1", 1, "沿用已有材料"},
			{dossier + "/self", "fieldset", 97, "全部指标"},
			{dossier + "/report", "textarea", 3, "2000"},
			{dossier + "/profile", "#leader_name", 1, "责任人与项目"},
			{dossier + "/exhibits", "tbody tr", 9, "演练材料01.pdf"},
			{dossier + "/print", "tbody tr", 97, "申报书"},
			{"/inbox/settings", "input[type=checkbox]", 15, "通知方式"},
			{"/me", "section.card", 3, "我的个人信息"},
		},
		"inspector": {{"/verify", ".works li", 1, "通过核查"}, {"/office/evaluation/problems", "form", 1, "问题登记"}},
		"secadmin":  {{"/accounts", "tbody tr", 20, "重置密码"}, {"/accounts/keys", "tbody tr", 2, "程序接口密钥"}, {"/account", "#sessions tbody tr", 1, "第二重验证"}},
		"auditor":   {{"/office/trail", "tbody tr", 20, "操作记录"}},
	}
}

// TestBrowserEveryPageOfStaffHoldsWhatItIsFor opens every page as every role at
// a desk and on a phone, the agency's on a tablet too: its content is there, no word is missing,
// nobody scrolls sideways, axe-core finds no barrier, and nothing breaks behind
// the page.
func TestBrowserEveryPageOfStaffHoldsWhatItIsFor(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-11-05T09:00")
	screens := []walker.Screen{walker.Desk(), {Name: "tablet", Width: 768, Height: 1024}, walker.Phone()}
	t.Run("every page", func(t *testing.T) {
		for _, s := range screens {
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				p := walker.Open(t, d.URL, walker.Options{Screen: s, Script: true, Dark: s.Phone})
				for who, pages := range rounds() {
					if s.Name == "tablet" && who != "agency" {
						continue // the agency's people work on one
					}
					lookRound(t, d, p, s, who, pages)
				}
			})
		}
	})
	t.Run("an objection", func(t *testing.T) { object(t, d) })
}

// lookRound lets somebody sign in, look at pages and sign out.
func lookRound(t *testing.T, d *runningDemo, p *walker.Page, s walker.Screen, who string, pages []seen) {
	t.Helper()
	if who != "" {
		enter(t, d, p, who)
	}
	survey := ""
	for i, one := range pages {
		path := strings.Replace(one.path, "SURVEY", survey, 1)
		look(t, p, s, path, one)
		p.Shot(fmt.Sprintf("%s-%s-%d", s.Name, who, i))
		if path == "/agency" {
			survey = p.Attribute("tbody a", "href")
		}
	}
	if who != "" {
		signOut(p)
	}
}

// signOut opens the menu where the screen has no room for it, and signs out.
func signOut(p *walker.Page) {
	if walker.Look[bool](p, `getComputedStyle(document.querySelector("header > .fold")).display !== "none"`) {
		p.Click("header > .fold")
	}
	p.Press(`form[action="/logout"] button`)
}

func look(t *testing.T, p *walker.Page, s walker.Screen, path string, want seen) {
	t.Helper()
	if got := p.Go(path); got != http.StatusOK {
		t.Errorf("%s: got %d", path, got)
		return
	}
	if got := p.Count(want.css); got < want.least {
		t.Errorf("%s: %d of %q, want at least %d", path, got, want.css, want.least)
	}
	words := p.Text("body")
	if !strings.Contains(words, want.words) && !strings.Contains(p.Text("main"), want.words) {
		t.Errorf("%s: does not say %q", path, want.words)
	}
	if strings.Contains(words, "⟦") {
		t.Errorf("%s: a word is missing: %.80s", path, words[strings.Index(words, "⟦"):])
	}
	if got := p.Count("h1"); got != 1 {
		t.Errorf("%s: %d main headings, want 1", path, got)
	}
	if got := p.Width(); got > s.Width {
		t.Errorf("%s is %d wide on a screen of %d: people must scroll sideways", path, got, s.Width)
	}
	if s.Name == "tablet" {
		return // the desk's page by day and the phone's in the dark are enough
	}
	var without []string
	if s.Phone {
		without = []string{"tbody tr:nth-child(n+31)"} // the desk's look takes them in
	}
	for _, barrier := range p.Barriers(without...) {
		t.Errorf("%s on a %s: %s", path, s.Name, barrier)
	}
}

// enter signs in the first account of a role, or the one of that name.
func enter(t *testing.T, d *runningDemo, p *walker.Page, who string) {
	t.Helper()
	for _, a := range d.Accounts {
		if a.Role == who || a.Name == who {
			p.Go("/login")
			p.Fill("#name", a.Name)
			p.Fill("#password", a.Password)
			p.Press("main form button")
			if got := p.Address(); strings.HasPrefix(got, "/login") {
				t.Fatalf("%s: not signed in", who)
			}
			return
		}
	}
	t.Fatalf("no account of %s", who)
}

// object files an objection from a phone and reads its state with the receipt.
func object(t *testing.T, d *runningDemo) {
	t.Helper()
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Phone()})
	p.Go("/")
	p.Press(`a[href^="/objections?about="]`)
	p.Fill("#text", "公开的办理时限与实际不符，请核实。")
	p.Press("main form button")
	receipt := p.Text("strong.hash")
	p.Go("/objections/state")
	p.Fill("#code", receipt)
	p.Press("main form button")
	if got, want := p.Text("#state"), "已收到"; !strings.Contains(got, want) {
		t.Errorf("state of the objection: got %q, want %q in it", got, want)
	}
	p.Go("/objections/state")
	p.Fill("#code", "0000-0000-0000-0000")
	p.Press("main form button")
	if got := p.Count(".problems"); got != 1 {
		t.Errorf("a wrong receipt: %d refusals, want 1", got)
	}
	if got := p.Value("#code"); got != "0000-0000-0000-0000" {
		t.Errorf("what was typed is gone: %q", got)
	}
}

// TestBrowserApplicantFillsInItsDossier starts a draft in the filing window,
// assesses an indicator, and uploads evidence; a file that is not what it claims
// is refused and what was typed stays.
func TestBrowserApplicantFillsInItsDossier(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	d := startDemo(t, t.TempDir(), "--at", "2020-08-15")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "applicant-D26")
	p.Go("/apply")
	p.Press(`form[action$="/comprehensive/start"] button`)
	desk := "/apply/2020/comprehensive"
	p.Go(desk + "/self?level=1")
	p.Click(`input[name="claim-1"][value="met"]`)
	p.Fill("#note-1", "清单已公布")
	p.Press("#self .actions button")
	p.Go(desk + "/self?level=1")
	if !p.Holds(`input[name="claim-1"][value="met"]`) || p.Value("#note-1") != "清单已公布" {
		t.Error("the self-assessment is not kept")
	}
	p.Shot("applicant-self")
	upload(t, d, desk)
}

// upload uses the form without the script, whose queue has a test of its own.
func upload(t *testing.T, d *runningDemo, desk string) {
	t.Helper()
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk()})
	enter(t, d, p, "applicant-D26")
	folder := t.TempDir()
	good, bad := filepath.Join(folder, "清单.pdf"), filepath.Join(folder, "冒充.pdf")
	for path, body := range map[string]string{good: smallPDF, bad: "this is no PDF"} {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.Go(desk + "/exhibits?indicator=1")
	p.Select("#dated", "2020-06-01")
	p.Upload("#file", bad)
	p.Press("#upload .actions button")
	if got := p.Count(".problems li"); got != 1 {
		t.Errorf("a file that is not what it claims: %d refusals, want 1", got)
	}
	if got := p.Value("#dated"); got != "2020-06-01" {
		t.Errorf("what was typed is gone: date %q", got)
	}
	p.Shot("applicant-refused")
	p.Upload("#file", good)
	p.Press("#upload .actions button")
	if got := p.Text("tbody"); !strings.Contains(got, "清单.pdf") || strings.Contains(got, "冒充.pdf") {
		t.Errorf("uploaded files: got %q", got)
	}
	p.Shot("applicant-exhibits")
}

// smallPDF is one empty page.
const smallPDF = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" +
	"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n" +
	"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n" +
	"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n0000000115 00000 n \n" +
	"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n186\n%%EOF\n"
