package respond_test

import (
	"bytes"
	"crypto/sha256"
	"html"
	"image/png"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"minyi/survey/ledger"
)

var (
	sealText = regexp.MustCompile(`<p class="k" id="seal">([0-9a-f ]{71})</p>`)
	command  = regexp.MustCompile(`(?s)<p class="k" id="(command|texts)">(.*?)</p>`)
)

// seal is the commitment that a page shows; empty where it shows none.
func (p page) seal() string {
	if m := sealText.FindStringSubmatch(p.body); m != nil {
		return strings.ReplaceAll(m[1], " ", "")
	}
	return ""
}

// before goes to the page from which the answers are sent.
func (h *house) before(token string) page {
	h.t.Helper()
	p := h.walk(h.get("/q/"+token), "review", func(string) int { return 1 })
	return h.press(h.press(h.press(p, "change:o1"), "next", "o1", "路灯坏了，it's dark\n100%"), "next")
}

// What stands on the page before sending is what the receipt has, in either language
// and size, and a resend has the same receipt. The page shows no answer.
func TestTheSealShownBeforeSendingIsThatOfTheReceipt(t *testing.T) {
	h := open(t)
	p := h.before(h.oneTime[0])
	whole := p.seal()
	if whole == "" || strings.Contains(p.body, "<dl>") || strings.Contains(p.body, "满意</") {
		t.Fatalf("no commitment, or answers in sight:\n%s", p.body)
	}
	if got := h.press(h.press(p, "lang:en"), "size:30").seal(); got != whole {
		t.Errorf("in the other language: got %s, want %s", got, whole)
	}
	receipt := h.press(p, "send")
	h.status(receipt, 200)
	c, err := ledger.ParseCommitment(whole)
	if err != nil {
		t.Fatal(err)
	}
	h.has(receipt, `id="receipt">`+c.Code()+"<", `href="/ledger/promise/`+whole+`"`, `href="/ledger/find?code=`+whole+`"`)
	if receipt.seal() != whole {
		t.Errorf("receipt: got %s, want %s", receipt.seal(), whole)
	}
	if again := h.press(p, "send"); again.body != receipt.body {
		t.Error("a resend got another receipt")
	}
	late := h.press(p, "audit")
	h.status(late, 409)
	if command.MatchString(late.body) {
		t.Error("what was cast was opened")
	}
}

// A check opens the commitment with the shell's own tools; the same answers then have
// a fresh one, which is cast; what was opened never is.
func TestACheckOpensTheSealAndSendsNothing(t *testing.T) {
	h := open(t)
	p := h.before(h.oneTime[0])
	opened := h.press(p, "audit")
	h.status(opened, 200)
	h.has(opened, "还没有提交", `id="salt"`)
	if opened.seal() != p.seal() || len(h.kept()) != 0 {
		t.Fatalf("opened %s of %s, %d stored", opened.seal(), p.seal(), len(h.kept()))
	}
	if again := h.press(p, "audit"); again.body != opened.body {
		t.Error("asked twice, the page differs")
	}
	if opened.packed > 3000 {
		t.Errorf("the page has %d bytes, want at most 3000", opened.packed)
	}
	lines := map[string]string{}
	for _, m := range command.FindAllStringSubmatch(opened.body, -1) {
		lines[m[1]] = html.UnescapeString(m[2])
	}
	if got := shell(t, lines["command"]); got != p.seal() {
		t.Errorf("the command gives %s, want %s\n%s", got, p.seal(), lines["command"])
	}
	if digest := shell(t, lines["texts"]); !strings.Contains(lines["command"], `"texts":"`+digest+`"`) {
		t.Errorf("the digest of the comment is %s, and is not in\n%s", digest, lines["command"])
	}
	refused := h.press(p, "send")
	h.status(refused, 409)
	h.has(refused, "这个封存码抽检时打开过", `value="send"`)
	next := h.press(opened, "next")
	h.status(next, 200)
	if next.seal() == "" || next.seal() == p.seal() || next.seal() != refused.seal() {
		t.Errorf("after the check: got %s, %s, want one fresh commitment", next.seal(), refused.seal())
	}
	receipt := h.press(next, "send")
	h.status(receipt, 200)
	if receipt.seal() != next.seal() || len(h.kept()) != 1 {
		t.Errorf("cast: got %s and %d stored, want %s and 1", receipt.seal(), len(h.kept()), next.seal())
	}
}

// shell runs a line in the system's shell and returns the digest that it prints.
func shell(t *testing.T, line string) string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	out, err := exec.CommandContext(t.Context(), sh, "-c", line).Output()
	if err != nil || len(out) < 2*sha256.Size {
		t.Fatalf("%s: %v", line, err)
	}
	return string(out[:2*sha256.Size])
}

// One POST of all questions casts at once; its receipt has the commitment and says
// that there was no check.
func TestAllOnOnePageHasItsSealOnTheReceipt(t *testing.T) {
	h := open(t)
	for _, c := range []struct{ lang, words string }{{"zh-CN", "一页提交没有抽检这一步"}, {"en", "Sent on one page there is no check"}} {
		form := filledAll(h, h.poster)
		form.Set("_lang", c.lang)
		p := h.post("/q/"+h.poster, form)
		h.status(p, 200)
		h.has(p, c.words)
		if p.seal() == "" {
			t.Errorf("%s: no commitment on the receipt", c.lang)
		}
		if again := h.post("/q/"+h.poster, form); again.body != p.body {
			t.Errorf("%s: an equal resend got another receipt", c.lang)
		}
	}
}

// The picture of a commitment comes when it is asked for, and of nothing else.
func TestTheSealsPictureIsFetchedApart(t *testing.T) {
	h := open(t)
	p := h.before(h.oneTime[0])
	h.has(p, `<img src="?qr=`+p.seal()+`" width="212" height="212" loading="lazy"`)
	picture := h.get("/q/" + h.oneTime[0] + "?qr=" + p.seal())
	if _, err := png.Decode(bytes.NewReader([]byte(picture.body))); err != nil || picture.header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture: %v, %s", err, picture.header.Get("Content-Type"))
	}
	for _, wrong := range []string{"x", strings.ToUpper(p.seal()), p.seal()[1:] + "g"} {
		if got := h.get("/q/" + h.oneTime[0] + "?qr=" + wrong).status; got != 400 {
			t.Errorf("a picture of %q: status %d, want 400", wrong, got)
		}
	}
}
