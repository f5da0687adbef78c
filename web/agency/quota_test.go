package agency_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"minyi/indicators/access"
)

// setUp is a survey whose sample is drawn and whose fieldwork has not begun.
func (p *person) setUp(unit string) (at string) {
	p.t.Helper()
	made := p.post("/agency", "/agency/surveys", order(unit))
	wants(p.t, "create", made, http.StatusSeeOther)
	at, _, _ = strings.Cut(made.location, "?")
	wants(p.t, "import", p.upload(at, frameCSV()), http.StatusSeeOther)
	draw := url.Values{"seed": {"7"}, "links": {"120"}, "per_psu": {"10"}}
	wants(p.t, "draw", p.post(at, at+"/draw", draw), http.StatusSeeOther)
	return at
}

func TestQuotaIsSetCellByCellAndWatchedInTheField(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	at := li.setUp("640100")
	wants(t, "the choice", li.get(at+"/quota"), http.StatusOK, `name="strata_3"`, "s1 ", "b1 ")
	wants(t, "a question twice", li.get(at+"/quota?strata_1=b1&strata_2=b1"), http.StatusUnprocessableEntity, "请选择一至3个不同的问题")
	wants(t, "an example of this paper", li.get(at+"/quota"), http.StatusOK, "例如“s1 您的年龄是？ × s2 您现在住在哪个县（市、区）？”。", "（甄别之后才问）")
	crossed := at + "/quota?strata_1=s1&strata_2=b1"
	wants(t, "what is asked after the screening", li.get(crossed), http.StatusOK, `class="warning">这些问题排在甄别题之后：b1 您的性别是？。`)
	if early := li.get(at + "/quota?strata_1=s1"); strings.Contains(early.body, `class="warning"`) {
		t.Error("a question before the screening is warned of")
	}
	wants(t, "the cells", li.get(crossed), http.StatusOK, `name="cap_0"`, `name="cap_17"`)
	form := url.Values{"strata_1": {"s1"}, "strata_2": {"b1"}}
	for i := range 18 {
		form.Set("cap_"+strconv.Itoa(i), "")
	}
	wants(t, "no limit at all", li.post(crossed, at+"/quota", form), http.StatusUnprocessableEntity, "还没有填任何上限")
	form.Set("cap_0", "2") // 18-29, male
	form.Set("cap_1", "x")
	wants(t, "no number", li.post(crossed, at+"/quota", form), http.StatusUnprocessableEntity, "每格的上限须是", `name="cap_0" inputmode="numeric" size="6" value="2"`)
	form.Set("cap_1", "0") // 18-29, female
	wants(t, "set", li.post(crossed, at+"/quota", form), http.StatusSeeOther)
	wants(t, "set, shown", li.get(at+"/quota"), http.StatusOK, `value="2"`, "取消配额")
	wants(t, "removed", li.post(at+"/quota", at+"/quota", url.Values{"remove": {"yes"}}), http.StatusSeeOther)
	wants(t, "set again", li.post(crossed, at+"/quota", form), http.StatusSeeOther)
	wants(t, "open", li.post(at, at+"/open", url.Values{}), http.StatusSeeOther)
	tokens := li.links(at)
	for i := range 5 {
		o.answer(t, tokens[i], "4", []string{"male", "female"}[i%2]) // in the first age band
	}
	wants(t, "the counts", li.get(at), http.StatusOK, "共2格，已计入2份，上限2份，已满2格。", "<b>3</b><span>配额已满")
	li.golden("quota-open", at+"/quota")
	wants(t, "too late", li.post(at, at+"/quota", url.Values{"remove": {"yes"}}), http.StatusConflict)
}

func TestPostersHaveDatesAndACap(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	at := li.setUp("640100")
	wants(t, "the form", li.get(at), http.StatusOK, `name="cap" inputmode="numeric" size="7" required value="500"`)
	hang := url.Values{"place": {"政务大厅"}, "from": {"2020-09-12"}, "to": {"2020-09-11"}, "cap": {"0"}}
	wants(t, "wrong limits", li.post(at, at+"/posters", hang), http.StatusUnprocessableEntity, "海报的起止日期须在", "答卷上限须是", `value="政务大厅"`)
	hang.Set("to", "2020-09-30")
	hang.Set("cap", "7")
	wants(t, "hung", li.post(at, at+"/posters", hang), http.StatusSeeOther)
	page := li.get(at)
	wants(t, "shown", page, http.StatusOK, "2020-09-12 – 2020-09-30", `<td class="n">7</td>`)
	action := between(t, page.body, `action="`+at+`/posters/`, `"`)
	limit := url.Values{"from": {"2020-09-12"}, "to": {"2020-09-20"}, "cap": {"9"}}
	wants(t, "changed", li.post(at, at+"/posters/"+action, limit), http.StatusSeeOther)
	wants(t, "changed, shown", li.get(at), http.StatusOK, "2020-09-12 – 2020-09-20", `<td class="n">9</td>`)
	for _, batch := range []string{"1", "99", "x"} {
		wants(t, "batch "+batch, li.post(at, at+"/posters/"+batch, limit), http.StatusNotFound)
	}
}

func TestReviewDataCanBeDeletedAfterTheClose(t *testing.T) {
	t.Parallel()
	o := open(t)
	li := o.person(t, "li", access.Agency)
	strange := order("640100")
	strange.Set("draft_days", "61")
	wants(t, "too long", li.post("/agency", "/agency/surveys", strange), http.StatusUnprocessableEntity, "保存天数不对", `value="61"`)
	at := li.field("640200")
	wants(t, "the terms", li.get(at), http.StatusOK, "放置7天后删除", "结束后保存90天")
	o.answer(t, li.links(at)[0], "4", "male")
	sure := url.Values{"traces_sure": {"yes"}}
	wants(t, "before the close", li.post(at, at+"/traces", sure), http.StatusConflict)
	wants(t, "a place with one sheet", li.get(at), http.StatusOK, "有1个抽中的村或社区只收到一两份答卷，其中1个只有一份")
	wants(t, "close", li.post(at, at+"/close", url.Values{"sure": {"yes"}}), http.StatusSeeOther)
	wants(t, "not sure", li.post(at, at+"/traces", url.Values{}), http.StatusUnprocessableEntity, "请先勾选确认")
	wants(t, "sure", li.post(at, at+"/traces", sure), http.StatusSeeOther)
	wants(t, "gone", li.get(at), http.StatusOK, "已于", "删除</dd>")
	wants(t, "twice", li.post(at, at+"/traces", sure), http.StatusConflict)
}
