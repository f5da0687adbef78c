package evaluate_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/scorebook"
)

const (
	dossier = "/evaluate/2020-640105-comprehensive"
	board   = "/office/evaluation"
)

// sheet gives every indicator that applies the same mark, and accepts that 28
// does not.
func sheet(mark string) url.Values {
	form := url.Values{"opinion": {"总体良好"}, "do": {"submit"}}
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
	office.get(board).want(t, 200, "还没有登记评估机构", "西夏区")
	office.fill(board, board+"/2020-640105-comprehensive/assign", url.Values{"assessor": {"first"}}).
		want(t, 409, "没有合同记录")
	office.fill(board, board+"/institutions", url.Values{"round": {"2020"}, "name": {firm}, "kind": {"third-party"}, "contract": {""}}).
		want(t, 422, "请填写合同或委托文件的编号", `value="`+firm+`"`)
	office.fill(board, board+"/institutions", url.Values{"round": {"2020"}, "name": {firm}, "kind": {"third-party"}, "contract": {"委〔2020〕7号"}}).
		want(t, http.StatusSeeOther)
	for _, name := range []string{"first", "second"} {
		office.fill(board, board+"/2020-640105-comprehensive/assign", url.Values{"assessor": {name}}).want(t, http.StatusSeeOther)
	}
	return h, office, first, second
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

	// The whole sheet in one request.
	draft := sheet("9")
	draft.Set("do", "save")
	draft.Del("opinion")
	draft.Set("opinion", "")
	first.fill(dossier, dossier+"/sheet", draft).want(t, http.StatusSeeOther)
	first.get(dossier).want(t, 200, "已打分 97 项，共 97 项", "请写总体评估意见", `value="9.00"`)
	first.fill(dossier, dossier+"/sheet", sheet("9")).want(t, http.StatusSeeOther)
	first.get(dossier).want(t, 200, "评分表已提交，总分 90.00")
	first.fill(dossier, dossier+"/sheet", url.Values{"seen": {"2"}, "do": {"save"}, "mark-1": {"10"}}).want(t, 409, "已提交")

	declare(t, second)
	if page := second.get(dossier); strings.Contains(page.body, "9.00") || strings.Contains(page.body, "90.00") {
		t.Error("C94: the second assessor sees the first one's marks")
	}
	office.fill(board, board+"/2020-640105-comprehensive/close", nil).want(t, 409, "还有评分表没有提交")
	if page := office.get(board); strings.Contains(page.body, "90.00") {
		t.Error("the office sees a total while another assessor still marks")
	}
	second.fill(dossier, dossier+"/sheet", sheet("8.6")).want(t, http.StatusSeeOther)
	office.get(board).want(t, 200, "90.00", "86.00")
	office.fill(board, board+"/2020-640105-comprehensive/close", nil).want(t, http.StatusSeeOther)
	office.get(board).want(t, 200, "88.00", "标准误 2.00，相差 4.00")
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
	h, _, first, _ := assigned(t)
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
		"missing verdict":      {url.Values{"mark-50": {""}}, 422, "还有 1 项没有打分：50"},
		"low without reason":   {url.Values{"mark-1": {"1"}, "reason-1": {""}}, 422, "第 1 项的分数需要说明理由"},
		"excused and marked":   {url.Values{"mark-28": {"5"}}, 422, "不能认定为不适用"},
		"no opinion":           {url.Values{"opinion": {" "}}, 422, "请写总体评估意见"},
		"does not apply (C66)": {url.Values{"mark-23": {"5"}}, 422, "不适用于该单位"},
		"unknown field":        {url.Values{"total": {"100"}}, 400, "格式不对"},
		"doubled field":        {url.Values{"mark-1": {"1", "2"}}, 400, "格式不对"},
		"no button":            {url.Values{"do": {""}}, 400, "格式不对"},
		"stale page":           {url.Values{"seen": {"4"}}, 409, "在别处已保存过"},
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
	a, err := h.store.Assignment(t.Context(), key, "first")
	if err != nil || a.Sheet.Edits != 0 || len(a.Sheet.Verdicts) != 0 {
		t.Errorf("half stored: %+v, %v", a.Sheet, err)
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
	form.Set("seen", "0")
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
	for moment, status := range map[string]int{"2020-10-31 23:59:59": 303, "2020-11-01 00:00:00": 403} {
		h.set(moment)
		got := first.get(dossier)
		form := sheet("9")
		form.Set("do", "save")
		form.Set("seen", hidden(got.body, "seen"))
		form.Set("csrf", got.csrf())
		got = first.post(dossier+"/sheet", form)
		if status == 403 {
			got.want(t, status, "2020-09-01", "2020-10-31", `value="9"`)
		} else {
			got.want(t, status)
		}
	}
}

func TestC93ProblemsGoFromTheAssessorToAnOutcome(t *testing.T) {
	t.Parallel()
	h, office, first, second := assigned(t)
	declare(t, first)
	declare(t, second)
	first.fill(dossier, dossier+"/problems", url.Values{"problem": {" "}}).want(t, 422, "请写明发现的问题")
	first.fill(dossier, dossier+"/problems", url.Values{"problem": {"日期前后矛盾"}}).want(t, http.StatusSeeOther)
	if page := second.get(dossier); strings.Contains(page.body, "日期前后矛盾") {
		t.Error("another assessor reads it")
	}
	office.get(board).want(t, 200, "日期前后矛盾")
	all, err := h.store.Problems(t.Context(), 2020)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	office.fill(board, board+"/problems/"+all[0].ID, url.Values{"outcome": {"已核实"}}).want(t, http.StatusSeeOther)
	first.get(dossier).want(t, 200, "已核实")
	// C99: cancelled with reason and evidence, and then gone for assessors.
	office.fill(board, board+"/2020-640105-comprehensive/cancel", url.Values{"reason": {"编造数据"}, "evidence": {""}}).
		want(t, 422, "请写明依据的证据", `value="编造数据"`)
	office.fill(board, board+"/2020-640105-comprehensive/cancel", url.Values{"reason": {"编造数据"}, "evidence": {"核查记录"}}).
		want(t, http.StatusSeeOther)
	first.get(dossier).want(t, 404)
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
