// Package sample makes a report's source out of made-up answers, for the tests of
// the packages that write reports out. Nothing of it runs in the program.
package sample

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/survey/frame"
	"minyi/survey/questionnaire"
	"minyi/survey/release"
	"minyi/survey/report"
	"minyi/survey/tabulate"
)

// Paper is the built-in questionnaire, filled in.
func Paper(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	q, err := questionnaire.Parse(questionnaire.Default())
	if err != nil {
		t.Fatal(err)
	}
	both := func(zh, en string) questionnaire.Text { return questionnaire.Text{Zh: zh, En: en} }
	filled, err := q.Fill(questionnaire.Filling{
		System: "city-county",
		Areas:  []questionnaire.AreaOption{{Code: "640202", Text: both("大武口区", "Dawukou")}, {Code: "640205", Text: both("惠农区", "Huinong")}},
		Values: map[string]questionnaire.Text{
			"subject": both("石嘴山市政府及其部门", "the government of Shizuishan and its departments"), "organiser": both("自治区党委依法治区办", "the office"),
			"agency": both("某统计调查机构", "the agency"), "phone": both("0951-12340", "0951-12340"), "months": both("12", "12"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return filled
}

// Result tabulates n made-up answers of the sample and some of a poster.
func Result(t testing.TB, q *questionnaire.Questionnaire, n, posters int) *tabulate.Result {
	t.Helper()
	state := uint32(n)
	chance := func(below int) int { // a linear congruential generator: the same people every time
		state = state*1664525 + 1013904223
		return int(state>>16) % below
	}
	in := tabulate.Input{Population: 751_389, Margins: frame.Margins("640200"), Fieldwork: tabulate.Fieldwork{Invited: 2 * n, Complete: n}}
	for _, one := range q.Scored() {
		in.Items = append(in.Items, tabulate.Item{ID: one.ID, Indicator: q.PrimaryIndicator(one.ID), Valid: []int{1, 2, 3, 4, 5}, Satisfied: []int{4, 5}, DontKnow: 98, NoAnswer: 99})
	}
	person := func(i int) tabulate.Response {
		r := tabulate.Response{
			Stratum: []string{"城镇", "乡村"}[i%2], PSU: fmt.Sprint("村", i%12), Weight: 100,
			Sex: []string{"male", "female"}[chance(2)], Age: []string{"15-59", "60+"}[min(1, chance(4)/3)], Insider: i%9 == 0,
		}
		for range in.Items {
			r.Points = append(r.Points, []int{1, 2, 3, 4, 4, 5, 5, 98}[chance(8)])
		}
		return r
	}
	for i := range n {
		in.Sampled = append(in.Sampled, person(i))
	}
	for i := range posters {
		in.Posters = append(in.Posters, person(i))
	}
	r, err := tabulate.Tabulate(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Document is the release of such a result.
func Document(t testing.TB, q *questionnaire.Questionnaire, n, posters int) release.Document {
	t.Helper()
	long := strings.Repeat("ab", 32)
	return release.Document{
		Schema: release.Schema, Revision: 1, Round: 2020, Unit: "640200", UnitName: release.Name{Zh: "石嘴山市", En: "Shizuishan"}, Survey: "0190",
		Rehearsal: true, ClosedAt: time.Date(2020, time.October, 20, 10, 0, 0, 0, time.UTC), Software: "minyi v1",
		Questionnaire: release.Questionnaire{ID: "default", Version: 1, Hash: q.Hash()}, Result: Result(t, q, n, posters),
		Sample: &release.Sample{FrameHash: long, Seed: "42", Links: 2 * n, Strata: []release.Stratum{
			{Name: "城镇", Population: 500_000, PSUs: 12, Links: n},
			{Name: "乡村", Population: 251_389, PSUs: 12, Links: n},
		}},
		Code: &release.Code{Version: "v1", Revision: "c0ffee", Go: "go1"},
		Data: &release.Data{Answers: n + posters, Digest: long, TextsDigest: long}, Weights: &release.Weights{N: n, Digest: long},
		Method: &release.Method{
			Standard: "aapor-2021", Version: 1, Missing: []string{"funding"},
			Facts: release.Facts{
				Sponsor: release.Name{Zh: "自治区党委依法治区办", En: "the office"}, Conductor: release.Name{Zh: "某统计调查机构", En: "the agency"},
				Phone: "0951-12340", From: "2020-09-10", To: "2020-10-20", Languages: []string{"zh-CN", "en"}, Modes: []string{"poster", "sampled"}, Posters: 2,
			},
			Written: []release.Disclosure{{Item: "limitations", Text: release.Name{Zh: "只含有手机的居民。\n不含外出务工者。", En: "Only residents with a telephone.\nNobody who works elsewhere."}}},
		},
	}
}

// Words reads the language files; a key without words fails the test.
func Words(t testing.TB, lang string) report.Words {
	t.Helper()
	root := filepath.Join("..", "..")
	for range 3 {
		if _, err := os.Stat(filepath.Join(root, "web", "view", "text")); err == nil {
			break
		}
		root = filepath.Join(root, "..")
	}
	all := map[string]string{}
	for _, area := range []string{"report", "tabulate"} {
		text, err := os.ReadFile(filepath.Join(root, "web", "view", "text", lang, area+".json")) //nolint:gosec // a file of this repository
		if err != nil {
			t.Fatal(err)
		}
		own := map[string]string{}
		if err := json.Unmarshal(text, &own); err != nil {
			t.Fatal(err)
		}
		maps.Copy(all, own)
	}
	return func(key string, pairs ...string) string {
		text, ok := all[key]
		if !ok {
			t.Errorf("no words for %s in %s", key, lang)
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
		}
		return text
	}
}

// Source is what the report of a document is made of.
func Source(t testing.TB, q *questionnaire.Questionnaire, d *release.Document, lang string) report.Source {
	t.Helper()
	text, err := d.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2020, time.October, 22, 2, 0, 0, 0, time.UTC)
	return report.Source{
		Document: d, Paper: q, Digest: release.Digest(text), State: report.InForce, Revisions: d.Revision, Lang: lang, Words: Words(t, lang),
		Signers: []report.Signer{{Account: "li", At: at}, {Account: "ma", At: at}}, SignedAt: at,
		Key: strings.Repeat("0f", 32), Signature: strings.Repeat("f0", 64),
		Link:  "https://minyi.example/agency/surveys/0190a7c4-0000-7000-8000-000000000000/release?d=0123456789abcdef",
		Clock: func(at time.Time) string { return at.UTC().Format("2006-01-02 15:04") },
	}
}
