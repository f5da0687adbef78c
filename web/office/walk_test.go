package office_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func (h *house) must(page string, words ...string) {
	h.t.Helper()
	body := h.page(page)
	for _, w := range words {
		if !strings.Contains(body, w) {
			h.t.Errorf("%s: %q is not on the page", page, w)
		}
	}
}

// TestTheOfficesWholeRoad plays the 2020 round through the office's forms, from
// an empty database to the names.
func TestTheOfficesWholeRoad(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.send("wang", "/office/rounds", "/office/rounds", "/office/rounds/2020", values(
		"year", "2020", "plan_number", "宁法办发〔2019〕39号", "plan_date", "2019-12-18", "plan_basis", "中法办发〔2019〕10号"))
	h.must("/office/rounds/2020", "通知未作规定", "2020-08-31")
	h.send("wang", "/office/indicators?fill=equal&full=2.00", "/office/indicators", "/office/indicators", values(
		"parts.evaluation", "50", "parts.survey", "30", "parts.verification", "20"))
	h.must("/office/indicators", "第 1 版", "适用于有立法权的市", `value="2.00"`)
	h.on("2020-10-20")
	h.file()
	h.must("/office/ranking", "结果仍是密封的")
	for _, i := range []scorebook.Instrument{scorebook.Evaluation, scorebook.Survey} {
		if err := h.book.CloseInstrument(t.Context(), access.Actor{Name: "wang", Role: access.Office}, 2020, i); err != nil {
			t.Fatal(err)
		}
	}
	h.send("wang", "/office/ranking", "/office/ranking", "/office/ranking", nil)
	// 640100: (90.00*50 + 83.00*30) / 80 = 87.375; 640300 is not surveyed: 85.00.
	h.must("/office/ranking", "银川市", "87.38", "未测评", "未核查", "综合示范 · 设区的市", "<svg")
	h.whatIf()
	h.study()
	h.verify()
	h.toNames()
	h.must("/office/trail?check=1", "记录完整", "ranking.what_if", "naming.decide")
}

func (h *house) whatIf() {
	h.t.Helper()
	asked := values("parts.evaluation", "100", "parts.survey", "0", "parts.verification", "0", "bonus_cap", "5", "penalty_cap", "5", "comprehensive", "2", "single", "5")
	status, page, body := h.try("wang", "/office/ranking", "/office/ranking/what-if", asked)
	if status != fiber.StatusSeeOther {
		h.t.Fatalf("what-if: got %d: %s", status, problems(body))
	}
	h.must(page, "仅供参考", "90.00", "正式名次", "加分上限 5.00")
	h.must("/office/ranking", "试算记录", "87.38")
	asked.Set("parts.evaluation", "99")
	status, _, body = h.try("wang", "/office/ranking", "/office/ranking/what-if", asked)
	if status != fiber.StatusUnprocessableEntity || !strings.Contains(body, `value="99"`) {
		h.t.Errorf("what-if that does not add up: got %d: %s", status, problems(body))
	}
}

// study looks at all choices: it is on the record with its parameters, and refuses
// more runs than a request may take.
func (h *house) study() {
	h.t.Helper()
	status, page, body := h.try("wang", "/office/ranking", "/office/ranking/explore", values("runs", "200", "seed", "7"))
	if status != fiber.StatusSeeOther {
		h.t.Fatalf("study: got %d: %s", status, problems(body))
	}
	h.must(page, "仅供参考", "200 次试算", "<svg", "几何平均", "前列不变的范围")
	status, _, body = h.try("wang", "/office/ranking", "/office/ranking/explore", values("runs", "5000", "seed", "7"))
	if status != fiber.StatusUnprocessableEntity || !strings.Contains(body, `value="5000"`) {
		h.t.Errorf("too many runs: got %d: %s", status, problems(body))
	}
	trail, err := h.store.Trail(h.t.Context(), 0, 1000)
	if err != nil || !slices.ContainsFunc(trail, func(e audit.Entry) bool {
		return e.Action == "ranking.explore" && strings.HasPrefix(e.After, `{"runs":200,"seed":7,`)
	}) {
		h.t.Errorf("the study is not on the record with its parameters: %v", err)
	}
}

func (h *house) verify() {
	h.t.Helper()
	h.team("还没有开启核查")
	defer h.team("银川市")
	for _, unit := range []string{"640100", "640200"} {
		address := "/office/verification/" + unit + "/comprehensive"
		h.send("wang", "/office/verification", "/office/verification", address, values("target", unit+"/comprehensive"))
		status, _, body := h.try("wang", address, address, values("do", "close", "opinion", "写到一半"))
		if status != fiber.StatusUnprocessableEntity || !strings.Contains(body, "写到一半") {
			h.t.Errorf("half a record: got %d: %s", status, problems(body))
		}
		h.send("wang", address, address, "/office/verification", values("do", "close", "date", "2020-10-19", "mark", "91.5",
			"team.1", "刘代表", "team.1.category", "deputy", "opinion", "与申报一致", "check.5.verdict", "differs", "check.5", "办理时限为6个工作日"))
		h.must(address, "刘代表", "已办结", "办理时限为6个工作日")
	}
	h.send("wang", "/office/ranking", "/office/ranking", "/office/ranking", nil)
	h.must("/office/ranking", "91.50")
}

func (h *house) toNames() {
	h.t.Helper()
	h.send("wang", "/office/notice", "/office/candidates", "/office/notice", values(
		"candidate.640100/comprehensive", "on", "candidate.640200/comprehensive", "on"))
	status, _, body := h.try("wang", "/office/notice", "/office/notice", values("medium", "宁夏日报", "contact", "0951-0000000", "to", "2020-11-03"))
	if status != fiber.StatusUnprocessableEntity || !strings.Contains(body, "公示不少于 7 天") || !strings.Contains(body, "宁夏日报") {
		h.t.Errorf("short notice: got %d: %s", status, problems(body))
	}
	h.send("wang", "/office/notice", "/office/notice", "/office/notice", values("medium", "宁夏日报", "contact", "0951-0000000"))
	h.on("2020-11-05")
	if _, err := h.naming.Object(h.t.Context(), 2020, naming.Complaint{
		Target: naming.Target{Unit: "640200", Track: roster.Comprehensive}, Text: "<script>alert(1)</script>",
	}); err != nil {
		h.t.Fatal(err)
	}
	all, err := h.store.Objections(h.t.Context(), 2020)
	if err != nil {
		h.t.Fatal(err)
	}
	h.must("/office/notice", "待答复 1 件", "&lt;script&gt;")
	h.on("2020-12-10")
	status, _, body = h.try("chen", "/office/notice", "/office/naming", values("number", "宁法办发〔2020〕9号"))
	if status != fiber.StatusConflict || !strings.Contains(body, "还有 1 件异议没有答复") || !strings.Contains(body, "宁法办发〔2020〕9号") {
		h.t.Errorf("open objection: got %d: %s", status, problems(body))
	}
	h.send("wang", "/office/notice", "/office/objections/"+all[0].ID, "/office/notice", values("outcome", "upheld", "answer", "情况属实"))
	status, _, body = h.try("wang", "/office/notice", "/office/naming", values("number", "9"))
	if status != fiber.StatusForbidden || !strings.Contains(body, "另一名工作人员") {
		h.t.Errorf("one person: got %d: %s", status, problems(body))
	}
	h.send("chen", "/office/notice", "/office/naming", "/office/notice", values("number", "宁法办发〔2020〕9号"))
	h.must("/office/notice", "全区法治政府建设示范市", "宁法办发〔2020〕9号", "有效")
}

func TestABrokenSchemeKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.send("wang", "/office/rounds", "/office/rounds", "/office/rounds/2020", values(
		"year", "2020", "plan_number", "x", "plan_date", "2019-12-18", "plan_basis", "宁法办发〔2019〕39号"))
	status, _, body := h.try("wang", "/office/indicators", "/office/indicators", values(
		"city-county.7", "seven", "department.level.3", "13.99", "parts.survey", "-1"))
	if status != fiber.StatusUnprocessableEntity {
		t.Errorf("got %d", status)
	}
	for _, typed := range []string{`value="seven"`, `value="13.99"`, `value="-1"`, "“seven”不是有效的分数", "“-1”不是有效的比例"} {
		if !strings.Contains(body, typed) {
			t.Errorf("%s is not on the page: %s", typed, problems(body))
		}
	}
	status, _, body = h.try("wang", "/office/indicators", "/office/indicators", values("department.level.3", "13.99"))
	if status != fiber.StatusUnprocessableEntity || !strings.Contains(body, "合计为 99.99%") {
		t.Errorf("sum: got %d: %s", status, problems(body))
	}
}

func TestDatesAndRulesOfARound(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.send("wang", "/office/rounds", "/office/rounds", "/office/rounds/2020", values(
		"year", "2020", "plan_number", "x", "plan_date", "2019-12-18", "plan_basis", "宁法办发〔2019〕39号"))
	const page = "/office/rounds/2020"
	h.send("wang", page, page+"/settings", page, values("quota_single", "12", "both_tracks", "on", "reason", "试点"))
	r, err := h.roster.Round(t.Context(), 2020)
	if err != nil || r.Settings.QuotaSingle != 12 || !r.Settings.BothTracks {
		t.Errorf("got %+v, %v", r, err)
	}
	status, _, body := h.try("wang", page, page+"/settings", values("gate", "95", "reason", "x"))
	if status != fiber.StatusUnprocessableEntity || !strings.Contains(body, "90%") {
		t.Errorf("C71, another gate than the opinion's: got %d: %s", status, problems(body))
	}
	h.on("2020-09-02")
	status, _, body = h.try("wang", page, page+"/settings", values("report_limit", "1500", "reason", "x"))
	if status != fiber.StatusForbidden || !strings.Contains(body, "这项规则不能再改") {
		t.Errorf("late: got %d: %s", status, problems(body))
	}
	h.must("/office/indicators", "已锁定")
	if status, _, _ := h.ask("wang", fiber.MethodGet, "/office/rounds/1999", nil); status != fiber.StatusNotFound {
		t.Errorf("unknown round: got %d", status)
	}
}

// team looks as an inspector: the records are there, the ranking is not.
func (h *house) team(words string) {
	h.t.Helper()
	status, _, body := h.ask("lin", fiber.MethodGet, "/office/verification", nil)
	if status != fiber.StatusOK || !strings.Contains(body, words) || strings.Contains(body, `action="/office/verification"`) {
		h.t.Errorf("inspector: got %d, want %q: %s", status, words, body)
	}
	if status, _, _ := h.ask("lin", fiber.MethodGet, "/office/ranking", nil); status != fiber.StatusForbidden {
		h.t.Errorf("inspector reads the ranking: got %d", status)
	}
}
