package paper_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"minyi/cmd/load/paper"
)

const page = `<!DOCTYPE html><html><body><form id="f" method="post" action="/q/ABC">
<input type="hidden" name="_form" value="key.1.mac&amp;x"><input type="hidden" name="_view" value="all"><input type="hidden" id="code" value="a word to the script">
<fieldset><label><input type="radio" name="consent" value="yes">是</label><label><input type="radio" name="consent" value="no">否</label></fieldset>
<fieldset><label><input type="checkbox" name="q1" value="a">甲</label><label><input type="checkbox" name="q1" value="b">乙</label></fieldset>
<select name="s2"><option value="">请选择</option><option value="640105">西夏区</option><option value="outside">区外</option></select>
<textarea name="open"></textarea><input type="text" name="trap"><input type="number" name="n">
<button name="_do" value="back">上一题</button><button class="g" name="_do" value="next">下一题</button>
</form></body></html>`

func TestFilledFormsEndTheQuestionnaireByNoAnswer(t *testing.T) {
	t.Parallel()
	p, err := paper.Read([]byte(page))
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(50) {
		sheet := p.Fill(rand.New(rand.NewPCG(1, seed)), 7)
		if sheet.Get("consent") != "yes" || sheet.Get("s2") != "640105" || sheet.Has("trap") || len([]rune(sheet.Get("open"))) != 7 {
			t.Fatalf("seed %d: got %v", seed, sheet)
		}
		if !slices.Contains([]string{"a", "b"}, sheet.Get("q1")) {
			t.Errorf("seed %d: q1 is %q", seed, sheet.Get("q1"))
		}
	}
}

func TestHiddenFieldsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	got := paper.Hidden([]byte(page))
	if len(got) != 2 || got.Get("_form") != "key.1.mac&x" || got.Get("_view") != "all" {
		t.Errorf("got %v, want _form and _view", got)
	}
}

func TestFormsAreSentByTheButtonThatLeadsOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, page, button string }{
		{"a question", page, "next"},
		{"the review", strings.Replace(page, `class="g" name="_do" value="next"`, `name="_do" value="send"`, 1), "send"},
		{"send before others", strings.Replace(page, `value="back"`, `value="send"`, 1), "send"},
	} {
		form, err := paper.ReadForm([]byte(c.page))
		if err != nil || form.Button != c.button || form.Action != "/q/ABC" || len(form.Hidden) != 2 {
			t.Errorf("%s: got %+v, %v, want %s", c.name, form, err, c.button)
		}
	}
}

func TestThanksHaveAReceiptAndOtherPagesHaveNone(t *testing.T) {
	t.Parallel()
	form, err := paper.ReadForm([]byte(`<p class="c" id="receipt">AB-CD</p>`))
	if err != nil || form.Receipt != "AB-CD" {
		t.Errorf("got %+v, %v", form, err)
	}
	if _, err := paper.ReadForm([]byte(`<h1>已用过</h1>`)); err == nil {
		t.Error("a page without a form and without a receipt: got no error")
	}
	if _, err := paper.Read([]byte(`<h1>已用过</h1>`)); err == nil {
		t.Error("a page without questions: got no error")
	}
}
