package seal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

const (
	base   = "/apply/2020/comprehensive"
	office = "/office/formal/2020-640105-comprehensive"
)

func key() application.Key {
	return application.Key{Round: 2020, Unit: "640105", Track: roster.Comprehensive}
}

// ready fills in a dossier that lacks nothing, with one file.
func (h *house) ready() {
	h.t.Helper()
	ctx, by := h.t.Context(), access.Actor{Name: "xixia", Role: access.Applicant, Unit: "640105"}
	err := h.service.Start(ctx, by, key())
	terms, failed := h.service.Terms(ctx, key())
	err = errors.Join(err, failed)
	claims := map[indicators.Number]application.Claim{}
	for _, i := range terms.Applicable {
		claims[i.Number] = application.Claim{Verdict: application.Met, Value: "100", Note: "说明" + string(i.Number)}
	}
	report := map[application.Part]string{"measures": "举措甲", "results": "成效乙", "highlights": "亮点丙"}
	place := application.Placing{Indicators: []indicators.Number{"5"}, Dated: roster.On(2020, 7, 2)}
	head := application.Head{Leader: application.Leader{Name: "王一", Post: "区长"}, Declared: true}
	err = errors.Join(err, h.service.SaveSelf(ctx, by, key(), 0, claims), h.service.SaveReport(ctx, by, key(), 0, report),
		h.service.Attach(ctx, by, key(), place, "清单.pdf", strings.NewReader("%PDF-1.4\n%%EOF\n")),
		h.service.SaveProfile(ctx, by, key(), 0, head))
	if err != nil {
		h.t.Fatal(err)
	}
}

// filed files it at the door and returns the page's client and the seal.
func (h *house) filed() (*client, application.Seal) {
	h.t.Helper()
	h.ready()
	c := h.client("xixia")
	c.fill(base+"/seal", base+"/file", nil).want(h.t, http.StatusSeeOther)
	return c, h.stored("640105", roster.Comprehensive).Seal()
}

func TestC75FilingGivesAReceiptAndFilesToTakeAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, seal := h.filed()
	c.get(base+"/seal").want(t, 200, seal.Receipt(), seal.Digest, "2020-08-10 09:00:00 UTC+8", "待审查", "签字盖章扫描件")
	manifest := c.get(base + "/seal/" + seal.Digest + "/manifest.json")
	if sum := digest([]byte(manifest.body)); sum != seal.Digest {
		t.Errorf("the manifest that is sent has the digest %s, want %s", sum, seal.Digest)
	}
	var receipt application.Signed
	if err := json.Unmarshal([]byte(c.get(base+"/seal/"+seal.Digest+"/receipt.json").body), &receipt); err != nil {
		t.Fatal(err)
	}
	if err := receipt.Verify(h.service.PublicKey()); err != nil || receipt.Receipt.Manifest != seal.Digest {
		t.Errorf("receipt: got %+v, %v", receipt, err)
	}
	// A second click on the same page files nothing more.
	version := h.stored("640105", roster.Comprehensive).Version
	again := c.fill(base+"/seal", base+"/file", url.Values{"seen": {itoa(version - 1)}})
	again.want(t, http.StatusSeeOther)
	if got := h.stored("640105", roster.Comprehensive).Seals; len(got) != 1 {
		t.Errorf("got %d seals after a double click, want one", len(got))
	}
	// Another unit reaches none of it, and a stranger nothing but the check.
	other, stranger := h.client("yinchuan"), &client{h: h, cookies: map[string]string{}}
	for _, file := range []string{"manifest.json", "receipt.json", "printed.pdf", "scan"} {
		other.get(base+"/seal/"+seal.Digest+"/"+file).want(t, 404)
		stranger.get(base+"/seal/"+seal.Digest+"/"+file).want(t, http.StatusSeeOther)
	}
	h.client("wang").get(office+"/"+seal.Digest+"/manifest.json").want(t, 200)
}

func TestC75AnybodyChecksASealAndLearnsNothingElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, seal := h.filed()
	manifest := c.get(base + "/seal/" + seal.Digest + "/manifest.json").body
	anybody := &client{h: h, cookies: map[string]string{}}
	page := anybody.get("/seal/" + seal.Digest)
	page.want(t, 200, "封存有效", seal.Receipt(), "2020-08-10 09:00:00 UTC+8")
	anybody.get("/seal/"+strings.ToUpper(seal.Digest)).want(t, 200, "封存有效")
	// Digests and tokens are random: they may hold any two digits.
	said := regexp.MustCompile(`[0-9A-Za-z_-]{16,}`).ReplaceAllString(page.body, "")
	for _, secret := range []string{"640105", "西夏", "comprehensive", "综合示范", "王一", "xixia", "97", "举措甲", "待审查"} {
		if strings.Contains(said, secret) {
			t.Errorf("the public page says %q", secret)
		}
	}
	anybody.get("/seal/"+strings.Repeat("ab", 32)).want(t, 404, "系统没有这份材料的封存记录")
	anybody.get("/seal/x").want(t, 404)
	anybody.upload("/seal", "/seal", "file", "manifest.json", []byte(manifest), map[string]string{"manifest": ""}).want(t, 200, "封存有效", "一字不差")
	anybody.fill("/seal", "/seal", url.Values{"manifest": {manifest}}).want(t, 200, "一字不差")
	changed := strings.Replace(manifest, "举措甲", "举措乙", 1)
	anybody.fill("/seal", "/seal", url.Values{"manifest": {changed}}).want(t, 404, "这份清单被改动过", "自评报告")
	receipt := c.get(base + "/seal/" + seal.Digest + "/receipt.json").body
	anybody.fill("/seal", "/seal", url.Values{"manifest": {receipt}}).want(t, 200, "回执文字和签名都正确")
	anybody.fill("/seal", "/seal", url.Values{"manifest": {strings.Replace(receipt, "2020-08-10", "2020-08-09", 1)}}).want(t, 422, "文字与签名不符")
	anybody.fill("/seal", "/seal", url.Values{"manifest": {""}}).want(t, 422, "请选择清单文件")
	anybody.fill("/seal", "/seal", url.Values{"manifest": {"{}"}}).want(t, 422, "这不是封存清单")
	anybody.get("/seal?lang=en").want(t, 200, "Check a seal")
	anybody.get("/seal/"+seal.Digest).want(t, 200, "The seal stands")
}

func TestWithdrawingKeepsTheSealAndTheScanIsAttached(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, seal := h.filed()
	page := base + "/seal"
	c.upload(page, base+"/scan", "file", "盖章.txt", []byte("plain"), map[string]string{"digest": seal.Digest}).want(t, 422)
	c.upload(page, base+"/scan", "file", "盖章.pdf", []byte("%PDF-1.4\n%%EOF\n"), map[string]string{"digest": seal.Digest}).want(t, http.StatusSeeOther)
	c.get(page).want(t, 200, "盖章.pdf")
	h.client("wang").get(office).want(t, 200, "盖章.pdf")
	c.get(base+"/seal/"+seal.Digest+"/scan").want(t, 200, "%PDF-1.4")
	c.fill(page, base+"/withdraw", nil).want(t, http.StatusSeeOther)
	c.get(page).want(t, 200, "草稿", "已不再有效")
	c.get("/seal/"+seal.Digest).want(t, 200, "已不再有效")
	h.set("2020-08-11 09:00:00")
	c.fill(page, base+"/file", nil).want(t, http.StatusSeeOther)
	c.get("/seal/"+seal.Digest).want(t, 200, "已被新的提交取代", "2020-08-11 09:00:00")
	h.set("2020-09-01 00:00:00")
	c.fill(page, base+"/withdraw", nil).want(t, http.StatusForbidden, "申报时间为 2020-08-01 至 2020-08-31")
}

func TestTheOfficeDecidesAndTheUnitIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, _ := h.filed()
	wang, chen := h.client("wang"), h.client("chen")
	id := h.stored("640105", roster.Comprehensive).Exhibits[0].ID
	wang.get(office).want(t, 200, "清单.pdf", "/office/dossiers/2020-640105-comprehensive/exhibits/"+string(id)+"/preview")
	wang.get("/office/formal").want(t, 200, "西夏区", "待审查", "指标佐证 96")
	stale := url.Values{"csrf": {chen.get(office).csrf()}, "seen": {"0"}, "outcome": {"accepted"}, "reason": {"我看过了"}}
	wang.fill(office, office, url.Values{"outcome": {"returned"}, "reason": {""}, "until": {"2020-09-02"}}).
		want(t, 422, "请写明理由", "补正截止日期须在 2020-08-10 至 2020-08-31 之间")
	wang.fill(office, office, url.Values{"outcome": {"returned"}, "reason": {"缺第 6 项佐证"}, "until": {"2020-08-20"}}).want(t, http.StatusSeeOther)
	chen.post(office, stale).want(t, http.StatusConflict, "wang 刚刚已对这份材料作出决定", "我看过了")
	c.get(base+"/seal").want(t, 200, "已退回补正", "缺第 6 项佐证", "2020-08-20")
	c.fill(base+"/seal", base+"/file", nil).want(t, http.StatusSeeOther)
	chen.fill(office, office, url.Values{"outcome": {"accepted"}, "reason": {"材料齐全"}}).want(t, http.StatusSeeOther)
	c.get(base+"/seal").want(t, 200, "已受理", "材料齐全")
	if d := h.stored("640105", roster.Comprehensive); !d.Accepted() || len(d.Formal) != 2 || d.Formal[1].Files != 1 {
		t.Errorf("got %+v, want it accepted with one file read", d.Formal)
	}
	for _, path := range []string{"/office/formal?lang=en", office} {
		wang.get(path).want(t, 200)
	}
	c.get("/office/formal").want(t, http.StatusForbidden)
}

func TestC99TwoPeopleCancelAtTheDoor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, seal := h.filed()
	wang, chen := h.client("wang"), h.client("chen")
	wang.get(office).want(t, 200, "该单位不得申报下一轮次（综合和单项都不得申报）")
	grounds := url.Values{"cancel_reason": {"编造数据"}, "cancel_evidence": {""}, "cancel_document": {"宁法治办〔2020〕9号"}}
	wang.with(office, office+"/cancel", grounds).want(t, 422, "请写明依据的证据", "编造数据")
	grounds.Set("cancel_evidence", "核查记录 3 号")
	wang.with(office, office+"/cancel", grounds).want(t, http.StatusSeeOther)
	seen := url.Values{"seen": {itoa(int(h.now().UnixMilli()))}}
	wang.with(office, office+"/cancel/confirm", seen).want(t, http.StatusForbidden, "由提出人以外的另一位同事确认")
	if strings.Contains(c.get(base+"/seal").body, "编造数据") {
		t.Error("the unit reads a proposal that nobody has confirmed")
	}
	chen.with(office, office+"/cancel/drop", url.Values{"seen": seen["seen"], "drop_reason": {"证据不足"}}).want(t, http.StatusSeeOther)
	chen.with(office, office+"/cancel/confirm", seen).want(t, http.StatusConflict, "这个提议已经撤销")
	chen.with(office, office+"/cancel", grounds).want(t, http.StatusSeeOther)
	wang.with(office, office+"/cancel/confirm", seen).want(t, http.StatusSeeOther)
	c.get(base+"/seal").want(t, 200, "创建资格已取消", "宁法治办〔2020〕9号", "编造数据")
	c.get("/seal/"+seal.Digest).want(t, 200, "已不再有效")
	if body := c.get("/seal/" + seal.Digest).body; strings.Contains(body, "取消") || strings.Contains(body, "编造") {
		t.Error("the public page tells that it was cancelled")
	}
}

func TestPagesOfAnEmptyRoundAndOfNoDossier(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.client("wang").get("/office/formal").want(t, 200, "还没有单位提交申报材料")
	h.client("wang").get(office).want(t, 404)
	h.client("xixia").get(base+"/seal").want(t, 404)
	h.ready()
	page := h.client("xixia").get(base + "/seal")
	page.want(t, 200, "材料已齐备")
	if bytes.Contains([]byte(page.body), []byte(`id="receipt"`)) {
		t.Error("a draft has a receipt")
	}
}
