package export_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"minyi/survey/export"
)

// judge skips a test where its independent reader is missing; with MINYI_READERS
// set that is a failure.
func judge(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if os.Getenv("MINYI_READERS") != "" {
			t.Fatalf("%s is not installed", program)
		}
		t.Skipf("%s is not installed", program)
	}
}

// run runs a reader in a folder and returns what it says.
func run(t *testing.T, folder, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}

// folder holds made in the formats that other programs read.
func folder(t *testing.T) string {
	t.Helper()
	dir, d := t.TempDir(), made()
	for name, write := range map[string]func(b *strings.Builder) error{
		"made.sav": func(b *strings.Builder) error { return export.SAV(b, d) },
		"made.dta": func(b *strings.Builder) error { return export.DTA(b, d) },
		"made.xml": func(b *strings.Builder) error { return export.DDI(b, d, "made.csv") },
		"made.sss": func(b *strings.Builder) error { return export.TripleS(b, d, "made.csv") },
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(written(t, write)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// golden compares what a reader said with what it said when the file was checked
// by hand; MINYI_UPDATE=1 writes it anew.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("MINYI_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func given(t *testing.T, dir, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// PSPP before 2.0 expects the length of a long text's missing value before each
// of them, where SPSS writes it once, and says so: its warning is cut away.
func TestReadersPSPP(t *testing.T) {
	t.Parallel()
	judge(t, "pspp")
	dir := folder(t)
	given(t, dir, "judge.sps")
	out := run(t, dir, "pspp", "judge.sps")
	if i := strings.Index(out, "   Variables\n"); i >= 0 {
		head := strings.Join(strings.Fields(out[:i]), " ")
		if head != "" && !strings.HasSuffix(head, "Extension record subtype 22 ends unexpectedly.") {
			t.Errorf("PSPP complains: %s", head)
		}
	}
	for _, want := range []string{
		"overall_satisfaction|F8.0   |97 THRU", "|99; -1", "|\"unclear\";|", "|A2700  |",
		"| 总体满意度 -1[a]", "|职业       public_institution|事业单位|", "|=1+2   |      1.2500|                  98|    0|female |silent            |",
		"|-x     |       .7500|                  -1|   99|unclear|", "|农村   |           .|                   1|    .|       |public_institution|",
		"|2020/08/26|    12.5|", "|1969/12/29|     -.5|", "|2700.00|", "WEIGHT is weight_final", "由 li 于 2020-11-01 为“核对 <权重> & 结果”导出",
		// 2.5 of 4.5 weighted rows are very satisfied; 98 and -1 are missing.
		"|        很满意  |   2.5000|  55.6%|       100.0%|", "|        不清楚  |   1.2500|  27.8%|",
		"|Missing 未答    |    .7500|  16.7%|", "|        男    |   2.5000|  55.6%|        66.7%|",
	} {
		if !strings.Contains(strings.ReplaceAll(out, "|总体满意度 -1", "| 总体满意度 -1"), want) {
			t.Errorf("PSPP does not say %q\n%s", want, out)
		}
	}
}

// ReadStat turns both files into CSV, user-missing values of Stata into empty
// fields.
func TestReadersReadStat(t *testing.T) {
	t.Parallel()
	judge(t, "readstat")
	dir := folder(t)
	for _, kind := range []string{"sav", "dta"} {
		run(t, dir, "readstat", "made."+kind, kind+".csv")
		text, err := os.ReadFile(filepath.Join(dir, kind+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "readstat-"+kind+".csv", string(text))
	}
}

func TestReadersR(t *testing.T) {
	t.Parallel()
	judge(t, "Rscript")
	dir := folder(t)
	given(t, dir, "judge.R")
	golden(t, "judge-R.txt", run(t, dir, "Rscript", "--vanilla", "judge.R"))
}

func TestReadersXML(t *testing.T) {
	t.Parallel()
	judge(t, "xmllint")
	run(t, folder(t), "xmllint", "--noout", "made.xml", "made.sss")
}

// A survey that nobody answered is a file without rows, not a broken one.
func TestReadersTakeAFileWithoutRows(t *testing.T) {
	t.Parallel()
	judge(t, "pspp", "readstat", "xmllint")
	dir, d := t.TempDir(), made()
	d.Rows = func(func([]export.Cell) error) error { return nil }
	for name, write := range map[string]func(b *strings.Builder) error{
		"none.sav": func(b *strings.Builder) error { return export.SAV(b, d) },
		"none.dta": func(b *strings.Builder) error { return export.DTA(b, d) },
		"none.xml": func(b *strings.Builder) error { return export.DDI(b, d, "made.csv") },
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(written(t, write)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "xmllint", "--noout", "none.xml")
	want := "\"stratum\",\"weight_final\",\"overall_satisfaction\",\"knows\",\"sex\",\"work\",\"visited\",\"wait\",\"words\",\"more\"\n"
	for _, kind := range []string{"sav", "dta"} {
		run(t, dir, "readstat", "none."+kind, kind+".csv")
		if got, err := os.ReadFile(filepath.Join(dir, kind+".csv")); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", kind, got, err, want)
		}
	}
	if out := run(t, dir, "pspp-convert", "none.sav", "none.csv"); out != "" && !strings.Contains(out, "subtype 22") {
		t.Errorf("PSPP complains: %s", out)
	}
}
