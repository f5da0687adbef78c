package agreement_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"minyi/indicators/access"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
)

// BenchmarkBoard is the office's board of 27 applicants with two or three sheets of
// about 100 items, from the request to the last byte of the page.
func BenchmarkBoard(b *testing.B) {
	const applicants, most = 27, 100 * time.Millisecond
	h := newHouse(b, applicants, nil)
	office := h.client("office")
	office.get(board).want(b, http.StatusOK, "0 / 27")
	b.ResetTimer()
	for b.Loop() {
		office.get(board)
	}
	if each := b.Elapsed() / time.Duration(b.N); each > most {
		b.Errorf("got %s for the board, want less than %s", each, most)
	}
}

// A sheet that only the model calls far off gets its arbiter through the pages of
// the office, where closing was refused before.
func TestC94TheOfficeCallsAnArbiterForAResidual(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 27, nil)
	office, disputed := h.client("office"), h.keys[5]
	for _, who := range []string{"office", "third"} {
		role := access.Office
		if who == "third" {
			role = access.Assessor
		}
		choices := map[roster.UnitCode]evaluation.Choice{}
		for _, k := range h.keys {
			choices[k.Unit] = evaluation.Choice{Interest: evaluation.Clear}
		}
		if _, err := h.marking.DeclareAll(t.Context(), access.Actor{Name: who, Role: role, Institution: firm}, 2020, choices); err != nil {
			t.Fatal(err)
		}
	}
	page, id := board+"/dossiers/"+string(disputed.ID()), string(disputed.ID())
	office.get(board).want(t, http.StatusOK, "需要第三位评估员")
	office.get(page).want(t, http.StatusOK, "偏离模型", "请第三人评估")
	office.fill(page, page+"/close", url.Values{"despite": {""}}).want(t, http.StatusConflict, "标准差")
	office.get(board+"/assignment").want(t, http.StatusOK, "评分需要第三评估员")
	near := board + "/" + string(h.keys[6].ID()) + "/arbiter"
	office.fill(board+"/assignment", near, url.Values{}).want(t, http.StatusConflict, "不需要第三评估员")
	office.fill(page, board+"/"+id+"/arbiter", url.Values{}).want(t, http.StatusSeeOther)
	a, err := h.store.Assignment(t.Context(), disputed, "third")
	if err != nil || !a.Arbiter {
		t.Fatalf("got %+v, %v, want the third assessor as arbiter", a, err)
	}
	office.get(page).want(t, http.StatusOK, "third：", "尚未提交")
}

// Every file that is taken away is an entry in the trail; a cell that a spreadsheet would
// calculate is text.
func TestC97FilesAreEntriesAndS24NoCellIsCalculated(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 12, nil)
	office, finder := h.client("office"), h.client("finder")
	for who, text := range map[*client]string{office: "=HYPERLINK(1)", finder: "台账日期前后矛盾"} {
		who.fill(board+"/problems", board+"/problems", url.Values{
			"dossier": {string(h.keys[0].ID())}, "problem": {text}, "item": {"1"}, "exhibit": {""}, "kind": {"unproven"}, "severity": {"minor"},
		}).want(t, http.StatusSeeOther)
	}
	for _, c := range []struct {
		path, action string
		who          *client
		holds        string
	}{
		{board + "/problems/file", "problem.export", office, "'=HYPERLINK(1)"},
		{board + "/problems/file", "problem.export", finder, "台账日期前后矛盾"},
		{board + "/agreement/file", "agreement.read", office, "first"},
	} {
		before := h.logged(c.action)
		text, book := c.who.get(c.path+"?round=2020&format=csv"), c.who.get(c.path+"?round=2020&format=xlsx")
		if got := h.logged(c.action) - before; got != 2 {
			t.Errorf("%s: got %d entries for two files", c.path, got)
		}
		lines := linesOfCSV(t, text.body)
		if !holds(lines, c.holds) {
			t.Errorf("%s as CSV: got %q, want %q", c.path, lines, c.holds)
		}
		lines = linesOfBook(t, book.body)
		if !holds(lines, strings.TrimPrefix(c.holds, "'")) {
			t.Errorf("%s as a workbook: got %q, want %q", c.path, lines, c.holds)
		}
		if got := book.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: got %q, want nothing stored", c.path, got)
		}
	}
	if lines := linesOfCSV(t, finder.get(board+"/problems/file?format=csv").body); holds(lines, "'=HYPERLINK(1)") {
		t.Error("an inspector takes away what others found")
	}
}

func holds(lines [][]string, cell string) bool {
	return slices.ContainsFunc(lines, func(line []string) bool { return slices.Contains(line, cell) })
}

func linesOfCSV(t *testing.T, body string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.FieldsPerRecord = -1
	return sure(r.ReadAll())(t)
}

func linesOfBook(t *testing.T, body string) [][]string {
	t.Helper()
	f := sure(excelize.OpenReader(strings.NewReader(body)))(t)
	defer f.Close()
	return slices.DeleteFunc(sure(f.GetRows(f.GetSheetName(0)))(t), func(line []string) bool { return len(line) == 0 })
}

// The figures say in words what they come to, every picture stands beside a table,
// and too few dossiers give no coefficient.
func TestFiguresAreSaidInWordsAndTooFewAreSaidToBeTooFew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		dossiers int
		says     []string
		never    string
	}{
		{"12 dossiers", 12, []string{"（ICC(1) 为", "<svg", "各对评分的表格", "平均给分与估计的宽严", "本轮次规定采用原始得分"}, "数量太少，还不能判断"},
		{"4 dossiers", 4, []string{"材料不足 10 份，数量太少，还不能判断评分是否可靠", "数量太少，不作判断"}, "（ICC(1) 为"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			page := newHouse(t, c.dossiers, nil).client("office").get(board + "/agreement")
			page.want(t, http.StatusOK, append(c.says, "总分平均相差")...)
			if a, b := strings.Index(page.body, ">二、"), strings.Index(page.body, ">七、"); a < 0 || b < a {
				t.Errorf("the headings stand at %d and %d, want them in the order of the notice", a, b)
			}
			if strings.Contains(page.body, c.never) {
				t.Errorf("the page says %q", c.never)
			}
		})
	}
}

// What is typed into a refused form stays, an outcome is added, and a filter that
// fits nothing says how many there are.
func TestC93TheRegisterIsFilledAndFilteredThroughItsPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 4, nil)
	office, page := h.client("office"), board+"/problems"
	form := url.Values{
		"dossier": {string(h.keys[0].ID())}, "problem": {"缺少公示记录"}, "item": {"999"}, "exhibit": {""}, "kind": {"a3"}, "severity": {"grave"},
	}
	office.fill(page, page, form).want(t, http.StatusUnprocessableEntity, ">缺少公示记录</textarea>", `value="a3" selected`)
	form.Set("item", "1")
	office.fill(page, page, form).want(t, http.StatusSeeOther)
	all := sure(h.store.Problems(t.Context(), 2020))(t)
	if len(all) != 1 || all[0].Text != "缺少公示记录" {
		t.Fatalf("got %+v", all)
	}
	office.get(page+"?words=台账").want(t, http.StatusOK, "已登记的 1 个问题中没有符合条件的")
	office.fill(page, page+"/"+all[0].ID, url.Values{"result": {"settled"}, "outcome": {""}}).want(t, http.StatusUnprocessableEntity)
	office.fill(page, page+"/"+all[0].ID, url.Values{"result": {"settled"}, "outcome": {"已补充"}}).want(t, http.StatusSeeOther)
	office.get(page+"?state=closed").want(t, http.StatusOK, "缺少公示记录", "已补充", "已结")
}
