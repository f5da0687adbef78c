package office_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/audit"
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

// TestTheOfficeFromAnEmptyDatabaseToTheRanking plays the 2020 round through the
// office's forms up to its ranking.
func TestTheOfficeFromAnEmptyDatabaseToTheRanking(t *testing.T) {
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
	h.must("/office/trail?check=1", "记录完整", "ranking.what_if")
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
