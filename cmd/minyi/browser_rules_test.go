package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators"
	"minyi/indicators/store"
)

// TestBrowserRuleBook edits the rule book of a round as the office does: marks with
// sums that follow, a threshold with its reason, a colleague who saved meanwhile, a
// workbook taken away, changed and brought back, two versions side by side, the
// figure from outside, a unit; and finds all of it in the store.
func TestBrowserRuleBook(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-07-25T09:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "office1")
	ruleMarks(t, p)
	ruleColleague(t, d, p)
	ruleThreshold(t, p)
	ruleWorkbook(t, d, p, folder)
	ruleRegisters(t, p)
	for _, barrier := range p.Barriers() {
		t.Error(barrier)
	}
	ruleStored(t, folder)
}

const saveScheme = `form[data-guard] button:not([formaction])`

// ruleMarks changes a mark: the sum follows, a sum that does not hold is refused
// with what was typed, and the check saves nothing.
func ruleMarks(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go("/office/indicators")
	p.Fill(`[name="city-county.5"]`, "3")
	if got := p.Text(`[data-sum="city-county.marks-0"]`); got != "24.00" {
		t.Errorf("the sum of marks says %q, want 24.00", got)
	}
	p.Fill(`[name="parts.survey"]`, "39")
	if got := p.Text(`[data-sum="parts"]`); got != "99.00" {
		t.Errorf("the sum of shares says %q", got)
	}
	p.Press(`button[formaction$="/check"]`)
	if got := p.Text(".problems"); !strings.Contains(got, "99.00") || p.Value(`[name="city-county.5"]`) != "3" {
		t.Errorf("the check: got %q", got)
	}
	p.TakeTroubles() // the 422 of the refused form
	p.Fill(`[name="parts.survey"]`, "40")
	p.Fill("#reason", "提高第5项分值")
	p.Press(saveScheme)
	if got := p.Text(".done"); got == "" || !strings.Contains(p.Text("h1 + .lead"), "第 2 版") {
		t.Errorf("saved: got %q", p.Text("main"))
	}
	p.Shot("rules-book")
}

// ruleColleague lets a colleague save another mark while the form is open.
func ruleColleague(t *testing.T, d *runningDemo, p *walker.Page) {
	t.Helper()
	q := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, q, "office2")
	p.Go("/office/indicators")
	q.Go("/office/indicators")
	q.Fill(`[name="department.9"]`, "2")
	q.Fill(`[name="city-county.5"]`, "4")
	q.Fill("#reason", "部门第9项")
	q.Press(saveScheme)
	p.Fill(`[name="city-county.5"]`, "6")
	p.Fill(`[name="city-county.7"]`, "2")
	p.Fill("#reason", "市县第7项")
	p.Press(saveScheme)
	p.TakeTroubles() // the 409 that says so
	kept := []string{p.Value(`[name="city-county.5"]`), p.Value(`[name="city-county.7"]`), p.Value(`[name="department.9"]`), p.Value("#reason")}
	if got := strings.Join(kept, " "); got != "6 2 2.00 市县第7项" || !strings.Contains(p.Text(".finding"), "4.00") {
		t.Errorf("after the colleague: got %q, %q", got, p.Text(".finding"))
	}
	p.Shot("rules-colleague")
	p.Press(saveScheme)
	if got := p.Text("h1 + .lead"); !strings.Contains(got, "第 4 版") {
		t.Errorf("saved after the colleague: got %q", got)
	}
}

// ruleThreshold tightens a limit and tries a value against it.
func ruleThreshold(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go("/office/indicators/city-county/5")
	p.Fill("#limit_0_value", "3")
	p.Select("#limit_0_soft", "一般")
	p.Fill("#reason", "提速要求")
	p.Press(`form[method=post][action$="/city-county/5"] button`)
	if got := p.Text("main"); !strings.Contains(got, "与通知原文不同") {
		t.Errorf("the changed limit: got %q", got)
	}
	p.Go("/office/indicators/city-county/5?try=0&from=2020-06-24&to=2020-07-01")
	if got := p.Text("#try [role=status]"); !strings.Contains(got, "仅作提示") || !strings.Contains(got, "4.00") {
		t.Errorf("24 June to 1 July 2020 over the holidays are 4 working days: got %q", got)
	}
	p.Shot("rules-one")
}

// ruleWorkbook takes the workbook away, makes a mistake in it, then a change.
func ruleWorkbook(t *testing.T, d *runningDemo, p *walker.Page, folder string) {
	t.Helper()
	status, body := d.as(t, "office1").open("/office/indicators/export.xlsx?round=2020")
	if status != 200 {
		t.Fatalf("export: got %d", status)
	}
	book := func(name string, cells map[string]string) string {
		f, err := excelize.OpenReader(bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		for cell, text := range cells {
			if err := f.SetCellStr("部门", cell, text); err != nil {
				t.Fatal(err)
			}
		}
		file := filepath.Join(folder, name)
		if err := f.SaveAs(file); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, c := range map[string]struct {
		cells map[string]string
		want  []string
	}{
		"wrong.xlsx": {map[string]string{"G4": "drei"}, []string{"部门", "G4", "drei"}},
		"same.xlsx":  {nil, []string{"没有不同"}},
	} {
		p.Go("/office/indicators")
		p.Upload("#workbook", book(name, c.cells))
		p.Press(`form[action*="/import"] button`)
		for _, want := range c.want {
			if got := p.Text("main"); !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in %q", name, want, got)
			}
		}
	}
	p.Go("/office/indicators")
	p.Upload("#workbook", book("right.xlsx", map[string]string{"G4": "3", "H4": "抽查案卷"}))
	p.Press(`form[action*="/import"] button`)
	if got := p.Text("main"); !strings.Contains(got, "共 2 处不同") {
		t.Errorf("the preview: got %q", got)
	}
	p.Shot("rules-import")
	p.Fill("#reason", "从工作簿导入")
	p.Press(`form[action="/office/indicators"] button`)
	p.Go("/office/indicators/compare?from=2020.1&to=2020.6")
	if got := p.Text("main table"); !strings.Contains(got, "抽查案卷") || !strings.Contains(got, "企业开办承诺办理时限 ≤ 3 工作日 (一般)") {
		t.Errorf("side by side: got %q", got)
	}
	p.Shot("rules-compare")
}

func ruleRegisters(t *testing.T, p *walker.Page) {
	t.Helper()
	p.Go("/office/indicators")
	p.Fill("#outside-0", "14.5")
	p.Fill("#source-0", "最高人民法院工作报告")
	p.Press(`form[action$="/outside"] button`)
	p.Go("/office/units/640122")
	p.Fill("#contact", "贺兰县司法局")
	p.Fill("#reason", "职能调整")
	p.Press(`form[action="/office/units/640122"] button`)
	if got := p.Text("main"); !strings.Contains(got, "贺兰县司法局") {
		t.Errorf("the register: got %q", got)
	}
	p.Go("/office/documents")
	p.Fill("#number", "宁法办发〔2020〕3号")
	p.Select("#date", "2020-07-20")
	p.Fill("#title", "补充通知")
	p.Fill("#reason", "登记")
	p.Press(`#form button`)
	if got := p.Text("main table"); !strings.Contains(got, "宁法办发〔2020〕3号") {
		t.Errorf("the documents: got %q", got)
	}
	p.Go("/office/rounds/2020")
	if got := p.Text("main"); strings.Count(got, "通知未作规定") < 14 {
		t.Errorf("the settings: got %q", got)
	}
}

// ruleStored looks behind the pages.
func ruleStored(t *testing.T, folder string) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(folder, programmeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	all, err := s.Schemes(t.Context(), 2020)
	if err != nil || len(all) != 6 {
		t.Fatalf("got %d versions, %v", len(all), err)
	}
	newest := all[5]
	city, dept := newest.Scheme.Systems[indicators.CityCounty], newest.Scheme.Systems[indicators.Department]
	if newest.MadeBy != "office1" || newest.Reason != "从工作簿导入" || city.Items["5"].Full != 600 || city.Items["7"].Full != 200 ||
		dept.Items["9"].Full != 200 || dept.Items["3"] != (indicators.Item{Full: 300, Method: indicators.Sampling}) {
		t.Errorf("the newest version is %s, %s: %+v, %+v", newest.MadeBy, newest.Reason, city.Items["5"], dept.Items["3"])
	}
	if rule := city.Rules["5"]; rule.Reason != "提速要求" || rule.Limits[0].Value != 300 || rule.Limits[0].Soft != indicators.Normally {
		t.Errorf("got %+v", rule)
	}
	for register, want := range map[string]string{"outside/2020": `"value":1450`, "units": "贺兰县司法局", "documents": "宁法办发〔2020〕3号"} {
		records, err := s.Records(t.Context(), register)
		if err != nil || len(records) != 1 || !strings.Contains(records[0].Document, want) {
			t.Errorf("%s: got %+v, %v", register, records, err)
		}
	}
}
