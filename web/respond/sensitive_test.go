package respond_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/survey/questionnaire"
)

// marked is the sample with one question of the background marked as sensitive, which
// takes a text that can be found in a file.
func marked(t *testing.T) []byte {
	t.Helper()
	f, err := questionnaire.Read(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	f.Add(questionnaire.Background, questionnaire.Item{
		ID: "h1", Type: questionnaire.Words, MaxChars: 40, Text: questionnaire.Text{Zh: "您得过什么病？", En: "Which illnesses have you had?"},
		Sensitive: "health", Why: questionnaire.Text{Zh: "了解就医办事。", En: "To learn about medical errands."},
	})
	return f.JSON()
}

// TestS38ASensitiveQuestionHasItsOwnConsentOnThePages: on the paged way it comes right
// before the question, without script, and may be passed over; then the question does
// not come. On the page with all questions an answer without the consent is dropped:
// it stands in no file. The notice names the kind.
func TestS38ASensitiveQuestionHasItsOwnConsentOnThePages(t *testing.T) {
	h := openWith(t, marked(t))
	first := h.get("/q/" + h.oneTime[0])
	h.has(first, "医疗健康，每一题前面都会单独征求您的同意")
	h.has(h.get("/q/"+h.oneTime[0]+"?lang=en"), "some questions concern health and medical care")
	answers, _ := sampleAnswers()
	all := h.get("/q/" + h.oneTime[0] + "?view=all")
	h.has(all, `name="h1.ok"`, `name="h1"`)
	form := all.form()
	for id, values := range answers {
		form[id] = values
	}
	form.Set("h1", "MARKER-without")
	form.Set("_do", "send")
	h.has(h.post(all.action(), form), "已收到您的回答")

	p := h.press(h.get("/q/"+h.oneTime[1]), "next", "consent", "yes")
	asked := 0
	for steps := 0; !strings.Contains(p.body, "<dl>"); steps++ {
		id, form := p.form().Get("_at"), p.form()
		switch id {
		case "h1.ok":
			h.has(p, "医疗健康", "了解就医办事。", "不同意就跳过", "同意，请问", "这一题可以不答")
			h.has(h.press(p, "lang:en"), "health and medical care", "To learn about medical errands.", "No, leave it out")
			passed := h.press(p, "next")
			if got := passed.form().Get("_at"); got == "h1" || got == "h1.ok" {
				t.Fatalf("without an answer %s comes next", got)
			}
			form.Set(id, "yes")
		case "h1":
			asked++
			form.Set(id, "MARKER-agreed")
		default:
			form[id] = answers[id]
		}
		form.Set("_do", "next")
		if p = h.post(p.action(), form); p.status != 200 || steps > 40 {
			t.Fatalf("%s: status %d", id, p.status)
		}
	}
	h.has(h.press(h.press(p, "next"), "send"), "已收到您的回答", "适用的隐私告知：notice-4f1c0a9be37d5286")
	var kept []string
	for _, s := range h.kept() {
		kept = append(kept, h.paper.Code(s, "h1.ok")+" "+h.paper.Standing(s, "h1").String())
	}
	if got, want := strings.Join(kept, ", "), " not_asked, yes substantive"; got != want || asked != 1 {
		t.Errorf("kept: %q, want %q; asked %d times", got, want, asked)
	}
	if raw := h.raw(); bytes.Contains(raw, []byte("MARKER-without")) || !bytes.Contains(raw, []byte("MARKER-agreed")) {
		t.Error("the files hold what nobody consented to, or not what somebody did")
	}
}

// TestS38AChildsPathEndsWithoutAnAnswer: the page says that nothing is stored, and
// nothing is, drafts neither; whoever sends it all the same leaves a sheet without
// answers.
func TestS38AChildsPathEndsWithoutAnAnswer(t *testing.T) {
	h := open(t)
	p := h.press(h.get("/q/"+h.oneTime[0]), "next", "consent", "yes")
	p = h.press(p, "next", "s1", "u18")
	h.has(p, "这次调查只访问成年人", "一项也没有存下", `data-sent="1"`)
	if strings.Contains(p.body, `<p id="code">`) {
		t.Error("a draft was kept of a child")
	}
	h.has(h.press(p, "lang:en"), "This survey asks adults only", "Nothing of what you entered has been stored")
	if got := h.kept(); len(got) != 0 {
		t.Errorf("before anything was sent: %+v", got)
	}
	p = h.press(p, "next")
	h.has(p, "不记任何回答", "不提交也可以")
	h.has(h.press(p, "send"), "不在这次调查的访问范围内")
	got := h.kept()
	if len(got) != 1 || got[0].Outcome() != "screened_out:s1" || h.paper.Standing(got[0], "s1") != questionnaire.NotAsked {
		t.Errorf("kept: %+v", got)
	}
}

// raw is all that lies on the disk of the house's database.
func (h *house) raw() []byte {
	h.t.Helper()
	var all []byte
	for _, name := range []string{"survey.db", "survey.db-wal"} {
		part, err := os.ReadFile(filepath.Join(h.dir, name))
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, part...)
	}
	return all
}
