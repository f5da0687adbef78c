package main

import (
	"path/filepath"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
)

// TestBrowserAppointsAndAssigns does the whole task as users would, from a round
// that has no evaluator: an account, an institution, its members, declarations all
// at once, a proposal, one change by hand, the confirmation; then an assessor sees
// only what is his, and the store is looked into (C27, C95).
func TestBrowserAppointsAndAssigns(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-09-01T08:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	const house, third = "第三方评估机构（演练）", "pingshen"
	password := openAccount(t, d, p, third, house)
	enter(t, d, p, "office1")
	p.Go("/office/evaluation/institutions")
	p.Fill("#name", house)
	p.Select("#kind", "research")
	p.Fill("#contract", "合同〔2020〕3号")
	p.Press(`form[action="/office/evaluation/institutions"] button`)
	if got := p.Text("main"); !strings.Contains(got, "科研院校") || !strings.Contains(got, third) {
		t.Errorf("the institution: %.300s", got)
	}
	p.Go("/office/evaluation/members?edit=" + third)
	p.Fill("#title", "教授")
	p.Select("#workplace", "640104") // 兴庆区 employs him
	p.Press(`form[action="/office/evaluation/members"] button`)
	p.Go("/office/evaluation/interests/own")
	p.Click(`input[name="rest"]`)
	p.Press(`form[action$="/own"] button`)
	p.Press(`.who form button`)
	for _, who := range []string{"assessor1", "assessor2", third} {
		if who == third {
			signIn(p, third, password)
		} else {
			enter(t, d, p, who)
		}
		p.Go("/evaluate/interests")
		p.Click(`input[name="rest"]`)
		p.Press(`form[action="/evaluate/interests"] button`)
		if got := p.Text("main"); !strings.Contains(got, "均已声明") {
			t.Errorf("%s: %.300s", who, got)
		}
		p.Press(`.who form button`)
	}
	planByBrowser(t, d, p)
	signIn(p, third, password)
	p.Go("/evaluate")
	if got := p.Text("main"); !strings.Contains(got, "吴忠市") || strings.Contains(got, "兴庆区") {
		t.Errorf("the third assessor sees: %.400s", got)
	}
	assignmentsLookRight(t, filepath.Join(folder, programmeFile), third)
}

// openAccount lets the security administrator open an assessor's account, whose
// one-time password is changed at the first sign-in.
func openAccount(t *testing.T, d *runningDemo, p *walker.Page, name, institution string) string {
	t.Helper()
	enter(t, d, p, "secadmin1")
	p.Go("/accounts")
	p.Fill("#name", name)
	p.Select("#role", "assessor")
	p.Fill("#institution", institution)
	p.Fill("#person", "工号 "+name)
	p.Press(`form[action="/accounts"] button`)
	once := p.Text("main .hash strong")
	p.Press(`.who form button`)
	signIn(p, name, once)
	const fresh = "a quiet harbour lantern"
	p.Fill("#old", once)
	p.Fill("#new", fresh)
	p.Fill("#again", fresh)
	p.Press("main form button")
	return fresh
}

func signIn(p *walker.Page, name, password string) {
	p.Go("/login")
	p.Fill("#name", name)
	p.Fill("#password", password)
	p.Press("main form button")
}

// planByBrowser makes a plan, puts the third assessor into 吴忠市 by hand, where
// that is not proposed, and confirms.
func planByBrowser(t *testing.T, d *runningDemo, p *walker.Page) {
	t.Helper()
	enter(t, d, p, "office1")
	p.Go("/office/evaluation/assignment")
	p.Press(`form[action$="/propose"] button`)
	if got := p.Text("main"); !strings.Contains(got, "目标值") || !strings.Contains(got, "确认并生效") {
		t.Fatalf("the proposal: %.500s", got)
	}
	for _, barrier := range p.Barriers() {
		t.Errorf("the proposal: %s", barrier)
	}
	p.Press(`tr[id="2020-640104-comprehensive"] a[href*="instead="]`)
	if got := p.Text("#change"); !strings.Contains(got, "受雇于该单位") {
		t.Errorf("why he cannot mark his own district: %.300s", got)
	}
	if row := p.Text(`tr[id="2020-640300-comprehensive"]`); !strings.Contains(row, "pingshen") {
		p.Press(`tr[id="2020-640300-comprehensive"] a[href*="instead="]`)
		if got := p.Text("#change"); !strings.Contains(got, "目标值变化") {
			t.Errorf("the change: %.300s", got)
		}
		p.Press(`#change button[aria-label$="pingshen"]`)
		if got := p.Text(`tr[id="2020-640300-comprehensive"]`); !strings.Contains(got, "手工调整") {
			t.Errorf("after the change: %s", got)
		}
	}
	p.Fill("#reason", "人工核对后确认")
	p.Press(`form[action$="/confirm"] button`)
	if got := p.Text("main"); !strings.Contains(got, "分派已生效") {
		t.Errorf("after confirming: %.300s", got)
	}
	p.Press(`.who form button`)
}

// assignmentsLookRight looks into the store: two for each dossier, nobody at the
// own district's.
func assignmentsLookRight(t *testing.T, path, third string) {
	t.Helper()
	s, err := readProgramme(t, path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := s.Assignments(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, a := range all {
		if a.Counts() {
			count[string(a.Dossier.ID())]++
		}
		if a.Assessor == third && a.Dossier.Unit == "640104" {
			t.Error("he has the dossier of the district that employs him")
		}
	}
	for id, n := range count {
		if n != 2 {
			t.Errorf("%s has %d assessors", id, n)
		}
	}
	if len(count) != 12 {
		t.Errorf("%d dossiers are assigned, want 12", len(count))
	}
}
