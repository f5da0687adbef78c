package sheet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/web/register/sheet"
)

// press is a Press with the words of the language file.
func press(t *testing.T) *sheet.Press {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "view", "text", "zh-CN", "register.json"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return sheet.New(func(key string, pairs ...string) string {
		said, ok := all[key]
		if !ok {
			t.Errorf("no words for %s", key)
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			said = strings.ReplaceAll(said, "{"+pairs[i]+"}", pairs[i+1])
		}
		return said
	})
}

// names are the names of a made-up round, more than one page holds.
func names(t *testing.T) (out []register.Entry) {
	t.Helper()
	units, err := roster.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		code    roster.UnitCode
		track   roster.Track
		project roster.Project
	}{
		{"640100", roster.Comprehensive, roster.Project{}},
		{"640200", roster.Comprehensive, roster.Project{}},
		{"640104", roster.Comprehensive, roster.Project{}},
		{"640181", roster.Comprehensive, roster.Project{}},
		{"D01", roster.Comprehensive, roster.Project{}},
		{"640300", roster.Single, roster.Project{Field: roster.Business}},
		{"640106", roster.Single, roster.Project{Field: roster.Enforcement}},
		{"640121", roster.Single, roster.Project{Field: roster.OtherField, Text: "推进基层综合行政执法规范化数字化和人民群众参与监督一体化"}},
		{"D08", roster.Single, roster.Project{Field: roster.Reconsidering}},
	} {
		u, err := units.Unit(one.code)
		if err != nil {
			t.Fatal(err)
		}
		e := register.Entry{Record: supervision.Record{Named: naming.Named{
			ID: "01a205b5-0000-7000-8000-0000000000" + fmt.Sprint(10+len(out)), Round: 2020, Target: naming.Target{Unit: one.code, Track: one.track},
			Project: one.project, Title: roster.Title(u, one.track, one.project, roster.TitledAsCounty),
			Date: roster.On(2020, time.December, 20), Decision: "宁法办发〔2020〕9号", Standing: naming.Valid,
		}}, UnitName: u.Name, Kind: u.Kind}
		e.Address = "https://minyi.example" + e.Home()
		out = append(out, e)
	}
	return out
}

func decree(t *testing.T) register.Decree {
	t.Helper()
	return register.Decree{
		Round: 2020, Issuer: roster.Settings{}.Body(), Number: "宁法办发〔2020〕9号", Date: roster.On(2020, time.December, 20),
		Plan:  roster.Plan{Number: "宁法办发〔2019〕39号", Basis: "中法办发〔2019〕10号"},
		Names: names(t), Link: "https://minyi.example/named?round=2020",
	}
}

// need finds the programs of poppler-utils and zbar-tools. With MINYI_PRINT set, as
// in CI, a missing one is a failure.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, name := range programs {
		_, err := exec.LookPath(name)
		switch {
		case err != nil && os.Getenv("MINYI_PRINT") != "":
			t.Fatalf("%s is missing", name)
		case err != nil:
			t.Skipf("%s is missing", name)
		}
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), "") }

// kept writes a file for the programs that judge it.
func kept(t *testing.T, name string, raw []byte) string {
	t.Helper()
	dir := t.TempDir()
	if keep := os.Getenv("MINYI_KEEP"); keep != "" {
		dir = keep
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// scanned is what zbar reads in poppler's drawing of a page.
func scanned(t *testing.T, path string, page int) string {
	t.Helper()
	picture, n := filepath.Join(t.TempDir(), "page"), strconv.Itoa(page)
	run(t, "pdftoppm", "-png", "-r", "110", "-f", n, "-l", n, "-singlefile", path, picture)
	return strings.TrimSpace(run(t, "zbarimg", "--raw", "-q", "--nodbus", "-Sdisable", "-Sqrcode.enable", picture+".png"))
}

// TestPrintDecisionAndCertificate reads both papers as an office does that gets them,
// with poppler, scans their codes with zbar, and holds the decision's places against
// GB/T 9704-2012: 37 mm above and 28 mm left of a block of 156 mm by 225 mm.
func TestPrintDecisionAndCertificate(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext", "pdftoppm", "pdffonts", "pdfinfo", "zbarimg")
	p, d := press(t), decree(t)
	raw, err := p.Decision(d)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := p.Decision(decree(t)); err != nil || !bytes.Equal(raw, again) {
		t.Errorf("the same decision has other bytes (%v)", err)
	}
	path := kept(t, "decision.pdf", raw)
	embedded(t, path)
	text := run(t, "pdftotext", "-raw", path, "-")
	wants := []string{
		"自治区党委全面依法治区委员会办公室文件", "宁法办发〔2020〕9号", "关于命名2020年度全区法治政府建设示范地区和单位的决定", "宁法办发〔2019〕39号",
		"一、综合示范创建", "（一）全区法治政府建设示范市（2个）", "银川市、石嘴山市。", "二、单项示范创建", "全区优化法治化营商环境示范市（1个）",
		"2020年12月20日", "—1—", "—2—", "2020年12月20日印发", d.Link,
	}
	for _, e := range d.Names {
		wants = append(wants, e.Title, e.UnitName)
	}
	says(t, text, wants...)
	places(t, path)
	pages := strings.Count(text, "\f")
	if got := scanned(t, path, pages); got != d.Link {
		t.Errorf("the decision's code says %q, want %q", got, d.Link)
	}
	for i, e := range d.Names {
		if i != 0 && i != 1 && i != 7 { // a plain one, a rehearsal's, the longest title
			continue
		}
		a := register.Award{Entry: e, Issuer: d.Issuer, Serial: fmt.Sprintf("2020-%03d", i+1), Link: e.Address, Rehearsal: i == 1}
		if raw, err = p.Certificate(a); err != nil {
			t.Fatal(err)
		}
		path := kept(t, fmt.Sprintf("certificate-%d.pdf", i), raw)
		embedded(t, path)
		text := run(t, "pdftotext", "-raw", path, "-")
		says(t, text, "命名证书", e.UnitName, e.Title, d.Issuer, "2020年12月20日", a.Serial, "宁法办发〔2020〕9号", e.Address)
		if got := strings.Contains(text, "演练样张"); got != a.Rehearsal {
			t.Errorf("certificate %d says that it is a rehearsal's: %t", i, got)
		}
		if info := run(t, "pdfinfo", path); !strings.Contains(info, "841.89 x 595.276") && !strings.Contains(info, "(A4)") || !regexp.MustCompile(`Pages:\s+1\n`).MatchString(info) {
			t.Errorf("the certificate is no single page of A4:\n%s", info)
		}
		if got := scanned(t, path, 1); got != e.Address {
			t.Errorf("the certificate's code says %q, want %q", got, e.Address)
		}
	}
}

func says(t *testing.T, text string, wants ...string) {
	t.Helper()
	text = squeezed(text)
	for _, want := range wants {
		if !strings.Contains(text, squeezed(want)) {
			t.Errorf("the paper does not say %s", want)
		}
	}
}

func embedded(t *testing.T, path string) {
	t.Helper()
	if fonts := run(t, "pdffonts", path); strings.Count(fonts, "yes yes yes") != 1 {
		t.Errorf("fonts: got\n%s\nwant one, embedded in part with its characters", fonts)
	}
}

// places looks where the words of the decision stand.
func places(t *testing.T, path string) {
	t.Helper()
	const point = 25.4 / 72
	word := regexp.MustCompile(`<word xMin="([0-9.]+)" yMin="([0-9.]+)" xMax="([0-9.]+)" yMax="([0-9.]+)">([^<]*)<`)
	left, right, top, seen := 1000.0, 0.0, 1000.0, 0
	for i, page := range strings.Split(run(t, "pdftotext", "-bbox", path, "-"), "<page ")[1:] {
		for _, m := range word.FindAllStringSubmatch(page, -1) {
			var at [4]float64
			for k := range at {
				v, err := strconv.ParseFloat(m[k+1], 64)
				if err != nil {
					t.Fatal(err)
				}
				at[k] = v * point
			}
			left, right, seen = min(left, at[0]), max(right, at[2]), seen+1
			if i > 0 {
				top = min(top, at[1])
			}
		}
	}
	const tolerance = 1.0
	if seen < 20 || left < 28-tolerance || left > 28+tolerance || right > 28+156+tolerance || top < 37-2*tolerance {
		t.Errorf("%d words from %.1f to %.1f mm across, from %.1f mm down; want 28 to 184, and 37 down", seen, left, right, top)
	}
}
