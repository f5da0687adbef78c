package seal_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func itoa(n int) string { return strconv.Itoa(n) }

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

// TestPrintedDossierHoldsAllAndItsCodeLeadsToTheSeal reads the printed file as a
// clerk does, with poppler, and scans its code with zbar.
func TestPrintedDossierHoldsAllAndItsCodeLeadsToTheSeal(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext", "pdftoppm", "pdffonts", "zbarimg")
	h := newHouse(t)
	c, seal := h.filed()
	got := c.get(base + "/seal/" + seal.Digest + "/printed.pdf")
	got.want(t, 200)
	path := filepath.Join(t.TempDir(), "dossier.pdf")
	if err := os.WriteFile(path, []byte(got.body), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := c.get(base + "/seal/" + seal.Digest + "/printed.pdf").body; again != got.body {
		t.Error("the same seal prints to other bytes")
	}
	if fonts := run(t, "pdffonts", path); strings.Count(fonts, "yes yes yes") != 1 {
		t.Errorf("fonts: got\n%s\nwant one, embedded in part with its characters", fonts)
	}
	pages := strings.Split(strings.TrimSuffix(run(t, "pdftotext", "-layout", path, "-"), "\f"), "\f")
	for i, page := range pages {
		for _, want := range []string{seal.Digest, "第" + itoa(i+1) + "页，共" + itoa(len(pages)) + "页"} {
			if !strings.Contains(squeezed(page), want) {
				t.Errorf("page %d does not say %s", i+1, want)
			}
		}
	}
	all := squeezed(run(t, "pdftotext", "-raw", path, "-"))
	for _, want := range []string{
		"西夏区", "综合示范", "王一", "区长", "举措甲", "成效乙", "亮点丙", "说明97", "100（达到）", "清单.pdf", "2020-07-02",
		digest([]byte("%PDF-1.4\n%%EOF\n")), "第一责任人（签字）", "申报单位（盖章）", seal.Receipt(), "2020-08-1009:00:00UTC+8", seal.Signature,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the printed file does not say %s", want)
		}
	}
	for _, page := range []string{"1", itoa(len(pages))} {
		picture := filepath.Join(t.TempDir(), "page")
		run(t, "pdftoppm", "-png", "-r", "150", "-f", page, "-l", page, "-singlefile", path, picture)
		link := strings.TrimSpace(run(t, "zbarimg", "--raw", "-q", "--nodbus", "-Sdisable", "-Sqrcode.enable", picture+".png"))
		if want := "http://minyi.example/seal/" + seal.Digest; link != want {
			t.Errorf("page %s: the code says %q, want %q", page, link, want)
		}
	}
	// A withdrawn filing prints as it was filed, and says that it no longer stands.
	c.fill(base+"/seal", base+"/withdraw", nil).want(t, 303)
	if err := os.WriteFile(path, []byte(c.get(base+"/seal/"+seal.Digest+"/printed.pdf").body), 0o600); err != nil {
		t.Fatal(err)
	}
	if first := squeezed(run(t, "pdftotext", "-raw", "-l", "1", path, "-")); !strings.Contains(first, "这次提交已不再有效") {
		t.Error("the printed file of a withdrawn filing does not say so")
	}
}
