package apply_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/roster"
)

// part sends one block of a page as its script does, made from a page that was
// seen at that count of edits.
func (c *client) part(page, part, seen string, more url.Values) answer {
	c.h.t.Helper()
	form := url.Values{"csrf": {c.get(page).csrf()}, "seen": {seen}, "part": {part}}
	for name, values := range more {
		form[name] = values
	}
	return c.post(page, form)
}

func TestC18EachChangeIsAnsweredWithTheShareInIntegers(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	c.fill(desk+"/self", desk+"/self", claims(87)).want(t, http.StatusSeeOther)
	seen := hidden(c.get(desk+"/self").body, "seen")
	c.part(desk+"/self", "100", seen, url.Values{"claim-100": {"unmet"}}).
		want(t, 200, `data-state="saved"`, "达到 87 项，适用 97 项，至少需要 88 项", "未到申报比例", "还差 1 项")
	seen = hidden(c.get(desk+"/self").body, "seen")
	c.part(desk+"/self", "100", seen, url.Values{"claim-100": {"met"}, "figure-100-0": {"9"}}).
		want(t, 200, `data-state="saved"`, "达到 88 项", "达到申报比例", "不符合数值要求", "自评“达到”，但填报的数值不符合标准", "没有佐证材料")
	if got := h.stored("640105", roster.Comprehensive).Claims["100"].Entry(0).Figure; got != "9" {
		t.Errorf("figure: got %q", got)
	}
}

func TestC107AZeroDenominatorOffersNotApplicable(t *testing.T) {
	t.Parallel()
	_, c := open(t)
	c.part(desk+"/self", "28", "0", url.Values{"part-28-0": {"0"}, "whole-28-0": {"0"}}).
		want(t, 200, `data-state="saved"`, "分母为 0，没有此类事项", "data-offer", "本项可以改为“不适用”")
	got := c.part(desk+"/self", "28", "1", url.Values{"claim-28": {"na"}, "reason-28": {"没有建议、提案"}, "whole-28-0": {"0"}})
	got.want(t, 200, `data-state="saved"`, "适用 96 项，至少需要 87 项")
	if strings.Contains(got.body, "data-offer") {
		t.Error("it is offered still")
	}
}

func TestTheSecondOfTwoSeesBothTextsAndLosesNothing(t *testing.T) {
	t.Parallel()
	h, one := open(t)
	two := h.client("xixia")
	one.part(desk+"/self", "1", "0", url.Values{"claim-1": {"met"}, "note-1": {"先写的"}}).want(t, 200, `data-state="saved"`)
	// Another indicator, from a page as old: no conflict.
	two.part(desk+"/self", "2", "0", url.Values{"claim-2": {"met"}}).want(t, 200, `data-state="saved"`)
	clash := two.part(desk+"/self", "1", "0", url.Values{"claim-1": {"unmet"}, "note-1": {"后写的"}})
	clash.want(t, http.StatusConflict, `data-state="conflict"`, "xixia 在", "改过这一项", "先写的", `data-field="note-1"`)
	if got := h.stored("640105", roster.Comprehensive).Claims["1"].Note; got != "先写的" {
		t.Errorf("stored %q", got)
	}
	// Without script: the form comes back with both texts, and saving again decides.
	form := url.Values{"claim-1": {"unmet"}, "note-1": {"后写的"}, "seen": {"0"}}
	page := two.fill(desk+"/self", desk+"/self?level=1", form)
	page.want(t, http.StatusConflict, "先写的", ">\n后写的</textarea>", "再次保存将以您的内容为准")
	form.Set("seen", hidden(page.body, "seen"))
	two.fill(desk+"/self", desk+"/self?level=1", form).want(t, http.StatusSeeOther)
	if got := h.stored("640105", roster.Comprehensive).Claims["1"].Note; got != "后写的" {
		t.Errorf("stored %q", got)
	}
}

func TestAFormSavesOnlyWhatThePersonHasChanged(t *testing.T) {
	t.Parallel()
	h, one := open(t)
	one.fill(desk+"/self", desk+"/self", url.Values{"claim-1": {"met"}, "note-1": {"甲"}}).want(t, http.StatusSeeOther)
	page := one.get(desk + "/self?level=1").body
	was, seen := hidden(page, "was-1"), hidden(page, "seen")
	one.part(desk+"/self", "1", seen, url.Values{"claim-1": {"met"}, "note-1": {"乙"}}).want(t, 200)
	// A colleague's whole page of before: indicator 1 as it was, 3 new.
	one.fill(desk+"/self", desk+"/self?level=1", url.Values{
		"seen": {seen}, "was-1": {was}, "claim-1": {"met"}, "note-1": {"甲"}, "claim-3": {"unmet"},
	}).want(t, http.StatusSeeOther)
	got := h.stored("640105", roster.Comprehensive).Claims
	if got["1"].Note != "乙" || got["3"].Verdict != application.Unmet {
		t.Errorf("got %+v and %+v", got["1"], got["3"])
	}
}

func TestC79PartsOfTheReportAreSavedByThemselves(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	c.part(desk+"/report", "measures", "0", url.Values{"measures": {strings.Repeat("法", 1990)}}).want(t, 200, `data-state="saved"`)
	c.part(desk+"/report", "results", "1", url.Values{"results": {strings.Repeat("治", 11)}}).
		want(t, 200, `data-state="saved"`)
	c.part(desk+"/report", "results", "2", url.Values{"results": {strings.Repeat("治", 10)}}).want(t, 200, `data-state="saved"`)
	c.part(desk+"/report", "measures", "0", url.Values{"measures": {"另一个人写的"}}).
		want(t, http.StatusConflict, `data-state="conflict"`, strings.Repeat("法", 1990))
	if got := h.stored("640105", roster.Comprehensive).Report; len([]rune(got["measures"])) != 1990 || len([]rune(got["results"])) != 10 {
		t.Errorf("stored %d and %d characters", len([]rune(got["measures"])), len([]rune(got["results"])))
	}
}

func TestC77WhenTheWindowClosesWhatWasTypedStaysReadable(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	page := c.get(desk + "/self?level=1")
	page.want(t, 200, "还有 21 天 15 小时")
	h.set("2020-09-01 00:00:00")
	c.part(desk+"/self", "1", "0", url.Values{"claim-1": {"met"}, "note-1": {"写到一半"}}).
		want(t, http.StatusForbidden, `data-state="closed"`, "申报时间为 2020-08-01 至 2020-08-31")
	c.fill(desk+"/self", desk+"/self?level=1", url.Values{"claim-1": {"met"}, "note-1": {"写到一半"}}).
		want(t, http.StatusForbidden, ">\n写到一半</textarea>", "readonly")
	if got := h.stored("640105", roster.Comprehensive).Claims; len(got) != 0 {
		t.Errorf("stored %v", got)
	}
}

func TestC22AndC23ASingleProjectShowsItsTitleBeforehand(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client("yinchuan")
	const single = "/apply/2020/single"
	c.fill("/apply", single+"/start", nil).want(t, http.StatusSeeOther)
	c.part(single+"/profile", "profile", "0", url.Values{"project_field": {"enforcement"}, "criterion_typical": {"有代表性"}}).
		want(t, 200, `data-state="saved"`, "全区全面推行行政执法“三项制度”示范市")
	c.part(single+"/profile", "profile", "1", url.Values{"project_field": {"other"}}).want(t, 422, "请写明自主确定的工作名称")
	c.part(single+"/profile", "profile", "1", url.Values{
		"project_field": {"other"}, "project_text": {"法治乡村"}, "title": {"法治乡村建设"}, "criterion_typical": {"有代表性"},
	}).want(t, 200, "全区法治乡村示范市")
	d := h.stored("640100", roster.Single)
	if d.Project.Text != "法治乡村" || d.Criteria["typical"] != "有代表性" { // C21
		t.Errorf("stored %+v, %v", d.Project, d.Criteria)
	}
	c.get(single+"/profile").want(t, 200, "五条标准", "有代表性")
}

func TestC10TheDeskLinksEveryGapToItsField(t *testing.T) {
	t.Parallel()
	_, c := open(t)
	page := c.get(desk)
	page.want(t, 200, "还有 103 项必填内容没有填写（共 103 项）")
	for _, href := range []string{
		"/profile#leader_name", "/profile#leader_post", "/self?level=1#claim-1", "/self?level=8#claim-100", "/report#measures", "/declaration#declared",
	} {
		if !strings.Contains(page.body, `href="`+desk+href+`"`) {
			t.Errorf("no link to %s", href)
		}
		address, field, _ := strings.Cut(desk+href, "#")
		if !strings.Contains(c.get(address).body, `id="`+field+`"`) {
			t.Errorf("%s: no such field", href)
		}
	}
	for show, want := range map[string]string{"open": `id="claim-97"`, "unmet": "没有自评“未达到”的指标", "unproven": "都有佐证材料", "copied": "没有待核对的沿用内容"} {
		c.get(desk+"/self?show="+show).want(t, 200, want)
	}
}

func TestC17TheOtherTrackIsToldWhenOnlyOneMayBeFiled(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	c.fill(desk+"/self", desk+"/self", claims(97)).want(t, http.StatusSeeOther)
	c.fill(desk+"/report", desk+"/report", url.Values{"measures": {"举措"}, "results": {"成效"}, "highlights": {"亮点"}}).want(t, http.StatusSeeOther)
	c.fill(desk+"/profile", desk+"/profile", url.Values{"leader_name": {"王一"}, "leader_post": {"区长"}}).want(t, http.StatusSeeOther)
	c.fill("/apply", "/apply/2020/single/start", nil).want(t, http.StatusSeeOther)
	c.declare(t, desk)
	c.fill(desk, desk+"/file", nil).want(t, http.StatusSeeOther)
	c.get("/apply/2020/single").want(t, 200, "本轮次只能提交一类")
	c.get("/apply").want(t, 200, "评估认定", "2020-09-01 – 2020-10-31")
	c.get("/apply").want(t, 200, h.stored("640105", roster.Comprehensive).Seal().Receipt())
}

func TestC98TheDeclarationSaysByWhomAndWhenAndFalls(t *testing.T) {
	t.Parallel()
	_, c := open(t)
	c.fill(desk+"/declaration", desk+"/declaration", url.Values{"covers": {"x"}}).want(t, 422, "请作出材料真实性声明")
	c.declare(t, desk)
	c.get(desk+"/declaration").want(t, 200, "xixia 于 2020年8月10日 09:00 作出声明", "收回声明")
	c.part(desk+"/report", "measures", "0", url.Values{"measures": {"后来写的"}}).want(t, 200)
	c.get(desk+"/declaration").want(t, 200, "作出的声明已失效")
	c.get(desk).want(t, 200, "原声明已失效")
	c.fill(desk+"/declaration", desk+"/declaration", url.Values{"covers": {"x"}, "declared": {"yes"}}).want(t, http.StatusConflict, "声明没有作出")
	c.declare(t, desk)
	c.fill(desk+"/declaration", desk+"/declaration", url.Values{"do": {"undo"}, "covers": {""}}).want(t, http.StatusSeeOther)
	c.get(desk).want(t, 200, "请作出材料真实性声明")
}

func TestC10EarlierMaterialIsOfferedAndMarked(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	c.fill(desk+"/report", desk+"/report", url.Values{"measures": {"举措"}, "results": {"成效"}, "highlights": {"亮点"}}).want(t, http.StatusSeeOther)
	const single = "/apply/2020/single"
	c.fill("/apply", single+"/start", nil).want(t, http.StatusSeeOther)
	c.get(single).want(t, 200, "有 1 份本单位的材料可以沿用")
	c.get(single+"/copy").want(t, 200, "自评 0 项，报告 3 部分")
	c.fill(single+"/copy", single+"/copy", url.Values{"from": {"2020-640105-comprehensive"}, "report": {"yes"}}).want(t, http.StatusSeeOther)
	c.get(single).want(t, 200, "有 3 处内容沿用自以前的材料")
	c.get(single+"/report").want(t, 200, "沿用，待核对", "成效")
	c.post(single+"/looked", url.Values{"csrf": {c.get(single).csrf()}}).want(t, http.StatusSeeOther)
	if d := h.stored("640105", roster.Single); len(d.Copied) != 0 || d.Report[application.Achievements] != "成效" {
		t.Errorf("got %v, %v", d.Copied, d.Report)
	}
	c.fill(single+"/copy", single+"/copy", url.Values{"from": {"2020-640100-comprehensive"}, "report": {"yes"}}).want(t, 404)
}

func TestC99ABarredUnitIsToldBeforeItStarts(t *testing.T) {
	t.Parallel()
	h, c := open(t)
	err := h.store.UpdateDossier(t.Context(), application.Key{Round: 2020, Unit: "640105", Track: roster.Comprehensive},
		&audit.Entry{Action: "test", Object: "dossier"}, func(d *application.Dossier) error {
			d.State = application.Cancelled
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	page := c.get("/apply")
	page.want(t, 200, "本单位在 2020 年轮次被取消创建资格")
	if strings.Contains(page.body, "/single/start") {
		t.Error("a barred unit is offered the other track")
	}
}
