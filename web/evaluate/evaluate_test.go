package evaluate_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/scorebook"
)

const (
	dossier     = "/evaluate/2020-640105-comprehensive"
	board       = "/office/evaluation"
	results     = board + "/dossiers/2020-640105-comprehensive"
	assignments = board + "/assignment"
)

// sheet gives every indicator that applies the same mark, and accepts that 28
// does not.
func sheet(mark string) url.Values {
	form := url.Values{"opinion": {"总体良好"}, "do": {"check"}}
	for n := 1; n <= 100; n++ {
		if n >= 23 && n <= 25 {
			continue
		}
		form.Set("mark-"+strconv.Itoa(n), mark)
		form.Set("reason-"+strconv.Itoa(n), "见材料")
	}
	form.Set("mark-28", "")
	form.Set("na-28", "yes")
	return form
}

// assigned is a house in which first and second have the dossier.
func assigned(t *testing.T) (h *house, office, first, second *client) {
	t.Helper()
	h = newHouse(t)
	office, first, second = h.client("office"), h.client("first"), h.client("second")
	office.get(board).want(t, 200, "西夏区", "未分派")
	office.fill(assignments, board+"/2020-640105-comprehensive/assign", url.Values{"assessor": {"first"}}).
		want(t, 409, "没有合同记录")
	office.fill(board+"/institutions", board+"/institutions", url.Values{"round": {"2020"}, "name": {firm}, "kind": {"third-party"}, "contract": {""}}).
		want(t, 422, "请填写合同或委托文件的编号", `value="`+firm+`"`)
	office.fill(board+"/institutions", board+"/institutions", url.Values{"round": {"2020"}, "name": {firm}, "kind": {"third-party"}, "contract": {"委〔2020〕7号"}}).
		want(t, http.StatusSeeOther)
	for _, name := range []string{"first", "second"} {
		office.fill(assignments, board+"/2020-640105-comprehensive/assign", url.Values{"assessor": {name}}).want(t, http.StatusSeeOther)
	}
	return h, office, first, second
}

// bring fills in the whole sheet and confirms it.
func (c *client) bring(t *testing.T, mark string) {
	t.Helper()
	got := c.fill(dossier, dossier+"/sheet", sheet(mark))
	got.want(t, http.StatusSeeOther)
	if to := got.header.Get("Location"); to != dossier+"/submit" {
		t.Errorf("got %s, want the page that checks the sheet", to)
	}
	c.get(dossier+"/submit").want(t, 200, "可以提交", "总体良好")
	c.fill(dossier+"/submit", dossier+"/submit", nil).want(t, http.StatusSeeOther)
}

// sign writes and signs the opinion of the institution.
func (c *client) sign(t *testing.T) {
	t.Helper()
	form := url.Values{"do": {"sign"}, "version": {"0"}, "password": {password}, "opinion": {"同意"}}
	for n := range 8 {
		form.Set("opinion-"+strconv.Itoa(n+1), "符合要求")
	}
	c.get("/evaluate/opinions").want(t, 200, "待撰写签署")
	c.fill(dossier+"/institution", dossier+"/institution", form).want(t, http.StatusSeeOther)
	c.get("/evaluate/opinions").want(t, 200, "已签署")
}

func declare(t *testing.T, c *client) {
	t.Helper()
	c.fill(dossier, dossier+"/interest", url.Values{"interest": {"clear"}, "text": {""}}).want(t, http.StatusSeeOther)
}

func TestTheEvaluationGoesFromAssignmentToTheFinding(t *testing.T) {
	t.Parallel()
	h, office, first, second := assigned(t)
	first.get("/evaluate").want(t, 200, "西夏区", "待声明")
	page := first.get(dossier)
	page.want(t, 200, "利益关系声明")
	if strings.Contains(page.body, "王一") || strings.Contains(page.body, "清单.pdf") {
		t.Error("C95: the dossier is shown before the declaration")
	}
	first.fill(dossier, dossier+"/interest", url.Values{"interest": {"conflict"}, "text": {""}}).want(t, 422, "请说明是什么利益关系")
	declare(t, first)
	first.get(dossier).want(t, 200, "王一", "清单.pdf", "轮次开启后形成", "说明99", "没有建议、提案", "无佐证")

	// The whole sheet in one request, without a script.
	draft := sheet("9")
	draft.Set("do", "save")
	draft.Set("opinion", "")
	first.fill(dossier, dossier+"/sheet", draft).want(t, http.StatusSeeOther)
	first.get(dossier).want(t, 200, `id="settled">97<`, `value="9.00"`, `data-lacks="opinion"`)
	first.get("/evaluate").want(t, 200, "97 / 97 项", "缺 1 条", "47 天")
	first.get(dossier+"/submit").want(t, 200, "还不能提交", "缺意见")
	first.fill(dossier+"/submit", dossier+"/submit", nil).want(t, 422, "请写总体评估意见")
	first.bring(t, "9")
	first.get(dossier).want(t, 200, "评分表已提交，总分 90.00")
	first.fill(dossier, dossier+"/sheet", url.Values{"do": {"save"}, "mark-1": {"10"}}).want(t, 409, "已提交")

	declare(t, second)
	if page := second.get(dossier); strings.Contains(page.body, "9.00") || strings.Contains(page.body, "90.00") {
		t.Error("C94: the second assessor sees the first one's marks")
	}
	office.fill(results, results+"/close", nil).want(t, 409, "还有评分表没有提交")
	if page := office.get(board); strings.Contains(page.body, "90.00") {
		t.Error("the office sees a total while another assessor still marks")
	}
	second.bring(t, "8.6")
	office.get(board).want(t, 200, "90.00", "86.00")
	office.fill(results, results+"/close", nil).want(t, 409, "尚未签署评估意见")
	first.sign(t)
	office.fill(results, results+"/close", nil).want(t, http.StatusSeeOther)
	office.get(board).want(t, 200, "88.00", "± 2.00", "4.00")
	if f := h.finding(); f == nil || f.Mark != 8800 || f.SE != 200 {
		t.Errorf("finding: got %+v, want 88.00 with 2.00", f)
	}
	office.fill(board, board+"/close", url.Values{"round": {"2020"}}).want(t, http.StatusSeeOther)
	closed, err := h.book.Closed(t.Context(), 2020)
	if _, ok := closed[scorebook.Evaluation]; err != nil || !ok {
		t.Errorf("the instrument is not closed: %v", err)
	}
}

func TestWrongMarksAreRefusedWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	_, _, first, _ := assigned(t)
	declare(t, first)
	for name, row := range map[string]struct {
		change url.Values
		status int
		says   string
	}{
		"above full marks":     {url.Values{"mark-1": {"10.01"}}, 422, "请填写 0 到 10.00 之间的分数"},
		"negative":             {url.Values{"mark-1": {"-1"}}, 422, "不是有效的分数"},
		"no number":            {url.Values{"mark-1": {"九分"}}, 422, "不是有效的分数"},
		"three decimals":       {url.Values{"mark-1": {"9.001"}}, 422, "不是有效的分数"},
		"excused and marked":   {url.Values{"mark-28": {"5"}}, 422, "不能认定为不适用"},
		"does not apply (C66)": {url.Values{"mark-23": {"5"}}, 422, "不适用于该单位"},
		"a value that is none": {url.Values{"figure-5-0": {"五天"}}, 422, "五天"},
		"unknown field":        {url.Values{"total": {"100"}}, 400, "格式不对"},
		"doubled field":        {url.Values{"mark-1": {"1", "2"}}, 400, "格式不对"},
		"no button":            {url.Values{"do": {""}}, 400, "格式不对"},
	} {
		t.Run(name, func(t *testing.T) {
			form := sheet("9")
			for k, v := range row.change {
				form[k] = v
			}
			got := first.fill(dossier, dossier+"/sheet", form)
			got.want(t, row.status, row.says)
			if row.status == 422 {
				got.want(t, 422, `name="mark-2" value="9"`)
			}
		})
	}
}

func TestWithoutAScriptAStalePageIsToldWhichItemChangedAndShowsBoth(t *testing.T) {
	t.Parallel()
	h, _, first, _ := assigned(t)
	declare(t, first)
	stale := url.Values{"do": {"save"}, "mark-1": {"3"}, "reason-1": {"我的理由"}, "mark-2": {"4"}, "csrf": {first.get(dossier).csrf()}}
	first.get(dossier).versions(stale)
	first.fill(dossier, dossier+"/sheet", url.Values{"do": {"save"}, "mark-1": {"7"}, "reason-1": {"另一窗口的理由"}}).want(t, http.StatusSeeOther)
	got := first.post(dossier+"/sheet", stale)
	got.want(t, 409, "第 1 项在另一个窗口改过", "7.00", "另一窗口的理由", `value="3"`, "我的理由")
	a, err := h.store.Assignment(t.Context(), key, "first")
	if err != nil || a.Sheet.Verdicts["1"].Mark != 700 || a.Sheet.Verdicts["2"].Mark != 400 {
		t.Errorf("got %+v, %v, want the first stored and the other item kept", a.Sheet.Verdicts, err)
	}
	// Whoever saves from the page that shows both has decided.
	again := url.Values{"do": {"save"}, "mark-1": {"3"}, "reason-1": {"我的理由"}, "csrf": {got.csrf()}}
	got.versions(again)
	first.post(dossier+"/sheet", again).want(t, http.StatusSeeOther)
	first.get(dossier).want(t, 200, `name="mark-1" value="3.00"`)
}

func TestOneHeadingCanBeMarkedOnAPageOfItsOwn(t *testing.T) {
	t.Parallel()
	_, _, first, _ := assigned(t)
	declare(t, first)
	whole, part := first.get(dossier), first.get(dossier+"?level=2")
	part.want(t, 200, `name="mark-28"`, `href="?level=1"`, `href="?level=3"`)
	if strings.Contains(part.body, `name="mark-1"`) || len(part.body)*2 > len(whole.body) {
		t.Errorf("got %d bytes of %d, want one heading alone", len(part.body), len(whole.body))
	}
	got := first.fill(dossier+"?level=2", dossier+"/sheet", url.Values{"do": {"save"}, "level": {"2"}, "mark-26": {"9"}})
	got.want(t, http.StatusSeeOther)
	if to := got.header.Get("Location"); !strings.HasPrefix(to, dossier+"?level=2") {
		t.Errorf("got %s, want the same heading again", to)
	}
	// A mark that is wrong on the page of a heading is shown there again.
	first.fill(dossier+"?level=2", dossier+"/sheet", url.Values{"do": {"save"}, "level": {"2"}, "mark-26": {"11"}}).want(t, 422, `value="11"`, `href="?level=3"`)
}

func TestTheScriptKeepsOneItemARequestAndIsToldWhatItLacks(t *testing.T) {
	t.Parallel()
	h, _, first, second := assigned(t)
	declare(t, first)
	var state struct {
		CSRF  string
		Open  bool
		Items map[string]map[string]string
	}
	first.read(t, dossier+"/state", &state)
	if !state.Open || len(state.Items) != 0 || state.CSRF == "" {
		t.Fatalf("got %+v", state)
	}
	send := func(item string, form url.Values) (int, told) {
		t.Helper()
		form.Set("csrf", state.CSRF)
		got := first.post(dossier+"/items/"+item, form)
		var out told
		if err := json.Unmarshal([]byte(got.body), &out); err != nil {
			t.Fatalf("%d %v: %.200s", got.status, err, got.body)
		}
		return got.status, out
	}
	status, got := send("1", url.Values{"mark-1": {"1"}, "seen-1": {"0"}})
	if status != 200 || got.State != "kept" || got.Version != 1 || !got.Settled || len(got.Lacks) != 1 || got.Lacks[0] != "reason" {
		t.Errorf("got %d %+v, want it kept, its reason missing", status, got)
	}
	status, got = send("1", url.Values{"mark-1": {"11"}, "seen-1": {"1"}})
	if status != 422 || got.State != "wrong" || got.Problems["mark-1"] == "" {
		t.Errorf("got %d %+v, want the words at the field", status, got)
	}
	status, got = send("1", url.Values{"mark-1": {"8"}, "seen-1": {"0"}})
	if status != 409 || got.State != "clash" || got.Fields["mark-1"] != "1.00" || got.Version != 1 {
		t.Errorf("got %d %+v, want what is stored", status, got)
	}
	status, got = send("5", url.Values{"mark-5": {"9"}, "figure-5-0": {"6"}})
	if status != 200 || len(got.Judged) != 1 || got.Judged[0].State != "unmet" || got.Judged[0].Text != "未达到" {
		t.Errorf("got %d %+v, want 6 days above 5", status, got)
	}
	status, got = send("opinion-1", url.Values{"opinion-1": {"第一个一级指标较好"}})
	if status != 200 || got.Version != 1 || len(got.Lacks) != 0 {
		t.Errorf("got %d %+v", status, got)
	}
	first.read(t, dossier+"/state", &state)
	if state.Items["5"]["figure-5-0"] != "6" || state.Items["opinion-1"]["opinion-1"] == "" || state.Items["1"]["seen-1"] != "1" {
		t.Errorf("got %+v", state.Items)
	}
	second.post(dossier+"/items/1", url.Values{"csrf": {second.get("/evaluate").csrf()}, "mark-1": {"1"}}).want(t, 403)
	h.set("2020-11-01 00:00:00")
	if status, got = send("2", url.Values{"mark-2": {"8"}}); status != 403 || got.State != "refused" {
		t.Errorf("got %d %+v, want it refused after the window", status, got)
	}
}

// told is the answer to one item.
type told struct {
	State    string
	Version  int
	Fields   map[string]string
	Problems map[string]string
	Lacks    []string
	Settled  bool
	Judged   []struct{ State, Text string }
}

func (c *client) read(t *testing.T, path string, into any) {
	t.Helper()
	got := c.get(path)
	if err := json.Unmarshal([]byte(got.body), into); got.status != 200 || err != nil {
		t.Fatalf("%s: %d, %v", path, got.status, err)
	}
}

func TestC27WhatIsNotAssignedLooksAsIfItDidNotExist(t *testing.T) {
	t.Parallel()
	h, _, first, _ := assigned(t)
	declare(t, first)
	d, err := h.store.Dossier(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	exhibit := "/exhibits/" + string(d.Exhibits[0].ID)
	got := first.get(dossier + exhibit)
	if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") ||
		got.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
		t.Errorf("exhibit: got %d %v", got.status, got.header)
	}
	third, applicant, office := h.client("third"), h.client("xixia"), h.client("office")
	const none = "/evaluate/2020-640106-comprehensive"
	for _, path := range []string{"", exhibit} {
		if a, b := third.get(dossier+path), third.get(none+path); a.status != 404 || b.status != 404 {
			t.Errorf("%s: got %d and %d, want 404", path, a.status, b.status)
		}
		// C96: neither the applicant nor the office marks.
		if a, b := applicant.get(dossier+path), office.get(dossier+path); a.status != 403 || b.status != 403 {
			t.Errorf("%s: applicant %d, office %d, want 403", path, a.status, b.status)
		}
	}
	form := sheet("10")
	form.Set("csrf", third.get("/evaluate").csrf())
	third.post(dossier+"/sheet", form).want(t, 404)
	form.Set("csrf", hidden(applicant.get("/password").body, "csrf"))
	applicant.post(dossier+"/sheet", form).want(t, 403)
	if got := applicant.get(board); got.status != 403 {
		t.Errorf("C97: an applicant reads the board: %d", got.status)
	}
}

func TestC84MarkingIsRefusedOutsideTheWindow(t *testing.T) {
	t.Parallel()
	h, _, first, _ := assigned(t)
	declare(t, first)
	for _, c := range []struct {
		moment, mark string
		status       int
	}{{"2020-10-31 23:59:59", "9", 303}, {"2020-11-01 00:00:00", "8", 403}} {
		h.set(c.moment)
		got := first.get(dossier)
		form := sheet(c.mark)
		form.Set("do", "save")
		got.versions(form)
		form.Set("csrf", got.csrf())
		got = first.post(dossier+"/sheet", form)
		if c.status == 403 {
			got.want(t, c.status, "2020-09-01", "2020-10-31", `value="8"`)
		} else {
			got.want(t, c.status)
		}
	}
}

func TestC93ProblemsGoFromTheAssessorToAnOutcome(t *testing.T) {
	t.Parallel()
	h, office, first, second := assigned(t)
	declare(t, first)
	declare(t, second)
	const register = dossier + "/problems"
	first.get(register+"?item=5").want(t, 200, "企业开办", `name="item" value="5"`)
	first.fill(register+"?item=5", register, url.Values{"problem": {" "}, "item": {"5"}, "kind": {"unproven"}, "severity": {"minor"}}).want(t, 422, "请写明发现的问题", "企业开办")
	first.fill(register+"?item=5", register, url.Values{"problem": {"日期前后矛盾"}, "item": {"5"}, "kind": {"false"}, "severity": {"serious"}}).want(t, http.StatusSeeOther)
	if page := second.get(dossier); strings.Contains(page.body, "日期前后矛盾") {
		t.Error("another assessor reads it")
	}
	office.get(board+"/problems").want(t, 200, "日期前后矛盾")
	all, err := h.store.Problems(t.Context(), 2020)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	office.fill(board+"/problems", board+"/problems/"+all[0].ID, url.Values{"result": {"settled"}, "outcome": {"已核实"}}).want(t, http.StatusSeeOther)
	first.get(dossier).want(t, 200, "已核实")
	// C99: cancelled, and then gone for assessors.
	ctx, wang := t.Context(), access.Actor{Name: "wang", Role: access.Office}
	err = errors.Join(
		h.service.ProposeCancel(ctx, wang, key, application.Cancellation{Reason: "编造数据", Evidence: "核查记录", Document: "文件"}),
		h.service.ConfirmCancel(ctx, access.Actor{Name: "chen", Role: access.Office}, key, h.now().UnixMilli()))
	if err != nil {
		t.Fatal(err)
	}
	first.get(dossier).want(t, 404)
}

func TestC94TheOfficeGivesASheetBackWithAReason(t *testing.T) {
	t.Parallel()
	h, office, first, _ := assigned(t)
	declare(t, first)
	const page = board + "/2020-640105-comprehensive/reopen"
	first.bring(t, "9")
	office.get(board).want(t, 200, `reopen?assessor=first`)
	office.get(page+"?assessor=first").want(t, 200, "退回后评估员可以再改")
	office.fill(page+"?assessor=first", page, url.Values{"assessor": {"first"}, "reason": {" "}}).want(t, 422, "请写明退回重新评分的理由")
	first.get(page+"?assessor=first").want(t, 403)
	office.fill(page+"?assessor=first", page, url.Values{"assessor": {"first"}, "reason": {"第 7 项年份看错"}}).want(t, http.StatusSeeOther)
	first.get(dossier).want(t, 200, "第 7 项年份看错", `name="mark-7" value="9.00"`)
	first.bring(t, "8")
	office.get(page+"?assessor=first").want(t, 200, "第 7 项年份看错")
	all, err := h.store.Submissions(t.Context(), key, "first")
	if err != nil || len(all) != 2 || all[0].Total != 9000 || all[1].Total != 8000 {
		t.Errorf("got %d sheets, %v, want both", len(all), err)
	}
}

func TestEveryPageSpeaksEnglishToo(t *testing.T) {
	t.Parallel()
	_, office, first, _ := assigned(t)
	first.get("/evaluate?lang=en").want(t, 200, "Assigned to you")
	first.get(dossier).want(t, 200, "Declaration of interests")
	declare(t, first)
	first.get(dossier).want(t, 200, "Score sheet")
	office.get(board+"?lang=en").want(t, 200, "Third-party evaluation")
}
