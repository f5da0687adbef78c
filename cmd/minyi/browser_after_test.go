package main

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators"
	"minyi/indicators/evaluation"
	"minyi/indicators/feedback"
	"minyi/indicators/practice"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// TestBrowserAPracticeAndTheFeedback goes the way of a practice from a named unit's
// desk to another unit that takes it over, and reads what a unit was told of its weak
// indicators; then the store is looked into, and the weakest are worked out from the
// sheets once more, in floating point (C09, C49, C53).
func TestBrowserAPracticeAndTheFeedback(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	dir := t.TempDir()
	d := startDemo(t, dir, "--at", "2021-01-10T09:00")
	unit, office := d.browsing(t, "applicant-640300"), d.browsing(t, "office1")
	const title = "行政复议案件繁简分流"
	unit.Go("/apply/practices")
	unit.Press(`form[action="/apply/practices"] button`)
	for field, words := range map[string]string{
		"#title": title, "#indicators": "31, 45", "#summary": "简案快办、繁案精办，平均审理天数缩短一半。", "#contact": "司法局，0953-0000000（虚构）",
		"#conditions": "需要案件分级标准和专人分案。",
	} {
		unit.Fill(field, words)
	}
	unit.Select("#field", "reconsidering")
	unit.Press(`#write button[value="submit"]`)
	if got := unit.Text(".head .badge"); got != "待审阅" {
		t.Fatalf("handed in: %q\n%s", got, unit.Text("main"))
	}
	office.Go("/office/practices")
	office.Press(`a[href^="/office/practices/"]`)
	office.Fill("#summary", "简案快办、繁案精办，平均审理天数由四十天缩短到二十天。")
	office.Press("#edit > button")
	if got := office.Text("ins"); !strings.Contains(got, "由四十天") {
		t.Errorf("the change is not marked: %q", got)
	}
	office.Press(`#decide button[value="published"]`)
	barriers(t, office)
	other := d.browsing(t, "applicant-640104")
	other.Go("/practices?q=" + "繁简分流 二十天")
	if got := other.Count(".shelf > li"); got != 1 {
		t.Errorf("found %d, want one", got)
	}
	barriers(t, other)
	other.Press(".shelf h2 a")
	other.Fill("#note", "已在兴庆区试行")
	other.Press(`form[action$="/taken"] button[value="take"]`)
	if got := other.Text("#copied .badge"); got != "1" {
		t.Errorf("taken over: %q", got)
	}
	barriers(t, other)
	other.Go("/apply/feedback/2020/comprehensive")
	if got := other.Count("ol.weak > li"); got < 10 {
		t.Errorf("%d weak indicators", got)
	}
	barriers(t, other)
	if status, file := d.as(t, "applicant-640104").open("/apply/feedback/2020/comprehensive/print.pdf?in=en"); status != 200 || !strings.HasPrefix(file, "%PDF-") {
		t.Errorf("the file for printing: %d", status)
	}
	if status, _ := d.as(t, "applicant-640104").open("/apply/feedback/2020/single"); status != 404 {
		t.Errorf("another track's feedback: %d, want 404", status)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	s, err := readProgramme(t, filepath.Join(dir, programmeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	practiceIsKept(t, s, title)
	weakestAreThoseOfTheSheets(t, s)
}

func practiceIsKept(t *testing.T, s *store.Store, title string) {
	t.Helper()
	all, err := s.Practices(t.Context())
	n := slices.IndexFunc(all, func(p practice.Practice) bool { return p.Words.Title == title })
	if err != nil || n < 0 {
		t.Fatalf("%d practices, %v", len(all), err)
	}
	p := all[n]
	if p.State != practice.Published || !p.Editions[len(p.Editions)-1].Office || len(p.Takeovers) != 1 || p.Takeovers[0].Unit != "640104" {
		t.Errorf("kept: %+v", p)
	}
}

// weakestAreThoseOfTheSheets works the lost marks of every applicant out once more.
func weakestAreThoseOfTheSheets(t *testing.T, s *store.Store) {
	t.Helper()
	all, err := s.Feedbacks(t.Context(), 2020)
	if err != nil || len(all) != 12 {
		t.Fatalf("%d reports, want those of all twelve applicants: %v", len(all), err)
	}
	results, err := s.Results(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		sheets, err := s.AssignmentsOfDossier(t.Context(), r.Key)
		if err != nil {
			t.Fatal(err)
		}
		n := slices.IndexFunc(results, func(x evaluation.Result) bool { return x.Dossier == r.Key })
		want := lostMarks(sheets, results[n].Counted, r)
		for i, item := range r.Lost {
			if got := float64(item.Lost()); math.Abs(got-want[i]) > 0.5 {
				t.Errorf("%s: place %d: lost %v, want %v", r.Key.ID(), i+1, got, want[i])
			}
		}
		raw, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range sheets {
			if strings.Contains(string(raw), a.Assessor) || strings.Contains(string(raw), a.Institution) {
				t.Errorf("%s: names %s or %s (C49)", r.Key.ID(), a.Assessor, a.Institution)
			}
		}
		if r.Peers < feedback.Fewest && strings.Contains(string(raw[:strings.Index(string(raw), `"survey"`)]), `"peer"`) {
			t.Errorf("%s: a median of %d applicants (C49)", r.Key.ID(), r.Peers)
		}
	}
}

// lostMarks are the lost marks of all items, most first, from the sheets that count;
// full marks are one on the comprehensive track and twenty on the single one, as the
// rehearsal sets them.
func lostMarks(sheets []evaluation.Assignment, counted []string, r feedback.Report) (out []float64) {
	sum, n := map[evaluation.Item]float64{}, map[evaluation.Item]float64{}
	for _, a := range sheets {
		if !slices.Contains(counted, a.Assessor) {
			continue
		}
		for item, v := range a.Sheet.Verdicts {
			if v.Given && !v.Excused && !strings.HasPrefix(string(item), "A") {
				sum[item] += float64(v.Mark)
				n[item]++
			}
		}
	}
	full := float64(indicators.Hundred) / 100
	if r.Key.Track == roster.Single {
		full = 2000
	}
	for item := range sum {
		out = append(out, full-sum[item]/n[item])
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}
