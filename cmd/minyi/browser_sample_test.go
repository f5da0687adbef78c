package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/db"
	surveystore "minyi/survey/store"
)

// listName stands in every name of the list of people.
const listName = "居民标记"

// listOfPeople writes 20,000 people of 200 villages as Excel in China writes CSV;
// two of their numbers are none.
func listOfPeople(t *testing.T, folder string) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("县区,城乡,村居,编号,姓名,电话,地址\r\n")
	for i := range 20_000 {
		phone := fmt.Sprintf("0951%07d", i)
		switch i {
		case 70:
			phone = "9.51E+09"
		case 5000:
			phone = "没有"
		}
		psu := i % 200
		fmt.Fprintf(&b, "%s,%s,村%03d,%d,%s%d,%s,%d号\r\n", []string{"甲县", "乙县"}[psu/100], []string{"城镇", "乡村"}[psu%2], psu, i, listName, i, phone, i)
	}
	text, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(folder, "名单.csv")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestBrowserSampleFromAListOfPeople does the whole task as a new user would:
// uploads a list of 20,000 people, sees its two mistakes, imports the rest, settles
// size and reserve, announces the draw, draws, checks it and releases the reserve.
// Then it looks into the store.
func TestBrowserSampleFromAListOfPeople(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-09-01T09:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "agency1")
	home := plannedSurvey(p) + "/sample"
	p.Go(home)
	p.Click(`input[name="kind"][value="people"]`)
	p.Upload("#file", listOfPeople(t, t.TempDir()))
	p.Press(`form[action$="/upload"] button`)
	if got := p.Text("ul.errors"); !strings.Contains(got, "第72行") || !strings.Contains(got, "科学计数法") || !strings.Contains(got, "第5002行") {
		t.Errorf("the mistakes: got %q", got)
	}
	if got := p.Text("main"); !strings.Contains(got, "GB18030") || !strings.Contains(got, "19,998") {
		t.Errorf("the preview: %.300s", got)
	}
	samplePageFits(t, p, home+"/import")
	p.Press(`button[value="accept"]`)
	if got := p.Text(".problems"); !strings.Contains(got, "还有2行有错误") {
		t.Errorf("importing with mistakes: got %q", got)
	}
	p.Click("#skip")
	p.Press(`button[value="accept"]`)
	for range 40 { // in the background; the list no longer waits to be looked at
		if strings.Contains(p.Text("main"), "等待核对") {
			t.Error("while it is imported the list is said to wait")
		}
		if p.Go(home); strings.Contains(p.Text("main"), "人员或住户名单，19,998人") {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	if got := p.Text(".works"); !strings.Contains(got, "已导入19,998人（户）") || !strings.Contains(got, "没有导入的2行") {
		t.Errorf("what the import says in the end: got %q", got)
	}
	planAndDraw(t, p, home)
	looksRight(t, folder)
}

// plannedSurvey sets up a survey of a unit that has none yet and returns its address.
func plannedSurvey(p *walker.Page) string {
	p.Go("/agency")
	for field, text := range map[string]string{
		"#organiser_zh": "依法治区办", "#organiser_en": "the office", "#agency_zh": "调查中心", "#agency_en": "the centre", "#phone": "0951-12340", "#reason": "试点单位",
	} {
		p.Select(field, text)
	}
	p.Press(`form[action="/agency/surveys"] button`)
	return strings.Split(p.Address(), "?")[0]
}

// samplePageFits looks for barriers and at the width on a desk and on a tablet.
func samplePageFits(t *testing.T, p *walker.Page, path string) {
	t.Helper()
	p.Go(path)
	for i, screen := range []walker.Screen{walker.Desk(), {Name: "tablet", Width: 820, Height: 1180}} {
		p.Dress(screen, i > 0) // the tablet in the dark
		for _, barrier := range p.Barriers() {
			t.Errorf("%s at a %s: %s", path, screen.Name, barrier)
		}
		if got := p.Width(); got > screen.Width {
			t.Errorf("%s is %d wide on a screen of %d", path, got, screen.Width)
		}
		p.Shot("sample-" + screen.Name + "-" + path[strings.LastIndex(path, "/")+1:])
	}
	p.Dress(walker.Desk(), false)
}

func planAndDraw(t *testing.T, p *walker.Page, home string) {
	t.Helper()
	p.Go(home + "/plan")
	p.Fill("#margin", "五")
	p.Press(`button[value="size"]`)
	if p.Value("#margin") != "五" || !strings.Contains(p.Text(".problems"), "0%到100%") {
		t.Errorf("what was typed: %q, refused with %q", p.Value("#margin"), p.Text(".problems"))
	}
	p.Fill("#margin", "5")
	p.Press(`button[value="size"]`)
	if got := p.Value("#links"); got != "460" { // z²·0.1275·1.18/0.05² = 231.2, of 19,998 people 229; 23 PSUs of 20 links
		t.Errorf("links: got %s, want 460", got)
	}
	p.Fill("#reserve", "5")
	samplePageFits(t, p, home+"/plan")
	p.Fill("#margin", "5")
	p.Press(`button[value="size"]`)
	p.Fill("#reserve", "5")
	p.Press(`button[value="save"]`)
	p.Fill("#source", "双色球第2020107期")
	p.Press(`form[action$="/announce"] button`)
	p.Fill("#number", "03 07 11 19 22 30 + 09")
	p.Press(`form[action$="/sample/draw"] button`)
	p.Press(`a[href$="/check"]`)
	if got := p.Text("p.done"); !strings.Contains(got, "完全相同") {
		t.Errorf("the check: got %q", got)
	}
	samplePageFits(t, p, home+"/check")
	p.Go(home)
	p.Fill("#reason", "回答不够")
	p.Press(`form[action$="/release"] button`)
	if got := p.Text("main"); !strings.Contains(got, "回答不够") {
		t.Error("the wave is not shown with its reason")
	}
	samplePageFits(t, p, home)
	p.Go(home + "?lang=en")
	if got := p.Text("main"); !strings.Contains(got, "The drawn sample") {
		t.Errorf("in English: %.200s", got)
	}
	p.Go(home + "?lang=zh-CN")
}

// looksRight reads the store: links of sample and reserve in batches of five and
// more, and no name in plain in any file.
func looksRight(t *testing.T, folder string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "survey.db*"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(listName)) {
			t.Errorf("%s has names in plain", filepath.Base(name))
		}
	}
	half, err := db.Open(t.Context(), db.Survey, filepath.Join(folder, "survey.db"), surveystore.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	defer half.Close()
	all, err := surveystore.New(half).Surveys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sv := range all {
		if sv.Sampling.List == nil {
			continue
		}
		links := 0
		for _, b := range sv.Batches {
			links += int(b.Count)
			if b.Count < 5 {
				t.Errorf("a batch of %d could name its people", b.Count)
			}
		}
		if links != sv.Sample.Links() || sv.Sampling.LeftOut != 2 || sv.Sampling.List.Count != 19_998 || len(sv.Sample.Waves) != 1 || links < 460+23*5-50 {
			t.Errorf("got %d links, %+v", links, sv.Sampling)
		}
		return
	}
	t.Error("no survey has a list")
}
